"""Several lists as one: their order, concurrency, read-ahead, and errors."""

from collections.abc import AsyncGenerator
from typing import Any

import anyio
import pytest

from sinch_numbers._core.pages_in_order import read_in_order
from sinch_numbers._core.pagination import Page

pytestmark = pytest.mark.anyio


class Pages:
    """Stands in for a pager of *count* pages; counts those that were read."""

    def __init__(self, count: int, wait: anyio.Event | None = None) -> None:
        self.count, self.read, self.wait = count, 0, wait

    async def pages(self) -> AsyncGenerator[Page[Any], None]:
        if self.wait is not None:
            await self.wait.wait()
        for number in range(self.count):
            self.read += 1
            yield Page((number,))
            await anyio.lowlevel.checkpoint()


async def read(pagers: Any, **options: Any) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    await read_in_order(pagers, lambda index, page: found.append((index, *page.items)), **options)
    return found


@pytest.mark.parametrize("concurrency", [1, 2, 8])
async def test_pages_come_in_the_order_of_the_lists(concurrency: int) -> None:
    """Whichever list is read first, its pages come after those of the lists before."""
    pagers = [Pages(count) for count in (3, 0, 7, 1, 5)]
    found = await read(pagers, concurrency=concurrency)

    assert found == sorted(found)
    assert [3, 0, 7, 1, 5] == [sum(i == index for i, _ in found) for index in range(5)]
    assert [] == await read([])


async def test_lists_are_read_ahead_of_their_turn() -> None:
    """While the first list waits, the others read up to four pages each, and no more."""
    gate = anyio.Event()
    pagers = [Pages(1, gate), Pages(2), Pages(50)]
    async with anyio.create_task_group() as group:
        group.start_soon(read, pagers)
        await anyio.wait_all_tasks_blocked()
        assert [0, 2, 4] == [pager.read for pager in pagers]
        gate.set()
    assert [1, 2, 50] == [pager.read for pager in pagers]


async def test_an_exception_ends_all_lists() -> None:
    """An error of the caller is raised as it is, and the other lists are not read on."""
    pagers = [Pages(3), Pages(1000)]

    def take(index: int, page: Page[Any]) -> None:
        raise LookupError(index)

    with pytest.raises(LookupError):
        await read_in_order(pagers, take)  # type: ignore[arg-type]  # a stand-in
    assert pagers[1].read < 10
