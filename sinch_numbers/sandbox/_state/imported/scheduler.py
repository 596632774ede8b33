"""Scheduler: steps that are due at a time, executed in order."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from typing import TypeAlias

import attrs

from sinch_numbers.sandbox._protocol.clock import Clock

__all__ = ["Agenda", "Handler", "Step"]

Handler: TypeAlias = Callable[[str, datetime], None]
"""Executes a step: called with its subject, and the time at which it is due."""


@attrs.frozen(order=True)
class Step:
    """Scheduled step; *ticket* orders the steps that are due at the same time."""

    due: datetime
    ticket: int
    action: str
    subject: str
    """Phone number or order ID."""


class Agenda:
    """
    Scheduled steps, by the sandbox's clock; *pace* is the duration of one.

    Nothing runs in the background: every read calls `settle` first.
    """

    def __init__(self, clock: Clock, pace: timedelta) -> None:
        self.pace = pace
        self._clock = clock
        self._handlers: dict[str, Handler] = {}
        self._steps: list[Step] = []
        self._tickets = 0

    def handle(self, action: str, handler: Handler) -> None:
        """Register the *handler* of an action."""
        self._handlers[action] = handler

    def settle(self) -> datetime:
        """Execute the steps that are due, and return the current time."""
        now = self._clock.now()
        while self._steps and self._steps[0].due <= now:
            step = heappop(self._steps)
            self._handlers[step.action](step.subject, step.due)
        return now

    def after(self, moment: datetime, action: str, subject: str) -> None:
        """Schedule a step one pace after the given time."""
        self.at(moment + self.pace, action, subject)

    def at(self, due: datetime, action: str, subject: str) -> None:
        """Schedule a step at *due*."""
        self._tickets += 1
        heappush(self._steps, Step(due, self._tickets, action, subject))

    def pending(self) -> list[Step]:
        """Return the steps that are not due yet."""
        return sorted(self._steps)

    def restore(self, steps: Iterable[Step]) -> None:
        """Replace the steps; raises `ValueError` for an unknown action."""
        self._steps = list(steps)
        for step in self._steps:
            if step.action not in self._handlers:
                msg = f"unknown action {step.action!r}"
                raise ValueError(msg)
        heapify(self._steps)
        self._tickets = max((step.ticket for step in self._steps), default=0)
