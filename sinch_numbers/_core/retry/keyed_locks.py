"""
Per-number locks.

A read that verifies a billable call could not tell its effect from that of a concurrent call
for the same number.
"""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

Key = tuple[asyncio.AbstractEventLoop, str]

_TAKEN_FOR: Final = 3600.0


class KeyedLocks:
    """One lock per key and event loop, removed when the last user leaves."""

    def __init__(self) -> None:
        self._queues: dict[Key, tuple[asyncio.Lock, int]] = {}
        self._taken: dict[str, float] = {}

    def take(self, name: str) -> None:
        """Mark *name* as rented here for an hour, longer than a search result is useful."""
        now = time.monotonic()
        # Entries are in order of time, so the oldest one is always first.
        while self._taken and now - self._taken[oldest := next(iter(self._taken))] > _TAKEN_FOR:
            self._taken.pop(oldest, None)
        self._taken.pop(name, None)
        self._taken[name] = now

    def is_taken(self, name: str) -> bool:
        """Whether a call of this client rents or rented *name*."""
        return name in self._taken

    def give_back(self, name: str) -> None:
        """Remove the mark of *name*: the rent had no effect."""
        self._taken.pop(name, None)

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncGenerator[None, None]:
        """Hold the lock of *name*."""
        key = asyncio.get_running_loop(), name
        lock, users = self._queues.get(key, (None, 0))
        lock = lock or asyncio.Lock()
        self._queues[key] = lock, users + 1
        try:
            async with lock:
                yield
        finally:
            _, users = self._queues[key]
            if users == 1:
                del self._queues[key]
            else:
                self._queues[key] = lock, users - 1
