"""Run benchmarks by name, or all of them."""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import _bars, _compare, _machine, _report
from benchmarks._clock import count_cpu_time
from benchmarks._cores import pin
from benchmarks._inventories import NAMES, REALISTIC
from benchmarks._measure import Comparison

BENCHMARKS = (
    "pagination",
    "gets",
    "sync",
    "imports",
    "memory",
    "converter",
    "audit",
    "auth",
    "growth",
    "history",
    "inventory",
    "rate",
    "store",
    "webhooks",
)

_WIDTH = 200

ROOT = Path(__file__).parents[1]

_COMPARED = ("pagination", "converter")
"""Benchmarks that read all inventories by default."""
_ALL_DATA = ("gets", "sync", "memory")
"""Benchmarks that read all inventories in a run of all benchmarks."""


def main() -> None:
    if sys.argv[1:2] == ["compare"]:
        sys.exit(_compare.main(sys.argv[2:]))
    parser = _parser()
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(BENCHMARKS):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    if arguments.readme:
        _update_readme()
        return
    pin(0)
    if arguments.cpu:
        count_cpu_time()
    console = Console()
    if console.width < _WIDTH:
        console.width = _WIDTH
    started, load = time.monotonic(), _machine.watch()
    comparisons: list[Comparison] = []
    everything = arguments.all or not arguments.names
    for name in BENCHMARKS if everything else arguments.names:
        inventories = _inventories(name, arguments.inventory, everything=everything)
        for comparison in import_module(f"benchmarks.{name}").run(arguments.rounds, inventories):
            comparisons.append(comparison)
            if arguments.json:
                print(json.dumps(comparison.json()), flush=True)
            else:
                console.print(comparison.table())
    bars = _bars.rows(comparisons)
    if arguments.json:
        print(json.dumps({"bars": [dict(zip(_bars.HEAD, row, strict=True)) for row in bars]}))
    elif bars:
        table = Table(*_bars.HEAD, title="bars")
        for row in bars:
            table.add_row(*row)
        console.print(table)
    if arguments.report is not None:
        command = " ".join(("python -m benchmarks", *sys.argv[1:]))
        took = time.monotonic() - started
        arguments.report.write_text(
            _report.page(comparisons, command, arguments.rounds, took, load()), encoding="utf-8"
        )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        epilog="`compare BASE` compares two commits; see `compare --help`.",
    )
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(BENCHMARKS))
    parser.add_argument("--all", action="store_true", help="run all, the default without a name")
    parser.add_argument("--rounds", type=int, default=5, help="measured rounds (default: 5)")
    parser.add_argument(
        "--inventory",
        action="append",
        choices=(*NAMES, "all"),
        help="data to read, can be repeated (default: all in "
        f"{' and '.join(_COMPARED)}, otherwise {REALISTIC}; with --all also all in "
        f"{', '.join(_ALL_DATA)})",
    )
    parser.add_argument(
        "--cpu", action="store_true", help="measure the client's CPU time, for busy machines"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object per comparison")
    parser.add_argument("--report", type=Path, help="write the results to this Markdown file")
    parser.add_argument(
        "--readme",
        action="store_true",
        help="measure nothing: copy the figures of benchmarks/RESULTS.md into README.md",
    )
    return parser


def _update_readme() -> None:
    readme, results = (ROOT / name for name in ("README.md", "benchmarks/RESULTS.md"))
    updated = _report.update_readme(
        readme.read_text(encoding="utf-8"), results.read_text(encoding="utf-8")
    )
    readme.write_text(updated, encoding="utf-8")


def _inventories(name: str, chosen: Sequence[str] | None, *, everything: bool) -> tuple[str, ...]:
    if chosen:
        return NAMES if "all" in chosen else tuple(dict.fromkeys(chosen))
    compared = name in _COMPARED or (everything and name in _ALL_DATA)
    return NAMES if compared else (REALISTIC,)


if __name__ == "__main__":
    main()
