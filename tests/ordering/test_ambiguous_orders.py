"""`order_numbers` and `resume_order` send no billable request after an ambiguous outcome."""

import math
from collections.abc import Awaitable
from typing import Any

import pytest
from failing_reads import fail_reads_after
from products import sampled

from sinch_numbers import (
    NotFoundError,
    NumberBusyError,
    NumbersClient,
    OrderRefusedError,
    OutcomeUnknownError,
    PermissionDeniedError,
    RateLimitError,
    SinchNumbersError,
)
from sinch_numbers.ordering import OrderOutcome, order_numbers, resume_order
from sinch_numbers.sandbox import Fault, Sandbox

from .conftest import ADDRESS, DATA, NUMBER, bill, order

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox, pytest.mark.usefixtures("shop")]

SETTLE = 0.1
"""Seconds: the reads that look for an effect take 13 looks within five of these."""
AMBIGUOUS = ["drop", "drop_before", "reset", "truncated", "empty", "html", "500", "503", "408"]
READS = ["500", "drop", "403", "403_html", "404_html", "404_json", "html", "revoked_token"]
"""Replies to a read that are evidence of nothing."""


@pytest.fixture
def quick(client: NumbersClient) -> NumbersClient:
    """Return a client that stops looking for an effect within 50 ms."""
    return client.with_options(settle_timeout=SETTLE)


def billable(sandbox: Sandbox) -> list[str]:
    """Return the last parts of the calls that could cost money."""
    endings = (":createNumberOrder", "/submit", ":rent")
    return [
        call.rpartition("/")[2]
        for call in sandbox.calls
        if call.startswith("POST") and call.endswith(endings)
    ]


def operations(sandbox: Sandbox) -> list[str]:
    return [entry.operation for entry in sandbox.ledger]


def blind_from_submission(sandbox: Sandbox, read: str = "500") -> None:
    """Fail every read of an order from its first submission on."""
    faults, strike = sandbox.faults, sandbox.faults.strike

    def then_blind(method: str, path: str, query: Any = None) -> Fault | None:
        fault = strike(method, path, query)
        if path.endswith("/submit"):
            faults.add(read, method="GET", path="/numberOrders/", times=math.inf)
        return fault

    faults.strike = then_blind  # type: ignore[method-assign]  # no rule can wait for another call


async def unknown(call: Awaitable[Any], client: NumbersClient) -> OutcomeUnknownError:
    """Return the error that *call* raises, which has to be the only unresolved record."""
    with pytest.raises(OutcomeUnknownError) as caught:
        await call
    assert [caught.value.op_id] == [one.op_id for one in client.unresolved]
    return caught.value


async def prepared(client: NumbersClient, sandbox: Sandbox) -> str:
    """Return the id of an order that needs nothing but to be submitted."""
    orders = client.number_orders
    created = await orders.create(region_code="AU", type="MOBILE", phone_number=NUMBER)
    order_id = created.id_number_order
    await orders.update_registration(order_id, request_details={"data": DATA})
    await orders.upload_attachment(order_id, ADDRESS, bill())
    sandbox.calls.clear()
    return order_id


@pytest.mark.parametrize("fault", AMBIGUOUS)
async def test_nothing_follows_an_ambiguous_creation(
    quick: NumbersClient, sandbox: Sandbox, fault: str
) -> None:
    """No read can find an order without its id: one creation, and no other call after it."""
    sandbox.faults.add(fault, path="createNumberOrder")

    error = await unknown(order_numbers(quick, **order()), quick)

    assert "/v1/projects/sandbox/numberOrders:createNumberOrder" == error.path
    assert "createNumberOrder" in sandbox.calls[-1]
    assert ["numberOrders:createNumberOrder"] == billable(sandbox)
    assert "rent" not in operations(sandbox)


@pytest.mark.parametrize(("fault", "effects"), [("drop", 1), ("drop_before", 0), ("503", 0)])
async def test_nothing_follows_an_ambiguous_submission(
    quick: NumbersClient, sandbox: Sandbox, fault: str, effects: int
) -> None:
    """One submission, one record with the order's path, and a note with its id."""
    sandbox.faults.add(fault, path="/submit")
    blind_from_submission(sandbox)

    error = await unknown(order_numbers(quick, **order()), quick)

    (order_id,) = sandbox.project().orders
    assert f"/v1/projects/sandbox/numberOrders/{order_id}/submit" == error.path
    assert [f"order {order_id} still exists: continue with resume_order"] == error.__notes__
    assert ["numberOrders:createNumberOrder", "submit"] == billable(sandbox)
    assert effects == operations(sandbox).count("submit_order")


@pytest.mark.parametrize("read", sampled(READS, 2))
async def test_a_failed_read_does_not_lead_to_a_second_submission(
    quick: NumbersClient, sandbox: Sandbox, read: str
) -> None:
    """A gateway's 404, 403, or web page is no evidence about an order, nor is a 401 or a 500."""
    sandbox.faults.add("drop", path="/submit")
    blind_from_submission(sandbox, read)

    await unknown(order_numbers(quick, **order()), quick)

    assert ["numberOrders:createNumberOrder", "submit"] == billable(sandbox)


