"""
An audit of up to a million numbers in one process: CPU time, memory, and share of the ideal time.

Each audit runs in a new process on one core; the sandbox is on another core. The ideal duration is
that of the round trips, pages x round trip / requests at once, or the CPU time of the audit if
that is more.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

import attrs

from benchmarks import _clients
from benchmarks._cores import pin
from benchmarks._listing import PAGE_SIZE
from benchmarks._measure import Comparison, Figures
from benchmarks._server import sandbox_process, sandbox_target
from benchmarks._target import Target

SIZES = (10_000, 100_000, 1_000_000)
ROUND_TRIP = 0.05
AT_ONCE = 32
_ROUNDS = 2


@attrs.frozen
class Audited:
    """The figures of one audit in a new process."""

    numbers: int
    findings: int
    seconds: float
    cpu_seconds: float
    imported: float
    """Peak memory before the audit, in MiB."""
    peak: float
    """Peak memory after the audit, in MiB."""

    @property
    def of_ideal(self) -> float:
        """The duration, relative to the ideal one."""
        waiting = self.numbers / PAGE_SIZE * ROUND_TRIP / AT_ONCE
        return self.seconds / max(waiting, self.cpu_seconds)


def run(rounds: int, inventories: Sequence[str]) -> list[Comparison]:
    """Measure on each inventory, at most two rounds of a few minutes."""
    rounds = min(rounds, _ROUNDS)
    return [comparison for one in inventories for comparison in _run(rounds, one)]


def _run(rounds: int, inventory: str) -> list[Comparison]:
    audits: dict[str, list[Audited]] = {}
    for numbers in SIZES:
        held = {"inventory": inventory, "numbers": numbers}
        with sandbox_process(stock=0, latency=ROUND_TRIP, **held) as environment:
            target = sandbox_target(environment, numbers)
            audits[f"{numbers:,} numbers"] = [_in_new_process(target) for _ in range(rounds)]
    *_, largest = audits.values()
    seconds = _listed(one.seconds for one in largest)
    cpu = _listed(one.cpu_seconds for one in largest)
    notes = (
        f"{SIZES[-1]:,} numbers: {seconds} s, of them {cpu} s CPU time",
        f"findings in {SIZES[-1]:,} numbers: {largest[0].findings:,}",
    )

    def compared(name: str, what: str, unit: str, value: Callable[[Audited], float]) -> Comparison:
        title = f"audit of {inventory} numbers, {1000 * ROUND_TRIP:.0f} ms, {AT_ONCE} at once"
        figures = tuple(Figures(size, tuple(map(value, found))) for size, found in audits.items())
        first = next(iter(audits))
        return Comparison(
            name, f"{title}: {what}", unit, figures, first, notes, per="", inventory=inventory
        )

    above = "peak memory above that of the process before"
    return [
        compared(
            "audit, CPU",
            "CPU time",
            "us a number",
            lambda one: 1e6 * one.cpu_seconds / one.numbers,
        ),
        compared("audit, ideal", "elapsed time", "x the ideal time", lambda one: one.of_ideal),
        compared("audit, memory", above, "MiB", lambda one: one.peak - one.imported),
        compared("audit, total memory", "peak memory", "MiB", lambda one: one.peak),
    ]


def _listed(values: Iterable[float]) -> str:
    return " and ".join(f"{value:.1f}" for value in values)


def _in_new_process(target: Target) -> Audited:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.audit_size", json.dumps(asdict(target))],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return Audited(**json.loads(done.stdout))


async def _audited(target: Target) -> Audited:
    from sinch_numbers.audit import audit

    async with _clients.ours(target) as client:
        await client.available_regions.list()  # imports the rest
        imported = _peak_memory()
        started, worked = time.perf_counter(), time.process_time()
        report = await audit(client, concurrency=AT_ONCE)
        seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - worked
    if not report.completeness.complete or report.numbers != target.numbers:
        raise RuntimeError("the audit is not complete")
    return Audited(
        numbers=report.numbers,
        findings=len(report.findings),
        seconds=seconds,
        cpu_seconds=cpu_seconds,
        imported=imported,
        peak=_peak_memory(),
    )


def _peak_memory() -> float:
    """Return the largest resident size of this process so far, in MiB."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text(encoding="utf-8").splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / 1024 / (1024 if sys.platform == "darwin" else 1)


if __name__ == "__main__":
    pin(0)
    print(json.dumps(attrs.asdict(asyncio.run(_audited(Target(**json.loads(sys.argv[1])))))))
