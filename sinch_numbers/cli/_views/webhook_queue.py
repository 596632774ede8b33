"""Views of the events of a durable receiver."""

from collections.abc import Iterable
from typing import Any

from rich.table import Table

from sinch_numbers.cli._views import tables
from sinch_numbers.errors import InvalidEventError
from sinch_numbers.models import explanations
from sinch_numbers.webhooks import StoredEvent, parse_event


def shown(event: StoredEvent) -> dict[str, Any]:
    """Return *event* as it is printed as JSON, with explanations of the error codes in it."""
    try:
        found = explanations(parse_event(event.body.encode()))
    except InvalidEventError:  # handled and dropped events have an empty body
        found = ()
    return {
        "eventId": event.event_id,
        "state": str(event.state),
        "resourceId": event.resource_id,
        "receivedAt": event.received_at,
        "dueAt": event.due_at,
        "finishedAt": event.finished_at,
        "attempts": event.attempts,
        "interruptions": event.interruptions,
        "errorType": event.error_type,
        "error": event.error,
        "body": event.body,
        **({"explanations": found} if found else {}),
    }


def table(events: Iterable[StoredEvent]) -> Table:
    """Return *events* as a table."""
    view = tables.table()
    for name in ("ID", "State", "About", "Received", "Attempts", "Error"):
        view.add_column(name)
    for event in events:
        error = f"{event.error_type}: {event.error}" if event.error_type else ""
        cells = (
            event.event_id,
            str(event.state),
            event.resource_id,
            f"{event.received_at:%F %T}",
            str(event.attempts),
            error,
        )
        view.add_row(*(tables.safe(cell) for cell in cells))
    return view
