"""Purchases: budget, orders, and no lost number."""

import asyncio
import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import anyio
import pytest
from failing_reads import fail_reads_after
from products import every

from sinch_numbers import (
    ActiveNumber,
    BudgetExceededError,
    CurrencyMismatchError,
    InvalidArgumentError,
    Money,
    NotFoundError,
    NumberOrder,
    NumberOrderState,
    NumbersClient,
    OperationState,
    OrderIncompleteError,
    OrderRefusedError,
    OutcomeUnknownError,
    OutOfStockError,
    PermissionDeniedError,
    PurchaseIncompleteError,
    SyncNumbersClient,
)
from sinch_numbers.ordering import Step, resume_order
from sinch_numbers.sandbox import Fault, Sandbox

from .conftest import ADDRESS, DATA, NUMBER, bill

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox, pytest.mark.usefixtures("shop")]

US = {"region_code": "US", "type": "LOCAL"}
FREE = [f"+1202555019{digit}" for digit in range(5)]
KINDS = [("US", "LOCAL", 2), ("GB", "MOBILE", 1), ("US", "TOLL_FREE", 1)]
PATTERN = {"number_pattern": "+120255501", "search_pattern": "START"}


@pytest.fixture
def five(sandbox: Sandbox) -> list[str]:
    """Add five US LOCAL numbers to the available ones."""
    for number in FREE:
        sandbox.project().add_available(phone_number=number)
    return FREE


def operations(sandbox: Sandbox) -> list[str]:
    return [entry.operation for entry in sandbox.ledger]


def billed(sandbox: Sandbox) -> list[str]:
    return [entry.phone_number for entry in sandbox.ledger if entry.operation == "rent"]


def sent(sandbox: Sandbox) -> list[str]:
    """Return the ends of the paths of the calls that change something."""
    return [
        call.rpartition("/")[2].rpartition(":")[2]
        for call in sandbox.calls
        if not call.startswith("GET") and "oauth2" not in call and "lookup" not in call
    ]


def numbers(bought: tuple[ActiveNumber, ...]) -> list[str]:
    return [number.phone_number for number in bought]


def decide(sandbox: Sandbox, rejected: list[str]) -> Callable[[Step, NumberOrder], None]:
    """Return a callback that rejects the orders of some numbers as soon as they are submitted."""

    def on_step(step: Step, order: NumberOrder) -> None:
        if step is Step.SUBMITTED and order.order_numbers[0].phone_number in rejected:
            orders = sandbox.project().orders
            orders.decide(order.id_number_order, "REJECTED", "no such business")

    return on_step


@pytest.mark.parametrize(("region", "type", "quantity"), KINDS)
async def test_numbers_of_any_kind_are_bought_by_an_order(
    client: NumbersClient, sandbox: Sandbox, region: str, type: str, quantity: int
) -> None:
    """One order for all; the result is the active numbers, and none is rented."""
    bought = await client.buy(
        region_code=region,
        type=type,
        quantity=quantity,
        voice_configuration={"type": "RTC", "appId": "app"},
        longest_pause=0.01,
    )

    assert quantity == len(bought)
    assert sorted(numbers(bought)) == sorted(billed(sandbox))
    assert {(region, type)} == {(number.region_code, number.type) for number in bought}
    assert all(number.next_charge_date for number in bought)
    assert ["createNumberOrder", "submit"] == sent(sandbox)


@pytest.mark.parametrize(("region", "type", "quantity"), KINDS)
async def test_the_sync_twin_buys_and_quotes_alike(
    sandbox: Sandbox, region: str, type: str, quantity: int
) -> None:
    """The same arguments, without an event loop of the caller."""

    def work() -> tuple[ActiveNumber, ...]:
        with SyncNumbersClient(
            "sandbox", "sandbox", "sandbox", numbers_url=sandbox.url, auth_url=sandbox.auth_url
        ) as twin:
            quote = twin.quote(region_code=region, type=type, quantity=quantity)
            return twin.buy(
                region_code=region,
                type=type,
                quantity=quantity,
                max_monthly_price=quote.monthly_price,
                max_setup_price=quote.setup_price,
                longest_pause=0.01,
            )

    bought = await anyio.to_thread.run_sync(work)

    assert sorted(numbers(bought)) == sorted(billed(sandbox))
    assert quantity == len(bought)
    assert ["createNumberOrder", "submit"] == sent(sandbox)


