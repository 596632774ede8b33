"""Connections and transactions of PostgreSQL, with psycopg 3."""

import asyncio
import math
import os
import socket
import time
import uuid
import weakref
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, Final, TypeVar

import anyio
import attrs
import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row

from sinch_numbers._core.native_threads import new_lock
from sinch_numbers._core.running_loop import running_loop
from sinch_numbers._core.transport.fork_safety import leak, register_fork_reset
from sinch_numbers.errors import InvalidArgumentError, StoreError
from sinch_numbers.store._database import (
    Dialect,
    ForeignStatement,
    Owner,
    RejectedError,
    Result,
    SchemaLike,
    Script,
    Scripted,
    Statement,
    reason_of,
    store_error,
    uncancelled,
    valid_timeout,
)
from sinch_numbers.store._process_locks import owner_name

T = TypeVar("T")

_DIALECT: Final = Dialect(
    now="(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::bigint",
    serial="BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    for_update=" FOR UPDATE",
    has_table="SELECT (to_regclass(:name) IS NOT NULL)::int AS found",
    lock="SELECT pg_advisory_xact_lock(hashtext(:name))",
    parameter=r"%(\1)s",
    percent="%%",
)
_REPEATABLE: Final = frozenset(("40001", "40P01"))  # serialization failure, deadlock
_CONNECTION_LOST: Final = "08006"
_LOST: Final = ("08", "57P")
"""Classes of errors after which another connection may work: the server was restarted, say."""
_SEVERED_SECONDS: Final = 1.0
"""Time for a call to notice that its connection was cut."""


def parse(dsn: str) -> Mapping[str, str] | None:
    """Return the parameters of a connection string, or ``None`` if it is invalid."""
    try:
        found = conninfo_to_dict(dsn)
    except (psycopg.Error, ValueError):
        return None
    parameters = {name: str(value) for name, value in found.items() if value is not None}
    ports = parameters.get("port", "").replace(",", "")
    return None if ports and not ports.isdecimal() else parameters


