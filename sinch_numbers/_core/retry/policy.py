"""
Retry policies and delays. The only module that imports backoff.

Every operation names a policy. `SAFE` reads are retried freely. `IDEMPOTENT` writes end in the
same state when repeated, so they are retried once after an ambiguous failure. `BILLABLE` calls
are never retried after an ambiguous failure: a read first verifies the outcome (see
`settlement`).
"""

import random
from collections.abc import Awaitable, Callable, Generator
from typing import Any, Final, TypeVar

import attrs
import backoff

from sinch_numbers.errors import RateLimitError, SinchNumbersError

__all__ = ["BILLABLE", "IDEMPOTENT", "SAFE", "Backoff", "Retry"]

T = TypeVar("T")


@attrs.frozen(eq=False)
class Retry:
    """A retry policy. Use `SAFE`, `IDEMPOTENT`, or `BILLABLE`; don't create others."""

    max_retries: int
    """Maximum retries for errors that guarantee the request had no effect."""
    max_ambiguous_retries: int
    """Maximum retries for ambiguous errors."""
    billable: bool = False
    confirm: Callable[[], Awaitable[Any]] | None = attrs.field(default=None, repr=False)
    """Reads the effect of the call: the value that it would have returned, or ``None``."""

    def at_most(self, max_retries: int) -> "Retry":
        """Return this policy with the retry limit that the caller set."""
        always_safe = self.max_ambiguous_retries == self.max_retries
        return attrs.evolve(
            self,
            max_retries=min(max_retries, self.max_retries) if self.billable else max_retries,
            max_ambiguous_retries=max_retries
            if always_safe
            else min(max_retries, self.max_ambiguous_retries),
        )

    def confirmed_by(self, read: Callable[[], Awaitable[Any]]) -> "Retry":
        """Return this policy with *read*, which resolves ambiguous outcomes."""
        return attrs.evolve(self, confirm=read)

    def allows(self, error: SinchNumbersError, resent: int, resent_in_doubt: int) -> bool:
        """Whether a call may be retried after *error* without a read."""
        if not error.transient:
            return False
        if error.maybe_applied:
            # If a read can resolve the outcome, it must do so before a retry.
            return self.confirm is None and resent_in_doubt < self.max_ambiguous_retries
        if self.billable and isinstance(error, RateLimitError):
            return False  # a 429 promises no effect; a read verifies it first
        return resent < self.max_retries


SAFE: Final = Retry(max_retries=3, max_ambiguous_retries=3)
"""Reads: retried on every transient error."""
IDEMPOTENT: Final = Retry(max_retries=2, max_ambiguous_retries=1)
"""Writes that end in the same state when repeated."""
BILLABLE: Final = Retry(max_retries=3, max_ambiguous_retries=0, billable=True)
"""Calls that cost money or cannot be undone: never retried after an ambiguous failure."""
NO_RETRY: Final = Retry(max_retries=0, max_ambiguous_retries=0)
"""Reads whose caller does the retries."""


@attrs.frozen
class Backoff:
    """Delays before retries: full jitter below a limit that doubles."""

    first: float = 0.25
    """Maximum seconds before the first retry."""
    throttled: float = 1.0
    """Maximum seconds before the first retry after a 429 without ``Retry-After``."""
    longest: float = 20.0
    """Maximum of the limit, in seconds."""
    longest_asked: float = 60.0
    """Maximum ``Retry-After`` in seconds; for more, the error is raised."""

    def pause(self, error: SinchNumbersError, resent: int) -> float | None:
        """Return the delay after *error*, ``None`` if ``Retry-After`` exceeds the maximum."""
        base = self.throttled if isinstance(error, RateLimitError) else self.first
        # 2 ** 1024 would overflow.
        own = random.uniform(0, min(self.longest, base * 2 ** min(resent, 30)))
        asked = error.retry_after
        if asked is None:
            return own
        if asked > self.longest_asked:
            return None
        return max(asked, own) + random.uniform(0, 0.25 + 0.1 * asked)


class RetryBudget:
    """
    The retry budget that all calls of a client share.

    An outage soon exhausts it. Then every call is sent just once, so retries don't keep the
    service down.
    """

    def __init__(self, capacity: float = 500.0) -> None:
        self._capacity = capacity
        self._left = capacity

    @staticmethod
    def cost(error: SinchNumbersError) -> float:
        """Return the cost of a retry after *error*."""
        return 5.0 if isinstance(error, RateLimitError) else 14.0

    def take(self, cost: float) -> bool:
        """Spend *cost* if the budget suffices; return whether it did."""
        if cost > self._left:
            return False
        self._left -= cost
        return True

    def refund(self, cost: float) -> None:
        """Return *cost* to the budget after a success."""
        self._left = min(self._capacity, self._left + cost)


async def resending(
    send: Callable[[], Awaitable[T]], pause_after: Callable[[SinchNumbersError], float | None]
) -> T:
    """Run *send*; retry while *pause_after* returns a delay for its error."""
    try:
        return await send()  # the common case: no error, no backoff machinery
    except SinchNumbersError as error:
        first, pause = error, pause_after(error)
        if pause is None:
            raise

    def gives_up(error: Exception) -> bool:
        nonlocal pause
        if error is not first and isinstance(error, SinchNumbersError):
            pause = pause_after(error)
        return pause is None

    def pauses() -> Generator[float, Any, None]:
        while True:
            yield pause or 0.0

    attempts = 0

    @backoff.on_exception(pauses, SinchNumbersError, giveup=gives_up, jitter=None, logger=None)
    async def again() -> T:
        nonlocal attempts
        attempts += 1
        if attempts == 1:
            raise first  # it was met already; backoff takes it from here
        return await send()

    return await again()
