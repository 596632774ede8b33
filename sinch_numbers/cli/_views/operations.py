"""Views of journal entries."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import attrs
from rich.table import Table

from sinch_numbers._core.billing.journal import JournalEntry
from sinch_numbers._core.serialization.jsonable import plain
from sinch_numbers.cli._views import tables
from sinch_numbers.cli._views.listing import Listing, listing


@attrs.frozen(kw_only=True)
class OperationView:
    """A journal entry as it is printed as JSON."""

    id: str
    operation: str
    state: str
    subject: str | None
    result: Mapping[str, Any]
    reason: str
    request: Mapping[str, Any]
    project_id: str
    created_at: datetime | None
    sent_at: datetime | None
    finished_at: datetime | None
    owner: str


def shown(entry: JournalEntry) -> OperationView:
    """Return *entry* as it is printed as JSON."""
    return OperationView(
        id=entry.id,
        operation=entry.operation,
        state=str(entry.state),
        subject=entry.subject,
        result=dict(entry.result),
        reason=entry.reason,
        request=dict(entry.request),
        project_id=entry.project_id,
        created_at=entry.created_at,
        sent_at=entry.sent_at,
        finished_at=entry.finished_at,
        owner=entry.owner,
    )


def facts(entry: JournalEntry) -> Table:
    """Return *entry* as one line for each fact."""
    data = plain(shown(entry), names="api")
    return tables.facts({name: value for name, value in data.items() if value})


def table(entries: Iterable[OperationView]) -> Listing:
    """Return *entries* as a table."""
    return listing(
        ("ID", "Operation", "About", "State", "Since", "Reason"), (_cells(one) for one in entries)
    )


def _cells(entry: OperationView) -> tuple[object, ...]:
    about = entry.result.get("phoneNumber") or entry.result.get("orderId") or entry.subject
    since = None if entry.created_at is None else f"{entry.created_at:%F %T}"
    return entry.id, entry.operation, about, entry.state, since, entry.reason
