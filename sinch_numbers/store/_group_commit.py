"""Group commit: calls that wait for the same connection share a transaction, and its sync."""

import asyncio
import time
from _queue import Empty, SimpleQueue  # of `queue`, gevent replaces it
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Final

import anyio
import attrs

from sinch_numbers._core.native_threads import new_lock
from sinch_numbers._core.worker_threads import run_in_thread
from sinch_numbers.store._database import SchemaLike, Scripted, uncancelled

_MOST: Final = 100
"""Calls per transaction: other processes wait for it to end, some 10 ms at most."""
_LINGER_SECONDS: Final = 0.02
"""
Time that the worker thread waits for another call.

The calls of a rent follow each other at once, and waking the thread takes 40 us, handing it a
function through anyio 90 us.
"""


@attrs.define(eq=False)
class PendingCall:
    """A script that waits for its transaction."""

    schema: SchemaLike
    script: Scripted[Any]
    write: bool
    durable: bool
    started: float = attrs.field(factory=time.monotonic)
    future: asyncio.Future[Any] = attrs.field(init=False)
    is_over: bool = attrs.field(default=False, init=False)

    def __attrs_post_init__(self) -> None:
        self.future = asyncio.get_running_loop().create_future()

    async def result(self) -> Any:
        """
        Return the result of the script; if the caller is cancelled, wait for its end all the same.

        Without a cancellation, nothing but the future is awaited: the scope and the callbacks of
        `uncancelled` cost more than a short transaction.
        """
        try:
            return await self.future
        except asyncio.CancelledError:
            if not self.is_over:  # the cancelled future can't receive the outcome
                self.future = self.future.get_loop().create_future()
                with suppress(Exception):
                    await uncancelled(self.future)
            elif not self.future.cancelled():
                self.future.exception()  # retrieved, or asyncio would log it
            raise


@attrs.frozen
class Outcome:
    """The result of a call, or the error that it ended with."""

    call: PendingCall
    value: Any = None
    error: BaseException | None = None

    def set(self) -> None:
        """Complete the future of the call, in its loop."""
        self.call.is_over = True
        if self.call.future.done():  # cancelled
            return
        if self.error is None:
            self.call.future.set_result(self.value)
        else:
            self.call.future.set_exception(self.error)


class CallQueue:
    """The calls of one event loop, which one worker thread runs in their order."""

    def __init__(self) -> None:
        self._added: SimpleQueue[PendingCall | None] = SimpleQueue()
        self._waiting: deque[PendingCall] = deque()  # used by the worker thread only
        self._limiter = anyio.CapacityLimiter(1)  # a thread apart from those of other code
        self._serving = new_lock()
        self._worker: asyncio.Task[None] | None = None

    def put(self, call: PendingCall, serve: Callable[["CallQueue"], None]) -> None:
        """Add a call of the running loop; *serve* takes calls, in the thread, while any wait."""
        self._added.put(call)
        if self._worker is None:
            self._start(serve)

    async def finish(self) -> None:
        """Wait until the calls that were added have ended, and the thread is free."""
        self._added.put(None)
        while self._worker is not None:
            await asyncio.wait({self._worker})

    @property
    def oldest(self) -> PendingCall | None:
        """The call that has waited for the longest time; ``None`` if no further one comes."""
        if not self._waiting:
            with suppress(Empty):
                call = self._added.get(timeout=_LINGER_SECONDS)
                if call is not None:
                    self._waiting.append(call)
        return self._waiting[0] if self._waiting else None

    def take(self, most: int = _MOST) -> list[PendingCall]:
        """Remove the oldest call, and those behind it that can share its transaction."""
        with suppress(Empty):
            while (call := self._added.get_nowait()) is not None:
                self._waiting.append(call)
        taken = [self._waiting.popleft()]
        while self._waiting and len(taken) < most and self._waiting[0].write == taken[0].write:
            taken.append(self._waiting.popleft())
        return taken

    def _start(self, serve: Callable[["CallQueue"], None]) -> None:
        self._worker = asyncio.get_running_loop().create_task(self._work(serve))

    async def _work(self, serve: Callable[["CallQueue"], None]) -> None:
        try:
            while not self._added.empty():
                await run_in_thread(partial(self._run, serve), limiter=self._limiter)
            self._worker = None
        except asyncio.CancelledError:  # asyncio closes the loop: its calls still end
            self._worker = None
            if not self._added.empty():
                self._start(serve)
            raise
        except Exception as error:  # noqa: BLE001 - no thread could be started
            self._worker = None
            with suppress(Empty):
                while True:
                    if (call := self._added.get_nowait()) is not None:
                        Outcome(call, error=error).set()

    def _run(self, serve: Callable[["CallQueue"], None]) -> None:
        with self._serving:  # after a cancellation, the thread before may still run
            serve(self)


def deliver(outcomes: Sequence[Outcome]) -> None:
    """Complete the calls of one event loop, from any thread."""
    loop = outcomes[0].call.future.get_loop()
    with suppress(RuntimeError):  # the loop is closed
        loop.call_soon_threadsafe(_set_all, outcomes)


def _set_all(outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        outcome.set()
