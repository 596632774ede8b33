"""
Billable calls under faults: results are compared with the sandbox's ledger.

More than half of all POSTs are disturbed, by all kinds of faults, and three in ten reads, or
nearly all of them. No number may be billed twice, no effect denied, none invented, and no more
calls may fail or stay unknown than the fault rates explain (see `limits`)::

    python tests/chaos/billable.py --ops 10000 --seeds 1 2 3 --mode rent
    python tests/chaos/billable.py --ops 3000 --mode rent_first --dark

`canaries` has a wrong policy for each promise, which the same harness must detect.
"""

import argparse
import asyncio
import itertools
import random
import string
import sys
from collections import Counter
from collections.abc import Awaitable, Sequence
from typing import Any

import attrs
from limits import Limits, Rates, foul, listed, planted, with_reads
from promises import (
    BILLED_ONCE,
    FAILED,
    HAPPENS,
    KEPT,
    LISTED,
    NOT_DENIED,
    NOT_INVENTED,
    ONE_CANDIDATE,
    PROVEN_FIRST,
    REPORTED,
    SETTLED,
    STRIKES,
    STRUCK,
    TRUE,
    UNKNOWN,
)
from recorder import OPERATION, Recorder
from results import Result
from weather import BLIND, LATEST, POSTS, READS, SEARCHES, STALENESS, always, brew, plant

from sinch_numbers import (
    Backoff,
    NumbersClient,
    OutcomeUnknownError,
    SinchNumbersError,
    Unresolved,
)
from sinch_numbers._core.billing import memory
from sinch_numbers._core.transport.aiohttp import AiohttpTransport
from sinch_numbers.models import ActiveNumber
from sinch_numbers.sandbox import Sandbox

MODES = ("rent", "rent+release", "rent_first", "rent_any")
DARK_MODES = ("rent+release", "rent_first")
POSTS_AT_FAULT = 0.55
READS_AT_FAULT = 0.3
SEARCHES_AT_FAULT = 0.1
"""Few, since all calls of a client share one quota of resends, which the limits leave out."""
DARK = 0.98
"""The share of reads that are evidence of nothing, so that many outcomes become unknown."""
TIMEOUT = 1.0
"""Seconds for an attempt: many times its usual duration on a busy machine."""
PATIENCE = 0.5
"""Seconds after which an impatient caller cancels, at the latest: less than `TIMEOUT`."""
WORKERS = 60
ATTEMPTS_TO_SETTLE = 3
"""Concurrent operations; the long lane has more, which are not all in the same phase."""
SETTLE = 2.0
"""Seconds: far above `LATEST`, so that a late effect is found by the last read on any machine."""
SETTLE_IN_TURN = 1.2
"""The same for `rent_any`, of which a project sends one at a time, so few reads compete."""
QUICK = Backoff(first=0.002, throttled=0.004, longest=0.05)
PER_REGION = 200


class AbandonedError(Exception):
    """The caller stopped waiting, and cancelled the call."""


End = ActiveNumber | SinchNumbersError | AbandonedError


@attrs.define(eq=False)
class Operation:
    """An operation, and the results that the caller received."""

    index: int
    phone_number: str | None
    """The number to rent; ``None`` if any will do."""
    region_code: str
    rented: End | None = None
    released: End | None = None

    @property
    def wanted(self) -> dict[str, Any]:
        """Return the arguments of a rent that names no number."""
        return {"region_code": self.region_code, "type": "LOCAL", "callback_url": self.marker}

    @property
    def marker(self) -> str:
        """Return the callback URL that identifies the operation in the ledger."""
        return f"https://chaos.example/{self.index}"


