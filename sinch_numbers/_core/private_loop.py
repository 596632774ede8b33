"""The event loop of sync calls, where uvloop does not run them."""

import asyncio
import concurrent.futures.thread  # noqa: F401 - not importable once the main thread has ended
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any, TypeVar, TypeVarTuple

from sinch_numbers._core.native_threads import original
from sinch_numbers._core.worker_threads import in_new_thread

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class PrivateLoop(asyncio.SelectorEventLoop):
    """
    An event loop that resolves each host name in a new thread.

    The threads of asyncio's executor would be greenlets in a patched program, and are not started
    after the main thread has ended, although other threads may still make calls. Not asyncio's
    default on Windows, which psycopg cannot use.
    """

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts
    ) -> asyncio.Future[T]:
        """Call *func* in *executor*, or in a new daemon thread if that is ``None``."""
        if executor is not None:
            return super().run_in_executor(executor, func, *args)
        return in_new_thread(self, lambda: func(*args))

    async def getaddrinfo(self, host: Any, port: Any, **options: Any) -> Any:
        """Resolve *host*. The function of gevent would create a hub in each thread."""
        resolve = original("socket", "getaddrinfo")
        return await in_new_thread(self, lambda: resolve(host, port, **options))
