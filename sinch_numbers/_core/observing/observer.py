"""Observer: a protocol to trace and count the calls of a client."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sinch_numbers._core.observing.events import (
        AttemptEnded,
        CallEnded,
        CallStarted,
        Resending,
        TokenFetched,
    )

__all__ = ["CallObserver", "Observer"]


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
