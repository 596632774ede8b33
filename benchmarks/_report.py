"""Results of a run as a Markdown page: environment, bars, and tables."""

import os
import platform
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks import _bars, _clock
from benchmarks._measure import Comparison

_PACKAGES = (
    "sinch-numbers",
    "sinch",
    "aiohttp",
    "orjson",
    "attrs",
    "cattrs",
    "anyio",
    "python-backoff",
    "pydantic",
    "requests",
)


def page(comparisons: Iterable[Comparison], command: str, rounds: int, seconds: float) -> str:
    """Return the page, in Markdown."""
    found = list(comparisons)
    about = {
        "Date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "Machine": f"{_processor()}, {os.cpu_count()} cores, {platform.system()}",
        "Load in the end": _load(),
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "Packages": ", ".join(_versions()),
        "Seconds": _clock.name(),
        "Command": f"`{command}`, rounds: {rounds}, {seconds:.0f} s in all",
    }
    return "\n".join(
        (
            "# Benchmark results",
            "",
            *(f"- {name}: {value}" for name, value in about.items()),
            "",
            "Contenders take turns, each in its own process on one core; the server has another,",
            "if there is one. Ratios are medians of those within a round, with minimum and",
            "maximum in parentheses. The column gc shows whether the garbage collector was",
            "enabled. Inventories are described in `benchmarks/_inventories.py`.",
            "`sinch` is the vendor's package.",
            "",
            "## Bars",
            "",
            *_table(_bars.HEAD, _bars.rows(found)),
            "",
            "## Tables",
            "",
            "\n\n".join(one.markdown() for one in found),
            "",
        )
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    ruler = ["---", *("---:" for _ in head[1:])]
    return ["| " + " | ".join(row) + " |" for row in (head, ruler, *rows)]


def _versions() -> list[str]:
    found = []
    for name in _PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"no {name}")
    return found


def _load() -> str:
    """Return the load averages; the benchmarks themselves account for about two."""
    if not hasattr(os, "getloadavg"):
        return "unknown"
    minute, _, quarter = os.getloadavg()
    return f"{minute:.1f} in the last minute, {quarter:.1f} in the last quarter of an hour"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())
