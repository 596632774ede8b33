"""Tokens: how many fetches it takes for many callers at once, and what each call pays."""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from urllib.request import urlopen

from benchmarks import _clients
from benchmarks._canned import canned_server
from benchmarks._measure import Comparison, take_turns
from benchmarks._target import Target
from benchmarks._wire import phone_numbers
from benchmarks._worker import OURS, VENDOR, Contender, Work, at_work, can_run, left_out
from benchmarks.gets import at_once

CALLERS = 1_000
THREADS = 64
TOKENS = 100_000
SYNC = f"{OURS}, sync, {THREADS} threads"
TASKS = f"{OURS}, {CALLERS:,} tasks"
THREADED = f"{VENDOR}, {THREADS} threads"
NOTHING = "await of nothing"


def run(rounds: int) -> list[Comparison]:
    """Measure, and return what there is to show."""
    notes = left_out([VENDOR])
    with canned_server() as target:
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
            "token fetches of a new client that everybody uses at once",
            "fetches",
            fetches,
            TASKS,
            (*notes, "less is better; one is the least"),
            per="",
        ),
        Comparison("token", "a token that is at hand", "tokens", given, NOTHING, notes, (VENDOR,)),
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

    async def main() -> None:
        async with _clients.ours(target) as client:
            await at_once(client.active_numbers.get, CALLERS, CALLERS)

    asyncio.run(main())


def _sync(target: Target) -> None:
    with _clients.ours_sync(target) as client, ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(client.active_numbers.get, phone_numbers(THREADS)))


def _vendor(target: Target) -> None:
    client = _clients.vendor(target, connections=THREADS)
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(client.numbers.get, phone_numbers(THREADS)))


def _our_token(_: Target) -> AbstractContextManager[Work]:
    from sinch_numbers.auth import Token, TokenCache
    from sinch_numbers.secret import Secret

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
