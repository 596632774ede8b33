"""
Which calls are sent again, how often, and after what pause. The only module that knows backoff.

A policy stands at every endpoint. `SAFE` reads may be repeated freely. `IDEMPOTENT` writes
end in the same state when repeated, so once in doubt they go again once. `BILLABLE` calls
are never repeated in doubt: a read settles first what happened (see `settlement`).
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
    """A policy; use `SAFE`, `IDEMPOTENT` or `BILLABLE`, do not make your own."""

    max_retries: int
    """How often a call may be sent again that was certainly not carried out."""
    max_ambiguous_retries: int
    """How often one may that was perhaps carried out."""
    billable: bool = False
    confirm: Callable[[], Awaitable[Any]] | None = attrs.field(default=None, repr=False)
    """Reads whether the call took effect: what it would have returned, or ``None``."""

    def at_most(self, max_retries: int) -> "Retry":
        """Return the same policy for a caller who has a number of his own."""
        always_safe = self.max_ambiguous_retries == self.max_retries
        return attrs.evolve(
            self,
            max_retries=min(max_retries, self.max_retries) if self.billable else max_retries,
            max_ambiguous_retries=max_retries
            if always_safe
            else min(max_retries, self.max_ambiguous_retries),
        )

    def confirmed_by(self, read: Callable[[], Awaitable[Any]]) -> "Retry":
        """Settle what is in doubt with *read*: the result, or ``None`` for "not done"."""
        return attrs.evolve(self, confirm=read)

    def allows(self, error: SinchNumbersError, resent: int, resent_in_doubt: int) -> bool:
        """Whether a call that met *error* may simply be sent again."""
        if not error.transient:
            return False
        if error.maybe_applied:
            # What a read can settle is not repeated before it has.
            return self.confirm is None and resent_in_doubt < self.max_ambiguous_retries
        if self.billable and isinstance(error, RateLimitError):
            return False  # refused unread, by contract; a read makes sure
        return resent < self.max_retries


SAFE: Final = Retry(max_retries=3, max_ambiguous_retries=3)
"""Reads: repeated whenever it may help."""
IDEMPOTENT: Final = Retry(max_retries=2, max_ambiguous_retries=1)
"""Writes that end in the same state when repeated."""
BILLABLE: Final = Retry(max_retries=3, max_ambiguous_retries=0, billable=True)
"""Calls that cost money or cannot be undone: never repeated in doubt."""
NO_RETRY: Final = Retry(max_retries=0, max_ambiguous_retries=0)
"""Reads that somebody else repeats."""


@attrs.frozen
class Backoff:
    """How long to wait before a call is sent again: anything up to a limit that doubles."""

    first: float = 0.25
    """Seconds, at most, before the first re-send."""
    throttled: float = 1.0
    """The same after a 429 that did not say how long to wait."""
    longest: float = 20.0
    """Seconds that the limit stops doubling at."""
    longest_asked: float = 60.0
    """Seconds that the service may ask to wait; when it asks for more, its error is raised."""

    def pause(self, error: SinchNumbersError, resent: int) -> float | None:
        """Return how long to wait after *error*, ``None`` when that is asking too much."""
        base = self.throttled if isinstance(error, RateLimitError) else self.first
        # 2 ** 1024 would overflow; nobody gets there.
        own = random.uniform(0, min(self.longest, base * 2 ** min(resent, 30)))
        asked = error.retry_after
        if asked is None:
            return own
        if asked > self.longest_asked:
            return None
        return max(asked, own) + random.uniform(0, 0.25 + 0.1 * asked)


class RetryBudget:
    """
    What all calls of a client together may spend on re-sending.

    In an outage it is soon used up, and every call is sent just once: a service that is
    down is not held down by its clients.
    """

    def __init__(self, capacity: float = 500.0) -> None:
        self._capacity = capacity
        self._left = capacity

    @staticmethod
    def cost(error: SinchNumbersError) -> float:
        """Return what a re-send after *error* costs."""
        return 5.0 if isinstance(error, RateLimitError) else 14.0

    def take(self, cost: float) -> bool:
        """Pay *cost*, if there is enough left."""
        if cost > self._left:
            return False
        self._left -= cost
        return True

    def refund(self, cost: float) -> None:
        """Give back *cost*: a call succeeded."""
        self._left = min(self._capacity, self._left + cost)


async def resending(
    send: Callable[[], Awaitable[T]], pause_after: Callable[[SinchNumbersError], float | None]
) -> T:
    """Run *send*, and again for as long as *pause_after* names a pause after its error."""
    try:
        return await send()  # nearly always the end of it, without any machinery
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
