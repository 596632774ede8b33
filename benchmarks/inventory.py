"""
Reading a whole project: sequentially, with concurrent workers, and by size.

At a round trip of 50 ms, the ideal duration is pages x round trip / workers. Without
latency, the time per number should be the same for a large and a small project.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence

import attrs

from benchmarks._measure import Comparison, Figures
from benchmarks._server import sandbox_process, settings
from sinch_numbers import NumbersClient
from sinch_numbers.inventory import Inventory

NUMBERS = 100_000
ROUND_TRIP = 0.05
PAGE_SIZE = 100
WORKERS = 32

SIZES = (10_000, 100_000, 1_000_000)
LARGEST_PAGE = 1000

PAGED = "page by page"
READ = f"{WORKERS} workers"
_ROUNDS = 2
_GROWTH_ROUNDS = 3


@attrs.frozen
class _Run:
    numbers: int
    seconds: float

    @property
    def rate(self) -> float:
        return self.numbers / self.seconds


def run(rounds: int, inventories: Sequence[str]) -> list[Comparison]:
    """Measure on each inventory. A sequential read takes a minute."""
    return [comparison for one in inventories for comparison in _run(rounds, one)]


def _run(rounds: int, inventory: str) -> list[Comparison]:
    spread = {"inventory": inventory, "numbers": NUMBERS}
    lopsided = {**spread, "numbers": NUMBERS // 20, "us_local": NUMBERS - NUMBERS // 20}
    return [
        *asyncio.run(_far("inventory", "spread over regions and types", spread, rounds)),
        *asyncio.run(_far("inventory, lopsided", "95 % of one kind", lopsided, rounds)),
        asyncio.run(_growth(inventory, min(rounds, _GROWTH_ROUNDS))),
    ]


async def _far(name: str, what: str, held: Mapping[str, object], rounds: int) -> list[Comparison]:
    inventory = str(held["inventory"])
    paged, read = [], []
    with sandbox_process(stock=0, latency=ROUND_TRIP, **held) as environment:
        async with NumbersClient(**settings(environment)) as client:
            await client.available_regions.list()
            for _ in range(min(rounds, _ROUNDS)):
                paged.append(await _page_by_page(client))
                read.append(await _inventory(client, PAGE_SIZE))
    ideal = -(-NUMBERS // PAGE_SIZE) * ROUND_TRIP / WORKERS
    latency = f"{1000 * ROUND_TRIP:.0f} ms"
    where = f"{NUMBERS:,} {inventory} numbers, {what}, {latency}, pages of {PAGE_SIZE}"
    times = Figures(READ, tuple(one.seconds / ideal for one in read))
    return [
        Comparison(
            name,
            where,
            "numbers",
            (
                Figures(PAGED, tuple(one.rate for one in paged)),
                Figures(READ, tuple(one.rate for one in read)),
            ),
            PAGED,
            inventory=inventory,
            pages=True,
        ),
        Comparison(
            f"{name}, ideal",
            where,
            "x pages x round trip / workers",
            (times,),
            READ,
            per="",
            inventory=inventory,
            pages=True,
        ),
    ]


async def _growth(inventory: str, rounds: int) -> Comparison:
    taken: dict[int, list[float]] = {size: [] for size in SIZES}
    for size in SIZES:
        with sandbox_process(inventory=inventory, numbers=size, stock=0) as environment:
            async with NumbersClient(**settings(environment)) as client:
                await client.available_regions.list()
                for _ in range(rounds):
                    one = await _inventory(client, LARGEST_PAGE)
                    taken[size].append(1e6 / one.rate)
    figures = tuple(Figures(f"{size:,} numbers", tuple(taken[size])) for size in SIZES)
    return Comparison(
        "inventory, growth",
        f"projects of {inventory} numbers by size, in pages of {LARGEST_PAGE:,}",
        "us a number",
        figures,
        figures[0].name,
        per="",
        inventory=inventory,
        pages=True,
    )


async def _page_by_page(client: NumbersClient) -> _Run:
    started = time.perf_counter()
    count = 0
    async for _ in client.active_numbers.list(page_size=PAGE_SIZE):
        count += 1
    return _Run(count, time.perf_counter() - started)


async def _inventory(client: NumbersClient, page_size: int) -> _Run:
    started = time.perf_counter()
    numbers = Inventory(client, concurrency=WORKERS, page_size=page_size)
    async for _ in numbers:
        pass
    if not numbers.ended or not numbers.completeness.complete:
        raise RuntimeError("the inventory is not complete")
    return _Run(numbers.read, time.perf_counter() - started)
