"""Many numbers asked for at once: ours, the vendor's with threads, and bare aiohttp."""

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from functools import partial
from typing import Any

from benchmarks import _clients
from benchmarks._canned import canned_server
from benchmarks._measure import Comparison, Figures, take_turns
from benchmarks._target import Target
from benchmarks._wire import phone_numbers
from benchmarks._worker import FAST, JSON, ORJSON, OURS, VENDOR, Contender, Work, at_work, left_out

CONCURRENCY = 64
GETS = 2_000
VENDOR_GETS = 300
THREADS = (1, 2, 4, 8, 16, 32, 64)
BEST = f"{VENDOR}, best"


def run(rounds: int) -> list[Comparison]:
    """Measure, and return what there is to show."""
    with canned_server() as target, at_work(__name__, list(CONTENDERS), target) as contenders:
        figures = take_turns(contenders, rounds)
    notes = (
        *left_out(list(CONTENDERS)),
        f"best: in each round the best of {VENDOR} with {THREADS[0]} to {THREADS[-1]} threads",
        f"all threads of {VENDOR} share one client, given as many connections as threads",
    )
    title = f"gets, {CONCURRENCY} at once"
    figures = (*figures, *_best(figures))
    return [Comparison("gets", title, "gets", figures, JSON, notes, (ORJSON, BEST))]


def _best(figures: tuple[Figures, ...]) -> tuple[Figures, ...]:
    rounds = [one.rates for one in figures if one.name.startswith(VENDOR + ",")]
    return (Figures(BEST, tuple(map(max, zip(*rounds, strict=True)))),) if rounds else ()


async def at_once(
    get: Callable[[str], Coroutine[Any, Any, object]], count: int, concurrency: int = CONCURRENCY
) -> int:
    """Get *count* numbers, so many at once: the same way for everybody who awaits."""
    import asyncio

    left = iter(phone_numbers(count))

    async def one_by_one() -> None:
        for number in left:
            await get(number)

    async with asyncio.TaskGroup() as group:
        for _ in range(min(concurrency, count)):
            group.create_task(one_by_one())
    return count


def _ours(target: Target) -> AbstractContextManager[Work]:
    @asynccontextmanager
    async def opened() -> AsyncIterator[_clients.Job]:
        async with _clients.ours(target) as client:
            yield partial(at_once, client.active_numbers.get, GETS)

    return _clients.running(opened)


def _bare(loads: str, target: Target) -> AbstractContextManager[Work]:
    @asynccontextmanager
    async def opened() -> AsyncIterator[_clients.Job]:
        async with _clients.bare(target) as session:
            get = _clients.bare_get(session, target, _clients.loads_of(loads))
            yield partial(at_once, get, GETS)

    return _clients.running(opened)


@contextmanager
def _vendor(threads: int, target: Target) -> Iterator[Work]:
    client = _clients.vendor(target, connections=threads)
    numbers = phone_numbers(VENDOR_GETS)
    with ThreadPoolExecutor(threads) as pool:
        yield lambda: sum(1 for _ in pool.map(client.numbers.get, numbers))


CONTENDERS: dict[str, Contender] = {
    OURS: _ours,
    FAST: _ours,
    JSON: partial(_bare, "json"),
    ORJSON: partial(_bare, "orjson"),
    **{f"{VENDOR}, {n} thread{'s' * (n > 1)}": partial(_vendor, n) for n in THREADS},
}
