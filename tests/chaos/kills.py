"""
Kills: processes that die by ``kill -9`` in the middle of a billable call, and recovery after.

Children are forked, start one operation each, and are killed after a delay that is swept over
the duration of the operation. Then the store is recovered, by two processes at the same time.
Every number that the service bills must be known: returned by a call, or found by recovery. No
entry may claim what did not happen, and no operation may happen twice.

    python tests/chaos/kills.py --kills 1000 --seed 2
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
from sinch_numbers.sync import SyncNumbersClient

ELSEWHERE = Path(__file__).parent / "scripts" / "elsewhere.py"
SETTLE, TIMEOUT = 0.1, 0.5
LATENCY = 0.004
KNOWN = "every billed operation is known after recovery"
ONCE = "no operation happens twice"
TRUE = "recovery finds what happened"
CLOSED = "only orders, whose creation no read shows, stay unknown"

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


OPERATIONS: dict[str, Call] = {
    "rent": lambda client, number: client.available_numbers.rent(number),
    "rent_first": rent_first,
    "rent_any": rent_any,
    "release": lambda client, number: client.active_numbers.release(number),
    "create": create,
    "submit": lambda client, order: client.number_orders.submit(order),
}


class Service:
    """A sandbox in another process."""

    def __init__(self, stock: int) -> None:
        command = [sys.executable, str(ELSEWHERE), "0", str(LATENCY), str(stock)]
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
    """Return what *count* operations act on: numbers, or orders."""

    async def run() -> list[str]:
        async with NumbersClient(**options(store)) as client:
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
            found = await client.available_numbers.search(
                region_code="US", type="LOCAL", size=count + 50
            )
            return [number.phone_number for number in found][-count:]

    return asyncio.run(run())


def child(name: str, subject: str, store: Path, told: int, *, sync: bool) -> None:
    """Run one operation; write a byte to *told* once the caller has the result."""
    if sync:
        with SyncNumbersClient(**options(store)) as client:
            group, method = {
                "rent": ("available_numbers", "rent"),
                "release": ("active_numbers", "release"),
                "submit": ("number_orders", "submit"),
            }[name]
            getattr(getattr(client, group), method)(subject)
            os.write(told, b"1")
        return

    async def run() -> None:
        async with NumbersClient(**options(store)) as client:
            await OPERATIONS[name](client, subject)
            os.write(told, b"1")

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


def killed(name: str, subject: str, store: Path, delay: float | None, *, sync: bool) -> bool:
    """Kill a child after *delay* seconds; return whether its caller got the result before."""
    read, write = os.pipe()
    pid = fork(lambda: child(name, subject, store, write, sync=sync))
    os.close(write)
    if delay is not None:
        time.sleep(delay)
        os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    told = os.read(read, 1)
    os.close(read)
    return told == b"1"


async def recovered(store: Path) -> list[Recovered]:
    """Recover by two clients at the same time."""
    async with NumbersClient(**options(store)) as one, NumbersClient(**options(store)) as two:
        both = await asyncio.gather(one.recover(), two.recover())
        return [*both[0], *both[1]]


async def entries(store: Path, project: str) -> tuple[JournalEntry, ...]:
    async with NumbersClient(**options(store)) as client:
        return await client._context.store.entries(project_id=project)


def sweep(name: str, kills: int, seed: int, *, sync: bool = False) -> Result:
    """Kill *kills* processes in the middle of one kind of operation, and recover."""
    result = Result(f"kills/{name}/{'sync' if sync else 'async'}", seed)
    dice = random.Random(seed)
    service = Service(2 * kills + 200)
    os.environ |= service.environment
    logging.disable(logging.CRITICAL)
    try:
        with tempfile.TemporaryDirectory() as directory:
            store = Path(directory) / "numbers.db"
            subjects = prepare(name, kills + 3, store)
            known = Counter(_effects(service, name)) if name != "submit" else Counter()
            every, longest = list(subjects), 0.0
            for subject in (subjects.pop() for _ in range(3)):
                started = time.monotonic()
                killed(name, subject, store, None, sync=sync)
                longest = max(longest, time.monotonic() - started)
            told = 0
            for place, subject in enumerate(subjects):
                share = (place + dice.random()) / len(subjects)
                told += killed(name, subject, store, 1.1 * longest * share, sync=sync)
            time.sleep(TIMEOUT + SETTLE)
            found = asyncio.run(recovered(store))
            kept = asyncio.run(entries(store, service.environment["SINCH_PROJECT_ID"]))
            effects = Counter(_effects(service, name))
            if name == "submit":
                effects = Counter(asyncio.run(submitted(every, store)))
            _judge(result, name, effects, known, kept)
            result.note(kills=len(subjects), told=told, recovered=len(found))
    finally:
        service.close()
    return result.done()


def _effects(service: Service, name: str) -> list[str]:
    """Return the numbers that operations of this kind changed so far."""
    kind = "release" if name == "release" else "rent"
    changes = service.get("/ledger")["ledger"]
    return [one["phoneNumber"] for one in changes if one["operation"] == kind]


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
) -> None:
    mine = [entry for entry in kept if entry.operation in IDS.get(name, RENTS)]
    applied = Counter(
        str(entry.result.get("phoneNumber") or entry.result.get("orderId"))
        for entry in mine
        if entry.state in (OperationState.APPLIED, OperationState.APPLIED_LATE)
    )
    states = Counter(str(entry.state) for entry in mine)
    result.note(**{f"entries_{state}": count for state, count in sorted(states.items())})
    if name == "create":
        # No read shows an order whose response was lost: it is listed, and expires.
        result.hold(KNOWN, all(entry.request and entry.sent_at for entry in mine if entry.is_open))
        return
    result.note(effects=sum(effects.values()))
    result.hold(ONCE, max(effects.values(), default=0) <= 1)
    result.hold(KNOWN, set(effects) - set(before) <= set(applied))
    result.hold(TRUE, set(applied) <= set(effects))
    result.hold(CLOSED, not any(entry.is_open for entry in mine))


RENTS = ("rentNumber", "rentAnyNumber")
IDS = {
    "release": ("releaseActiveNumber",),
    "create": ("createNumberOrder",),
    "submit": ("submitNumberOrder",),
}
DESIGNS = [
    *((name, False) for name in OPERATIONS),
    *((name, True) for name in ("rent", "release", "submit")),
]


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Processes that are killed, and recovery.")
    parser.add_argument("--kills", type=int, default=100, help="kills of each design")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    results = [sweep(name, given.kills, given.seed, sync=sync) for name, sync in DESIGNS]
    return int(any(result.breaches for result in results))


if __name__ == "__main__":
    sys.exit(main())
