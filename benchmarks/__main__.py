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

from benchmarks import _bars, _report
from benchmarks._clock import count_cpu_time
from benchmarks._cores import pin
from benchmarks._inventories import NAMES, REALISTIC, UNIFORM
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
    "inventory",
    "rate",
    "store",
    "webhooks",
)

_WIDTH = 200

_COMPARED = ("pagination", "converter")
"""Benchmarks that read all inventories by default."""
_BARRED = {"gets": NAMES, "sync": NAMES, "memory": (UNIFORM, REALISTIC)}
"""Inventories of a run of all benchmarks, where bars apply to uniform data."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(BENCHMARKS))
    parser.add_argument(
        "--all",
        action="store_true",
        help="run all, the default without a name; bars are for uniform data",
    )
    parser.add_argument("--rounds", type=int, default=5, help="measured rounds (default: 5)")
    parser.add_argument(
        "--inventory",
        action="append",
        choices=(*NAMES, "all"),
        help="data to read, can be repeated (default: all in "
        f"{' and '.join(_COMPARED)}, otherwise {REALISTIC})",
    )
    parser.add_argument(
        "--cpu", action="store_true", help="measure the client's CPU time, for busy machines"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object per comparison")
    parser.add_argument("--report", type=Path, help="write the results to this Markdown file")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(BENCHMARKS):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    pin(0)
    if arguments.cpu:
        count_cpu_time()
    console = Console()
    if console.width < _WIDTH:
        console.width = _WIDTH
    started = time.monotonic()
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
            _report.page(comparisons, command, arguments.rounds, took), encoding="utf-8"
        )


def _inventories(name: str, chosen: Sequence[str] | None, *, everything: bool) -> tuple[str, ...]:
    if chosen:
        return NAMES if "all" in chosen else tuple(dict.fromkeys(chosen))
    if name in _COMPARED:
        return NAMES
    return _BARRED.get(name, (REALISTIC,)) if everything else (REALISTIC,)


if __name__ == "__main__":
    main()
