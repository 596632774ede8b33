"""Serving from a background thread, for sync code."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Coroutine
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self, TypeVar

__all__ = ["BackgroundServer"]

T = TypeVar("T")


class _Loop:
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


class BackgroundServer(ABC):
    """Server that ``with`` runs in another thread, and ``async with`` in the running loop."""

    _background: _Loop | None = None

    @abstractmethod
    async def start(self) -> None:
        """Start serving, in the running loop."""

    @abstractmethod
    async def stop(self) -> None:
        """Stop serving."""

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    def __enter__(self) -> Self:
        background = _Loop()
        try:
            background.run(self.start())
        except BaseException:
            background.stop()
            raise
        self._background = background
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        background, self._background = self._background, None
        if background is not None:
            try:
                background.run(self.stop())
            finally:
                background.stop()
