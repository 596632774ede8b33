"""
A wrong policy for each promise, which the harness must detect.

It shows that the designs can fail.

Each policy breaks its promises for certain: a script selects the faults of its POSTs.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import attrs
import orders
from billable import Harness, Operation, Policy
from limits import Limits
from promises import (
    BILLED_ONCE,
    FAILED,
    KEPT,
    LISTED,
    NOT_DENIED,
    NOT_INVENTED,
    ONE_CANDIDATE,
    PROVEN_FIRST,
    REPORTED,
    SENT_ONCE,
    SETTLED,
    STRUCK,
    TRUE,
    UNKNOWN,
)
from raw import post_once
from results import Result

from sinch_numbers import (
    NotFoundError,
    OutcomeUnknownError,
    SinchNumbersError,
    Unresolved,
)
from sinch_numbers._core.retry.policy import BILLABLE
from sinch_numbers.models import ActiveNumber, NumberOrder

OPS = 4


async def insist(send: Callable[[], Awaitable[Any]]) -> Any:
    """Send a second time after any error, as a naive retry decorator does."""
    try:
        return await send()
    except SinchNumbersError:
        return await send()


class Raw(Policy):
    """Sends the POSTs of the API without the package's care."""

    async def rent(self, operation: Operation) -> ActiveNumber:
        return await self.send_rent(operation)

    async def send_rent(self, operation: Operation, **policy: Any) -> ActiveNumber:
        body = {"callbackUrl": operation.marker}
        path = f"/availableNumbers/{operation.phone_number}:rent"
        if operation.phone_number is None:
            path = "/availableNumbers:rentAny"
            body |= {"regionCode": operation.region_code, "type": "LOCAL"}
        return await self.post(path, body, **policy)

    async def post(self, path: str, body: Any = None, **policy: Any) -> ActiveNumber:
        return await post_once(self.client, ActiveNumber, path, body, **policy)


class ResendsBlindly(Raw):
    """Resends after any error; a second rejection is taken for success."""

    async def rent(self, operation: Operation) -> ActiveNumber:
        try:
            return await insist(lambda: self.send_rent(operation))
        except NotFoundError:
            return await self.client.active_numbers.get(operation.phone_number or "")


class ReleasesBlindly(Policy):
    """Resends a release after any error."""

    async def release(self, phone_number: str) -> ActiveNumber:
        path = f"/activeNumbers/{phone_number}:release"
        return await insist(lambda: post_once(self.client, ActiveNumber, path))


class TrustsAny404(Raw):
    """Takes a gateway's 404 for the absence of the number, and rents again."""

    async def rent(self, operation: Operation) -> ActiveNumber:
        try:
            return await self.send_rent(operation)
        except SinchNumbersError:
            try:
                return await self.client.active_numbers.get(operation.phone_number or "")
            except NotFoundError:
                return await self.send_rent(operation)


class SkipsUnknown(Policy):
    """Goes on to the next candidate when the outcome of one is unknown."""

    skipped: type[SinchNumbersError] = OutcomeUnknownError

    async def rent(self, operation: Operation) -> ActiveNumber:
        available = self.client.available_numbers
        region = operation.region_code
        for hit in await available.search(region_code=region, type="LOCAL", size=10):
            try:
                return await available.rent(hit.phone_number, callback_url=operation.marker)
            except self.skipped:
                continue
        raise SinchNumbersError("no candidate is left")


class SkipsEverything(SkipsUnknown):
    """Goes on to the next candidate after any error."""

    skipped = SinchNumbersError


class SkipsAfterReads(SkipsUnknown):
    """Goes on to the next candidate without a read that shows whether the first was rented."""

    async def rent(self, operation: Operation) -> ActiveNumber:
        search = {"region_code": operation.region_code, "type": "LOCAL", "size": 2}
        first, second = await self.client.available_numbers.search(**search)
        body = {"callbackUrl": operation.marker}
        try:
            path = f"/availableNumbers/{first.phone_number}:rent"
            return await post_once(self.client, ActiveNumber, path, body)
        except SinchNumbersError:
            path = f"/availableNumbers/{second.phone_number}:rent"
            return await post_once(self.client, ActiveNumber, path, body)


class Denies(Raw):
    """Reports a lost reply as a failure."""


class DeniesRelease(Policy):
    """Reports a release whose reply is lost as a failure."""

    async def release(self, phone_number: str) -> ActiveNumber:
        path = f"/activeNumbers/{phone_number}:release"
        return await post_once(self.client, ActiveNumber, path)


