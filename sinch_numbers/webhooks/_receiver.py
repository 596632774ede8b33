"""Receiver: accepts webhooks at once, and handles them in the background."""

import asyncio
import inspect
import zlib
from collections import deque
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Final, Self, TypeAlias

import anyio
import anyio.to_thread
import attrs

from sinch_numbers._core import arguments
from sinch_numbers._core.logging import logger, masked
from sinch_numbers._core.polling import set_within
from sinch_numbers.models import Event
from sinch_numbers.webhooks._addresses import AllowList
from sinch_numbers.webhooks._core import (
    ACCEPTED,
    BUSY,
    DUPLICATE,
    Answer,
    RequestCheck,
    Verified,
    topic,
)
from sinch_numbers.webhooks._events import Secrets
from sinch_numbers.webhooks._store import EventStore, MemoryStore

__all__ = ["Counts", "Handler", "Receiver"]

Handler: TypeAlias = Callable[[Event], Awaitable[object] | object]
"""
Event handler: a coroutine function or a plain function.

A coroutine function runs in the event loop, a plain function in a thread.
"""

_LONGEST_PAUSE: Final = 60.0


@attrs.define(eq=False)
class _EventQueue:
    """Events that are handled sequentially; the first one is in progress."""

    waiting: deque[Verified] = attrs.field(factory=deque)
    is_worked_off: bool = False


@attrs.define
class Counts:
    """Counts of webhooks by outcome."""

    accepted: int = 0
    """Answered 200, to be handled."""
    duplicates: int = 0
    """Answered 200, and not handled again."""
    refused: int = 0
    """Invalid signature, or unreadable."""
    turned_away: int = 0
    """Answered 503 and retried by the service: queue full, closing, or store error."""
    handled: int = 0
    """Accepted, and handled without an error."""
    stale: int = 0
    """Accepted, but older than a handled event; passed to ``on_stale`` if set."""
    dropped: int = 0
    """Accepted, and given up: the handler failed, or the shutdown timed out."""


