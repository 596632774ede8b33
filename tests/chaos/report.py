"""
The report of the chaos kit, `RESULTS.md`, and the pages that quote it.

A quoted block starts with the same words in the report and in the page, and ends at an empty line.
`run.py --quote` copies the blocks into the pages.
"""

import os
import re
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from billable import POSTS_AT_FAULT, READS_AT_FAULT
from fleet import READS_DISTURBED, RENTS_DISTURBED
from kills import OPERATIONS
from plans import FAULTS
from results import Record

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT))  # this file is imported by scripts, from any directory

from benchmarks import _machine  # noqa: E402

RESULTS = ROOT / "tests" / "chaos" / "RESULTS.md"
MEASURED = "Measured on the sandbox:"
WHAT = ("What", "Size", "Result")
TEST = ("Test", "Size", "Result")
STORE = ("Store", "Receivers", "Events", "Kills", "Lost", "Effects", "Repeated calls", "At most")
QUOTES = {
    "README.md": MEASURED,
    "docs/explanation/billable-calls.md": f"| {' | '.join(WHAT)} |",
    "docs/guides/plan-and-apply.md": f"| {' | '.join(TEST)} |",
    "docs/operations/limits.md": f"| {' | '.join(STORE)} |",
}
"""The pages that quote the report, and the beginning of the block in each."""

WIDTH = 130
_PACKAGES = (
    *("sinch-numbers", "aiohttp", "anyio", "attrs", "cattrs", "orjson", "backoff"),
    *("python-backoff", "uvloop", "psycopg", "gevent"),
)

RENTING = ("fleet/processes/*", "fleet/clients/*")
STORES = {"shared": "with a shared store", "none": "without a store"}
KILLED = tuple(f"kills/{name}/*" for name in OPERATIONS if name != "buy")


class Rows(list[tuple[str, ...]]):
    """Rows of a table."""

    def add(self, *cells: str) -> None:
        """Add a row."""
        self.append(cells)


def _share(value: float) -> str:
    return f"{100 * value:.0f} %"


_DISTURBED = f"{_share(RENTS_DISTURBED)} of the rents and {_share(READS_DISTURBED)} of the reads"