class Policy:
    """Makes billable calls, as the package does."""

    def __init__(self, client: NumbersClient, mode: str) -> None:
        self.client, self.mode = client, mode

    async def rent(self, operation: Operation) -> ActiveNumber:
        """Rent a number for *operation*."""
        available = self.client.available_numbers
        if operation.phone_number:
            return await available.rent(operation.phone_number, callback_url=operation.marker)
        way = available.rent_first if self.mode == "rent_first" else available.rent_any
        return await way(**operation.wanted)

    async def release(self, phone_number: str) -> ActiveNumber:
        """Release a number."""
        return await self.client.active_numbers.release(phone_number)

    async def reconcile(self, unresolved: Unresolved) -> Any:
        """Settle an unresolved call."""
        return await self.client.reconcile(unresolved)


class Harness:
    """
    One run of operations under faults, with checks of each promise.

    A *script* replaces the random faults: the POSTs of each operation meet these kinds in
    order, one operation at a time, and reads of numbers always meet *reads*. It needs the
    *limits* that the faults explain.
    """

    def __init__(
        self,
        mode: str,
        ops: int,
        seed: int,
        *,
        concurrency: int = WORKERS,
        timeout: float = TIMEOUT,
        settle_timeout: float | None = None,
        dark: bool = False,
        impatient: float = 0.0,
        policy: type[Policy] = Policy,
        script: Sequence[str] | None = None,
        reads: str | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.mode, self.seed, self.timeout = mode, seed, timeout
        self.settle = settle_timeout or (SETTLE_IN_TURN if mode == "rent_any" else SETTLE)
        self.concurrency = 1 if script is not None else concurrency
        self.dark, self.impatient = dark, impatient
        # Without exclusivity there is no read before the request, which here would mostly fail.
        self.exclusive = not (dark or reads)
        self.policy, self.script, self.reads, self.limits = policy, script, reads, limits
        self.dice = random.Random(seed)
        # `rent_first` searches invented regions, so that no search has to look at all numbers.
        self.sandbox = Sandbox(numbers=0, stock=0, seed=seed, rent_policy="legacy")
        self.named = mode in ("rent", "rent+release")
        self.planted = int(script is None and (dark or bool(impatient)))
        self.operations = [self._operation(index) for index in range(ops)]
        self._stock_up()

    def _operation(self, index: int) -> Operation:
        letters = string.ascii_uppercase
        a, b = divmod(index // PER_REGION, len(letters))
        region = letters[a % len(letters)] + letters[b] if self.mode == "rent_first" else "US"
        return Operation(index, f"+1303{index:07}" if self.named else None, region)

    def _stock_up(self) -> None:
        """Plant the numbers to rent; more than one for each operation if any will do."""
        plant_number = self.sandbox.project().add_available
        spare = 1.5 if self.script is None else 6
        wanted = Counter(operation.region_code for operation in self.operations)
        serial = itertools.count()
        for region, number in wanted.items():
            for _ in range(number if self.named else int(spare * number) + 9):
                plant_number(
                    phone_number=f"+1303{next(serial):07}", region_code=region, type="LOCAL"
                )

    async def run(self) -> Result:
        """Run all operations, wait until none is in progress, and check the promises."""
        name = f"billable/{self.mode}" + ("/dark" if self.dark else "")
        name += "/impatient" if self.impatient else ""
        self.result = Result(name, self.seed)
        self.repeated = self._count_repeated_effects()
        self.recorder = Recorder(AiohttpTransport())
        memory.SHARED.clear()  # sandboxes reuse ports and numbers
        async with (
            self.sandbox,
            NumbersClient(
                "sandbox",
                "sandbox",
                "sandbox",
                numbers_url=self.sandbox.url,
                auth_url=self.sandbox.auth_url,
                sole_renter=self.exclusive,
                timeout=self.timeout,
                settle_timeout=self.settle,
                backoff=QUICK,
                max_concurrency=max(2, self.concurrency),
                transport=self.recorder,
            ) as self.client,
        ):
            self.way = self.policy(self.client, self.mode)
            await self.client.tokens.get()
            self.sandbox.calls.clear()
            self._add_faults()
            await self._work()
            self.sandbox.faults.clear()
            if self.script is None:
                await asyncio.sleep(2 * LATEST)  # what takes effect late has by then
            self._count()
            self._judge()
            await self._reconcile()
        return self.result.done()

    def _count_repeated_effects(self) -> Counter[str]:
        """
        Count the rents and releases that reach the service after their effect.

        The sandbox rejects the rent of a number that the project holds, so the ledger has no
        second charge for it. Each one is a charge that the client asked for twice.
        """
        project, repeated = self.sandbox.project(), Counter[str]()
        rent, release = project.rent, project.release

        def counted_rent(phone_number: str, *given: Any) -> Any:
            repeated["rent"] += project.active.get(phone_number) is not None
            return rent(phone_number, *given)

        def counted_release(phone_number: str) -> Any:
            held = project.active.get(phone_number)
            repeated["release"] += held is not None and held.expire_at is not None
            return release(phone_number)

        project.rent, project.release = counted_rent, counted_release  # type: ignore[method-assign]  # to count
        return repeated

    def _add_faults(self) -> None:
        faults = self.sandbox.faults
        if self.script is not None:
            faults.queue(*(kind for _ in self.operations for kind in self.script))
            if self.reads:
                always(faults, self.reads, method="GET", path="/activeNumbers/")
            return
        if self.planted:
            # The first operation runs alone, and its outcome is certain.
            faults.queue("stall" if self.impatient else "drop")
            return
        self._brew()

    def _brew(self) -> None:
        """Plant every kind of fault once, and add random ones."""
        faults, seed = self.sandbox.faults, self.seed
        numbers = {"method": "GET", "path": "/activeNumbers/"}
        searches = {"method": "GET", "path": "*/availableNumbers"}
        reads = BLIND if self.dark else READS
        plant(faults, POSTS, method="POST")
        plant(faults, reads, **numbers)
        brew(faults, POSTS, share=POSTS_AT_FAULT, seed=3 * seed, method="POST")
        share = DARK if self.dark else READS_AT_FAULT
        brew(faults, reads, share=share, seed=3 * seed + 1, **numbers)
        brew(faults, SEARCHES, share=SEARCHES_AT_FAULT, seed=3 * seed + 2, **searches)

    async def _work(self) -> None:
        waiting = iter(self.operations)
        if self.planted:
            await self._plant_outcome(next(waiting))

        async def worker(number: int) -> None:
            await asyncio.sleep(0.01 * number)  # all at once would be a different load
            for operation in waiting:
                await self._operate(operation, patient=self.dice.random() >= self.impatient)

        await asyncio.gather(*(worker(number) for number in range(self.concurrency)))

    async def _plant_outcome(self, operation: Operation) -> None:
        """Run one operation whose outcome is certain: unknown, or abandoned."""
        if not self.impatient:
            always(self.sandbox.faults, "500", method="GET", path="/activeNumbers/")
        await self._operate(operation, patient=not self.impatient)
        expected = AbandonedError if self.impatient else OutcomeUnknownError
        self.result.hold(HAPPENS, isinstance(operation.rented, expected))
        self.sandbox.faults.clear()
        self._brew()

    async def _operate(self, operation: Operation, *, patient: bool) -> None:
        token = OPERATION.set(operation.index)
        try:
            operation.rented = await self._end(self.way.rent(operation), patient=patient)
            if self.mode == "rent+release" and isinstance(operation.rented, ActiveNumber):
                number = operation.rented.phone_number
                # Read as gone, and then as there, a number might be another tenant's.
                await asyncio.sleep(2 * STALENESS)
                operation.released = await self._end(self.way.release(number), patient=patient)
        finally:
            OPERATION.reset(token)

    async def _end(self, call: Awaitable[ActiveNumber], *, patient: bool) -> Any:
        """Return how *call* ends, which may be that its caller cancels it."""
        if patient:
            return await _end(call)
        try:
            return await asyncio.wait_for(_end(call), self.dice.uniform(0.1, PATIENCE))
        except TimeoutError:
            return AbandonedError()

    def _count(self) -> None:
        methods = Counter(call.partition(" ")[0] for call in self.sandbox.calls)
        applied = set(self.sandbox.faults.applied)
        self.result.note(
            ops=len(self.operations),
            faults=len(self.sandbox.faults.applied),
            posts=methods["POST"],
            gets=methods["GET"],
        )
        if self.script is None:
            missing = {kind for _, kind, _ in POSTS} - applied
            self.result.note(missing=",".join(sorted(missing)) or "none")
            self.result.hold(STRIKES, not missing or methods["POST"] < len(POSTS))

    def _rates(self) -> Rates:
        if self.mode == "rent_any":
            return listed(POSTS_AT_FAULT, blind=READS_AT_FAULT)
        if self.dark:
            return with_reads(POSTS_AT_FAULT, blind=DARK)
        return foul(POSTS_AT_FAULT, READS_AT_FAULT)

    def _limits(self) -> Limits:
        if self.limits is not None:
            return self.limits
        ends = [end for one in self.operations for end in (one.rented, one.released)]
        rates = self._rates()
        if self.mode == "rent_first":
            # A search fails when all its four attempts do.
            rates = attrs.evolve(rates, failed=rates.failed + SEARCHES_AT_FAULT**4)
        certain = planted(settled=not self.dark and self.mode != "rent_any")
        certain = attrs.evolve(certain, unknown=certain.unknown + self.planted)
        return rates.limits(len(ends) - ends.count(None), certain=certain)

    def _judge(self) -> None:
        """Compare the reports with the ledger."""
        self.rented = self._by_operation()
        self.released = {e.phone_number for e in self.sandbox.ledger if e.operation == "release"}
        found = Counter[str]()
        listed = {(_action(open_), open_.phone_number) for open_ in self.client.unresolved}
        orphans = 0
        for operation in self.operations:
            rented = self.rented[operation.index]
            found["duplicated"] += max(0, len(rented) - 1)
            for action, end, effects in (
                ("rent", operation.rented, rented),
                ("release", operation.released, [n for n in rented if n in self.released]),
            ):
                if isinstance(end, AbandonedError):
                    found["abandoned"] += 1
                    if self.mode == "rent_any":
                        orphans += bool(effects)
                    else:
                        found["forgotten"] += any((action, one) not in listed for one in effects)
                elif isinstance(end, OutcomeUnknownError):
                    found["unknown"] += 1
                elif isinstance(end, SinchNumbersError):
                    found["failed"] += 1
                    found["denied"] += bool(effects)
                elif isinstance(end, ActiveNumber) and not effects:
                    found["invented"] += 1
                elif end is not None:
                    found["misreported"] += not self._is_true(action, end, effects)
        # These entries have no number, but there must be one for each.
        cancelled = [open_ for open_ in self.client.unresolved if open_.reason == "cancelled"]
        found["forgotten"] += max(0, orphans - len(cancelled))
        self._hold(found)

    @staticmethod
    def _is_true(action: str, end: Any, effects: list[str]) -> bool:
        if not isinstance(end, ActiveNumber) or end.phone_number not in effects:
            return False
        return action == "rent" or end.expire_at is not None

    def _hold(self, found: Counter[str]) -> None:
        limits, hold = self._limits(), self.result.hold
        self.result.note(
            duplicated=found["duplicated"],
            repeated=self.repeated.total(),
            unproven=self.recorder.unproven,
            others=self.recorder.others,
            denied=found["denied"],
            invented=found["invented"],
            misreported=found["misreported"],
            failed=found["failed"],
            failed_limit=limits.failed,
            unknown=found["unknown"],
            unknown_limit=limits.unknown,
            **({"abandoned": found["abandoned"]} if self.impatient else {}),
        )
        hold(BILLED_ONCE, not found["duplicated"] and not self.repeated.total())
        hold(PROVEN_FIRST, not self.recorder.unproven)
        hold(ONE_CANDIDATE, not self.recorder.others)
        hold(NOT_DENIED, not found["denied"])
        hold(NOT_INVENTED, not found["invented"])
        hold(REPORTED, not found["misreported"])
        hold(KEPT, not found["forgotten"])
        hold(FAILED, found["failed"] <= limits.failed)
        hold(UNKNOWN, found["unknown"] <= limits.unknown)

    def _by_operation(self) -> dict[int, list[str]]:
        rented: dict[int, list[str]] = {operation.index: [] for operation in self.operations}
        project = self.sandbox.project()
        for entry in self.sandbox.ledger:
            if entry.operation == "rent":
                url = project.get(entry.phone_number).callback_url
                rented[int(url.rpartition("/")[2])].append(entry.phone_number)
        return rented

    async def _reconcile(self) -> None:
        """Settle unknown outcomes, without faults."""
        listed = self.client.unresolved
        raised = {
            end.op_id
            for operation in self.operations
            for end in (operation.rented, operation.released)
            if isinstance(end, OutcomeUnknownError)
        }
        names = {open_.op_id for open_ in listed}
        complete = names >= raised if self.impatient else names == raised
        self.result.hold(LISTED, complete and None not in raised)
        if self.mode == "rent_any":
            return  # no read can settle it
        ends = await asyncio.gather(*map(self._later, listed))
        billed = {("rent", number) for numbers in self.rented.values() for number in numbers}
        billed |= {("release", number) for number in self.released}
        settled = [
            (open_, end)
            for open_, end in zip(listed, ends, strict=True)
            if not isinstance(end, BaseException)
        ]
        # Without exclusivity, a rented number may be another caller's: it is named as a candidate.
        named = sum(
            isinstance(end, OutcomeUnknownError)
            and not self.exclusive
            and open_.phone_number in {number.phone_number for number in end.candidates}
            for open_, end in zip(listed, ends, strict=True)
        )
        lies = sum(
            (end is not None) != ((_action(open_), open_.phone_number) in billed)
            for open_, end in settled
        )
        open_now = {open_.op_id for open_ in self.client.unresolved}
        self.result.note(unresolved=len(listed), reconciled=len(settled), named=named, lies=lies)
        self.result.hold(SETTLED, len(settled) + named == len(listed))
        self.result.hold(TRUE, not lies)
        self.result.hold(STRUCK, not any(open_.op_id in open_now for open_, _ in settled))

    async def _later(self, open_: Unresolved) -> Any:
        """Settle a call, again if reads came too late on a busy machine."""
        for _ in range(ATTEMPTS_TO_SETTLE):
            end = await _end(self.way.reconcile(open_))
            if not isinstance(end, OutcomeUnknownError) or end.candidates:
                break
        return end


def _action(open_: Unresolved) -> str:
    return open_.path.rpartition(":")[2]


async def _end(call: Awaitable[Any]) -> Any:
    try:
        return await call
    except Exception as error:
        return error


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ops", type=int, default=10000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--mode", choices=(*MODES, "all"), default="rent")
    parser.add_argument("--dark", action="store_true", help="98 %% of the reads fail")
    parser.add_argument("--impatient", type=float, default=0.0, help="share that is cancelled")
    parser.add_argument("--concurrency", type=int, default=WORKERS)
    parser.add_argument("--timeout", type=float, default=TIMEOUT)
    given = parser.parse_args()
    breached = False
    for mode in MODES if given.mode == "all" else [given.mode]:
        for seed in given.seeds:
            harness = Harness(
                mode,
                given.ops,
                seed,
                concurrency=given.concurrency,
                timeout=given.timeout,
                dark=given.dark,
                impatient=given.impatient,
            )
            breached |= bool(asyncio.run(harness.run()).breaches)
    return int(breached)


if __name__ == "__main__":
    sys.exit(main())
