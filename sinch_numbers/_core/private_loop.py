"""The event loop of sync calls: uvloop where the extra ``fast`` is installed, or asyncio's."""

import asyncio
import concurrent.futures.thread  # noqa: F401 - not importable once the main thread has ended
import os
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any, Final, TypeVar, TypeVarTuple

from sinch_numbers._core.native_threads import is_patched, original
from sinch_numbers._core.new_threads import in_new_thread
from sinch_numbers.errors import InvalidArgumentError

_VARIABLE: Final = "SINCH_UVLOOP"


def is_uvloop_wanted() -> bool:
    """Return whether ``SINCH_UVLOOP`` allows uvloop; raise if its value is invalid."""
    value = os.environ.get(_VARIABLE) or "1"
    if value not in ("0", "1"):
        raise InvalidArgumentError(_VARIABLE, "0 for asyncio's event loop, or 1", value)
    return value == "1"


def uvloop_version() -> str | None:
    """Return the version of the uvloop to use, ``None`` for asyncio's event loop."""
    # In a patched program, hooks of the application may start greenlets in the loop's thread.
    # They only run while a patched selector waits.
    if not is_uvloop_wanted() or is_patched():
        return None
    try:
        import uvloop
    except ImportError:  # not installed, or not importable in this interpreter
        return None
    return str(getattr(uvloop, "__version__", ""))


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
