"""The wait for an order: polls, and the time limit."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sinch_numbers._core.notifier import Notifier
from sinch_numbers._core.polling import Polling

_LONGEST: Final = 60.0
"""Maximum interval, as a multiple of the first."""


class Waiting:
    """
    Wait for an order: *first* seconds, then up to twice as long each time, *wait* in total.

    An event about the order ends an interval immediately. The total time starts with the first
    interval.
    """

    def __init__(self, notifier: Notifier, *, first: float, wait: float | None) -> None:
        self._notifier = notifier
        self._polling = Polling(first=first, longest=_LONGEST * first, factor=2.0)
        self._wait = wait
        self._end: float | None = None
        self._notified = asyncio.Event()

    @contextmanager
    def listening(self, order_id: str) -> Iterator[None]:
        """Listen for events about *order_id*."""
        with self._notifier.subscribe(order_id) as self._notified:
            yield

    async def pause(self) -> bool:
        """Wait until the next poll; return false if the time is up."""
        left = None
        if self._wait is not None:
            now = time.monotonic()
            self._end = now + self._wait if self._end is None else self._end
            left = self._end - now
            if left <= 0:
                return False
        await self._polling.wait(self._notified, left)
        return True
