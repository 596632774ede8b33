"""
Kills during every step of a plan: processes that die by ``kill -9`` while they apply it.

Each plan has a number whose service plan, voice target, and emergency address change, one to
release, and one to buy. A forked child applies it, and is killed before a step of its event loop:
these are swept from the first to the last. Then the plan is applied again, to its end: the state
is the desired one, a new plan is empty, and no billable step happened twice.

The number is rented, or ordered. An order whose creation got no response cannot be found, so that
its number stays open.

    python tests/chaos/plan_kills.py --kills 300 --method order
    python tests/chaos/plan_kills.py --at-each-await-point
"""

import argparse
import asyncio
import logging
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from kills import PAUSE, SETTLE, TIMEOUT, Service, Steps, fork
from results import Result

from sinch_numbers import Backoff, EmergencyAddress, NumbersClient, RtcVoice, SmsConfiguration
from sinch_numbers._client.client import PurchaseMethod
from sinch_numbers.operations import (
    ApplyReport,
    DesiredNumber,
    Plan,
    PlanAction,
    apply_plan,
    plan_changes,
)

ROUNDS = 5
"""Applies after a kill; one more is needed while a rent is proven to have had no effect."""
MOST = 1_000
"""Steps of an event loop: no apply takes more."""
BILLABLE = ("rent", "release", "provision_emergency_address")
DONE = "each plan is applied to its end after a kill"
EMPTY = "a new plan is empty"
ONCE = "no billable step happens twice"
REACHED = "kills come before, between, and after the steps"
ADDRESS = EmergencyAddress(
    street_number="1", street_info="Harbor Way", city="Portland", state="OR", postal_code="97209"
)


def client_of(store: Path) -> NumbersClient:
    backoff = Backoff(first=0.001, throttled=0.001, longest=0.01)
    return NumbersClient(store=store, settle_timeout=SETTLE, timeout=TIMEOUT, backoff=backoff)


async def applied(client: NumbersClient, plan: Plan, method: PurchaseMethod) -> ApplyReport:
    return await apply_plan(
        client,
        plan,
        allow_buy=True,
        allow_release=True,
        budget="100.00",
        method=method,
        concurrency=3,
        longest_pause=PAUSE,
    )


async def prepared(store: Path, numbers: list[str]) -> tuple[Plan, list[DesiredNumber]]:
    """Rent two of *numbers* with a configuration, and plan the changes of all three."""
    async with client_of(store) as client:
        for number in numbers[:2]:
            await client.available_numbers.rent(
                number,
                sms_configuration=SmsConfiguration(service_plan_id="old", campaign_id="OLD"),
                voice_configuration=RtcVoice("old"),
            )
        await client.active_numbers.wait_until_all_provisioned(numbers[:2], longest_pause=PAUSE)
        desired = [
            DesiredNumber(
                numbers[0],
                display_name="Planned",
                service_plan_id="new",
                campaign_id=None,
                app_id="new",
                emergency_address=ADDRESS,
            ),
            DesiredNumber(numbers[1], released=True),
            DesiredNumber(numbers[2], display_name="Bought", service_plan_id="new"),
        ]
        return await plan_changes(client, desired), desired


def child(plan: Plan, store: Path, method: PurchaseMethod) -> None:
    async def run() -> None:
        async with client_of(store) as client:
            await applied(client, plan, method)

    asyncio.run(run())


def measured(plan: Plan, store: Path, method: PurchaseMethod) -> int:
    """Return the steps of the event loop of an apply that is not killed."""
    read, write = os.pipe()

    def work() -> None:
        steps = Steps(None)
        child(plan, store, method)
        os.write(write, str(steps.taken).encode())

    pid = fork(work)
    os.close(write)
    os.waitpid(pid, 0)
    with os.fdopen(read) as steps:
        return int(steps.read())


def killed(plan: Plan, store: Path, step: int, method: PurchaseMethod) -> bool:
    """Kill a child before its event loop's step number *step*; return whether it was reached."""

    def work() -> None:
        Steps(step)
        child(plan, store, method)

    _, status = os.waitpid(fork(work), 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


async def finished(
    plan: Plan, desired: list[DesiredNumber], store: Path, method: PurchaseMethod
) -> tuple[bool, bool, dict[str, int]]:
    """Apply *plan* to its end; return whether it is done, and whether a new plan is empty."""
    rounds = ROUNDS if method == "rent" else 2
    async with client_of(store) as client:
        for _ in range(rounds):
            report = await applied(client, plan, method)
            if report.ok:
                break
        left = [one for one in report.results if one.outcome not in ("applied", "unchanged")]
        entries = {entry.id: entry for entry in await client.operations()}
        if [PlanAction.BUY] == [one.action for one in left] and any(
            entry.operation == "createNumberOrder" and entry.id in left[0].message
            for entry in entries.values()
        ):
            counts = Counter(report.counts)
            return True, True, counts - Counter(failed=1, unknown=1) + Counter(lost_orders=1)
        is_empty = (await plan_changes(client, desired)).is_empty
        return report.ok, is_empty, dict(report.counts)


def sweep(kills: int, seed: int, *, each: bool = False, method: PurchaseMethod = "rent") -> Result:
    """Kill *kills* applies, spread over their steps; with *each*, one before every step."""
    result = Result(f"plans/kills/{method}", seed)
    dice = random.Random(seed)
    plans = (MOST if each else kills) + 1
    service = Service(3 * plans, "buy")
    os.environ |= service.environment
    logging.disable(logging.CRITICAL)
    try:
        with tempfile.TemporaryDirectory() as directory:
            store = Path(directory) / "numbers.db"
            stock = [f"+1202{2_000_000 + number}" for number in range(3 * plans)]
            plan, _ = asyncio.run(prepared(store, [stock.pop() for _ in range(3)]))
            steps = measured(plan, store, method)
            count = steps if each else kills
            reached = done = empty = 0
            outcomes: Counter[str] = Counter()
            for place in range(count):
                numbers = [stock.pop() for _ in range(3)]
                plan, desired = asyncio.run(prepared(store, numbers))
                step = place if each else (place + dice.random()) * steps / kills
                reached += killed(plan, store, int(step), method)
                is_done, is_empty, counts = asyncio.run(finished(plan, desired, store, method))
                done, empty = done + is_done, empty + is_empty
                outcomes.update(counts)
            ledger: list[dict[str, Any]] = service.get("/ledger")["ledger"]
            billed = Counter(
                (one["operation"], one["phoneNumber"])
                for one in ledger
                if one["operation"] in BILLABLE
            )
            result.hold(DONE, done == count)
            result.hold(EMPTY, empty == count)
            result.hold(ONCE, max(billed.values()) == 1)
            result.hold(REACHED, reached > count / 2 and len(outcomes) > 1)
            result.note(kills=reached, of=count, steps=steps, done=done, empty=empty)
            result.note(**{name.replace(" ", "_"): number for name, number in outcomes.items()})
    finally:
        service.close()
    return result.done()


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Processes that are killed while they apply.")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-each-await-point", action="store_true")
    parser.add_argument("--method", choices=("rent", "order"), default="rent")
    given = parser.parse_args()
    started = time.monotonic()
    result = sweep(given.kills, given.seed, each=given.at_each_await_point, method=given.method)
    print(f"{time.monotonic() - started:.0f} s")
    return int(bool(result.breaches))


if __name__ == "__main__":
    sys.exit(main())
