"""Two callers of one client never take the same rented number for their own."""

import asyncio

import pytest

from sinch_numbers import NumbersClient, OutOfStockError
from sinch_numbers.sandbox import Sandbox

pytestmark = pytest.mark.anyio


@pytest.fixture
async def last(sandbox: Sandbox) -> str:
    """Leave one number in a region of its own."""
    return sandbox.project().add_available(region_code="AX", type="LOCAL").phone_number


@pytest.mark.parametrize("fault", ["drop_before", "500", "429", "late_commit"])
async def test_a_number_found_rented_is_not_taken_for_ones_own(
    client: NumbersClient, sandbox: Sandbox, last: str, fault: str
) -> None:
    """
    Both search, one rents, and the other's attempt is lost: the read that settles it finds the
    number rented, by the first.
    """
    sandbox.faults.queue("ok", fault)
    sibling = client.with_options(settle=0.05)

    ends = await asyncio.gather(
        *(
            one.available_numbers.rent_first(region_code="AX", type="LOCAL")
            for one in (client, sibling)
        ),
        return_exceptions=True,
    )

    assert [last] == [end.phone_number for end in ends if not isinstance(end, Exception)]
    assert [OutOfStockError] == [type(end) for end in ends if isinstance(end, Exception)]
    assert [last] == [entry.phone_number for entry in sandbox.ledger]


async def test_a_number_rented_by_name_is_nobody_elses(
    client: NumbersClient, sandbox: Sandbox, last: str
) -> None:
    """`rent_first` keeps its hands off what `rent` is about to rent."""
    sandbox.faults.queue("ok", "drop_before")

    rented, taken = await asyncio.gather(
        client.available_numbers.rent(last),
        client.available_numbers.rent_first(region_code="AX", type="LOCAL"),
        return_exceptions=True,
    )

    assert last == rented.phone_number
    assert isinstance(taken, OutOfStockError)


async def test_a_number_that_could_not_be_rented_is_anybodys(
    client: NumbersClient, sandbox: Sandbox, last: str
) -> None:
    """A definite failure gives the number back."""
    sandbox.faults.queue("bad_request")
    search = {"region_code": "AX", "type": "LOCAL"}

    first, *_ = await asyncio.gather(
        client.available_numbers.rent_first(**search), return_exceptions=True
    )
    second = await client.available_numbers.rent_first(**search)

    assert isinstance(first, Exception)
    assert last == second.phone_number
