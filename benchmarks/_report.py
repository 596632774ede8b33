"""The results of one run as a page: when and where it was, the bars, and every table."""

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
            "Contenders take turns, each in a process of its own on one core; the server has",
            "another, if there is one. Ratios are medians of those within a round, in brackets",
            "the least and the most.",
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
    """Return how many processes wanted a core: two and a bit are the benchmarks' own."""
    if not hasattr(os, "getloadavg"):
        return "unknown"
    minute, _, quarter = os.getloadavg()
    return f"{minute:.1f} in the last minute, {quarter:.1f} in the last quarter of an hour"


def _processor() -> str:
    try:
        told = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        told = []
    names = (line.partition(":")[2].strip() for line in told if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())
