"""Rate limits: the share of the allowed rate that is used, and the share of 429 responses."""

import asyncio
import itertools
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager

import attrs

from benchmarks._measure import Comparison, Figures
from benchmarks._server import sandbox_process, settings
from sinch_numbers import (
    AttemptEnded,
    CallEnded,
    CallObserver,
    CallStarted,
    NumbersClient,
    Resending,
    TokenFetched,
)
from sinch_numbers._core.concurrency import gather

LIMIT = 50
SECONDS = 30
WORKERS = (8, 20)
ALLOWED = "the limit"


@attrs.define
class _Tally:
    """Observer that counts responses and 429s."""

    replies: int = 0
    refused: int = 0

    def call_started(self, call: CallStarted) -> CallObserver:  # noqa: ARG002 - all count alike
        return self

    def token_fetched(self, fetched: TokenFetched) -> None: ...

    def headers(self) -> Mapping[str, str]:
        return {}

    def attempted(self, attempt: AttemptEnded) -> None:
        self.replies += 1
        self.refused += attempt.status == 429

    def resending(self, resending: Resending) -> None: ...

    def ended(self, ended: CallEnded) -> None: ...


@attrs.frozen
class _Run:
    rate: float
    refused: float


def run(rounds: int, inventories: Sequence[str]) -> list[Comparison]:
    """Measure on the first inventory, at most two rounds of half a minute each."""
    rounds = min(rounds, 2)
    inventory = inventories[0]
    measured = [asyncio.run(_run_all(inventory)) for _ in range(rounds)]
    runs = {
        f"{n} workers": list(some)
        for n, some in zip(WORKERS, zip(*measured, strict=True), strict=True)
    }
    title = f"gets from a service that allows {LIMIT} a second, for {SECONDS} s, without the burst"
    used = [Figures(name, tuple(one.rate for one in some)) for name, some in runs.items()]
    lost = [Figures(name, tuple(100 * one.refused for one in some)) for name, some in runs.items()]
    allowed = Figures(ALLOWED, (float(LIMIT),) * rounds)
    return [
        Comparison("rate", title, "gets", (allowed, *used), ALLOWED, inventory=inventory),
        Comparison(
            "refused",
            "429 responses among all responses",
            "%",
            tuple(lost),
            lost[0].name,
            per="",
            inventory=inventory,
        ),
    ]


def _sandbox(inventory: str) -> AbstractContextManager[dict[str, str]]:
    return sandbox_process(inventory=inventory, numbers=300, stock=0, rate_limit=LIMIT)


async def _run_all(inventory: str) -> list[_Run]:
    """Measure all numbers of workers at once, each with its own sandbox: all of them wait."""
    return await asyncio.gather(*(_run(n, inventory) for n in WORKERS))


async def _run(concurrency: int, inventory: str) -> _Run:
    tally = _Tally()
    with _sandbox(inventory) as environment:
        async with NumbersClient(**settings(environment), observer=tally) as client:
            numbers = [one.phone_number async for one in client.active_numbers.list()]
            await asyncio.sleep(1)  # until the requests of the list no longer count
            before = tally.replies, tally.refused
            started = time.perf_counter()
            calls = itertools.islice(itertools.cycle(numbers), LIMIT * SECONDS)
            outcomes = await gather(client.active_numbers.get, calls, concurrency=concurrency)
            taken = time.perf_counter() - started
    if not all(outcome.ok for outcome in outcomes):
        raise RuntimeError("a get failed")
    replies, refused = tally.replies - before[0], tally.refused - before[1]
    # The first LIMIT requests are allowed at once; the rate applies to all others.
    return _Run((len(outcomes) - LIMIT) / taken, refused / replies)
