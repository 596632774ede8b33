"""
The private event loop that sync calls run on.

One loop per process runs in a daemon thread. The first call starts it, all clients share it,
and it stops when the interpreter exits. A forked child starts a new one.
"""

import asyncio
import atexit
import contextlib
import os
import threading
import warnings
import weakref
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Future, wait
from functools import partial
from importlib.util import find_spec
from typing import Any, Final, Generic, ParamSpec, Protocol, Self, TypeVar

import anyio

from sinch_numbers._core.delivery import Delivery, current_delivery
from sinch_numbers._core.transport.fork_safety import register_fork_reset
from sinch_numbers.errors import ClientClosedError, SinchNumbersError, SyncInLoopError

T = TypeVar("T")
P = ParamSpec("P")

_CLOSING_TIME: Final = 0.2
"""Seconds to close connections when the interpreter exits."""
_CANCELLING_TIME: Final = 2.0
"""Maximum seconds that an interrupted thread waits until its call has recorded its outcome."""
_NOTICING_TIME: Final = 0.25
"""Maximum seconds until a waiting thread notices a signal that has not interrupted its wait."""


class Closable(Protocol):
    """An object that is closed when its last user is gone."""

    async def close(self) -> None:
        """Close all connections."""
        ...


class _Loop:
    """An event loop in a dedicated thread."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop
        self._end: asyncio.Event
        self._ready = threading.Event()
        self._unwanted = False
        self._calls: set[Running[Any]] = set()
        # Not anyio's start_blocking_portal: an open one hangs the interpreter at exit, since its
        # clean-up waits for a thread that is already frozen.
        self.thread = threading.Thread(target=self._run, name="sinch_numbers", daemon=True)
        try:
            self.thread.start()
            self._ready.wait()
        except BaseException:  # interrupted: no one will use this loop
            self._unwanted = True
            if hasattr(self, "_loop"):
                self._loop.call_soon_threadsafe(self._end.set)
            raise

    def _run(self) -> None:
        try:
            anyio.run(self._serve, backend_options={"use_uvloop": _uses_uvloop()})
        except RuntimeError:
            # Since Python 3.12, no thread can be started at exit. asyncio starts one to shut down
            # its executor, which resolves host names.
            if not _process.exiting:
                raise
        finally:
            self._ready.set()
            for call in list(self._calls):
                call.end_unstarted()  # wake the waiting thread

    async def _serve(self) -> None:
        self._end = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._ready.set()
        if not self._unwanted:
            await self._end.wait()  # then `anyio.run` cancels the remaining tasks

    def is_running_here(self) -> bool:
        """Whether the running event loop is this one."""
        return asyncio._get_running_loop() is self._loop  # noqa: SLF001 - documented

    def begin(self, call: "Running[Any]") -> None:
        """Start *call*, in the context of the caller."""
        self._calls.add(call)
        try:
            self.soon(call.begin)
        except ClientClosedError:
            self._calls.discard(call)
            raise

    def soon(self, act: Callable[[], object]) -> None:
        """Call *act* in the loop."""
        try:
            self._loop.call_soon_threadsafe(act)
        except RuntimeError:  # the loop has ended
            raise ClientClosedError("the interpreter is exiting") from None

    def ended(self, call: "Running[Any]") -> None:
        """Remove a *call* that has ended."""
        self._calls.discard(call)

    def submit(self, call: Callable[[], Coroutine[Any, Any, T]]) -> Future[T]:
        """Start *call*, and return its future."""
        coroutine = call()
        try:
            return asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        except RuntimeError:  # the loop has ended
            coroutine.close()
        raise ClientClosedError("the interpreter is exiting")

    def stop(self, closables: list[Closable]) -> None:
        """Close *closables*, cancel running calls, and end the thread."""

        async def wind_up() -> None:
            with anyio.move_on_after(_CLOSING_TIME):
                for closable in closables:
                    await closable.close()
            self._end.set()

        with contextlib.suppress(ClientClosedError):
            self.submit(wind_up)
            self.thread.join(2 * _CLOSING_TIME)  # a daemon thread: exit doesn't wait longer


def _uses_uvloop() -> bool:
    """Whether uvloop is installed, as by the extra ``fast``, and not disabled."""
    return os.environ.get("SINCH_UVLOOP") != "0" and find_spec("uvloop") is not None


class _Process:
    """The loop of this process, and its users."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: _Loop | None = None
        self.exiting = False
        self._warned = False
        self.closables: set[Closable] = set()
        self._drops: set[Future[None]] = set()
        register_fork_reset(self)
        atexit.register(self._exit)

    def loop(self) -> _Loop:
        """Return the loop; start it if this is the first call."""
        running = self._loop  # fast path without the lock
        if running is not None and not self.exiting:
            return running
        with self._lock:
            if self.exiting:
                raise ClientClosedError("the interpreter is exiting")
            if self._loop is None:
                try:
                    self._loop = _Loop()
                except RuntimeError as error:  # no new threads: the interpreter is exiting
                    raise ClientClosedError("the interpreter is exiting") from error
            return self._loop

    def warn_running_loop(self) -> None:
        """Warn once that a sync call blocks the event loop that it is made in."""
        if self._warned or asyncio._get_running_loop() is None:  # noqa: SLF001 - documented
            return
        # Patched by gevent, all threads are one, and so have the same running loop.
        if (private := self.started()) is not None and private.is_running_here():
            return
        self._warned = True
        warnings.warn(
            "a sync call inside a running event loop blocks that loop until it returns",
            RuntimeWarning,
            stacklevel=5,
        )

    def started(self) -> _Loop | None:
        """Return the loop, or ``None`` if it isn't running."""
        return None if self.exiting else self._loop

    def drop(self, closable: Closable) -> None:
        """Close an object whose last user is gone, at the latest when the process exits."""

        async def close() -> None:
            await closable.close()
            self.closables.discard(closable)

        loop = self.started()
        if loop is None:
            self.closables.discard(closable)
        else:
            with contextlib.suppress(ClientClosedError):
                drop = loop.submit(close)
                self._drops.add(drop)
                drop.add_done_callback(self._drops.discard)

    def _exit(self) -> None:
        self.exiting = True
        loop, self._loop = self._loop, None
        if loop is not None:
            wait(list(self._drops), _CLOSING_TIME)
            loop.stop(list(self.closables))

    def reset_after_fork(self) -> object:
        """Drop the loop that a forked child inherits: its thread runs in the parent only."""
        left, self._loop = self._loop, None
        self._lock = threading.Lock()  # another thread of the parent may hold the old one
        return left


