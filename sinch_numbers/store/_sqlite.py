"""
SQLite: one connection per store, used in a worker thread.

WAL with ``synchronous=FULL`` makes each commit durable with one sync of one file.
"""

import asyncio
import math
import os
import sqlite3
import threading
import time
import uuid
import weakref
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

import anyio
import attrs

from sinch_numbers._core.atomic_files import PRIVATE, valid_mode
from sinch_numbers._core.native_threads import new_lock
from sinch_numbers._core.running_loop import running_loop
from sinch_numbers._core.transport.fork_safety import leak, register_fork_reset
from sinch_numbers._core.worker_threads import run_in_thread
from sinch_numbers.errors import InvalidArgumentError, StoreError
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
    reason_of,
    store_error,
    uncancelled,
    valid_timeout,
)
from sinch_numbers.store._database_file import DatabaseFile, Identity, identity
from sinch_numbers.store._journal_store import JournalStore
from sinch_numbers.store._migrations import generation
from sinch_numbers.store._process_locks import ProcessLocks, boot_id, owner_name, process_locks

__all__ = ["SQLiteStore"]

T = TypeVar("T")

_DIALECT: Final = Dialect(
    now=":now",  # the clock of the host, since `unixepoch('subsec')` needs SQLite 3.42
    serial="INTEGER PRIMARY KEY AUTOINCREMENT",
    for_update="",
    has_table=(
        "SELECT COUNT(*) AS found FROM sqlite_master WHERE type = 'table' AND name = :name"
    ),
    lock=None,  # of write transactions, only one runs at a time
)
_BUSY: Final = frozenset((sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL))
_DENIED: Final = frozenset((sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM))
_POLL_SECONDS: Final = 0.01
_FAULTS: Final = (
    sqlite3.Error, sqlite3.Warning, RejectedError, OSError, ValueError, OverflowError,
)  # fmt: skip
"""A `ValueError` is raised for text that is not valid UTF-8, and for NUL in a path."""


