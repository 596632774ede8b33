"""
Kills: processes that die by ``kill -9`` in the middle of a billable call, and recovery after.

Children are forked, and start one operation each. Half of them are killed before a step of the
event loop, swept from the first to the last. The others are killed after a delay, swept over the
duration of the operation, to hit threads and system calls. Then the store is recovered, by two
clients at the same time. Every number that the service bills must be known: returned by a call, or
found by recovery. No entry may claim an effect that did not happen, and no operation may happen
twice.

    python tests/chaos/kills.py --kills 1000 --seed 2
    python tests/chaos/kills.py --at-each-await-point 20
"""

import argparse
import asyncio
import json
import logging
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from results import Result

from sinch_numbers import (
    JournalEntry,
    NumberOrderState,
    NumbersClient,
    OperationState,
    Recovered,
)
from sinch_numbers.cli import main as main_of_cli
from sinch_numbers.sync import SyncNumbersClient

ELSEWHERE = Path(__file__).parent / "scripts" / "elsewhere.py"
SETTLE, TIMEOUT = 0.5, 0.5
LATENCY = 0.004
PAUSE = 0.01
"""Maximum seconds between two reads of an order."""
REVIEW = 0.02
"""Seconds of a review, in the design that waits for it."""
ROUNDS = 10
"""Attempts to recover unknown outcomes."""
LONGEST = 250
"""Steps of an event loop: no operation takes more."""
KNOWN = "every billed operation is known after recovery"
ONCE = "no operation happens twice"
TRUE = "recovery finds the effects that happened"
CLOSED = "only orders, whose creation no read shows, stay unknown"
REACHED = "kills come after the claim, too"

Call = Callable[[NumbersClient, str], Awaitable[Any]]


async def rent_first(client: NumbersClient, number: str) -> Any:
    """Rent any number of the search."""
    return await client.available_numbers.rent_first(region_code="US", type="LOCAL")


async def rent_any(client: NumbersClient, number: str) -> Any:
    """Rent a number that the service picks."""
    return await client.available_numbers.rent_any(region_code="US", type="LOCAL")


async def create(client: NumbersClient, number: str) -> Any:
    """Create an order for *number*."""
    return await client.number_orders.create(region_code="US", type="LOCAL", phone_number=number)


async def buy(client: NumbersClient, number: str) -> Any:
    """Buy *number* by an order: create, submit, wait, and read the number."""
    return await client.buy(phone_numbers=number, longest_pause=PAUSE)


OPERATIONS: dict[str, Call] = {
    "rent": lambda client, number: client.available_numbers.rent(number),
    "rent_first": rent_first,
    "rent_any": rent_any,
    "release": lambda client, number: client.active_numbers.release(number),
    "create": create,
    "submit": lambda client, order: client.number_orders.submit(order),
    "buy": buy,
}


COMMANDS = {
    "rent": "rent {}",
    "rent_first": "rent-first -r us -t local",
    "rent_any": "rent-any",
    "release": "release {}",
    "create": "orders create -r us -t local {}",
    "submit": "orders submit {}",
    "buy": f"buy {{}} --longest-pause {PAUSE}",
}


class Service:
    """A sandbox in another process."""

    def __init__(self, stock: int, name: str) -> None:
        command = [sys.executable, str(ELSEWHERE), "0", str(LATENCY), str(stock)]
        command += [str(REVIEW)] if name == "buy" else []
        environment = os.environ | {"PYTHONPATH": ":".join(sys.path)}
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
        )
        assert self._process.stdout is not None
        self.environment: dict[str, str] = json.loads(self._process.stdout.readline())

    def get(self, path: str) -> Any:
        url = f"{self.environment['SINCH_NUMBERS_URL']}/_sandbox{path}"
        with urllib.request.urlopen(url) as reply:
            return json.load(reply)

    def close(self) -> None:
        with self._process:  # closes the pipes
            self._process.kill()


def options(store: Path) -> dict[str, Any]:
    return {"store": store, "settle_timeout": SETTLE, "timeout": TIMEOUT}


def prepare(name: str, count: int, store: Path) -> list[str]:
    """Return the subjects of *count* operations: numbers, or orders."""

    async def run() -> list[str]:
        async with NumbersClient(store=store) as client:
            if name == "release":
                rents = [
                    client.available_numbers.rent_any(region_code="US", type="LOCAL")
                    for _ in range(count)
                ]
                return [(await rent).phone_number for rent in rents]
            if name == "submit":
                orders = [
                    await client.number_orders.create(
                        region_code="US", type="LOCAL", requested_quantity=1
                    )
                    for _ in range(count)
                ]
                return [order.id_number_order for order in orders]
            found: list[str] = []
            for ending in range(100):  # a search returns 1,000 numbers at most
                numbers = await client.available_numbers.search(
                    region_code="US",
                    type="LOCAL",
                    number_pattern=f"{ending:02}",
                    search_pattern="END",
                    size=1000,
                )
                found += [number.phone_number for number in numbers]
            return found[-count:]

    return asyncio.run(run())


