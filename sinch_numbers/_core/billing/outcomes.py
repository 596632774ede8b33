"""Outcomes of attempts: classify errors by the effect of a billable call."""

from typing import Final

# Details are looked up in `models`, which imports them then: they are for errors only.
from sinch_numbers import models
from sinch_numbers._core.billing.decisions import Event
from sinch_numbers.errors import (
    APIConnectionError,
    APIStatusError,
    AuthUnavailableError,
    NotFoundError,
    RateLimitError,
    SinchNumbersError,
    UnexpectedRedirectError,
    UnexpectedResultError,
)

__all__ = ["attempt_event", "is_own_404"]

_AMBIGUOUS: Final = frozenset({409, 444, 460, 499})
"""Statuses of conflicts and of gateways that lost the client or the connection."""


def attempt_event(error: SinchNumbersError, subject: str | None) -> Event:
    """Return the event of an attempt that failed with *error*; a 404 must name *subject*."""
    if isinstance(error, UnexpectedResultError):
        return Event.APPLIED_ELSEWHERE
    if isinstance(error, RateLimitError):
        return Event.THROTTLED
    if isinstance(error, NotFoundError):
        # One stale or foreign 404 proves nothing: gateways and proxies send them, too.
        return Event.TAKEN if is_own_404(error, subject) else Event.AMBIGUOUS
    if isinstance(error, UnexpectedRedirectError) or error.maybe_applied:
        return Event.AMBIGUOUS
    if isinstance(error, APIStatusError):
        return Event.AMBIGUOUS if error.status in _AMBIGUOUS else Event.REJECTED
    # The token service has its own retries, which this one would multiply.
    sent_later = isinstance(error, APIConnectionError) and not isinstance(
        error, AuthUnavailableError
    )
    return Event.NOT_SENT if sent_later and error.transient else Event.REJECTED


def is_own_404(error: APIStatusError, subject: str | None) -> bool:
    """
    Whether a 404 comes from the service itself, and is about *subject*.

    The error code is enough if *subject* is ``None`` or the ID of an order.
    """
    if error.code != "NOT_FOUND":
        return False
    named = [one.resource_name for one in error.details if isinstance(one, models.ResourceInfo)]
    if subject is None or not subject.startswith("+"):
        return True
    # The detail about an emergency address has an empty name.
    return any(name in (subject, "", None) for name in named)
