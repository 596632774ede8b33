"""
Interrupts at swept instants of sync calls: ``signals.py [INSTANTS] [--seed N] [--gevent]``.

Each instant rents or buys a number through the sync client, from a sandbox in another process, and
raises an exception at a random time between the start of the call and a little after its end: by
SIGALRM, or with ``--gevent`` by timeouts of a process that gevent has patched. Half of them get a
second interrupt soon after the first. Right after each, the number must be returned or among the
client's unresolved calls if the sandbox billed it; a result must not be claimed if it did not.
Prints the counts, and exits with 1 if a billed number is lost or an unbilled one is claimed.
"""

import sys

if "--gevent" in sys.argv:
    from gevent import monkey

    monkey.patch_all()

import argparse
import asyncio
import json
import logging
import random
import signal
import statistics
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from results import Result

from sinch_numbers import ActiveNumber, NumberOrder, SyncNumbersClient, Unresolved
from sinch_numbers._core.billing.register import Register
from sinch_numbers.sandbox import Sandbox

LATENCY = 0.002
WARM_UP = 20
KNOWN = "each billed number is returned or unresolved, and no other one"
FIRST = 12025550000
"""The first number; the others follow."""


class StoppedError(BaseException):
    """Raised by an interrupt."""


def number(index: int) -> str:
    return f"+{FIRST + index}"


async def serve(numbers: int) -> None:
    """Run the sandbox until standard input ends, then print the numbers that it billed."""
    async with Sandbox(numbers=0, stock=0, latency=LATENCY, provisioning=0.0) as sandbox:
        project = sandbox.project()
        for index in range(numbers):
            project.add_available(phone_number=number(index))
        print(json.dumps(sandbox.environment), flush=True)
        await asyncio.to_thread(sys.stdin.read)
        print(json.dumps(list(project.active)), flush=True)


@contextmanager
def alarms(delays: list[float]) -> Iterator[None]:
    """Raise at each of *delays* after the one before, by SIGALRM."""

    def ring(_signal: int, _frame: object) -> None:
        if delays:  # else `attempt` has ended
            signal.setitimer(signal.ITIMER_REAL, delays.pop(0))
            raise StoppedError

    delays.append(0)  # stops the timer
    signal.signal(signal.SIGALRM, ring)
    try:
        signal.setitimer(signal.ITIMER_REAL, delays.pop(0))
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


@contextmanager
def timeouts(delays: list[float]) -> Iterator[None]:
    """Raise at each of *delays* after the one before, by timeouts of gevent."""
    import gevent

    at = 0.0
    timers = []
    for delay in delays:
        at += delay
        timers.append(gevent.Timeout.start_new(at, StoppedError()))
    try:
        yield
    finally:
        for timer in timers:
            timer.close()


def attempt(
    rent: Callable[[], ActiveNumber], delays: list[float], interrupts: Any
) -> ActiveNumber | None:
    """Call *rent* under interrupts; return its result unless an interrupt discarded it."""
    box: list[ActiveNumber] = []
    try:
        try:
            with interrupts(delays):
                box.append(rent())
        except StoppedError:
            pass
        delays.clear()
    except StoppedError:  # the second one
        pass
    return box[0] if box else None


def buys(index: int) -> bool:
    """Whether *index* is bought by an order."""
    return index % 8 in (3, 4)


def calls(client: SyncNumbersClient, index: int) -> Callable[[], ActiveNumber]:
    """Return a rent of *index*, by one of three methods, or a purchase by an order."""
    stock = client.available_numbers
    if buys(index):
        return lambda: client.buy(phone_numbers=number(index), longest_pause=0.001)[0]
    if index % 4 == 1:
        return lambda: stock.rent_first(
            region_code="US",
            type="LOCAL",
            number_pattern=number(index),
            search_pattern="START",
        )
    if index % 4 == 2:
        return lambda: stock.rent_any(
            region_code="US",
            type="LOCAL",
            number_pattern=number(index),
            search_pattern="START",
        )
    return lambda: stock.rent(number(index))


