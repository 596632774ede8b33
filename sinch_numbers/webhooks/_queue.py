"""Queues of accepted events: the protocol for the dispatcher, and the one in memory."""

import asyncio
import heapq
from collections import deque
from collections.abc import Awaitable, Sequence
from itertools import count
from time import monotonic
from typing import Protocol, TypeVar

import anyio
import attrs

from sinch_numbers._core.logging import logger
from sinch_numbers.errors import StoreError
from sinch_numbers.models import Event
from sinch_numbers.webhooks._core import Verified, topic
from sinch_numbers.webhooks._event_tables import Accepted, Lease
from sinch_numbers.webhooks._failures import Failure
from sinch_numbers.webhooks._store import DeduplicationStore, MemoryStore
from sinch_numbers.webhooks._transaction import StatementTransaction

T = TypeVar("T")


@attrs.define(eq=False)
class Delivery:
    """An event that waits for a handler, or that a handler works on."""

    event: Event
    event_id: str
    attempts: int = 0
    """Failed attempts."""
    lease: Lease | None = None
    """The row of a durable event."""
    transaction: StatementTransaction | None = None
    """The transaction of the current call of the handler."""


@attrs.frozen
class Taken:
    """Events to handle, and the seconds until more are due, ``None`` if none are."""

    deliveries: Sequence[Delivery]
    wait: float | None = None


class EventQueue(Protocol):
    """
    Accepted events, of which at most one about the same resource is handled at a time.

    Each method may raise: then nothing has changed, or it is repeated.
    """

    @property
    def is_durable(self) -> bool:
        """Whether accepted events survive the process."""
        ...

    @property
    def is_prompt(self) -> bool:
        """Whether `accept` returns without waiting for anything."""
        ...

    @property
    def interval(self) -> float | None:
        """Maximum seconds between two calls of `maintain`, ``None`` if it does nothing."""
        ...

    @property
    def pending(self) -> int:
        """Number of events that this process has to handle."""
        ...

    async def accept(self, verified: Verified) -> Accepted:
        """Add an event."""
        ...

    async def take(self, limit: int) -> Taken:
        """Return up to *limit* events to handle now, each of another resource."""
        ...

    async def is_stale(self, delivery: Delivery) -> bool:
        """Whether a newer event of the same topic was handled."""
        ...

    async def finish(self, delivery: Delivery) -> bool:
        """Remove a handled event; return false if another process has taken it over."""
        ...

    async def fail(self, delivery: Delivery, failure: Failure, delay: float | None) -> bool:
        """
        Record a failed attempt; the next one is due after *delay* seconds, if any.

        Return false if another process has taken the event over.
        """
        ...

    async def maintain(self) -> None:
        """Renew leases of running handlers, and recover events of ended processes."""
        ...

    def hurry(self) -> None:
        """Skip further delays: the receiver is closing."""
        ...

    def restart(self) -> None:
        """Forget events of handlers whose event loop has ended."""
        ...

    async def release(self) -> tuple[Delivery, ...]:
        """Release unhandled events; return the events that are lost."""
        ...