async def test_given_numbers_are_bought_by_an_order_each(
    client: NumbersClient, sandbox: Sandbox, five: list[str]
) -> None:
    """All are reserved before the first is submitted; region and type come from the service."""
    sandbox.project().add_available(phone_number="+447400900000", region_code="GB", type="MOBILE")
    wanted = [five[0], "+447400900000", five[1]]

    bought = await client.buy(phone_numbers=wanted, longest_pause=0.01)

    assert wanted == numbers(bought)
    assert ["createNumberOrder"] * 3 + ["submit"] * 3 == sent(sandbox)
    assert wanted == billed(sandbox)


async def test_a_purchase_with_requirements_takes_data_and_documents(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """They are checked before anything is reserved."""
    with pytest.raises(OrderIncompleteError, match="nothing was ordered"):
        await client.buy(phone_numbers=NUMBER)
    assert [] == sandbox.ledger

    (number,) = await client.buy(
        phone_numbers=NUMBER, registration=DATA, attachments={ADDRESS: bill()}, longest_pause=0.01
    )

    assert NUMBER == number.phone_number
    assert ["create_order", "submit_order", "rent"] == operations(sandbox)


async def test_a_quote_reserves_nothing(client: NumbersClient, sandbox: Sandbox) -> None:
    """It is read from the available numbers, for a quantity and for given numbers."""
    sandbox.project().add_available(phone_number=FREE[0], monthly_price={
        "amount": "3.10", "currencyCode": "USD"})  # fmt: skip

    several = await client.quote(**US, quantity=2, number_pattern="+1", search_pattern="START")
    given = await client.quote(phone_numbers=FREE[0])

    assert (2, True) == (several.quantity, len(several.numbers) >= 2)
    assert (1, Money("USD", Decimal("3.10"))) == (given.quantity, given.monthly_price)
    assert FREE[0] == given.numbers[0].phone_number
    assert [] == sandbox.ledger == sent(sandbox)


@every(
    "limits",
    [
        {"max_monthly_price": "0.99"},
        {"max_setup_price": Decimal("0.99")},
        {"max_monthly_price": Money("USD", Decimal("0.10")), "max_setup_price": 5},
    ],
)
@every("method", [None, "order", "rent"])
async def test_a_budget_is_checked_before_anything_is_sent(
    client: NumbersClient, sandbox: Sandbox, limits: dict[str, Any], method: Any
) -> None:
    """For all numbers together: two at 0.50 each exceed 0.99."""
    with pytest.raises(BudgetExceededError, match=r"USD 1\.00 exceeds max_") as caught:
        await client.buy(**US, quantity=2, method=method, **limits)

    assert () == caught.value.order_ids
    assert [] == sandbox.ledger == sent(sandbox)


async def test_a_budget_of_another_currency_is_an_error(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """Also prices of the numbers in several currencies, with nothing sent."""
    euro = {"amount": "1.00", "currencyCode": "EUR"}
    sandbox.project().add_available(phone_number=FREE[0], monthly_price=euro, setup_price=euro)
    sandbox.project().add_available(phone_number=FREE[1])

    with pytest.raises(CurrencyMismatchError, match=r"max_monthly_price: .* USD and EUR"):
        await client.buy(phone_numbers=FREE[0], max_monthly_price="USD 9")
    with pytest.raises(CurrencyMismatchError, match=r"the prices of the numbers: .* EUR and USD"):
        await client.buy(phone_numbers=FREE[:2], max_monthly_price=9)

    assert [] == sandbox.ledger == sent(sandbox)


def raise_price(sandbox: Sandbox, ending: str, amount: str = "7.00") -> None:
    """Make all available numbers more expensive when a request with this path arrives."""
    faults, strike = sandbox.faults, sandbox.faults.strike
    price = {"amount": amount, "currencyCode": "USD"}

    def dearer(method: str, path: str, query: Any = None) -> Fault | None:
        if path.endswith(ending):
            for number in [*sandbox.project().stock]:
                sandbox.project().stock.take(number)
                sandbox.project().add_available(phone_number=number, monthly_price=price)
        return strike(method, path, query)

    faults.strike = dearer  # type: ignore[method-assign]  # no rule changes prices


async def test_the_price_of_the_order_is_checked_before_it_is_submitted(
    client: NumbersClient, sandbox: Sandbox, five: list[str]
) -> None:
    """The exact price counts; the error names the order, which is not billed and expires."""
    raise_price(sandbox, "createNumberOrder")

    with pytest.raises(BudgetExceededError, match=r"USD 7\.00 exceeds .* USD 1") as caught:
        await client.buy(phone_numbers=five[0], max_monthly_price=1)

    (order_id,) = sandbox.project().orders
    assert (order_id,) == caught.value.order_ids
    assert order_id in str(caught.value)
    assert ["createNumberOrder"] == sent(sandbox)


@pytest.mark.parametrize("method", ["order", "rent"])
async def test_an_affordable_number_is_bought_among_expensive_ones(
    client: NumbersClient, sandbox: Sandbox, method: Any
) -> None:
    """The cheapest are bought by number if the service might pick others."""
    for number, amount in zip(FREE, ("7.00", "0.20", "0.30", "9.00"), strict=False):
        price = {"amount": amount, "currencyCode": "USD"}
        sandbox.project().add_available(phone_number=number, monthly_price=price)

    bought = await client.buy(
        **US, **PATTERN, quantity=2, max_monthly_price="0.50", method=method, longest_pause=0.01
    )

    assert FREE[1:3] == sorted(numbers(bought)) == sorted(billed(sandbox))
    with pytest.raises(BudgetExceededError, match=r"USD 16\.00 exceeds max_monthly_price USD 15"):
        await client.buy(**US, **PATTERN, quantity=2, max_monthly_price=15)


async def test_too_few_numbers_are_an_error(client: NumbersClient, sandbox: Sandbox) -> None:
    """With a budget before anything is sent, without one by the service."""
    sandbox.project().add_available(phone_number=FREE[0])

    with pytest.raises(OutOfStockError, match="1 of 2 matching numbers"):
        await client.buy(**US, **PATTERN, quantity=2, max_monthly_price=9)
    with pytest.raises(OutOfStockError, match="no available number"):
        await client.quote(**US, number_pattern="+99", search_pattern="START")
    assert [] == sent(sandbox)
    with pytest.raises(NotFoundError):
        await client.buy(**US, **PATTERN, quantity=2)
    assert [] == sandbox.ledger


# Some of the purchase succeeds.


async def test_numbers_bought_before_a_rejection_are_reported(
    client: NumbersClient, sandbox: Sandbox, five: list[str]
) -> None:
    """The error has the bought numbers, and names the order and the reviewers' reason."""
    with pytest.raises(PurchaseIncompleteError) as caught:
        await client.buy(
            phone_numbers=five, on_step=decide(sandbox, five[3:4]), longest_pause=0.01
        )
    error = caught.value

    kept = [*five[:3], five[4]]
    assert sorted(kept) == sorted(error.phone_numbers) == sorted(billed(sandbox))
    rejected = [one for one in error.orders if one.state == NumberOrderState.REJECTED]
    assert [five[3]] == [one.order_numbers[0].phone_number for one in rejected]
    assert error.maybe_applied
    assert "bought 4 of 5 numbers (" in str(error)
    for text in (*kept, f"order {rejected[0].id_number_order} rejected: no such business"):
        assert text in str(error)
    assert set(sandbox.project().orders) == set(error.order_ids)


@pytest.mark.parametrize(("fault", "reason"), [("bad_request", "not accepted"), ("403", "403")])
async def test_a_failed_submission_reports_the_orders_before_it(
    client: NumbersClient, sandbox: Sandbox, five: list[str], fault: str, reason: str
) -> None:
    """Nothing is submitted after it; three of five are bought, and both others are named."""
    submits = 0

    def fail_the_fourth(step: Step, order: NumberOrder) -> None:
        nonlocal submits
        submits += step is Step.SUBMITTED
        if submits == 3 and step is Step.SUBMITTED:
            sandbox.faults.add(fault, path="/submit", times=math.inf)

    with pytest.raises(PurchaseIncompleteError) as caught:
        await client.buy(phone_numbers=five, on_step=fail_the_fourth, longest_pause=0.01)
    error = caught.value

    assert five[:3] == list(error.phone_numbers) == billed(sandbox)
    expected = OrderRefusedError if fault == "bad_request" else PermissionDeniedError
    assert isinstance(error.__cause__, expected)
    assert 4 == sent(sandbox).count("submit")
    assert 5 == len(error.orders)
    for order in error.orders[3:]:
        assert NumberOrderState.CREATED == order.state
        assert f"order {order.id_number_order} not completed" in str(error)


async def test_an_unknown_submission_names_what_was_bought(
    client: NumbersClient, sandbox: Sandbox, five: list[str]
) -> None:
    """It stays an `OutcomeUnknownError`, whose notes have the numbers and the orders."""
    submits = 0

    def lose_the_third(step: Step, order: NumberOrder) -> None:
        nonlocal submits
        submits += step is Step.SUBMITTED
        if submits == 2 and step is Step.SUBMITTED:
            sandbox.faults.add("drop", path="/submit")
            fail_reads_after(sandbox, "/submit", "/numberOrders/01", posts=1)

    with pytest.raises(OutcomeUnknownError) as caught:
        await client.buy(
            phone_numbers=five[:3], on_step=lose_the_third, longest_pause=0.01, deadline=0.3
        )

    assert [caught.value.op_id] == [one.op_id for one in client.unresolved]
    (note,) = caught.value.__notes__
    for order_id in sandbox.project().orders:
        assert order_id in note
    assert 3 == sent(sandbox).count("submit")


async def test_a_purchase_that_is_not_completed_in_time_names_its_orders(
    client: NumbersClient, sandbox: Sandbox, five: list[str]
) -> None:
    """The wait can continue by the order's ID, and nothing is bought twice."""
    with pytest.raises(PurchaseIncompleteError, match="still IN_REVIEW") as caught:
        await client.buy(phone_numbers=five[0], deadline=0.0)

    (order_id,) = caught.value.order_ids
    assert () == caught.value.numbers
    ended = await client.number_orders.wait_until_completed(order_id, longest_pause=0.01)
    assert ended.ok
    assert five[:1] == billed(sandbox)


async def test_a_wait_that_fails_names_the_orders(
    client: NumbersClient, sandbox: Sandbox, five: list[str]
) -> None:
    """They are submitted, so they may be billed."""

    def forbid_reads(step: Step, order: NumberOrder) -> None:
        if step is Step.SUBMITTED:
            sandbox.faults.add("403", method="GET", path=order.id_number_order, times=math.inf)

    with pytest.raises(PurchaseIncompleteError, match="its outcome was not read") as caught:
        await client.buy(phone_numbers=five[0], on_step=forbid_reads, longest_pause=0.01)

    assert isinstance(caught.value.__cause__, PermissionDeniedError)
    assert list(sandbox.project().orders) == list(caught.value.order_ids)


async def test_bought_numbers_are_returned_even_if_they_cannot_be_read(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """Their fields are then those of the order."""
    sandbox.faults.add("500", method="GET", path="/activeNumbers/", times=math.inf)

    (number,) = await client.buy(**US, longest_pause=0.01)

    assert billed(sandbox) == [number.phone_number]
    assert ("US", "LOCAL", Money("USD", Decimal("0.50"))) == (
        number.region_code,
        number.type,
        number.money,
    )


@pytest.mark.parametrize("last", [Step.CREATED, Step.SUBMITTED])
async def test_an_interrupted_purchase_is_continued_by_its_order(
    client: NumbersClient, sandbox: Sandbox, last: Step
) -> None:
    """A cancelled call leaves the order's ID in the journal, and resuming buys once."""

    async def stop(step: Step, order: NumberOrder) -> None:
        if step is last:
            purchase.cancel()
            await asyncio.sleep(0)

    purchase = asyncio.ensure_future(client.buy(**US, on_step=stop, longest_pause=0.01))
    with pytest.raises(asyncio.CancelledError):
        await purchase

    applied = [
        entry
        for entry in await client.operations(open_only=False)
        if entry.state is OperationState.APPLIED
    ]
    (order_id,) = {str(entry.result["orderId"]) for entry in applied}
    result = await resume_order(client, order_id, longest_pause=0.01)
    assert list(result.phone_numbers) == billed(sandbox)
    assert ["create_order", "submit_order", "rent"] == operations(sandbox)


async def test_an_error_of_a_callback_names_the_orders(
    client: NumbersClient, sandbox: Sandbox, five: list[str]
) -> None:
    """Each of them still exists."""

    class CrashError(Exception):
        pass

    def crash(step: Step, order: NumberOrder) -> None:
        if step is Step.SUBMITTED:
            raise CrashError

    with pytest.raises(CrashError) as caught:
        await client.buy(phone_numbers=five[:2], on_step=crash)

    assert [
        f"order {order_id} still exists: continue with resume_order"
        for order_id in sandbox.project().orders
    ] == caught.value.__notes__


@pytest.mark.parametrize("fault", ["drop", "drop_before", "503", "429"])
async def test_a_creation_is_never_repeated(
    client: NumbersClient, sandbox: Sandbox, fault: str
) -> None:
    """After a lost response no other order is created, and nothing is rented instead."""
    sandbox.faults.add(fault, path="createNumberOrder")

    with pytest.raises(Exception, match="createNumberOrder") as caught:
        await client.buy(**US)

    assert (fault != "429") is isinstance(caught.value, OutcomeUnknownError)
    assert ["createNumberOrder"] == sent(sandbox)
    assert [] == billed(sandbox)


async def test_a_taken_number_leaves_the_other_orders_unsubmitted(
    client: NumbersClient, sandbox: Sandbox, five: list[str]
) -> None:
    """The error names the orders that were created; nothing is billed."""

    def take(step: Step, order: NumberOrder) -> None:
        if five[1] in sandbox.project().stock:
            sandbox.project().stock.take(five[1])

    with pytest.raises(NotFoundError) as caught:
        await client.buy(phone_numbers=five[:2], on_step=take)

    (order_id,) = sandbox.project().orders
    assert [f"order {order_id} still exists: continue with resume_order"] == caught.value.__notes__
    assert [] == billed(sandbox)


# Accounts without number orders, and rents.


@pytest.mark.parametrize(
    ("fault", "path"),
    [("403", "lookup"), ("404_html", "lookup"), ("404_json", "lookup"), ("403", "createNumber")],
)
async def test_us_local_numbers_are_rented_where_orders_are_unavailable(
    client: NumbersClient, sandbox: Sandbox, fault: str, path: str
) -> None:
    """Where the service has certainly not ordered anything; within the same budget."""
    sandbox.faults.add(fault, path=path, times=math.inf)

    bought = await client.buy(**US, quantity=2, max_monthly_price=1, max_setup_price=1)

    assert sorted(numbers(bought)) == sorted(billed(sandbox))
    assert ["rent", "rent"] == operations(sandbox)


@pytest.mark.parametrize(
    "given",
    [
        {"region_code": "GB", "type": "MOBILE"},
        {"region_code": "US", "type": "TOLL_FREE"},
        {**US, "method": "order"},
    ],
)
async def test_nothing_else_is_rented_where_orders_are_unavailable(
    client: NumbersClient, sandbox: Sandbox, given: dict[str, Any]
) -> None:
    """The error says who enables orders."""
    sandbox.faults.add("403", path="lookup", times=math.inf)

    with pytest.raises(PermissionDeniedError) as caught:
        await client.buy(**given)

    assert "ask Sinch to enable them" in caught.value.__notes__[0]
    assert [] == sandbox.ledger == sent(sandbox)


@pytest.mark.parametrize("fault", ["500", "429", "503"])
async def test_an_outage_does_not_lead_to_a_rent(
    client: NumbersClient, sandbox: Sandbox, fault: str
) -> None:
    """Only an account without orders does."""
    sandbox.faults.add(fault, path="lookup", times=math.inf)

    with pytest.raises(Exception, match="lookupNumberRequirements"):
        await client.buy(**US)

    assert [] == sandbox.ledger


async def test_us_local_numbers_are_rented_on_request(
    client: NumbersClient, sandbox: Sandbox, five: list[str]
) -> None:
    """By criteria and by number, without an order."""
    picked = await client.buy(**US, method="rent", voice_configuration={"appId": "app"})
    given = await client.buy(phone_numbers=five[:2], method="rent", max_monthly_price="USD 1")

    assert [*numbers(picked), *five[:2]] == [*numbers(picked), *numbers(given)]
    assert numbers(picked) + five[:2] == billed(sandbox)
    assert ["rent"] * 3 == sent(sandbox)


@pytest.mark.parametrize(
    "given",
    [
        {"region_code": "AU", "type": "MOBILE"},
        {"region_code": "US", "type": "TOLL_FREE"},
        {"phone_numbers": NUMBER},
    ],
)
async def test_other_numbers_are_not_rented_on_request(
    client: NumbersClient, sandbox: Sandbox, given: dict[str, Any]
) -> None:
    """The error names the alternative, and nothing is sent."""
    with pytest.raises(InvalidArgumentError, match="method: expected order: only US LOCAL"):
        await client.buy(**given, method="rent")

    assert [] == sandbox.ledger == sent(sandbox)


async def test_rented_numbers_before_an_error_are_reported(
    client: NumbersClient, sandbox: Sandbox, five: list[str]
) -> None:
    """Whether the third is rejected, too expensive, or its outcome is unknown."""
    sandbox.faults.add("403", path=f"{five[2]}:rent")
    with pytest.raises(PurchaseIncompleteError, match="rented 2 of 5 numbers") as caught:
        await client.buy(phone_numbers=five, method="rent")
    assert five[:2] == list(caught.value.phone_numbers) == billed(sandbox)
    assert isinstance(caught.value.__cause__, PermissionDeniedError)

    raise_price(sandbox, ":rent")
    with pytest.raises(PurchaseIncompleteError, match="exceeds max_monthly_price USD 2") as dear:
        await client.buy(**US, **PATTERN, quantity=2, method="rent", max_monthly_price=2)
    assert 1 == len(dear.value.numbers)
    assert isinstance(dear.value.__cause__, BudgetExceededError)


async def test_an_unknown_rent_names_the_rented_numbers(
    client: NumbersClient, sandbox: Sandbox, five: list[str]
) -> None:
    """In a note of the error, which stays an `OutcomeUnknownError`."""
    sandbox.faults.add("drop", path=f"{five[1]}:rent")
    fail_reads_after(sandbox, f"{five[1]}:rent")

    with pytest.raises(OutcomeUnknownError) as caught:
        await client.buy(phone_numbers=five[:3], method="rent")

    assert [f"rented 1 of 3 numbers ({five[0]})"] == caught.value.__notes__
    assert five[:2] == billed(sandbox)


@every(
    "given",
    [
        {},
        {"region_code": "US"},
        {"type": "LOCAL"},
        {"phone_numbers": FREE[0], "type": "LOCAL"},
        {"phone_numbers": []},
        {"phone_numbers": ["12"]},
        {"phone_numbers": [FREE[0], FREE[0]]},
        {"phone_numbers": FREE, "quantity": 5},
        {"phone_numbers": FREE, "capabilities": "SMS"},
        {"phone_numbers": FREE, "number_pattern": "+1"},
        {**US, "quantity": 0},
        {**US, "quantity": 101},
        {**US, "quantity": True},
        {**US, "region_code": "usa"},
        {**US, "max_monthly_price": 0.5},
        {**US, "max_setup_price": "-1"},
        {**US, "method": "steal"},
        {**US, "deadline": -1},
        {**US, "longest_pause": 0},
        {**US, "registration": 7},
        {**US, "attachments": [bill()]},
        {**US, "sms_configuration": {}},
    ],
)
async def test_malformed_purchases_are_rejected_before_anything_is_sent(
    client: NumbersClient, sandbox: Sandbox, given: dict[str, Any]
) -> None:
    """No request is sent, not even a read."""
    with pytest.raises(InvalidArgumentError):
        await client.buy(**given)

    assert [] == sandbox.calls


async def test_given_numbers_must_be_of_the_given_kind(
    client: NumbersClient, sandbox: Sandbox, five: list[str]
) -> None:
    """Another region or type is an error before anything is reserved."""
    with pytest.raises(InvalidArgumentError, match="phone_numbers: expected numbers of GB MOBILE"):
        await client.buy(region_code="GB", type="MOBILE", phone_numbers=five[0])

    assert [] == sandbox.ledger
