"""Overhead of a store for billable calls and reads."""

import asyncio
import os
import statistics
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import _clients, _stored_calls
from benchmarks._cores import pin
from benchmarks._measure import Comparison, Figures, above

if TYPE_CHECKING:
    from tests.postgres import Server

CALLS = 500
RENTS = 200
READS = 1000
PAGE = 4096
MEMORY = "memory"
SQLITE = "SQLite"
POSTGRES = "PostgreSQL"
CALLERS = 32
SYNCED = f"a synced write of {PAGE:,} bytes"
"""The least that a durable entry costs on this disk: SQLite syncs once for each call."""
Calls = Callable[..., list[float]]
"""Makes calls by a number of callers at once, 1 by default; returns milliseconds."""
LIMIT = "2 x (synced write + 0.25 ms)"


def run(rounds: int, inventories: Sequence[str]) -> list[Comparison]:  # noqa: ARG001 - no numbers are read
    """Measure one call after the other: the wall time that each waits for the store."""
    with ExitStack() as stack:
        stores = {SQLITE: f"{stack.enter_context(_directory())}/numbers.db"}
        contenders = {
            MEMORY: stack.enter_context(_memory()),
            SYNCED: stack.enter_context(_synced()),
            SQLITE: stack.enter_context(_sqlite()),
        }
        missing = _missing_postgres()
        if not missing:
            server = stack.enter_context(_postgres_server())
            stores[POSTGRES] = server.dsn(server.new_database())
            contenders[POSTGRES] = stack.enter_context(_postgres(server))
        journaled = _alternate(contenders, rounds)
        shared = _alternate(
            {name: partial(one, CALLERS) for name, one in contenders.items()}, rounds
        )
        rents = stack.enter_context(_stored_calls.rents(stores, RENTS, rounds))
        rented = _alternate(rents, rounds)
        reads = stack.enter_context(_stored_calls.reads(stores, READS))
        read = _alternate(reads, rounds)
    less = "less is better" + (f"; PostgreSQL is missing: {missing}" if missing else "")
    notes = (less, "the database of PostgreSQL is on the same machine")
    rent = "rent a number of the sandbox, which is on the same machine"
    proof = "with a store, a rent reads the number once more, as for a sole renter without one"
    many = f"the same by {CALLERS} callers at once, elapsed time per call"
    return [
        *_compared("store", "claim, mark as sent, and finish a call", journaled, SYNCED, notes),
        *_compared("store, at once", many, shared, SYNCED, notes)[:1],
        *_compared("store, rents", rent, rented, _stored_calls.NO_STORE, (*notes, proof)),
        _added(rented, journaled[SYNCED], (*notes, proof)),
        *_compared("store, reads", "get a number", read, _stored_calls.NO_STORE, notes),
    ]


def _alternate(contenders: Mapping[str, Calls], rounds: int) -> dict[str, list[list[float]]]:
    """Return the durations of all calls by contender and round, after one that warms up."""
    measured: dict[str, list[list[float]]] = {name: [] for name in contenders}
    for durations in contenders.values():
        durations()
    for number in range(rounds):
        for name in list(contenders)[:: -1 if number % 2 else 1]:
            measured[name].append(contenders[name]())
    return measured


def _compared(
    name: str,
    job: str,
    measured: dict[str, list[list[float]]],
    floor: str,
    notes: tuple[str, ...],
) -> list[Comparison]:
    calls = len(measured[floor][0])
    return [
        Comparison(
            f"{name}, {which}",
            f"{job}: {which} of {calls} calls",
            "ms",
            tuple(Figures(each, tuple(map(pick, lists))) for each, lists in measured.items()),
            floor,
            notes,
            per=" a call",
        )
        for which, pick in {"median": statistics.median, "p99": _p99}.items()
    ]


def _added(
    rented: dict[str, list[list[float]]], synced: list[list[float]], notes: tuple[str, ...]
) -> Comparison:
    """Return the milliseconds that each store adds to a rent, and their limit on this disk."""
    medians = [Figures(name, _medians(rounds)) for name, rounds in rented.items()]
    limit = Figures(LIMIT, tuple(2 * (one + 0.25) for one in _medians(synced)))
    return Comparison(
        "store, added",
        "rent a number of the sandbox: milliseconds that a store adds, median of a round",
        "ms",
        (*above(medians, _stored_calls.NO_STORE), limit),
        LIMIT,
        notes,
        per=" a call",
    )


