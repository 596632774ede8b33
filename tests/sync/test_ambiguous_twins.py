"""The sync twins of composed operations stop at an ambiguous outcome as the coroutines do."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from products import sampled

from sinch_numbers import OutcomeUnknownError, SyncNumbersClient
from sinch_numbers import sync as twins
from sinch_numbers.sandbox import Fault, Sandbox

pytestmark = pytest.mark.sandbox

FREE = "+12025550199"
ORDERED = "+5511900000001"
BRAZIL = {"region_code": "BR", "type": "MOBILE"}
REGISTRATION = [{"companyName": "Acme", "taxId": "12"}]
CREATE, SUBMIT = "numberOrders:createNumberOrder", "submit"


@pytest.fixture
def client(elsewhere: Sandbox, sync_client: SyncNumbersClient) -> Iterator[SyncNumbersClient]:
    """Return a sync client that stops looking for an effect within 50 ms."""
    project = elsewhere.project()
    project.add_available(phone_number=FREE)
    project.add_available(phone_number=ORDERED, region_code="BR", type="MOBILE")
    return sync_client.with_options(settle_timeout=0.1)


def rent_first(client: SyncNumbersClient, _: str) -> object:
    return client.available_numbers.rent_first(region_code="US", type="LOCAL")


def order_and_create(client: SyncNumbersClient, _: str) -> object:
    return twins.order_numbers(
        client, **BRAZIL, phone_number=ORDERED, registration=REGISTRATION, longest_pause=0.01
    )


def buy(client: SyncNumbersClient, _: str) -> object:
    return client.buy(region_code="US", type="LOCAL", longest_pause=0.01)


def buy_by_rent(client: SyncNumbersClient, _: str) -> object:
    return client.buy(phone_numbers=FREE, method="rent")


def resume(client: SyncNumbersClient, order_id: str) -> object:
    return twins.resume_order(client, order_id, registration=REGISTRATION, longest_pause=0.01)


def blind_after(sandbox: Sandbox, ending: str) -> None:
    """Fail every GET from the first POST on whose path has this *ending*."""
    faults, strike = sandbox.faults, sandbox.faults.strike

    def then_blind(method: str, path: str, query: Any = None) -> Fault | None:
        fault = strike(method, path, query)
        if path.endswith(ending):
            faults.add("404_html", method="GET", times=math.inf)
        return fault

    faults.strike = then_blind  # type: ignore[method-assign]  # no rule can wait for another call


@pytest.mark.parametrize(
    ("fault", "effect"),
    sampled([pytest.param("drop", True), pytest.param("drop_before", False)], 1),
)
@pytest.mark.parametrize(
    ("operation", "ambiguous", "sent"),
    [
        pytest.param(rent_first, ":rent", [":rent"], id="rent_first"),
        pytest.param(order_and_create, CREATE, [CREATE], id="order_numbers-create"),
        pytest.param(order_and_create, SUBMIT, [CREATE, SUBMIT], id="order_numbers-submit"),
        pytest.param(buy, CREATE, [CREATE], id="buy-create"),
        pytest.param(buy, SUBMIT, [CREATE, SUBMIT], id="buy-submit"),
        pytest.param(buy_by_rent, ":rent", [":rent"], id="buy-rent"),
        pytest.param(resume, SUBMIT, [SUBMIT], id="resume_order"),
    ],
)
def test_nothing_billable_follows_an_ambiguous_outcome(
    client: SyncNumbersClient,
    elsewhere: Sandbox,
    operation: Callable[[SyncNumbersClient, str], object],
    ambiguous: str,
    sent: list[str],
    fault: str,
    effect: bool,
) -> None:
    """The error is OutcomeUnknownError, it is listed, and no call that costs comes after it."""
    order_id = ""
    if operation is resume:
        created = client.number_orders.create(**BRAZIL, phone_number=ORDERED)
        order_id = created.id_number_order
    elsewhere.calls.clear()
    elsewhere.ledger.clear()
    elsewhere.faults.add(fault, path=ambiguous)
    blind_after(elsewhere, ambiguous)

    with pytest.raises(OutcomeUnknownError) as caught:
        operation(client, order_id)

    billable = [call for call in elsewhere.calls if call.endswith((":rent", CREATE, SUBMIT))]
    assert sent == [
        next(ending for ending in (":rent", CREATE, SUBMIT) if call.endswith(ending))
        for call in billable
    ]
    assert [caught.value.op_id] == [one.op_id for one in client.unresolved]
    settled = [entry for entry in elsewhere.ledger if entry.operation != "rent" or ":rent" in sent]
    assert len(sent) - (not effect) == len(settled)
