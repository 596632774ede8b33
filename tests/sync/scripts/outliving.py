"""Calls in a thread after the main thread has ended; says how each call ended."""

import asyncio
import sys
import threading
import time
from contextlib import suppress

from common import NUMBER, client

from sinch_numbers import ClientClosedError, NumbersClient

kind, start, store = sys.argv[1:]
settings = {"store": store} if store else {}
calls = client(**settings)
if start == "warm":
    calls.active_numbers.get(NUMBER)


def sync_call() -> None:
    calls.active_numbers.get(NUMBER)


def recover() -> None:
    calls.recover()


def async_call() -> None:
    async def get() -> None:
        try:
            async with NumbersClient(**settings) as own:
                await own.active_numbers.get(NUMBER)
        except ClientClosedError as error:
            errors.append(error)

    errors: list[ClientClosedError] = []
    with suppress(RuntimeError):  # of asyncio, which starts a thread to end its executor
        asyncio.run(get())
    if errors:
        raise errors[0]


def work() -> None:
    threading.main_thread().join()
    for call in (sync_call, recover) if kind == "sync" else (async_call, async_call):
        started = time.monotonic()
        try:
            call()
        except ClientClosedError as error:
            late = "" if time.monotonic() - started < 2 else " late"
            print(f"closed{late}" if "exiting" in str(error) else error, flush=True)
        else:
            print("served", flush=True)


threading.Thread(target=work).start()
