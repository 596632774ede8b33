"""
Tables and transactions of the operations journal; see `OperationStore` for their rules.

The table of claims has one row for each subject, whose primary key decides all races: an entry
that claims it, an entry that owns it, or both.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

import attrs

from sinch_numbers._core.billing.journal import (
    APPLIED_STATES,
    OPEN_STATES,
    Claims,
    Holder,
    JournalEntry,
    OperationState,
    keeps_claim,
)
from sinch_numbers._core.serialization import json_text
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.store._database import RejectedError, Row, Script, Session, Statement
from sinch_numbers.store._migrations import Migration, Schema

T = TypeVar("T")

OPERATIONS: Final = Schema(
    "operations",
    (
        Migration(
            (
                (
                    "CREATE TABLE sinch_operations ("
                    " position {serial}, id TEXT NOT NULL UNIQUE, operation TEXT NOT NULL,"
                    " origin TEXT NOT NULL, project_id TEXT NOT NULL, subject TEXT,"
                    " claims TEXT NOT NULL, segments TEXT NOT NULL, request TEXT NOT NULL,"
                    " tag TEXT,"
                    " exclusive SMALLINT NOT NULL, absent_before SMALLINT NOT NULL,"
                    " settle_timeout DOUBLE PRECISION NOT NULL,"
                    " attempt_timeout DOUBLE PRECISION NOT NULL,"
                    " state TEXT NOT NULL, sent_after BIGINT, created_at BIGINT, sent_at BIGINT,"
                    " finished_at BIGINT, lease_until BIGINT, owner TEXT NOT NULL,"
                    " owner_boot TEXT NOT NULL, owner_slot BIGINT, epoch BIGINT NOT NULL,"
                    " reason TEXT NOT NULL,"
                    " result TEXT NOT NULL, change TEXT NOT NULL)"
                ),
                "CREATE INDEX sinch_by_project ON sinch_operations (origin, project_id, state)",
                (
                    "CREATE TABLE sinch_claims ("
                    " origin TEXT NOT NULL, project_id TEXT NOT NULL, subject TEXT NOT NULL,"
                    " claimed_by TEXT, owned_by TEXT, PRIMARY KEY (origin, project_id, subject))"
                ),
            ),
            min_writer_version=1,
        ),
    ),
)
"""Times are in microseconds since 1970; JSON is text."""

_COLUMNS: Final = (
    "id", "operation", "origin", "project_id", "subject", "claims", "segments", "request", "tag",
    "exclusive", "absent_before", "settle_timeout", "attempt_timeout", "state", "sent_after",
    "created_at", "sent_at", "finished_at", "lease_until", "owner", "owner_boot", "owner_slot",
    "epoch", "reason", "result", "change",
)  # fmt: skip
_INSERT: Final = (
    f"INSERT INTO sinch_operations ({', '.join(_COLUMNS)})"
    f" VALUES ({', '.join(f':{name}' for name in _COLUMNS)})"
)
_INSERT_CLAIMED: Final = _INSERT.replace(":created_at", "{now}").replace(
    ":lease_until", "{now} + :lease"
)
_SELECT: Final = "SELECT * FROM sinch_operations WHERE id = :id"
_SELECT_STATE: Final = "SELECT epoch, state FROM sinch_operations WHERE id = :id"
_OPEN: Final = f"({', '.join(repr(state.value) for state in sorted(OPEN_STATES))})"
_OURS: Final = f"id = :id AND epoch = :epoch AND state IN {_OPEN}"
_KEY: Final = "origin = :origin AND project_id = :project_id AND subject = :subject"
_CLAIMED: Final = ("created_at", "lease_until", "owner")
_MARKED: Final = ("sent_at", "sent_after", "lease_until")
_FINISHED: Final = ("sent_at", "finished_at", "reason")
_TIMES: Final = frozenset(("created_at", "lease_until", "sent_at", "sent_after", "finished_at"))
_LONGEST_LEASE: Final = 1e9
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def claim(session: Session, entry: JournalEntry, lease: float) -> Script[JournalEntry | Holder]:
    """Insert *entry*, unless another one holds its subject."""
    key = _key_of(entry)
    while key is not None:
        taken = yield Statement(
            "INSERT INTO sinch_claims (origin, project_id, subject, claimed_by)"
            " VALUES (:origin, :project_id, :subject, :id)"
            " ON CONFLICT (origin, project_id, subject) "
            + (
                "DO NOTHING"
                if entry.claims is Claims.ACQUIRES
                else "DO UPDATE SET claimed_by = excluded.claimed_by"
                " WHERE sinch_claims.claimed_by IS NULL"
            ),
            {**key, "id": entry.id},
        )
        if taken.changed:
            break
        held = yield from holder(session, **key)
        if held is not None:
            return held
        # In PostgreSQL, the row may have been deleted between the two statements: try again.
    values = _values_of(session, entry)
    values |= {"state": OperationState.CLAIMED.value, "lease": _microseconds(lease)}
    stored = yield from _stored(session, Statement(_INSERT_CLAIMED, values), _CLAIMED)
    return attrs.evolve(entry, state=OperationState.CLAIMED, **_present(stored, entry))


def mark_sent(session: Session, entry: JournalEntry, lease: float) -> Script[JournalEntry]:
    """Record that the request may be sent; requires that the entry and its claim exist."""
    marking = Statement(
        "UPDATE sinch_operations SET state = 'sent', sent_at = COALESCE(sent_at, {now}),"
        " sent_after = COALESCE(sent_after, :sent_after), absent_before = :absent_before,"
        " lease_until = {now} + :lease, change = :change"
        f" WHERE {_OURS} AND (subject IS NULL OR EXISTS (SELECT 1 FROM sinch_claims AS held"
        " WHERE held.origin = sinch_operations.origin"
        " AND held.project_id = sinch_operations.project_id"
        " AND held.subject = sinch_operations.subject"
        " AND held.claimed_by = sinch_operations.id))",
        {
            "id": entry.id,
            "epoch": entry.epoch,
            "sent_after": _stored_time(entry.sent_after),
            "absent_before": int(entry.absent_before),
            "lease": _microseconds(lease),
            "change": session.change,
        },
    )
    marked = yield from _stored(session, marking, _MARKED)
    if marked is None:
        raise RejectedError(f"operation {entry.id} was taken over, closed, or is missing")
    return attrs.evolve(entry, state=OperationState.SENT, **marked)


def renew(session: Session, entry: JournalEntry, lease: float) -> Script[bool]:
    """Renew the lease, if the entry still belongs to its owner."""
    renewed = yield Statement(
        f"UPDATE sinch_operations SET lease_until = {{now}} + :lease, change = :change"
        f" WHERE {_OURS}",
        {
            "id": entry.id,
            "epoch": entry.epoch,
            "lease": _microseconds(lease),
            "change": session.change,
        },
    )
    return renewed.changed == 1


def finish(
    session: Session,
    entry: JournalEntry,
    state: OperationState,
    reason: str,
    result: Mapping[str, Any],
    owns: str | None,
) -> Script[JournalEntry]:
    """Record the outcome; a late owner may only add that the call took effect."""
    rows = (yield Statement(_SELECT_STATE + "{for_update}", {"id": entry.id})).rows
    if not rows:
        # The database lost the entry, but its outcome must not be lost, too.
        kept = entry
        yield Statement(_INSERT, _values_of(session, entry))
    elif rows[0]["epoch"] == entry.epoch and rows[0]["state"] == entry.state:
        kept = entry  # its owner is the only one that changes anything else
    else:
        kept = _present((yield from get(session, entry.id)), entry)
    if kept.epoch != entry.epoch or not kept.is_open:
        if state is not OperationState.APPLIED or kept.state in APPLIED_STATES:
            return kept
        state = OperationState.APPLIED_LATE
    sent_at = "NULL" if state is OperationState.CLAIMED else "sent_at"
    finishing = Statement(
        f"UPDATE sinch_operations SET state = :state, sent_at = {sent_at},"
        " finished_at = {now}, reason = :reason, result = :result, change = :change"
        " WHERE id = :id",
        {
            "id": entry.id,
            "state": state.value,
            "reason": _storable(reason),
            "result": _json(result, "result"),
            "change": session.change,
        },
    )
    finished = _present((yield from _stored(session, finishing, _FINISHED)), entry)
    if not keeps_claim(kept, state):
        yield from _settle(kept, state, owns)
    return attrs.evolve(kept, state=state, result=dict(result), **finished)


def get(session: Session, entry_id: str) -> Script[JournalEntry | None]:
    """Return an entry."""
    rows = (yield Statement(_SELECT, {"id": entry_id})).rows
    return _entry_of(rows[0]) if rows else None


def entries(
    session: Session,
    origin: str | None,
    project_id: str | None,
    states: Sequence[OperationState],
    limit: int | None,
) -> Script[tuple[JournalEntry, ...]]:
    """Return the entries that match, newest first."""
    parameters: dict[str, Any] = {}
    conditions = []
    for name, value in (("origin", origin), ("project_id", project_id)):
        if value is not None:
            conditions.append(f"{name} = :{name}")
            parameters[name] = value
    if states:
        named = {f"state_{number}": str(state) for number, state in enumerate(states)}
        conditions.append(f"state IN ({', '.join(f':{name}' for name in named)})")
        parameters |= named
    text = "SELECT * FROM sinch_operations"
    if conditions:
        text += f" WHERE {' AND '.join(conditions)}"
    text += " ORDER BY position DESC"
    if limit is not None:
        text += " LIMIT :most"
        parameters["most"] = limit
    return tuple(_entry_of(row) for row in (yield Statement(text, parameters)).rows)


def take_over(session: Session, entry: JournalEntry, lease: float) -> Script[JournalEntry | None]:
    """Become the owner of an open *entry* whose owner has ended."""
    selected = _SELECT.replace("*", "*, {now} AS checked_at", 1) + "{for_update}"
    rows = (yield Statement(selected, {"id": entry.id})).rows
    if not rows:
        return None
    row = rows[0]
    kept = _entry_of(row)
    if kept.epoch != entry.epoch or not kept.is_open:
        return None
    if kept.state is not OperationState.UNKNOWN:  # the call of an unknown entry has ended
        lease_ended = row["lease_until"] is None or row["lease_until"] <= row["checked_at"]
        if not session.is_gone(row["owner_boot"], row["owner_slot"], lease_ended=lease_ended):
            return None
    yield Statement(
        "UPDATE sinch_operations SET epoch = epoch + 1, lease_until = {now} + :lease,"
        " owner = :owner, owner_boot = :owner_boot, owner_slot = :owner_slot, change = :change"
        f" WHERE {_OURS}",
        {
            "id": entry.id,
            "epoch": entry.epoch,
            "lease": _microseconds(lease),
            "change": session.change,
            **_owner_of(session),
        },
    )
    return _present((yield from get(session, entry.id)), entry)


def dismiss(session: Session, entry_id: str, reason: str) -> Script[JournalEntry | None]:
    """Close an open entry."""
    rows = (yield Statement(_SELECT + "{for_update}", {"id": entry_id})).rows
    kept = _entry_of(rows[0]) if rows else None
    if kept is None or not kept.is_open:
        return None
    yield Statement(
        "UPDATE sinch_operations SET state = 'dismissed', epoch = epoch + 1,"
        " finished_at = {now}, reason = :reason, change = :change WHERE id = :id",
        {"id": entry_id, "reason": _storable(reason), "change": session.change},
    )
    yield from _settle(kept, OperationState.DISMISSED, None)
    return _present((yield from get(session, entry_id)), kept)


def holder(
    session: Session,
    origin: str,
    project_id: str,
    subject: str,
) -> Script[Holder | None]:
    """Return the entry that claims or owns a subject, a claim before an ownership."""
    found = yield Statement(
        f"SELECT claimed_by, owned_by FROM sinch_claims WHERE {_KEY}",
        {"origin": origin, "project_id": project_id, "subject": subject},
    )
    for row in found.rows:
        if row["claimed_by"] is not None:
            return Holder(entry_id=row["claimed_by"], owned=False)
        if row["owned_by"] is not None:
            return Holder(entry_id=row["owned_by"], owned=True)
    return None


def owned(session: Session, origin: str, project_id: str) -> Script[dict[str, str]]:
    """Return the owned subjects of a project."""
    found = yield Statement(
        "SELECT subject, owned_by FROM sinch_claims WHERE origin = :origin"
        " AND project_id = :project_id AND owned_by IS NOT NULL",
        {"origin": origin, "project_id": project_id},
    )
    return {row["subject"]: row["owned_by"] for row in found.rows}


def end_ownership(
    session: Session,
    origin: str,
    project_id: str,
    subject: str,
) -> Script[None]:
    """Remove the ownership record of a subject."""
    yield from _end_ownership({"origin": origin, "project_id": project_id, "subject": subject})


def has_changed(session: Session, entry_id: str, change: str) -> Script[bool]:
    """
    Return whether *change* was the last transaction that changed an entry.

    It writes the same value again, so that its own commit waits for a synchronous standby,
    which then has the earlier one, too.
    """
    written = yield Statement(
        "UPDATE sinch_operations SET change = :change WHERE id = :id AND change = :change",
        {"id": entry_id, "change": change},
    )
    return written.changed == 1


def _settle(entry: JournalEntry, state: OperationState, owns: str | None) -> Script[None]:
    """Release the claim of a finished entry, and record what it owns."""
    key = _key_of(entry)
    applied = state in APPLIED_STATES
    if key is not None and applied and owns == entry.subject:
        kept = yield Statement(
            "UPDATE sinch_claims SET claimed_by = NULL, owned_by = COALESCE(owned_by, :id)"
            f" WHERE {_KEY} AND claimed_by = :id",
            {**key, "id": entry.id},
        )
        if kept.changed and entry.claims is not Claims.ENDS:
            return
    if key is not None:
        yield from _release(key, entry.id)
    if applied and owns is not None:
        yield Statement(
            "INSERT INTO sinch_claims (origin, project_id, subject, owned_by)"
            " VALUES (:origin, :project_id, :subject, :id)"
            " ON CONFLICT (origin, project_id, subject) DO UPDATE"
            " SET owned_by = excluded.owned_by WHERE sinch_claims.owned_by IS NULL",
            {
                "origin": entry.origin,
                "project_id": entry.project_id,
                "subject": owns,
                "id": entry.id,
            },
        )
    if key is not None and applied and entry.claims is Claims.ENDS:
        yield from _end_ownership(key)


def _release(key: Mapping[str, str], entry_id: str) -> Script[None]:
    """Remove the claim of an entry, and the row if it then is empty."""
    claim = {**key, "id": entry_id}
    mine = f"{_KEY} AND claimed_by = :id"
    removed = yield Statement(f"DELETE FROM sinch_claims WHERE {mine} AND owned_by IS NULL", claim)
    if not removed.changed:
        yield Statement(f"UPDATE sinch_claims SET claimed_by = NULL WHERE {mine}", claim)


def _end_ownership(key: Mapping[str, str]) -> Script[None]:
    yield Statement(f"UPDATE sinch_claims SET owned_by = NULL WHERE {_KEY}", key)
    yield from _remove_empty(key)


def _remove_empty(key: Mapping[str, str]) -> Script[None]:
    yield Statement(
        f"DELETE FROM sinch_claims WHERE {_KEY} AND claimed_by IS NULL AND owned_by IS NULL",
        key,
    )


def _key_of(entry: JournalEntry) -> dict[str, str] | None:
    if entry.subject is None:
        return None
    return {"origin": entry.origin, "project_id": entry.project_id, "subject": entry.subject}


def _owner_of(session: Session) -> dict[str, Any]:
    owner = session.owner
    return {"owner": owner.name, "owner_boot": owner.boot, "owner_slot": owner.slot}


def _values_of(session: Session, entry: JournalEntry) -> dict[str, Any]:
    """Return the row of *entry*, with this process as its owner."""
    return {
        "id": entry.id,
        "operation": entry.operation,
        "origin": entry.origin,
        "project_id": entry.project_id,
        "subject": entry.subject,
        "claims": str(entry.claims),
        "segments": _json(list(entry.segments), "segments"),
        "request": _json(entry.request, "request"),
        "tag": entry.tag,
        "exclusive": int(entry.exclusive),
        "absent_before": int(entry.absent_before),
        "settle_timeout": entry.settle_timeout,
        "attempt_timeout": entry.attempt_timeout,
        "state": str(entry.state),
        "sent_after": _stored_time(entry.sent_after),
        "created_at": _stored_time(entry.created_at),
        "sent_at": _stored_time(entry.sent_at),
        "finished_at": _stored_time(entry.finished_at),
        "lease_until": _stored_time(entry.lease_until),
        **_owner_of(session),
        "epoch": entry.epoch,
        "reason": _storable(entry.reason),
        "result": _json(entry.result, "result"),
        "change": session.change,
    }


def _entry_of(row: Row) -> JournalEntry:
    try:
        return JournalEntry(
            id=row["id"],
            operation=row["operation"],
            origin=row["origin"],
            project_id=row["project_id"],
            subject=row["subject"],
            claims=Claims(row["claims"]),
            segments=tuple(json_text.decode(row["segments"].encode())),
            request=json_text.decode(row["request"].encode()),
            tag=row["tag"],
            exclusive=bool(row["exclusive"]),
            absent_before=bool(row["absent_before"]),
            settle_timeout=row["settle_timeout"],
            attempt_timeout=row["attempt_timeout"],
            state=OperationState(row["state"]),
            sent_after=_time(row["sent_after"]),
            created_at=_time(row["created_at"]),
            sent_at=_time(row["sent_at"]),
            finished_at=_time(row["finished_at"]),
            lease_until=_time(row["lease_until"]),
            owner=row["owner"],
            epoch=row["epoch"],
            reason=row["reason"],
            result=json_text.decode(row["result"].encode()),
        )
    except (ValueError, TypeError, AttributeError, LookupError, OverflowError):
        raise RejectedError(f"the row of operation {row.get('id')!r} is damaged") from None


def _stored(
    session: Session, change: Statement, columns: Sequence[str]
) -> Script[dict[str, Any] | None]:
    """
    Run *change* on the row of ``:id``; return *columns* as stored, ``None`` if nothing changed.

    The rest of the entry is known, so that its JSON need not be parsed.
    """
    if session.dialect.returning:
        returning = f"{change.text} RETURNING {', '.join(columns)}"
        found = (yield Statement(returning, change.parameters)).rows
    elif (yield change).changed:
        select = f"SELECT {', '.join(columns)} FROM sinch_operations WHERE id = :id"
        found = (yield Statement(select, {"id": change.parameters["id"]})).rows
    else:
        found = ()
    return {name: _column(name, found[0][name]) for name in columns} if found else None


def _column(name: str, value: Any) -> Any:
    return _time(value) if name in _TIMES else value


def _present(found: T | None, entry: JournalEntry) -> T:
    if found is None:
        raise RejectedError(f"operation {entry.id} is missing after it was written")
    return found


def _json(value: Any, field: str) -> str:
    try:
        plain = dict(value) if isinstance(value, Mapping) else value
        return json_text.encode(plain).decode()
    except (ValueError, TypeError, RecursionError):
        raise RejectedError(f"the {field} of the operation is not JSON-serializable") from None


def _storable(text: str) -> str:
    """Replace NUL and invalid UTF-8, which PostgreSQL rejects, in *text* for display."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def _microseconds(lease: float) -> int:
    if not -_LONGEST_LEASE <= lease <= _LONGEST_LEASE:  # false for NaN, too
        raise InvalidArgumentError("lease", "a finite number of seconds, at most 1e9", lease)
    return int(lease * 1_000_000)


def _stored_time(time: datetime | None) -> int | None:
    return None if time is None else (time - _EPOCH) // _MICROSECOND


def _time(stored: int | None) -> datetime | None:
    return None if stored is None else _EPOCH + timedelta(microseconds=stored)
