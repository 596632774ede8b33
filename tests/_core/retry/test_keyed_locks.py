"""One at a time for each number."""

import asyncio

import pytest

from sinch_numbers._core.retry.keyed_locks import KeyedLocks

pytestmark = pytest.mark.anyio


async def test_one_at_a_time_for_each_name() -> None:
    """Those of one name queue up; those of others do not."""
    turns, inside, most = KeyedLocks(), {"a": 0, "b": 0}, {"a": 0, "b": 0, "both": 0}

    async def take(name: str) -> None:
        async with turns.lock(name):
            inside[name] += 1
            most[name] = max(most[name], inside[name])
            most["both"] = max(most["both"], sum(inside.values()))
            await asyncio.sleep(0)
            inside[name] -= 1

    await asyncio.gather(*(take(name) for name in "ab" * 20))

    assert {"a": 1, "b": 1, "both": 2} == most


async def test_queues_do_not_pile_up() -> None:
    """A name that nobody waits for is forgotten, cancelled or not."""
    turns = KeyedLocks()

    async def take(number: int) -> None:
        async with turns.lock(str(number % 3)):
            await asyncio.sleep(0)

    tasks = [asyncio.create_task(take(number)) for number in range(30)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

    assert {} == turns._queues


def test_each_loop_has_queues_of_its_own() -> None:
    """A loop that ended in the middle blocks nobody in the next."""
    turns = KeyedLocks()

    async def hold() -> None:
        async with turns.lock("a"):
            pass

    asyncio.run(hold())
    asyncio.run(hold())
