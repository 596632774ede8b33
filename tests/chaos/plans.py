"""
Plans under faults and kills: many changes, lost responses, 429, 503, and ``kill -9``.

A plan of updates, purchases, and releases is applied by one process after the other. The first
ones are killed after a share of the changes that the service has made; the last two, which run at
the same time, finish.
Then the state is the desired one, a new plan is empty, and no billable step happened twice.

An order whose creation got no response cannot be found, and keeps its number until it expires.
With orders, the entries of such calls are therefore dismissed at the end, as a person would do
after two days, and the plan is applied again.

    python tests/chaos/plans.py --changes 2000 --kills 3 --seed 1
"""

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from results import Result

from sinch_numbers import ActiveNumber, EmergencyAddress
from sinch_numbers.operations import DesiredNumber, Plan, PlanAction, plan_changes, save_plan
from sinch_numbers.sandbox import Sandbox

APPLIER = Path(__file__).parent / "scripts" / "applier.py"
FAULTS = {
    "drop": 0.03,
    "drop_before": 0.02,
    "reset": 0.01,
    "429": 0.04,
    "503": 0.03,
    "502": 0.02,
}
"""The share of requests with each fault."""
BILLABLE = ("rent", "release", "provision_emergency_address", "submit_order")
RUNS = 6
"""Processes that may end with transient failures before one succeeds."""
DESIRED = "the end state is the desired one"
EMPTY = "a new plan is empty"
ONCE = "no billable step happens twice"
KILLED = "each kill comes before the end of its process"


def desired_of(numbers: list[ActiveNumber], dice: random.Random) -> Iterator[DesiredNumber]:
    """Yield a desired state for each of *numbers*, which differs from the current one."""
    for index, number in enumerate(numbers):
        kind = dice.random()
        if kind < 0.05:
            yield DesiredNumber(number.phone_number, released=True)
        elif kind < 0.7 or number.region_code != "US":
            yield DesiredNumber(
                number.phone_number,
                display_name=f"Planned {index}",
                service_plan_id=f"planned-{index % 3}",
                callback_url=None if index % 2 else "https://hooks.example.com/planned",
            )
        else:
            yield DesiredNumber(
                number.phone_number,
                app_id=f"app-{index % 5}",
                emergency_address=EmergencyAddress(
                    street_number=str(1 + index % 90),
                    street_info="Harbor Way",
                    city="Portland",
                    state="OR",
                    postal_code="97209",
                ),
            )


def bought(sandbox: Sandbox, count: int) -> Iterator[DesiredNumber]:
    """Yield *count* available numbers as desired ones."""
    for number in range(count):
        offer = sandbox.project().add_available(phone_number=f"+1202{3_000_000 + number}")
        yield DesiredNumber(
            offer.phone_number, display_name=f"Bought {number}", service_plan_id="planned-0"
        )


async def _plan(sandbox: Sandbox, desired: list[DesiredNumber]) -> Plan:
    async with sandbox.client() as client:
        return await plan_changes(client, desired)


async def _numbers(sandbox: Sandbox, count: int) -> list[ActiveNumber]:
    async with sandbox.client() as client:
        found = [number async for number in client.active_numbers.list(page_size=1000)]
    return [number for number in found if not number.is_released][:count]


def start(sandbox: Sandbox, plan: Path, store: Path, method: str) -> subprocess.Popen[str]:
    """Start a process that applies the plan."""
    return subprocess.Popen(
        [sys.executable, str(APPLIER), str(plan), str(store), method],
        env=os.environ | sandbox.environment | {"PYTHONPATH": ":".join(sys.path)},
        stdout=subprocess.PIPE,
        text=True,
    )


def kill_when(process: subprocess.Popen[str], is_due: Callable[[], bool]) -> bool:
    """Kill *process* as soon as *is_due*; return whether it was running."""
    while process.poll() is None and not is_due():
        time.sleep(0.002)
    process.kill()
    process.communicate()  # closes the pipe, too
    return process.returncode < 0


