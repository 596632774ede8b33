"""
Resolution of ambiguous outcomes by reading.

One read that finds the effect proves it. Absence needs more: the service may apply a request
long after the client gave up on it, and a read may be stale. So absence is proven by three
consecutive reads that span the settle timeout. A failed read proves nothing.
"""

import random
import time
from collections.abc import Awaitable, Callable
from typing import Final, Generic, TypeVar

from sinch_numbers._core.retry.driver import RetryLater, repeat
from sinch_numbers.errors import OutcomeUnknownError, SinchNumbersError

T = TypeVar("T")

# Times of the reads, in multiples of the settle timeout, at growing intervals.
_READ_TIMES: Final = (0, 1 / 60, 1 / 30, 1 / 15, 2 / 15, 4 / 15, 1 / 2, 1, 1.5, 2, 2.5, 3, 4)
_ABSENCES: Final = 3


async def confirm_by_reading(
    read: Callable[[], Awaitable[T | None]] | None,
    settle_timeout: float,
    failure: SinchNumbersError,
) -> T | None:
    """Return the effect, ``None`` for proven absence, or raise `OutcomeUnknownError`."""
    if read is not None:
        try:
            return await repeat(_Proof(read, settle_timeout).look)
        except _InconclusiveError:
            pass
    unknown = OutcomeUnknownError(f"unknown whether the call took effect: {failure.message}")
    unknown.cause = failure
    raise unknown


class _InconclusiveError(Exception):
    """The reads neither found the effect nor proved its absence."""


class _Proof(Generic[T]):
    """Evidence from the reads so far."""

    def __init__(self, read: Callable[[], Awaitable[T | None]], settle_timeout: float) -> None:
        self._read = read
        self._settle_timeout = settle_timeout
        self._times = iter(_READ_TIMES)
        self._started = time.monotonic()
        self._absences = 0
        self._absent_since = 0.0
        next(self._times)  # the first read is immediate

    async def look(self) -> T | None:
        """Return the effect, ``None`` for proven absence, or raise `RetryLater`."""
        try:
            found = await self._read()
        except SinchNumbersError:
            pass  # a failed read proves nothing
        else:
            if found is not None:
                return found
            self._absences += 1
            self._absent_since = self._absent_since or time.monotonic()
            # A request can take effect after the client gave up on it: retrying after a single
            # negative read caused 782 duplicates in 3,000 simulated `rent_any` calls.
            absent_for = time.monotonic() - self._absent_since
            if self._absences >= _ABSENCES and absent_for >= self._settle_timeout:
                return None
        if (at := next(self._times, None)) is None:
            raise _InconclusiveError
        due = self._started + at * self._settle_timeout * random.uniform(1.0, 1.2)
        raise RetryLater(max(0.0, due - time.monotonic()))
