"""
Observer: whatever hears of a client's calls as they are made, to count or to trace them.

What it is told may be shown to anybody: there is no phone number in it, no project, no
secret, nothing of what was sent or answered, and errors are named by their classes alone.
"""

from collections.abc import Mapping
from typing import Protocol

import attrs

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
class CallStarted:
    """A call that begins: one operation, or one page of a list."""

    method: str
    """The HTTP method."""
    template: str | None
    """The path below the project's, with ``{id}`` for all that varies; ``None`` in a call of
    `NumbersClient.request`, whose path may hold anything."""
    host: str
    """Where it goes."""
    port: int
    billable: bool
    """Whether it may cost money, or cannot be undone."""


@attrs.frozen(kw_only=True)
class AttemptEnded:
    """A request on the wire that was answered, or was not."""

    number: int
    """From 1 on. A token that is refused and replaced makes for a request more."""
    seconds: float
    status: int | None
    """The HTTP status; ``None`` when no reply came back whole."""
    error: str | None
    """The class of what kept the reply from coming; ``None`` when one came."""


@attrs.frozen(kw_only=True)
class Resending:
    """A call that is about to be sent again."""

    error: str
    """The class of the error that is the reason."""
    pause: float
    """Seconds until then."""


@attrs.frozen(kw_only=True)
class CallEnded:
    """A call that returned or raised."""

    seconds: float
    """With all attempts, pauses, and the reads that settled what was in doubt."""
    attempts: int
    """How many requests were made; 0 when none was, for want of a token for instance."""
    status: int | None
    """The HTTP status of the last attempt; ``None`` when it had none."""
    error: str | None
    """The class of what was raised, ``CancelledError`` included; ``None`` when nothing was."""
    outcome_unknown: bool
    """Whether it is a billable call that may or may not have happened."""


@attrs.frozen(kw_only=True)
class TokenFetched:
    """A fetch of a token that ended, with all its tries."""

    seconds: float
    error: str | None
    """The class of what was raised; ``None`` when there is a token."""


class CallObserver(Protocol):
    """
    Hears of one call. All of its methods are called in the task that makes the call.

    So a context variable that is set when the call starts is seen by all that the call
    does, and is to be set back when it has ended.
    """

    def headers(self) -> Mapping[str, str]:
        """Return headers to send along with the next attempt; none of the client's own."""
        ...

    def attempted(self, attempt: AttemptEnded) -> None:
        """Take note of an attempt."""
        ...

    def resending(self, resending: Resending) -> None:
        """Take note that the call goes again."""
        ...

    def ended(self, ended: CallEnded) -> None:
        """Take note of the end; called once, as the last."""
        ...


class Observer(Protocol):
    """
    Hears of all calls of a client and its siblings: ``NumbersClient(observer=...)``.

    Its methods must not block. One that raises is told in the log, and changes nothing.
    """

    def call_started(self, call: CallStarted) -> CallObserver:
        """Take note of a call, and return what hears how it goes on."""
        ...

    def token_fetched(self, fetched: TokenFetched) -> None:
        """Take note of a fetch of a token, which serves many calls."""
        ...
