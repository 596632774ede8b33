"""
Observer: a protocol to trace and count the calls of a client.

Events contain no private data: no phone numbers, project IDs, secrets, or bodies, and only the
class names of errors.
"""

from collections.abc import Mapping
from typing import Protocol

import attrs

from sinch_numbers.models._serializable import Serializable

__all__ = [
    "AttemptEnded",
    "CallEnded",
    "CallObserver",
    "CallStarted",
    "Observer",
    "Resending",
    "TokenFetched",
]


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


class CallObserver(Protocol):
    """
    Observer of one call. All methods are called in the task that makes the call.

    So a context variable that is set when the call starts is visible throughout the call; it
    should be reset when the call ends.
    """

    def headers(self) -> Mapping[str, str]:
        """
        Return extra headers for the next attempt, such as ``traceparent``.

        Called by the package.
        """
        ...

    def attempted(self, attempt: AttemptEnded) -> None:
        """
        Record the end of an attempt.

        Called by the package.

        Args:
            attempt: Its number, duration, and status or error.
        """
        ...

    def resending(self, resending: Resending) -> None:
        """
        Record a retry.

        Called by the package.

        Args:
            resending: The error that caused the retry, and the delay.
        """
        ...

    def ended(self, ended: CallEnded) -> None:
        """
        Record the end of the call; called once, last.

        Called by the package.

        Args:
            ended: Duration, attempts, and outcome of the call.
        """
        ...


class Observer(Protocol):
    """
    Notified of every call of a client and its siblings.

    Pass it as ``NumbersClient(observer=...)``. Methods are plain functions and must not
    block; coroutine functions are rejected by the client, or by its first call. An exception is
    logged and has no other effect.
    """

    def call_started(self, call: CallStarted) -> CallObserver:
        """
        Record the start of a call, and return its observer.

        Called by the package.

        Args:
            call: Method, path template, and host of the call.
        """
        ...

    def token_fetched(self, fetched: TokenFetched) -> None:
        """
        Record the end of a token fetch; a token serves many calls.

        Called by the package.

        Args:
            fetched: Duration of the fetch, and its error.
        """
        ...
