"""
Orders created under faults: results are compared with the sandbox's orders.

No read can find an order without its ID, so an ambiguous creation stays unknown: it must be
reported as such, listed, and never repeated::

    python tests/chaos/orders.py --ops 10000 --seeds 1 2 3

`canaries` has a wrong policy for each promise, which the same harness must detect.
"""

import argparse
import asyncio
import string
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import count

import attrs
from limits import Limits, planted, without_reads
from promises import (
    BILLED_ONCE,
    FAILED,
    HAPPENS,
    LISTED,
    NOT_DENIED,
    REPORTED,
    SENT_ONCE,
    STRIKES,
    UNKNOWN,
)
from raw import post_once
from recorder import OPERATION, Recorder
from results import Result
from weather import LATEST, POSTS, brew, plant

from sinch_numbers import Backoff, NumbersClient, OutcomeUnknownError, SinchNumbersError
from sinch_numbers._core.transport.aiohttp import AiohttpTransport
from sinch_numbers.models import NumberOrder
from sinch_numbers.sandbox import Sandbox

POSTS_AT_FAULT = 0.55
TIMEOUT = 1.5
"""Seconds for an attempt: an attempt that times out on a busy machine counts as unknown."""
QUICK = Backoff(first=0.002, throttled=0.004, longest=0.05)
PER_REGION = 200
WORKERS = 60


@attrs.define(eq=False)
class Operation:
    """A creation of an order, and the result that the caller received."""

    index: int
    region_code: str
    end: NumberOrder | SinchNumbersError | None = None

    @property
    def marker(self) -> str:
        """Return the callback URL that identifies the creation among the sandbox's orders."""
        return f"https://chaos.example/{self.index}"


class Policy:
    """Creates orders, as the package does."""

    def __init__(self, client: NumbersClient) -> None:
        self.client = client

    async def create(self, operation: Operation) -> NumberOrder:
        """Create an order for *operation*."""
        return await self.client.number_orders.create(
            region_code=operation.region_code,
            type="LOCAL",
            requested_quantity=1,
            callback_url=operation.marker,
        )

    async def send(self, operation: Operation) -> NumberOrder:
        """Send the POST of a creation once, without the package's care."""
        body = {
            "regionCode": operation.region_code,
            "numberType": "LOCAL",
            "callbackUrl": operation.marker,
            "quantityOrderOption": {"requestedQuantity": 1},
        }
        path = "/numberOrders:createNumberOrder"
        return await post_once(self.client, NumberOrder, path, body)