@pytest.mark.parametrize(("fault", "effects"), [("drop", 1), ("drop_before", 0), ("503", 0)])
async def test_a_resumed_order_stops_at_an_ambiguous_submission(
    quick: NumbersClient, sandbox: Sandbox, fault: str, effects: int
) -> None:
    """One submission; the order is resumed once its outcome is known, and submitted once."""
    order_id = await prepared(quick, sandbox)
    sandbox.faults.add(fault, path="/submit")
    blind_from_submission(sandbox)

    error = await unknown(resume_order(quick, order_id, longest_pause=0.01), quick)

    assert f"/v1/projects/sandbox/numberOrders/{order_id}/submit" == error.path
    assert [f"order {order_id} still exists: continue with resume_order"] == error.__notes__
    assert ["submit"] == billable(sandbox)
    assert effects == operations(sandbox).count("submit_order")
    del sandbox.faults.strike  # back to the one of the class
    sandbox.faults.clear()
    if not effects:
        with pytest.raises(NumberBusyError) as busy:  # until it is known that nothing was sent
            await resume_order(quick, order_id, longest_pause=0.01)
        assert (order_id, error.op_id) == (busy.value.subject, busy.value.op_id)
        assert ["submit"] == billable(sandbox)
    assert (effects == 1) is (await quick.reconcile(error) is not None)

    result = await resume_order(quick, order_id, longest_pause=0.01)

    assert OrderOutcome.COMPLETED is result.outcome
    assert ["create_order", "submit_order", "rent"] == operations(sandbox)


async def test_an_ambiguous_lookup_of_requirements_is_repeated(
    quick: NumbersClient, sandbox: Sandbox
) -> None:
    """The lookup is a POST that is free of charge: it is no billable call in doubt."""
    sandbox.faults.add("drop", path="lookupNumberRequirements", times=2)

    result = await order_numbers(quick, **order())

    assert OrderOutcome.COMPLETED is result.outcome
    assert () == quick.unresolved


@pytest.mark.parametrize("kind", ["404_html", "404_json"])
async def test_a_gateways_404_is_no_missing_requirement(
    quick: NumbersClient, sandbox: Sandbox, kind: str
) -> None:
    """Only the service's own 404 means that a number is rented without an order."""
    sandbox.project().add_available(phone_number="+12025550199")
    sandbox.faults.add(kind, path="lookupNumberRequirements")

    with pytest.raises(NotFoundError):
        await order_numbers(quick, region_code="US", type="LOCAL", phone_number="+12025550199")

    assert [] == billable(sandbox)


@pytest.mark.parametrize("kind", ["404_html", "404_json"])
async def test_a_gateways_404_is_no_missing_requirement_of_a_resumed_order(
    quick: NumbersClient, sandbox: Sandbox, kind: str
) -> None:
    """An order is not submitted unchecked when a gateway answers the lookup."""
    order_id = await prepared(quick, sandbox)
    sandbox.faults.add(kind, path="lookupNumberRequirements")

    with pytest.raises(NotFoundError):
        await resume_order(quick, order_id, longest_pause=0.01)

    assert [] == billable(sandbox)


@pytest.mark.parametrize(("fault", "billed"), [("drop", 1), ("drop_before", 0)])
async def test_nothing_follows_an_ambiguous_rent_on_request(
    quick: NumbersClient, sandbox: Sandbox, fault: str, billed: int
) -> None:
    """A number is rented by one POST, and its record names the number."""
    number = sandbox.project().add_available(phone_number="+12025550199").phone_number
    sandbox.faults.add(fault, path=":rent")
    fail_reads_after(sandbox, ":rent", kind="404_html")

    error = await unknown(quick.buy(phone_numbers=number, method="rent"), quick)

    assert number == error.phone_number
    assert [f"{number}:rent"] == billable(sandbox)
    assert ["rent"] * billed == operations(sandbox)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("bad_request", OrderRefusedError),
        ("403", PermissionDeniedError),
    ],
)
async def test_a_definite_error_of_a_submission_is_not_ambiguous(
    quick: NumbersClient, sandbox: Sandbox, fault: str, error: type[SinchNumbersError]
) -> None:
    """The submission is sent once, nothing is listed as unresolved, and nothing is bought."""
    sandbox.faults.add(fault, path="/submit")

    with pytest.raises(error):
        await order_numbers(quick, **order())

    assert ["numberOrders:createNumberOrder", "submit"] == billable(sandbox)
    assert ["create_order"] == operations(sandbox)
    assert () == quick.unresolved


@pytest.mark.parametrize("fault", ["404_html", "404_json", "redirect"])
async def test_an_answer_to_a_submission_from_in_between_is_verified(
    quick: NumbersClient, sandbox: Sandbox, fault: str
) -> None:
    """A gateway's 404 or a redirect is no rejection: the order is read, then submitted again."""
    sandbox.faults.add(fault, path="/submit")

    result = await order_numbers(quick, **order())

    assert OrderOutcome.COMPLETED is result.outcome
    assert ["numberOrders:createNumberOrder", "submit", "submit"] == billable(sandbox)
    assert ["create_order", "submit_order", "rent"] == operations(sandbox)
    assert () == quick.unresolved


async def test_a_429_ends_an_order_before_it_exists(
    quick: NumbersClient, sandbox: Sandbox
) -> None:
    """A 429 on the creation is raised at once: no read could make sure of it."""
    sandbox.faults.add("429", path="createNumberOrder")

    with pytest.raises(RateLimitError):
        await order_numbers(quick, **order())

    assert ["numberOrders:createNumberOrder"] == billable(sandbox)
    assert [] == sandbox.ledger
