"""
Tables and transactions of the audit history; see `AuditHistory` for their rules.

A run is written in parts: its blocks are added under an ID that no reader follows, and one short
transaction then publishes them. A process that is killed before it leaves the previous runs as
they were, and blocks that a later run removes. So no transaction is long: the database may also
be the journal of billable calls.
"""

import uuid
from collections.abc import Sequence
from typing import Final

import attrs

from sinch_numbers.store._database import (
    LARGEST_LIMIT,
    RejectedError,
    Row,
    Script,
    Session,
    Statement,
)
from sinch_numbers.store._migrations import Migration, Schema

HISTORY: Final = Schema(
    "audit_history",
    (
        Migration(
            (
                (
                    "CREATE TABLE sinch_audit_runs ("
                    " id TEXT NOT NULL PRIMARY KEY, project TEXT NOT NULL, number BIGINT,"
                    " state TEXT NOT NULL, content TEXT NOT NULL, is_full BIGINT NOT NULL,"
                    " started_at BIGINT NOT NULL, finished_at BIGINT NOT NULL,"
                    " bytes BIGINT NOT NULL, since_full BIGINT NOT NULL, summary TEXT NOT NULL,"
                    " touched_at BIGINT NOT NULL, change TEXT NOT NULL)"
                ),
                (
                    "CREATE UNIQUE INDEX sinch_audit_runs_by_number"
                    " ON sinch_audit_runs (project, number)"
                ),
                "CREATE INDEX sinch_audit_runs_by_state ON sinch_audit_runs (state, touched_at)",
                # SQLite keeps bytes as they are in a column of an unknown type.
                (
                    "CREATE TABLE sinch_audit_blocks ("
                    " content TEXT NOT NULL, stream TEXT NOT NULL, position BIGINT NOT NULL,"
                    " data BYTEA NOT NULL, PRIMARY KEY (content, stream, position))"
                ),
            ),
            min_writer_version=1,
        ),
    ),
)
"""Times are in microseconds since 1970. Numbers of runs count up in each project."""

NUMBERS: Final = "numbers"
FINDINGS: Final = "findings"
STREAMS: Final = (NUMBERS, FINDINGS)

STORED: Final = "stored"
INCOMPLETE: Final = "incomplete"
_WRITING: Final = "writing"
_DELETED: Final = "deleted"

_ABANDONED_MICROSECONDS: Final = 3_600_000_000
"""Age after which the blocks of a writer that does not go on are removed."""
_DELETED_AT_ONCE: Final = 64
_RUNS: Final = (
    "SELECT id, project, number, state, content, is_full, started_at, finished_at, bytes,"
    " since_full, summary FROM sinch_audit_runs WHERE project = :project"
    " AND number IS NOT NULL AND (:state = '' OR state = :state)"
    " ORDER BY number DESC LIMIT :limit"
)


@attrs.frozen(kw_only=True)
class StoredRun:
    """A row of the table of runs."""

    id: str
    project: str
    number: int
    state: str
    content: str
    """The ID of the blocks."""
    is_full: bool
    """Whether the blocks have every line, or only the differences from the run before it."""
    started_at: int
    finished_at: int
    bytes: int
    """Size of the blocks."""
    since_full: int
    """Size of the blocks since the last full run, without those of the full run."""
    summary: str


@attrs.frozen
class NewBlock:
    """A block to write."""

    stream: str
    position: int
    data: bytes


def stored_run(row: Row) -> StoredRun:
    """Return the run in *row*."""
    return StoredRun(**{**row, "is_full": bool(row["is_full"])})


def runs(
    _: Session, *, project: str, state: str | None = None, limit: int | None = None
) -> Script[list[StoredRun]]:
    """Return the published runs of *project*, all or those in *state*, the latest first."""
    rows = yield Statement(
        _RUNS,
        {
            "project": project,
            "state": state or "",
            "limit": LARGEST_LIMIT if limit is None else min(limit, LARGEST_LIMIT),
        },
    )
    return [stored_run(row) for row in rows.rows]


