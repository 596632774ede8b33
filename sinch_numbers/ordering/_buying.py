"""
Purchases: reserve all numbers by orders, check the exact price, submit, and wait.

Until the first order is submitted nothing is billed. US LOCAL numbers can be rented instead, on
request or where the account has no number orders; the vendor deprecates that.
"""

from typing import Any, Final, get_args

import attrs

from sinch_numbers._client.client import NumbersClient, PurchaseMethod
from sinch_numbers._client.prices import Budget, prices_of, quote
from sinch_numbers._client.waiting import WaitOptions
from sinch_numbers._core.choices import word
from sinch_numbers._core.concurrency import gather
from sinch_numbers._core.logging import logger, masked
from sinch_numbers.errors import (
    APIStatusError,
    BudgetExceededError,
    ClientClosedError,
    InvalidArgumentError,
    NotFoundError,
    OutcomeUnknownError,
    PurchaseIncompleteError,
    SinchNumbersError,
)
from sinch_numbers.models import (
    ActiveNumber,
    AvailableNumber,
    NumberOrder,
    NumberPrice,
    NumberRequirements,
    OrderNumber,
    Registration,
)
from sinch_numbers.ordering._flow import (
    Flow,
    GivenData,
    OnStep,
    nothing_on_record,
    requirements_of,
)
from sinch_numbers.ordering._renting import rent_numbers
from sinch_numbers.ordering._results import OrderOutcome, OrderResult
from sinch_numbers.ordering._wanted import US_LOCAL, Kind, Wanted

_CONCURRENCY: Final = 8
_FAILED_WAITS: Final = 3
"""Maximum errors of the reads of an order before the wait fails."""
_UNPRICED: Final = NumberPrice()
_ADVICE: Final = (
    "number orders are not available to this account: ask Sinch to enable them; "
    "the deprecated rent serves US LOCAL numbers only"
)


class _OrdersUnavailableError(Exception):
    """The account has no number orders; nothing was ordered."""

    def __init__(self, error: APIStatusError) -> None:
        self.error = error