class Orders:
    """
    One run of creations under faults, with checks of each promise.

    A *script* replaces the random faults: the POSTs of each operation meet these kinds in
    order, one operation at a time. It needs the *limits* that the faults explain.
    """

    def __init__(
        self,
        ops: int,
        seed: int,
        *,
        policy: type[Policy] = Policy,
        script: Sequence[str] | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.seed, self.policy, self.script, self.limits = seed, policy, script, limits
        self.sandbox = Sandbox(numbers=0, stock=0, seed=seed)
        self.operations = [Operation(index, _region(index)) for index in range(ops)]
        plant_number, serial = self.sandbox.project().add_available, count()
        for region, wanted in Counter(one.region_code for one in self.operations).items():
            for _ in range(2 * wanted + 9):
                plant_number(
                    phone_number=f"+1303{next(serial):07}", region_code=region, type="LOCAL"
                )

    async def run(self) -> Result:
        """Create all orders, wait until no request is in progress, and check the promises."""
        self.result = Result("orders/create", self.seed)
        concurrency = WORKERS if self.script is None else 1
        self.recorder = Recorder(AiohttpTransport())
        async with (
            self.sandbox,
            NumbersClient(
                "sandbox",
                "sandbox",
                "sandbox",
                numbers_url=self.sandbox.url,
                auth_url=self.sandbox.auth_url,
                timeout=TIMEOUT,
                backoff=QUICK,
                max_concurrency=WORKERS,
                transport=self.recorder,
            ) as self.client,
        ):
            self.way = self.policy(self.client)
            await self.client.tokens.get()
            self.sandbox.calls.clear()
            await self._work(concurrency)
            self.sandbox.faults.clear()
            if self.script is None:
                await asyncio.sleep(2 * LATEST)  # what takes effect late has by then
            self._judge()
        return self.result.done()

    async def _work(self, concurrency: int) -> None:
        waiting, faults = iter(self.operations), self.sandbox.faults
        if self.script is not None:
            faults.queue(*(kind for _ in self.operations for kind in self.script))
        else:
            # The first creation runs alone, and its outcome is certain: unknown.
            faults.queue("drop")
            first = next(waiting)
            await self._create(first)
            self.result.hold(HAPPENS, isinstance(first.end, OutcomeUnknownError))
            plant(faults, POSTS, method="POST")
            brew(faults, POSTS, share=POSTS_AT_FAULT, seed=self.seed, method="POST")

        async def worker() -> None:
            for operation in waiting:
                await self._create(operation)

        await asyncio.gather(*(worker() for _ in range(concurrency)))

    async def _create(self, operation: Operation) -> None:
        token = OPERATION.set(operation.index)
        try:
            operation.end = await self.way.create(operation)
        except SinchNumbersError as error:
            operation.end = error
        finally:
            OPERATION.reset(token)

    def _limits(self) -> Limits:
        if self.limits is not None:
            return self.limits
        certain = planted(settled=False)
        certain = attrs.evolve(certain, unknown=certain.unknown + 1)
        return without_reads(POSTS_AT_FAULT).limits(len(self.operations), certain=certain)

    def _judge(self) -> None:
        """Compare the reports with the orders in the sandbox."""
        made = defaultdict(list)
        for order in self.sandbox.project().orders.values():
            made[order.change.callback_url].append(order.id)
        listed = {open_.op_id for open_ in self.client.unresolved}
        found, raised = Counter[str](), set()
        for operation in self.operations:
            ids = made[operation.marker]
            found["duplicated"] += max(0, len(ids) - 1)
            if isinstance(operation.end, NumberOrder):
                found["misreported"] += [operation.end.id_number_order] != ids[-1:]
            elif isinstance(operation.end, OutcomeUnknownError):
                found["unknown"] += 1
                raised.add(operation.end.op_id)
            else:
                found["failed"] += 1
                found["denied"] += bool(ids)
        applied = set(self.sandbox.faults.applied)
        posts = sum(call.endswith("createNumberOrder") for call in self.sandbox.calls)
        limits = self._limits()
        self.result.note(
            ops=len(self.operations),
            faults=len(self.sandbox.faults.applied),
            posts=posts,
            repeated=self.recorder.unproven,
            duplicated=found["duplicated"],
            denied=found["denied"],
            misreported=found["misreported"],
            failed=found["failed"],
            failed_limit=limits.failed,
            unknown=found["unknown"],
            unknown_limit=limits.unknown,
        )
        hold = self.result.hold
        if self.script is None:
            missing = {kind for _, kind, _ in POSTS} - applied
            self.result.note(missing=",".join(sorted(missing)) or "none")
            hold(STRIKES, not missing or posts < len(POSTS))
        hold(BILLED_ONCE, not found["duplicated"])
        hold(NOT_DENIED, not found["denied"])
        hold(REPORTED, not found["misreported"])
        hold(LISTED, listed == raised)
        hold(SENT_ONCE, not self.recorder.unproven)
        hold(FAILED, found["failed"] <= limits.failed)
        hold(UNKNOWN, found["unknown"] <= limits.unknown)


def _region(index: int) -> str:
    letters = string.ascii_uppercase
    first, second = divmod(index // PER_REGION, len(letters))
    return letters[first % len(letters)] + letters[second]


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ops", type=int, default=10000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    given = parser.parse_args()
    results = [asyncio.run(Orders(given.ops, seed).run()) for seed in given.seeds]
    return int(any(result.breaches for result in results))


if __name__ == "__main__":
    sys.exit(main())
