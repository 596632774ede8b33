"""
Compare the working tree with another commit: ``python -m benchmarks compare BASE [name ...]``.

Each side runs its own benchmarks on its own package, with the same interpreter and the same
dependencies. The sides alternate (A B B A), so that a machine that becomes slower affects both.
Where the floor of a benchmark is a bare client or parser, speed is relative to that floor.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import attrs
from rich.console import Console
from rich.table import Table

from benchmarks._measure import Ratio, markdown_table
from benchmarks._worker import JSON, ORJSON, VENDOR
from benchmarks.imports import LISTING

NAMES = ("pagination", "gets", "sync", "imports", "converter")
"""The benchmarks that are run by default."""

_FLOORS = (JSON, ORJSON, "json", "orjson")

HEAD = ("benchmark", "contender", "speed, x the base", "min", "max", "")

Key = tuple[str, str]
"""A benchmark with its inventory, and a contender."""
Speeds = Mapping[Key, float]


def main(given: Sequence[str]) -> int:
    """Run the comparison; return 1 if something has become slower, otherwise 0."""
    options = parser()
    arguments = options.parse_args(given)
    if arguments.pairs < 2 or arguments.rounds < 1:  # a single pair has no spread
        options.error("--pairs must be at least 2, --rounds at least 1")
    root = Path(_git("rev-parse", "--show-toplevel"))
    try:
        commit = _git("rev-parse", "--verify", "--quiet", f"{arguments.base}^{{commit}}")
    except subprocess.CalledProcessError:
        options.error(f"no such commit: {arguments.base}")
    command = [*(arguments.names or NAMES), "--rounds", str(arguments.rounds)]
    command += ["--cpu"] if arguments.cpu else []
    pairs = []
    with _worktree(root, commit) as base:
        for side in (base, root):
            _check_package(side)
        for number in range(arguments.pairs):
            order = (base, root) if number % 2 == 0 else (root, base)
            found = {side: _measure(side, command) for side in order}
            pairs.append((found[base], found[root]))
    changes = compare(pairs, arguments.threshold)
    seconds = "CPU time" if arguments.cpu else "wall time"
    title = f"Speed compared with {commit[:12]}, {arguments.pairs} pairs of runs, {seconds}"
    _show(title, changes)
    if arguments.summary is not None:
        with arguments.summary.open("a", encoding="utf-8") as file:
            file.write(markdown(title, changes))
    return int(any(one.slower for one in changes))


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    found = argparse.ArgumentParser(
        prog="python -m benchmarks compare",
        description="Compare the speed of the working tree with that of another commit.",
    )
    found.add_argument("base", help="commit to compare with: a hash, branch, or tag")
    found.add_argument("names", nargs="*", metavar="name", help=f"default: {', '.join(NAMES)}")
    found.add_argument("--pairs", type=int, default=4, help="runs of each side (default: 4)")
    found.add_argument("--rounds", type=int, default=2, help="rounds of a run (default: 2)")
    found.add_argument(
        "--threshold",
        type=float,
        default=10,
        metavar="PERCENT",
        help="fail if a speed is lower by more than this in every pair (default: 10)",
    )
    found.add_argument("--cpu", action="store_true", help="measure CPU time, for busy machines")
    found.add_argument("--summary", type=Path, help="append the results to this Markdown file")
    return found


@attrs.frozen
class Change:
    """The speed of a contender, relative to that of the base, over all pairs."""

    key: Key
    speed: Ratio
    slower: bool

    @property
    def row(self) -> tuple[str, ...]:
        """Return the cells of a table row."""
        ratios = (self.speed.median, self.speed.least, self.speed.most)
        return (*self.key, *(f"{one:.3f}" for one in ratios), "SLOWER" if self.slower else "")


def compare(pairs: Sequence[tuple[Speeds, Speeds]], threshold: float) -> list[Change]:
    """
    Return the changes of everything that was measured on both sides in every pair.

    Args:
        pairs: Speeds of the base, and of the working tree.
        threshold: Percentage; slower by more than this in each pair is reported as slower.
    """
    common = set.intersection(*(set(side) for pair in pairs for side in pair))
    found = []
    for key in pairs[0][0]:
        if key in common:
            speed = Ratio.of(new[key] / old[key] for old, new in pairs)
            found.append(Change(key, speed, speed.most < 1 - threshold / 100))
    return found


def speeds(lines: Iterable[str]) -> Speeds:
    """
    Return the speeds in the output of ``--json``, without those of floors and the vendor's.

    Speed is the rate, or the inverse of a duration or size, so that more is better. Single
    imports are left out: most of them take less than a millisecond.
    """
    found = {}
    for one in map(json.loads, lines):
        if "bars" in one or one["benchmark"].startswith(LISTING):
            continue
        name = " ".join(filter(None, (one["benchmark"], one["inventory"])))
        for contender, figures in one["contenders"].items():
            if contender.partition(",")[0] in (*_FLOORS, VENDOR):
                continue
            floor = one["floor"]
            value = figures["ratio"][floor] if floor in _FLOORS else figures["median"]
            found[name, contender] = value if one["unit"].endswith("/s") else 1 / value
    return found


def markdown(title: str, changes: Sequence[Change]) -> str:
    """Return the results in Markdown."""
    lines = markdown_table([HEAD, *(one.row for one in changes)], left=2)
    return "\n".join((f"## {title}", "", *lines, "", ""))


def _show(title: str, changes: Sequence[Change]) -> None:
    table = Table(*HEAD, title=title)
    for one in changes:
        table.add_row(*one.row)
    Console(width=max(120, Console().width)).print(table)


@contextmanager
def _worktree(root: Path, commit: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as directory:
        base = Path(directory, "base").resolve()
        _git("-C", str(root), "worktree", "add", "--quiet", "--detach", str(base), commit)
        try:
            yield base
        finally:
            _git("-C", str(root), "worktree", "remove", "--force", str(base))


def _check_package(side: Path) -> None:
    """Raise unless Python imports the package of *side*, not an installed one."""
    found = _python(side, "-c", "import sinch_numbers; print(sinch_numbers.__file__)").strip()
    if not Path(found).resolve().is_relative_to(side.resolve()):
        raise RuntimeError(f"the package is imported from {found}, not from {side}")


def _measure(side: Path, options: Sequence[str]) -> Speeds:
    printed = _python(side, "-m", "benchmarks", "--json", "--inventory", "realistic", *options)
    return speeds(printed.splitlines())


def _python(side: Path, *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=side,
        env={**os.environ, "PYTHONPATH": str(side)},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()