def sweep(client: SyncNumbersClient, instants: int, rng: random.Random, interrupts: Any) -> Any:
    """Return the state of each number in the client right after its call."""
    spent = []
    known: dict[str, str] = {}
    for index in range(WARM_UP):
        started = time.perf_counter()
        known[calls(client, index)().phone_number] = "returned"
        spent.append(time.perf_counter() - started)
    latest = 1.3 * statistics.median(spent)
    for index in range(WARM_UP, WARM_UP + instants):
        delays = [rng.uniform(1e-5, latest)]
        if rng.random() < 0.5:
            delays.append(rng.choice((1e-5, 1e-4, 1e-3)) * rng.uniform(0.5, 2))
        before = len(client.unresolved)
        result = attempt(calls(client, index), delays, interrupts)
        entries = client.unresolved[before:]
        if buys(index) and result is None:
            known[number(index)] = of_order(entries, number(index))
        elif result is not None:
            known[number(index)] = "returned"
        elif any(one.applied for one in entries):
            known[number(index)] = "applied"
            assert {number(index)} == {one.phone_number for one in entries if one.applied}
        elif entries:
            known[number(index)] = "unknown"
            # The service's choice is only in the response.
            assert index % 4 == 2 or {number(index)} == {one.phone_number for one in entries}
        else:
            known[number(index)] = "nothing"
    return known


def of_order(entries: tuple[Unresolved, ...], phone_number: str) -> str:
    """Return what *entries* show of a purchase: an order that is not submitted is not billed."""
    orders = [one.result for one in entries if isinstance(one.result, NumberOrder)]
    assert all(order.order_numbers[0].phone_number == phone_number for order in orders)
    submits = [one for one in entries if one.path.endswith("/submit")]
    if any(one.applied for one in submits):
        return "applied"
    return "unknown" if submits else "nothing"


def interrupted(instants: int, seed: int, *, gevent: bool = False) -> Result:
    """Run the sweep in another process, which gevent may patch."""
    result = Result(f"interrupts/{'gevent' if gevent else 'signals'}", seed)
    command = [sys.executable, __file__, str(instants), "--seed", str(seed)]
    done = subprocess.run(
        [*command, *(["--gevent"] if gevent else [])],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    counts: dict[str, int] = json.loads(done.stdout)
    del counts["seed"]
    result.note(instants=instants, **counts)
    result.hold(KNOWN, not counts["lost"] and not done.returncode)
    return result.done()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("instants", type=int, nargs="?", default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--gevent", action="store_true", help="patch with gevent; its timeouts")
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    parser.add_argument(
        "--forgetful", action="store_true", help="hold no results: the sweep must lose numbers"
    )
    options = parser.parse_args()
    if options.serve is not None:
        asyncio.run(serve(options.serve))
        return 0
    if options.forgetful:
        Register.hold = lambda *_: None  # type: ignore[method-assign]  # a bug, on purpose
    logging.getLogger("sinch_numbers").setLevel(logging.CRITICAL)
    server = subprocess.Popen(
        [sys.executable, __file__, "--serve", str(WARM_UP + options.instants)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    where = json.loads(server.stdout.readline())
    interrupts = timeouts if options.gevent else alarms
    with SyncNumbersClient(
        "sandbox",
        "sandbox",
        "sandbox",
        numbers_url=where["SINCH_NUMBERS_URL"],
        auth_url=where["SINCH_AUTH_URL"],
        settle_timeout=0.05,
    ) as client:
        known = sweep(client, options.instants, random.Random(options.seed), interrupts)
        loops = sum(thread.name == "sinch_numbers" for thread in threading.enumerate())
    printed, _ = server.communicate("")
    billed = set(json.loads(printed))
    counts = Counter(
        f"{'billed' if one in billed else 'not billed'}, {what}" for one, what in known.items()
    )
    wrong = [counts[what] for what in ("billed, nothing", "not billed, returned")]
    wrong.append(counts["not billed, applied"])
    counts["threads of the private loop"] = loops
    print(json.dumps({"seed": options.seed, "lost": sum(wrong), **dict(sorted(counts.items()))}))
    return int(any(wrong))


if __name__ == "__main__":
    sys.exit(main())