class PostgresDatabase:
    """Connections to one database, one for each event loop."""

    def __init__(self, parameters: Mapping[str, str], where: str, timeout: float) -> None:
        self._parameters = dict(parameters)
        self.where = where
        self._timeout = valid_timeout(timeout)
        self._generation: str | None = None  # until `close`
        self._begin_process()
        register_fork_reset(self)

    async def run(
        self,
        schema: SchemaLike,
        script: Scripted[T],
        *,
        write: bool = True,
        durable: bool = True,  # noqa: ARG002 - the server may fail over while the callers go on
        confirm: Scripted[bool] | None = None,
    ) -> T:
        """Run *script* in one transaction; raise `StoreError` if that is not possible."""
        running_loop()
        return await uncancelled(self._run(schema, script, write, confirm))

    async def close(self) -> None:
        """Close the connections, also those of other loops, and forget the generation."""
        self._generation = None
        current = running_loop()
        for loop, lane in self._all_lanes():
            if loop is current:
                await uncancelled(lane.close())
            elif loop.is_running():
                asyncio.run_coroutine_threadsafe(lane.close(), loop)
            else:
                lane.drop()

    async def _run(
        self,
        schema: SchemaLike,
        script: Scripted[T],
        write: bool,
        confirm: Scripted[bool] | None,
    ) -> T:
        deadline = time.monotonic() + self._timeout
        lane = self._lane()
        session = _PostgresSession(Owner(owner_name()))
        try:
            with anyio.fail_after(max(0.0, deadline - time.monotonic())):
                await lane.lock.acquire()
            try:
                return await self._attempt(lane, schema, script, session, write, confirm, deadline)
            finally:
                lane.lock.release()
        except (psycopg.Error, RejectedError, OSError, ValueError) as error:
            if isinstance(error, InvalidArgumentError | StoreError):
                raise
            reason = self._reason(error)
        raise store_error(self.where, reason)

    async def _attempt(
        self,
        lane: "_Lane",
        schema: SchemaLike,
        script: Scripted[T],
        session: "_PostgresSession",
        write: bool,
        confirm: Scripted[bool] | None,
        deadline: float,
    ) -> T:
        """Run the transaction, again if it certainly had no effect and may succeed now."""
        while True:
            reused = lane.connection is not None
            try:
                connection = await self._connected(lane, deadline)
                return await self._transact(
                    connection, schema, script, session, deadline, write=write
                )
            except _CommitFailedError as failed:
                lane.drop()
                committed, reason = failed, self._reason(failed.error)
                break
            except psycopg.Error as error:
                state = error.sqlstate or _CONNECTION_LOST
                lane.drop()
                again = state in _REPEATABLE or (reused and state.startswith(_LOST))
                if not again or time.monotonic() >= deadline:
                    raise
            except BaseException as error:
                if not isinstance(error, RejectedError | InvalidArgumentError):
                    lane.drop()
                raise
        if not committed.changed or await self._confirmed(lane, schema, session, confirm):
            value: T = committed.value
            return value
        raise RejectedError(f"the commit failed, and had no effect: {reason}")

    async def _confirmed(
        self,
        lane: "_Lane",
        schema: SchemaLike,
        session: "_PostgresSession",
        confirm: Scripted[bool] | None,
    ) -> bool:
        """Return whether the transaction of *session* took effect, by a new connection."""
        deadline = time.monotonic() + self._timeout
        reason = "it cannot be repeated"
        try:
            if confirm is not None:
                connection = await self._connected(lane, deadline)
                return await self._transact(connection, schema, confirm, session, deadline)
        except (psycopg.Error, RejectedError, OSError) as error:
            reason = self._reason(error)
        except _CommitFailedError as failed:
            reason = self._reason(failed.error)
        lane.drop()
        raise RejectedError(f"the commit failed, and its effect is unknown: {reason}")

    async def _connected(self, lane: "_Lane", deadline: float) -> "_Connection":
        if lane.connection is None or lane.connection.is_lost:
            lane.drop()
            opening = asyncio.ensure_future(self._open())
            done, _ = await asyncio.wait({opening}, timeout=max(0.0, deadline - time.monotonic()))
            if not done:
                opening.cancel()
                await asyncio.wait({opening}, timeout=_SEVERED_SECONDS)
                raise RejectedError(f"no connection within {self._timeout:g} s")
            lane.connection = opening.result()
        return lane.connection

    async def _open(self) -> "_Connection":
        parameters: dict[str, Any] = {
            "fallback_application_name": "sinch_numbers",
            "connect_timeout": max(2, math.ceil(self._timeout)),
            **self._parameters,
            "client_encoding": "utf8",
        }
        opened = await psycopg.AsyncConnection[dict[str, Any]].connect(
            "", autocommit=True, prepare_threshold=None, row_factory=dict_row, **parameters
        )
        return _Connection(opened)

    async def _transact(
        self,
        connection: "_Connection",
        schema: SchemaLike,
        script: Scripted[T],
        session: "_PostgresSession",
        deadline: float,
        *,
        write: bool = True,
    ) -> T:
        """Run *script* within the deadline; cut the connection if the server doesn't respond."""
        running = asyncio.ensure_future(
            self._checked(connection, schema, script, session, deadline, write)
        )
        done, _ = await asyncio.wait({running}, timeout=max(0.0, deadline - time.monotonic()))
        if done:
            return running.result()
        # Cancelling would wait for the server to cancel the query.
        connection.sever()
        done, _ = await asyncio.wait({running}, timeout=_SEVERED_SECONDS)
        if not done:
            running.cancel()
            await asyncio.wait({running}, timeout=_SEVERED_SECONDS)
        slow = RejectedError(f"no response within {self._timeout:g} s")
        failed = running.exception() if done and not running.cancelled() else slow
        if failed is None:
            return running.result()
        if isinstance(failed, _CommitFailedError):
            raise _CommitFailedError(slow, failed.value, changed=failed.changed)
        connection.finish()
        raise slow

    async def _checked(
        self,
        connection: "_Connection",
        schema: SchemaLike,
        script: Scripted[T],
        session: "_PostgresSession",
        deadline: float,
        write: bool,
    ) -> T:
        """Run *script* after the migrations, in the database that was used before."""
        if schema.name not in connection.ready:
            try:
                bare = _PostgresSession(session.owner)
                if not await connection.transact(schema.check, bare, deadline, check=None):
                    await connection.transact(schema.migrate, bare, deadline, check=None)
            except _CommitFailedError as failed:  # the next call finds out
                raise failed.error from None
            connection.ready.add(schema.name)
        return await connection.transact(script, session, deadline, check=self._check, write=write)

    def _check(self, row: Mapping[str, Any]) -> None:
        if row["synchronous_commit"] == "off":
            raise RejectedError("synchronous_commit is off, so that a commit is not durable")
        found = row["generation"]
        if found is None or self._generation not in (None, found):
            raise RejectedError(
                f"it is another database than before (generation {found}, "
                f"expected {self._generation})"
            )
        self._generation = found

    def _reason(self, error: BaseException) -> str:
        if isinstance(error, TimeoutError):
            return f"other calls of this event loop took more than {self._timeout:g} s"
        if isinstance(error, psycopg.Error):
            text = error.diag.message_primary or " ".join(str(error).split())
            reason = f"{text} ({error.sqlstate})" if error.sqlstate else text
        else:
            reason = reason_of(error)
        for name in ("password", "sslpassword"):
            if secret := self._parameters.get(name):
                reason = reason.replace(secret, "***")
        return reason or type(error).__name__

    def _lane(self) -> "_Lane":
        if self._pid != os.getpid():  # forked without Python's hooks
            leak(self.reset_after_fork())
        loop = asyncio.get_running_loop()
        for other, lane in self._all_lanes():
            if other.is_closed():
                lane.drop()
        with self._lanes_lock:
            if (found := self._lanes.get(loop)) is None:
                found = self._lanes[loop] = _Lane()
            return found

    def _all_lanes(self) -> list[tuple[asyncio.AbstractEventLoop, "_Lane"]]:
        with self._lanes_lock:
            return list(self._lanes.items())

    def _begin_process(self) -> None:
        self._pid = os.getpid()
        self._lanes_lock = new_lock()
        self._lanes: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Lane] = (
            weakref.WeakKeyDictionary()
        )

    def reset_after_fork(self) -> object:
        """Forget the parent's connections: closing one would end the parent's session."""
        inherited = self._lanes, list(self._lanes.values()), self._lanes_lock
        self._begin_process()
        return inherited


