"""A billable call is never sent again before reads have shown that it is safe."""

import asyncio
import itertools
from collections.abc import AsyncIterator

import pytest
from failing_reads import fail_reads_after

from sinch_numbers import (
    AlreadyOwnedError,
    NumbersClient,
    OutcomeUnknownError,
    RateLimitError,
    SinchNumbersError,
    SmsConfiguration,
    UnexpectedResultError,
)
from sinch_numbers.sandbox import Sandbox
from sinch_numbers.sandbox._state.change import Change, SmsLink

from .conftest import settings

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

US_LOCAL = {"region_code": "US", "type": "LOCAL"}
ADDRESS = {
    "streetNumber": "77",
    "streetInfo": "Harbor Way",
    "city": "Portland",
    "state": "OR",
    "postalCode": "97209",
}
DONE = ["drop", "reset", "truncated", "garbage", "empty"]
NOT_DONE = ["drop_before", "reset_before", "500", "502", "503", "504", "408", "html"]
NOT_DONE += ["redirect", "404_html", "404_json"]  # of a gateway, after it may have sent the call


def shape(sandbox: Sandbox) -> str:
    """Return the methods that were called, repeated reads as one: "POST GET POST"."""
    methods = [call.split()[0] for call in sandbox.calls if "oauth2" not in call]
    return " ".join(method for method, _ in itertools.groupby(methods))


@pytest.fixture
async def shared(sandbox: Sandbox) -> AsyncIterator[NumbersClient]:
    """Open a client of a project in which others rent numbers, too."""
    async with NumbersClient(**settings(sandbox) | {"sole_renter": False}) as client:
        yield client


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
        *(pytest.param(fault, "GET POST GET", id=f"{fault}: done, so read") for fault in DONE),
        *(
            pytest.param(fault, "GET POST GET POST", id=f"{fault}: not done, so read and repeated")
            for fault in NOT_DONE
        ),
        pytest.param("429", "GET POST GET POST", id="429: rejected, checked all the same"),
    ],
)
async def test_rent_reads_before_it_repeats(
    client: NumbersClient, sandbox: Sandbox, free: str, fault: str, calls: str
) -> None:
    """However the first attempt of the only renter ends, the number is rented once."""
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


@pytest.mark.parametrize("fault", DONE)
async def test_a_number_that_is_found_may_be_another_workers(
    shared: NumbersClient, sandbox: Sandbox, free: str, fault: str
) -> None:
    """Where others rent, a read confirms no rent: the error has the number as a candidate."""
    sandbox.faults.queue(fault)

    with pytest.raises(OutcomeUnknownError, match="it may be another worker's") as caught:
        await shared.available_numbers.rent(free)

    assert [free] == [number.phone_number for number in caught.value.candidates]
    assert "POST GET" == shape(sandbox)
    assert 1 == len(sandbox.ledger)


@pytest.mark.parametrize("fault", NOT_DONE)
async def test_absence_is_proof_wherever_others_rent(
    shared: NumbersClient, sandbox: Sandbox, free: str, fault: str
) -> None:
    """Three absences over the settle timeout prove that a rent had no effect: it is repeated."""
    sandbox.faults.queue(fault)

    assert free == (await shared.available_numbers.rent(free)).phone_number
    assert "POST GET POST" == shape(sandbox)
    assert 1 == len(sandbox.ledger)


@pytest.mark.parametrize("fault", ["drop_before", "503", "429"])
async def test_a_number_with_another_configuration_was_rented_by_another_call(
    shared: NumbersClient, sandbox: Sandbox, free: str, fault: str
) -> None:
    """The project holds the number with another service plan: the error says so."""
    sandbox.project().rent(free, Change(sms=SmsLink(service_plan_id="theirs")))
    sandbox.faults.queue(fault)

    with pytest.raises(AlreadyOwnedError) as caught:
        await shared.available_numbers.rent(free, sms_configuration=SmsConfiguration("ours"))

    assert free == caught.value.phone_number
    assert "POST GET" == shape(sandbox)
    assert 1 == len(sandbox.ledger)


