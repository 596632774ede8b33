"""Concurrent gets: our client, the vendor's with threads, and bare aiohttp."""

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

from benchmarks import _clients
from benchmarks._canned import canned_server
from benchmarks._inventories import INVENTORIES
from benchmarks._measure import Comparison, Figures, take_turns
from benchmarks._target import Target
from benchmarks._worker import FAST, JSON, ORJSON, OURS, VENDOR, Contender, Work, at_work, left_out

CONCURRENCY = 64
GETS = 2_000
VENDOR_GETS = 300
THREADS = (1, 2, 4, 8, 16, 32, 64)
BEST = f"{VENDOR}, best"


def run(rounds: int, inventories: Sequence[str]) -> list[Comparison]:
    """Measure on each inventory, and return the comparisons."""
    with canned_server() as target:
        return [_run(rounds, replace(target, inventory=one)) for one in inventories]


def _run(rounds: int, target: Target) -> Comparison:
    with at_work(__name__, list(CONTENDERS), target) as contenders:
        figures = take_turns(contenders, rounds)
    notes = (
        *left_out(list(CONTENDERS)),
        f"best: the best of {VENDOR} with {THREADS[0]} to {THREADS[-1]} threads, in each round",
        f"all threads of {VENDOR} share one client, with as many connections as threads",
    )
    title = f"gets, {CONCURRENCY} at once, {target.inventory} numbers"
    figures = (*figures, *_best(figures))
    return Comparison(
        "gets",
        title,
        "gets",
        figures,
        JSON,
        notes,
        (ORJSON, BEST),
        inventory=target.inventory,
    )


def _best(figures: tuple[Figures, ...]) -> tuple[Figures, ...]:
    rounds = [one.rates for one in figures if one.name.startswith(VENDOR + ",")]
    return (Figures(BEST, tuple(map(max, zip(*rounds, strict=True)))),) if rounds else ()


def phone_numbers(target: Target, count: int) -> list[str]:
    """Return *count* different phone numbers of the inventory of *target*."""
    return INVENTORIES[target.inventory].phone_numbers(count)


async def at_once(
    get: Callable[[str], Coroutine[Any, Any, object]],
    numbers: Sequence[str],
    concurrency: int = CONCURRENCY,
) -> int:
    """Get *numbers* with *concurrency* tasks, the same way for each async contender."""
    import asyncio

    count = len(numbers)
    left = iter(numbers)

    async def one_by_one() -> None:
        for number in left:
            await get(number)

    async with asyncio.TaskGroup() as group:
        for _ in range(min(concurrency, count)):
            group.create_task(one_by_one())
    return count


def _ours(target: Target) -> AbstractContextManager[Work]:
    numbers = phone_numbers(target, GETS)

    @asynccontextmanager
    async def opened() -> AsyncIterator[_clients.Job]:
        async with _clients.ours(target) as client:
            yield partial(at_once, client.active_numbers.get, numbers)

    return _clients.running(opened)


def _bare(loads: str, target: Target) -> AbstractContextManager[Work]:
    numbers = phone_numbers(target, GETS)

    @asynccontextmanager
    async def opened() -> AsyncIterator[_clients.Job]:
        async with _clients.bare(target) as session:
            get = _clients.bare_get(session, target, _clients.loads_of(loads))
            yield partial(at_once, get, numbers)

    return _clients.running(opened)


@contextmanager
def _vendor(threads: int, target: Target) -> Iterator[Work]:
    client = _clients.vendor(target, connections=threads)
    numbers = phone_numbers(target, VENDOR_GETS)
    with ThreadPoolExecutor(threads) as pool:
        yield lambda: sum(1 for _ in pool.map(client.numbers.get, numbers))


CONTENDERS: dict[str, Contender] = {
    OURS: _ours,
    FAST: _ours,
    JSON: partial(_bare, "json"),
    ORJSON: partial(_bare, "orjson"),
    **{f"{VENDOR}, {n} thread{'s' * (n > 1)}": partial(_vendor, n) for n in THREADS},
}
