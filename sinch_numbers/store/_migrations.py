"""
Versioned, additive migrations. Each schema owns its tables in a shared database.

The database has the version of each schema, and the oldest version whose code may still write:
code of an older version keeps working after migrations that it can ignore.
"""

import uuid
from typing import Final

import attrs

from sinch_numbers.store._database import RejectedError, Script, Session, Statement

_TABLES: Final = (
    "CREATE TABLE IF NOT EXISTS sinch_store (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    (
        "CREATE TABLE IF NOT EXISTS sinch_schemas ("
        "name TEXT PRIMARY KEY, version BIGINT NOT NULL, min_writer_version BIGINT NOT NULL)"
    ),
)
_SETTING: Final = (
    "INSERT INTO sinch_store (name, value) VALUES (:name, :value) ON CONFLICT (name) DO NOTHING"
)


@attrs.frozen
class Migration:
    """Statements that lead from one version of a schema to the next."""

    statements: tuple[str, ...]
    min_writer_version: int
    """The oldest version whose code can write to the migrated tables."""


@attrs.frozen
class Schema:
    """Tables of one part of the package; the version is the number of its migrations."""

    name: str
    migrations: tuple[Migration, ...]

    @property
    def version(self) -> int:
        """The version that this code creates."""
        return len(self.migrations)

    def check(self, session: Session) -> Script[bool]:
        """Return whether the tables are current; reject tables that need newer code."""
        has_table = Statement(session.dialect.has_table, {"name": "sinch_schemas"})
        if not (yield has_table).rows[0]["found"]:
            return False
        return (yield from self._version()) >= self.version

    def migrate(self, session: Session) -> Script[None]:
        """Create the tables, or extend those of an older version."""
        yield from session.dialect.locked("sinch_schemas")
        for text in _TABLES:
            yield Statement(text)
        yield Statement(_SETTING, {"name": "generation", "value": str(uuid.uuid4())})
        missing = self.migrations[(yield from self._version()) :]
        for migration in missing:
            for text in migration.statements:
                yield Statement(text)
        if missing:
            yield Statement(
                "INSERT INTO sinch_schemas (name, version, min_writer_version)"
                " VALUES (:name, :version, :writer) ON CONFLICT (name) DO UPDATE"
                " SET version = excluded.version,"
                " min_writer_version = excluded.min_writer_version",
                {
                    "name": self.name,
                    "version": self.version,
                    "writer": missing[-1].min_writer_version,
                },
            )

    def _version(self) -> Script[int]:
        found = yield Statement(
            "SELECT version, min_writer_version FROM sinch_schemas WHERE name = :name",
            {"name": self.name},
        )
        if not found.rows:
            return 0
        version, writer = int(found.rows[0]["version"]), int(found.rows[0]["min_writer_version"])
        if writer > self.version:
            raise RejectedError(
                f"its schema {self.name!r} has version {version} and requires code for version"
                f" {writer} or later; this code is for version {self.version}"
            )
        return version


def generation() -> Script[str]:
    """Return the ID that the database got when it was created."""
    found = yield Statement("SELECT value FROM sinch_store WHERE name = 'generation'")
    if not found.rows:
        raise RejectedError("it has no generation, so that a replaced database is not recognized")
    return str(found.rows[0]["value"])
