"""Calls of blocking functions in worker threads."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import TypeVar

import anyio
import anyio.to_thread

from sinch_numbers._core.native_threads import is_patched
from sinch_numbers._core.new_threads import in_new_thread, typed

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
            raise typed(error) from None
    # anyio's threads would be greenlets here, and block the loop.
    async with AsyncExitStack() as stack:
        if limiter is not None:
            await stack.enter_async_context(limiter)
        stack.enter_context(anyio.CancelScope(shield=not abandon_on_cancel))
        return await in_new_thread(asyncio.get_running_loop(), work)