class Records:
    """Records of designs, to be selected by the names of these."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._records = tuple(records)

    def __bool__(self) -> bool:
        return bool(self._records)

    def __iter__(self) -> Iterator[Record]:
        return iter(self._records)

    def of(self, *patterns: str) -> "Records":
        """Return the records whose names match one of *patterns*."""
        return Records(
            one
            for one in self._records
            if any(fnmatchcase(one.name, pattern) for pattern in patterns)
        )

    def total(self, *figures: str) -> int:
        """Return the sum of *figures* of all records."""
        return sum(one.figures.get(name, 0) for one in self._records for name in figures)

    def each(self, figure: str) -> str:
        """Return the value of *figure*, or the least and the largest value."""
        found = sorted({one.figures[figure] for one in self._records})
        return " to ".join(f"{value:,}" for value in dict.fromkeys((found[0], found[-1])))

    def percent(self, figure: str) -> str:
        """Return the least and the largest value of *figure*, a percentage."""
        return f"{' to '.join(dict.fromkeys(self.percents(figure)))} %"

    def percents(self, figure: str) -> tuple[str, str]:
        """Return the least and the largest value of *figure*, without the sign."""
        found = [float(one.figures[figure].rstrip("%")) for one in self._records]
        return f"{min(found):.2f}", f"{max(found):.2f}"

    @property
    def count(self) -> str:
        """Return the number of records."""
        return f"{len(self._records):,}"

    @property
    def seeds(self) -> str:
        """Return the number of seeds."""
        count = len({one.seed for one in self._records})
        return "1 seed" if count == 1 else f"{count} seeds"

    def kept(self, words: str) -> str:
        """Return *words* if all promises were kept."""
        broken = [one.name for one in self._records if one.breaches]
        return f"promises broken by {', '.join(broken)}" if broken else words


def page(records: Sequence[Record], command: str) -> str:
    """Return the report of *records*, in Markdown; *command* is the one that was run."""
    found = Records(records)
    loads = [one.figures["load"] for one in records if "load" in one.figures]
    first, last = (
        f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d %H:%M}"
        for moment in (
            min(one.ended - one.figures.get("seconds", 0) for one in records),
            max(one.ended for one in records),
        )
    )
    about = {
        "Date": f"{first} to {last} UTC",
        "Machine": _machine.description(),
        "Load": f"{min(loads)} to {max(loads)}, the averages of the minute before each end"
        if loads
        else "unknown",
        "Python": _machine.python(),
        "Packages": _machine.packages(_PACKAGES),
        "Code": _code(records),
        "Lane": ", ".join(dict.fromkeys(one.lane for one in records)),
        "Seeds": ", ".join(map(str, sorted({one.seed for one in records}))),
        "Command": f"`{command}`",
        "Duration": f"{sum(one.figures.get('seconds', 0) for one in records):,.0f} s, "
        f"{len(records)} designs",
    }
    broken = [
        f"- {one.name}, seed {one.seed}: {breach}" for one in records for breach in one.breaches
    ]
    return "\n".join(
        (
            "# Results of the chaos tests",
            "",
            *(f"- {name}: {value}" for name, value in about.items()),
            "",
            "All requests go to the sandbox, whose ledger shows what was billed. On a machine so",
            "busy that reads come later than the settle timeout, more outcomes stay unknown.",
            "",
            "## Summary",
            "",
            _in_short(found),
            "",
            "## Broken promises",
            "",
            *(broken or ["None."]),
            "",
            "## Billable calls",
            "",
            *_table(WHAT, _billable(found)),
            "",
            "## Plans",
            "",
            *_table(TEST, _plans(found)),
            "",
            "## Webhooks",
            "",
            *_table(STORE, _webhooks(found)),
            "",
            "## Designs",
            "",
            "A seed of 0 stands for designs without one.",
            "",
            *_designs(records),
        )
    )


def _code(records: Iterable[Record]) -> str:
    """Return the commits for each fingerprint, which changes of words do not change."""
    commits: dict[str, list[str]] = {}
    for one in records:
        commit, _, fingerprint = one.code.partition(", fingerprint ")
        commits.setdefault(fingerprint, []).append(commit)
    return "; ".join(
        f"{', '.join(dict.fromkeys(found))}, fingerprint {fingerprint}"
        for fingerprint, found in commits.items()
    )


def block(text: str, start: str) -> str:
    """Return the block of *text* that begins with *start*."""
    found = re.search(rf"^{re.escape(start)}.*\n(?:.+\n)*", text, re.MULTILINE)
    if found is None:
        raise ValueError(f"no block begins with: {start}")
    return found[0]


def quote(text: str, start: str, report: str) -> str:
    """Return *text* with the block that begins with *start* replaced by that of *report*."""
    return text.replace(block(text, start), block(report, start))


def _in_short(records: Records) -> str:
    fleets, kills = records.of(*RENTING), records.of("kills/*")
    shared, without = fleets.of("fleet/*/shared/*"), fleets.of("fleet/*/none/*")
    text = MEASURED
    if shared and without:
        most = shared.percents("unknown")[-1]
        unknown = "no outcome" if most == "0.00" else f"at most {most} % of the outcomes"
        text += (
            f" {fleets.count} fleets of {fleets.each('calls')} calls, with {_DISTURBED} "
            f"disturbed, rented {fleets.total('twice') or 'no'} number twice and left "
            f"{fleets.total('unreported') or 'none'} unreported. With a shared store, {unknown} "
            f"stayed unknown; without one, {without.percent('unknown')}."
        )
    if kills:
        kept = kills.kept("every billed call was returned, or found by `recover`")
        text += f" After {kills.total('kills'):,} kills by `kill -9`, {kept}."
    return textwrap.fill(text, WIDTH, break_on_hyphens=False)


def _billable(records: Records) -> Rows:
    rows = Rows()
    for store, words in STORES.items():
        if one := records.of(*RENTING).of(f"fleet/*/{store}/*"):
            rows.add(
                f"fleets of 8 processes, or of 8 clients in a process, {words}; {_DISTURBED} "
                "disturbed",
                f"{one.count} fleets of {one.each('calls')} calls, {one.seeds}",
                f"{_given(one)}; {one.percent('unknown')} of the outcomes stay unknown",
            )
    for store, words in STORES.items():
        if one := records.of(f"fleet/buy/*/{store}"):
            rows.add(
                f"such fleets that buy by orders, {words}",
                f"{one.count} fleets of {one.each('calls')} purchases, {one.seeds}",
                f"{_given(one)}; {one.percent('unknown')} of the purchases stay unknown: "
                "creations of orders, which are not billed, and "
                f"{one.total('submissions_unknown')} submissions",
            )
    if one := records.of("billable/*"):
        rows.add(
            "rents and releases in one process, some of them cancelled, or with hardly a working "
            f"read; {_share(POSTS_AT_FAULT)} of the POSTs and {_share(READS_AT_FAULT)} of the "
            "reads disturbed",
            f"{one.total('ops'):,} operations, {one.seeds}",
            f"billed twice: {one.total('duplicated', 'repeated')}; effects denied: "
            f"{one.total('denied')}, invented: {one.total('invented')}; "
            f"{one.total('unknown'):,} outcomes unknown, and listed",
        )
    if one := records.of("orders"):
        rows.add(
            f"creations of orders; {_share(POSTS_AT_FAULT)} of the POSTs disturbed",
            f"{one.total('ops'):,} orders, {one.seeds}",
            f"created twice: {one.total('duplicated')}; effects denied: {one.total('denied')}; "
            f"{one.total('unknown'):,} outcomes unknown, and listed",
        )
    if one := records.of("cancelling"):
        rows.add(
            "calls that are cancelled at each step",
            f"{one.total('trials'):,} calls, {one.seeds}",
            f"received by the service and not listed: {one.total('unlisted')}",
        )
    kinds = {
        "async and sync calls, and commands": "every billed operation known, none twice",
        "purchases: async, sync, and by command": "every billed number known by its order, none "
        "twice",
    }
    for (what, known), names in zip(kinds.items(), (KILLED, ("kills/buy/*",)), strict=True):
        if one := records.of(*names):
            rows.add(
                f"`kill -9` in {what}, half of them swept over the steps of the event loop; then "
                "two recoveries at once",
                f"{one.total('kills'):,} kills",
                one.kept(known),
            )
    if one := records.of("interrupts/*"):
        rows.add(
            "interrupts of sync calls, swept over the duration of a call: by signals, and by "
            "timeouts of gevent",
            f"{one.each('instants')} of each kind",
            f"numbers lost: {one.total('lost')}",
        )
    return rows


def _plans(records: Records) -> Rows:
    rows = Rows()
    for method in ("rent", "order"):
        if one := records.of(f"plans/{method}"):
            rows.add(
                f"changes, with purchases by {method}; {_share(sum(FAULTS.values()))} of all "
                "requests lost, 429, 502, or 503; processes killed by `kill -9`, then two at once",
                f"{one.total('changes'):,} changes, {one.total('bought')} of them purchases; "
                f"kills: {one.total('kills')}",
                one.kept(
                    "the end state is the desired one, no billable step happened twice, a new "
                    "plan is empty"
                ),
            )
    for method in ("rent", "order"):
        if one := records.of(f"plans/kills/{method}"):
            rows.add(
                f"`kill -9` of an apply with an update, a release, and a purchase by {method}",
                f"{one.total('kills'):,} kills, spread over {one.total('steps')} steps of the "
                "event loop",
                one.kept(
                    "each plan was applied to its end, no billable step happened twice; creations "
                    f"of orders that stayed unknown: {one.total('lost_orders')}"
                ),
            )
    return rows


def _webhooks(records: Records) -> Rows:
    names = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
    figures = ("events", "kills", "lost", "effects", "repeated_calls", "most")
    rows = Rows()
    for one in records.of("webhook kills/*"):
        _, store, receivers = one.name.split("/")
        rows.add(names[store], receivers, *(f"{one.figures[name]:,}" for name in figures))
    return rows


def _given(fleets: Records) -> str:
    return (
        f"numbers given twice: {fleets.total('twice')}; billed and unreported: "
        f"{fleets.total('unreported')}"
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    ruler = "---|" * len(head)
    return [f"| {' | '.join(head)} |", f"|{ruler}", *(f"| {' | '.join(row)} |" for row in rows)]


def _designs(records: Sequence[Record]) -> list[str]:
    """Return a table of all figures for each kind of design."""
    kinds: dict[str, list[Record]] = {}
    for one in records:
        kinds.setdefault(_kind(one.name), []).append(one)
    lines: list[str] = []
    for kind, found in kinds.items():
        figures = [_figures(one) for one in found]
        names = list(dict.fromkeys(name for one in figures for name in one))
        rows = [
            (one.name, str(one.seed), *(values.get(name, "") for name in names))
            for one, values in zip(found, figures, strict=True)
        ]
        head = ("design", "seed", *(name.replace("_", " ") for name in names))
        lines += [f"### {kind}", "", *_table(head, rows), ""]
    return lines


def _kind(name: str) -> str:
    first, _, rest = name.partition("/")
    return f"{first}/{rest.partition('/')[0]}" if rest.startswith(("buy/", "kills/")) else first


def _figures(record: Record) -> dict[str, str]:
    """Return the figures as text; those of an exit are called by its name."""
    ends = record.name.partition("/")[2]
    return {
        "ended as expected" if name == ends else name: _written(value)
        for name, value in record.figures.items()
    }


def _written(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_written(one)}" for name, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_written, value))
    text = f"{value:,}" if isinstance(value, int) else str(value)
    return text.replace("|", "\\|").replace("\n", " ")


def load() -> dict[str, float]:
    """Return the load average of the last minute, as a figure."""
    return {"load": round(os.getloadavg()[0], 1)} if hasattr(os, "getloadavg") else {}
