"""Turns: tasks that occupy the loop for long run in different iterations."""

import asyncio
from typing import Final
from weakref import WeakKeyDictionary

Turn = asyncio.Future[None]

_last: Final[WeakKeyDictionary[asyncio.AbstractEventLoop, Turn]] = WeakKeyDictionary()
"""The latest turn of each loop that has not come yet."""


async def turn() -> None:
    """
    Wait for an iteration of the loop in which no other task has its turn.

    Reading a page of a thousand numbers takes some 10 ms. When many arrive at once, requests that
    are ready to be sent, and the tasks of the application, would wait for all of them.
    """
    loop = asyncio.get_running_loop()
    before, mine = _last.get(loop), loop.create_future()
    _last[loop] = mine
    mine.add_done_callback(_forget)
    try:
        await (asyncio.sleep(0) if before is None else asyncio.wait((before,)))
    finally:
        if before is None or before.done():
            mine.set_result(None)
        else:  # cancelled: the next task still waits for the one before
            before.add_done_callback(lambda _: mine.set_result(None))


def _forget(ended: Turn) -> None:
    loop = ended.get_loop()
    if _last.get(loop) is ended:  # a future keeps its loop in memory
        del _last[loop]