def _medians(rounds: list[list[float]]) -> tuple[float, ...]:
    return tuple(map(statistics.median, rounds))


def _p99(durations: list[float]) -> float:
    return statistics.quantiles(durations, n=100)[-1]


def _memory() -> AbstractContextManager[Calls]:
    from sinch_numbers._core.billing.memory import MemoryStore

    return _sequence(MemoryStore)


@contextmanager
def _sqlite() -> Iterator[Calls]:
    from sinch_numbers.store import SQLiteStore

    with (
        _directory() as directory,
        _sequence(lambda: SQLiteStore(f"{directory}/numbers.db")) as durations,
    ):
        yield durations


def _missing_postgres() -> str:
    try:
        from tests.postgres import unavailable
    except ImportError as error:
        return str(error)
    return unavailable()


@contextmanager
def _postgres_server() -> "Iterator[Server]":
    from tests.postgres import running

    with ExitStack() as stack:
        pin(-1)  # the server inherits the core
        server = stack.enter_context(running(fsync=True))
        pin(0)
        yield server


def _postgres(server: "Server") -> AbstractContextManager[Calls]:
    from sinch_numbers.store import PostgresStore

    dsn = server.dsn(server.new_database())
    return _sequence(lambda: PostgresStore(dsn))


@contextmanager
def _synced() -> Iterator[Calls]:
    """Append and sync pages."""
    with (
        _directory() as directory,
        Path(directory, "log").open("wb", buffering=0) as file,
    ):

        def sync() -> float:
            started = time.perf_counter()
            file.write(bytes(PAGE))
            os.fsync(file.fileno())
            return (time.perf_counter() - started) * 1000

        yield lambda _=1: [sync() for _ in range(CALLS)]


@contextmanager
def _sequence(make: Callable[[], object]) -> Iterator[Calls]:
    from sinch_numbers._core.billing.journal import (
        Claims,
        JournalEntry,
        OperationState,
        OperationStore,
    )

    found: list[float] = []
    callers = 1

    async def call(store: OperationStore) -> None:
        number = f"+1{uuid.uuid4().int % 10**10:010}"
        entry = JournalEntry(
            id=uuid.uuid4().hex,
            operation="rentNumber",
            origin="https://numbers.api.sinch.com",
            project_id="benchmark",
            subject=number,
            claims=Claims.ACQUIRES,
            segments=(number,),
            request={"smsConfiguration": {"servicePlanId": "benchmark"}},
        )
        started = time.perf_counter()
        claimed = await store.claim(entry, 60)
        if not isinstance(claimed, JournalEntry):
            raise RuntimeError("the number is held")
        sent = await store.mark_sent(claimed, 60)
        await store.finish(
            sent, OperationState.APPLIED, result={"phoneNumber": number}, owns=number
        )
        found.append((time.perf_counter() - started) * 1000)

    @asynccontextmanager
    async def opened() -> AsyncIterator[_clients.Job]:
        store: OperationStore = make()  # type: ignore[assignment]  # each of the three is one

        async def calls() -> int:
            async def share() -> None:
                for _ in range(CALLS // callers):
                    await call(store)

            started = time.perf_counter()
            await asyncio.gather(*[share() for _ in range(callers)])
            if callers > 1:
                found[:] = [(time.perf_counter() - started) * 1000 / len(found)] * 2
            return CALLS

        yield calls
        await store.close()

    with _clients.running(opened) as work:

        def durations(at_once: int = 1) -> list[float]:
            nonlocal callers
            callers = at_once
            found.clear()
            work()
            return list(found)

        yield durations


def _directory() -> tempfile.TemporaryDirectory[str]:
    """Return a directory on the disk, which the system's temporary directory may not be."""
    return tempfile.TemporaryDirectory(prefix=".benchmark-", dir=Path.cwd())