class SQLiteStore(JournalStore):
    """
    Store of billable calls in an SQLite file, for the processes of one host.

    Any number of processes, threads, and event loops may use the same file, also through one
    store object. The file is opened by the first call. It and the files next to it (``-wal``,
    ``-shm``, ``-lock``) get the same mode; missing directories are created, by default with 0700.
    A symlink is followed, since the file is never replaced. Each change is one commit with one
    sync, in a worker thread, which takes about as long as the disk does; no request is sent. The
    file contains phone numbers and request bodies, but no secret and no token.

    An entry can be taken over once the process that owns it has ended, which the kernel shows by
    a lock on the ``-lock`` file: a suspended process keeps its entries. A process keeps that
    file open until it ends. Containers that share the file must share the kernel.

    Forked children and pickled copies open their own connection. Before Python forks, the
    connection is closed, and opened again by the next call: SQLite's state must not be inherited.

    Don't put the file on a network file system: it is rejected on Linux, and on Windows for
    shares and mapped drives; other systems are not checked. Copy it with SQLite's backup
    function only, and restore it while no process uses it.

    Arguments:
        path: Path of the file, absolute or relative to the current directory.
        exclusive: Whether every renter of the projects uses this store, so that a number that
            appears can only be the result of a call in it (default: True).
        timeout: Seconds that a call waits for other processes, such as one that is suspended in
            a transaction (default: 5).
        mode: Permissions of the files (default: 0o600). With others, all processes must pass the
            same mode: each sets what group and others may do when it opens the file.

    Raises `InvalidArgumentError` for arguments that name no file, and for a mode that does not
    let the owner read and write. Methods raise `StoreError`,
    with the reason and the path, if the file cannot be used: disk full, not writable, locked for
    longer than *timeout*, damaged, created by a newer version, no database, or deleted or
    replaced since it was opened. After `close`, the next call opens the file again.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        exclusive: bool = True,
        timeout: float = 5.0,
        mode: int = PRIVATE,
    ) -> None:
        self._path = _valid_path(path)
        self._timeout = valid_timeout(timeout)
        self._mode = valid_mode(mode, required=PRIVATE)
        database = SQLiteDatabase(self._path, self._timeout, self._mode)
        super().__init__(database, exclusive=exclusive)

    @property
    def path(self) -> Path:
        """The absolute path of the file."""
        return self._path

    def __repr__(self) -> str:
        return f"SQLiteStore({str(self._path)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        settings: dict[str, Any] = {
            "exclusive": self.exclusive,
            "timeout": self._timeout,
            "mode": self._mode,
        }
        return partial(type(self), self._path, **settings), ()


class SQLiteDatabase:
    """One connection to an SQLite file, which the tables of several schemas share."""

    def __init__(self, path: Path, timeout: float, mode: int = PRIVATE) -> None:
        self.where = str(path)
        self._path = path
        self._timeout = timeout
        self._mode = mode
        self._connection: _Connection | None = None
        self._succeeded = -math.inf  # time of the latest success
        self._known: Identity | None = None  # of the file, until `close`
        self._begin_process()
        register_fork_reset(self)
        _databases.add(self)

    async def run(
        self,
        schema: SchemaLike,
        script: Scripted[T],
        *,
        write: bool = True,
        confirm: Scripted[bool] | None = None,  # noqa: ARG002 - a failed commit has no effect
    ) -> T:
        """Run *script* in one transaction; raise `StoreError` if that is not possible."""
        started = time.monotonic()
        return await self._in_thread(
            lambda: self._locked(started, partial(self._transact, schema, script, write))
        )

    async def close(self) -> None:
        """Close the connection, and forget which file it was."""
        started = time.monotonic()
        await self._in_thread(lambda: self._locked(started, self._forget))

    async def _in_thread(self, work: Callable[[], T]) -> T:
        if self._pid != os.getpid():  # forked without Python's hooks
            leak(self.reset_after_fork())
        limiter = self._limiter()
        return await uncancelled(run_in_thread(work, limiter=limiter))

    def _limiter(self) -> anyio.CapacityLimiter:
        """Return the limiter of this loop: one thread, apart from those of other code."""
        loop = running_loop()
        with self._limiters_lock:
            if (limiter := self._limiters.get(loop)) is None:
                limiter = self._limiters[loop] = anyio.CapacityLimiter(1)
            return limiter

    def _locked(self, started: float, work: Callable[[float], T]) -> T:
        """
        Call *work* while no other thread uses the connection; translate its errors.

        The timeout starts over when a call of this process succeeds: a long queue is not a fault.
        After the time limit of the first call in the queue, the others do not wait any longer.
        """
        while not self._lock.acquire(timeout=max(0.0, self._deadline(started) - time.monotonic())):
            if time.monotonic() >= self._deadline(started):
                raise store_error(self.where, self._busy())
        try:
            result = work(self._deadline(started))
            self._succeeded = time.monotonic()
            return result
        except _FAULTS as error:
            if isinstance(error, InvalidArgumentError | StoreError):
                raise
            reason = self._reason(error)
        finally:
            self._lock.release()
        raise store_error(self.where, reason)

    def _deadline(self, started: float) -> float:
        return max(started, self._succeeded) + self._timeout

    def _transact(
        self, schema: SchemaLike, script: Scripted[T], write: bool, deadline: float
    ) -> T:
        connection = self._opened(deadline)
        try:
            connection.ensure(schema, deadline)
            if write:
                connection.register(deadline)
            return connection.transact(script, deadline, write=write)
        except sqlite3.Error as error:
            if _code(error) not in _BUSY:  # it may be unusable: the next call opens the file
                self._drop_connection()
            raise

    def _opened(self, deadline: float) -> "_Connection":
        if self._connection is None:
            connection = _Connection(self._path, self._mode, self._known, deadline)
            self._connection, self._known = connection, connection.identity
        return self._connection

    def _forget(self, _: float = 0) -> None:
        self._drop_connection()
        self._known = None

    def _drop_connection(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _busy(self) -> str:
        return f"it was locked for {self._timeout:g} s, perhaps by a suspended process"

    def _reason(self, error: BaseException) -> str:
        if not isinstance(error, sqlite3.Error):
            return reason_of(error)
        code = _code(error)
        if code in _BUSY:
            return self._busy()
        explained = DatabaseFile(self._path).explain() if code in _DENIED else None
        name = getattr(error, "sqlite_errorname", type(error).__name__)
        return explained or f"{error} ({name})"

    def _begin_process(self) -> None:
        self._pid = os.getpid()
        self._lock = new_lock()
        self._limiters_lock = new_lock()
        self._limiters: weakref.WeakKeyDictionary[
            asyncio.AbstractEventLoop, anyio.CapacityLimiter
        ] = weakref.WeakKeyDictionary()

    def reset_after_fork(self) -> object:
        """Forget the parent's connection; the file must still be the same one."""
        inherited = self._connection, self._limiters, self._lock, self._limiters_lock
        self._connection = None
        self._begin_process()
        return inherited

    def begin_fork(self) -> Callable[[], None] | None:
        """
        Close the connection before a fork; return the function to call after it.

        SQLite keeps the locks of a process in its memory. A child that inherited an open file
        would not lock it again, and other processes could delete the log that it writes to.
        """
        lock = self._lock
        if not lock.acquire(timeout=self._timeout):
            return None
        self._drop_connection()
        return lock.release

    def __del__(self) -> None:
        connection = self.__dict__.get("_connection")
        if connection is not None:
            if self._pid == os.getpid():
                connection.close()
            else:
                leak(connection)


