"""Dispatcher: takes events from a queue, and runs up to a number of handlers at a time."""

import asyncio
from collections.abc import Callable, Coroutine
from time import monotonic
from typing import Any, Final

import anyio

from sinch_numbers._core.logging import logger
from sinch_numbers._core.polling import set_within
from sinch_numbers.webhooks._queue import Delivery, EventQueue

_LONGEST_PAUSE: Final = 30.0
"""Seconds between attempts to use a store that fails."""
_MOST_DOUBLINGS: Final = 5


class Dispatcher:
    """
    Runs *handle* for the events of a queue, in the event loop in which it was made.

    *handle* finishes its event in the queue, and never raises. `close` sets *closing*.
    """

    def __init__(
        self,
        queue: EventQueue,
        handle: Callable[[Delivery], Coroutine[Any, Any, None]],
        concurrency: int,
        closing: asyncio.Event,
    ) -> None:
        self._queue = queue
        self._handle = handle
        self._concurrency = concurrency
        self._handling: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._failures = 0
        self._maintained = float("-inf")
        self._closing = closing
        self._task = asyncio.create_task(self._run())

    def wake(self) -> None:
        """Look for events now."""
        self._wake.set()

    async def close(self, seconds: float) -> None:
        """
        Finish running handlers, and all events in memory, within *seconds*.

        Handlers that take longer are cancelled.
        """
        self._closing.set()
        self._queue.hurry()
        self._wake.set()
        with anyio.move_on_after(seconds):
            await asyncio.wait({self._task})
        for task in (left := (self._task, *self._handling)):
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _run(self) -> None:
        try:
            while not self._is_done:
                self._wake.clear()
                wait = await self._turn()
                if wait is None:
                    await self._wake.wait()
                else:
                    await set_within(self._wake, wait)
        except asyncio.CancelledError:
            if not self._closing.is_set():  # the event loop is closing without close()
                self._log_loss()
            raise

    @property
    def _is_done(self) -> bool:
        """Whether the receiver can be closed without losing an event."""
        if not self._closing.is_set() or self._handling:
            return False
        return self._queue.is_durable or not self._queue.pending

    async def _turn(self) -> float | None:
        """Take events and start their handlers; return the seconds until the next turn."""
        try:
            await self._maintain()
            free = self._concurrency - len(self._handling)
            leaves = self._closing.is_set() and self._queue.is_durable
            if leaves or free <= 0:  # the end of a handler starts the next turn
                return self._queue.interval
            taken = await self._queue.take(free)
        except Exception:  # noqa: BLE001 - a store that fails now may work later
            pause = min(_LONGEST_PAUSE, 2.0 ** min(self._failures, _MOST_DOUBLINGS))
            self._failures += 1
            logger.exception("no events can be taken, next attempt in %g s", pause)
            return pause
        self._failures = 0
        for delivery in taken.deliveries:
            self._start(delivery)
        waits = [wait for wait in (taken.wait, self._queue.interval) if wait is not None]
        return min(waits, default=None)

    async def _maintain(self) -> None:
        interval = self._queue.interval
        if interval is not None and monotonic() - self._maintained >= interval:
            await self._queue.maintain()
            self._maintained = monotonic()

    def _start(self, delivery: Delivery) -> None:
        task = asyncio.create_task(self._handle(delivery))
        self._handling.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._handling.discard(task)
        self._wake.set()

    def _log_loss(self) -> None:
        if not self._queue.is_durable and self._queue.pending:
            logger.error("events lost: %d, the receiver was not closed", self._queue.pending)
