"""What a store of billable calls adds to each of them: claim, mark as sent, finish."""

import os
import statistics
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager, contextmanager
from pathlib import Path

from benchmarks import _clients
from benchmarks._cores import pin
from benchmarks._measure import Comparison, Figures

CALLS = 500
PAGE = 4096
MEMORY = "memory"
SQLITE = "SQLite"
POSTGRES = "PostgreSQL"
SYNCED = f"3 synced writes of {PAGE:,} bytes"

Durations = Callable[[], list[float]]
"""Runs the sequence `CALLS` times, and returns the milliseconds of each."""


def run(rounds: int, inventories: Sequence[str]) -> list[Comparison]:  # noqa: ARG001 - no numbers are read
    """Measure one call after the other: the wall time that each waits for the store."""
    with ExitStack() as stack:
        contenders = {
            MEMORY: stack.enter_context(_memory()),
            SYNCED: stack.enter_context(_synced()),
            SQLITE: stack.enter_context(_sqlite()),
        }
        missing = _missing_postgres()
        if not missing:
            contenders[POSTGRES] = stack.enter_context(_postgres())
        measured: dict[str, list[list[float]]] = {name: [] for name in contenders}
        for durations in contenders.values():
            durations()
        for number in range(rounds):
            for name in list(contenders)[:: -1 if number % 2 else 1]:
                measured[name].append(contenders[name]())
    notes = ("less is better; the database of PostgreSQL is on the same machine",)
    if missing:
        notes = ("less is better", f"PostgreSQL is missing: {missing}")
    return [
        Comparison(
            f"store, {which}",
            f"claim, mark as sent, and finish a call: {which} of {CALLS} calls",
            "ms",
            tuple(Figures(name, tuple(map(pick, lists))) for name, lists in measured.items()),
            SYNCED,
            notes,
            per=" a call",
        )
        for which, pick in {"median": statistics.median, "p99": _p99}.items()
    ]


def _p99(durations: list[float]) -> float:
    return statistics.quantiles(durations, n=100)[-1]


def _memory() -> AbstractContextManager[Durations]:
    from sinch_numbers._core.billing.memory import MemoryStore

    return _sequence(MemoryStore)


@contextmanager
def _sqlite() -> Iterator[Durations]:
    from sinch_numbers.store import SQLiteStore

    with (
        tempfile.TemporaryDirectory(dir=_disk()) as directory,
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
def _postgres() -> Iterator[Durations]:
    from sinch_numbers.store import PostgresStore
    from tests.postgres import running

    with ExitStack() as stack:
        pin(-1)  # the server inherits the core
        server = stack.enter_context(running(fsync=True))
        pin(0)
        dsn = server.dsn(server.new_database())
        yield stack.enter_context(_sequence(lambda: PostgresStore(dsn)))


@contextmanager
def _synced() -> Iterator[Durations]:
    """Append and sync pages: what three durable commits cost at least on this disk."""
    with (
        tempfile.TemporaryDirectory(dir=_disk()) as directory,
        Path(directory, "log").open("wb", buffering=0) as file,
    ):

        def sync_three() -> float:
            started = time.perf_counter()
            for _ in range(3):
                file.write(bytes(PAGE))
                os.fsync(file.fileno())
            return (time.perf_counter() - started) * 1000

        yield lambda: [sync_three() for _ in range(CALLS)]


@contextmanager
def _sequence(make: Callable[[], object]) -> Iterator[Durations]:
    from sinch_numbers._core.billing.journal import (
        Claims,
        JournalEntry,
        OperationState,
        OperationStore,
    )

    found: list[float] = []

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
            for _ in range(CALLS):
                await call(store)
            return CALLS

        yield calls
        await store.close()

    with _clients.running(opened) as work:

        def durations() -> list[float]:
            found.clear()
            work()
            return list(found)

        yield durations


def _disk() -> Path:
    """Return a directory on the disk, which the system's temporary directory may not be."""
    return Path.cwd()
