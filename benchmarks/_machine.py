"""The machine, and the load on it: before, during, and after a run."""

import os
import platform
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_STAT = Path("/proc/stat")
_IDLE = slice(3, 5)
"""Idle time and time waiting for disks, among the columns of a line of ``/proc/stat``."""


def description() -> str:
    """Return processor, cores, and operating system."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    processor = next(names, platform.processor() or platform.machine())
    return f"{processor}, {os.cpu_count()} cores, {platform.system()} {platform.release()}"


def python() -> str:
    """Return the implementation and the release of Python."""
    return f"{platform.python_implementation()} {platform.python_version()}"


def packages(names: Iterable[str]) -> str:
    """Return those of *names* that are installed, with their releases."""
    found = []
    for name in names:
        with suppress(PackageNotFoundError):
            found.append(f"{name} {version(name)}")
    return ", ".join(found)


def load_average() -> str:
    """Return the load averages of the last minute and the last 15 minutes."""
    if not hasattr(os, "getloadavg"):
        return "unknown"
    minute, _, quarter = os.getloadavg()
    return f"{minute:.1f} in the last minute, {quarter:.1f} in the last 15 minutes"


def watch() -> Callable[[], str]:
    """
    Start to watch the load; the returned function describes it.

    Call it when all child processes have ended, since only then their CPU time is counted as
    the benchmarks'.
    """
    before = load_average()
    started, busy, own = time.monotonic(), _busy_seconds(), _own_seconds()

    def describe() -> str:
        others = "unknown"
        if busy is not None and (now := _busy_seconds()) is not None:
            spent = max(0.0, now - busy - (_own_seconds() - own))
            others = f"{spent / (time.monotonic() - started):.2f} cores"
        return f"before: {before}; after: {load_average()}; other processes meanwhile: {others}"

    return describe


def busy_seconds(stat: str, ticks: float) -> float:
    """Return the CPU seconds that are not idle in the text of ``/proc/stat``."""
    # The last two columns, guests, are part of the first two.
    columns = [int(value) for value in stat.split("\n", 1)[0].split()[1:9]]
    return (sum(columns) - sum(columns[_IDLE])) / ticks


def _busy_seconds() -> float | None:
    if sys.platform == "win32" or not _STAT.exists():
        return None
    return busy_seconds(_STAT.read_text(encoding="utf-8"), os.sysconf("SC_CLK_TCK"))


def _own_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
