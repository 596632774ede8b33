"""
Billable calls in foul weather, and the ledger as the judge of what was reported.

At least half of all POSTs go wrong, in every way there is, and a fifth of all GETs. No number
may be billed twice, no effect denied, none invented::

    python tests/chaos/billable.py --ops 10000 --seeds 1 2 3 --mode rent
    python tests/chaos/billable.py --ops 3000 --mode rent_any --naive

``--naive`` sends everything again that failed, as most people would: the harness has to see
what comes of that, or it is blind.
"""

import argparse
import asyncio
import itertools
import random
import re
import string
import sys
from collections import Counter
from collections.abc import Awaitable, Callable

import attrs
import backoff
from results import Result
from weather import AFTER, BEFORE, LATE, LATEST, READS, brew

from sinch_numbers import (
    Backoff,
    NumbersClient,
    OutcomeUnknownError,
    SinchNumbersError,
    Unresolved,
)
from sinch_numbers.models import ActiveNumber
from sinch_numbers.retry import ONCE
from sinch_numbers.sandbox import Sandbox

MODES = ("rent", "rent+release", "rent_first", "rent_any")
POSTS_AT_FAULT = 0.55
READS_AT_FAULT = 0.25
TIMEOUT = 1.5
"""Seconds for an attempt: many times what one takes among all the others, on a busy machine."""
HASTE = 0.5
"""The same for the naive, who are told wrong in any case."""
PATIENCE = 0.5
"""Seconds after which the impatient are gone, at the latest."""
WORKERS = 60
"""Of these there are more in the long lane, where they are not all in the same phase."""
SETTLE = 0.8
QUICK = Backoff(first=0.002, throttled=0.004, longest=0.05)
PER_REGION = 200


class AbandonedError(Exception):
    """The caller stopped waiting, and cancelled the call."""


End = ActiveNumber | SinchNumbersError | AbandonedError


@attrs.define(eq=False)
class Operation:
    """What was wanted, and what the caller was told about it."""

    index: int
    phone_number: str | None
    """The number it is about; ``None`` where any will do."""
    region_code: str
    rented: End | None = None
    released: End | None = None

    @property
    def marker(self) -> str:
        """Return the callback URL that tells this operation's numbers from others'."""
        return f"https://chaos.example/{self.index}"


Rent = Callable[[Operation], Awaitable[ActiveNumber]]
Release = Callable[[str], Awaitable[ActiveNumber]]


