"""A billable call is never sent again before reads have shown that it is safe."""

import asyncio
import itertools

import pytest

from sinch_numbers import NumbersClient, OutcomeUnknownError, RateLimitError, SinchNumbersError
from sinch_numbers.sandbox import Sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

ADDRESS = {
    "streetNumber": "77",
    "streetInfo": "Harbor Way",
    "city": "Portland",
    "state": "OR",
    "postalCode": "97209",
}
DONE = ["drop", "reset", "truncated", "garbage", "empty"]
NOT_DONE = ["drop_before", "reset_before", "500", "502", "503", "504", "408", "html"]


def shape(sandbox: Sandbox) -> str:
    """Return the methods that were called, repeated reads as one: "POST GET POST"."""
    methods = [call.split()[0] for call in sandbox.calls if "oauth2" not in call]
    return " ".join(method for method, _ in itertools.groupby(methods))


@pytest.fixture
async def free(client: NumbersClient, sandbox: Sandbox) -> str:
    (hit,) = await client.available_numbers.search(region_code="US", type="LOCAL", size=1)
    sandbox.calls.clear()
    return hit.phone_number


@pytest.fixture
async def held(client: NumbersClient, sandbox: Sandbox, free: str) -> str:
    await client.available_numbers.rent(free)
    sandbox.calls.clear()
    sandbox.ledger.clear()
    return free


@pytest.mark.parametrize(
    ("fault", "calls"),
    [
        *(pytest.param(fault, "POST GET", id=f"{fault}: done, so read") for fault in DONE),
        *(
            pytest.param(fault, "POST GET POST", id=f"{fault}: not done, so read and sent again")
            for fault in NOT_DONE
        ),
        pytest.param("429", "POST GET POST", id="429: refused unread, checked all the same"),
    ],
)
async def test_rent_reads_before_it_repeats(
    client: NumbersClient, sandbox: Sandbox, free: str, fault: str, calls: str
) -> None:
    """However the first attempt ends, the number is rented once."""
    sandbox.faults.queue(fault)

    number = await client.available_numbers.rent(free)

    assert free == number.phone_number
    assert calls == shape(sandbox)
    assert ["rent"] == [entry.operation for entry in sandbox.ledger]


@pytest.mark.parametrize(
    ("fault", "calls"),
    [
        *(pytest.param(fault, "POST GET", id=f"{fault}: done, so read") for fault in DONE),
        *(
            pytest.param(fault, "POST GET POST", id=f"{fault}: not done, so read and sent again")
            for fault in NOT_DONE
        ),
    ],
)
async def test_release_reads_before_it_repeats(
    client: NumbersClient, sandbox: Sandbox, held: str, fault: str, calls: str
) -> None:
    """However the first attempt ends, the number is released once."""
    sandbox.faults.queue(fault)

    number = await client.active_numbers.release(held)

    assert number.expire_at is not None
    assert calls == shape(sandbox)
    assert ["release"] == [entry.operation for entry in sandbox.ledger]


@pytest.mark.parametrize(("fault", "posts"), [("drop", 1), ("503", 2)])
async def test_an_emergency_address_is_provisioned_once(
    client: NumbersClient, sandbox: Sandbox, held: str, fault: str, posts: int
) -> None:
    """The address that is read back is the proof."""
    sandbox.faults.queue(fault)

    address = await client.emergency_address.provision(
        held, display_name="Warehouse", address=ADDRESS
    )

    assert "Harbor Way" == address.street_info
    assert posts == sum(call.startswith("POST") for call in sandbox.calls)


async def test_a_commit_after_we_gave_up_is_waited_for(
    client: NumbersClient, sandbox: Sandbox, free: str
) -> None:
    """The service carries the rent out while we already read: nothing is sent twice."""
    sandbox.faults.add("late_commit", method="POST", seconds=0.15)

    number = await client.with_options(settle_timeout=0.5).available_numbers.rent(free)

    assert free == number.phone_number
    assert 1 == sum(call.startswith("POST") for call in sandbox.calls)
    assert 1 == len(sandbox.ledger)


async def test_an_outcome_that_no_read_settles_is_unknown(
    client: NumbersClient, sandbox: Sandbox, free: str
) -> None:
    """The reply is lost and reads fail, too: the caller is told, not lied to."""
    sandbox.faults.queue("drop")
    sandbox.faults.add("500", method="GET", times=1000)

    with pytest.raises(OutcomeUnknownError) as caught:
        await client.available_numbers.rent(free)

    assert free == caught.value.phone_number
    assert 1 == sum(call.startswith("POST") for call in sandbox.calls)


@pytest.mark.parametrize("fault", DONE + NOT_DONE)
async def test_rent_any_has_no_read_to_settle_it(
    client: NumbersClient, sandbox: Sandbox, fault: str
) -> None:
    """When nothing can tell one rent from two, the caller has to decide."""
    sandbox.faults.queue(fault)

    with pytest.raises(OutcomeUnknownError):
        await client.available_numbers.rent_any(region_code="US", type="LOCAL")

    assert "POST" == shape(sandbox)


async def test_rent_any_is_not_repeated_for_haste(client: NumbersClient, sandbox: Sandbox) -> None:
    """A 429 is the caller's, too."""
    sandbox.faults.queue("429")

    with pytest.raises(RateLimitError):
        await client.available_numbers.rent_any(region_code="US", type="LOCAL")

    assert "POST" == shape(sandbox)


async def test_rent_first_rents_one_whatever_happens(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """Lost and refused attempts lead to one number, not two."""
    sandbox.faults.queue("503", "drop")

    number = await client.available_numbers.rent_first(region_code="US", type="LOCAL")

    assert [number.phone_number] == [entry.phone_number for entry in sandbox.ledger]


async def test_a_storm_of_faults_bills_nothing_twice(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """
    Forty rents at once, half of their POSTs and a fifth of the reads at fault: each number
    is billed once if it is reported rented, and not at all if it is reported as not.
    """
    sandbox.faults.add("drop", method="POST", path=":rent", probability=0.25, seed=1, times=10**6)
    sandbox.faults.add("503", method="POST", path=":rent", probability=0.33, seed=2, times=10**6)
    sandbox.faults.add(
        "500", method="GET", path="/activeNumbers/", probability=0.2, seed=3, times=10**6
    )
    hits = await client.available_numbers.search(region_code="US", type="LOCAL", size=40)
    numbers = [hit.phone_number for hit in hits]

    ends = await asyncio.gather(
        *(client.available_numbers.rent(number) for number in numbers), return_exceptions=True
    )

    billed = [entry.phone_number for entry in sandbox.ledger]
    assert sorted(set(billed)) == sorted(billed)
    for number, end in zip(numbers, ends, strict=True):
        if isinstance(end, OutcomeUnknownError):
            continue
        assert (number in billed) != isinstance(end, SinchNumbersError), end
    assert 40 == len(numbers)