class Invents(Raw):
    """Reports a lost reply as a success."""

    async def rent(self, operation: Operation) -> ActiveNumber:
        try:
            return await self.send_rent(operation)
        except SinchNumbersError:
            return ActiveNumber(operation.phone_number or "")


class Misreports(Policy):
    """Reports another number than the one that was rented."""

    async def rent(self, operation: Operation) -> ActiveNumber:
        return attrs.evolve(await super().rent(operation), phone_number="+12025550100")


class ReportsUnreleased(Policy):
    """Reports a release with the number as it was before."""

    async def release(self, phone_number: str) -> ActiveNumber:
        return attrs.evolve(await super().release(phone_number), expire_at=None)


class Forgets(Policy):
    """Removes unknown and cancelled calls from the list."""

    async def rent(self, operation: Operation) -> ActiveNumber:
        try:
            return await super().rent(operation)
        except (OutcomeUnknownError, asyncio.CancelledError):
            for open_ in self.client.unresolved:
                self.client._context.unresolved.settle(open_.op_id)
            raise


class NeverReads(Raw):
    """Leaves every ambiguous outcome unknown, although a read could settle it."""

    async def rent(self, operation: Operation) -> ActiveNumber:
        number = operation.phone_number
        return await self.send_rent(operation, policy=BILLABLE, expected_number=number)


class Fails(Policy):
    """Fails without having sent anything."""

    async def rent(self, operation: Operation) -> ActiveNumber:
        raise SinchNumbersError("not today")


class ReconcilesFalsely(Policy):
    """Reports every unknown call as absent."""

    async def reconcile(self, unresolved: Unresolved) -> Any:
        self.client._context.unresolved.settle(unresolved.op_id)
        return None


class NeverReconciles(Policy):
    """Settles no call."""

    async def reconcile(self, unresolved: Unresolved) -> Any:
        raise SinchNumbersError("not today")


class KeepsListing(Policy):
    """Settles unknown calls, and leaves them on the list."""

    async def reconcile(self, unresolved: Unresolved) -> Any:
        return await self.client.active_numbers.get(unresolved.phone_number or "")


@attrs.frozen
class Canary:
    """A wrong policy, its faults, and the promises that it breaks."""

    policy: type[Policy]
    broken: frozenset[str]
    mode: str = "rent"
    script: Sequence[str] = ("ok",)
    reads: str | None = None
    impatient: float = 0.0
    unknown: int = 0
    """Number of unknown outcomes that the script explains."""
    failed: int = 0

    async def run(self) -> Result:
        """Run a few operations under the wrong policy."""
        harness = Harness(
            self.mode,
            OPS,
            seed=1,
            policy=self.policy,
            script=self.script,
            reads=self.reads,
            impatient=self.impatient,
            settle_timeout=0.1,
            timeout=5.0,
            limits=Limits(failed=self.failed, unknown=self.unknown),
        )
        return await harness.run()


def breaks(*promises: str) -> frozenset[str]:
    return frozenset(promises)


LOST, UNSENT = ("drop", "ok"), ("drop_before", "ok")
CANARIES = {
    "resends a rent blindly": Canary(
        ResendsBlindly, breaks(BILLED_ONCE, PROVEN_FIRST), script=LOST
    ),
    "resends rent_any blindly": Canary(
        ResendsBlindly, breaks(BILLED_ONCE, PROVEN_FIRST), "rent_any", LOST
    ),
    "resends an unsent rent unread": Canary(ResendsBlindly, breaks(PROVEN_FIRST), script=UNSENT),
    "resends a throttled rent unread": Canary(
        ResendsBlindly, breaks(PROVEN_FIRST), script=("429", "ok")
    ),
    "resends a release blindly": Canary(
        ReleasesBlindly,
        breaks(BILLED_ONCE, PROVEN_FIRST),
        "rent+release",
        ("ok", *LOST),
    ),
    "trusts a gateway's 404": Canary(
        TrustsAny404,
        breaks(BILLED_ONCE, PROVEN_FIRST, NOT_DENIED),
        script=LOST,
        reads="404_json",
        failed=OPS,
    ),
    "takes the next candidate in doubt": Canary(
        SkipsAfterReads, breaks(BILLED_ONCE, ONE_CANDIDATE), "rent_first", LOST
    ),
    "takes the next candidate after an unknown one": Canary(
        SkipsUnknown,
        breaks(BILLED_ONCE, ONE_CANDIDATE, LISTED),
        "rent_first",
        LOST,
        reads="500",
    ),
    "takes the next candidate after any error": Canary(
        SkipsEverything, breaks(ONE_CANDIDATE, LISTED), "rent_first", UNSENT, reads="500"
    ),
    "denies a rent": Canary(Denies, breaks(NOT_DENIED), script=("drop",), failed=OPS),
    "denies a release": Canary(
        DeniesRelease, breaks(NOT_DENIED), "rent+release", ("ok", "drop"), failed=OPS
    ),
    "invents a rent": Canary(Invents, breaks(NOT_INVENTED), script=("drop_before",)),
    "reports another number": Canary(Misreports, breaks(REPORTED)),
    "reports a release without its end": Canary(
        ReportsUnreleased, breaks(REPORTED), "rent+release", ("ok", "ok")
    ),
    "forgets an unknown rent": Canary(
        Forgets, breaks(LISTED), script=("drop",), reads="500", unknown=OPS
    ),
    "forgets a cancelled rent": Canary(Forgets, breaks(KEPT), script=("stall",), impatient=1.0),
    "never reads": Canary(NeverReads, breaks(UNKNOWN, SETTLED), script=("drop",)),
    "fails without a reason": Canary(Fails, breaks(FAILED)),
    "reconciles falsely": Canary(
        ReconcilesFalsely, breaks(TRUE), script=("drop",), reads="500", unknown=OPS
    ),
    "never reconciles": Canary(
        NeverReconciles, breaks(SETTLED), script=("drop",), reads="500", unknown=OPS
    ),
    "keeps what is settled on the list": Canary(
        KeepsListing, breaks(STRUCK), script=("drop",), reads="500", unknown=OPS
    ),
}