class Harness:
    """One run: so many operations, all kinds of weather, and the verdict."""

    def __init__(
        self,
        mode: str,
        ops: int,
        seed: int,
        *,
        naive: bool = False,
        workers: int = WORKERS,
        timeout: float | None = None,
        reads_at_fault: float = READS_AT_FAULT,
        impatient: float = 0.0,
    ) -> None:
        self.mode, self.naive, self.workers = mode, naive, workers
        self.timeout = timeout or (HASTE if naive else TIMEOUT)
        self.reads_at_fault, self.impatient = reads_at_fault, impatient
        self.seed, self.dice = seed, random.Random(seed)
        self.sandbox = Sandbox(numbers=0, stock=0, seed=seed)
        self.operations = [self._operation(index) for index in range(ops)]
        self._stock_up()

    def _operation(self, index: int) -> Operation:
        named = self.mode in ("rent", "rent+release")
        letters = string.ascii_uppercase
        a, b = divmod(index // PER_REGION, len(letters))
        region = letters[a % len(letters)] + letters[b] if self.mode == "rent_first" else "US"
        return Operation(index, f"+1303{index:07}" if named else None, region)

    def _stock_up(self) -> None:
        """Plant what is wanted, and where any number will do, more than one for each."""
        plant = self.sandbox.project().add_available
        spare = 6 if self.naive else 1.5
        wanted = Counter(operation.region_code for operation in self.operations)
        serial = itertools.count()
        for region, number in wanted.items():
            for _ in range(number if self.operations[0].phone_number else int(spare * number) + 9):
                plant(phone_number=f"+1303{next(serial):07}", region_code=region, type="LOCAL")

    async def run(self) -> Result:
        """Run all operations, wait for the dust to settle, and judge."""
        name = f"billable/{self.mode}" + ("/naive" if self.naive else "")
        name += "/in the dark" if self.reads_at_fault > READS_AT_FAULT else ""
        name += "/impatient" if self.impatient else ""
        self.result = Result(name, self.seed)
        async with (
            self.sandbox,
            NumbersClient(
                "sandbox",
                "sandbox",
                "sandbox",
                numbers_url=self.sandbox.url,
                auth_url=self.sandbox.auth_url,
                timeout=self.timeout,
                settle=SETTLE,
                backoff=QUICK,
                max_concurrency=self.workers,
                retries=0 if self.naive else None,
            ) as self.client,
        ):
            await self.client.tokens.get()
            self.sandbox.calls.clear()
            self._foul_weather()
            await self._work()
            self.sandbox.faults.clear()
            await asyncio.sleep(LATEST + self.timeout)
            self._count()
            self._judge()
            await self._reconcile()
        return self.result.done()

    def _foul_weather(self) -> None:
        faults, seed = self.sandbox.faults, self.seed
        posts = (*AFTER, *BEFORE, *LATE)
        brew(faults, posts, share=POSTS_AT_FAULT, seed=2 * seed, method="POST")
        brew(faults, READS, share=self.reads_at_fault, seed=2 * seed + 1, method="GET")

    async def _work(self) -> None:
        waiting = iter(self.operations)
        rent, release = self._ways()

        async def worker(number: int) -> None:
            await asyncio.sleep(0.01 * number)  # all at once would be weather of another kind
            for operation in waiting:
                operation.rented = await self._end(rent(operation))
                if self.mode == "rent+release" and isinstance(operation.rented, ActiveNumber):
                    operation.released = await self._end(release(operation.rented.phone_number))

        await asyncio.gather(*(worker(number) for number in range(self.workers)))

    async def _end(self, call: Awaitable[ActiveNumber]) -> "End | BaseException":
        """Return how *call* ends, which may be that nobody waits for it any longer."""
        if self.dice.random() >= self.impatient:
            return await _end(call)
        try:
            return await asyncio.wait_for(_end(call), self.dice.uniform(0, PATIENCE))
        except TimeoutError:
            return AbandonedError()

    def _ways(self) -> tuple[Rent, Release]:
        if self.naive:
            return self._naive_rent, self._naive_release
        available = self.client.available_numbers

        def rent(operation: Operation) -> Awaitable[ActiveNumber]:
            links = {"callback_url": operation.marker}
            if operation.phone_number:
                return available.rent(operation.phone_number, **links)
            way = available.rent_first if self.mode == "rent_first" else available.rent_any
            return way(region_code=operation.region_code, type="LOCAL", **links)

        return rent, self.client.active_numbers.release

    async def _naive_rent(self, operation: Operation) -> ActiveNumber:
        body = {"callbackUrl": operation.marker}
        if operation.phone_number:
            return await self._insist(f"/availableNumbers/{operation.phone_number}:rent", body)
        body |= {"regionCode": operation.region_code, "type": "LOCAL"}
        return await self._insist("/availableNumbers:rentAny", body)

    async def _naive_release(self, phone_number: str) -> ActiveNumber:
        return await self._insist(f"/activeNumbers/{phone_number}:release", None)

    async def _insist(self, path: str, body: dict[str, str] | None) -> ActiveNumber:
        @backoff.on_exception(
            backoff.constant, SinchNumbersError, max_tries=6, interval=0.002, logger=None
        )
        async def send() -> ActiveNumber:
            call = self.client._pipeline.call
            return await call(ActiveNumber, "POST", path, json=body, retry=ONCE)

        return await send()

    def _count(self) -> None:
        methods = Counter(call.partition(" ")[0] for call in self.sandbox.calls)
        applied = Counter(self.sandbox.faults.applied)
        self.result.note(
            ops=len(self.operations),
            faults=applied.total(),
            posts=methods["POST"],
            gets=methods["GET"],
            blind=self._blind() if self.mode in ("rent", "rent+release") else 0,
        )
        kinds = {kind for _, kind, _ in (*AFTER, *BEFORE, *LATE)}
        if len(self.operations) >= 400:
            missing = kinds - set(applied)
            self.result.hold(f"every kind of fault struck, but {sorted(missing)}", not missing)

    def _blind(self) -> int:
        """Count the POSTs that repeat one without a read of the number in between."""
        blind, posted = 0, set()
        for call in self.sandbox.calls:
            path = call.partition(" ")[2]
            number = re.search(r"\+[0-9]+", path)
            if call.startswith("POST"):
                blind += path in posted
                posted.add(path)
            elif number:
                for action in ("available", "rent"), ("active", "release"):
                    posted.discard(
                        f"/v1/projects/sandbox/{action[0]}Numbers/{number[0]}:{action[1]}"
                    )
        return blind

    def _judge(self) -> None:
        """Hold what was reported against what happened."""
        self.rented = self._by_operation()
        self.released = Counter(
            entry.phone_number for entry in self.sandbox.ledger if entry.operation == "release"
        )
        duplicated = lost = misreported = unknown = failed = abandoned = orphans = 0
        listed = {(_action(open_), open_.phone_number) for open_ in self.client.unresolved}
        for operation in self.operations:
            rented = self.rented[operation.index]
            duplicated += max(0, len(rented) - 1)
            for action, end, effects in (
                ("rent", operation.rented, rented),
                ("release", operation.released, [*filter(self._is_released, rented)]),
            ):
                effect = bool(effects)
                if end is None:
                    continue
                if isinstance(end, AbandonedError):
                    abandoned += 1
                    if self.mode == "rent_any":
                        orphans += effect
                    else:
                        lost += any((action, number) not in listed for number in effects)
                elif isinstance(end, OutcomeUnknownError):
                    unknown += 1
                elif isinstance(end, SinchNumbersError):
                    failed += 1
                    lost += effect
                elif not isinstance(end, ActiveNumber):
                    misreported += 1
                elif not effect:
                    lost += 1
                else:
                    misreported += end.phone_number not in rented
            if isinstance(operation.released, ActiveNumber):
                misreported += operation.released.expire_at is None
        # These have no number to be listed by, but there has to be one entry for each.
        cancelled = [open_ for open_ in self.client.unresolved if open_.reason == "cancelled"]
        lost += max(0, orphans - len(cancelled))
        self.result.note(
            duplicated=duplicated,
            lost=lost,
            misreported=misreported,
            failed=failed,
            unknown=unknown,
            **({"abandoned": abandoned} if self.impatient else {}),
        )
        self.result.hold("nothing is billed twice", not duplicated)
        self.result.hold("no effect is denied, none invented", not lost)
        self.result.hold("what is reported is what happened", not misreported)
        self.result.hold("no POST is repeated unread", not self.result.figures["blind"])
        if self.mode != "rent_any" and self.reads_at_fault <= READS_AT_FAULT:
            allowed = max(1, len(self.operations) // 1000)
            self.result.hold("at most one in a thousand stays unknown", unknown <= allowed)

    def _by_operation(self) -> dict[int, list[str]]:
        rented: dict[int, list[str]] = {operation.index: [] for operation in self.operations}
        project = self.sandbox.project()
        for entry in self.sandbox.ledger:
            if entry.operation == "rent":
                url = project.get(entry.phone_number).callback_url
                rented[int(url.rpartition("/")[2])].append(entry.phone_number)
        return rented

    def _is_released(self, phone_number: str) -> bool:
        return bool(self.released[phone_number])

    async def _reconcile(self) -> None:
        """Settle what stayed unknown, now that the weather is fine."""
        if self.naive:
            return
        listed = self.client.unresolved
        told = {
            end.op_id
            for operation in self.operations
            for end in (operation.rented, operation.released)
            if isinstance(end, OutcomeUnknownError)
        }
        names = {open_.op_id for open_ in listed}
        self.result.hold(
            "what is unknown is listed as unresolved, and nothing else",
            names >= told if self.impatient else names == told,
        )
        if self.mode == "rent_any":
            return  # no read can settle it
        ends = await asyncio.gather(*(_end(self.client.reconcile(open_)) for open_ in listed))
        billed = {("rent", number) for numbers in self.rented.values() for number in numbers}
        billed |= {("release", number) for number in self.released}
        settled = happened = lies = 0
        for open_, end in zip(listed, ends, strict=True):
            if isinstance(end, BaseException):
                continue
            settled += 1
            happened += end is not None
            lies += (end is not None) != ((_action(open_), open_.phone_number) in billed)
        self.result.note(unresolved=len(listed), reconciled=settled, happened=happened, lies=lies)
        self.result.hold("all that is unknown can be settled", settled == len(listed))
        self.result.hold("reconciling tells the truth", not lies)
        self.result.hold("what is settled is unresolved no more", not self.client.unresolved)


def _action(open_: Unresolved) -> str:
    return open_.path.rpartition(":")[2]


async def _end(call: Awaitable[End | None]) -> End | BaseException | None:
    try:
        return await call
    except Exception as error:
        return error


def violations(result: Result) -> int:
    """Count the times that somebody was billed or told wrong."""
    return sum(result.figures[name] for name in ("duplicated", "lost", "misreported"))


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ops", type=int, default=10000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--mode", choices=(*MODES, "all"), default="rent")
    parser.add_argument("--naive", action="store_true")
    parser.add_argument("--reads", type=float, default=READS_AT_FAULT, help="share at fault")
    parser.add_argument("--impatient", type=float, default=0.0, help="share that is cancelled")
    parser.add_argument("--workers", type=int, default=WORKERS)
    parser.add_argument("--timeout", type=float)
    given = parser.parse_args()
    breached = False
    for mode in MODES[:3] if given.mode == "all" else [given.mode]:
        for seed in given.seeds:
            harness = Harness(
                mode,
                given.ops,
                seed,
                naive=given.naive,
                workers=given.workers,
                timeout=given.timeout,
                reads_at_fault=given.reads,
                impatient=given.impatient,
            )
            breached |= bool(asyncio.run(harness.run()).breaches)
    return int(breached)


if __name__ == "__main__":
    sys.exit(main())
