"""Events that describe the waits of calls, by their cause."""

from typing import ClassVar, Final

import attrs

from sinch_numbers._core.progress import TOKEN_PATH, ProgressEvent, duration
from sinch_numbers.errors import (
    APIConnectionError,
    APIReplyLostError,
    APIResponseError,
    APIStatusError,
    APITimeoutError,
    AuthenticationError,
    ProxyError,
    RateLimitError,
    SinchNumbersError,
)

__all__ = [
    "ClaimWait",
    "OpenFilesWait",
    "OutcomeCheck",
    "OwnershipCheck",
    "RateLimitDelay",
    "RetryDelay",
    "StateWait",
]


@attrs.frozen(kw_only=True)
class RetryDelay(ProgressEvent):
    """The delay before a call, or the fetch of an access token, is retried."""

    _is_logged: ClassVar = True

    seconds: float
    """The delay."""
    attempt: int
    """Number of the attempt that follows the delay; the first attempt is 1."""
    max_attempts: int
    """Maximum number of attempts; the deadline may end the call earlier."""
    error: SinchNumbersError
    """The error of the previous attempt."""
    method: str
    path: str

    @property
    def text(self) -> str:
        """The event, such as "rate limited, retrying in 20 s (2 of 4)"."""
        what = "access token: " if self.path == TOKEN_PATH else ""
        times = f"{self.attempt} of {self.max_attempts}"
        return f"{what}{_reason(self.error)}, retrying in {duration(self.seconds)} ({times})"


@attrs.frozen(kw_only=True)
class RateLimitDelay(ProgressEvent):
    """A request that is held back: another call got a 429, or the client spaces its requests."""

    seconds: float
    """The delay until the request is sent."""
    method: str
    path: str

    @property
    def text(self) -> str:
        """The event, such as "rate limited, waiting 20 s"."""
        return f"rate limited, waiting {duration(self.seconds)}"


@attrs.frozen(kw_only=True)
class OutcomeCheck(ProgressEvent):
    """The verification of a billable call whose response was lost, by reading its effect."""

    operation: str
    """Operation ID of the OpenAPI description, such as ``rentNumber``."""
    at_most: float
    """Seconds after which the verification ends, if no read shows the outcome."""

    @property
    def text(self) -> str:
        """The event, such as "verifying a lost response, up to 30 s"."""
        return f"verifying a lost response, up to {duration(self.at_most)}"


@attrs.frozen(kw_only=True)
class ClaimWait(ProgressEvent):
    """The wait for another billable call about the same number or order."""

    op_id: str
    """Operation ID of the other call."""
    at_most: float | None
    """Seconds until the deadline; ``None`` for no limit."""

    @property
    def text(self) -> str:
        """The event, such as "waiting for another operation to end, up to 90 s"."""
        return f"waiting for another operation to end{_up_to(self.at_most)}"


@attrs.frozen(kw_only=True)
class OwnershipCheck(ProgressEvent):
    """Reads that show whether the project still has a number that an earlier call rented."""

    op_id: str
    """Operation ID of the earlier call."""
    at_most: float
    """Seconds after which the number counts as still there."""

    @property
    def text(self) -> str:
        """The event, such as "checking whether the project still has the number, up to 30 s"."""
        return f"checking whether the project still has the number{_up_to(self.at_most)}"


@attrs.frozen(kw_only=True)
class OpenFilesWait(ProgressEvent):
    """The wait for a file descriptor: the process, or the system, has too many files open."""

    at_most: float
    """Seconds after which the call fails."""

    @property
    def text(self) -> str:
        """The event, such as "too many open files, waiting up to 20 s"."""
        return f"too many open files, waiting{_up_to(self.at_most, '')}"


@attrs.frozen(kw_only=True)
class StateWait(ProgressEvent):
    """The wait for a state, such as the end of provisioning; reported after each poll."""

    awaited: str
    """The awaited event, such as ``provisioning`` or ``number order``."""
    state: str | None
    """The state as last read; ``None`` if the last read failed."""
    elapsed: float
    """Seconds since the wait began."""
    at_most: float | None
    """Seconds until the deadline; ``None`` for no limit."""

    @property
    def text(self) -> str:
        """The event, such as "waiting for provisioning: SMS pending, up to 600 s"."""
        state = "" if self.state is None else f": {self.state}"
        return f"waiting for {self.awaited}{state}{_up_to(self.at_most)}"


def _up_to(seconds: float | None, comma: str = ",") -> str:
    return "" if seconds is None else f"{comma} up to {duration(seconds)}"


_REASONS: Final[tuple[tuple[type[SinchNumbersError], str], ...]] = (
    (RateLimitError, "rate limited"),
    (AuthenticationError, "access token not accepted yet"),
    (ProxyError, "proxy unreachable"),
    (APIConnectionError, "host unreachable"),
    (APITimeoutError, "response timed out"),
    (APIReplyLostError, "response lost"),
    (APIResponseError, "response not readable"),
)


def _reason(error: SinchNumbersError) -> str:
    """Return why a call is retried, without text of the service."""
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return reason
    if isinstance(error, APIStatusError):
        return f"service failed with status {error.status}"
    return type(error).__name__
