"""The running asyncio event loop, which every call needs."""

import asyncio

from sinch_numbers.errors import UnsupportedRuntimeError


def running_loop() -> asyncio.AbstractEventLoop:
    """Return the running loop; without one, as in trio, raise `UnsupportedRuntimeError`."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        pass
    raise UnsupportedRuntimeError(
        "no asyncio event loop is running: under trio or curio, use SyncNumbersClient in a "
        "worker thread, such as of trio.to_thread.run_sync"
    )
