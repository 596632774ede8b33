"""An open SQLite file: its transactions, and the checks that it is still the same file."""

import os
import sqlite3
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

import attrs

from sinch_numbers.store._database import (
    Dialect,
    Owner,
    RejectedError,
    Result,
    SchemaLike,
    Script,
    Scripted,
    Session,
    Statement,
    drive,
)
from sinch_numbers.store._database_file import DatabaseFile, Identity, identity
from sinch_numbers.store._migrations import generation
from sinch_numbers.store._process_locks import ProcessLocks, boot_id, owner_name, process_locks

T = TypeVar("T")

_DIALECT: Final = Dialect(
    now=":now",  # the clock of the host, since `unixepoch('subsec')` needs SQLite 3.42
    serial="INTEGER PRIMARY KEY AUTOINCREMENT",
    for_update="",
    has_table=(
        "SELECT COUNT(*) AS found FROM sqlite_master WHERE type = 'table' AND name = :name"
    ),
    lock=None,  # of write transactions, only one runs at a time
    returning=sqlite3.sqlite_version_info >= (3, 35),
)
BUSY: Final = frozenset((sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL))
_POLL_SECONDS: Final = 0.01
_BUSY_STEP: Final = 100
"""Milliseconds to which the time limit of waiting is rounded, so that it rarely changes."""


class Connection:
    """
    An open SQLite file.

    WAL with ``synchronous=FULL`` makes a commit durable with one sync of one file, together with
    all commits before it, also those of other connections. With ``NORMAL``, a commit is visible to
    all processes at once and survives their end, but a power failure may undo it: then it undoes
    all later ones, too, so that what remains is a state that the database once had.
    """

    def __init__(self, path: Path, mode: int, known: Identity | None, deadline: float) -> None:
        self._given = path
        self._file = DatabaseFile(Path(os.path.realpath(path)), mode)
        self._is_linked = self._file.path != path
        self._file.prepare(known)
        self._locks: ProcessLocks = process_locks(self._file.lock_file, mode)
        self._ready: set[str] = set()
        self._owner: Owner | None = None
        self._files: tuple[Identity | None, ...] = ()
        self._busy_timeout = 0
        self._syncs = True
        before = self._file.identities()
        self._sqlite = sqlite3.connect(
            self._file.path, timeout=0, isolation_level=None, check_same_thread=False
        )
        try:
            self._configure(deadline)
            # Opening has created the log: only now do all files exist.
            self._files = self._file.identities()
            if self._files[0] is None or self._files[0] != before[0]:
                raise RejectedError("the file was replaced while it was opened")
            self.identity = self._files[0]
        except BaseException:
            self.close()
            raise

    def _configure(self, deadline: float) -> None:
        self._wait_until(deadline)
        while True:
            try:
                mode = self._sqlite.execute("PRAGMA journal_mode = WAL").fetchone()[0]
                break
            except sqlite3.OperationalError as error:
                # SQLite doesn't wait for locks here, since two processes that create the same
                # file could wait for each other.
                if code_of(error) not in BUSY or time.monotonic() >= deadline:
                    raise
            time.sleep(_POLL_SECONDS)
        if mode != "wal":
            raise RejectedError(f"the file system does not support WAL (journal mode {mode})")
        self._sqlite.execute("PRAGMA synchronous = FULL")
        # On macOS, a plain fsync leaves the data in the cache of the disk.
        self._sqlite.execute("PRAGMA fullfsync = ON")
        self._sqlite.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()

    def ensure(self, schema: SchemaLike, deadline: float) -> None:
        """Create or extend the tables of *schema*."""
        if schema.name not in self._ready:
            if not self.transact(schema.check, deadline, write=False):
                self.transact(schema.migrate, deadline)
            self._ready.add(schema.name)

    def register(self, deadline: float) -> None:
        """Get a byte of the lock file for this process, which may own entries from now on."""
        if self._owner is None:
            created = self.transact(lambda _: generation(), deadline, write=False)
            slot = self._locks.slot(created)
            if slot is None:
                slot = self.transact(partial(_new_slot, self._locks, created), deadline)
            self._owner = Owner(owner_name(), boot_id(), slot)

    def transact(self, script: Scripted[T], deadline: float, *, write: bool = True) -> T:
        """Run *script* in one durable transaction, on the files that were opened."""
        value: T = self.transact_all([script], deadline, write=write)[0]
        return value

    def transact_all(
        self,
        scripts: Sequence[Scripted[Any]],
        deadline: float,
        *,
        write: bool = True,
        durable: bool = True,
    ) -> list[Any]:
        """Run *scripts* in one transaction: all of them take effect, or none does."""
        self._wait_until(deadline)
        if write and self._syncs != durable:
            self._sqlite.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._syncs = durable
        self._sqlite.execute("BEGIN IMMEDIATE" if write else "BEGIN")
        try:
            self._file.check(self._files)
            if self._is_linked and self._files and identity(self._given) != self._files[0]:
                raise RejectedError("its symlink was deleted or replaced while in use")
            owner = self._owner or Owner(owner_name(), boot_id())
            if write and owner.slot is not None:
                self._locks.hold(owner.slot)
            values = [
                drive(script(_SQLiteSession(owner, self._locks)), self._execute)
                for script in scripts
            ]
            self._sqlite.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):  # SQLite has rolled back after some errors
                self._sqlite.rollback()
            raise
        return values

    def close(self) -> None:
        """Close the file."""
        with suppress(sqlite3.Error):  # committed data is in the log already
            self._sqlite.close()

    def _execute(self, statement: Statement) -> Result:
        now = time.time_ns() // 1000
        parameters = {"now": now, **statement.parameters}
        cursor = self._sqlite.execute(_DIALECT.sql(statement), parameters)
        if cursor.description is None:
            return Result(changed=cursor.rowcount)
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor]
        return Result(rows, max(0, cursor.rowcount))

    def _wait_until(self, deadline: float) -> None:
        left = max(0.0, deadline - time.monotonic()) * 1000
        rounded = -int(-left // _BUSY_STEP) * _BUSY_STEP
        if rounded != self._busy_timeout:
            self._sqlite.execute(f"PRAGMA busy_timeout = {rounded}")
            self._busy_timeout = rounded


@attrs.define
class _SQLiteSession:
    """A transaction, as scripts see it."""

    owner: Owner
    _locks: ProcessLocks
    dialect: Dialect = _DIALECT
    change: str = attrs.field(factory=lambda: os.urandom(16).hex())

    def is_gone(self, boot: str, slot: int | None, *, lease_ended: bool) -> bool:
        """Whether the process of an owner has ended; of another host or boot, its lease."""
        if slot is None or boot != self.owner.boot or self._locks.holds(slot):
            return lease_ended
        return self._locks.is_free(slot)


def _new_slot(locks: ProcessLocks, created: str, _: Session) -> Script[int]:
    """Hand out a byte of the lock file that no process has used."""
    yield Statement(
        "INSERT INTO sinch_store (name, value) VALUES ('last_slot', '0')"
        " ON CONFLICT (name) DO NOTHING"
    )
    while True:
        yield Statement(
            "UPDATE sinch_store SET value = CAST(value AS INTEGER) + 1 WHERE name = 'last_slot'"
        )
        last = yield Statement("SELECT value FROM sinch_store WHERE name = 'last_slot'")
        slot = int(last.rows[0]["value"])
        # Locked already by a process that used an earlier database of this name.
        if locks.take(created, slot):
            return slot


def code_of(error: BaseException) -> int:
    """Return the primary result code of SQLite."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
