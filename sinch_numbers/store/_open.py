"""Open a store by path or URL."""

import os
import re
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from sinch_numbers._core.atomic_files import PRIVATE
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.store._database import Database
from sinch_numbers.store._journal_store import JournalStore, database_of
from sinch_numbers.store._postgres import PostgresStore
from sinch_numbers.store._sqlite import SQLiteStore

__all__ = ["open_store"]

_EXPECTED: Final = "a path, sqlite:///path, or postgresql://host/database"
_SCHEME: Final = re.compile(
    r"(sqlite|postgres(?:ql)?)(?=:)|([a-z][a-z0-9+.-]+)(?=:/)", re.IGNORECASE
)
_CONNECTION_STRING: Final = re.compile(
    r"\s*[a-z_]+\s*=.*\b(dbname|host|user|password)\s*=|"
    r"\s*(dbname|host|hostaddr|service|user|password)\s*="
)


def open_store(
    where: str | os.PathLike[str], *, exclusive: bool = True, mode: int = PRIVATE
) -> SQLiteStore | PostgresStore:
    """
    Return the store at a path or URL. Nothing is opened before the store is used.

    ``sqlite:///numbers.db`` is relative to the current directory, ``sqlite:////var/numbers.db``
    is absolute. ``~`` is expanded.

    Args:
        where: Path of an SQLite file, or a URL that starts with ``sqlite:///`` or
            ``postgresql://``.
        exclusive: Whether every renter of the projects uses this store (default: True).
        mode: Permissions of an SQLite file and the files next to it (default: 0o600).

    Raises:
        InvalidArgumentError: *where* is neither a path nor such a URL.
        MissingExtraError: psycopg is missing, which the extra ``postgres`` installs.

    Example::

        store = open_store("sqlite:///numbers.db")
    """
    if not isinstance(where, str):
        return SQLiteStore(_path(where), exclusive=exclusive, mode=mode)
    scheme = _SCHEME.match(where)  # of at least two letters: C:/ is a drive
    kind = scheme[0].lower() if scheme else ""
    if kind in ("postgresql", "postgres") and where[len(kind) :].startswith("://"):
        return PostgresStore(where, exclusive=exclusive)
    if kind == "sqlite":
        rest = where[len("sqlite:") :]
        if not rest.startswith("///") or "?" in rest or "#" in rest:
            raise InvalidArgumentError("where", _EXPECTED, where)
        return SQLiteStore(_path(unquote(rest[3:])), exclusive=exclusive, mode=mode)
    # Neither is quoted, since it may contain a password.
    if kind:
        raise InvalidArgumentError("where", _EXPECTED, f"{kind}:...")
    if _CONNECTION_STRING.match(where):
        raise InvalidArgumentError("where", f"{_EXPECTED}, not a connection string")
    return SQLiteStore(_path(where), exclusive=exclusive, mode=mode)


def open_named(
    where: str | os.PathLike[str],
    argument: str,
    source: str | None = None,
    *,
    mode: int = PRIVATE,
) -> SQLiteStore | PostgresStore:
    """
    Return the store at *where*, like `open_store`; errors quote the user's value.

    That is *argument*, or *source*, an environment variable or an option.
    """
    try:
        store = open_store(where, mode=mode)
    except InvalidArgumentError as error:
        if error.argument == "mode":
            raise
        named = error.renamed(argument, source)
    else:
        if source is not None:
            database_of(store).where += f" ({source})"
        return store
    raise named


def _path(where: object) -> Path:
    text = os.fspath(where) if isinstance(where, str | os.PathLike) else None
    if not isinstance(text, str) or not text or "\0" in text or text.startswith(":"):
        raise InvalidArgumentError("where", _EXPECTED, where)
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise InvalidArgumentError("where", "a path whose home directory exists", where) from None


def open_database(
    where: str | os.PathLike[str] | SQLiteStore | PostgresStore,
) -> tuple[Database, bool]:
    """Return the database of a store, and whether it was opened for the caller."""
    if isinstance(where, JournalStore):
        return database_of(where), False
    return database_of(open_store(where)), True
