"""The sync client beside the vendor's, and what it costs on top of the async one."""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from functools import partial
from typing import TYPE_CHECKING

from benchmarks import _clients
from benchmarks._canned import canned_server
from benchmarks._listing import PAGE_SIZE, bare_numbers, listed, vendor_numbers
from benchmarks._measure import Comparison, take_turns
from benchmarks._target import Target
from benchmarks._wire import phone_numbers
from benchmarks._worker import FAST, JSON, OURS, VENDOR, Contender, Work, at_work, left_out

if TYPE_CHECKING:
    from sinch_numbers import SyncNumbersClient

GETS = 200
HOPS = 5000
ASYNC = f"{OURS}, async"
RUN_EACH = f"{OURS}, asyncio.run per get"


class _Nothing:
    async def close(self) -> None: ...


async def _nothing() -> None: ...


def hops() -> list[float]:
    """Return how many microseconds each of many empty calls takes."""
    from sinch_numbers.sync._portal import Runner

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
    with canned_server() as target:
        with at_work(f"{__name__}:GETTERS", list(GETTERS), target) as contenders:
            got = take_turns(contenders, rounds)
        with at_work(f"{__name__}:LISTERS", list(LISTERS), target) as contenders:
            walked = take_turns(contenders, rounds)
    hop = statistics.quantiles(hops(), n=100)
    notes = left_out([VENDOR, FAST])
    told = f"a hop to the event loop and back: p50 {hop[49]:.0f} us, p99 {hop[98]:.0f} us"
    title = f"sync list, {target.numbers:,} numbers in pages of {PAGE_SIZE:,}"
    beside = (VENDOR, ASYNC)
    return [
        Comparison(
            "sync get", "sync get, one after the other", "gets", got, JSON, (*notes, told), beside
        ),
        Comparison("sync list", title, "numbers", walked, JSON, notes, beside),
    ]


@contextmanager
def _ours(job: Callable[..., int], target: Target) -> Iterator[Work]:
    with _clients.ours_sync(target) as client:
        yield partial(job, client)


def _gets(client: "SyncNumbersClient") -> int:
    return len([client.active_numbers.get(number) for number in phone_numbers(GETS)])


def _numbers(client: "SyncNumbersClient") -> int:
    return sum(1 for _ in client.active_numbers.list(page_size=PAGE_SIZE))


def _async_gets(target: Target) -> AbstractContextManager[Work]:
    @asynccontextmanager
    async def opened() -> AsyncIterator[_clients.Job]:
        async with _clients.ours(target) as client:

            async def gets() -> int:
                for number in phone_numbers(GETS):
                    await client.active_numbers.get(number)
                return GETS

            yield gets

    return _clients.running(opened)


def _async_numbers(target: Target) -> AbstractContextManager[Work]:
    @asynccontextmanager
    async def opened() -> AsyncIterator[_clients.Job]:
        async with _clients.ours(target) as client:
            yield partial(listed, client)

    return _clients.running(opened)


@contextmanager
def _run_each(target: Target) -> Iterator[Work]:
    async def once(number: str) -> None:
        async with _clients.ours(target) as client:
            await client.active_numbers.get(number)

    def work() -> int:
        for number in phone_numbers(GETS // 10):
            asyncio.run(once(number))
        return GETS // 10

    yield work


@contextmanager
def _vendor_gets(target: Target) -> Iterator[Work]:
    client = _clients.vendor(target)
    yield lambda: len([client.numbers.get(number) for number in phone_numbers(GETS)])


@contextmanager
def _vendor_numbers(target: Target) -> Iterator[Work]:
    client = _clients.vendor(target)
    yield lambda: sum(1 for _ in vendor_numbers(client))


def _bare_gets(target: Target) -> AbstractContextManager[Work]:
    @asynccontextmanager
    async def opened() -> AsyncIterator[_clients.Job]:
        async with _clients.bare(target) as session:
            get = _clients.bare_get(session, target, _clients.loads_of("json"))

            async def gets() -> int:
                for number in phone_numbers(GETS):
                    await get(number)
                return GETS

            yield gets

    return _clients.running(opened)


def _bare_numbers(target: Target) -> AbstractContextManager[Work]:
    @asynccontextmanager
    async def opened() -> AsyncIterator[_clients.Job]:
        async with _clients.bare(target) as session:
            yield partial(bare_numbers, session, target, _clients.loads_of("json"))

    return _clients.running(opened)


GETTERS: dict[str, Contender] = {
    OURS: partial(_ours, _gets),
    ASYNC: _async_gets,
    RUN_EACH: _run_each,
    VENDOR: _vendor_gets,
    JSON: _bare_gets,
}

LISTERS: dict[str, Contender] = {
    OURS: partial(_ours, _numbers),
    FAST: partial(_ours, _numbers),
    ASYNC: _async_numbers,
    VENDOR: _vendor_numbers,
    JSON: _bare_numbers,
}
