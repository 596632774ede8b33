"""Who waits for news of what, and how they are woken: from any thread, in their own loop."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

Waiter = tuple[asyncio.AbstractEventLoop, asyncio.Event]


class Notifier:
    """Wakes those who listen for a name."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiters: dict[str, list[Waiter]] = {}

    @contextmanager
    def listening(self, name: str) -> Iterator[asyncio.Event]:
        """Yield an event that is set whenever *name* is rung for."""
        waiter = asyncio.get_running_loop(), asyncio.Event()
        with self._lock:
            self._waiters.setdefault(name, []).append(waiter)
        try:
            yield waiter[1]
        finally:
            with self._lock:
                self._waiters[name].remove(waiter)
                if not self._waiters[name]:
                    del self._waiters[name]

    def ring(self, name: str) -> None:
        """Wake everybody who listens for *name*."""
        with self._lock:
            waiters = tuple(self._waiters.get(name, ()))
        for loop, event in waiters:
            with suppress(RuntimeError):  # that loop is closed, and nobody waits there
                loop.call_soon_threadsafe(event.set)
