"""
An audit that the workers of a Dask cluster share, each with a process of its own.

Without latency, the processor is the limit: no more workers than cores are useful, and the sandbox
takes a part of them, so that the CPU time per number shows what the distribution costs. With long
round trips, waiting is the limit, as if each worker had a machine. Planning, which one worker does
while the others wait, takes as long for any number of workers, so it is measured separately.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import attrs

from benchmarks._cores import pin, unpin
from benchmarks._measure import Comparison, Figures
from benchmarks._server import sandbox_process

if TYPE_CHECKING:
    import distributed

WORKERS = (1, 2, 4, 8)
NUMBERS = 200_000
PART = 10_000
"""Numbers of a part at most: about three parts for each of eight workers."""
ROUND_TRIP = 0.25
"""Seconds: eight workers with one request each read 32 pages a second, on part of a core."""


@attrs.frozen
class Shared:
    """The figures of one audit by a number of workers."""

    planned: float
    """Seconds until the project was divided into parts."""
    read: float
    """Seconds after that."""
    cpu_seconds: float
    """CPU time of all workers."""


def run(rounds: int, inventories: Sequence[str]) -> list[Comparison]:  # noqa: ARG001 - minutes each
    """Measure one round on each inventory."""
    if find_spec("distributed") is None:
        raise SystemExit("install the package `distributed`")
    return [
        comparison
        for one in inventories
        for comparison in (
            *_run(one, WORKERS[:2], latency=0.0, at_once=8),
            *_run(one, WORKERS, latency=ROUND_TRIP, at_once=1),
        )
    ]


def _run(
    inventory: str, workers: Sequence[int], *, latency: float, at_once: int
) -> list[Comparison]:
    held = {"inventory": inventory, "numbers": NUMBERS, "latency": latency}
    audits: dict[int, Shared] = {}
    with sandbox_process(stock=0, **held) as environment:
        unpin()
        for count in workers:
            with _cluster(count, environment) as dask:
                audits[count] = _audited(dask, environment["SINCH_PROJECT_ID"], at_once)
        pin(0)
    where = f"{1000 * latency:.0f} ms, {at_once} requests at once by each worker"
    title = f"{NUMBERS:,} {inventory} numbers on Dask, {where}"
    plans = ", ".join(f"{one.planned:.1f}" for one in audits.values())
    notes = (f"seconds of planning, by workers: {plans}",)

    def compared(what: str, unit: str, value: Callable[[int, Shared], float]) -> Comparison:
        figures = tuple(
            Figures(_workers(count), (value(count, one),)) for count, one in audits.items()
        )
        return Comparison(
            f"distributed audit, {unit}, {1000 * latency:.0f} ms",
            f"{title}: {what}",
            unit,
            figures,
            _workers(1),
            notes,
            per="",
            inventory=inventory,
        )

    alone = audits[1]
    return [
        compared(
            "numbers per second after planning", "numbers", lambda _, one: NUMBERS / one.read
        ),
        compared(
            "efficiency, speed relative to that many times one worker",
            "x ideal",
            lambda count, one: alone.read / one.read / count,
        ),
        compared(
            "CPU time of the workers",
            "us a number",
            lambda _, one: 1e6 * one.cpu_seconds / NUMBERS,
        ),
    ]


def _workers(count: int) -> str:
    return "1 worker" if count == 1 else f"{count} workers"


@contextmanager
def _cluster(workers: int, environment: dict[str, str]) -> "Iterator[distributed.Client]":
    """Start workers, each with one thread, that get their credentials from the environment."""
    from distributed import Client, LocalCluster

    before = dict(os.environ)
    os.environ.update(environment)
    try:
        with (
            LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as one,
            Client(one) as dask,
        ):
            dask.wait_for_workers(workers)
            dask.run(_import)
            yield dask
    finally:
        os.environ.clear()
        os.environ.update(before)


def _audited(dask: "distributed.Client", project_id: str, at_once: int) -> Shared:
    from sinch_numbers.audit import DistributedAudit

    planned: list[float] = []

    def progress(_what: str, _read: int, _total: int | None) -> None:
        if not planned:  # the first task is the plan
            planned.append(time.perf_counter())

    before = dask.run(time.process_time)
    started = time.perf_counter()
    audit = DistributedAudit([project_id], size=PART, concurrency=at_once)
    (report,) = audit.run(dask.get_executor(), progress=progress).reports
    ended = time.perf_counter()
    if not report.completeness.complete or report.numbers != NUMBERS:
        raise RuntimeError("the audit is not complete")
    after: dict[str, Any] = dask.run(time.process_time)
    return Shared(
        planned=planned[0] - started,
        read=ended - planned[0],
        cpu_seconds=sum(after.values()) - sum(before.values()),
    )


def _import() -> None:
    import sinch_numbers.audit  # noqa: F401 - so that it isn't measured
