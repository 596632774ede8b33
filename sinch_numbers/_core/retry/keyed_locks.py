"""
Per-number locks.

A read that verifies a billable call could not distinguish its effect from that of a concurrent
call for the same number.
"""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

Key = tuple[asyncio.AbstractEventLoop, str]

_RESERVED_FOR: Final = 3600.0
"""Seconds after which a reservation expires."""


class KeyedLocks:
    """One lock per key and event loop, removed when the last user leaves."""

    def __init__(self) -> None:
        self._queues: dict[Key, tuple[asyncio.Lock, int]] = {}
        self._reserved: dict[str, float] = {}

    def reserve(self, name: str) -> None:
        """Reserve *name* for an hour, which is longer than a search result is useful."""
        now = time.monotonic()
        # Entries are in order of time, so the oldest one is always first.
        while self._reserved:
            oldest = next(iter(self._reserved))
            if now - self._reserved[oldest] <= _RESERVED_FOR:
                break
            self._reserved.pop(oldest, None)
        self._reserved.pop(name, None)  # assigning to an existing key would keep its position
        self._reserved[name] = now

    def is_reserved(self, name: str) -> bool:
        """Whether a call of this client rents or rented *name*."""
        return name in self._reserved

    def cancel_reservation(self, name: str) -> None:
        """Cancel the reservation of *name*: the rent had no effect."""
        self._reserved.pop(name, None)

    @asynccontextmanager
    async def lock(self, name: str) -> AsyncGenerator[None, None]:
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
