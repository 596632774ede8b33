"""
Webhook delivery like the service's: signed, retried, in no guaranteed order.

The service's retry schedule is not published; the delays here are arbitrary. They and all
other delays are in real seconds, independent of the sandbox's clock.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from random import Random
from typing import TypeAlias
from urllib.parse import urlsplit

import attrs

from sinch_numbers.sandbox._protocol.absent import Absent
from sinch_numbers.sandbox._protocol.clock import Clock
from sinch_numbers.sandbox._protocol.hosts import is_loopback
from sinch_numbers.sandbox._state.events import Event
from sinch_numbers.sandbox._state.state import Project
from sinch_numbers.sandbox._webhooks.event_payloads import body_of, event_id, signature

__all__ = ["Delivery", "Disturbance", "Post", "Webhooks"]

Post: TypeAlias = Callable[[str, bytes, dict[str, str]], Awaitable[int]]
"""Posts body and headers to a URL, returns the status; 0 without a response."""

_LOOK = 0.25
_OTHER_HOST = ("IMPORTED_NUMBER", "HOSTING_ORDER_NUMBER")
_AT_ONCE = 50  # concurrent deliveries; more would only wait for each other


def _probability(_: object, attribute: "attrs.Attribute[float]", value: float) -> None:
    if not 0 <= value <= 1:
        msg = f"{attribute.name} is a probability, not {value!r}"
        raise ValueError(msg)


@attrs.frozen(kw_only=True)
class Disturbance:
    """Delivery disturbances: probabilities of duplicates, reordering and delays."""

    duplicate: float = attrs.field(default=0.0, converter=float, validator=_probability)
    """Probability of sending twice."""
    reorder: float = attrs.field(default=0.0, converter=float, validator=_probability)
    """Probability of being held until a later event has overtaken, at most *seconds*."""
    delay: float = attrs.field(default=0.0, converter=float, validator=_probability)
    """Probability of a delay of up to *seconds*."""
    seconds: float = attrs.field(default=0.1, converter=float)
    seed: int = 0


@attrs.frozen(kw_only=True)
class Delivery:
    """Delivery attempt; *status* is 0 without a response, -1 if none was made."""

    event_id: str
    url: str
    attempt: int
    status: int


@attrs.frozen
class _Notice:
    event_id: str
    url: str
    body: bytes
    project: Project
    other_host: bool
    """Whether the event is from the second host, which signs with a separate secret."""


class Webhooks:
    """
    Webhook sender for the events of all projects.

    Created by the package.

    Args:
        projects: The projects by their IDs.
        clock: Clock of the sandbox.
        seed: Random seed.
        absent: How events write what a resource does not have, as in `Sandbox`.

    Example::

        async with Sandbox(numbers=5, stock=5) as sandbox:
            sandbox.webhooks.disturb(duplicate=0.5, seed=3)
            sandbox.webhooks.send_again()
            await sandbox.webhooks.settled()
            sandbox.webhooks.calm()
            print(sandbox.webhooks.deliveries)
    """

    def __init__(
        self,
        projects: Mapping[str, Project],
        clock: Clock,
        seed: int,
        *,
        absent: Absent | None = None,
    ) -> None:
        self.deliveries: list[Delivery] = []
        self.pause: float = 0.1
        """Delay in seconds before a failed webhook is retried; doubled on each retry."""
        self.longest_pause: float = 5.0
        self.attempts = 20
        """Maximum number of attempts per webhook."""
        self._url = ""
        self._projects = projects
        self._clock = clock
        self._seed = seed
        self._absent: Absent | None = absent
        self.taken: dict[str, int] = dict.fromkeys(projects, 0)
        self._disturbance = Disturbance()
        self._dice = Random(0)
        self._held: deque[asyncio.Event] = deque()
        self._under_way: set[asyncio.Task[None]] = set()
        self._running: tuple[asyncio.AbstractEventLoop, asyncio.Event, Post] | None = None
        self._task: asyncio.Task[None] | None = None
        self._slots = asyncio.Semaphore(_AT_ONCE)
        clock.watch(self._nudge)
        for project in projects.values():
            project.announcements.listen(self._nudge)

    def __repr__(self) -> str:
        return f"Webhooks({self._url or 'to callback URLs only'})"

    @property
    def url(self) -> str:
        """Default URL for events without a callback URL; empty to discard them."""
        return self._url

    @url.setter
    def url(self, url: str) -> None:
        if url and not _is_here(url):
            msg = "a sandbox posts to this machine only: an http URL of a loopback host"
            raise ValueError(msg)
        self._url = url

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
        Disturb deliveries from now on, reproducibly for the same *seed*.

        Args:
            duplicate: Probability that a delivery is repeated.
            reorder: Probability that a delivery is swapped with the next one.
            delay: Probability that a delivery is delayed.
            seconds: The delay.
            seed: Random seed.
        """
        self._disturbance = Disturbance(
            duplicate=duplicate, reorder=reorder, delay=delay, seconds=seconds, seed=seed
        )
        self._dice = Random(seed)

    def calm(self) -> None:
        """Stop disturbing deliveries."""
        self.disturb()

    def send_again(self) -> None:
        """Resend all events: duplicates, with unchanged IDs."""
        self.taken = dict.fromkeys(self._projects, 0)
        self._nudge()

    async def settled(self) -> None:
        """Wait until every event so far has been delivered or given up."""
        self._collect()
        while self._under_way:
            await asyncio.gather(*self._under_way, return_exceptions=True)

    def start(self, post: Post) -> None:
        """
        Start delivering, in the running loop.

        Called by the package.

        Args:
            post: Posts a URL, a body, and headers, and returns the status.
        """
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._running = asyncio.get_running_loop(), asyncio.Event(), post
        self._task = asyncio.create_task(self._run(self._running[1]))

    async def stop(self) -> None:
        """
        Stop delivering; undelivered events are dropped.

        Called by the package.
        """
        self._running, task, self._task = None, self._task, None
        tasks = [*self._under_way, *([task] if task else [])]
        for one in tasks:
            one.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _nudge(self) -> None:
        if self._running is not None:
            loop, wake, _ = self._running
            with suppress(RuntimeError):  # the loop is closing, and so is this sender
                loop.call_soon_threadsafe(wake.set)

    async def _run(self, wake: asyncio.Event) -> None:
        while True:
            wake.clear()
            self._collect()
            pauses = [
                self._clock.until(due)
                for project in self._projects.values()
                if (due := project.announcements.next()) is not None
            ]
            # Orders and the second host advance without notifying us: poll them.
            pause = min((one for one in pauses if one is not None), default=_LOOK)
            pause = min(pause, _LOOK)
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await wake.wait()

    def _collect(self) -> None:
        """Queue the events published since the last call."""
        if self._running is None:
            return
        for project_id, project in self._projects.items():
            project.orders.settle()
            project.imported.settle()
            begin = self.taken[project_id]
            fresh = project.events[begin:]
            self.taken[project_id] += len(fresh)
            for place, event in enumerate(fresh, begin):
                name = event_id(event.at, f"{self._seed}/{project_id}/{place}")
                self._dispatch(project, event, name)

    def _dispatch(self, project: Project, event: Event, name: str) -> None:
        url = event.callback_url or self._url
        if not url:
            return
        if not _is_here(url):
            self.deliveries.append(Delivery(event_id=name, url=url, attempt=0, status=-1))
            return
        other_host = event.resource_type in _OTHER_HOST
        notice = _Notice(name, url, body_of(event, name, self._absent), project, other_host)
        chaos, dice = self._disturbance, self._dice
        for _ in range(2 if dice.random() < chaos.duplicate else 1):
            delay = chaos.seconds * dice.random() if dice.random() < chaos.delay else 0.0
            overtaken = asyncio.Event() if dice.random() < chaos.reorder else None
            if overtaken is not None:
                self._held.append(overtaken)
            task = asyncio.create_task(self._deliver(notice, delay, overtaken, chaos.seconds))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _deliver(
        self, notice: _Notice, delay: float, overtaken: asyncio.Event | None, patience: float
    ) -> None:
        await asyncio.sleep(delay)
        if overtaken is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(patience):
                    await overtaken.wait()
        pause = self.pause
        for attempt in range(1, self.attempts + 1):
            status = await self._send(notice)
            self.deliveries.append(
                Delivery(event_id=notice.event_id, url=notice.url, attempt=attempt, status=status)
            )
            if overtaken is None:
                while self._held:
                    self._held.popleft().set()
            if status == 200:
                return
            await asyncio.sleep(pause)
            pause = min(2 * pause, self.longest_pause)

    async def _send(self, notice: _Notice) -> int:
        if self._running is None:
            return 0
        headers = {"Content-Type": "application/json"}
        # Look the secret up on each attempt: retries are signed with the current one.
        host = notice.project.imported if notice.other_host else notice.project
        if secret := host.hmac_secret:
            headers["X-Sinch-Signature"] = signature(notice.body, secret)
        async with self._slots:
            return await self._running[2](notice.url, notice.body, headers)


def _is_here(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme == "http" and is_loopback(parts.hostname or "")
    except ValueError:
        return False
