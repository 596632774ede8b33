"""PostgreSQL, for the processes of several hosts. The driver is imported when it is needed."""

import re
from functools import partial
from typing import Any, Final

from sinch_numbers.errors import InvalidArgumentError, MissingExtraError
from sinch_numbers.models._secret import Secret
from sinch_numbers.store._database import valid_timeout
from sinch_numbers.store._journal_store import JournalStore

__all__ = ["PostgresStore"]

_EXPECTED: Final = "a PostgreSQL URL or connection string"
_URL: Final = re.compile(r"postgres(?:ql)?://", re.IGNORECASE)


class PostgresStore(JournalStore):
    """
    Store of billable calls in a PostgreSQL database, for any number of hosts.

    Requires the extra ``postgres`` (psycopg 3) and PostgreSQL 12 or later. The tables, whose
    names start with ``sinch_``, are created in the first schema of the search path. Each event
    loop has one connection, opened by the first call; a rent takes twelve round trips. No session
    state is used, so that connections may lead through a pooler in transaction mode. The
    database contains phone numbers and request bodies, but no secret and no token.

    Times are those of the database's clock. An entry can be taken over when its lease has ended:
    a process that is suspended for longer must not go on sending.

    ``synchronous_commit`` must not be ``off``. After a failover, claims survive only with
    synchronous replication; a database that was replaced by another one is rejected.

    psycopg does not support ``ProactorEventLoop``, the default on Windows: use
    ``asyncio.SelectorEventLoop`` there. uvloop works.

    Raises `InvalidArgumentError` for an invalid DSN, and `MissingExtraError` without psycopg.
    Methods raise `StoreError`, with the reason, if the database cannot be used.

    Args:
        dsn: URL (``postgresql://user@host/database``) or connection string of libpq. Special
            characters in a URL must be percent-encoded. The password may be in ``PGPASSWORD`` or
            ``~/.pgpass`` instead; it is not shown in reprs, errors, or logs.
        exclusive: Whether every renter of the projects uses this store, so that a number that
            appears can only be the result of a call in it (default: True).
        timeout: Seconds for a call, including connecting and waiting for locks (default: 5). If
            a connection fails during the commit, reading the outcome on a new one may take as
            long again.

    Example::

        store = PostgresStore("postgresql://numbers@db.example.com/numbers")
    """

    def __init__(self, dsn: str, *, exclusive: bool = True, timeout: float = 5.0) -> None:
        try:
            from sinch_numbers.store._postgres_database import PostgresDatabase, parse
        except ImportError:
            raise MissingExtraError("PostgresStore", "postgres") from None
        parameters = parse(dsn) if isinstance(dsn, str) and _is_plausible(dsn) else None
        if parameters is None:
            # Not quoted, since it may contain a password.
            raise InvalidArgumentError("dsn", _EXPECTED)
        self._dsn = Secret(dsn)
        self._timeout = valid_timeout(timeout)
        self._host = parameters.get("host") or parameters.get("hostaddr")
        self._dbname = parameters.get("dbname")
        where = f"{self._dbname or 'default database'} on {self._host or 'default host'}"
        super().__init__(PostgresDatabase(parameters, where, self._timeout), exclusive=exclusive)

    def __repr__(self) -> str:
        return f"PostgresStore(host={self._host!r}, dbname={self._dbname!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        settings: dict[str, Any] = {"exclusive": self.exclusive, "timeout": self._timeout}
        return partial(type(self), self._dsn.reveal(), **settings), ()


def _is_plausible(dsn: str) -> bool:
    """Whether *dsn* has no unescaped ``@``, which would turn part of a password into a host."""
    if not dsn.strip() or "\0" in dsn:
        return False
    url = _URL.match(dsn)
    if url is None:
        return True
    user_and_host = re.split(r"[/?#]", dsn[url.end() :], maxsplit=1)
    return user_and_host[0].count("@") <= 1 and "@" not in "".join(user_and_host[1:])
