"""
Tables and transactions of durable events; see `EventStore` for their rules.

Of each subject, such as a phone number, one event is ready or running, the oldest one that is
open; those after it are blocked until it has been handled. So taking the next events reads no
more rows than it returns, however many are blocked.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum, StrEnum, auto
from typing import Any, Final, Literal, TypeAlias

import attrs

from sinch_numbers.models._serializable import Serializable
from sinch_numbers.models._value_repr import ValueRepr
from sinch_numbers.store._database import RejectedError, Row, Script, Session, Statement
from sinch_numbers.store._migrations import Migration, Schema
from sinch_numbers.webhooks._failures import Failure

__all__ = ["EventState", "EventStateInput", "EventStatesInput", "StoredEvent"]

EVENTS: Final = Schema(
    "webhooks",
    (
        Migration(
            (
                (
                    "CREATE TABLE sinch_events ("
                    " position {serial}, id TEXT NOT NULL UNIQUE, subject TEXT NOT NULL,"
                    " topic TEXT, event_time BIGINT, body TEXT NOT NULL, state TEXT NOT NULL,"
                    " attempts BIGINT NOT NULL, interruptions BIGINT NOT NULL,"
                    " received_at BIGINT NOT NULL, due_at BIGINT NOT NULL, finished_at BIGINT,"
                    " lease_until BIGINT, owner TEXT, owner_boot TEXT, owner_slot BIGINT,"
                    " epoch BIGINT NOT NULL, error_type TEXT NOT NULL, error TEXT NOT NULL,"
                    " change TEXT NOT NULL)"
                ),
                "CREATE INDEX sinch_events_by_state ON sinch_events (state, due_at, position)",
                "CREATE INDEX sinch_events_by_subject ON sinch_events (subject, state, position)",
                (
                    "CREATE TABLE sinch_event_topics ("
                    " topic TEXT NOT NULL PRIMARY KEY, newest BIGINT NOT NULL,"
                    " updated_at BIGINT NOT NULL)"
                ),
            ),
            min_writer_version=1,
        ),
    ),
)
"""Times are in microseconds since 1970; bodies are JSON as text, empty once handled."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_SECOND: Final = 1_000_000
_OPEN: Final = "('ready', 'running', 'blocked')"
_IS_OPEN: Final = (
    f"EXISTS (SELECT 1 FROM sinch_events AS o WHERE o.subject = :subject AND o.state IN {_OPEN})"
)
_OURS: Final = "position = :position AND epoch = :epoch AND state = 'running'"
_FREE: Final = "lease_until = NULL, owner = NULL, owner_boot = NULL, owner_slot = NULL"
_PRUNED_AT_ONCE: Final = 1_000


class EventState(ValueRepr, StrEnum):
    """State of an event in an `EventStore`."""

    READY = "ready"
    """Will be handled, at once or after a delay."""
    BLOCKED = "blocked"
    """Waits for an earlier event about the same resource."""
    RUNNING = "running"
    """A handler is running."""
    DEAD = "dead"
    """Dead letter: the handler failed in the last attempt."""
    HANDLED = "handled"
    """Handled; kept for a while to recognize duplicates."""
    DROPPED = "dropped"
    """Dropped by a person; kept like a handled one."""


EventStateInput: TypeAlias = (
    Literal["ready", "blocked", "running", "dead", "handled", "dropped"] | EventState
)
"""An `EventState`, or its value."""

EventStatesInput: TypeAlias = Sequence[EventStateInput] | EventStateInput
"""One `EventState` or several, or their values."""


class Accepted(Enum):
    """Outcome of adding an event to a queue."""

    NEW = auto()
    DUPLICATE = auto()
    FULL = auto()


@attrs.frozen(kw_only=True)
class NewEvent:
    """An event to store."""

    id: str
    subject: str
    topic: str | None
    event_time: datetime | None
    body: str


@attrs.frozen(kw_only=True)
class StoredEvent(Serializable):
    """An event in an `EventStore`."""

    event_id: str
    """ID of the event; of an event without one, the SHA-256 of its body."""
    state: EventState
    resource_id: str
    """Phone number or order ID; the event ID if the event has none."""
    received_at: datetime
    """Time of acceptance, by the clock of the database."""
    due_at: datetime
    """Time of the next attempt, unless it is blocked."""
    finished_at: datetime | None = None
    """Time when it was handled, dropped, or became a dead letter."""
    attempts: int = 0
    """Failed attempts."""
    interruptions: int = 0
    """Number of processes that ended, or lost their lease, while they handled it."""
    error_type: str = ""
    """Class of the last error of the handler."""
    error: str = ""
    """Text of that error, at most 500 characters."""
    body: str = attrs.field(default="", repr=False)
    """JSON of the event; empty once it was handled or dropped."""