class CreatesBlindly(orders.Policy):
    """Resends a creation after any error."""

    async def create(self, operation: orders.Operation) -> NumberOrder:
        return await insist(lambda: self.send(operation))


class DeniesOrder(orders.Policy):
    """Reports a creation whose reply is lost as a failure."""

    async def create(self, operation: orders.Operation) -> NumberOrder:
        return await self.send(operation)


class InventsOrder(orders.Policy):
    """Reports a creation whose reply is lost as a success."""

    async def create(self, operation: orders.Operation) -> NumberOrder:
        try:
            return await self.send(operation)
        except SinchNumbersError:
            return NumberOrder("01k0000000000000000000000")


class ForgetsOrder(orders.Policy):
    """Removes unknown creations from the list."""

    async def create(self, operation: orders.Operation) -> NumberOrder:
        try:
            return await super().create(operation)
        except OutcomeUnknownError as error:
            self.client._context.unresolved.settle(error.op_id or "")
            raise


class FailsOrder(orders.Policy):
    """Fails without having sent anything."""

    async def create(self, operation: orders.Operation) -> NumberOrder:
        raise SinchNumbersError("not today")


class DoubtsOrder(orders.Policy):
    """Reports a creation as unknown although its reply came back."""

    async def create(self, operation: orders.Operation) -> NumberOrder:
        order = await super().create(operation)
        error = OutcomeUnknownError(f"{order.state}, perhaps")
        error.op_id = f"doubt {operation.index}"
        unresolved = Unresolved(
            op_id=error.op_id,
            method="POST",
            path="",
            phone_number=None,
            first_sent_at=datetime.now(UTC),
            reason="",
        )

        async def still_unknown(_op_id: str) -> None:
            raise error

        self.client._context.unresolved.add(unresolved, still_unknown)
        raise error


@attrs.frozen
class OrderCanary:
    """A wrong policy for orders, its faults, and the promises that it breaks."""

    policy: type[orders.Policy]
    broken: frozenset[str]
    script: Sequence[str] = ("ok",)
    unknown: int = 0
    failed: int = 0

    async def run(self) -> Result:
        """Create a few orders under the wrong policy."""
        limits = Limits(failed=self.failed, unknown=self.unknown)
        run = orders.Orders(OPS, 1, policy=self.policy, script=self.script, limits=limits)
        return await run.run()


ORDER_CANARIES = {
    "creates blindly": OrderCanary(CreatesBlindly, breaks(BILLED_ONCE, SENT_ONCE), LOST),
    "creates again what was not created": OrderCanary(CreatesBlindly, breaks(SENT_ONCE), UNSENT),
    "denies an order": OrderCanary(DeniesOrder, breaks(NOT_DENIED), ("drop",), failed=OPS),
    "invents an order": OrderCanary(InventsOrder, breaks(REPORTED), ("drop_before",)),
    "forgets an unknown order": OrderCanary(ForgetsOrder, breaks(LISTED), ("drop",), unknown=OPS),
    "fails creations without a reason": OrderCanary(FailsOrder, breaks(FAILED)),
    "doubts without a reason": OrderCanary(DoubtsOrder, breaks(UNKNOWN)),
}
