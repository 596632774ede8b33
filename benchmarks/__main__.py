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
    "inventory",
    "rate",
    "store",
    "webhooks",
)

BY_NAME = ("audit_size", "distributed_audit", "history")
"""Benchmarks that take many minutes: they run only if they are named."""

_WIDTH = 200

ROOT = Path(__file__).parents[1]

_COMPARED = ("pagination", "converter")
"""Benchmarks that read all inventories by default."""
_ALL_DATA = ("gets", "sync", "memory")
"""Benchmarks that read all inventories in a run of all benchmarks, the others in few rounds."""
_FEW_ROUNDS = 2
"""Rounds on inventories without a bar, in a run of all benchmarks."""


def main() -> None:
    if sys.argv[1:2] == ["compare"]:
        sys.exit(_compare.main(sys.argv[2:]))
    parser = _parser()
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - {*BENCHMARKS, *BY_NAME}:
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
    load = _machine.watch()
    comparisons: list[Comparison] = []
    seconds: dict[str, float] = {}
    everything = arguments.all or not arguments.names
    for name in BENCHMARKS if everything else arguments.names:
        started = time.monotonic()
        for rounds, inventories in _runs(
            name, arguments.inventory, arguments.rounds, everything=everything
        ):
            for comparison in import_module(f"benchmarks.{name}").run(rounds, inventories):
                comparisons.append(comparison)
                if arguments.json:
                    print(json.dumps(comparison.json()), flush=True)
                else:
                    console.print(comparison.table())
        seconds[name] = time.monotonic() - started
    bars = _bars.rows(comparisons)
    if arguments.json:
        print(json.dumps({"bars": [dict(zip(_bars.HEAD, row, strict=True)) for row in bars]}))
    elif bars:
        table = Table(*_bars.HEAD, title="bars")
        for row in bars:
            table.add_row(*row)
        console.print(table)
        for line in _bars.missed(comparisons):
            console.print(line, style="red", highlight=False)
    if arguments.report is not None:
        command = " ".join(("python -m benchmarks", *sys.argv[1:]))
        page = _report.page(comparisons, command, arguments.rounds, seconds, load())
        arguments.report.write_text(page, encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        epilog="`compare BASE` compares two commits; see `compare --help`.",
    )
    parser.add_argument(
        "names", nargs="*", metavar="name", help=", ".join((*BENCHMARKS, *BY_NAME))
    )
    parser.add_argument(
        "--all", action="store_true", help=f"run all but {', '.join(BY_NAME)}, the default"
    )
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


def _runs(
    name: str, chosen: Sequence[str] | None, rounds: int, *, everything: bool
) -> list[tuple[int, tuple[str, ...]]]:
    """Return the runs of the benchmark *name*: rounds, and the inventories to read."""
    if chosen:
        return [(rounds, NAMES if "all" in chosen else tuple(dict.fromkeys(chosen)))]
    if name in _COMPARED:
        return [(rounds, NAMES)]
    if not everything or name not in _ALL_DATA:
        return [(rounds, (REALISTIC,))]
    others = tuple(one for one in NAMES if one != REALISTIC)
    return [(rounds, (REALISTIC,)), (min(rounds, _FEW_ROUNDS), others)]


if __name__ == "__main__":
    main()