def twice(sandbox: Sandbox) -> list[str]:
    """Return the billable steps that happened more than once for a number."""
    counted = Counter((one.operation, one.phone_number) for one in sandbox.ledger)
    return [
        f"{operation} {number}: {count}"
        for (operation, number), count in counted.items()
        if operation in BILLABLE and count > 1
    ]


async def _dismiss(sandbox: Sandbox, store: Path) -> int:
    """Close the calls whose outcome no read can show; return how many."""
    async with sandbox.client(store=store) as client:
        left = await client.operations()
        for entry in left:
            await client.dismiss(entry.id, "the order has expired")
        return len(left)


def finish(
    start_again: Callable[[], subprocess.Popen[str]], most: int
) -> tuple[int, dict[str, Any]]:
    """Apply the plan by two processes at once until all is done; return the last report, too."""
    runs, report = 0, dict[str, Any]()
    while runs < most and not report.get("ok"):
        both = [start_again() for _ in range(2)]
        reports = [json.loads(one.communicate(timeout=600)[0]) for one in both]
        runs, report = runs + 1, max(reports, key=lambda one: one["ok"])
    return runs, report


def applied(changes: int, kills: int, seed: int, method: str = "rent") -> Result:
    """Apply a plan of *changes* with faults and *kills*; numbers are bought by *method*."""
    result = Result(f"plans/{method}", seed)
    dice = random.Random(seed)
    rented = changes + changes // 10
    with (
        tempfile.TemporaryDirectory() as directory,
        Sandbox(numbers=rented, stock=0, seed=seed, provisioning=0.05) as sandbox,
    ):
        path, store = Path(directory) / "plan.json", Path(directory) / "store.db"
        purchases = changes // 20
        numbers = asyncio.run(_numbers(sandbox, changes - purchases))
        desired = [*desired_of(numbers, dice), *bought(sandbox, purchases)]
        dice.shuffle(desired)
        plan = asyncio.run(_plan(sandbox, desired))
        save_plan(plan, path)
        steps = sum(len(one.steps) for one in plan.numbers)
        for kind, share in FAULTS.items():
            sandbox.faults.add(
                kind, probability=share, times=float("inf"), seed=dice.randrange(1 << 30)
            )
        again = partial(start, sandbox, path, store, method)
        cut_short = 0
        for kill in range(kills):
            due = steps * (kill + 1) // (kills + 1)
            process = again()
            cut_short += kill_when(process, lambda due=due: len(sandbox.ledger) >= due)
        result.hold(KILLED, cut_short == kills)
        runs, report = finish(again, RUNS if method == "rent" else 1)
        faults = len(sandbox.faults.applied)
        sandbox.faults.clear()
        dismissed = 0
        if method == "order" and not report["ok"]:
            dismissed = asyncio.run(_dismiss(sandbox, store))
            sandbox.clock.advance(3 * 86_400)
            more, report = finish(again, 1)
            runs += more
        result.hold(DESIRED, report["ok"])
        left = asyncio.run(_plan(sandbox, desired))
        result.hold(EMPTY, left.is_empty)
        result.hold(ONCE, not twice(sandbox))
        result.note(
            changes=len(plan.numbers),
            bought=len(plan.of(PlanAction.BUY)),
            released=len(plan.of(PlanAction.RELEASE)),
            steps=steps,
            faults=faults,
            requests=len(sandbox.calls),
            kills=cut_short,
            runs=runs,
            dismissed=dismissed,
            counts=report["counts"],
            messages=[one["message"] for one in report["results"] if one["message"]][:3],
            rented=sum(one.operation == "rent" for one in sandbox.ledger),
            left=len(left.numbers) + len(left.rejected),
            twice=twice(sandbox)[:3],
        )
    return result.done()


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=2_000)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--method", choices=("rent", "order"), default="rent")
    given = parser.parse_args()
    result = applied(given.changes, given.kills, given.seed, given.method)
    return int(bool(result.breaches))


if __name__ == "__main__":
    sys.exit(main())
