"""
Tens of thousands of concurrent reads: no errors, little memory, and waiting for a slot does not
count as a timeout. Client and sandbox run in separate processes::

    python tests/chaos/point_reads.py --calls 100000
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from results import Result

SCRIPTS = Path(__file__).parent / "scripts"
NUMBERS = 1000
PEAK_MIB = 150
HUNG = 600.0
"""Seconds after which the client counts as hung."""
TIMEOUT = 3.0
SHORT = 2.0
"""Seconds for an attempt where all calls queue: twenty times the `LATENCY`."""
LATENCY = 0.1
SLOTS = 4


@contextmanager
def elsewhere(numbers: int, latency: float) -> Iterator[dict[str, str]]:
    """Run a sandbox in another process; yield the environment variables of its clients."""
    with subprocess.Popen(
        [sys.executable, SCRIPTS / "elsewhere.py", str(numbers), str(latency)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        # It ends when its standard input does, which is at the end of this block.
        yield os.environ | json.loads(process.stdout.readline())


def _read(
    calls: int, concurrency: int, slots: int, timeout: float, *, latency: float = 0.0
) -> dict[str, Any]:
    with elsewhere(NUMBERS, latency) as environment:
        arguments = [str(argument) for argument in (calls, concurrency, slots, timeout)]
        done = subprocess.run(
            [sys.executable, SCRIPTS / "reader.py", *arguments],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            timeout=HUNG,
            check=True,
        )
    counts: dict[str, Any] = json.loads(done.stdout)
    return counts


def many(calls: int, *, concurrency: int = 100) -> Result:
    """Read *calls* times, by *concurrency* workers, with a timeout for each attempt."""
    result = Result("point reads", 0)
    counts = _read(calls, concurrency, concurrency, TIMEOUT)
    peak = counts["peak_kib"] / 1024
    result.note(
        calls=calls,
        concurrency=concurrency,
        errors=sum(counts["errors"].values()),
        per_second=round(calls / counts["seconds"]),
        peak_mib=round(peak, 1),
        longest_ms=round(1000 * counts["longest"]),
    )
    result.hold(f"no call fails: {counts['errors']}", not counts["errors"])
    result.hold("each call gets its own response", not counts["wrong"])
    result.hold(f"at most {PEAK_MIB} MiB", peak <= PEAK_MIB)
    return result.done()


def queued() -> Result:
    """Let calls wait for a few slots, twice as long as an attempt may take."""
    result = Result("point reads/queued", 0)
    calls = int(2 * SHORT * SLOTS / LATENCY)
    counts = _read(calls, calls, SLOTS, SHORT, latency=LATENCY)
    result.note(
        calls=calls,
        slots=SLOTS,
        timeout=SHORT,
        longest=round(counts["longest"], 1),
        errors=sum(counts["errors"].values()),
    )
    result.hold("the longest wait is longer than an attempt may take", counts["longest"] > SHORT)
    result.hold(
        f"waiting for a slot does not count as an attempt: {counts['errors']}",
        not counts["errors"],
    )
    return result.done()


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=100_000)
    given = parser.parse_args()
    return int(any([many(given.calls).breaches, queued().breaches]))


if __name__ == "__main__":
    sys.exit(main())
