"""`rent_first` stops at the first ambiguous outcome: no second candidate is ever bought."""

import math

import pytest
from failing_reads import fail_reads_after

from sinch_numbers import (
    BadRequestError,
    NumbersClient,
    OutcomeUnknownError,
    OutOfStockError,
    PermissionDeniedError,
    RateLimitError,
    SinchNumbersError,
    Unresolved,
)
from sinch_numbers.sandbox import Sandbox
from sinch_numbers.sandbox._protocol.errors import not_found
from sinch_numbers.sandbox._state.state import Project

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

US_LOCAL = {"region_code": "US", "type": "LOCAL"}
SETTLE = 0.01
"""Seconds: the reads that look for an effect take 13 looks within five of these."""
READS = ["500", "503", "drop", "403", "403_html", "404_html", "404_json", "html", "revoked_token"]
"""Replies to a read that are evidence of nothing."""


def posts(sandbox: Sandbox) -> list[str]:
    return [call for call in sandbox.calls if call.startswith("POST") and "oauth2" not in call]


def unresolved(client: NumbersClient) -> tuple[Unresolved, ...]:
    """Return what *client* lists, the async client or the wrapped sync one."""
    return client.unresolved if isinstance(client, NumbersClient) else client._twin.unresolved


def snatch_first(project: Project) -> None:
    """Let the first rent of *project* find its number taken by another project."""
    rent, numbers = project.rent, []

    def after_the_first(phone_number, change):
        numbers.append(phone_number)
        if len(numbers) == 1:
            raise not_found("AvailableNumber", phone_number, "no such number", "")
        return rent(phone_number, change)

    project.rent = after_the_first  # type: ignore[method-assign]  # for this one test


@pytest.mark.parametrize(("fault", "billed"), [("drop", 1), ("drop_before", 0), ("500", 0)])
async def test_no_second_candidate_after_an_ambiguous_one(
    client: NumbersClient, sandbox: Sandbox, fault: str, billed: int
) -> None:
    """One POST, one unresolved record for its number, and at most one number billed."""
    sandbox.faults.queue(fault)
    fail_reads_after(sandbox, ":rent")

    with pytest.raises(OutcomeUnknownError) as caught:
        await client.with_options(settle_timeout=SETTLE).available_numbers.rent_first(**US_LOCAL)

    (post,) = posts(sandbox)
    assert f"/availableNumbers/{caught.value.phone_number}:rent" in post
    assert billed == len(sandbox.ledger)
    assert [(caught.value.op_id, caught.value.phone_number)] == [
        (one.op_id, one.phone_number) for one in unresolved(client)
    ]


@pytest.mark.parametrize("read", READS)
async def test_a_failed_read_does_not_lead_to_the_next_candidate(
    async_client: NumbersClient, sandbox: Sandbox, read: str
) -> None:
    """A gateway's 404, 403, or web page proves no absence, nor does a 401 or a 500."""
    sandbox.faults.queue("drop")
    fail_reads_after(sandbox, ":rent", kind=read)

    with pytest.raises(OutcomeUnknownError) as caught:
        await async_client.with_options(settle_timeout=SETTLE).available_numbers.rent_first(
            **US_LOCAL
        )

    assert 1 == len(posts(sandbox))
    assert [caught.value.phone_number] == [entry.phone_number for entry in sandbox.ledger]
    assert [caught.value.op_id] == [one.op_id for one in async_client.unresolved]