def projects(_: Session) -> Script[list[str]]:
    """Return the projects that have runs."""
    rows = yield Statement(
        "SELECT DISTINCT project FROM sinch_audit_runs WHERE number IS NOT NULL ORDER BY project"
    )
    return [str(row["project"]) for row in rows.rows]


def begin(session: Session, *, run_id: str, project: str) -> Script[None]:
    """Register blocks that will be written under *run_id*."""
    yield Statement(
        "INSERT INTO sinch_audit_runs (id, project, number, state, content, is_full, started_at,"
        " finished_at, bytes, since_full, summary, touched_at, change)"
        " VALUES (:id, :project, NULL, :state, :id, 0, 0, 0, 0, 0, '', {now}, :change)",
        {"id": run_id, "project": project, "state": _WRITING, "change": session.change},
    )


def add_blocks(session: Session, *, run_id: str, blocks: Sequence[NewBlock]) -> Script[None]:
    """Write *blocks* of a run that is not published."""
    yield from _touch(session, run_id)
    for block in blocks:
        yield Statement(
            "INSERT INTO sinch_audit_blocks (content, stream, position, data)"
            " VALUES (:content, :stream, :position, :data)",
            {"content": run_id, **attrs.asdict(block)},
        )


def publish(session: Session, *, run: StoredRun, previous: int | None) -> Script[int | None]:
    """
    Publish *run*, whose blocks are written; return its number.

    Nothing happens, and the result is ``None``, if the latest stored run is not *previous*.
    """
    yield from session.dialect.locked(f"sinch_audit_runs {run.project}")
    rows = yield Statement(
        "SELECT MAX(number) AS latest,"
        " MAX(CASE WHEN state = 'stored' THEN number END) AS stored"
        " FROM sinch_audit_runs WHERE project = :project",
        {"project": run.project},
    )
    latest, stored = rows.rows[0]["latest"], rows.rows[0]["stored"]
    if run.state == STORED and stored != previous:
        return None
    number = int(latest or 0) + 1
    yield from _touch(session, run.id)
    values = attrs.asdict(attrs.evolve(run, number=number)) | {"is_full": int(run.is_full)}
    yield Statement(
        "UPDATE sinch_audit_runs SET number = :number, state = :state, content = :content,"
        " is_full = :is_full, started_at = :started_at, finished_at = :finished_at,"
        " bytes = :bytes, since_full = :since_full, summary = :summary WHERE id = :id",
        {name: value for name, value in values.items() if name != "project"},
    )
    return number


def replace_content(
    session: Session, *, run: StoredRun, content: str, size: int, before: bool
) -> Script[bool]:
    """
    Let *run* have all its lines in *content*; with *before*, delete the runs before it.

    Returns false, and changes nothing, if the blocks of *run* were replaced meanwhile.
    """
    yield from session.dialect.locked(f"sinch_audit_runs {run.project}")
    moved = yield Statement(
        "UPDATE sinch_audit_runs SET content = :content, is_full = 1, bytes = :size,"
        " since_full = 0, change = :change WHERE id = :id AND content = :old AND state = 'stored'",
        {
            "content": content,
            "size": size,
            "id": run.id,
            "old": run.content,
            "change": session.change,
        },
    )
    if not moved.changed:
        return False
    # The row of the writer keeps track of the old blocks, until they are deleted.
    yield Statement(
        "UPDATE sinch_audit_runs SET content = :old, state = :deleted, number = NULL"
        " WHERE id = :content",
        {"content": content, "old": run.content, "deleted": _DELETED},
    )
    if before:
        yield from delete_before(session, project=run.project, number=run.number)
    return True


def delete_before(_: Session, *, project: str, number: int) -> Script[int]:
    """Hide the runs of *project* before *number*, whose blocks `sweep` deletes."""
    done = yield Statement(
        "UPDATE sinch_audit_runs SET state = :deleted, number = NULL"
        " WHERE project = :project AND number < :number",
        {"deleted": _DELETED, "project": project, "number": number},
    )
    return done.changed