_process: Final = _Process()


class Runner:
    """Runs coroutine functions on the private loop, for one client and its siblings."""

    def __init__(self, closable: Closable) -> None:
        _process.closables.add(closable)
        # A client that is dropped without `close` must not leak its connections.
        weakref.finalize(self, _process.drop, closable).atexit = False

    def run(self, call: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """
        Run *call* and return its result; an interrupt such as Ctrl-C cancels it.

        If an interrupt discards the result of a billable call, the client records it.
        """
        return Running(call, *args, **kwargs).start_and_wait()


class Running(Generic[T]):
    """
    A call on the private loop.

    `concurrent.futures.Future` takes twice as long to start a task and to return its result,
    `anyio.from_thread.BlockingPortal` four times: 10 % and 20 % of a short call.

    A signal handler may raise between any two lines, except around plain stores, loads, and
    returns. So `Delivery` is marked by stores: `delivered` is the last one before the result is
    returned, `lost` the first one after an interrupt.
    """

    def __init__(self, call: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> None:
        self._call = partial(call, *args, **kwargs)
        self._task: asyncio.Task[None] | None = None
        self._value: T
        self._error: BaseException | None = None
        self._begun = False
        self._ended = False
        self._released = False
        self._delivery = Delivery()
        # A lock as a cheap event: held until the call ends.
        self._under_way = threading.Lock()
        self._under_way.acquire()
        self._loop = _process.loop()
        if threading.current_thread() is self._loop.thread:
            raise SyncInLoopError(
                "a sync call from the thread that runs sync calls would deadlock"
            )
        _process.warn_running_loop()

    def start_and_wait(self) -> T:
        """Start the call and return its result; see `Runner.run`."""
        delivery = self._delivery
        try:
            self._loop.begin(self)
            return self.result()
        except BaseException:
            if not delivery.delivered:
                delivery.lost = True
                try:
                    self.cancel()
                except BaseException:
                    self.cancel()  # a second interrupt must not skip the recording
                    raise
            raise

    def start(self) -> Self:
        """Start the call without waiting for it; only for calls that are not billable."""
        self._loop.begin(self)
        return self

    def begin(self) -> None:
        """Start the task, in the loop."""
        if self._delivery.lost:  # interrupted before the loop got here: send nothing
            self.end_unstarted()
        else:
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        self._begun = True
        current_delivery.set(self._delivery)
        try:
            if self._delivery.lost:
                raise asyncio.CancelledError  # interrupted before the first step
            self._value = await self._call()
        except BaseException as error:  # noqa: BLE001 - raised in the calling thread
            self._error = error
        finally:
            self._delivery.ended = True
            self._end()

    def end_unstarted(self) -> None:
        """End the call, whose task has not made a step, in the loop's thread."""
        if not self._ended:
            self._error = asyncio.CancelledError()
            self._end()

    def _end(self) -> None:
        """Release the waiting thread."""
        self._ended = True
        try:
            self._delivery.report()
        finally:
            self._loop.ended(self)
            self._released = True
            self._under_way.release()

    def result(self) -> T:
        """Wait for the end of the call; return its result or raise its error."""
        # A signal does not interrupt the wait if it comes just before it, after the interpreter
        # has looked for signals, or if the system delivers it to another thread.
        while not self._under_way.acquire(timeout=_NOTICING_TIME):
            pass
        error, self._error = self._error, None
        if error is None:
            self._delivery.delivered = True
            return self._value
        try:
            if isinstance(error, asyncio.CancelledError):
                raise ClientClosedError("the call was cancelled: the interpreter is exiting")
            # Other exceptions don't name the effect of what succeeded before them.
            self._delivery.delivered = isinstance(error, SinchNumbersError)
            raise error
        finally:
            del error  # its traceback references this frame: avoid a reference cycle

    def cancel(self) -> None:
        """Cancel the call, and wait until it has ended, so that its outcome is recorded."""
        with contextlib.suppress(ClientClosedError):
            self._loop.soon(self._cancel)
            # An interrupt right after `acquire` would leave the lock held: see `_released`.
            if not self._released and self._under_way.acquire(timeout=_CANCELLING_TIME):
                self._under_way.release()
        self._delivery.report()

    def _cancel(self) -> None:
        if self._ended:
            return
        if self._task is None or (self._task.cancel() and not self._begun):
            self.end_unstarted()  # its first step would not run
