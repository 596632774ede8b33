"""Concurrent reading of several lists, delivered in the order of the lists."""

from collections.abc import Callable, Sequence
from contextlib import aclosing
from typing import Final, TypeVar

import anyio

from sinch_numbers._core.concurrency import for_each
from sinch_numbers._core.pagination import Page, Pager

T = TypeVar("T")

_AHEAD: Final = 4
"""Pages that a list reads before its turn: more would hold the lists in memory."""


async def read_in_order(
    pagers: Sequence[Pager[T]], take: Callable[[int, Page[T]], object], *, concurrency: int = 8
) -> None:
    """
    Call *take* with each page of *pagers* and the index of its pager, in their order.

    Up to *concurrency* lists are read at the same time, each up to four pages ahead of its turn.
    The first error ends all of them, as does an exception of *take*. Raises the errors of the
    pagers. Free of charge.
    """
    turns = [anyio.Event() for _ in pagers]
    if turns:
        turns[0].set()

    async def work(numbered: tuple[int, Pager[T]]) -> None:
        index, pager = numbered
        waiting: list[Page[T]] = []

        def deliver() -> None:
            for page in waiting:
                take(index, page)
            waiting.clear()

        async with aclosing(pager.pages()) as pages:
            async for page in pages:
                waiting.append(page)
                if len(waiting) == _AHEAD:
                    await turns[index].wait()
                if turns[index].is_set():
                    deliver()
        await turns[index].wait()
        deliver()
        if index + 1 < len(turns):
            turns[index + 1].set()

    await for_each(enumerate(pagers), work, concurrency=concurrency)