@attrs.frozen(kw_only=True)
class Lease:
    """A row that this process handles."""

    position: int
    epoch: int
    event_id: str
    subject: str
    topic: str | None
    event_time: int | None
    body: str
    attempts: int
    is_stale: bool


@attrs.frozen
class Leases:
    """Rows that were taken, and the seconds until more are due, ``None`` if none wait."""

    taken: Sequence[Lease]
    wait: float | None


def accept(session: Session, event: NewEvent, capacity: int) -> Script[Accepted]:
    """Insert *event*, unless it is known, or *capacity* events are open."""
    yield from _locked(session, event.subject)
    is_known = yield Statement("SELECT 1 FROM sinch_events WHERE id = :id", {"id": event.id})
    if is_known.rows:
        return Accepted.DUPLICATE
    counted = yield Statement(
        "SELECT COUNT(*) AS open FROM"
        f" (SELECT 1 FROM sinch_events WHERE state IN {_OPEN} LIMIT :capacity) AS counted",
        {"capacity": capacity},
    )
    if counted.rows[0]["open"] >= capacity:
        return Accepted.FULL
    inserted = yield Statement(
        "INSERT INTO sinch_events (id, subject, topic, event_time, body, state, attempts,"
        " interruptions, received_at, due_at, epoch, error_type, error, change)"
        " VALUES (:id, :subject, :topic, :event_time, :body,"
        f" CASE WHEN {_IS_OPEN} THEN 'blocked' ELSE 'ready' END,"
        " 0, 0, {now}, {now}, 0, '', '', :change) ON CONFLICT (id) DO NOTHING",
        {
            "id": event.id,
            "subject": event.subject,
            "topic": event.topic,
            "event_time": _stored(event.event_time),
            "body": event.body,
            "change": session.change,
        },
    )
    return Accepted.NEW if inserted.changed else Accepted.DUPLICATE


def take(session: Session, limit: int, lease: float) -> Script[Leases]:
    """Lease up to *limit* events that are due."""
    found = yield Statement(
        "SELECT e.*, (SELECT t.newest FROM sinch_event_topics AS t WHERE t.topic = e.topic)"
        " AS newest FROM sinch_events AS e WHERE e.state = 'ready' AND e.due_at <= {now}"
        " ORDER BY e.due_at, e.position LIMIT :limit{for_update}",
        {"limit": limit},
    )
    if found.rows:
        owner = session.owner
        among, positions = _among(row["position"] for row in found.rows)
        yield Statement(
            "UPDATE sinch_events SET state = 'running', epoch = epoch + 1,"
            " lease_until = {now} + :lease, owner = :owner, owner_boot = :boot,"
            f" owner_slot = :slot, change = :change WHERE position IN {among}",
            {
                **positions,
                "lease": int(lease * _SECOND),
                "owner": owner.name,
                "boot": owner.boot,
                "slot": owner.slot,
                "change": session.change,
            },
        )
    wait = None
    if len(found.rows) < limit:
        soonest = yield Statement(
            "SELECT MIN(due_at) - {now} AS left_over FROM sinch_events WHERE state = 'ready'"
        )
        left = soonest.rows[0]["left_over"]
        wait = None if left is None else max(0.0, left / _SECOND)
    return Leases([_lease_of(row) for row in found.rows], wait)


def renew(session: Session, leases: Sequence[Lease], lease: float) -> Script[None]:
    """Extend *leases* that are still ours."""
    for one in leases:
        yield Statement(
            f"UPDATE sinch_events SET lease_until = {{now}} + :lease WHERE {_OURS}",
            {"position": one.position, "epoch": one.epoch, "lease": int(lease * _SECOND)},
        )


def recover(session: Session) -> Script[int]:
    """Make the events of ended processes ready again; return their number."""
    found = yield Statement(
        "SELECT position, epoch, lease_until, owner_boot, owner_slot,"
        " CASE WHEN lease_until <= {now} THEN 1 ELSE 0 END AS ended"
        " FROM sinch_events WHERE state = 'running'"
    )
    recovered = 0
    for row in found.rows:
        ended = bool(row["ended"])
        if session.is_gone(row["owner_boot"], row["owner_slot"], lease_ended=ended):
            # Unless it was renewed since it was read.
            freed = yield Statement(
                "UPDATE sinch_events SET state = 'ready', interruptions = interruptions + 1,"
                f" epoch = epoch + 1, {_FREE}, change = :change"
                f" WHERE {_OURS} AND lease_until = :lease_until",
                {
                    "position": row["position"],
                    "epoch": row["epoch"],
                    "lease_until": row["lease_until"],
                    "change": session.change,
                },
            )
            recovered += freed.changed
    return recovered


