"""Webhook events: one value per published change."""

from datetime import UTC, datetime

import attrs

__all__ = ["Event"]


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        msg = f"the time of an event needs its zone: {moment!r}"
        raise ValueError(msg)
    return moment.astimezone(UTC)


@attrs.frozen(kw_only=True)
class Event:
    """Event: a change of a resource; *at* is when it took effect."""

    project_id: str
    resource_id: str
    """Phone number or order ID."""
    resource_type: str
    event_type: str
    status: str
    failure_code: str = ""
    internal_failure_code: str = ""
    callback_url: str = ""
    """Callback URL of the resource; if empty, the event goes to the default URL."""
    at: datetime = attrs.field(converter=_utc)
