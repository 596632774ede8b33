"""A thread with an event loop, for sandboxes that sync code starts."""

import asyncio
from collections.abc import Coroutine
from threading import Event, Thread
from typing import Any, TypeVar

__all__ = ["BackgroundLoop"]

T = TypeVar("T")


class BackgroundLoop:
    """An event loop that runs in a daemon thread until it is stopped."""

    def __init__(self) -> None:
        self._ready = Event()
        self._loop: asyncio.AbstractEventLoop
        self._stop: asyncio.Event
        self._thread = Thread(target=self._serve, name="sinch-sandbox", daemon=True)
        self._thread.start()
        self._ready.wait()

    def run(self, call: Coroutine[Any, Any, T]) -> T:
        """Run *call* in the loop, and wait for its result."""
        return asyncio.run_coroutine_threadsafe(call, self._loop).result()

    def stop(self) -> None:
        """Stop the loop, and wait for the thread."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _serve(self) -> None:
        asyncio.run(self._until_stopped())

    async def _until_stopped(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._ready.set()
        await self._stop.wait()