def finish(session: Session, lease: Lease, statements: Sequence[Statement]) -> Script[bool]:
    """
    Mark an event as handled, and run the *statements* of its handler, in one transaction.

    Returns false, and changes nothing, if the lease was lost.
    """
    yield from _locked(session, lease.subject)
    done = yield Statement(
        "UPDATE sinch_events SET state = 'handled', finished_at = {now}, body = '',"
        f" {_FREE}, change = :change WHERE {_OURS}",
        {"position": lease.position, "epoch": lease.epoch, "change": session.change},
    )
    if not done.changed:
        return False
    yield from statements_of(statements)
    if lease.topic is not None and lease.event_time is not None and not lease.is_stale:
        yield Statement(
            "INSERT INTO sinch_event_topics (topic, newest, updated_at)"
            " VALUES (:topic, :event_time, {now}) ON CONFLICT (topic) DO UPDATE"
            " SET newest = excluded.newest, updated_at = excluded.updated_at"
            " WHERE excluded.newest >= sinch_event_topics.newest",
            {"topic": lease.topic, "event_time": lease.event_time},
        )
    yield from _unblock(lease.subject)
    return True


def statements_of(statements: Sequence[Statement]) -> Script[None]:
    """Run the statements of a handler, each of which may have to change a number of rows."""
    for number, statement in enumerate(statements, 1):
        result = yield statement
        expected = getattr(statement, "changes", None)
        if expected is not None and result.changed != expected:
            raise RejectedError(
                f"statement {number} of event.transaction changed {result.changed} rows,"
                f" {expected} were expected"
            )


def fail(session: Session, lease: Lease, failure: Failure, delay: float | None) -> Script[bool]:
    """
    Record a failed attempt; the next one is due after *delay* seconds.

    Without a delay, the event becomes a dead letter. Returns false if the lease was lost.
    """
    yield from _locked(session, lease.subject)
    state = "state = 'ready'" if delay is not None else "state = 'dead', finished_at = {now}"
    failed = yield Statement(
        f"UPDATE sinch_events SET {state},"
        " attempts = attempts + 1, due_at = {now} + :delay, error_type = :error_type,"
        f" error = :error, {_FREE}, change = :change WHERE {_OURS}",
        {
            "position": lease.position,
            "epoch": lease.epoch,
            "delay": int((delay or 0.0) * _SECOND),
            "error_type": failure.type,
            "error": failure.text,
            "change": session.change,
        },
    )
    if failed.changed and delay is None:
        yield from _unblock(lease.subject)
    return bool(failed.changed)


def release(session: Session, leases: Sequence[Lease]) -> Script[None]:
    """Release *leases*, so that another process can handle the events."""
    for one in leases:
        yield Statement(
            f"UPDATE sinch_events SET state = 'ready', epoch = epoch + 1, {_FREE},"
            f" change = :change WHERE {_OURS}",
            {"position": one.position, "epoch": one.epoch, "change": session.change},
        )


def prune(session: Session, retention: float) -> Script[None]:
    """Delete events finished *retention* seconds ago, some rows at a time."""
    parameters = {"retention": int(retention * _SECOND), "limit": _PRUNED_AT_ONCE}
    yield Statement(
        "DELETE FROM sinch_events WHERE position IN (SELECT position FROM sinch_events"
        " WHERE state IN ('handled', 'dropped') AND finished_at < {now} - :retention"
        " LIMIT :limit)",
        parameters,
    )
    yield Statement(
        "DELETE FROM sinch_event_topics WHERE topic IN (SELECT topic FROM sinch_event_topics"
        " WHERE updated_at < {now} - :retention LIMIT :limit)",
        parameters,
    )


def stored(
    session: Session, states: Sequence[EventState], limit: int | None
) -> Script[tuple[StoredEvent, ...]]:
    """Return the events in *states*, oldest first."""
    named = {f"state_{number}": str(state) for number, state in enumerate(states)}
    text = (
        f"SELECT * FROM sinch_events WHERE state IN ({', '.join(f':{name}' for name in named)})"
        " ORDER BY position"
    )
    parameters: dict[str, Any] = dict(named)
    if limit is not None:
        text += " LIMIT :limit"
        parameters["limit"] = limit
    return tuple([_event_of(row) for row in (yield Statement(text, parameters)).rows])