class _Connection:
    """An open SQLite file."""

    def __init__(self, path: Path, mode: int, known: Identity | None, deadline: float) -> None:
        self._given = path
        self._file = DatabaseFile(Path(os.path.realpath(path)), mode)
        self._file.prepare(known)
        self._locks: ProcessLocks = process_locks(self._file.lock_file, mode)
        self._ready: set[str] = set()
        self._owner: Owner | None = None
        self._files: tuple[Identity | None, ...] = ()
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
                if _code(error) not in _BUSY or time.monotonic() >= deadline:
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
        """Run *script* in one transaction, on the files that were opened."""
        self._wait_until(deadline)
        self._sqlite.execute("BEGIN IMMEDIATE" if write else "BEGIN")
        try:
            self._file.check(self._files)
            if self._files and identity(self._given) != self._files[0]:
                raise RejectedError("its symlink was deleted or replaced while in use")
            owner = self._owner or Owner(owner_name(), boot_id())
            if write and owner.slot is not None:
                self._locks.hold(owner.slot)
            value = drive(script(_SQLiteSession(owner, self._locks)), self._execute)
            self._sqlite.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):  # SQLite has rolled back after some errors
                self._sqlite.rollback()
            raise
        return value

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
        return Result([dict(zip(names, row, strict=True)) for row in cursor])

    def _wait_until(self, deadline: float) -> None:
        left = max(0, int((deadline - time.monotonic()) * 1000))
        self._sqlite.execute(f"PRAGMA busy_timeout = {left}")


@attrs.define
class _SQLiteSession:
    """A transaction, as scripts see it."""

    owner: Owner
    _locks: ProcessLocks
    dialect: Dialect = _DIALECT
    change: str = attrs.field(factory=lambda: uuid.uuid4().hex)

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


def _code(error: BaseException) -> int:
    """Return the primary result code of SQLite."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _valid_path(path: object) -> Path:
    expected = "the path of a file"
    if not isinstance(path, str | os.PathLike):
        raise InvalidArgumentError("path", expected, path)
    text = os.fspath(path)
    if not isinstance(text, str) or not text or "\0" in text:
        raise InvalidArgumentError("path", expected, text)
    if text.startswith((":memory:", "file:")):
        raise InvalidArgumentError(
            "path", "the path of a file (clients without a store share a journal in memory)", text
        )
    return Path(os.path.abspath(text))  # noqa: PTH100 - `resolve` would follow a symlink now


_databases: Final[weakref.WeakSet[SQLiteDatabase]] = weakref.WeakSet()
_forking: Final[dict[int, list[Callable[[], None]]]] = {}
"""Functions that release the locks held during a fork, by thread."""


def _before_fork() -> None:
    begun = [database.begin_fork() for database in list(_databases)]
    _forking[threading.get_ident()] = [release for release in begun if release is not None]


def _after_fork_in_parent() -> None:
    for release in _forking.pop(threading.get_ident(), ()):
        release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_before_fork, after_in_parent=_after_fork_in_parent, after_in_child=_forking.clear
    )