class Receiver:
    """
    Webhook receiver: accepts events at once, runs *handler* in the background.

    Events about the same resource are handled sequentially, in the order of arrival; those about
    different resources concurrently, *concurrency* at a time. Duplicates are not handled again. An
    event older than a handled one about the same kind of provisioning of the same number is stale:
    it is passed to *on_stale*, or dropped if that is not set.

    If the handler raises, it is retried, up to *attempts* calls in total, after *initial_delay*
    seconds and then growing delays. After that the event is given up: it is logged, passed to
    *on_dropped*, and forgotten, so that it would be accepted again. The service does not resend
    events that were answered 200.

    When *capacity* events wait, the response is a 503, which the service retries. Accepted events
    wait in memory. `close` waits at most *shutdown_timeout* seconds for them; a killed process
    loses them. After that, read the state of the numbers again.

    Arguments:
        handler: Called with each event. A coroutine function runs in the event loop, a plain
            function in a thread.
        secrets: The signing secret of the project, or several during a rotation.
        store: Remembers events; by default in memory, 100,000 of them for a day.
        on_stale: Called with stale events; see `refetching`.
        on_dropped: Called with events that were given up.
        capacity: Maximum number of accepted events that wait.
        concurrency: Maximum number of events handled concurrently.
        attempts: Maximum calls of the handler for each event.
        initial_delay: Seconds before the first retry; doubled each time.
        shutdown_timeout: Seconds that `close` waits for accepted events.
        allow: Allowed source addresses, by default any.
        max_age: Seconds after which an event is rejected; by default never.

    Raises `InvalidArgumentError` when a secret is empty, or a number is out of range.
    """

    def __init__(
        self,
        handler: Handler,
        secrets: Secrets,
        *,
        store: EventStore | None = None,
        on_stale: Handler | None = None,
        on_dropped: Handler | None = None,
        capacity: int = 10_000,
        concurrency: int = 16,
        attempts: int = 3,
        initial_delay: float = 1.0,
        shutdown_timeout: float = 30.0,
        allow: AllowList | None = None,
        max_age: float | None = None,
    ) -> None:
        if max_age is not None:
            arguments.seconds(max_age, "max_age")
        self.gate: RequestCheck = RequestCheck(secrets, allow=allow, max_age=max_age)
        self.counts: Counts = Counts()
        self._handler = handler
        self._on_stale = on_stale
        self._on_dropped = on_dropped
        self._store: EventStore = MemoryStore() if store is None else store
        self._capacity = arguments.positive(capacity, "capacity")
        self._attempts = arguments.positive(attempts, "attempts")
        self._first_pause = arguments.seconds(initial_delay, "initial_delay")
        self._shutdown_timeout = arguments.seconds(shutdown_timeout, "shutdown_timeout")
        self._queues = [
            _EventQueue() for _ in range(arguments.positive(concurrency, "concurrency"))
        ]
        self._workers: set[asyncio.Task[None]] = set()
        self._admissions: set[asyncio.Task[Answer]] = set()
        self._pending = 0
        self._closing = asyncio.Event()

    @property
    def pending(self) -> int:
        """Accepted events that are not handled yet."""
        return self._pending

    async def receive(self, body: bytes, signature: object) -> Answer:
        """
        Return the response to a webhook with this *body* and *signature*, as received.

        Never raises because of the input, and does not wait for the handler.
        """
        completeness = self.gate.check(body, signature)
        if isinstance(completeness, Answer):
            self.counts.refused += 1
            logger.warning("webhook refused: %d, %s", completeness.status, completeness.text)
            return completeness
        if self._closing.is_set() or self._pending >= self._capacity:
            self.counts.turned_away += 1
            return BUSY
        # Reserve the slot before the event is claimed: a claimed event must be queued.
        self._pending += 1
        admission = asyncio.ensure_future(self._admit(completeness))
        self._admissions.add(admission)
        admission.add_done_callback(self._admissions.discard)
        # Shield: a sender that disconnects must not leave an event claimed but never queued.
        return await asyncio.shield(admission)

    async def close(self) -> tuple[Event, ...]:
        """
        Stop accepting events, finish the accepted ones, and return those left over.

        Waits at most *shutdown_timeout* seconds; unfinished events are passed to *on_dropped*.
        """
        self._closing.set()
        with anyio.move_on_after(self._shutdown_timeout):
            while waited_for := {*self._admissions, *self._workers}:
                await asyncio.wait(waited_for)
        for worker in (left := tuple(self._workers)):
            worker.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        lost = tuple(verified for queue in self._queues for verified in queue.waiting)
        for queue in self._queues:
            queue.waiting.clear()
        for verified in lost:
            await self._give_up(verified, "shutdown timed out")
        return tuple(verified.event for verified in lost)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._pending} pending>"

    async def _admit(self, verified: Verified) -> Answer:
        try:
            fresh = await self._store.claim(verified.event_id)
        except Exception:  # noqa: BLE001 - user-supplied store
            logger.exception("webhook answered with 503: the event store failed")
            self._pending -= 1
            self.counts.turned_away += 1
            return BUSY
        except BaseException:
            self._pending -= 1
            raise
        if not fresh:
            self._pending -= 1
            self.counts.duplicates += 1
            return DUPLICATE
        self.counts.accepted += 1
        name = verified.event.resource_id or verified.event_id
        queue = self._queues[zlib.crc32(name.encode()) % len(self._queues)]
        queue.waiting.append(verified)
        if not queue.is_worked_off:
            queue.is_worked_off = True
            worker = asyncio.create_task(self._work_off(queue))
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)
        return ACCEPTED

    async def _work_off(self, queue: _EventQueue) -> None:
        try:
            while queue.waiting:
                verified = queue.waiting[0]
                failure = await self._handle(verified.event)
                queue.waiting.popleft()
                if failure is None:
                    self._pending -= 1
                else:
                    await self._give_up(verified, failure)
        except asyncio.CancelledError:
            if not self._closing.is_set():  # the event loop is closing without close()
                lost = len(queue.waiting)
                logger.error("events lost: %d, the receiver was not closed", lost)
            raise
        finally:
            queue.is_worked_off = False

    async def _handle(self, event: Event) -> str | None:
        """Handle *event* with retries; return the reason if all attempts failed."""
        about, moment = topic(event), event.timestamp
        pause = self._first_pause
        for attempt in range(1, self._attempts + 1):
            try:
                newest = None if about is None else await self._store.newest(about)
                if newest is not None and moment is not None and moment < newest:
                    if self._on_stale is not None:
                        await _call(self._on_stale, event)
                    self.counts.stale += 1
                    return None
                await _call(self._handler, event)
                if about is not None and moment is not None:
                    await self._store.advance(about, moment)
            except Exception:  # noqa: BLE001 - user-supplied handler
                left = self._attempts - attempt
                logger.warning(
                    "event handler failed, %d attempts left: %s",
                    left,
                    _told(event),
                    exc_info=True,
                )
            else:
                self.counts.handled += 1
                return None
            if left:
                await set_within(self._closing, pause)  # no delay while closing
                pause = min(2 * pause, _LONGEST_PAUSE)
        return f"the handler failed {self._attempts} times"

    async def _give_up(self, verified: Verified, why: str) -> None:
        self._pending -= 1
        self.counts.dropped += 1
        logger.error("event dropped, %s: %s", why, _told(verified.event))
        try:
            await self._store.forget(verified.event_id)
            if self._on_dropped is not None:
                await _call(self._on_dropped, verified.event)
        except Exception:  # noqa: BLE001 - user-supplied store and handler
            logger.exception("on_dropped or the event store failed: %s", _told(verified.event))


async def _call(handler: Handler, event: Event) -> None:
    made: Any = handler
    inner = getattr(made, "__call__", None)  # noqa: B004 - may be a coroutine function
    if inspect.iscoroutinefunction(made) or inspect.iscoroutinefunction(inner):
        await made(event)
        return
    returned = await anyio.to_thread.run_sync(handler, event, abandon_on_cancel=True)
    if inspect.isawaitable(returned):
        await returned


def _told(event: Event) -> str:
    kind, about = masked(event.event_type or event.resource_type), masked(event.resource_id)
    return f"{kind} {event.status and masked(event.status)} {about}"
