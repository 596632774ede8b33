"""
Number orders in foul weather: a lost reply to a creation is never repeated.

At least half of all POSTs go wrong, in every way there is. No read can tell whether an order
was created, so none may be sent twice, none denied, and each doubt has to be on record::

    python tests/chaos/orders.py --ops 10000 --seeds 1 2 3
    python tests/chaos/orders.py --ops 3000 --naive

``--naive`` sends everything again that failed: the harness has to see what comes of that.
"""

import argparse
import asyncio
import string
import sys
from collections import Counter, defaultdict
from itertools import count

import attrs
import backoff
from results import Result
from weather import AFTER, BEFORE, LATE, LATEST, brew

from sinch_numbers import Backoff, NumbersClient, OutcomeUnknownError, SinchNumbersError
from sinch_numbers.models import NumberOrder
from sinch_numbers.retry import ONCE
from sinch_numbers.sandbox import Sandbox

POSTS_AT_FAULT = 0.55
TIMEOUT = 0.5
QUICK = Backoff(first=0.002, throttled=0.004, longest=0.05)
PER_REGION = 200
WORKERS = 60


@attrs.define(eq=False)
class Operation:
    """An order that was wanted, and how that ended for the caller."""

    index: int
    region_code: str
    end: NumberOrder | SinchNumbersError | None = None

    @property
    def marker(self) -> str:
        """Return the callback URL that tells this operation's orders from others'."""
        return f"https://chaos.example/{self.index}"


class Orders:
    """One run: so many creations, all kinds of weather, and the verdict."""

    def __init__(self, ops: int, seed: int, *, naive: bool = False) -> None:
        self.naive, self.seed = naive, seed
        self.sandbox = Sandbox(numbers=0, stock=0, seed=seed)
        self.operations = [Operation(index, _region(index)) for index in range(ops)]
        plant, serial = self.sandbox.project().add_available, count()
        for region, wanted in Counter(one.region_code for one in self.operations).items():
            for _ in range((6 if naive else 2) * wanted + 9):
                plant(phone_number=f"+1303{next(serial):07}", region_code=region, type="LOCAL")

    async def run(self) -> Result:
        """Create all orders, wait for the dust to settle, and judge."""
        self.result = Result("orders/create" + ("/naive" if self.naive else ""), self.seed)
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
            ) as self.client,
        ):
            await self.client.tokens.get()
            self.sandbox.calls.clear()
            weather = (*AFTER, *BEFORE, *LATE)
            brew(
                self.sandbox.faults,
                weather,
                share=POSTS_AT_FAULT,
                seed=self.seed,
                method="POST",
            )
            await self._work()
            self.sandbox.faults.clear()
            await asyncio.sleep(LATEST + 2 * TIMEOUT)
            self._judge()
        return self.result.done()

    async def _work(self) -> None:
        waiting = iter(self.operations)

        async def worker() -> None:
            for operation in waiting:
                try:
                    operation.end = await self._create(operation)
                except SinchNumbersError as error:
                    operation.end = error

        await asyncio.gather(*(worker() for _ in range(WORKERS)))

    async def _create(self, operation: Operation) -> NumberOrder:
        if self.naive:
            return await self._insist(operation)
        return await self.client.number_orders.create(
            region_code=operation.region_code,
            number_type="LOCAL",
            requested_quantity=1,
            callback_url=operation.marker,
        )

    async def _insist(self, operation: Operation) -> NumberOrder:
        body = {
            "regionCode": operation.region_code,
            "numberType": "LOCAL",
            "callbackUrl": operation.marker,
            "quantityOrderOption": {"requestedQuantity": 1},
        }

        @backoff.on_exception(
            backoff.constant, SinchNumbersError, max_tries=6, interval=0.002, logger=None
        )
        async def send() -> NumberOrder:
            call = self.client._pipeline.call
            path = "/numberOrders:createNumberOrder"
            return await call(NumberOrder, "POST", path, json=body, retry=ONCE)

        return await send()

    def _judge(self) -> None:
        """Hold what was reported against the orders that there are."""
        made = defaultdict(list)
        for order in self.sandbox.project().orders.values():
            made[order.change.callback_url].append(order.id)
        listed = {open_.op_id for open_ in self.client.unresolved}
        duplicated = lost = misreported = unknown = failed = unlisted = 0
        for operation in self.operations:
            ids = made[operation.marker]
            duplicated += max(0, len(ids) - 1)
            if isinstance(operation.end, NumberOrder):
                misreported += [operation.end.id_number_order] != ids[-1:]
            elif isinstance(operation.end, OutcomeUnknownError):
                unknown += 1
                unlisted += operation.end.op_id not in listed
            else:
                failed += 1
                lost += bool(ids)
        applied = Counter(self.sandbox.faults.applied)
        posts = len(self.sandbox.calls)
        self.result.note(
            ops=len(self.operations),
            faults=applied.total(),
            posts=posts,
            duplicated=duplicated,
            lost=lost,
            misreported=misreported,
            unknown=unknown,
            failed=failed,
        )
        missing = {kind for _, kind, _ in (*AFTER, *BEFORE, *LATE)} - set(applied)
        if posts >= 380:  # what finds no connection on a busy machine is not sent
            self.result.hold(f"every kind of fault struck, but {sorted(missing)}", not missing)
        self.result.hold("nothing is ordered twice", not duplicated)
        self.result.hold("no order is denied", not lost)
        self.result.hold("what is reported is what happened", not misreported)
        self.result.hold("what is unknown is on record", not unlisted and len(listed) == unknown)
        self.result.hold("no creation is sent twice", posts <= len(self.operations))


def _region(index: int) -> str:
    letters = string.ascii_uppercase
    first, second = divmod(index // PER_REGION, len(letters))
    return letters[first % len(letters)] + letters[second]


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ops", type=int, default=10000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--naive", action="store_true")
    given = parser.parse_args()
    results = [asyncio.run(Orders(given.ops, s, naive=given.naive).run()) for s in given.seeds]
    return int(any(result.breaches for result in results))


if __name__ == "__main__":
    sys.exit(main())