class Steps:
    """
    Counts the steps of event loops, and kills the process before step number *last*.

    Each step starts a task, or continues it after an await.
    """

    def __init__(self, last: int | None) -> None:
        self.taken = 0
        sys.modules["uvloop"] = None  # type: ignore[assignment]  # its steps cannot be counted
        run_handle = asyncio.Handle._run

        def run(handle: asyncio.Handle) -> None:
            if self.taken == last:
                os.kill(os.getpid(), signal.SIGKILL)
            self.taken += 1
            run_handle(handle)

        setattr(asyncio.Handle, "_run", run)  # noqa: B010  # a type checker would object


def child(name: str, subject: str, store: Path, returned: int, *, way: str) -> None:
    """Run one operation; write a byte to *returned* once the caller has the result."""
    if way == "cli":
        null = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(null, stream)
        command = [word.format(subject) for word in COMMANDS[name].split()]
        with suppress(SystemExit):
            main_of_cli(["--store", str(store), *command, "--yes"])
        return
    if way == "sync":
        with SyncNumbersClient(**options(store)) as client:
            if name == "buy":
                client.buy(phone_numbers=subject, longest_pause=PAUSE)
                os.write(returned, b"1")
                return
            group, method = {
                "rent": ("available_numbers", "rent"),
                "release": ("active_numbers", "release"),
                "submit": ("number_orders", "submit"),
            }[name]
            getattr(getattr(client, group), method)(subject)
            os.write(returned, b"1")
        return

    async def run() -> None:
        async with NumbersClient(**options(store)) as client:
            await OPERATIONS[name](client, subject)
            os.write(returned, b"1")

    asyncio.run(run())


def fork(work: Callable[[], None]) -> int:
    """Run *work* in a forked child; return its process ID."""
    pid = os.fork()
    if pid:
        return pid
    try:
        work()
    finally:
        os._exit(0)


def measured(name: str, subject: str, store: Path, *, way: str) -> tuple[float, int]:
    """Return how long an operation takes that is not killed: in seconds, and in steps."""
    read, write = os.pipe()

    def work() -> None:
        steps = Steps(None)
        child(name, subject, store, os.open(os.devnull, os.O_WRONLY), way=way)
        os.write(write, str(steps.taken).encode())

    started = time.monotonic()
    pid = fork(work)
    os.close(write)
    os.waitpid(pid, 0)
    with os.fdopen(read) as steps:
        return time.monotonic() - started, int(steps.read())


def killed(
    name: str, subject: str, store: Path, *, way: str, delay: float = 0, step: int | None = None
) -> bool:
    """
    Kill a child before its event loop's step number *step*, or after *delay* seconds.

    Return whether its caller got the result before the kill.
    """
    read, write = os.pipe()

    def work() -> None:
        if step is not None:
            Steps(step)
        child(name, subject, store, write, way=way)

    pid = fork(work)
    os.close(write)
    if step is None:
        time.sleep(delay)
        os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    returned = os.read(read, 1)
    os.close(read)
    return returned == b"1"


async def recovered(store: Path) -> list[Recovered]:
    """Recover by two clients at the same time, again while reads on a busy machine are late."""
    found: dict[str, Recovered] = {}
    async with NumbersClient(**options(store)) as one, NumbersClient(**options(store)) as two:
        for _ in range(ROUNDS):
            both = await asyncio.gather(one.recover(), two.recover())
            found |= {each.entry.id: each for half in both for each in half}
            if all(each.operation == "createNumberOrder" for each in await one.operations()):
                break
    return list(found.values())


async def entries(store: Path, project: str) -> tuple[JournalEntry, ...]:
    async with NumbersClient(**options(store)) as client:
        return await client._context.store.entries(project_id=project)