def retry(session: Session, event_id: str) -> Script[bool]:
    """Make a dead letter, or an event that waits for its next attempt, due now."""
    subject = yield from _subject_of(session, event_id)
    if subject is None:
        return False
    dead = yield Statement(
        "UPDATE sinch_events SET attempts = 0, due_at = {now}, finished_at = NULL,"
        f" state = CASE WHEN {_IS_OPEN} THEN 'blocked' ELSE 'ready' END, change = :change"
        " WHERE id = :id AND state = 'dead'",
        {"id": event_id, "subject": subject, "change": session.change},
    )
    if dead.changed:
        return True
    hurried = yield Statement(
        "UPDATE sinch_events SET due_at = {now}, change = :change"
        " WHERE id = :id AND state = 'ready'",
        {"id": event_id, "change": session.change},
    )
    return bool(hurried.changed)


def drop(session: Session, event_id: str) -> Script[bool]:
    """Drop an event that no handler is working on."""
    subject = yield from _subject_of(session, event_id)
    if subject is None:
        return False
    dropped = yield Statement(
        "UPDATE sinch_events SET state = 'dropped', finished_at = {now}, body = '',"
        " change = :change WHERE id = :id AND state IN ('ready', 'blocked', 'dead')",
        {"id": event_id, "change": session.change},
    )
    if dropped.changed:
        yield from _unblock(subject)
    return bool(dropped.changed)


def has_changed(session: Session, change: str) -> Script[bool]:
    """
    Return whether the transaction *change* was the last one to change some event.

    It writes the same value again, so that its own commit waits for a synchronous standby.
    """
    written = yield Statement(
        "UPDATE sinch_events SET change = :change WHERE change = :change", {"change": change}
    )
    return written.changed > 0


def _locked(session: Session, subject: str) -> Script[None]:
    """Let transactions that change which event of *subject* is the next one run in turn."""
    yield from session.dialect.locked(f"sinch_events {subject}")


def _unblock(subject: str) -> Script[None]:
    """Make the oldest blocked event of *subject* ready, unless another one still is."""
    yield Statement(
        "UPDATE sinch_events SET state = 'ready' WHERE position ="
        " (SELECT MIN(b.position) FROM sinch_events AS b"
        " WHERE b.subject = :subject AND b.state = 'blocked')"
        " AND NOT EXISTS (SELECT 1 FROM sinch_events AS o"
        " WHERE o.subject = :subject AND o.state IN ('ready', 'running'))",
        {"subject": subject},
    )


def _subject_of(session: Session, event_id: str) -> Script[str | None]:
    """Return the locked subject of an event."""
    found = yield Statement("SELECT subject FROM sinch_events WHERE id = :id", {"id": event_id})
    if not found.rows:
        return None
    subject = str(found.rows[0]["subject"])
    yield from _locked(session, subject)
    return subject


def _among(positions: Iterable[int]) -> tuple[str, Mapping[str, int]]:
    named = {f"position_{number}": position for number, position in enumerate(positions)}
    return f"({', '.join(f':{name}' for name in named)})", named


def _lease_of(row: Row) -> Lease:
    newest, event_time = row["newest"], row["event_time"]
    return Lease(
        position=row["position"],
        epoch=row["epoch"] + 1,
        event_id=row["id"],
        subject=row["subject"],
        topic=row["topic"],
        event_time=event_time,
        body=row["body"],
        attempts=row["attempts"],
        is_stale=newest is not None and event_time is not None and event_time < newest,
    )


def _event_of(row: Row) -> StoredEvent:
    try:
        return StoredEvent(
            event_id=row["id"],
            state=EventState(row["state"]),
            resource_id=row["subject"],
            received_at=_time(row["received_at"]),
            due_at=_time(row["due_at"]),
            finished_at=None if row["finished_at"] is None else _time(row["finished_at"]),
            attempts=row["attempts"],
            interruptions=row["interruptions"],
            error_type=row["error_type"],
            error=row["error"],
            body=row["body"],
        )
    except (ValueError, TypeError, LookupError, OverflowError):
        raise RejectedError(f"the row of event {row.get('id')!r} is damaged") from None


def _stored(time: datetime | None) -> int | None:
    return None if time is None else (time - _EPOCH) // _MICROSECOND


def _time(stored: int) -> datetime:
    return _EPOCH + timedelta(microseconds=stored)
