"""One at a time for each number: two billable calls about one cannot be told apart."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

Key = tuple[asyncio.AbstractEventLoop, str]

_TAKEN_FOR: Final = 3600.0


class KeyedLocks:
    """Queues, one for each key, in each event loop; a queue is gone when nobody is in it."""

    def __init__(self) -> None:
        self._queues: dict[Key, tuple[asyncio.Lock, int]] = {}
        self._taken: dict[str, float] = {}

    def take(self, name: str) -> None:
        """Note that *name* is somebody's, for longer than any search result is of use."""
        now = time.monotonic()
        # In order of time: the next one to forget is always the first.
        while self._taken and now - self._taken[oldest := next(iter(self._taken))] > _TAKEN_FOR:
            self._taken.pop(oldest, None)
        self._taken.pop(name, None)
        self._taken[name] = now

    def is_taken(self, name: str) -> bool:
        """Whether *name* is somebody's: a read that finds it rented says nothing to others."""
        return name in self._taken

    def give_back(self, name: str) -> None:
        """Note that nothing came of it."""
        self._taken.pop(name, None)

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncGenerator[None, None]:
        """Wait until nobody else has the turn at *name*."""
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
