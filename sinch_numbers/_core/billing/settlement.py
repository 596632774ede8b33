"""Verification of an ambiguous outcome by reading."""

import random
import time
from collections.abc import Awaitable, Callable
from typing import Final

import anyio
import attrs

from sinch_numbers._core.billing.decisions import READ_TIMES, Action, Event, Progress, step
from sinch_numbers._core.billing.evidence import Evidence
from sinch_numbers._core.retry.driver import RetryLater, repeat
from sinch_numbers.errors import ClientClosedError, SinchNumbersError

__all__ = ["Settlement", "settle"]

_LIMIT: Final = 4.0
"""Time limit in multiples of the settle timeout, regardless of ``Retry-After``."""
_LONGEST_JITTER: Final = 1.2
"""The last read starts at most 3.6 settle timeouts after the first, so that it can still end."""


@attrs.frozen
class Settlement:
    """The end of a verification."""

    action: Action
    progress: Progress
    evidence: Evidence | None
    """The last evidence; ``None`` if no read succeeded."""
    seconds: float = 0.0
    """Duration of the verification."""


async def settle(
    read: Callable[[], Awaitable[Evidence]],
    progress: Progress,
    renew: Callable[[], Awaitable[bool]] | None = None,
    until: float | None = None,
    report: Callable[[float], object] | None = None,
) -> Settlement:
    """
    Call *read* until `decisions` name another action than to read again.

    *renew* is awaited before each read; if it returns false, another process has taken the entry
    over, and the outcome stays unknown here. It also stays unknown if the reads don't show it
    by the time *until*, by default that of `limit`. *report* is called with the seconds until
    then.
    """
    if until is None:
        until = limit(progress.settle_timeout, progress.not_before)
    started = time.monotonic()
    reading = _Reading(read, progress, renew, until)
    action = Action.FAIL_UNKNOWN
    if report is not None:
        report(max(0.0, until - started))
    with anyio.move_on_after(until - time.monotonic()):
        action = await repeat(reading.look)
    seconds = time.monotonic() - started
    return Settlement(action, reading.progress, reading.evidence, seconds)


def limit(settle_timeout: float, not_before: float = 0.0, spent: float = 0.0) -> float:
    """
    Return the time, by `time.monotonic`, at which a verification that starts now must end.

    *spent* is the time that earlier verifications of the call took.
    """
    return max(time.monotonic(), not_before) + max(0.0, _LIMIT * settle_timeout - spent)


class _Reading:
    """The reads of one verification."""

    def __init__(
        self,
        read: Callable[[], Awaitable[Evidence]],
        progress: Progress,
        renew: Callable[[], Awaitable[bool]] | None,
        until: float,
    ) -> None:
        self._read = read
        self._renew = renew
        self._until = until
        self._started = max(time.monotonic(), progress.not_before)
        self.progress = progress
        self.evidence: Evidence | None = None

    async def look(self) -> Action:
        """Read once; return the action that ends the verification, or raise `RetryLater`."""
        if self._renew is not None and not await self._renew():
            return Action.FAIL_UNKNOWN
        event = Event.READ_FAILED
        try:
            self.evidence = await self._read()
            event = self.evidence.event
        except ClientClosedError:
            return Action.FAIL_UNKNOWN
        except SinchNumbersError:
            pass
        now = time.monotonic()
        self.progress, action = step(self.progress, event, now)
        if action is not Action.READ:
            return action
        at = READ_TIMES[self.progress.reads] * self.progress.settle_timeout
        due = max(now, self._started + at * random.uniform(1.0, _LONGEST_JITTER))
        if due >= self._until:
            return Action.FAIL_UNKNOWN  # the read would be cut off
        raise RetryLater(due - now)
