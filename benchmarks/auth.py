"""Access tokens: fetches with many concurrent callers, and the overhead per call."""

import json
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from dataclasses import replace
from urllib.request import urlopen

from benchmarks import _clients
from benchmarks._canned import canned_server
from benchmarks._measure import Comparison, take_turns
from benchmarks._target import Target
from benchmarks._worker import OURS, VENDOR, Contender, Work, at_work, can_run, left_out
from benchmarks.gets import at_once, phone_numbers

CALLERS = 1_000
THREADS = 64
TOKENS = 100_000
SYNC = f"{OURS}, sync, {THREADS} threads"
TASKS = f"{OURS}, {CALLERS:,} tasks"
THREADED = f"{VENDOR}, {THREADS} threads"
NOTHING = "await of nothing"


def run(rounds: int, inventories: Sequence[str]) -> list[Comparison]:
    """Measure on the first inventory; the numbers that are read don't matter here."""
    notes = left_out([VENDOR])
    with canned_server() as server:
        target = replace(server, inventory=inventories[0])
        fetches = take_turns(
            {
                name: _fetches(call, target)
                for name, call in {TASKS: _tasks, SYNC: _sync, THREADED: _vendor}.items()
                if can_run(name)
            },
            rounds,
        )
        with at_work(__name__, list(CONTENDERS), target) as contenders:
            given = take_turns(contenders, rounds)
    return [
        Comparison(
            "token fetches",
            "token fetches of a new client with many concurrent callers",
            "fetches",
            fetches,
            TASKS,
            (*notes, "less is better; one is the minimum"),
            per="",
            inventory=inventories[0],
        ),
        Comparison("token", "cached token", "tokens", given, NOTHING, notes, (VENDOR,)),
    ]


def _fetches(call: Callable[[Target], None], target: Target) -> Callable[[], float]:
    def count() -> int:
        with urlopen(f"{target.url}/tokens") as reply:
            return int(json.load(reply))

    def run() -> float:
        before = count()
        call(target)
        return float(count() - before)

    return run


def _tasks(target: Target) -> None:
    import asyncio

    numbers = phone_numbers(target, CALLERS)

    async def main() -> None:
        async with _clients.ours(target) as client:
            await at_once(client.active_numbers.get, numbers, CALLERS)

    asyncio.run(main())


def _sync(target: Target) -> None:
    with _clients.ours_sync(target) as client, ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(client.active_numbers.get, phone_numbers(target, THREADS)))


def _vendor(target: Target) -> None:
    client = _clients.vendor(target, connections=THREADS)
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(client.numbers.get, phone_numbers(target, THREADS)))


def _our_token(_: Target) -> AbstractContextManager[Work]:
    from sinch_numbers._core.auth.cache import Token, TokenCache
    from sinch_numbers.models._secret import Secret

    async def fetch(*, patiently: bool) -> Token:  # noqa: ARG001 - it is part of the protocol
        return Token(Secret("Bearer benchmark"), 3600.0)

    @asynccontextmanager
    async def opened() -> AsyncIterator[_clients.Job]:
        cache = TokenCache(fetch)

        async def given() -> int:
            for _ in range(TOKENS):
                await cache.get()
            return TOKENS

        yield given

    return _clients.running(opened)


@contextmanager
def _vendor_token(target: Target) -> Iterator[Work]:
    get = _clients.vendor(target).configuration.token_manager.get_auth_token

    def work() -> int:
        for _ in range(TOKENS):
            get()
        return TOKENS

    yield work


def _nothing(_: Target) -> AbstractContextManager[Work]:
    async def nothing() -> None: ...

    @asynccontextmanager
    async def opened() -> AsyncIterator[_clients.Job]:
        async def awaited() -> int:
            for _ in range(TOKENS):
                await nothing()
            return TOKENS

        yield awaited

    return _clients.running(opened)


CONTENDERS: dict[str, Contender] = {
    OURS: _our_token,
    VENDOR: _vendor_token,
    NOTHING: _nothing,
}
