"""Pace: how many requests a second the service puts up with, found out by trying."""

import time
from collections import deque
from typing import Final

_KEPT: Final = 0.7
"""What is left of the rate after a refusal."""
_STEEPNESS: Final = 0.4
_SOONEST: Final = 5.0
"""Seconds to recover in, at least: where little is allowed, each try counts."""
_WINDOW: Final = 1.0
"""Seconds over which the rate is measured."""
_FORGOTTEN: Final = 10.0
"""A limit that is exceeded so many times, and not met again, is there no more."""
_SLOWEST: Final = 0.5


class Pace:
    """
    Spaces requests out, once the service has refused some for coming too fast.

    The rate follows the cubic curve that TCP uses, too: after a refusal it falls below what
    went well so far, comes back to that quickly, stays there for long, and then feels its
    way beyond. Until the first refusal, and when the limit is not met any more, requests go
    as they come.
    """

    def __init__(self) -> None:
        self._taken: deque[float] = deque()
        self._limit: float | None = None
        """The rate at the last refusal; ``None`` for none."""
        self._refused_at = 0.0
        self._recovery = 0.0
        """Seconds after which the rate is back at the limit."""
        self._free_at = 0.0

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
        now = time.monotonic()
        self._taken.append(now)
        self._trim(now)

    def refused(self) -> None:
        """Slow down: the service said that requests come too fast."""
        now = time.monotonic()
        self._trim(now)
        measured = len(self._taken) / _WINDOW
        rate = self.rate
        # What went through is what it puts up with; it may have been less than allowed.
        limit = max(measured if rate is None else min(measured, rate), _SLOWEST)
        self._limit, self._refused_at = limit, now
        self._recovery = max((limit * (1 - _KEPT) / _STEEPNESS) ** (1 / 3), _SOONEST)
        self._free_at = min(self._free_at, now + 1.0 / (_KEPT * limit))

    def _trim(self, now: float) -> None:
        while self._taken and self._taken[0] <= now - _WINDOW:
            self._taken.popleft()
