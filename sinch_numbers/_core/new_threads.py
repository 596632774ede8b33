"""Calls of blocking functions, each in a new thread of the operating system."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from typing import Any, TypeVar

from sinch_numbers._core.native_threads import main_has_ended, start_thread
from sinch_numbers.errors import ClientClosedError

T = TypeVar("T")


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
        raise typed(error) from None
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


def typed(error: RuntimeError) -> Exception:
    """Return `ClientClosedError` if *error* means that no more threads are started."""
    if main_has_ended() and "thread" in str(error):
        return ClientClosedError("the interpreter is exiting")
    return error
