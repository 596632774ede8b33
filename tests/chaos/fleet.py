"""
Fleets: several processes and clients that rent in one project at the same time.

No number may be given to two callers, and none may be billed without being reported: as rented,
or as one that the call may have rented. With a shared store, at most 0.1 % of the outcomes
stay unknown; without one, a rent that a read finds may be another worker's, so more do.

Fleets that buy by orders meet the same faults. An order whose creation is lost stays unknown,
since no read shows it, but is never submitted, so never billed.

    python tests/chaos/fleet.py --calls 1250 --seed 2
    python tests/chaos/fleet.py --buys --calls 125
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
"""Seconds: a tenth of the default, and above the latency of reads on a busy machine."""
RENTS_DISTURBED, READS_DISTURBED = 0.25, 0.1
ONCE = "no number is given to two callers"
REPORTED = "no number is billed and unreported"
KNOWN = "with a shared store, at most 0.1 % of the outcomes stay unknown"
SUBMITTED = "at most 0.1 % of the submissions of orders stay unknown"
SERVED = "most calls get a number"
WORKERS = {"processes": (8, 1), "clients": (1, 8)}
"""Processes, and clients in each."""
STORES = ("shared", "none")
ORDERS = ("shuffled", "same")
"""Orders in which the workers try the candidates of a search."""
KINDS = tuple(product(WORKERS, STORES, ORDERS))
BUYERS = tuple(product(WORKERS, STORES))
FEW_BUYERS = (("clients", "shared"),)
FEW = (
    ("processes", "shared", "same"),
    ("processes", "none", "shuffled"),
    ("clients", "shared", "shuffled"),
)


async def buyers(
    workers: str,
    store: str,
    calls: int,
    seed: int,
    *,
    settle: float = SETTLE,
    buys: bool | str = True,
) -> Result:
    """Let eight workers buy *calls* numbers each by orders, and compare with the ledger."""
    processes, clients = WORKERS[workers]
    result = Result(f"fleet/buy/{workers}/{store}", seed)
    with tempfile.TemporaryDirectory() as directory:
        async with Sandbox(numbers=0, stock=0, provisioning=0.02) as sandbox:
            for number in range(9 * calls + 100):
                sandbox.project().add_available(phone_number=f"+1202{2_000_000 + number}")
            _disturb(sandbox, seed, posts="/numberOrders", reads="/numberOrders/")
            settings: dict[str, Any] = {"calls": calls, "clients": clients, "order": "shuffled"}
            settings |= {"settle_timeout": settle, "buys": buys}
            if store == "shared":
                settings["store"] = str(Path(directory) / "numbers.db")
            reports = await _reported_by(sandbox, settings, processes)
            sandbox.faults.clear()
            orders = sandbox.project().orders
            number_of = {one: orders[one].numbers[0].phone_number for one in orders}
            billed = [entry.phone_number for entry in sandbox.ledger if entry.operation == "rent"]
    for one in reports:
        if order := one.get("unknown"):
            one["unknown"] = number_of[order]
        if names := one.get("incomplete"):
            one["incomplete"] = [number_of.get(name, name) for name in names]
    submissions = sum(bool(one.get("unknown")) for one in reports)
    result.note(submissions_unknown=submissions)
    _judge(result, reports, billed, shared=False, asked=8 * calls, served=0.4)
    result.hold(SUBMITTED, submissions <= max(1, 8 * calls / 1000))
    return result.done()


class ForgetfulBuyers:
    """A wrong policy: buyers that do not report the orders that are not completed in time."""

    broken = frozenset((REPORTED, SERVED))

    async def run(self) -> Result:
        """Let a few workers buy."""
        return await buyers("clients", "none", 2, 1, buys="forgetfully")


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
            reports = await _reported_by(sandbox, settings, processes)
            billed = [entry.phone_number for entry in sandbox.ledger if entry.operation == "rent"]
    _judge(result, reports, billed, shared=store == "shared", asked=8 * calls)
    return result.done()


async def _reported_by(
    sandbox: Sandbox, settings: dict[str, Any], processes: int
) -> list[dict[str, Any]]:
    """Run the workers to their end; return what they print."""
    running = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, str(SCRIPT), json.dumps(settings)),
            env=sandbox.environment | {"PYTHONPATH": ":".join(sys.path)},
            stdout=asyncio.subprocess.PIPE,
        )
        for _ in range(processes)
    ]
    printed = [(await process.communicate())[0] for process in running]
    return [json.loads(line) for lines in printed for line in lines.splitlines()]


def _disturb(
    sandbox: Sandbox, seed: int, *, posts: str = ":rent", reads: str = "/activeNumbers/"
) -> None:
    """Disturb a quarter of the billable requests, and a tenth of the reads."""
    ways = (
        *((1.0, kind, {}) for kind in ("429", "drop", "reset", "503", "drop_before")),
        (1.0, "503", {"executed": True}),
        (1.0, "late_commit", {"seconds": 0.1}),
    )
    brew(sandbox.faults, ways, share=RENTS_DISTURBED, seed=seed, method="POST", path=posts)
    brew(sandbox.faults, READS, share=READS_DISTURBED, seed=seed + 1, method="GET", path=reads)


def _judge(
    result: Result,
    reports: list[dict[str, Any]],
    billed: list[str],
    *,
    shared: bool,
    asked: int,
    served: float = 0.6,
) -> None:
    rented = Counter(one["rented"] for one in reports if "rented" in one)
    unknown = {one["unknown"] for one in reports if "unknown" in one}
    incomplete = [name for one in reports for name in one.get("incomplete", ())]
    failed = Counter(one["failed"] for one in reports if "failed" in one)
    twice = [number for number, times in rented.items() if times > 1]
    silent = set(billed) - set(rented) - unknown - set(incomplete)
    invented = set(rented) - set(billed)
    share = sum("unknown" in one for one in reports) / max(len(reports), 1)
    result.note(
        calls=len(reports),
        rented=sum(rented.values()),
        billed=len(billed),
        twice=len(twice),
        unreported=len(silent),
        invented=len(invented),
        unknown=f"{share:.2%}",
        incomplete=len(incomplete),
        failed=dict(failed),
    )
    result.hold(ONCE, not twice)
    result.hold(REPORTED, not silent and not invented and len(reports) == asked)
    result.hold(SERVED, sum(rented.values()) > served * asked)
    if shared:
        result.hold(KNOWN, share <= max(0.001, 1 / asked))


async def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Fleets of renters.")
    parser.add_argument("--calls", type=int, default=100, help="calls of each of eight workers")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--buys", action="store_true", help="buy by orders instead of renting")
    given = parser.parse_args()
    if given.buys:
        results = [
            await buyers(workers, store, given.calls, given.seed) for workers, store in BUYERS
        ]
    else:
        results = [
            await fleet(workers, store, order, given.calls, given.seed)
            for workers, store, order in KINDS
        ]
    return int(any(result.breaches for result in results))


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
