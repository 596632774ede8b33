"""Receiver: accepts webhooks at once, and works them off in the background."""

import asyncio
import inspect
import zlib
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Final, Self, TypeAlias

import attrs

from sinch_numbers._core import arguments
from sinch_numbers._core.logging import logger, masked
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
Is given each event: a coroutine function, which runs in the event loop, or a plain one,
which runs in a thread.
"""

_LONGEST_PAUSE: Final = 60.0


@attrs.define(eq=False)
class _EventQueue:
    """Events that are handled one after the other; the first one is being handled."""

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
    """Not genuine, or not readable."""
    turned_away: int = 0
    """Answered 503, to come again: too much to do, closing, or the store failed."""
    handled: int = 0
    """Accepted, and handled without an error."""
    stale: int = 0
    """Accepted, and older than what was known; given to ``on_stale`` where there is one."""
    dropped: int = 0
    """Accepted, and given up: the handler failed, or it was not done when time was up."""


class Receiver:
    """
    Accepts webhooks at once, and gives each event to *handler* in the background.

    Events about the same resource are handled one after the other, in the order they came;
    those about others at the same time, *concurrency* of them. What came before is not handled
    again. An event older than one that was handled about the same link of the same number
    is old news: it goes to *on_stale*, or nowhere when there is none.

    A handler that raises gets the event again, *attempts* times in all, after *initial_delay*
    seconds and then ever longer pauses. After that the event is given up: it is logged,
    given to *on_dropped*, and forgotten, so that it may come again. The service does not
    send again what it was told 200 for.

    When *capacity* events wait, the response is a 503, which the service retries. Accepted
    events wait in memory. `close` waits at most *shutdown_timeout* seconds for them; a killed
    process loses them. After that, read the state of the numbers again.

    Arguments:
        handler: Is given each event. A coroutine function runs in the event loop, a plain
            function in a thread.
        secrets: The signing secret of the project, or several while one takes the place of
            another.
        store: Remembers events; by default in this process, 100,000 of them for a day.
        on_stale: Is given old news; see `refetching`.
        on_dropped: Is given events that were given up.
        capacity: How many accepted events may wait.
        lanes: How many are handled at a time.
        attempts: How often the handler is tried.
        first_pause: Seconds before it is tried again; doubled every time.
        drain: Seconds that `close` waits for what was accepted.
        allow: Where webhooks may come from, by default anywhere.
        max_age: Seconds after which an event is refused; by default none is.

    Raises `InvalidArgumentError` when a secret is empty, or a number makes no sense.
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
        """How many accepted events are not handled yet."""
        return self._pending

    async def receive(self, body: bytes, signature: object) -> Answer:
        """
        Return what to answer the webhook *body* with this *signature*, as they came.

        It never raises because of what came, nor waits for the handler.
        """
        completeness = self.gate.check(body, signature)
        if isinstance(completeness, Answer):
            self.counts.refused += 1
            logger.warning("webhook refused: %d, %s", completeness.status, completeness.text)
            return completeness
        if self._closing.is_set() or self._pending >= self._capacity:
            self.counts.turned_away += 1
            return BUSY
        # The place is taken before the event is remembered: what is remembered gets in.
        self._pending += 1
        admission = asyncio.ensure_future(self._admit(completeness))
        self._admissions.add(admission)
        admission.add_done_callback(self._admissions.discard)
        # Shielded: a sender who hangs up in between must not leave it remembered and lost.
        return await asyncio.shield(admission)

    async def close(self) -> tuple[Event, ...]:
        """
        Accept nothing more, finish what was accepted, and return what could not be.

        Wait at most *shutdown_timeout* seconds; events that are left are given to *on_dropped*.
        """
        self._closing.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._shutdown_timeout):
                while waited_for := {*self._admissions, *self._workers}:
                    await asyncio.wait(waited_for)
        for worker in (left := tuple(self._workers)):
            worker.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        lost = tuple(verified for queue in self._queues for verified in queue.waiting)
        for queue in self._queues:
            queue.waiting.clear()
        for verified in lost:
            await self._give_up(verified, "it was not done in time")
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
        except Exception:  # noqa: BLE001 - the store is anybody's
            logger.exception("webhook turned away: the store failed")
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
            if not self._closing.is_set():  # the loop is closing, and no caller waits
                lost = len(queue.waiting)
                logger.error("events lost: %d, for the receiver was not closed", lost)
            raise
        finally:
            queue.is_worked_off = False

    async def _handle(self, event: Event) -> str | None:
        """Handle *event*; return what went wrong, every time."""
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
            except Exception:  # noqa: BLE001 - the handler is anybody's
                left = self._attempts - attempt
                logger.warning(
                    "handling an event failed, %d attempts left: %s",
                    left,
                    _told(event),
                    exc_info=True,
                )
            else:
                self.counts.handled += 1
                return None
            if left:
                with suppress(TimeoutError):  # no delays while closing
                    async with asyncio.timeout(pause):
                        await self._closing.wait()
                pause = min(2 * pause, _LONGEST_PAUSE)
        return f"it failed {self._attempts} times"

    async def _give_up(self, verified: Verified, why: str) -> None:
        self._pending -= 1
        self.counts.dropped += 1
        logger.error("event given up, %s: %s", why, _told(verified.event))
        try:
            await self._store.forget(verified.event_id)
            if self._on_dropped is not None:
                await _call(self._on_dropped, verified.event)
        except Exception:  # noqa: BLE001 - as above
            logger.exception("telling of an event given up failed: %s", _told(verified.event))


async def _call(handler: Handler, event: Event) -> None:
    made: Any = handler
    inner = getattr(made, "__call__", None)  # noqa: B004 - whether that is a coroutine function
    if inspect.iscoroutinefunction(made) or inspect.iscoroutinefunction(inner):
        await made(event)
        return
    returned = await asyncio.to_thread(handler, event)
    if inspect.isawaitable(returned):
        await returned


def _told(event: Event) -> str:
    kind, about = masked(event.event_type or event.resource_type), masked(event.resource_id)
    return f"{kind} {event.status and masked(event.status)} {about}"
