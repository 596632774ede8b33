"""Scheduler: steps that are due at a time, executed in order."""

from collections.abc import Callable
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from typing import TypeAlias

from sinch_numbers.sandbox._protocol.clock import Clock

__all__ = ["Agenda", "Step"]

Step: TypeAlias = Callable[[datetime], None]
"""Scheduled step, called with the time at which it is due."""


class Agenda:
    """
    Scheduled steps, by the sandbox's clock; *pace* is the duration of one.

    Nothing runs in the background: every read calls `settle` first.
    """

    def __init__(self, clock: Clock, pace: timedelta) -> None:
        self.pace = pace
        self._clock = clock
        self._steps: list[tuple[datetime, int, Step]] = []
        self._ticket = count()

    def settle(self) -> datetime:
        """Execute the steps that are due, and return the current time."""
        now = self._clock.now()
        while self._steps and self._steps[0][0] <= now:
            due, _, step = heappop(self._steps)
            step(due)
        return now

    def after(self, moment: datetime, step: Step) -> None:
        """Schedule *step* one pace after the given time."""
        self.at(moment + self.pace, step)

    def at(self, due: datetime, step: Step) -> None:
        """Schedule *step* at *due*."""
        heappush(self._steps, (due, next(self._ticket), step))
