"""Run benchmarks by name, or all of them."""

import argparse
import json
import sys
import time
from importlib import import_module
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import _bars, _report
from benchmarks._clock import count_cpu_time
from benchmarks._cores import pin
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
    "webhooks",
)

_WIDTH = 140


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(BENCHMARKS))
    parser.add_argument("--all", action="store_true", help="all of them, as without a name")
    parser.add_argument("--rounds", type=int, default=5, help="rounds that count (default: 5)")
    parser.add_argument(
        "--cpu", action="store_true", help="count the client's CPU time, on a busy machine"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a comparison")
    parser.add_argument("--report", type=Path, help="write a page in Markdown to this file")
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
    for name in (not arguments.all and arguments.names) or BENCHMARKS:
        for comparison in import_module(f"benchmarks.{name}").run(arguments.rounds):
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


if __name__ == "__main__":
    main()
