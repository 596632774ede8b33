"""Whole calls with and without a store: rents, and reads, which need none."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

from benchmarks import _clients
from benchmarks._canned import canned_server
from benchmarks._inventories import INVENTORIES
from benchmarks._server import sandbox_process, sandbox_target
from benchmarks._target import Target

if TYPE_CHECKING:
    from sinch_numbers import NumbersClient

NO_STORE = "no store"
SOLE_RENTER = "no store, sole renter"
"""Makes the requests of a client with a store."""

Durations = Callable[[], list[float]]
"""Makes some calls, one after the other, and returns the milliseconds of each."""
Call = Callable[["NumbersClient", str], Awaitable[object]]


@contextmanager
def rents(stores: Mapping[str, str], calls: int, rounds: int) -> Iterator[dict[str, Durations]]:
    """Rent numbers of a sandbox, each one once."""
    needed = calls * (rounds + 1) * (len(stores) + 2)
    with sandbox_process(numbers=0, stock=0, us_local_stock=needed) as environment:
        numbers = iter([f"+1202{2_000_000 + number}" for number in range(needed)])
        target = sandbox_target(environment, 0)
        with _contenders(stores, calls, target, numbers, _rent) as contenders:
            yield contenders


@contextmanager
def reads(stores: Mapping[str, str], calls: int) -> Iterator[dict[str, Durations]]:
    """Get numbers of a server that costs little, so that the client's part is large."""

    def forever() -> Iterator[str]:
        while True:
            yield from INVENTORIES[target.inventory].phone_numbers(calls)

    with (
        canned_server() as target,
        _contenders(stores, calls, target, forever(), _get) as contenders,
    ):
        yield contenders


@contextmanager
def _contenders(
    stores: Mapping[str, str], calls: int, target: Target, numbers: Iterator[str], call: Call
) -> Iterator[dict[str, Durations]]:
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(
                _timed(store, name == SOLE_RENTER, calls, target, numbers, call)
            )
            for name, store in {NO_STORE: None, SOLE_RENTER: None, **stores}.items()
        }


@contextmanager
def _timed(
    store: str | None, sole: bool, calls: int, target: Target, numbers: Iterator[str], call: Call
) -> Iterator[Durations]:
    found: list[float] = []

    @asynccontextmanager
    async def opened() -> AsyncIterator[_clients.Job]:
        from sinch_numbers import NumbersClient

        arguments = _clients.client_arguments(target)
        async with NumbersClient(**arguments, store=store, sole_renter=sole) as client:

            async def make_calls() -> int:
                for _ in range(calls):
                    number = next(numbers)
                    started = time.perf_counter()
                    await call(client, number)
                    found.append((time.perf_counter() - started) * 1000)
                return calls

            yield make_calls

    with _clients.running(opened) as work:

        def durations() -> list[float]:
            found.clear()
            work()
            return list(found)

        yield durations


async def _rent(client: "NumbersClient", number: str) -> object:
    return await client.available_numbers.rent(number)


async def _get(client: "NumbersClient", number: str) -> object:
    return await client.active_numbers.get(number)