class _CommitFailedError(Exception):
    """A commit failed, whose effect is not known."""

    def __init__(self, error: BaseException, value: Any, *, changed: bool) -> None:
        super().__init__()
        self.error = error
        self.value = value
        self.changed = changed
        """Whether the transaction had changed anything."""


class _Lane:
    """The connection of one event loop, which is used by one call at a time."""

    def __init__(self) -> None:
        self.lock = anyio.Lock()
        self.connection: _Connection | None = None

    async def close(self) -> None:
        async with self.lock:
            self.drop()

    def drop(self) -> None:
        connection, self.connection = self.connection, None
        if connection is not None:
            connection.finish()


class _Connection:
    """A connection, and the schemas whose tables were checked on it."""

    def __init__(self, opened: psycopg.AsyncConnection[dict[str, Any]]) -> None:
        self._opened = opened
        self._pid = os.getpid()
        self.ready: set[str] = set()
        # It has no reference to this object, whose finalizer must run before psycopg's.
        self._warnings: list[str] = []
        opened.add_notice_handler(partial(_collect_warning, self._warnings))

    @property
    def is_lost(self) -> bool:
        """Whether the connection is closed or has failed."""
        return self._opened.closed

    async def transact(
        self,
        script: Scripted[T],
        session: "_PostgresSession",
        deadline: float,
        *,
        check: Callable[[Mapping[str, Any]], None] | None,
        write: bool = True,
    ) -> T:
        """Run *script* in one transaction; *check* gets the settings that it runs with."""
        started = await self._opened.execute(_begin(session, deadline, check is not None, write))
        while started.nextset():
            pass
        try:
            if check is not None:
                row = await started.fetchone()
                check(row or {})
            value, changed = await self._drive(script(session))
        except (RejectedError, InvalidArgumentError):
            await self._opened.execute("ROLLBACK")
            raise
        try:
            await self._commit()
        except (psycopg.Error, OSError) as error:
            raise _CommitFailedError(error, value, changed=changed) from None
        return value

    def sever(self) -> None:
        """Cut the connection, so that a call that waits for the server fails."""
        with suppress(psycopg.Error, OSError):
            duplicate = socket.socket(fileno=os.dup(self._opened.fileno()))
            try:
                duplicate.shutdown(socket.SHUT_RDWR)
            finally:
                duplicate.close()

    def finish(self) -> None:
        """Close the connection, without an answer of the server."""
        self._opened.pgconn.finish()

    async def _drive(self, script: Script[T]) -> tuple[T, bool]:
        """Return the result of *script*, and whether it changed anything."""
        changed = False
        result: Result | None = None
        try:
            while True:
                statement = next(script) if result is None else script.send(result)
                result = await self._execute(statement)
                changed = changed or result.changed > 0
        except StopIteration as stop:
            return stop.value, changed
        finally:
            script.close()

    async def _execute(self, statement: Statement) -> Result:
        text = _DIALECT.sql(statement).encode()
        # psycopg looks for parameters, and halves percent signs, only if there are any.
        foreign = isinstance(statement, ForeignStatement)
        parameters = statement.parameters if foreign else statement.parameters or None
        cursor = await self._opened.execute(text, parameters)
        selects = (cursor.statusmessage or "").startswith("SELECT")
        changed = 0 if selects else max(0, cursor.rowcount)
        return Result(() if cursor.description is None else await cursor.fetchall(), changed)

    async def _commit(self) -> None:
        self._warnings.clear()
        ended = await self._opened.execute("COMMIT")
        if ended.statusmessage != "COMMIT":
            raise RejectedError("the transaction was rolled back by the server")
        if self._warnings:
            # A synchronous standby didn't confirm: the commit would be lost in a failover.
            raise RejectedError(f"the commit is not safe: {self._warnings[0]}")

    def __del__(self) -> None:
        opened = self.__dict__.get("_opened")
        if opened is not None and not opened.closed:
            if self._pid == os.getpid():
                opened.pgconn.finish()
            else:
                leak(opened)


