"""
The private event loop that sync calls run on.

One loop per process runs in a daemon thread. The first call starts it, all clients share it,
and it stops when the interpreter exits. A forked child starts a new one.
"""

import asyncio
import atexit
import contextlib
import sys
import warnings
import weakref
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any, Final, Generic, ParamSpec, Protocol, Self, TypeVar

import anyio

from sinch_numbers._core.delivery import Delivery, current_delivery
from sinch_numbers._core.logging import logger
from sinch_numbers._core.native_threads import (
    Milestone,
    main_has_ended,
    new_latch,
    new_lock,
    start_thread,
)
from sinch_numbers._core.os_reason import os_reason
from sinch_numbers._core.private_loop import PrivateLoop, is_uvloop_wanted, uvloop_version
from sinch_numbers._core.shared_objects import SharedObject
from sinch_numbers._core.transport.descriptors import is_about_descriptors
from sinch_numbers._core.transport.fork_safety import register_fork_reset
from sinch_numbers.errors import (
    APIConnectionError,
    ClientClosedError,
    SinchNumbersError,
    SyncInLoopError,
    TooManyOpenFilesError,
    UnsupportedRuntimeError,
)

T = TypeVar("T")
P = ParamSpec("P")

_CLOSING_TIME: Final = 0.2
"""Seconds to close connections when the interpreter exits."""
_CANCELLING_TIME: Final = 2.0
"""Maximum seconds that an interrupted thread waits until its call has recorded its outcome."""
_NOTICING_TIME: Final = 0.25
"""Maximum seconds until a waiting thread notices a signal that has not interrupted its wait."""
_EAGER: Final[dict[str, Any]] = {"eager_start": True} if sys.version_info >= (3, 12) else {}
"""Options of tasks: run the first step at once, not in the next iteration of the loop."""


class Closable(Protocol):
    """An object that is closed after its last user."""

    async def close(self) -> None:
        """Close all connections."""
        ...


class _Loop:
    """An event loop in a dedicated thread of the operating system."""

    def __init__(self) -> None:
        self.uvloop: Final = uvloop_version()
        """The version of uvloop, ``None`` if asyncio's event loop is used."""
        self._loop: asyncio.AbstractEventLoop
        self._end: asyncio.Event
        self._ready = Milestone()
        self._ended = Milestone()
        self._failure: BaseException | None = None
        self._unwanted = False
        self._calls: set[Running[Any]] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Start the thread."""
        # Not anyio's start_blocking_portal: an open one hangs the interpreter at exit, since its
        # clean-up waits for a thread that is already frozen.
        start_thread(self._run, "sinch_numbers")

    def abandon(self) -> None:
        """End the thread as soon as it has started; the loop is unused."""
        self._unwanted = True
        if hasattr(self, "_loop"):
            self._loop.call_soon_threadsafe(self._end.set)

    @property
    def is_ready(self) -> bool:
        """Whether the loop has started, without error."""
        return self._ready.reached and self._failure is None

    @property
    def has_failed(self) -> bool:
        """Whether the loop could not start."""
        return self._failure is not None

    def wait_until_ready(self) -> None:
        """Wait until the loop has started; raise a typed error if it could not."""
        self._ready.wait()
        if self._failure is not None:
            raise _not_started(self._failure)

    def _run(self) -> None:
        options: dict[str, Any] = {"use_uvloop": True}
        if self.uvloop is None:
            options = {"loop_factory": PrivateLoop}
        try:
            anyio.run(self._serve, backend_options=options)
        except BaseException as error:
            # Since Python 3.12, no thread can be started at exit. asyncio starts one to shut down
            # its executor, which resolves host names.
            if not self._ready.reached:
                self._failure = error
            elif not (isinstance(error, RuntimeError) and _process.exiting):
                raise
        finally:
            self._ready.reach()
            for call in list(self._calls):
                call.end_unstarted()  # wake the waiting thread
            self._ended.reach()

    async def _serve(self) -> None:
        self._end = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._ready.reach()
        if not self._unwanted:
            await self._end.wait()  # then `anyio.run` cancels the remaining tasks

    def is_running_here(self) -> bool:
        """Whether the current thread is that of the loop."""
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

    def spawn(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Start a background task and ignore its errors; `stop` waits for the task."""

        def start() -> None:
            task = asyncio.get_running_loop().create_task(work())
            self._tasks.add(task)
            task.add_done_callback(end)

        def end(task: asyncio.Task[None]) -> None:
            self._tasks.discard(task)
            if not task.cancelled():
                task.exception()  # retrieved, or asyncio would log it

        self.soon(start)

    def stop(self, closables: list[Closable]) -> None:
        """Close *closables*, cancel running calls, and end the thread."""

        async def wind_up() -> None:
            if others := self._tasks - {asyncio.current_task()}:
                await asyncio.wait(others, timeout=_CLOSING_TIME)
            with anyio.move_on_after(_CLOSING_TIME):
                closing = [closable.close() for closable in closables]
                await asyncio.gather(*closing, return_exceptions=True)
            self._end.set()

        with contextlib.suppress(ClientClosedError):
            self.spawn(wind_up)
            self._ended.wait(3 * _CLOSING_TIME)  # a daemon thread: exit doesn't wait longer


