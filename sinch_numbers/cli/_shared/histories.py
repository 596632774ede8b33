"""The history of audits, as the global options name it, and the runs that options name."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Final

import attrs
import typer

from sinch_numbers.audit import AuditHistory, Report, Reports, RunSelector, Severity
from sinch_numbers.cli._shared.errors import ExitCode, fail, print_error
from sinch_numbers.cli._shared.session import Session, Settings, history_path, named_store
from sinch_numbers.errors import StoreError
from sinch_numbers.store import PostgresStore, SQLiteStore

_LAST: Final = "last"
_DAY_END: Final = time(23, 59, 59, 999_999)


class FailOn(StrEnum):
    """Findings with which an audit fails: of a severity, or new ones of it."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"
    NEW_INFO = "new-info"
    NEW_WARNING = "new-warning"
    NEW_ERROR = "new-error"

    @property
    def is_new(self) -> bool:
        """Whether only new findings count."""
        return self.value.startswith("new-")

    @property
    def severity(self) -> Severity:
        """The lowest severity that counts."""
        return Severity(self.value.removeprefix("new-"))

    def matches(self, found: Report | Reports) -> bool:
        """Whether *found* has such findings."""
        if not self.is_new:
            return bool(found.at_least(self.severity))
        reports = found.reports if isinstance(found, Reports) else (found,)
        return any(
            report.changes is not None and report.changes.new_at_least(self.severity)
            for report in reports
        )


@attrs.frozen
class RunName:
    """A run, as an option or an argument names it."""

    selector: RunSelector


def run_name(text: str) -> RunName:
    """Parse the number of a run, a date or a time in UTC, or ``last``."""
    if text.strip().lower() == _LAST:
        return RunName("last")
    if text.isascii() and text.isdecimal() and int(text) > 0:
        return RunName(int(text))
    with suppress(ValueError):
        at = datetime.fromisoformat(text)
        if len(text) <= len("2026-03-14"):
            at = datetime.combine(at, _DAY_END)  # a run of that day counts
        return RunName(at if at.tzinfo else at.replace(tzinfo=UTC))
    raise typer.BadParameter(
        f"{text!r} must be 'last', the number of a run, or a date such as 2026-03-14"
    )


def history_store(settings: Settings) -> SQLiteStore | PostgresStore:
    """Return the store of the history: the one that is named, else a file of the user."""
    return named_store(settings) or SQLiteStore(
        history_path(), exclusive=False, mode=settings.mode
    )


def is_named(settings: Settings) -> bool:
    """Whether the user has named the store; a sandbox ignores the environment."""
    return bool(settings.store) or (not settings.sandbox and bool(os.environ.get("SINCH_STORE")))


@contextmanager
def recorded(
    session: Session, settings: Settings, *, required: bool, retention_days: int | None
) -> Iterator[AuditHistory | None]:
    """
    Open the history of an audit, or yield ``None``.

    A throwaway sandbox has none, unless it is *required* or its store is named. The user's file
    is not required: if it cannot be used, that is reported, and the audit goes on without it.
    """
    if settings.sandbox and not is_named(settings):
        if required:
            fail("a sandbox has no history: name a file for it with --store", ExitCode.USAGE)
        yield None
        return
    retention = None if retention_days is None else timedelta(days=retention_days)
    store = history_store(settings)
    found: AuditHistory | None = AuditHistory(store, retention=retention)
    try:
        if not required and not is_named(settings):
            try:
                session.run(AuditHistory(store).projects())
            except StoreError as error:
                print_error(f"this audit is not compared with earlier ones: {error}")
                found = None
        yield found
    finally:
        session.run(store.close())
