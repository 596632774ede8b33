"""
Polling at growing intervals, which an event can cut short.

backoff drives retries but not polling: its delays cannot be interrupted.
"""

import asyncio
import random
from typing import Final

import anyio

_MAX_GROWTH: Final = 30
"""Intervals after which they stop growing: a larger power would overflow."""


class Polling:
    """Random intervals, below a limit that grows by *factor* up to *longest*."""

    def __init__(self, *, first: float, longest: float, factor: float) -> None:
        self._first = min(first, longest)
        self._longest = longest
        self._factor = factor
        self._polls = 0

    @property
    def limit(self) -> float:
        """The maximum of the next interval in seconds."""
        return min(self._longest, self._first * self._factor ** min(self._polls, _MAX_GROWTH))

    async def wait(self, event: asyncio.Event, at_most: float | None = None) -> bool:
        """
        Wait for the next poll, for at most *at_most* seconds, or until *event* is set.

        Return whether *event* was set; then it is cleared, and the intervals are short again.
        """
        # Jitter: clients that started together should not poll together.
        interval = random.uniform(0.5, 1.0) * self.limit
        self._polls += 1
        if not await set_within(event, interval if at_most is None else min(interval, at_most)):
            return False
        event.clear()
        self._polls = 0
        return True


async def set_within(event: asyncio.Event, seconds: float | None) -> bool:
    """Wait until *event* is set, at most *seconds*; return whether it was set."""
    with anyio.move_on_after(seconds):
        await event.wait()
        return True
    return False
