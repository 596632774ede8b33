"""A whole inventory at a round trip of 50 ms: page after page, and by many workers at once."""

import asyncio
import time

import attrs

from benchmarks._measure import Comparison, Figures
from benchmarks._server import sandbox_process, settings
from sinch_numbers import NumbersClient
from sinch_numbers.inventory import Inventory

NUMBERS = 100_000
ROUND_TRIP = 0.05
PAGE_SIZE = 100
WORKERS = 24


@attrs.frozen
class _Run:
    numbers: int
    seconds: float


def run(rounds: int) -> list[Comparison]:
    """Measure, and return what there is to show; one walk page by page takes a minute."""
    rounds = min(rounds, 2)
    spread = {"numbers": NUMBERS}
    lopsided = {"numbers": NUMBERS // 20, "us_local": NUMBERS - NUMBERS // 20}
    return [
        asyncio.run(_compare("inventory", "spread over regions and types", spread, rounds)),
        asyncio.run(_compare("inventory, lopsided", "95 % of one kind", lopsided, rounds)),
    ]


async def _compare(name: str, what: str, held: dict[str, int], rounds: int) -> Comparison:
    paged, read = [], []
    with sandbox_process(stock=0, latency=ROUND_TRIP, **held) as environment:
        async with NumbersClient(**settings(environment)) as client:
            await client.available_regions.list()
            for _ in range(rounds):
                paged.append(await _page_by_page(client))
                read.append(await _inventory(client))
    best = -(-NUMBERS // PAGE_SIZE) * ROUND_TRIP / WORKERS
    slowest = max(one.seconds for one in read)
    return Comparison(
        name,
        f"{NUMBERS:,} numbers, {what}, {ROUND_TRIP * 1000:.0f} ms, pages of {PAGE_SIZE}",
        "numbers",
        (
            Figures("page by page", tuple(one.numbers / one.seconds for one in paged)),
            Figures(f"{WORKERS} workers", tuple(one.numbers / one.seconds for one in read)),
        ),
        "page by page",
        (f"pages x round trip / workers {best:.2f} s, took {slowest / best:.2f} times that",),
    )


async def _page_by_page(client: NumbersClient) -> _Run:
    started = time.perf_counter()
    count = 0
    async for _ in client.active_numbers.list(page_size=PAGE_SIZE):
        count += 1
    return _Run(count, time.perf_counter() - started)


async def _inventory(client: NumbersClient) -> _Run:
    started = time.perf_counter()
    numbers = Inventory(client, workers=WORKERS, page_size=PAGE_SIZE)
    async for _ in numbers:
        pass
    if numbers.verdict is None or not numbers.verdict.complete:
        raise RuntimeError("the inventory is not complete")
    return _Run(numbers.read, time.perf_counter() - started)