async def test_an_ambiguous_outcome_among_the_candidates(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """The first candidate is taken, the second is ambiguous, and the third is not sent."""
    snatch_first(sandbox.project())
    sandbox.faults.queue("ok", "drop")
    fail_reads_after(sandbox, ":rent", posts=2)

    with pytest.raises(OutcomeUnknownError) as caught:
        await client.with_options(settle_timeout=SETTLE).available_numbers.rent_first(**US_LOCAL)

    assert 2 == len(posts(sandbox))
    assert f"{caught.value.phone_number}:rent" in posts(sandbox)[-1]
    assert [caught.value.phone_number] == [entry.phone_number for entry in sandbox.ledger]
    assert [caught.value.op_id] == [one.op_id for one in unresolved(client)]


async def test_a_resent_rent_that_is_ambiguous_again(
    async_client: NumbersClient, sandbox: Sandbox
) -> None:
    """The absence of the first effect is proven, the second is unknown: two POSTs, one number."""
    sandbox.faults.queue("drop_before", "drop")
    fail_reads_after(sandbox, ":rent", posts=2)
    patient = async_client.with_options(settle_timeout=0.3)  # the proof takes several reads

    with pytest.raises(OutcomeUnknownError) as caught:
        await patient.available_numbers.rent_first(**US_LOCAL)

    assert [f"{caught.value.phone_number}:rent"] * 2 == [
        call.rpartition("/")[2] for call in posts(sandbox)
    ]
    assert [caught.value.phone_number] == [entry.phone_number for entry in sandbox.ledger]


async def test_an_unresolved_candidate_stays_reserved(
    async_client: NumbersClient, sandbox: Sandbox
) -> None:
    """The only number has an unknown outcome, so a read could not tell a second rent from it."""
    only = {**US_LOCAL, "number_pattern": sandbox.project().add_available().phone_number}
    quick = async_client.with_options(settle_timeout=SETTLE)
    sandbox.faults.queue("drop_before")
    fail_reads_after(sandbox, ":rent")
    with pytest.raises(OutcomeUnknownError):
        await quick.available_numbers.rent_first(**only)
    sandbox.faults.clear()

    with pytest.raises(OutOfStockError):
        await quick.available_numbers.rent_first(**only)

    assert [] == sandbox.ledger


@pytest.mark.parametrize("fault", ["redirect", "404_html", "404_json"])
async def test_an_answer_from_in_between_is_verified(
    async_client: NumbersClient, sandbox: Sandbox, fault: str
) -> None:
    """A redirect or a gateway's 404 is no rejection: the same candidate is read and repeated."""
    sandbox.faults.queue(fault)

    rented = await async_client.available_numbers.rent_first(**US_LOCAL)

    assert [f"{rented.phone_number}:rent"] * 2 == [
        call.rpartition("/")[2] for call in posts(sandbox)
    ]
    assert [rented.phone_number] == [entry.phone_number for entry in sandbox.ledger]


@pytest.mark.parametrize("read", READS)
async def test_a_failed_read_before_the_rent_ends_the_search(
    async_client: NumbersClient, sandbox: Sandbox, read: str
) -> None:
    """Without a read before the request, nothing could confirm it: nothing is sent."""
    sandbox.faults.add(read, method="GET", path="/activeNumbers/", times=math.inf)

    with pytest.raises(SinchNumbersError) as caught:
        await async_client.available_numbers.rent_first(**US_LOCAL)

    assert not caught.value.maybe_applied
    assert [] == posts(sandbox)
    assert () == async_client.unresolved


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("bad_request", BadRequestError),
        ("403", PermissionDeniedError),
    ],
)
async def test_a_definite_error_ends_the_search(
    client: NumbersClient, sandbox: Sandbox, fault: str, error: type[SinchNumbersError]
) -> None:
    """An error that another candidate would meet as well is raised after one POST."""
    sandbox.faults.queue(fault)

    with pytest.raises(error):
        await client.available_numbers.rent_first(**US_LOCAL)

    assert 1 == len(posts(sandbox))
    assert [] == sandbox.ledger
    assert () == unresolved(client)


async def test_a_429_without_a_read_ends_the_search(
    async_client: NumbersClient, sandbox: Sandbox
) -> None:
    """A 429 is raised when no read can make sure of it, and no other candidate is sent."""
    sandbox.faults.queue("429")
    fail_reads_after(sandbox, ":rent")

    with pytest.raises(RateLimitError):
        await async_client.available_numbers.rent_first(**US_LOCAL)

    assert 1 == len(posts(sandbox))
    assert [] == sandbox.ledger


async def test_a_401_is_not_ambiguous(client: NumbersClient, sandbox: Sandbox) -> None:
    """A refused token is replaced, and the same candidate is sent again: one number billed."""
    sandbox.faults.queue("expired_token")

    rented = await client.available_numbers.rent_first(**US_LOCAL)

    assert [f"{rented.phone_number}:rent"] * 2 == [
        call.rpartition("/")[2] for call in posts(sandbox)
    ]
    assert [rented.phone_number] == [entry.phone_number for entry in sandbox.ledger]


@pytest.mark.parametrize("member", ["money", "capability", "regionCode", "type", "displayName"])
async def test_a_read_needs_no_more_than_what_it_shows(
    client: NumbersClient, sandbox: Sandbox, member: str
) -> None:
    """A field that says nothing about the rent may be unreadable; the result names it."""
    sandbox.faults.queue("drop")
    sandbox.faults.add("unreadable_item", path="/activeNumbers/+", member=member, times=math.inf)

    rented = await client.with_options(settle_timeout=SETTLE).available_numbers.rent_first(
        **US_LOCAL
    )

    assert 1 == len(sandbox.ledger)
    assert rented.phone_number in sandbox.project().active
    assert (member,) == rented.extra.unreadable
    assert () == unresolved(client)


@pytest.mark.parametrize("member", ["callbackUrl", "smsConfiguration", "expireAt"])
async def test_a_read_without_what_it_shows_proves_nothing(
    client: NumbersClient, sandbox: Sandbox, member: str
) -> None:
    """The number may be another renter's."""
    sandbox.faults.queue("drop")
    sandbox.faults.add("unreadable_item", path="/activeNumbers/+", member=member, times=math.inf)

    with pytest.raises(OutcomeUnknownError):
        await client.with_options(settle_timeout=SETTLE).available_numbers.rent_first(**US_LOCAL)
