"""Views of the events of a durable receiver."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import attrs

from sinch_numbers._core.serialization.jsonable import plain
from sinch_numbers.cli._views.listing import Listing, listing
from sinch_numbers.errors import InvalidEventError
from sinch_numbers.models import explanations
from sinch_numbers.webhooks import StoredEvent, parse_event


@attrs.frozen(kw_only=True)
class EventView:
    """An event as it is printed as JSON."""

    event_id: str
    state: str
    resource_id: str
    received_at: datetime
    due_at: datetime
    finished_at: datetime | None
    attempts: int
    interruptions: int
    error_type: str
    error: str
    body: str


def shown(event: StoredEvent) -> EventView:
    """Return *event* as it is printed as JSON."""
    fields = {field.name: getattr(event, field.name) for field in attrs.fields(EventView)}
    return EventView(**{**fields, "state": str(event.state)})


def explained(event: EventView) -> dict[str, Any]:
    """Return *event* as JSON-ready data, with explanations of the error codes in its body."""
    data = plain(event, names="api")
    try:
        found = explanations(parse_event(event.body.encode()))
    except InvalidEventError:  # handled and dropped events have an empty body
        found = ()
    return {**data, "explanations": plain(found, names="api")} if found else data


def table(events: Iterable[EventView]) -> Listing:
    """Return *events* as a table."""
    return listing(
        ("ID", "State", "About", "Received", "Attempts", "Error"), (_cells(one) for one in events)
    )


def _cells(event: EventView) -> tuple[object, ...]:
    return (
        event.event_id,
        event.state,
        event.resource_id,
        f"{event.received_at:%F %T}",
        str(event.attempts),
        f"{event.error_type}: {event.error}" if event.error_type else "",
    )
