"""Request rate, adapted to the 429 responses of the service."""

import time
from collections import deque
from typing import Final

_BETA: Final = 0.7
"""Factor that a 429 multiplies the rate by."""
_STEEPNESS: Final = 0.4
_MIN_RECOVERY: Final = 5.0
"""Minimum recovery time in seconds: at a low limit, every probe costs a 429."""
_WINDOW: Final = 1.0
"""Seconds over which the rate is measured, and lowered at most once."""
_REFUSALS_IN_A_ROW: Final = 5
"""Consecutive 429s, without a success between them, that lower the rate."""
_REFUSAL_RATIO: Final = 0.1
"""Share of 429s since the rate was last lowered that lowers it again."""
_SAMPLE: Final = 60
"""Responses of which a third must be 429s to lower the rate for the first time."""
_MAX_INEFFECTIVE_DROPS: Final = 4
"""Consecutive reductions without effect on the 429s that suspend pacing."""
_BYPASS_SECONDS: Final = 30.0
"""Seconds for which pacing is suspended then."""
_FORGET_FACTOR: Final = 10.0
"""Drop the limit once the rate exceeds it by this factor without a 429."""
_MIN_RATE: Final = 0.5


class Pacer:
    """
    Spaces requests once the service has rejected many with 429.

    The rate follows the curve of TCP CUBIC: a 429 lowers it below the last good rate, it
    returns there quickly, stays for long, and then probes beyond. Before the first 429, and
    after the limit is gone, requests are not spaced. Occasional 429s, and 429s that continue
    at any rate, have other causes and do not lower the rate.
    """

    def __init__(self) -> None:
        self._successes: deque[float] = deque()
        """Times of the successes within the window."""
        self._in_a_row = 0
        """Consecutive 429s."""
        self._responses = self._refusals = 0
        """Responses, and 429s among them, since the lower rate applies."""
        self._limit: float | None = None
        """The rate at the 429 that last lowered it; ``None`` for no limit."""
        self._refused_at = float("-inf")
        self._recovery = 0.0
        """Seconds after which the rate is back at the limit."""
        self._free_at = 0.0
        self._ineffective_drops = 0
        self._bypass_until = float("-inf")

    @property
    def rate(self) -> float | None:
        """Requests per second that may start; ``None`` for no limit."""
        if self._limit is None:
            return None
        since = time.monotonic() - self._refused_at
        # A cubic curve: at the lowered rate now, and flat where it reaches the limit again.
        rate = self._limit * (1 + (1 - _BETA) * (since / self._recovery - 1) ** 3)
        if rate > _FORGET_FACTOR * self._limit:
            self._limit = None
            return None
        return max(rate, _MIN_RATE)

    def turn(self) -> float:
        """Take the next turn; return the seconds until then."""
        rate = self.rate
        if rate is None:
            return 0.0
        now = time.monotonic()
        turn = max(now, self._free_at)
        self._free_at = turn + 1.0 / rate
        return turn - now

    def on_success(self) -> None:
        """Record a response that is not a 429."""
        self._in_a_row = 0
        self._responses += 1
        now = time.monotonic()
        self._successes.append(now)
        self._forget(now)

    def on_refusal(self) -> None:
        """Record a 429, and lower the rate if there are too many."""
        now = time.monotonic()
        since = now - self._refused_at
        if since < _WINDOW or now < self._bypass_until:
            self._responses = self._refusals = 0
            return  # 429s of one burst have the same cause
        self._in_a_row += 1
        self._responses += 1
        self._refusals += 1
        rate = self.rate
        recovered = rate is not None and since >= self._recovery
        if rate is None:
            too_many = self._responses >= _SAMPLE and 3 * self._refusals >= self._responses
            if self._responses >= _SAMPLE:
                self._responses = self._refusals = 0
        else:
            too_many = self._refusals > 1 and self._refusals >= _REFUSAL_RATIO * self._responses
        if recovered or too_many or self._in_a_row >= _REFUSALS_IN_A_ROW:
            # A 429 after the recovery results from probing, not from an ineffective drop.
            self._ineffective_drops = (
                0 if rate is None or recovered else self._ineffective_drops + 1
            )
            if self._ineffective_drops >= _MAX_INEFFECTIVE_DROPS:
                self._limit, self._bypass_until = None, now + _BYPASS_SECONDS
                return
            self._forget(now)
            measured = len(self._successes) / _WINDOW  # 0 if the last second had no success
            self._slow_down(measured if rate is None else min(measured, rate), now)

    def _slow_down(self, limit: float, now: float) -> None:
        self._in_a_row = self._responses = self._refusals = 0
        self._limit = limit = max(limit, _MIN_RATE)
        self._refused_at = now
        self._recovery = max((limit * (1 - _BETA) / _STEEPNESS) ** (1 / 3), _MIN_RECOVERY)
        self._free_at = min(self._free_at, now + 1.0 / (_BETA * limit))

    def _forget(self, now: float) -> None:
        while self._successes and self._successes[0] <= now - _WINDOW:
            self._successes.popleft()
