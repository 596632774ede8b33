"""
Transactions that run on SQLite and on PostgreSQL.

A `Script` is a generator that yields `Statement`s and receives their `Result`s. It does no I/O:
a database drives it inside one transaction, in a worker thread (SQLite) or asynchronously
(PostgreSQL), so that both execute the same SQL.
"""

import asyncio
import re
from collections.abc import Callable, Coroutine, Generator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, Protocol, TypeVar

import anyio
import attrs

from sinch_numbers._core.os_reason import os_reason
from sinch_numbers.errors import InvalidArgumentError, StoreError

T = TypeVar("T")
Row = Mapping[str, Any]


@attrs.frozen
class Statement:
    """A statement with ``:name`` parameters and the placeholders of `Dialect`, in braces."""

    text: str
    parameters: Mapping[str, Any] = attrs.field(factory=dict)


@attrs.frozen
class ForeignStatement(Statement):
    """A statement of the application: with ``:name`` parameters, and no placeholders."""


@attrs.frozen
class Result:
    """The rows of a query, and the number of rows that a statement changed."""

    rows: Sequence[Row] = ()
    changed: int = 0


Script = Generator[Statement, Result, T]

_PARAMETER: Final = re.compile(r"(?<!:):([a-z_][a-z0-9_]*)")
_FOREIGN: Final = re.compile(
    r"""
    (?P<text>
        [eE]'(?:[^'\\]|\\.|'')*' | '(?:[^']|'')*' | "(?:[^"]|"")*" | --[^\n]* | /\*.*?\*/
        | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$ | ::
    )
    | :(?P<name>[A-Za-z_]\w*)
    """,
    re.VERBOSE | re.DOTALL,
)
"""Literals, comments, and casts, in which a colon is not a parameter; and parameters."""


def is_single(text: str) -> bool:
    """Whether *text* is one statement: a semicolon is in a literal or a comment, or at the end."""
    bare = _FOREIGN.sub(lambda match: "" if match["text"] is not None else match[0], text)
    return ";" not in bare.rstrip("; \t\r\n")


@attrs.frozen(eq=False)
class Dialect:
    """SQL that differs between the databases."""

    now: str
    """Microseconds since 1970, by the clock of the database."""
    serial: str
    """Definition of an integer column that numbers the rows."""
    for_update: str
    """Locks the selected rows until the transaction ends."""
    has_table: str
    """Query whose column ``found`` is 1 if the table ``:name`` exists."""
    lock: str | None
    """Query that makes transactions with the same ``:name`` run one at a time."""
    parameter: str = r":\1"
    """Replacement for ``:name``, as in `re.sub`."""
    percent: str = "%"
    """Replacement for a percent sign in a statement with parameters."""
    returning: bool = True
    """Whether ``RETURNING`` is supported, which saves a query."""

    @lru_cache(maxsize=256)  # noqa: B019 - there are two dialects, which live forever
    def render(self, text: str) -> str:
        """Return the SQL of a statement."""
        named = _PARAMETER.sub(self.parameter, text)
        return named.format(now=self.now, serial=self.serial, for_update=self.for_update)

    @lru_cache(maxsize=256)  # noqa: B019 - as above
    def render_foreign(self, text: str) -> str:
        """Return the SQL of a statement of the application."""

        def replaced(match: re.Match[str]) -> str:
            if match["text"] is not None:
                return match["text"]
            return self.parameter.replace(r"\1", match["name"])

        # Before parameters are replaced, whose new form has percent signs.
        return _FOREIGN.sub(replaced, text.replace("%", self.percent))

    def sql(self, statement: Statement) -> str:
        """Return the SQL of *statement*."""
        if isinstance(statement, ForeignStatement):
            return self.render_foreign(statement.text)
        return self.render(statement.text)

    def locked(self, name: str) -> Generator["Statement", "Result", None]:
        """Wait for other transactions that have locked *name*; hold it until this one ends."""
        if self.lock is not None:
            yield Statement(self.lock, {"name": name})


@attrs.frozen
class Owner:
    """The process that an entry belongs to."""

    name: str
    """Host, process ID, and start time."""
    boot: str = ""
    """ID of the host's boot, empty if leases alone decide."""
    slot: int | None = None
    """Offset of the byte that the process locks while it lives."""


class Session(Protocol):
    """The database as a script sees it."""

    dialect: Dialect
    owner: Owner
    change: str
    """Random ID of the transaction, by which its effect is recognized."""

    def is_gone(self, boot: str, slot: int | None, *, lease_ended: bool) -> bool:
        """Whether the owner of an entry no longer works on it."""
        ...


Scripted = Callable[[Session], Script[T]]


class Database(Protocol):
    """Connections to one database."""

    where: str
    """The database in errors: its path or host, and the variable or option that names it."""

    async def run(
        self,
        schema: "SchemaLike",
        script: Scripted[T],
        *,
        write: bool = True,
        durable: bool = True,
        confirm: Scripted[bool] | None = None,
    ) -> T:
        """
        Run *script* in one transaction, after the migrations of *schema*.

        Its effect survives the processes, and with *durable* also a power failure. Without, a
        power failure may undo it, and everything after it, until a later commit is durable.
        *confirm* returns whether the transaction took effect, if its commit failed.
        """
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...


class SchemaLike(Protocol):
    """The part of `Schema` that a database needs; see `_migrations`."""

    @property
    def name(self) -> str:
        """Name of the schema."""
        ...

    def check(self, session: Session) -> Script[bool]:
        """Return whether the tables are current."""
        ...

    def migrate(self, session: Session) -> Script[None]:
        """Create or extend the tables."""
        ...


class RejectedError(Exception):
    """The reason why a transaction was rolled back; databases add their location."""


LARGEST_LIMIT: Final = 2**63 - 1
"""Rows that a statement can be limited to: databases have integers of 64 bits."""


def store_error(where: str, reason: str) -> StoreError:
    """Return the error for a store that cannot be used."""
    return StoreError(f"cannot use the store {where}: {reason}")


def reason_of(error: BaseException) -> str:
    """Return the reason of an error that neither database has raised."""
    if isinstance(error, RejectedError):
        return str(error)
    return os_reason(error, str(error) or None)


def drive(script: Script[T], execute: Callable[[Statement], Result]) -> T:
    """Run *script* with a blocking *execute*."""
    result: Result | None = None
    try:
        while True:
            statement = next(script) if result is None else script.send(result)
            result = execute(statement)
    except StopIteration as stop:
        value: T = stop.value
        return value
    finally:
        script.close()


async def uncancelled(work: Coroutine[Any, Any, T] | asyncio.Future[T]) -> T:
    """
    Await *work* to its end, even if the caller is cancelled meanwhile.

    A transaction has then either happened or not when the caller sees the cancellation.
    """
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    with anyio.CancelScope(shield=True):  # scopes cancel repeatedly until the task ends
        while not task.done():
            try:
                await asyncio.wait({task})
            except asyncio.CancelledError as error:
                cancelled = error
    if cancelled is not None:
        task.exception()  # retrieved, or asyncio would log it
        raise cancelled
    return task.result()


def valid_timeout(value: object) -> float:
    """Return *value* in seconds, or raise `InvalidArgumentError`."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 3600:
        raise InvalidArgumentError("timeout", "seconds above 0, at most 3600", value)
    return float(value)