class MemoryQueue:
    """
    Events in memory, with a store that recognizes duplicates and stale events.

    Calls of the store end after *timeout* seconds.
    """

    is_durable = False
    interval = None

    def __init__(self, store: DeduplicationStore, capacity: int, timeout: float) -> None:
        self._store = store
        self._capacity = capacity
        self._timeout = timeout
        self._by_subject: dict[str, deque[Delivery]] = {}
        self._ready: deque[str] = deque()
        self._delayed: list[tuple[float, int, str]] = []
        self._order = count()
        self._hurries = False
        self.is_prompt = type(store) is MemoryStore
        self.pending = 0

    async def accept(self, verified: Verified) -> Accepted:
        """Add an event, unless it is known."""
        if self.pending >= self._capacity:
            return Accepted.FULL
        # Reserve the slot before the event is claimed: a claimed event must be queued.
        self.pending += 1
        try:
            is_new = await self._limited(self._store.claim(verified.event_id))
        except TimeoutError:
            self.pending -= 1
            # Whether it is claimed is unknown. Rather handled twice than never.
            await self._limited(self._store.forget(verified.event_id))
            raise
        except BaseException:
            self.pending -= 1
            raise
        if not is_new:
            self.pending -= 1
            return Accepted.DUPLICATE
        subject = verified.event.resource_id or verified.event_id
        waiting = self._by_subject.get(subject)
        if waiting is None:
            waiting = self._by_subject[subject] = deque()
            self._ready.append(subject)
        waiting.append(Delivery(verified.event, verified.event_id))
        return Accepted.NEW

    async def take(self, limit: int) -> Taken:
        """Return the first event of each of up to *limit* resources."""
        now = monotonic()
        while self._delayed and (self._hurries or self._delayed[0][0] <= now):
            self._ready.append(heapq.heappop(self._delayed)[2])
        taken: list[Delivery] = []
        while self._ready and len(taken) < limit:
            taken.append(self._by_subject[self._ready.popleft()][0])
        return Taken(taken, self._delayed[0][0] - now if self._delayed else None)

    async def is_stale(self, delivery: Delivery) -> bool:
        """Whether a newer event of the same topic was handled."""
        about, at = topic(delivery.event), delivery.event.timestamp
        if about is None or at is None:
            return False
        newest = await self._limited(self._store.newest(about))
        return newest is not None and at < newest

    async def finish(self, delivery: Delivery) -> bool:
        """Remove a handled event, and record its time."""
        about, at = topic(delivery.event), delivery.event.timestamp
        if about is not None and at is not None:
            await self._limited(self._store.advance(about, at))
        self._end(delivery)
        return True

    async def fail(
        self,
        delivery: Delivery,
        failure: Failure,  # noqa: ARG002 - it is only logged
        delay: float | None,
    ) -> bool:
        """Handle the event again after *delay* seconds; without one, forget it."""
        delivery.attempts += 1
        if delay is None:
            self._end(delivery)
            try:
                await self._limited(self._store.forget(delivery.event_id))
            except Exception:  # noqa: BLE001 - user-supplied store
                logger.exception("the outcome of an event could not be stored")
            return True
        subject = delivery.event.resource_id or delivery.event_id
        heapq.heappush(self._delayed, (monotonic() + delay, next(self._order), subject))
        return True

    async def maintain(self) -> None:
        """Do nothing: no other process has these events."""

    def hurry(self) -> None:
        """Skip further delays."""
        self._hurries = True

    def restart(self) -> None:
        """Let all events be taken again."""
        self._delayed.clear()
        self._ready = deque(self._by_subject)

    async def release(self) -> tuple[Delivery, ...]:
        """Return all events, and allow their redelivery."""
        left = tuple(one for waiting in self._by_subject.values() for one in waiting)
        self._by_subject.clear()
        self._ready.clear()
        self._delayed.clear()
        self.pending -= len(left)
        try:
            with anyio.fail_after(self._timeout):
                for one in left:
                    await self._store.forget(one.event_id)
        except Exception:  # noqa: BLE001 - user-supplied store
            logger.exception("the outcome of an event could not be stored")
        return left

    def _end(self, delivery: Delivery) -> None:
        subject = delivery.event.resource_id or delivery.event_id
        waiting = self._by_subject[subject]
        waiting.popleft()
        self.pending -= 1
        if waiting:
            self._ready.append(subject)
        else:
            del self._by_subject[subject]

    async def _limited(self, call: Awaitable[T]) -> T:
        if self.is_prompt:  # saves a tenth of the time of an event
            return await call
        task = asyncio.current_task()
        try:
            with anyio.fail_after(self._timeout):
                return await call
        except asyncio.CancelledError:
            if task is None or task.cancelling():
                raise
        # Raised by the store itself: it must not end the task, as a cancellation would.
        raise StoreError("the deduplication store raised CancelledError")
