"""Calls of blocking functions in worker threads."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from contextvars import copy_context
from typing import Any, TypeVar

import anyio
import anyio.to_thread

from sinch_numbers._core.native_threads import is_patched, main_has_ended, start_thread
from sinch_numbers.errors import ClientClosedError

T = TypeVar("T")


async def run_in_thread(
    work: Callable[[], T],
    *,
    limiter: anyio.CapacityLimiter | None = None,
    abandon_on_cancel: bool = False,
) -> T:
    """
    Call *work* in a thread; see `anyio.to_thread.run_sync`.

    Raises `ClientClosedError` when the interpreter is exiting and starts no more threads.
    """
    if not is_patched():
        try:
            return await anyio.to_thread.run_sync(
                work, limiter=limiter, abandon_on_cancel=abandon_on_cancel
            )
        except RuntimeError as error:
            raise _typed(error) from None
    # anyio's threads would be greenlets here, and block the loop.
    async with AsyncExitStack() as stack:
        if limiter is not None:
            await stack.enter_async_context(limiter)
        stack.enter_context(anyio.CancelScope(shield=not abandon_on_cancel))
        return await in_new_thread(asyncio.get_running_loop(), work)


def in_new_thread(loop: asyncio.AbstractEventLoop, work: Callable[[], T]) -> asyncio.Future[T]:
    """
    Call *work* in a new thread; return the future of its result.

    Raises `ClientClosedError` when the interpreter is exiting and starts no more threads.
    """
    future: asyncio.Future[T] = loop.create_future()
    context = copy_context()

    def run() -> None:
        outcome = _Outcome(lambda: context.run(work))
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(outcome.set_in, future)

    try:
        start_thread(run, "sinch_numbers worker")
    except RuntimeError as error:
        raise _typed(error) from None
    return future


class _Outcome:
    """The result or exception of a function."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._value: Any = None
        self._error: BaseException | None = None
        try:
            self._value = work()
        except StopIteration:  # which a future cannot raise
            self._error = RuntimeError("the function raised StopIteration")
        except BaseException as error:  # noqa: BLE001 - raised in the waiting task
            self._error = error

    def set_in(self, future: asyncio.Future[Any]) -> None:
        """Complete *future*, in its loop."""
        if future.done():  # cancelled
            return
        if self._error is None:
            future.set_result(self._value)
        else:
            future.set_exception(self._error)


def _typed(error: RuntimeError) -> Exception:
    """Return `ClientClosedError` if *error* means that no more threads are started."""
    if main_has_ended() and "thread" in str(error):
        return ClientClosedError("the interpreter is exiting")
    return error
