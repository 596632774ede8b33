"""
Fleets: several processes and clients that rent in one project at the same time.

No number may be given to two callers, and none may be billed without being reported: as rented,
or as one that the call may have rented. With a store that they share, hardly an outcome stays
unknown; without, unknown is the only honest answer, and its rate is printed.

    python tests/chaos/fleet.py --calls 1250 --seed 2
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections import Counter
from itertools import product
from pathlib import Path
from typing import Any

from results import Result
from weather import READS, brew

from sinch_numbers.sandbox import Sandbox

SCRIPT = Path(__file__).parent / "scripts" / "renter.py"
SETTLE = 0.5
ONCE = "no number is given to two callers"
REPORTED = "no number is billed and unreported"
KNOWN = "with a shared store, at most 0.1 % of the outcomes stay unknown"
SERVED = "most calls get a number"
WORKERS = {"processes": (8, 1), "clients": (1, 8)}
"""Processes, and clients in each."""
STORES = ("shared", "none")
ORDERS = ("shuffled", "same")
"""In which order the workers try the candidates of a search."""
KINDS = tuple(product(WORKERS, STORES, ORDERS))
FEW = (
    ("processes", "shared", "same"),
    ("processes", "none", "shuffled"),
    ("clients", "shared", "shuffled"),
)


async def fleet(
    workers: str, store: str, order: str, calls: int, seed: int, *, settle: float = SETTLE
) -> Result:
    """Let eight workers make *calls* calls each, and compare the reports with the ledger."""
    processes, clients = WORKERS[workers]
    result = Result(f"fleet/{workers}/{store}/{order}", seed)
    stock = 9 * calls + 100
    with tempfile.TemporaryDirectory() as directory:
        async with Sandbox(numbers=0, stock=0) as sandbox:
            for number in range(stock):
                sandbox.project().add_available(phone_number=f"+1202{2_000_000 + number}")
            _disturb(sandbox, seed)
            settings: dict[str, Any] = {"calls": calls, "clients": clients, "order": order}
            settings["settle_timeout"] = settle
            if store == "shared":
                settings["store"] = str(Path(directory) / "numbers.db")
            running = [
                await asyncio.create_subprocess_exec(
                    *(sys.executable, str(SCRIPT), json.dumps(settings)),
                    env=sandbox.environment | {"PYTHONPATH": ":".join(sys.path)},
                    stdout=asyncio.subprocess.PIPE,
                )
                for _ in range(processes)
            ]
            printed = [(await process.communicate())[0] for process in running]
            told = [json.loads(line) for lines in printed for line in lines.splitlines()]
            billed = [entry.phone_number for entry in sandbox.ledger if entry.operation == "rent"]
    _judge(result, told, billed, shared=store == "shared", asked=8 * calls)
    return result.done()


def _disturb(sandbox: Sandbox, seed: int) -> None:
    """Let a quarter of the rents, and a tenth of the reads, go wrong."""
    ways = (
        *((1.0, kind, {}) for kind in ("429", "drop", "reset", "503", "drop_before")),
        (1.0, "503", {"executed": True}),
        (1.0, "late_commit", {"seconds": 0.1}),
    )
    brew(sandbox.faults, ways, share=0.25, seed=seed, method="POST", path=":rent")
    brew(sandbox.faults, READS, share=0.1, seed=seed + 1, method="GET", path="/activeNumbers/")


def _judge(
    result: Result, told: list[dict[str, str]], billed: list[str], *, shared: bool, asked: int
) -> None:
    rented = Counter(one["rented"] for one in told if "rented" in one)
    unknown = {one["unknown"] for one in told if "unknown" in one}
    failed = Counter(one["failed"] for one in told if "failed" in one)
    twice = [number for number, times in rented.items() if times > 1]
    silent = set(billed) - set(rented) - unknown
    invented = set(rented) - set(billed)
    share = sum("unknown" in one for one in told) / max(len(told), 1)
    result.note(
        calls=len(told),
        rented=sum(rented.values()),
        billed=len(billed),
        twice=len(twice),
        unreported=len(silent),
        invented=len(invented),
        unknown=f"{share:.2%}",
        failed=dict(failed),
    )
    result.hold(ONCE, not twice)
    result.hold(REPORTED, not silent and not invented and len(told) == asked)
    result.hold(SERVED, sum(rented.values()) > 0.6 * asked)
    if shared:
        result.hold(KNOWN, share <= max(0.001, 1 / asked))


async def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Fleets of renters.")
    parser.add_argument("--calls", type=int, default=100, help="calls of each of eight workers")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    results = [
        await fleet(workers, store, order, given.calls, given.seed)
        for workers, store, order in KINDS
    ]
    return int(any(result.breaches for result in results))


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