def read_blocks(
    _: Session, *, content: str, stream: str, position: int, limit: int
) -> Script[list[bytes] | None]:
    """Return up to *limit* blocks from *position* on, or ``None`` if they were deleted."""
    found = yield Statement(
        "SELECT data FROM sinch_audit_blocks WHERE content = :content AND stream = :stream"
        " AND position >= :position ORDER BY position LIMIT :limit",
        {"content": content, "stream": stream, "position": position, "limit": limit},
    )
    # Runs are marked as deleted before their blocks are: so all blocks were there.
    alive = yield Statement(
        "SELECT COUNT(*) AS found FROM sinch_audit_runs"
        " WHERE content = :content AND state = :stored",
        {"content": content, "stored": STORED},
    )
    return [bytes(row["data"]) for row in found.rows] if alive.rows[0]["found"] else None


def discard(_: Session, *, run_id: str) -> Script[None]:
    """Leave the blocks of a run that will not be published to `sweep`."""
    yield Statement(
        "UPDATE sinch_audit_runs SET state = :deleted WHERE id = :id AND state = :writing",
        {"deleted": _DELETED, "id": run_id, "writing": _WRITING},
    )


def sweep(_: Session) -> Script[bool]:
    """Delete some blocks of deleted and of abandoned runs; return whether any are left."""
    yield Statement(
        "UPDATE sinch_audit_runs SET state = :deleted WHERE state = :writing"
        " AND touched_at < {now} - :age",
        {"deleted": _DELETED, "writing": _WRITING, "age": _ABANDONED_MICROSECONDS},
    )
    rows = yield Statement(
        "SELECT id, content FROM sinch_audit_runs WHERE state = :deleted LIMIT 1",
        {"deleted": _DELETED},
    )
    if not rows.rows:
        return False
    parameters = {"content": rows.rows[0]["content"], "limit": _DELETED_AT_ONCE}
    some = yield Statement(
        "SELECT stream, position FROM sinch_audit_blocks WHERE content = :content LIMIT :limit",
        parameters,
    )
    for row in some.rows:
        yield Statement(
            "DELETE FROM sinch_audit_blocks WHERE content = :content AND stream = :stream"
            " AND position = :position",
            {"content": parameters["content"], **row},
        )
    if len(some.rows) < _DELETED_AT_ONCE:
        yield Statement("DELETE FROM sinch_audit_runs WHERE id = :id", {"id": rows.rows[0]["id"]})
    return True


def is_published(_: Session, *, run_id: str) -> Script[bool]:
    """Whether `publish` took effect."""
    found = yield Statement(
        "SELECT COUNT(*) AS found FROM sinch_audit_runs WHERE id = :id AND number IS NOT NULL",
        {"id": run_id},
    )
    return bool(found.rows[0]["found"])


def is_begun(_: Session, *, run_id: str) -> Script[bool]:
    """Whether `begin` inserted a run."""
    found = yield Statement(
        "SELECT COUNT(*) AS found FROM sinch_audit_runs WHERE id = :id", {"id": run_id}
    )
    return bool(found.rows[0]["found"])


def has_block(_: Session, *, run_id: str, block: NewBlock) -> Script[bool]:
    """Whether `add_blocks` took effect."""
    found = yield Statement(
        "SELECT COUNT(*) AS found FROM sinch_audit_blocks"
        " WHERE content = :content AND stream = :stream AND position = :position",
        {"content": run_id, "stream": block.stream, "position": block.position},
    )
    return bool(found.rows[0]["found"])


def has_content(_: Session, *, run_id: str, content: str) -> Script[bool]:
    """Whether `replace_content` took effect."""
    found = yield Statement(
        "SELECT COUNT(*) AS found FROM sinch_audit_runs WHERE id = :id AND content = :content",
        {"id": run_id, "content": content},
    )
    return bool(found.rows[0]["found"])


def new_id() -> str:
    """Return an ID for a run."""
    return uuid.uuid4().hex


def _touch(session: Session, run_id: str) -> Script[None]:
    touched = yield Statement(
        "UPDATE sinch_audit_runs SET touched_at = {now}, change = :change"
        " WHERE id = :id AND state = :writing",
        {"id": run_id, "writing": _WRITING, "change": session.change},
    )
    if not touched.changed:
        raise RejectedError("the unfinished run of the audit history was removed")
