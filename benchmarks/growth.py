"""Scaling with the size of a list, the number of concurrent calls, and latency."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager
from dataclasses import replace
from functools import partial

from benchmarks import _clients, pagination
from benchmarks._canned import canned_server
from benchmarks._clock import wall_time
from benchmarks._listing import PAGE_SIZE
from benchmarks._measure import Comparison, Figures, take_turns
from benchmarks._target import Target
from benchmarks._worker import FAST, JSON, OURS, Contender, Work, at_work, can_run
from benchmarks.gets import at_once, phone_numbers

SIZES = (1_000, 10_000, 100_000, 1_000_000)
CONCURRENCIES = (1, 4, 16, 64, 256)
LATENCIES_MS = (0, 50, 200)
_ROUNDS = 2
_SECONDS = 0.3
_MOST_GETS = 1_000


def run(rounds: int, inventories: Sequence[str]) -> list[Comparison]:
    """Measure on each inventory, and return the comparisons."""
    rounds = min(rounds, _ROUNDS)
    with canned_server() as server:
        return [
            comparison
            for target in (replace(server, inventory=one) for one in inventories)
            for comparison in (
                _lists(target, rounds),
                *(_gets(target, ms, rounds) for ms in LATENCIES_MS),
            )
        ]


def _lists(target: Target, rounds: int) -> Comparison:
    name = FAST if can_run(FAST) else OURS
    with ExitStack() as stack:
        contenders = {
            f"{size:,} numbers": stack.enter_context(
                at_work(pagination.__name__, [name], replace(target, numbers=size))
            )[name]
            for size in SIZES
        }
        warm = {key: one for key, one in contenders.items() if key != f"{SIZES[-1]:,} numbers"}
        for one in warm.values():
            one()
        figures = take_turns(contenders, rounds, warm_up=False)
    return Comparison(
        "growth, list",
        f"{name}, lists of {target.inventory} numbers by size, in pages of {PAGE_SIZE:,}",
        "numbers",
        figures,
        f"{SIZES[0]:,} numbers",
        inventory=target.inventory,
    )


def _gets(target: Target, latency_ms: int, rounds: int) -> Comparison:
    away = replace(target, latency_ms=latency_ms)
    with at_work(__name__, list(CONTENDERS), away, timed_by=wall_time) as contenders:
        figures = take_turns(contenders, rounds)
    return Comparison(
        f"growth, gets at {latency_ms} ms",
        f"gets of {target.inventory} numbers at a round trip of {latency_ms} ms, by concurrency",
        "gets",
        figures,
        _named(OURS, 1),
        _of_ideal(figures, latency_ms),
        inventory=target.inventory,
    )


def _of_ideal(figures: tuple[Figures, ...], latency_ms: int) -> tuple[str, ...]:
    """Return a note with the share of the rate that the latency alone would allow."""
    if not latency_ms:
        return ()
    rates = {one.name: one.median for one in figures}
    shares = (
        f"{at_once}: {rates[_named(OURS, at_once)] * latency_ms / 1000 / at_once:.0%}"
        for at_once in CONCURRENCIES
    )
    return (f"share of what the latency alone allows, by concurrency: {', '.join(shares)}",)


def _named(name: str, concurrency: int) -> str:
    return f"{name}, {concurrency} at once"


def _count(concurrency: int, latency_ms: int) -> int:
    """Return a number of gets that takes about `_SECONDS`, a multiple of *concurrency*."""
    turns = max(1, int(_SECONDS * 1000 / max(latency_ms, 1)))
    return max(concurrency, min(turns * concurrency, _MOST_GETS))


def _ours(concurrency: int, target: Target) -> AbstractContextManager[Work]:
    @asynccontextmanager
    async def opened() -> AsyncIterator[_clients.Job]:
        from sinch_numbers import NumbersClient

        numbers = phone_numbers(target, _count(concurrency, target.latency_ms))
        arguments = _clients.client_arguments(target)
        # The default is 100.
        async with NumbersClient(**arguments, max_concurrency=concurrency) as client:
            yield partial(at_once, client.active_numbers.get, numbers, concurrency)

    return _clients.running(opened)


def _bare(concurrency: int, target: Target) -> AbstractContextManager[Work]:
    @asynccontextmanager
    async def opened() -> AsyncIterator[_clients.Job]:
        numbers = phone_numbers(target, _count(concurrency, target.latency_ms))
        async with _clients.bare(target) as session:
            get = _clients.bare_get(session, target, _clients.loads_of("json"))
            yield partial(at_once, get, numbers, concurrency)

    return _clients.running(opened)


CONTENDERS: dict[str, Contender] = {
    **{_named(OURS, number): partial(_ours, number) for number in CONCURRENCIES},
    **{_named(JSON, number): partial(_bare, number) for number in CONCURRENCIES[::2]},
}
