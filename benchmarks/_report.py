"""Results of a run as a Markdown page, and the figures of the README, which quotes it."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from benchmarks import _bars, _clock, _machine, _measured_code
from benchmarks._measure import Comparison, markdown_table

_PACKAGES = (
    "sinch-numbers",
    "sinch",
    "aiohttp",
    "orjson",
    "attrs",
    "cattrs",
    "anyio",
    "backoff",
    "python-backoff",
    "pydantic",
    "requests",
    "uvloop",
)


def page(
    comparisons: Iterable[Comparison],
    command: str,
    rounds: int,
    seconds: Mapping[str, float],
    load: str,
) -> str:
    """
    Return the page, in Markdown.

    Args:
        comparisons: Everything measured.
        command: The command that was run.
        rounds: Rounds that were requested.
        seconds: Duration of the run, by benchmark.
        load: Load of the machine, of `_machine.watch`.
    """
    found = list(comparisons)
    about = {
        "Date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "Machine": _machine.description(),
        "Load": load,
        "Python": _machine.python(),
        "Packages": _machine.packages(_PACKAGES),
        "Code": _measured_code.described(),
        "Seconds": _clock.name(),
        "Command": f"`{command}`, rounds: {rounds}",
        "Duration": f"{sum(seconds.values()):.0f} s in all; "
        + ", ".join(f"{name} {taken:.0f} s" for name, taken in seconds.items()),
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
            "enabled. Benchmarks that take long, and data without a bar, have fewer rounds.",
            "Inventories are described in `benchmarks/_inventories.py`.",
            "`sinch` is the vendor's package.",
            "",
            "A bar is for the median on the data named; the worst round should meet it as well.",
            "Load: the server and the client of a benchmark take up to two cores. Time of other",
            "processes during the run distorts the results.",
            "",
            "## Bars",
            "",
            *markdown_table([_bars.HEAD, *_bars.rows(found)]),
            "",
            "## Bars that were not met in each round",
            "",
            *([f"- {line}" for line in _bars.missed(found)] or ["All bars were met."]),
            "",
            "## Tables",
            "",
            "\n\n".join(one.markdown() for one in found),
            "",
        )
    )


def update_readme(readme: str, results: str) -> str:
    """
    Return the text of the README with the figures of a results page.

    Raises `ValueError` if *results* misses one of them.
    """
    measured = dict(re.findall(r"^\| (.+?) \| (.+?) \|", _section(results, "Bars"), re.MULTILINE))
    quoted = [bar.what for bar in _bars.BARS if bar.in_readme]
    if missing := [what for what in quoted if measured.get(what, "-") == "-"]:
        raise ValueError(f"the results have no figures for: {'; '.join(missing)}")
    rows = [(what, measured[what]) for what in quoted]
    old = _section(readme, "How fast")
    table = "\n".join(markdown_table([("on realistic data", "measured"), *rows]))
    return readme.replace(
        old, re.sub(r"(?:^\|.*\n)+", lambda _: f"{table}\n", old, flags=re.MULTILINE)
    )


def _section(page: str, heading: str) -> str:
    return page.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
