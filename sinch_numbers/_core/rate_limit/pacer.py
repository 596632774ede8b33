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
"""Seconds over which the rate is measured, and in which it is lowered once at most."""
_IN_A_ROW: Final = 5
"""So many refusals, with nothing served between them, are about the pace."""
_MANY: Final = 0.1
"""So are so many of the answers since it was lowered last."""
_SAMPLE: Final = 60
"""And before it was ever lowered, a third of so many answers."""
_IN_VAIN: Final = 4
"""When it was lowered so often at a stretch, and was refused all the same, it does not help."""
_LET_BE: Final = 30.0
"""Seconds for which the pace is let be then."""
_FORGOTTEN: Final = 10.0
"""A limit that is exceeded so many times, and not met again, is there no more."""
_SLOWEST: Final = 0.5


class Pace:
    """
    Spaces requests out, once the service has refused many for coming too fast.

    The rate follows the cubic curve that TCP uses, too: after a refusal it falls below what
    went well so far, comes back to that quickly, stays there for long, and then feels its
    way beyond. Until then, and when the limit is not met any more, requests go as they come.
    A refusal now and then has other reasons than the pace, and so have refusals that go on
    however slow it is: those do not make it any slower.
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
