"""Views of journal entries."""

from collections.abc import Iterable
from typing import Any

from rich.table import Table

from sinch_numbers._core.billing.journal import JournalEntry
from sinch_numbers.cli._views import tables
from sinch_numbers.cli._views.listing import Listing, listing


def shown(entry: JournalEntry) -> dict[str, Any]:
    """Return *entry* as it is printed as JSON."""
    return {
        "id": entry.id,
        "operation": entry.operation,
        "state": str(entry.state),
        "subject": entry.subject,
        "result": dict(entry.result),
        "reason": entry.reason,
        "request": dict(entry.request),
        "projectId": entry.project_id,
        "createdAt": entry.created_at,
        "sentAt": entry.sent_at,
        "finishedAt": entry.finished_at,
        "owner": entry.owner,
    }


def facts(entry: JournalEntry) -> Table:
    """Return *entry* as one line for each fact."""
    return tables.facts({name: value for name, value in shown(entry).items() if value})


def table(entries: Iterable[JournalEntry]) -> Listing:
    """Return *entries* as a table."""
    return listing(
        ("ID", "Operation", "About", "State", "Since", "Reason"), (_cells(one) for one in entries)
    )


def _cells(entry: JournalEntry) -> tuple[object, ...]:
    about = entry.result.get("phoneNumber") or entry.result.get("orderId") or entry.subject
    since = None if entry.created_at is None else f"{entry.created_at:%F %T}"
    return entry.id, entry.operation, about, str(entry.state), since, entry.reason
