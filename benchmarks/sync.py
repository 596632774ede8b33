"""The sync client beside the vendor's, and its overhead over the async client."""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from benchmarks import _clients
from benchmarks._canned import canned_server
from benchmarks._listing import PAGE_SIZE, bare_numbers, listed, vendor_numbers
from benchmarks._measure import Comparison, take_turns
from benchmarks._target import Target
from benchmarks._worker import (
    FAST,
    GC_OFF,
    JSON,
    OURS,
    VENDOR,
    Contender,
    Work,
    at_work,
    left_out,
)
from benchmarks.gets import phone_numbers

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
    """Return the durations of many empty calls, in microseconds."""
    from sinch_numbers._core.portal import Runner

    runner = Runner(_Nothing())
    for _ in range(200):
        runner.run(_nothing)
    taken = []
    for _ in range(HOPS):
        started = time.perf_counter()
        runner.run(_nothing)
        taken.append(1e6 * (time.perf_counter() - started))
    return taken


def run(rounds: int, inventories: Sequence[str]) -> list[Comparison]:
    """Measure on each inventory, and return the comparisons."""
    hop = statistics.quantiles(hops(), n=100)
    note = f"a round trip to the event loop's thread: p50 {hop[49]:.0f} us, p99 {hop[98]:.0f} us"
    with canned_server() as target:
        return [
            comparison
            for one in inventories
            for comparison in _run(rounds, replace(target, inventory=one), note)
        ]


def _run(rounds: int, target: Target, hop: str) -> list[Comparison]:
    with at_work(f"{__name__}:GETTERS", list(GETTERS), target) as contenders:
        got = take_turns(contenders, rounds)
    with at_work(f"{__name__}:LISTERS", [*LISTERS, JSON + GC_OFF], target) as contenders:
        walked = take_turns(contenders, rounds)
    notes = left_out([VENDOR, FAST])
    size = f"{target.numbers:,} {target.inventory} numbers"
    return [
        Comparison(
            "sync get",
            f"sync get, one after the other, {target.inventory} numbers",
            "gets",
            got,
            JSON,
            (*notes, hop),
            (VENDOR, ASYNC),
            inventory=target.inventory,
        ),
        Comparison(
            "sync list",
            f"sync list, {size} in pages of {PAGE_SIZE:,}",
            "numbers",
            walked,
            JSON,
            notes,
            (JSON + GC_OFF, VENDOR, ASYNC),
            inventory=target.inventory,
        ),
    ]


@contextmanager
def _ours(job: Callable[..., int], target: Target) -> Iterator[Work]:
    with _clients.ours_sync(target) as client:
        yield partial(job, client, target)


def _gets(client: "SyncNumbersClient", target: Target) -> int:
    return len([client.active_numbers.get(number) for number in phone_numbers(target, GETS)])


def _numbers(client: "SyncNumbersClient", _: Target) -> int:
    return sum(1 for _ in client.active_numbers.list(page_size=PAGE_SIZE))


def _async_gets(target: Target) -> AbstractContextManager[Work]:
    @asynccontextmanager
    async def opened() -> AsyncIterator[_clients.Job]:
        async with _clients.ours(target) as client:

            async def gets() -> int:
                for number in phone_numbers(target, GETS):
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
        for number in phone_numbers(target, GETS // 10):
            asyncio.run(once(number))
        return GETS // 10

    yield work


@contextmanager
def _vendor_gets(target: Target) -> Iterator[Work]:
    client = _clients.vendor(target)
    yield lambda: len([client.numbers.get(number) for number in phone_numbers(target, GETS)])


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
                for number in phone_numbers(target, GETS):
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
