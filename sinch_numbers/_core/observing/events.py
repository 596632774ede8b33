"""
Events of an observer.

They contain no private data: no phone numbers, project IDs, secrets, or bodies, and only the
class names of errors.
"""

import attrs

from sinch_numbers.models._serializable import Serializable

__all__ = ["AttemptEnded", "CallEnded", "CallStarted", "Resending", "TokenFetched"]


@attrs.frozen(kw_only=True)
class CallStarted(Serializable):
    """The start of a call: one operation, or one page of a list."""

    method: str
    """The HTTP method."""
    template: str | None
    """The path below the project's, with parameters in braces, as in
    ``/activeNumbers/{phoneNumber}``; ``None`` in a call of `NumbersClient.request`."""
    host: str
    """Host name of the API."""
    port: int
    billable: bool
    """Whether it may cost money, or cannot be undone."""


@attrs.frozen(kw_only=True)
class AttemptEnded(Serializable):
    """The end of one attempt, with or without a response."""

    number: int
    """Starts at 1. The replay after a 401 with a new token counts as an attempt."""
    seconds: float
    status: int | None
    """The HTTP status; ``None`` without a complete response."""
    error: str | None
    """Class name of the transport error; ``None`` with a response."""


@attrs.frozen(kw_only=True)
class Resending(Serializable):
    """A retry that is about to happen."""

    error: str
    """Class name of the error that caused it."""
    pause: float
    """Delay in seconds."""


@attrs.frozen(kw_only=True)
class CallEnded(Serializable):
    """The end of a call."""

    seconds: float
    """Total time, including delays and the reads that resolve ambiguous outcomes."""
    attempts: int
    """Number of requests; 0 if, for example, there was no token."""
    status: int | None
    """The HTTP status of the last attempt; ``None`` without a response."""
    error: str | None
    """Class name of the exception, ``CancelledError`` included; ``None`` on success."""
    outcome_unknown: bool
    """Whether a billable call ended with an unknown outcome."""


@attrs.frozen(kw_only=True)
class TokenFetched(Serializable):
    """The end of a token fetch, including its retries."""

    seconds: float
    error: str | None
    """Class name of the exception; ``None`` on success."""
