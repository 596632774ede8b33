"""Calls of handlers, isolated from their cancellations, exits, and endless waits."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeAlias

import anyio.to_thread

from sinch_numbers.models import Event

__all__ = ["Handler"]

Handler: TypeAlias = Callable[[Event], Awaitable[object] | object]
"""
Event handler: a coroutine function or a plain function.

A coroutine function runs in the event loop, a plain function in a thread.
"""

_CANCELLING_SECONDS: Final = 1.0
"""Time for a handler to end after it was cancelled; then it is left behind."""


class HandlerTimeoutError(TimeoutError):
    """A handler took longer than `handler_timeout`."""


class HandlerCancelledError(RuntimeError):
    """A handler raised `asyncio.CancelledError`, although nothing had cancelled it."""


async def call_handler(handler: Handler, event: Event, limit: float) -> BaseException | None:
    """
    Call *handler* in a separate task; return its error, ``None`` if it has returned.

    The handler is cancelled after *limit* seconds, or if the caller is. A plain function cannot
    be cancelled: its thread is left behind.
    """
    task = asyncio.ensure_future(_called(handler, event))
    try:
        done, _ = await asyncio.wait({task}, timeout=limit)
    except asyncio.CancelledError:
        await _cancelled(task)
        raise
    if not done:
        await _cancelled(task)
        return HandlerTimeoutError(f"the handler took longer than {limit:g} s")
    if task.cancelled():
        return HandlerCancelledError("the handler raised CancelledError")
    return task.result()


async def _called(handler: Handler, event: Event) -> BaseException | None:
    made: Any = handler
    inner = getattr(made, "__call__", None)  # noqa: B004 - may be a coroutine function
    try:
        if inspect.iscoroutinefunction(made) or inspect.iscoroutinefunction(inner):
            await made(event)
            return None
        returned = await anyio.to_thread.run_sync(handler, event, abandon_on_cancel=True)
        if inspect.isawaitable(returned):
            await returned
    except (asyncio.CancelledError, KeyboardInterrupt):
        raise
    except BaseException as error:  # noqa: BLE001 - SystemExit would stop the event loop
        return error
    return None


async def _cancelled(task: "asyncio.Future[BaseException | None]") -> None:
    """Cancel *task*, and wait a while until it has ended."""
    task.cancel()
    await asyncio.wait({task}, timeout=_CANCELLING_SECONDS)
