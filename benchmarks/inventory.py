"""
Reading a whole project: page by page, with concurrent workers, and by size.

The ideal duration is the larger one of two: pages x round trip / workers, and the CPU time
that our client takes to read such pages one after the other, since it runs on one core.
Without latency, the time per number should be the same for a large and a small project.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import replace
from functools import partial

from benchmarks import _clients, pagination
from benchmarks._canned import canned_server
from benchmarks._clock import cpu_time, wall_time
from benchmarks._listing import PAGE_SIZE
from benchmarks._measure import Comparison, Figures, take_turns
from benchmarks._server import sandbox_process, sandbox_target, settings
from benchmarks._target import Target
from benchmarks._worker import FAST, VENDOR, Contender, Work, at_work, left_out
from sinch_numbers import NumbersClient
from sinch_numbers.inventory import Inventory

NUMBERS = 100_000
ROUND_TRIP = 0.05
WORKERS = 32

SIZES = (10_000, 1_000_000)

PAGED = "page by page"
READ = f"{WORKERS} workers"
LATENCY_ONLY = f"{READ}, of the round trips alone"
_ROUNDS = 3
_ROUNDS_OF_GROWTH = 2


def run(rounds: int, inventories: Sequence[str]) -> list[Comparison]:
    """Measure on each inventory, at most three rounds of about a minute."""
    rounds = min(rounds, _ROUNDS)
    return [comparison for one in inventories for comparison in _run(rounds, one)]


def _run(rounds: int, inventory: str) -> list[Comparison]:
    spread = {"inventory": inventory, "numbers": NUMBERS}
    lopsided = {**spread, "numbers": NUMBERS // 20, "us_local": NUMBERS - NUMBERS // 20}
    return [
        *_far("inventory", "spread over regions and types", spread, rounds),
        *_far("inventory, lopsided", "95 % of one kind", lopsided, rounds),
        asyncio.run(_growth(inventory, rounds)),
    ]


def _far(name: str, what: str, held: Mapping[str, object], rounds: int) -> list[Comparison]:
    inventory = str(held["inventory"])
    with sandbox_process(stock=0, latency=ROUND_TRIP, **held) as environment:
        target = sandbox_target(environment, NUMBERS)
        with (
            canned_server() as nearby,  # without waiting, which takes most of the time
            at_work(__name__, list(CONTENDERS), target, timed_by=wall_time) as contenders,
            at_work(
                __name__,
                [PAGED],
                replace(nearby, numbers=NUMBERS, inventory=inventory),
                timed_by=cpu_time,
            ) as alone,
        ):
            for warm_up in (contenders[READ], alone[PAGED]):
                warm_up()
            *figures, work = take_turns(
                {**contenders, "CPU time": alone[PAGED]}, rounds, warm_up=False
            )
    read = next(one for one in figures if one.name == READ)
    latency = f"{1000 * ROUND_TRIP:.0f} ms"
    where = f"{NUMBERS:,} {inventory} numbers, {what}, {latency}, pages of {PAGE_SIZE:,}"
    ideal = (
        f"the ideal: pages x round trip / {WORKERS}, or the CPU time to read such pages "
        f"one by one ({1e6 / work.median:.1f} us a number), if that is more"
    )
    return [
        Comparison(
            name,
            where,
            "numbers",
            tuple(figures),
            PAGED,
            left_out([VENDOR]),
            (VENDOR,),
            inventory=inventory,
        ),
        Comparison(
            f"{name}, ideal",
            where,
            "x the ideal time",
            of_ideal(read, work),
            READ,
            (ideal,),
            per="",
            inventory=inventory,
        ),
    ]


def of_ideal(read: Figures, work: Figures) -> tuple[Figures, Figures]:
    """
    Return the duration by round, relative to the ideal and to the round trips alone.

    Args:
        read: Numbers per second of the concurrent workers.
        work: Numbers per second of CPU time, one page after the other.
    """
    waiting = -(-NUMBERS // PAGE_SIZE) * ROUND_TRIP / WORKERS
    rounds = [
        (NUMBERS / ours, NUMBERS / cpu) for ours, cpu in zip(read.rates, work.rates, strict=True)
    ]
    return (
        Figures(READ, tuple(taken / max(waiting, working) for taken, working in rounds)),
        Figures(LATENCY_ONLY, tuple(taken / waiting for taken, _ in rounds)),
    )


async def _growth(inventory: str, rounds: int) -> Comparison:
    taken: dict[int, list[float]] = {size: [] for size in SIZES}
    for size in SIZES:
        with sandbox_process(inventory=inventory, numbers=size, stock=0) as environment:
            async with NumbersClient(**settings(environment)) as client:
                await client.available_regions.list()
                for _ in range(min(rounds, _ROUNDS_OF_GROWTH)):
                    started = time.perf_counter()
                    await _read(client)
                    taken[size].append(1e6 * (time.perf_counter() - started) / size)
    figures = tuple(Figures(f"{size:,} numbers", tuple(taken[size])) for size in SIZES)
    return Comparison(
        "inventory, growth",
        f"projects of {inventory} numbers by size, in pages of {PAGE_SIZE:,}",
        "us a number",
        figures,
        figures[0].name,
        per="",
        inventory=inventory,
    )


async def _read(client: NumbersClient) -> int:
    numbers = Inventory(client, concurrency=WORKERS)
    async for _ in numbers:
        pass
    if not numbers.ended or not numbers.completeness.complete:
        raise RuntimeError("the inventory is not complete")
    return numbers.read


def _ours(target: Target) -> AbstractContextManager[Work]:
    @asynccontextmanager
    async def opened() -> AsyncIterator[_clients.Job]:
        async with _clients.ours(target) as client:
            yield partial(_read, client)

    return pagination.all_of(target, _clients.running(opened))


CONTENDERS: dict[str, Contender] = {
    PAGED: pagination.CONTENDERS[FAST],
    READ: _ours,
    VENDOR: pagination.CONTENDERS[VENDOR],
}
