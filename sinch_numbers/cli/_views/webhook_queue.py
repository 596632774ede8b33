"""Views of the events of a durable receiver."""

from collections.abc import Iterable
from typing import Any

from sinch_numbers.cli._views.listing import Listing, listing
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


def table(events: Iterable[StoredEvent]) -> Listing:
    """Return *events* as a table."""
    return listing(
        ("ID", "State", "About", "Received", "Attempts", "Error"), (_cells(one) for one in events)
    )


def _cells(event: StoredEvent) -> tuple[object, ...]:
    return (
        event.event_id,
        str(event.state),
        event.resource_id,
        f"{event.received_at:%F %T}",
        str(event.attempts),
        f"{event.error_type}: {event.error}" if event.error_type else "",
    )
