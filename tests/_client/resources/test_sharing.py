"""Two concurrent calls of one client never report the same rented number."""

import asyncio

import pytest

from sinch_numbers import NumbersClient, OutOfStockError
from sinch_numbers.sandbox import Sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

US_LOCAL = {"region_code": "US", "type": "LOCAL"}


@pytest.fixture
async def last(sandbox: Sandbox) -> str:
    """Add a number that is the only match of its search pattern."""
    return sandbox.project().add_available().phone_number


@pytest.mark.parametrize("fault", ["drop_before", "500", "429", "late_commit"])
async def test_a_concurrent_rent_is_not_mistaken_for_our_own(
    async_client: NumbersClient, sandbox: Sandbox, last: str, fault: str
) -> None:
    """
    Both calls search, one rents, and the other one's POST is lost: the read that settles it
    finds the number rented, by the first call.
    """
    sandbox.faults.queue("ok", fault)
    sibling = async_client.with_options(settle_timeout=0.05)

    ends = await asyncio.gather(
        *(
            one.available_numbers.rent_first(**US_LOCAL, number_pattern=last)
            for one in (async_client, sibling)
        ),
        return_exceptions=True,
    )

    assert [last] == [end.phone_number for end in ends if not isinstance(end, Exception)]
    assert [OutOfStockError] == [type(end) for end in ends if isinstance(end, Exception)]
    assert [last] == [entry.phone_number for entry in sandbox.ledger]


async def test_rent_first_skips_a_number_that_rent_is_renting(
    async_client: NumbersClient, sandbox: Sandbox, last: str
) -> None:
    """`rent` has an ambiguous outcome under way, so `rent_first` finds no candidate."""
    sandbox.faults.queue("ok", "drop_before")

    rented, taken = await asyncio.gather(
        async_client.available_numbers.rent(last),
        async_client.available_numbers.rent_first(**US_LOCAL, number_pattern=last),
        return_exceptions=True,
    )

    assert last == rented.phone_number
    assert isinstance(taken, OutOfStockError)


async def test_a_number_is_available_again_after_a_definite_error(
    async_client: NumbersClient, sandbox: Sandbox, last: str
) -> None:
    """A 400 proves that nothing was rented, so the next `rent_first` may take the number."""
    sandbox.faults.queue("bad_request")
    search = {**US_LOCAL, "number_pattern": last}

    first, *_ = await asyncio.gather(
        async_client.available_numbers.rent_first(**search), return_exceptions=True
    )
    second = await async_client.available_numbers.rent_first(**search)

    assert isinstance(first, Exception)
    assert last == second.phone_number
