"""Request rate, adapted to the 429 responses of the service."""

import time
from collections import deque
from typing import Final

_KEPT: Final = 0.7
"""Factor that a 429 multiplies the rate by."""
_STEEPNESS: Final = 0.4
_SOONEST: Final = 5.0
"""Minimum recovery time in seconds: at a low limit, every probe costs a 429."""
_WINDOW: Final = 1.0
"""Seconds over which the rate is measured; it is lowered at most once in that time."""
_IN_A_ROW: Final = 5
"""Consecutive 429s, without a success between them, that lower the rate."""
_MANY: Final = 0.1
"""Share of 429s, among the responses since the rate was last lowered, that lowers it."""
_SAMPLE: Final = 60
"""Responses of which a third must be 429s to lower the rate for the first time."""
_IN_VAIN: Final = 4
"""Consecutive reductions that did not end the 429s, after which pacing is suspended."""
_LET_BE: Final = 30.0
"""Seconds for which pacing is suspended then."""
_FORGOTTEN: Final = 10.0
"""Drop the limit once the rate exceeds it by this factor without a 429."""
_SLOWEST: Final = 0.5


class Pace:
    """
    Spaces requests once the service has rejected many with 429.

    The rate follows the curve of TCP CUBIC: a 429 lowers it below the last good rate, it
    returns there quickly, stays for long, and then probes beyond. Before the first 429, and
    after the limit is gone, requests are not spaced. Occasional 429s, and 429s that continue
    at any rate, have other causes and do not lower the rate.
    """

    def __init__(self) -> None:
        self._served: deque[float] = deque()
        """When requests were served, lately."""
        self._in_a_row = 0
        """How many refusals came since."""
        self._answers = self._refusals = 0
        """How many answers and refusals came since the rate was lowered, and that had effect."""
        self._limit: float | None = None
        """The rate at the last refusal that counted; ``None`` for none."""
        self._refused_at = float("-inf")
        self._recovery = 0.0
        """Seconds after which the rate is back at the limit."""
        self._free_at = 0.0
        self._in_vain = 0
        self._let_be_until = float("-inf")

    @property
    def rate(self) -> float | None:
        """How many requests a second are let through, ``None`` for as many as there are."""
        if self._limit is None:
            return None
        since = time.monotonic() - self._refused_at
        # A cubic that is at what was kept now, and flat where it meets the limit again.
        rate = self._limit * (1 + (1 - _KEPT) * (since / self._recovery - 1) ** 3)
        if rate > _FORGOTTEN * self._limit:
            self._limit = None
            return None
        return max(rate, _SLOWEST)

    def turn(self) -> float:
        """Take the next turn; return how many seconds away it is."""
        rate = self.rate
        if rate is None:
            return 0.0
        now = time.monotonic()
        turn = max(now, self._free_at)
        self._free_at = turn + 1.0 / rate
        return turn - now

    def served(self) -> None:
        """Take note that a request was not refused."""
        self._in_a_row = 0
        self._answers += 1
        now = time.monotonic()
        self._served.append(now)
        self._forget(now)

    def refused(self) -> None:
        """Slow down, if need be: the service said that requests come too fast."""
        now = time.monotonic()
        since = now - self._refused_at
        if since < _WINDOW or now < self._let_be_until:
            self._answers = self._refusals = 0
            return  # those of one burst, and those under way, answer the same excess
        self._in_a_row += 1
        self._answers += 1
        self._refusals += 1
        rate = self.rate
        recovered = rate is not None and since >= self._recovery
        if rate is None:
            too_many = self._answers >= _SAMPLE and 3 * self._refusals >= self._answers
            if self._answers >= _SAMPLE:
                self._answers = self._refusals = 0
        else:
            too_many = self._refusals > 1 and self._refusals >= _MANY * self._answers
        if recovered or too_many or self._in_a_row >= _IN_A_ROW:
            self._in_vain = 0 if rate is None or recovered else self._in_vain + 1
            if self._in_vain >= _IN_VAIN:
                self._limit, self._let_be_until = None, now + _LET_BE
                return
            self._forget(now)
            measured = len(self._served) / _WINDOW
            self._slow_down(measured if rate is None else min(measured, rate), now)

    def _slow_down(self, limit: float, now: float) -> None:
        self._in_a_row = self._answers = self._refusals = 0
        self._limit = limit = max(limit, _SLOWEST)
        self._refused_at = now
        self._recovery = max((limit * (1 - _KEPT) / _STEEPNESS) ** (1 / 3), _SOONEST)
        self._free_at = min(self._free_at, now + 1.0 / (_KEPT * limit))

    def _forget(self, now: float) -> None:
        while self._served and self._served[0] <= now - _WINDOW:
            self._served.popleft()