@attrs.define(eq=False, kw_only=True)
class Purchase:
    """One purchase in progress."""

    client: NumbersClient
    wanted: Wanted
    budget: Budget
    given: GivenData
    limits: WaitOptions
    on_step: OnStep | None
    _flows: list[Flow] = attrs.field(factory=list, init=False)
    _submitted: list[Flow] = attrs.field(factory=list, init=False)

    async def run(self, method: PurchaseMethod | None) -> tuple[ActiveNumber, ...]:
        """Buy the numbers by *method*; with ``None``, rent only if orders are unavailable."""
        method = None if method is None else word(method, get_args(PurchaseMethod), "method")
        if method == "rent" and self.wanted.kind not in (None, US_LOCAL):
            raise _rent_is_us_local()
        offers: tuple[AvailableNumber, ...] = ()
        if self.wanted.phone_numbers or self.budget.is_limited:
            found = await self.wanted.offers(self.client)
            offered = self.budget.within(quote(found, self.wanted.quantity))
            offers = offered.numbers
            if offered.is_exact:
                self.wanted = self.wanted.only(offers)
        kinds = self._kinds(offers)
        if method == "rent":
            if set(kinds) != {US_LOCAL}:
                raise _rent_is_us_local()
            return await self._rented()
        try:
            return await self._ordered(kinds)
        except _OrdersUnavailableError as unavailable:
            error = unavailable.error
        if method is not None or set(kinds) != {US_LOCAL}:
            error.add_note(_ADVICE)
            raise error
        logger.warning("number orders are unavailable, renting instead: %s", masked(error))
        return await self._rented()

    def _kinds(self, offers: tuple[AvailableNumber, ...]) -> list[Kind]:
        """Return region and type of each order."""
        if self.wanted.quantity is None:
            return [self.wanted.kind_of(offer) for offer in offers]
        return [self.wanted.kind or US_LOCAL]

    async def _rented(self) -> tuple[ActiveNumber, ...]:
        return await rent_numbers(self.client, self.wanted, self.budget)

    async def _ordered(self, kinds: list[Kind]) -> tuple[ActiveNumber, ...]:
        needed = await self._requirements(kinds)
        given = [self.given.in_spelling_of(needed[kind]) for kind in kinds]
        for kind, data in zip(kinds, given, strict=True):
            data.hold_against(needed[kind], Registration())
        try:
            await self._reserve(kinds, given)
            orders = tuple(flow.order for flow in self._flows)
            ids = tuple(order.id_number_order for order in orders)
            self.budget.check(*prices_of(orders), order_ids=ids)
            failure = await self._submit([needed[kind] for kind in kinds])
            waits = await gather(_ended, self._submitted, concurrency=len(self._submitted))
        except BudgetExceededError:
            raise  # it names the orders
        except Exception as error:
            for flow in self._flows:
                error.add_note(flow.note)
            raise
        results = [wait.result for wait in waits if wait.result is not None]
        errors = [wait.error for wait in waits if wait.error is not None]
        return await self._bought(results, failure or next(iter(errors), None))

    async def _requirements(self, kinds: list[Kind]) -> dict[Kind, NumberRequirements]:
        """Look up the requirements of each kind."""
        found: dict[Kind, NumberRequirements] = {}
        for kind in dict.fromkeys(kinds):
            try:
                found[kind] = await requirements_of(self.client, *kind)
            except APIStatusError as error:
                # A 404 of another form than the service's own means that the operation is unknown.
                unknown = isinstance(error, NotFoundError) and not nothing_on_record(error)
                if unknown or _is_forbidden(error):
                    raise _OrdersUnavailableError(error) from error
                raise
        return found

    async def _reserve(self, kinds: list[Kind], given: list[GivenData]) -> None:
        """Create all orders, which reserves their numbers."""
        wanted = self.wanted
        parts: list[dict[str, Any]]
        if wanted.quantity is not None:
            parts = [{"requested_quantity": wanted.quantity, **wanted.criteria}]
        else:
            parts = [{"phone_number": number} for number in wanted.phone_numbers]
        for kind, data, part in zip(kinds, given, parts, strict=True):
            try:
                order = await self.client.number_orders.create(
                    region_code=kind[0], type=kind[1], **part, **wanted.links
                )
            except APIStatusError as error:
                if _is_forbidden(error) and not self._flows:
                    raise _OrdersUnavailableError(error) from error
                raise
            self._flows.append(Flow(self.client, order, data, self.limits, self.on_step))
            await self._flows[-1].created()

    async def _submit(self, needed: list[NumberRequirements]) -> SinchNumbersError | None:
        """Submit the orders one by one, up to the first error, which is returned."""
        for flow, requirements in zip(self._flows, needed, strict=True):
            try:
                await flow.submitted(requirements)
            except SinchNumbersError as error:
                if not self._submitted:
                    raise
                return error
            self._submitted.append(flow)
        return None

    async def _bought(
        self, results: list[OrderResult], cause: SinchNumbersError | None
    ) -> tuple[ActiveNumber, ...]:
        """Return the numbers of all orders, or raise an error that names those bought."""
        done = [result.order for result in results if result.outcome is OrderOutcome.COMPLETED]
        numbers = await self._active_numbers(done)
        if len(done) == len(self._flows):
            return numbers
        message = self._summary(numbers, results)
        if isinstance(cause, OutcomeUnknownError):
            cause.add_note(message)
            raise cause
        latest = {result.order_id: result.order for result in results}
        orders = [flow.order for flow in self._flows]
        raise PurchaseIncompleteError(
            message if cause is None else f"{message}; {cause.message}",
            numbers=numbers,
            orders=tuple(latest.get(one.id_number_order, one) for one in orders),
        ) from cause

    def _summary(self, numbers: tuple[ActiveNumber, ...], results: list[OrderResult]) -> str:
        """Describe bought and missing numbers."""
        bought = ", ".join(number.phone_number for number in numbers)
        count = f"{len(numbers)} of {self.wanted.count} numbers"
        parts = [f"bought {count}{bought and f' ({bought})'}"]
        ended = {result.order_id: result for result in results}
        for flow in self._flows:
            order_id = flow.order.id_number_order
            result = ended.get(order_id)
            if result is None:
                submitted = flow in self._submitted
                state = "was submitted, its outcome was not read" if submitted else "not completed"
                parts.append(f"order {order_id} {state}")
            elif result.outcome is not OrderOutcome.COMPLETED:
                parts.append(result.explanation)
        return "; ".join(parts)

    async def _active_numbers(self, orders: list[NumberOrder]) -> tuple[ActiveNumber, ...]:
        """Read the numbers of completed orders."""
        bought = [(order, number) for order in orders for number in order.order_numbers]
        read = await gather(self._active_number, bought, concurrency=_CONCURRENCY)
        return tuple(outcome.get() for outcome in read)

    async def _active_number(self, bought: tuple[NumberOrder, OrderNumber]) -> ActiveNumber:
        order, number = bought
        try:
            return await self.client.active_numbers.get(number.phone_number)
        except SinchNumbersError:  # a number that is paid for must not be lost to a failed read
            price = number.number_price or _UNPRICED
            return ActiveNumber(
                phone_number=number.phone_number,
                project_id=self.client.project_id,
                region_code=order.region_code,
                type=order.number_type,
                capability=number.capabilities,
                money=price.monthly_price,
                payment_interval_months=price.payment_interval_months,
            )


async def _ended(flow: Flow) -> OrderResult:
    """Wait for the outcome; a few gateway errors in a row are ignored."""
    for _ in range(_FAILED_WAITS - 1):
        try:
            return await flow.at_its_end()
        except ClientClosedError:
            raise
        except SinchNumbersError:
            continue  # the wait goes on until its deadline
    return await flow.at_its_end()


def _is_forbidden(error: APIStatusError) -> bool:
    """Whether the service has certainly not carried out the call, and never will."""
    return error.status in (403, 405, 501) and not error.maybe_applied


def _rent_is_us_local() -> InvalidArgumentError:
    return InvalidArgumentError(
        "method", "order: only US LOCAL numbers can be rented without an order", "rent"
    )
