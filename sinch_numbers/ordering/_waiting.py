"""Polling delays for an order: growing, and cut short by events."""

import asyncio
import random
import time
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, TypeAlias

from sinch_numbers._core.logging import logger, masked

Events: TypeAlias = AsyncIterable[object]
"""Events about orders, such as webhooks. Untrusted: they only trigger a poll."""

_LONGEST: Final = 60.0
"""Maximum delay, as a multiple of the first."""


class Pauses:
    """
    Polling delays: *first* seconds, then doubling, for *wait* seconds in total.

    An event about the order, or about no particular resource, ends a delay immediately. The total
    time starts with the first delay.
    """

    def __init__(self, *, first: float, wait: float | None, events: Events | None) -> None:
        self._first = self._limit = first
        self._wait = wait
        self._end: float | None = None
        self._events = events
        self._woken = asyncio.Event()

    @asynccontextmanager
    async def listening(self, order_id: str) -> AsyncIterator[None]:
        """Listen for events about *order_id*."""
        if self._events is None:
            yield
            return
        listener = asyncio.create_task(self._listen(self._events, order_id))
        try:
            yield
        finally:
            listener.cancel()
            await asyncio.gather(listener, return_exceptions=True)

    async def pause(self) -> bool:
        """Sleep until the next poll; false when the time is up."""
        left = None
        if self._wait is not None:
            now = time.monotonic()
            self._end = now + self._wait if self._end is None else self._end
            left = self._end - now
            if left <= 0:
                return False
        pause = random.uniform(0.5, 1.0) * self._limit
        self._limit = min(2 * self._limit, _LONGEST * self._first)
        try:
            async with asyncio.timeout(pause if left is None else min(pause, left)):
                await self._woken.wait()
        except TimeoutError:
            pass
        else:
            self._woken.clear()
            self._limit = self._first
        return True

    async def _listen(self, events: Events, order_id: str) -> None:
        try:
            async for event in events:
                if getattr(event, "resource_id", order_id) == order_id:
                    self._woken.set()
        except Exception as error:  # noqa: BLE001 - polling continues without events
            logger.warning("no more events: %s", masked(type(error).__name__))
