"""A sandbox in a separate thread, and clients of it for tests."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Any, Final, Self

import anyio
from anyio.from_thread import BlockingPortal, start_blocking_portal

from sinch_numbers import Backoff, NumbersClient, Secret, SyncNumbersClient
from sinch_numbers._core.transport.aiohttp import AiohttpTransport
from sinch_numbers._core.transport.base import Reply, Request
from sinch_numbers.sandbox import Sandbox
from sinch_numbers.sandbox._webhooks.webhooks import Delivery

__all__ = ["Webhooks"]

_OPTIONS: Final[Mapping[str, Any]] = {
    "timeout": 5.0,
    "settle_timeout": 0.1,
    "backoff": Backoff(first=0.001, throttled=0.001, longest=0.01),
}


class Webhooks:
    """
    Controls the webhook deliveries of a sandbox that runs in another thread.

    Created by the package.

    Args:
        sandbox: The sandbox.
        portal: Portal to the thread of the sandbox.

    Example::

        from sinch_numbers.testing import Webhooks


        def test_events(sinch_webhooks: Webhooks) -> None:
            sinch_webhooks.deliver_to("http://127.0.0.1:8099/events")
            sinch_webhooks.disturb(duplicate=0.5)
            sinch_webhooks.send_again()
            sinch_webhooks.wait()
            sinch_webhooks.calm()
    """

    def __init__(self, sandbox: Sandbox, portal: BlockingPortal) -> None:
        self._webhooks = sandbox.webhooks
        self._portal = portal
        self._webhooks.pause = 0.01
        self.secret: Secret = Secret(sandbox.project().hmac_secret)
        """The secret that signs the webhooks."""
        self.deliveries: list[Delivery] = self._webhooks.deliveries
        """Every delivery attempt, in order."""

    def disturb(
        self,
        *,
        duplicate: float = 0.0,
        reorder: float = 0.0,
        delay: float = 0.0,
        seconds: float = 0.1,
        seed: int = 0,
    ) -> None:
        """
        Disturb deliveries; see `Webhooks.disturb` of the sandbox.

        Args:
            duplicate: Probability that a delivery is repeated.
            reorder: Probability that a delivery is swapped with the next one.
            delay: Probability that a delivery is delayed.
            seconds: The delay.
            seed: Random seed.
        """
        self._webhooks.disturb(
            duplicate=duplicate, reorder=reorder, delay=delay, seconds=seconds, seed=seed
        )

    def calm(self) -> None:
        """Stop disturbing deliveries."""
        self._webhooks.calm()

    def send_again(self) -> None:
        """Deliver all events again."""
        self._webhooks.send_again()

    def deliver_to(self, url: str) -> None:
        """
        Deliver events to *url*, on this machine, unless they have their own URL.

        Args:
            url: The URL of the receiver.
        """
        self._webhooks.url = url

    def wait(self, seconds: float = 30.0) -> None:
        """
        Wait until all events so far have been delivered or dropped.

        Args:
            seconds: Maximum time.

        Raises:
            TimeoutError: The deliveries take longer than *seconds*.
        """

        async def settled() -> None:
            with anyio.fail_after(seconds):
                await self._webhooks.settled()

        self._portal.call(settled)


class _Transport(AiohttpTransport):
    """Opens a connection per request: a test's loop ends before pools are closed."""

    async def exchange(self, request: Request) -> Reply:
        """Send *request* over a new connection."""
        request.fresh = True
        return await super().exchange(request)


class ServedSandbox:
    """A sandbox that serves requests inside a ``with`` block."""

    def __init__(self, **settings: Any) -> None:
        self.sandbox: Sandbox = Sandbox(**settings)
        self.webhooks: Webhooks
        self._portal: BlockingPortal
        self._open = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._portal = stack.enter_context(start_blocking_portal())
            stack.enter_context(self._portal.wrap_async_context_manager(self.sandbox))
            self.webhooks = Webhooks(self.sandbox, self._portal)
            self._open = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._open.close()

    @contextmanager
    def client(self) -> Iterator[NumbersClient]:
        """Open an async client that works in any event loop of the test."""
        client = self.sandbox.client(**_OPTIONS, transport=_Transport())
        try:
            yield client
        finally:
            self._portal.call(client.close)

    @contextmanager
    def sync_client(self) -> Iterator[SyncNumbersClient]:
        """Open a sync client."""
        with self.sandbox.sync_client(**_OPTIONS) as client:
            yield client
