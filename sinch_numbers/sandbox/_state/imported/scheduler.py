"""Scheduler of steps that are due at a time, run in order."""

from collections.abc import Callable
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from typing import TypeAlias

from sinch_numbers.sandbox._protocol.clock import Clock

__all__ = ["Agenda", "Step"]

Step: TypeAlias = Callable[[datetime], None]
"""Something that happens, given the time at which it does."""


class Agenda:
    """
    Steps to come, by the sandbox's clock; *pace* is how long one takes.

    Nothing runs in the background: whoever looks at something settles first.
    """

    def __init__(self, clock: Clock, pace: timedelta) -> None:
        self.pace = pace
        self._clock = clock
        self._steps: list[tuple[datetime, int, Step]] = []
        self._ticket = count()

    def settle(self) -> datetime:
        """Take the steps that are due, and return the time."""
        now = self._clock.now()
        while self._steps and self._steps[0][0] <= now:
            due, _, step = heappop(self._steps)
            step(due)
        return now

    def after(self, moment: datetime, step: Step) -> None:
        """Take *step* one pace after *moment*."""
        self.at(moment + self.pace, step)

    def at(self, due: datetime, step: Step) -> None:
        """Take *step* when it is *due*."""
        heappush(self._steps, (due, next(self._ticket), step))
