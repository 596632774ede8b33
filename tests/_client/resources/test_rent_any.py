"""The number that the service picked for a rent whose response was lost, found by listing."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from sinch_numbers import (
    NumbersClient,
    Reply,
    Request,
    Secret,
    Token,
    UnreadableItemError,
)
from sinch_numbers._core.billing.decisions import Event
from sinch_numbers._core.billing.evidence import TAG, Evidence
from sinch_numbers._core.billing.journal import Claims, JournalEntry, OperationState
from sinch_numbers._core.billing.memory import MemoryStore

pytestmark = pytest.mark.anyio

ORIGIN = "https://numbers.example.com"
SENT = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
JUST_NOW, LONG_AGO = "2026-04-14T09:26:55Z", "2026-04-13T09:26:55Z"
A, B = "+12025550101", "+12025550102"
CRITERIA = {
    "regionCode": "US",
    "type": "LOCAL",
    "capabilities": ["SMS", "VOICE"],
    "numberPattern": {"pattern": "+1202", "searchPattern": "START"},
    "smsConfiguration": {"servicePlanId": "plan"},
}


class Key:
    """An authorizer with one token."""

    async def get(self) -> Token:
        return Token(Secret("Bearer t0ken"), 3600)

    def invalidate(self, token: Token) -> bool:
        return False

    async def close(self) -> None: ...


class Listing:
    """A transport that lists the numbers of the project, one per page."""

    def __init__(self) -> None:
        self.numbers: list[dict[str, Any]] = []
        self.queries: list[dict[str, list[str]]] = []

    async def exchange(self, request: Request) -> Reply:
        request.sent = True
        assert "GET" == request.method
        query = parse_qs(urlsplit(request.url).query)
        self.queries.append(query)
        at = int(query.get("pageToken", ["0"])[0])
        token = str(at + 1) if at + 1 < len(self.numbers) else ""
        page = {"activeNumbers": self.numbers[at : at + 1], "nextPageToken": token}
        return Reply(200, {}, json.dumps(page).encode())

    async def close(self) -> None: ...


@pytest.fixture
def listing() -> Listing:
    return Listing()


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
async def client(listing: Listing, store: MemoryStore) -> AsyncIterator[NumbersClient]:
    async with NumbersClient(
        "p", tokens=Key(), transport=listing, numbers_url=ORIGIN, store=store
    ) as client:
        yield client


def number(phone_number: str, charge: str | None = JUST_NOW, **shown: Any) -> dict[str, Any]:
    plan = {"smsConfiguration": {"servicePlanId": "plan"}}
    return {"phoneNumber": phone_number, "nextChargeDate": charge, **plan, **shown}


def entry(**changes: Any) -> JournalEntry:
    values: dict[str, Any] = {
        "id": "op",
        "operation": "rentAnyNumber",
        "origin": ORIGIN,
        "project_id": "p",
        "subject": "rentAnyNumber",
        "claims": Claims.ACQUIRES,
        "request": CRITERIA,
        "exclusive": True,
        "sent_after": SENT,
    }
    return JournalEntry(**values | changes)


async def evidence(client: NumbersClient, of: JournalEntry) -> Evidence:
    return await client.available_numbers._confirm_rent_any(of)


OTHER_PLAN = {"smsConfiguration": {"servicePlanId": "another"}}


@pytest.mark.parametrize(
    ("numbers", "event", "found"),
    [
        pytest.param([], Event.READ_ABSENT, [], id="none"),
        pytest.param([number(A)], Event.READ_PROOF, [A], id="one, rented since"),
        pytest.param([number(A, LONG_AGO)], Event.READ_ABSENT, [], id="one, older"),
        pytest.param(
            [number(A, LONG_AGO), number(B)], Event.READ_PROOF, [B], id="one of two, on page two"
        ),
        pytest.param([number(A), number(B)], Event.READ_MATCH, [A, B], id="two, rented since"),
        pytest.param([number(A, None)], Event.READ_MATCH, [A], id="one of unknown age"),
        pytest.param([number(A, **OTHER_PLAN)], Event.READ_ABSENT, [], id="another configuration"),
        pytest.param([number(A, expireAt=JUST_NOW)], Event.READ_ABSENT, [], id="released already"),
    ],
)
async def test_the_only_renter_recognizes_its_number(
    client: NumbersClient,
    listing: Listing,
    numbers: list[dict[str, Any]],
    event: Event,
    found: list[str],
) -> None:
    """The one number that was rented since the request, as requested, and is unexplained."""
    listing.numbers = numbers

    shown = await evidence(client, entry())

    assert event is shown.event
    if event is Event.READ_PROOF:
        assert found == [shown.value.phone_number]
    else:
        assert (None, found) == (shown.value, [one.phone_number for one in shown.candidates])


@pytest.mark.parametrize(
    ("odd", "found"),
    [
        pytest.param({"money": 5}, A, id="as far as it must be read"),
        pytest.param({"expireAt": 5}, None, id="not the end"),
        pytest.param({"phoneNumber": None}, None, id="not the number"),
        pytest.param({"money": 5, "nextChargeDate": LONG_AGO}, B, id="an older one"),
        pytest.param({"expireAt": 5, "projectId": "another"}, None, id="another project"),
        pytest.param({"projectId": "another"}, B, id="readable, of another project"),
    ],
)
async def test_an_unreadable_number_may_be_the_rented_one(
    client: NumbersClient, listing: Listing, odd: dict[str, Any], found: str | None
) -> None:
    """It is compared as far as it can be read, and proves nothing if that is not enough."""
    second = [number(B)] if found == B else []
    listing.numbers = [number(A, **odd), *second]

    if found is None:
        with pytest.raises(UnreadableItemError):
            await evidence(client, entry())
        return
    shown = await evidence(client, entry())
    assert (Event.READ_PROOF, found) == (shown.event, shown.value.phone_number)


async def test_an_unreadable_number_that_is_explained_proves_nothing(
    client: NumbersClient, listing: Listing, store: MemoryStore
) -> None:
    """The journal says which rent it belongs to."""
    listing.numbers = [number(A, expireAt=5), number(B)]
    other = await store.claim(entry(id="other", subject=A), 60.0)
    assert isinstance(other, JournalEntry)
    await store.finish(other, OperationState.APPLIED, owns=A)

    assert B == (await evidence(client, entry())).value.phone_number


async def test_numbers_of_other_entries_are_explained(
    client: NumbersClient, listing: Listing, store: MemoryStore
) -> None:
    """They belong to other rents, even if they were made at the same time."""
    listing.numbers = [number(A), number(B)]
    other = await store.claim(entry(id="other", subject=A), 60.0)
    assert isinstance(other, JournalEntry)
    await store.finish(other, OperationState.APPLIED, owns=A)

    shown = await evidence(client, entry())

    assert (Event.READ_PROOF, B) == (shown.event, shown.value.phone_number)


@pytest.mark.parametrize(
    ("numbers", "found"),
    [
        pytest.param([], [], id="none: it may have been rented and released"),
        pytest.param([number(A)], [A], id="one"),
        pytest.param([number(A), number(B, LONG_AGO)], [A], id="one, and an older one"),
    ],
)
async def test_where_others_rent_the_candidates_are_listed(
    client: NumbersClient, listing: Listing, numbers: list[dict[str, Any]], found: list[str]
) -> None:
    """None of them is proof, and neither is their absence."""
    listing.numbers = numbers

    shown = await evidence(client, entry(exclusive=False))

    assert (Event.READ_MATCH, None) == (shown.event, shown.value)
    assert found == [one.phone_number for one in shown.candidates]
    assert f"{len(found)} numbers" in shown.why


async def test_without_the_time_of_the_request_no_number_is_proof(
    client: NumbersClient, listing: Listing
) -> None:
    """The number may be older than the request."""
    listing.numbers = [number(A)]

    shown = await evidence(client, entry(sent_after=None))

    assert (Event.READ_MATCH, None) == (shown.event, shown.value)


async def test_a_tag_is_proof_wherever_others_rent(
    client: NumbersClient, listing: Listing
) -> None:
    """Among numbers that look alike, it is the one with the ID of the call."""
    hook = f"https://hooks.example.net?{TAG}=op"
    request = {**CRITERIA, "callbackUrl": hook}
    listing.numbers = [number(A, callbackUrl=f"{hook}x"), number(B, callbackUrl=hook)]

    shown = await evidence(client, entry(exclusive=False, tag="op", request=request))

    assert (Event.READ_PROOF, B) == (shown.event, shown.value.phone_number)


async def test_the_criteria_of_the_rent_are_those_of_the_list(
    client: NumbersClient, listing: Listing
) -> None:
    """Under the names that the list has for them, with the largest page."""
    await evidence(client, entry())

    assert [
        {
            "regionCode": ["US"],
            "type": ["LOCAL"],
            "capability": ["SMS", "VOICE"],
            "numberPattern.pattern": ["+1202"],
            "numberPattern.searchPattern": ["START"],
            "pageSize": ["1000"],
        }
    ] == listing.queries
