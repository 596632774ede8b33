"""Durable events: a queue in SQLite or PostgreSQL, shared by any number of processes."""

import os
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import Final, TypeVar

from sinch_numbers._core import arguments
from sinch_numbers._core.choices import choices
from sinch_numbers.errors import InvalidArgumentError, InvalidEventError, StoreError
from sinch_numbers.store import PostgresStore, SQLiteStore
from sinch_numbers.store._database import LARGEST_LIMIT, Script, Scripted, Session, uncancelled
from sinch_numbers.store._open import open_database
from sinch_numbers.webhooks import _event_tables as tables
from sinch_numbers.webhooks._core import Verified, topic
from sinch_numbers.webhooks._event_tables import (
    Accepted,
    EventState,
    EventStatesInput,
    Lease,
    NewEvent,
    StoredEvent,
)
from sinch_numbers.webhooks._events import parse_event
from sinch_numbers.webhooks._failures import Failure, failure_of
from sinch_numbers.webhooks._queue import Delivery, Taken

__all__ = ["EventStore"]

T = TypeVar("T")

_POLL_SECONDS: Final = 1.0
"""Time until a receiver notices events that another process has left, at most."""
_PRUNE_SECONDS: Final = 600.0
_LISTED: Final = (EventState.READY, EventState.BLOCKED, EventState.RUNNING, EventState.DEAD)


class EventStore:
    """
    Durable events for a `Receiver`, in SQLite or PostgreSQL.

    A receiver with it answers 200 once the event is committed. Events of a process that was killed
    are handled by another process that uses the same store, or after a restart: at least once. A
    handler that writes through ``event.transaction``, or that ignores events whose ID it has seen,
    has its effect once. Events of a live process are not handled by another one.

    All receivers that share a store need the same handler: any of them may get any event. The
    tables, whose names start with ``sinch_event``, are in the same database as the journal of
    billable calls, if both get the same *where*.

    An event whose handler failed in the last attempt becomes a dead letter: see `retry` and
    `drop`, and ``sinch-numbers webhooks queue``.

    Raises `InvalidArgumentError` for arguments that name no store, and `MissingExtraError` for
    PostgreSQL without the extra ``postgres``. Methods raise `StoreError` if the database cannot be
    used.

    Args:
        where: Path of an SQLite file, a URL as for `open_store`, or a store that is already open.
            Stores of processes on several hosts must be in PostgreSQL.
        lease: Seconds after which the events of a process that does not renew its leases are
            handled by another one (default: 30). A receiver renews them every second, or three
            times in each lease. On SQLite, a lock shows whether a process lives: the events of one
            that has ended are recovered within a second, those of a suspended one are kept.
        retention: Seconds that handled events are kept, without their bodies, to recognize
            duplicates (default: a week).

    Example::

        store = EventStore("events.db")
        receiver = Receiver(print, "s" * 32, store=store)
        for stored in await store.events(states="dead"):
            await store.retry(stored.event_id)  # or: await store.drop(stored.event_id)
        await store.close()
    """

    def __init__(
        self,
        where: str | os.PathLike[str] | SQLiteStore | PostgresStore,
        *,
        lease: float = 30.0,
        retention: float = 7 * 86_400.0,
    ) -> None:
        self._lease = arguments.seconds(lease, "lease")
        self._retention = arguments.seconds(retention, "retention")
        self._database, self._is_ours = open_database(where)

    async def events(
        self, *, states: EventStatesInput = _LISTED, limit: int | None = None
    ) -> tuple[StoredEvent, ...]:
        """
        Return the events in *states*, oldest first; by default unhandled ones.

        Args:
            states: States of the events (default: those that were not handled).
            limit: Maximum number of events (default: all).

        Raises:
            InvalidArgumentError: A state is unknown.
            StoreError: The database cannot be used.
        """
        if limit is not None:
            limit = min(arguments.positive(limit, "limit"), LARGEST_LIMIT)
        wanted = choices(states, EventState, "states")
        if not wanted:
            return ()
        script = partial(tables.stored, states=wanted, limit=limit)
        return await self._database.run(tables.EVENTS, script, write=False)

    async def retry(self, event_id: str) -> bool:
        """
        Let a receiver handle a dead letter again, with all attempts, or hurry a delayed retry.

        Returns false if the event is neither.

        Args:
            event_id: ID of the event.

        Raises:
            StoreError: The database cannot be used.
        """
        event_id = arguments.text(event_id, "event_id")
        return await self._change(partial(tables.retry, event_id=event_id))

    async def drop(self, event_id: str) -> bool:
        """
        Remove an event that no handler is working on, so that it is never handled.

        Returns false if it is unknown, handled, or being handled.

        Args:
            event_id: ID of the event.

        Raises:
            StoreError: The database cannot be used.
        """
        event_id = arguments.text(event_id, "event_id")
        return await self._change(partial(tables.drop, event_id=event_id))

    async def close(self) -> None:
        """Close the connections, unless *where* was an open store. Raises `StoreError`."""
        if self._is_ours:
            await self._database.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} lease={self._lease:g} retention={self._retention:g}>"

    async def _change(self, script: Scripted[T], *, durable: bool = True) -> T:
        return await self._database.run(
            tables.EVENTS, script, durable=durable, confirm=_has_changed
        )


