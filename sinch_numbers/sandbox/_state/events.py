"""Webhook events of the service: one value per change."""

from datetime import datetime

import attrs

__all__ = ["Event"]


@attrs.frozen(kw_only=True)
class Event:
    """A change of a resource, as it is announced; *at* is when it took effect."""

    project_id: str
    resource_id: str
    """The phone number, or the id of the order."""
    resource_type: str
    event_type: str
    status: str
    failure_code: str = ""
    internal_failure_code: str = ""
    callback_url: str = ""
    """Where the resource wants it sent; where it names no place it goes to the default one."""
    at: datetime