def _collect_warning(warnings: list[str], notice: psycopg.errors.Diagnostic) -> None:
    if notice.severity_nonlocalized == "WARNING":
        warnings.append(notice.message_primary or "warning")


@attrs.define
class _PostgresSession:
    """A transaction, as scripts see it."""

    owner: Owner
    dialect: Dialect = _DIALECT
    change: str = attrs.field(factory=lambda: uuid.uuid4().hex)

    def is_gone(self, boot: str, slot: int | None, *, lease_ended: bool) -> bool:  # noqa: ARG002
        """Whether the lease of an owner has ended."""
        return lease_ended

    @property
    def lock(self) -> int:
        """Key of the advisory lock that the transaction holds to its end."""
        return int(self.change[:15], 16)


def _begin(session: _PostgresSession, deadline: float, check: bool, write: bool) -> bytes:
    """
    Return the statements that begin a transaction, in one round trip.

    Timeouts, and all other settings, last for the transaction only. The advisory lock of a
    write is released after the commit is visible: a second transaction with the same key waits
    until the effect of the first one is known.
    """
    left = max(1, int((deadline - time.monotonic()) * 1000))
    statements = [
        f"BEGIN ISOLATION LEVEL READ COMMITTED, READ {'WRITE' if write else 'ONLY'}",
        f"SET LOCAL statement_timeout = {left}",
        f"SET LOCAL lock_timeout = {left}",
        # Ends the transaction of a suspended process, whose locks others wait for.
        f"SET LOCAL idle_in_transaction_session_timeout = {left}",
    ]
    if write:
        statements.append(f"SELECT pg_advisory_xact_lock({session.lock})")
    if check:
        statements.append(
            "SELECT current_setting('synchronous_commit') AS synchronous_commit,"
            " (SELECT value FROM sinch_store WHERE name = 'generation') AS generation"
        )
    return "; ".join(statements).encode()