class DurableQueue:
    """The events of an `EventStore`, as one receiver handles them."""

    is_durable = True
    is_prompt = False

    def __init__(self, store: EventStore, capacity: int) -> None:
        self._store = store
        self._capacity = capacity
        self._leases: dict[int, Lease] = {}
        self._pruned = float("-inf")
        self.interval = min(_POLL_SECONDS, store._lease / 3)  # noqa: SLF001 - one class in two halves

    @property
    def pending(self) -> int:
        """Number of events that this process is handling."""
        return len(self._leases)

    async def accept(self, verified: Verified) -> Accepted:
        """Insert an event; durable when the method returns."""
        event = verified.event
        new = NewEvent(
            id=_storable(verified.event_id),
            subject=_storable(event.resource_id or verified.event_id),
            topic=None if (about := topic(event)) is None else _storable(about),
            event_time=event.timestamp,
            body=verified.body.decode(),
        )
        return await self._run(partial(tables.accept, event=new, capacity=self._capacity))

    async def take(self, limit: int) -> Taken:
        """Lease up to *limit* events."""
        # If the caller is cancelled, the leases are known, so that `release` gives them back.
        return await uncancelled(self._take(limit))

    async def _take(self, limit: int) -> Taken:
        lease = self._store._lease  # noqa: SLF001 - as above
        # A power failure may undo leases and outcomes: their events are then handled again.
        take = partial(tables.take, limit=limit, lease=lease)
        found = await self._run(take, durable=False)
        deliveries = []
        for one in found.taken:
            self._leases[one.position] = one
            try:
                event = parse_event(one.body.encode())
            except InvalidEventError as error:  # accepted by a release that could read it
                self._leases.pop(one.position)
                with suppress(StoreError):  # then it is taken again when the lease has ended
                    await self._fail(one, failure_of(error), None)
            else:
                deliveries.append(Delivery(event, one.event_id, one.attempts, one))
        return Taken(deliveries, found.wait)

    async def is_stale(self, delivery: Delivery) -> bool:
        """Whether a newer event of the same topic had been handled when it was taken."""
        return _lease(delivery).is_stale

    async def finish(self, delivery: Delivery) -> bool:
        """Mark an event as handled, together with the statements of its transaction."""
        lease = _lease(delivery)
        transaction = delivery.transaction
        statements = () if transaction is None else transaction.end()
        script = partial(tables.finish, lease=lease, statements=statements)
        is_ours = await self._run(script, durable=bool(statements))
        self._leases.pop(lease.position, None)
        return is_ours

    async def fail(self, delivery: Delivery, failure: Failure, delay: float | None) -> bool:
        """Record a failed attempt; without a *delay*, the event becomes a dead letter."""
        return await self._fail(_lease(delivery), failure, delay)

    async def maintain(self) -> None:
        """Renew our leases, recover those of ended processes, and delete old rows."""
        script = partial(_maintained, leases=tuple(self._leases.values()), store=self._store)
        await self._run(script, durable=False)
        if monotonic() - self._pruned >= _PRUNE_SECONDS:
            retention = self._store._retention  # noqa: SLF001 - as above
            await self._run(partial(tables.prune, retention=retention))
            self._pruned = monotonic()

    def hurry(self) -> None:
        """Leave delays as they are: the events survive."""

    def restart(self) -> None:
        """Renew no lease of the event loop that has ended."""
        self._leases.clear()

    async def release(self) -> tuple[Delivery, ...]:
        """Return unhandled events to the store."""
        leases = tuple(self._leases.values())
        if leases:
            await self._run(partial(tables.release, leases=leases))
            self._leases.clear()
        return ()

    async def _fail(self, lease: Lease, failure: Failure, delay: float | None) -> bool:
        script = partial(tables.fail, lease=lease, failure=failure, delay=delay)
        is_ours = await self._run(script)
        self._leases.pop(lease.position, None)
        return is_ours

    async def _run(self, script: Scripted[T], *, durable: bool = True) -> T:
        return await self._store._change(script, durable=durable)  # noqa: SLF001 - as above


def _maintained(session: Session, leases: Sequence[Lease], store: EventStore) -> Script[int]:
    yield from tables.renew(session, leases, store._lease)  # noqa: SLF001 - as above
    return (yield from tables.recover(session))


def _has_changed(session: Session) -> Script[bool]:
    return tables.has_changed(session, session.change)


def _lease(delivery: Delivery) -> Lease:
    if delivery.lease is None:
        raise InvalidArgumentError("delivery", "an event of this queue")
    return delivery.lease


def _storable(text: str) -> str:
    """Replace lone surrogates and NUL, which databases reject: *text* is from JSON."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")
