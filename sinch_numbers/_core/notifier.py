"""Thread-safe notifications: wake tasks waiting on a name, in their event loops."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from typing import Protocol

from sinch_numbers._core.native_threads import new_lock
from sinch_numbers._core.running_loop import running_loop

Waiter = tuple[asyncio.AbstractEventLoop, asyncio.Event]


class ResourceEvent(Protocol):
    """An event about a number or an order, such as those that webhooks receive."""

    @property
    def resource_id(self) -> str | None:
        """The number or the order's ID."""
        ...


class Notifier:
    """Notifies the subscribers of a name."""

    def __init__(self) -> None:
        self._lock = new_lock()
        self._waiters: dict[str, list[Waiter]] = {}

    @contextmanager
    def subscribe(self, *names: str) -> Iterator[asyncio.Event]:
        """Yield an event that is set by each notification for one of *names*."""
        waiter = running_loop(), asyncio.Event()
        with self._lock:
            for name in names:
                self._waiters.setdefault(name, []).append(waiter)
        try:
            yield waiter[1]
        finally:
            with self._lock:
                for name in names:
                    self._waiters[name].remove(waiter)
                    if not self._waiters[name]:
                        del self._waiters[name]

    def notify(self, name: str) -> None:
        """Set the events of all subscribers of *name*."""
        with self._lock:
            # A copy: subscribers may leave while the events are set, outside the lock.
            waiters = tuple(self._waiters.get(name, ()))
        _wake(waiters)

    def notify_all(self) -> None:
        """Set the events of all subscribers of all names."""
        with self._lock:
            waiters = tuple(chain.from_iterable(self._waiters.values()))
        _wake(waiters)


def _wake(waiters: Iterable[Waiter]) -> None:
    for loop, event in waiters:
        with suppress(RuntimeError):  # the loop of that subscriber is closed
            loop.call_soon_threadsafe(event.set)
