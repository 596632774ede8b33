"""SyncAuditHistory: the sync twin of `AuditHistory`."""

import os
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from sinch_numbers._core.portal import Runner
from sinch_numbers.audit import AuditHistory, AuditRun, Changes, RunSelector, TrackedFinding
from sinch_numbers.store import PostgresStore, SQLiteStore

__all__ = ["SyncAuditHistory"]


class SyncAuditHistory:
    """
    The audits of projects, for code without an event loop.

    Arguments, methods and errors are those of its twin `AuditHistory`.

    Args:
        where: Path of an SQLite file, a URL as for `open_store`, or a store that is already open.
        retention: Age of the runs that each audit removes (default: all runs are kept).

    Raises:
        InvalidArgumentError: *where* names no store.
        MissingExtraError: psycopg is missing, which the extra ``postgres`` installs.

    Example::

        with SyncAuditHistory("audits.db") as history:
            first = audit(client, history=history.core)
            second = audit(client, history=history.core)
            if second.changes is not None:
                print(second.changes.counts)

            for project_id in history.projects():
                runs = history.runs(project_id, limit=7)
                run = history.run(project_id, "last")
                findings = history.findings(project_id, run.run)
                changes = history.changes(project_id, since=runs[-1].run)
                removed = history.prune(project_id, keep=30)
        history.close()  # as the block did
    """

    def __init__(
        self,
        where: str | os.PathLike[str] | SQLiteStore | PostgresStore,
        *,
        retention: timedelta | None = None,
    ) -> None:
        self._core = AuditHistory(where, retention=retention)
        self._runner = Runner(self._core)

    @property
    def core(self) -> AuditHistory:
        """The history to pass to `audit` and `audit_projects`, also to their sync twins."""
        return self._core

    def __repr__(self) -> str:
        return repr(self._core).replace("<", "<Sync", 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def projects(self) -> tuple[str, ...]:
        """Return the projects that have runs, sorted. Raises `StoreError`."""
        return self._runner.run(self._core.projects)

    def runs(self, project_id: str, *, limit: int | None = None) -> tuple[AuditRun, ...]:
        """
        Return the runs of a project, also incomplete ones, the latest first.

        *limit* is the maximum number of runs; by default all are returned.

        Args:
            project_id: ID of the project.
            limit: Maximum number of runs (default: all).

        Raises:
            StoreError: The database cannot be used.
        """
        return self._runner.run(self._core.runs, project_id, limit=limit)

    def run(self, project_id: str, selector: RunSelector = "last") -> AuditRun:
        """
        Return a complete run of a project: by its number, or the last one before or at a time.

        Args:
            project_id: ID of the project.
            selector: Number of the run, a time, or ``"last"``.

        Raises:
            InvalidArgumentError: The run does not exist.
            StoreError: The database cannot be used.
        """
        return self._runner.run(self._core.run, project_id, selector)

    def findings(
        self, project_id: str, selector: RunSelector = "last"
    ) -> tuple[TrackedFinding, ...]:
        """
        Return the findings of a run with their age, the most severe first, without waived ones.

        Messages are those of the first report.

        Args:
            project_id: ID of the project.
            selector: Number of the run, a time, or ``"last"``.

        Raises:
            InvalidArgumentError: The run does not exist.
            StoreError: The database cannot be used.
        """
        return self._runner.run(self._core.findings, project_id, selector)

    def changes(self, project_id: str, since: RunSelector, until: RunSelector = "last") -> Changes:
        """
        Return the differences between two runs of a project; *until* is the later one.

        Messages are those of the first report.

        Args:
            project_id: ID of the project.
            since: The earlier run: its number, a time, or ``"last"``.
            until: The later run.

        Raises:
            InvalidArgumentError: A run does not exist.
            StoreError: The database cannot be used.
        """
        return self._runner.run(self._core.changes, project_id, since, until)

    def prune(
        self, project_id: str, *, before: datetime | None = None, keep: int | None = None
    ) -> int:
        """
        Remove old runs of a project, and return how many. The latest complete run is kept.

        *before* removes the runs before a time, *keep* is the number of complete runs to keep at
        most.

        Args:
            project_id: ID of the project.
            before: Remove the runs before this time.
            keep: Number of complete runs to keep at most. With both arguments, a run that either
                of them removes is removed.

        Raises:
            InvalidArgumentError: Neither *before* nor *keep* is given.
            StoreError: The database cannot be used.
        """
        return self._runner.run(self._core.prune, project_id, before=before, keep=keep)

    def close(self) -> None:
        """Close the connections, unless *where* was an open store. Raises `StoreError`."""
        self._runner.run(self._core.close)
