"""What a sync call costs on top of the async one, and what `asyncio.run` per call would."""

import asyncio
import statistics
import time

from benchmarks._measure import Comparison, in_turns
from benchmarks._server import sandbox_process, settings
from sinch_numbers import NumbersClient, SyncNumbersClient
from sinch_numbers.sync._portal import Runner

NUMBERS = 20_000
PAGE_SIZE = 1000
GETS = 200
HOPS = 5000


class _Nothing:
    async def close(self) -> None: ...


async def _nothing() -> None: ...


def hops() -> list[float]:
    """Return how many microseconds each of many empty calls takes."""
    runner = Runner(_Nothing())
    for _ in range(200):
        runner.run(_nothing)
    taken = []
    for _ in range(HOPS):
        started = time.perf_counter()
        runner.run(_nothing)
        taken.append(1e6 * (time.perf_counter() - started))
    return taken


def run(rounds: int) -> list[Comparison]:
    """Measure, and return what there is to show."""
    with (
        sandbox_process(numbers=NUMBERS, stock=0) as environment,
        asyncio.Runner() as loop,
        SyncNumbersClient(**settings(environment)) as sync,
    ):
        client = NumbersClient(**settings(environment))
        number = next(iter(sync.active_numbers.list(limit=1))).phone_number

        async def gets() -> int:
            for _ in range(GETS):
                await client.active_numbers.get(number)
            return GETS

        def sync_gets() -> int:
            for _ in range(GETS):
                sync.active_numbers.get(number)
            return GETS

        def naive_gets() -> int:
            async def once() -> None:
                async with NumbersClient(**settings(environment)) as own:
                    await own.active_numbers.get(number)

            for _ in range(GETS // 10):
                asyncio.run(once())
            return GETS // 10

        async def numbers() -> int:
            count = 0
            async for _ in client.active_numbers.list(page_size=PAGE_SIZE):
                count += 1
            return count

        def sync_numbers() -> int:
            return sum(1 for _ in sync.active_numbers.list(page_size=PAGE_SIZE))

        get = in_turns(
            {
                "async get": lambda: loop.run(gets()),
                "sync get": sync_gets,
                "asyncio.run per get": naive_gets,
            },
            rounds,
        )
        listed = in_turns(
            {"async list": lambda: loop.run(numbers()), "sync list": sync_numbers}, rounds
        )
        loop.run(client.close())
        hop = statistics.quantiles(hops(), n=100)
    note = f"a hop: p50 {hop[49]:.0f} us, p99 {hop[98]:.0f} us"
    return [
        Comparison("sync get", "get, one after the other", "gets", get, "async get", (note,)),
        Comparison("sync list", "list, page by page", "numbers", listed, "async list"),
    ]
