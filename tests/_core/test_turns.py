"""Turns: tasks that occupy the loop for long don't keep it from other tasks."""

import asyncio
import gc
import weakref

import attrs
import pytest

from sinch_numbers import NumbersClient
from sinch_numbers._core.turns import turn
from sinch_numbers.sandbox import Sandbox

AT_ONCE = 12


class Iterations:
    """Counts the iterations of the loop."""

    def __init__(self) -> None:
        self.count = 0
        self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        while True:
            self.count += 1
            await asyncio.sleep(0)

    def stop(self) -> None:
        self._task.cancel()


@pytest.mark.anyio
async def test_each_turn_has_its_own_iteration() -> None:
    """Also of tasks that came later, and with cancelled ones in between."""
    iterations = Iterations()
    had: list[int] = []

    async def take() -> None:
        await turn()
        had.append(iterations.count)

    tasks = [asyncio.create_task(take()) for _ in range(AT_ONCE)]
    await asyncio.sleep(0)
    tasks += [asyncio.create_task(take()) for _ in range(AT_ONCE)]
    await asyncio.sleep(0)
    cancelled = tasks[5::7]
    for task in cancelled:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    iterations.stop()

    assert 2 * AT_ONCE - len(cancelled) == len(had) == len(set(had)), had
    assert sorted(had) == had


@pytest.mark.anyio
@pytest.mark.sandbox
async def test_pages_are_read_one_per_iteration(client: NumbersClient, sandbox: Sandbox) -> None:
    """Whatever arrives at once, requests and other tasks run between two pages."""
    sandbox.project().active.fill(
        attrs.evolve(one, phone_number=f"{one.phone_number}{number}")
        for one in list(sandbox.project().active.values())
        for number in range(5)
    )
    await client.available_regions.list()
    iterations = Iterations()

    async def read() -> tuple[int, int]:
        page = await client.active_numbers.list(page_size=100).page()
        return iterations.count, len(page.items)

    pages = await asyncio.gather(*[read() for _ in range(AT_ONCE)])
    iterations.stop()

    assert {100} == {size for _, size in pages}
    assert AT_ONCE == len({iteration for iteration, _ in pages})


def test_a_loop_that_was_used_is_not_kept() -> None:
    """Programs that call `asyncio.run` again and again don't grow."""

    async def main() -> weakref.ref[asyncio.AbstractEventLoop]:
        await asyncio.gather(*[turn() for _ in range(3)])
        return weakref.ref(asyncio.get_running_loop())

    used = asyncio.run(main())
    gc.collect()

    assert used() is None
