"""
SQLite: one connection per store, used in a worker thread.

Calls that wait for the thread share a transaction, and so the sync of its commit.
"""

import asyncio
import math
import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from sinch_numbers._core.atomic_files import PRIVATE
from sinch_numbers._core.native_threads import new_lock
from sinch_numbers._core.running_loop import running_loop
from sinch_numbers._core.transport.fork_safety import leak, register_fork_reset
from sinch_numbers._core.worker_threads import run_in_thread
from sinch_numbers.errors import InvalidArgumentError, StoreError
from sinch_numbers.store._database import (
    RejectedError,
    SchemaLike,
    Scripted,
    reason_of,
    store_error,
    uncancelled,
)
from sinch_numbers.store._database_file import DatabaseFile, Identity
from sinch_numbers.store._group_commit import CallQueue, Outcome, PendingCall, deliver
from sinch_numbers.store._sqlite_connection import BUSY, Connection, code_of

T = TypeVar("T")

_DENIED: Final = frozenset((sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM))
_FAULTS: Final = (
    sqlite3.Error, sqlite3.Warning, RejectedError, OSError, ValueError, OverflowError,
)  # fmt: skip
"""A `ValueError` is raised for text that is not valid UTF-8, and for NUL in a path."""


class SQLiteDatabase:
    """One connection to an SQLite file, which the tables of several schemas share."""

    def __init__(self, path: Path, timeout: float, mode: int = PRIVATE) -> None:
        self.where = str(path)
        self._path = path
        self._timeout = timeout
        self._mode = mode
        self._connection: Connection | None = None
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
        durable: bool = True,
        confirm: Scripted[bool] | None = None,  # noqa: ARG002 - a failed commit has no effect
    ) -> T:
        """Run *script* in one transaction; raise `StoreError` if that is not possible."""
        queue = self._queue()
        call = PendingCall(schema, script, write, durable)
        queue.put(call, self._serve)
        value: T = await call.result()
        return value

    async def close(self) -> None:
        """Close the connection, and forget which file it was."""
        await uncancelled(self._close(self._queue(), time.monotonic()))

    async def _close(self, queue: CallQueue, started: float) -> None:
        await queue.finish()
        if not await run_in_thread(partial(self._closed, started)):
            raise store_error(self.where, self._busy())

    def _closed(self, started: float) -> bool:
        """Close the connection; return whether no other thread has used it for too long."""
        if not self._acquire(started):
            return False
        try:
            self._forget()
        finally:
            self._lock.release()
        return True

    def _queue(self) -> CallQueue:
        """Return the queue of this loop."""
        if self._pid != os.getpid():  # forked without Python's hooks
            leak(self.reset_after_fork())
        loop = running_loop()
        with self._queues_lock:
            if (queue := self._queues.get(loop)) is None:
                queue = self._queues[loop] = CallQueue()
            return queue

    def _serve(self, queue: CallQueue) -> None:
        """Run the calls of *queue*, in a worker thread, until none is left."""
        while (oldest := queue.oldest) is not None:
            if self._acquire(oldest.started):
                try:
                    outcomes = self._run_together(queue.take())
                finally:
                    self._lock.release()
                deliver(outcomes)
            else:
                queue.take(1)
                deliver([Outcome(oldest, error=store_error(self.where, self._busy()))])

    def _acquire(self, started: float) -> bool:
        """
        Lock the connection; return whether it was free within the timeout.

        The timeout starts over when a call of this process succeeds: a long queue is not a fault.
        After the time limit of the first call in the queue, the others do not wait any longer.
        """
        while not self._lock.acquire(timeout=max(0.0, self._deadline(started) - time.monotonic())):
            if time.monotonic() >= self._deadline(started):
                return False
        return True

    def _deadline(self, started: float) -> float:
        return max(started, self._succeeded) + self._timeout

    def _run_together(self, calls: Sequence[PendingCall]) -> list[Outcome]:
        """Run *calls* in one transaction; if one of them fails, each in its own."""
        if len(calls) > 1:
            with suppress(Exception):
                return self._transact(calls)
        return [self._run_alone(call) for call in calls]

    def _run_alone(self, call: PendingCall) -> Outcome:
        """Run one call; translate its error."""
        try:
            return self._transact([call])[0]
        except (InvalidArgumentError, StoreError) as error:
            return Outcome(call, error=error)
        except _FAULTS as error:
            reason = self._reason(error)
        except Exception as error:  # noqa: BLE001 - a bug of the script, raised by its caller
            return Outcome(call, error=error)
        return Outcome(call, error=store_error(self.where, reason))

    def _transact(self, calls: Sequence[PendingCall]) -> list[Outcome]:
        deadline = self._deadline(min(call.started for call in calls))
        write = calls[0].write
        connection = self._opened(deadline)
        try:
            for call in calls:
                connection.ensure(call.schema, deadline)
            if write:
                connection.register(deadline)
            values = connection.transact_all(
                [call.script for call in calls],
                deadline,
                write=write,
                durable=any(call.durable for call in calls),
            )
        except sqlite3.Error as error:
            if code_of(error) not in BUSY:  # it may be unusable: the next call opens the file
                self._drop_connection()
            raise
        self._succeeded = time.monotonic()
        return [Outcome(call, value) for call, value in zip(calls, values, strict=True)]

    def _opened(self, deadline: float) -> Connection:
        if self._connection is None:
            connection = Connection(self._path, self._mode, self._known, deadline)
            self._connection, self._known = connection, connection.identity
        return self._connection

    def _forget(self) -> None:
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
        code = code_of(error)
        if code in BUSY:
            return self._busy()
        explained = DatabaseFile(self._path).explain() if code in _DENIED else None
        name = getattr(error, "sqlite_errorname", type(error).__name__)
        return explained or f"{error} ({name})"

    def _begin_process(self) -> None:
        self._pid = os.getpid()
        self._lock = new_lock()
        self._queues_lock = new_lock()
        self._queues: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, CallQueue] = (
            weakref.WeakKeyDictionary()
        )

    def reset_after_fork(self) -> object:
        """Forget the parent's connection; the file must still be the same one."""
        inherited = self._connection, self._queues, self._lock, self._queues_lock
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