def _not_started(error: BaseException) -> BaseException:
    """Return the typed error for *error*, which kept a call or the loop from starting."""
    if isinstance(error, OSError):
        kind = TooManyOpenFilesError if is_about_descriptors(error) else APIConnectionError
        return kind(f"the call could not be started: {os_reason(error)}")
    if not isinstance(error, RuntimeError):
        return error
    if _process.exiting or main_has_ended():
        return ClientClosedError("the interpreter is exiting")
    if "interpreter" in str(error):
        return UnsupportedRuntimeError(f"sync calls need a thread, but: {error}")
    return APIConnectionError(f"the thread of sync calls could not be started: {error}")


class _Process:
    """The loop of this process, and its users."""

    def __init__(self) -> None:
        self._lock = new_lock()
        self._loop: _Loop | None = None
        self.exiting = False
        self._warned = False
        self.closables: set[Closable] = set()
        register_fork_reset(self)
        atexit.register(self._exit)

    def loop(self) -> _Loop:
        """Return the loop; start it if this is the first call."""
        running = self._loop  # fast path without the lock
        if running is not None and running.is_ready and not self.exiting:
            return running
        return self._started()

    def _started(self) -> _Loop:
        with self._lock:  # not while waiting, which would block the other greenlets
            if self.exiting:
                raise ClientClosedError("the interpreter is exiting")
            is_new = self._loop is None
            loop = self._loop or self._start()
        try:
            loop.wait_until_ready()
        except BaseException:  # also an interrupt of the wait, which leaves the loop usable
            if loop.has_failed and self._loop is loop:
                self._loop = None  # the next call starts another one
            raise
        if is_new:
            kind = "asyncio" if loop.uvloop is None else f"uvloop {loop.uvloop}"
            logger.debug("sync calls run on %s", kind)
        return loop

    def _start(self) -> _Loop:
        loop = _Loop()
        try:
            loop.start()
            self._loop = loop
        except BaseException as error:
            self._loop = None
            loop.abandon()
            if isinstance(error, RuntimeError):
                raise _not_started(error) from None
            raise
        return loop

    def warn_running_loop(self) -> None:
        """Warn once that a sync call blocks the event loop of the calling thread."""
        if self._warned or asyncio._get_running_loop() is None:  # noqa: SLF001 - documented
            return
        self._warned = True
        warnings.warn(
            "a sync call inside a running event loop blocks that loop until it returns",
            RuntimeWarning,
            stacklevel=5,
        )

    def started(self) -> _Loop | None:
        """Return the loop, or ``None`` if it isn't running."""
        loop = self._loop
        return None if self.exiting or loop is None or not loop.is_ready else loop

    def drop(self, closable: Closable) -> None:
        """Close an object after its last user, at the latest when the process exits."""

        async def close() -> None:
            await closable.close()
            self.closables.discard(closable)

        loop = self.started()
        if loop is None:
            self.closables.discard(closable)
        else:
            with contextlib.suppress(ClientClosedError):
                loop.spawn(close)

    def _exit(self) -> None:
        loop = self.started()
        self.exiting = True
        self._loop = None
        if loop is not None:
            loop.stop(list(self.closables))

    def reset_after_fork(self) -> object:
        """Drop the loop that a forked child inherits: its thread runs in the parent only."""
        left, self._loop = self._loop, None
        self._lock = new_lock()  # another thread of the parent may hold the old one
        return left


_process: Final = _Process()


class Runner(SharedObject):
    """Runs coroutine functions on the private loop, for one client and its siblings."""

    def __init__(self, closable: Closable) -> None:
        is_uvloop_wanted()  # an invalid setting is an error of the constructor
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
        self._loop = _process.loop()
        try:
            self._under_way = new_latch()  # held until the call ends
        except OSError as error:
            raise _not_started(error) from None
        if self._loop.is_running_here():
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
            self._task = asyncio.Task(self._run(), loop=asyncio.get_running_loop(), **_EAGER)

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
        """End a call whose task has not started, in the loop's thread."""
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