def sweep(name: str, kills: int, seed: int, *, way: str = "async", each: int = 0) -> Result:
    """
    Kill *kills* processes in the middle of one kind of operation, and recover.

    With *each*, that many are killed at each await point, instead of half of *kills* in total.
    """
    result = Result(f"kills/{name}/{way}", seed)
    dice = random.Random(seed)
    most = kills + LONGEST * each + 3
    service = Service(2 * most + 200, name)
    os.environ |= service.environment
    logging.disable(logging.CRITICAL)
    try:
        with tempfile.TemporaryDirectory() as directory:
            store = Path(directory) / "numbers.db"
            subjects = prepare(name, most, store)
            known = Counter(_effects(service, name)) if name != "submit" else Counter()
            every = list(subjects)
            runs = [measured(name, subjects.pop(), store, way=way) for _ in range(3)]
            longest, steps = max(taken for taken, _ in runs), max(steps for _, steps in runs)
            stepwise = each * steps or kills // 2
            timed = kills - kills // 2
            returned = 0
            found: list[Recovered] = []
            for place in range(stepwise + timed):
                kill = partial(killed, name, subjects.pop(), store, way=way)
                if place < stepwise:
                    returned += kill(step=place % steps if each else place * steps // stepwise)
                else:
                    returned += kill(
                        delay=1.1 * longest * (place - stepwise + dice.random()) / timed
                    )
                # An open entry would block the next `rent_any`, and the next command would
                # recover it first.
                if name == "rent_any" or way == "cli":
                    found += asyncio.run(recovered(store))
            time.sleep(TIMEOUT + SETTLE)
            project = service.environment["SINCH_PROJECT_ID"]
            found += asyncio.run(recovered(store))
            kept = asyncio.run(entries(store, project))
            numbers = asyncio.run(numbers_of(kept, store)) if name == "buy" else {}
            effects = Counter(_effects(service, name))
            if name == "submit":
                effects = Counter(asyncio.run(submitted(every, store)))
            _judge(result, name, effects, known, kept, numbers, kills=stepwise + timed)
            result.note(
                kills=stepwise + timed, steps=steps, returned=returned, recovered=len(found)
            )
    finally:
        service.close()
    return result.done()


def _effects(service: Service, name: str) -> list[str]:
    """Return the numbers that operations of this kind changed so far."""
    kind = "release" if name == "release" else "rent"
    changes = service.get("/ledger")["ledger"]
    return [one["phoneNumber"] for one in changes if one["operation"] == kind]


async def numbers_of(kept: tuple[JournalEntry, ...], store: Path) -> dict[str, str]:
    """Return the number of each order in the journal; wait until the reviews have ended."""
    await asyncio.sleep(2 * REVIEW)
    ids = {str(entry.result["orderId"]) for entry in kept if "orderId" in entry.result}
    async with NumbersClient(**options(store)) as client:
        orders = [await client.number_orders.get(order) for order in ids]
        return {order.id_number_order: order.order_numbers[0].phone_number for order in orders}


async def submitted(orders: list[str], store: Path) -> set[str]:
    """Return the orders that were submitted."""
    async with NumbersClient(**options(store)) as client:
        found = [await client.number_orders.get(order) for order in orders]
        return {one.id_number_order for one in found if one.state != NumberOrderState.CREATED}


def _judge(
    result: Result,
    name: str,
    effects: Counter[str],
    before: Counter[str],
    kept: tuple[JournalEntry, ...],
    numbers: dict[str, str],
    *,
    kills: int,
) -> None:
    mine = [entry for entry in kept if entry.operation in IDS.get(name, RENTS)]
    applied = Counter(
        str(entry.result.get("phoneNumber") or entry.result.get("orderId"))
        for entry in mine
        if entry.state in (OperationState.APPLIED, OperationState.APPLIED_LATE)
    )
    if name == "buy":  # by the orders that were submitted, whose numbers are billed
        applied = Counter(numbers[order] for order in applied)
    result.hold(REACHED, len(mine) > kills / 8)
    states = Counter(str(entry.state) for entry in mine)
    result.note(**{f"entries_{state}": count for state, count in sorted(states.items())})
    if name == "create":
        # No read shows an order whose response was lost: it is listed, and expires.
        result.hold(KNOWN, all(entry.request and entry.sent_at for entry in mine if entry.is_open))
        return
    result.note(effects=sum(effects.values()))
    result.hold(ONCE, max(effects.values(), default=0) <= 1)
    open_ = sum(entry.is_open for entry in mine)
    missing = set(effects) - set(before) - set(applied)
    result.hold(KNOWN, not missing)
    result.hold(TRUE, set(applied) <= set(effects) and max(applied.values(), default=0) <= 1)
    result.hold(CLOSED, not open_)


RENTS = ("rentNumber", "rentAnyNumber")
IDS = {
    "release": ("releaseActiveNumber",),
    "create": ("createNumberOrder",),
    "submit": ("submitNumberOrder",),
    "buy": ("submitNumberOrder",),
}
DESIGNS = [
    *((name, "async") for name in OPERATIONS),
    *((name, "sync") for name in ("rent", "release", "submit", "buy")),
    *((name, "cli") for name in OPERATIONS),
]


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Processes that are killed, and recovery.")
    parser.add_argument("--kills", type=int, default=100, help="kills of each design")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-each-await-point", type=int, default=0, help="kills at each of them")
    parser.add_argument("--way", choices=["async", "sync", "cli"], help="only those designs")
    given = parser.parse_args()
    each = given.at_each_await_point
    results = [
        sweep(name, given.kills, given.seed, way=way, each=each)
        for name, way in DESIGNS
        if given.way in (None, way)
    ]
    print(f"{sum(result.figures['kills'] for result in results)} kills")
    return int(any(result.breaches for result in results))


if __name__ == "__main__":
    sys.exit(main())