async def test_a_number_that_is_found_after_a_429_is_anothers(
    shared: NumbersClient, sandbox: Sandbox, free: str
) -> None:
    """A 429 had no effect, so one read decides: an equal configuration is another call's."""
    sandbox.faults.queue("429")
    sandbox.project().rent(free, Change())

    with pytest.raises(AlreadyOwnedError):
        await shared.available_numbers.rent(free)

    assert "POST GET" == shape(sandbox)
    assert 1 == sum(call.startswith("GET") for call in sandbox.calls)


async def test_a_success_about_another_number_is_reported_as_billed(
    client: NumbersClient, sandbox: Sandbox, free: str
) -> None:
    """It is neither read nor repeated, and the project owns the other number."""
    sandbox.faults.queue("other_number")

    with pytest.raises(UnexpectedResultError) as caught:
        await client.available_numbers.rent(free)

    other = caught.value.result.phone_number
    assert free != other
    assert "GET POST" == shape(sandbox)
    assert 1 == len(sandbox.ledger)


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
    """The response is lost and reads fail, too."""
    sandbox.faults.queue("drop")
    fail_reads_after(sandbox, ":rent")

    with pytest.raises(OutcomeUnknownError) as caught:
        await client.available_numbers.rent(free)

    assert free == caught.value.phone_number
    assert 1 == sum(call.startswith("POST") for call in sandbox.calls)


@pytest.mark.parametrize("fault", DONE)
async def test_rent_any_finds_its_number_by_listing(
    client: NumbersClient, sandbox: Sandbox, fault: str
) -> None:
    """The only renter recognizes the one number that no earlier rent explains."""
    held_before = await client.available_numbers.rent_any(**US_LOCAL)
    await client.active_numbers.get(held_before.phone_number)  # says what time it is there
    sandbox.calls.clear()
    sandbox.faults.queue(fault)

    number = await client.available_numbers.rent_any(**US_LOCAL)

    assert [held_before.phone_number, number.phone_number] == [
        entry.phone_number for entry in sandbox.ledger
    ]
    assert shape(sandbox).endswith("POST GET")
    assert 1 == shape(sandbox).count("POST")


@pytest.mark.parametrize("fault", NOT_DONE)
async def test_rent_any_is_not_repeated_by_itself(
    client: NumbersClient, sandbox: Sandbox, fault: str
) -> None:
    """Listing proves that it had no effect, so the error is certain, and there is one POST."""
    await client.available_regions.list()  # says what time it is there
    sandbox.calls.clear()
    sandbox.faults.queue(fault)

    with pytest.raises(SinchNumbersError) as caught:
        await client.available_numbers.rent_any(**US_LOCAL)

    assert not caught.value.maybe_applied
    assert shape(sandbox).endswith("POST GET")
    assert 1 == shape(sandbox).count("POST")
    assert [] == sandbox.ledger


@pytest.mark.parametrize("fault", DONE + NOT_DONE)
async def test_rent_any_is_unknown_where_others_rent(
    shared: NumbersClient, sandbox: Sandbox, fault: str
) -> None:
    """Any number may be another worker's: one POST, and the caller resolves it."""
    sandbox.faults.queue(fault)

    with pytest.raises(OutcomeUnknownError) as caught:
        await shared.available_numbers.rent_any(**US_LOCAL)

    assert "POST GET" == shape(sandbox)
    assert {entry.phone_number for entry in sandbox.ledger} <= {
        number.phone_number for number in caught.value.candidates
    }


async def test_rent_any_is_not_repeated_after_a_429(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """A 429 is raised: the caller may repeat the call."""
    sandbox.faults.queue("429")

    with pytest.raises(RateLimitError):
        await client.available_numbers.rent_any(**US_LOCAL)

    assert shape(sandbox).endswith("POST")
    assert 1 == shape(sandbox).count("POST")


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
