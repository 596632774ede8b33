"""Renting: requests, prices, and results."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from sinch_numbers.sandbox import LedgerEntry, Money, Sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

NUMBER = "+13035550001"
RENT = f"availableNumbers/{NUMBER}:rent"
RENT_ANY = "availableNumbers:rentAny"
START = datetime(2026, 3, 14, 9, 26, 53, 589793, UTC)


@pytest.fixture(autouse=True)
def number(sandbox: Sandbox) -> None:
    sandbox.project().add_available(phone_number=NUMBER, setup_price=Money("1.00"))


async def test_rented_number_is_complete_at_once(api: Any, sandbox: Sandbox) -> None:
    """The reply is the whole number: every member is there, the links are still on their way."""
    body = {"voiceConfiguration": {"appId": "app-1"}, "smsConfiguration": {"servicePlanId": "p"}}

    answer = await api.post(RENT, body)

    at = "2026-03-14T09:26:53.589793Z"
    ids = {"trunkId": "", "serviceId": ""}
    assert {
        "phoneNumber": NUMBER,
        "projectId": "sandbox",
        "displayName": "",
        "regionCode": "US",
        "type": "LOCAL",
        "capability": ["SMS", "VOICE"],
        "money": {"currencyCode": "USD", "amount": "0.50"},
        "paymentIntervalMonths": 1,
        "nextChargeDate": "2026-04-14T09:26:53.589793Z",
        "expireAt": None,
        "smsConfiguration": {
            "servicePlanId": "",
            "campaignId": "",
            "scheduledProvisioning": {
                "servicePlanId": "p",
                "campaignId": "",
                "status": "WAITING",
                "lastUpdatedTime": at,
                "errorCodes": [],
            },
        },
        "voiceConfiguration": {
            "type": "RTC",
            "appId": "",
            **ids,
            "lastUpdatedTime": None,
            "scheduledVoiceProvisioning": {
                "type": "RTC",
                "appId": "app-1",
                **ids,
                "status": "WAITING",
                "lastUpdatedTime": at,
            },
        },
        "callbackUrl": "",
    } == answer.json
    assert answer.json == sandbox.number(NUMBER)


async def test_rent_moves_the_number_and_charges_for_it(api: Any, sandbox: Sandbox) -> None:
    """Set-up and the first month are charged, and the number is gone from the stock."""
    await api.post(RENT)

    assert [
        LedgerEntry(
            operation="rent",
            phone_number=NUMBER,
            project_id="sandbox",
            at=START,
            amount=Decimal("1.50"),
            currency="USD",
        )
    ] == sandbox.ledger
    assert [NUMBER] == list(sandbox.project().active)
    assert {} == dict(sandbox.project().stock)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({}, id="no body"),
        pytest.param({"data": b""}, id="empty body"),
        pytest.param({"data": b"", "headers": {"Content-Type": "application/json"}}, id="typed"),
        pytest.param({"json": {}}, id="empty object"),
        pytest.param({"json": {"voiceConfiguration": None}}, id="null is nothing"),
        pytest.param({"json": {"futureMember": 1}}, id="unknown member"),
    ],
)
async def test_rent_without_links(api: Any, options: dict[str, Any]) -> None:
    """A number can be rented without being linked to anything."""
    answer = await api.send("POST", RENT, **options)

    assert 200 == answer.status
    assert answer.json["smsConfiguration"]["scheduledProvisioning"] is None
    assert answer.json["voiceConfiguration"]["scheduledVoiceProvisioning"] is None


@pytest.mark.parametrize(
    "body",
    [
        {"smsConfiguration": {}},
        {"smsConfiguration": {"campaignId": "C1"}},
        {"smsConfiguration": {"servicePlanId": ""}},
        {"smsConfiguration": {"servicePlanId": 7}},
        {"smsConfiguration": []},
        {"voiceConfiguration": {}},
        {"voiceConfiguration": "app"},
        {"voiceConfiguration": {"type": "RTC"}},
        {"voiceConfiguration": {"type": "EST", "appId": "a"}},
        {"voiceConfiguration": {"type": "FAX", "trunkId": "t"}},
        {"voiceConfiguration": {"appId": "a", "trunkId": "t"}},
        {"voiceConfiguration": {"type": "HOLO", "appId": "a"}},
        {"voiceConfiguration": {"type": 1, "appId": "a"}},
        {"callbackUrl": {"url": "x"}},
        {"callbackUrl": "\ud800"},
        [],
        "text",
        3,
    ],
)
async def test_rent_refuses_what_makes_no_sense(api: Any, sandbox: Sandbox, body: Any) -> None:
    """A refused rent is a 400 and takes nothing."""
    answer = await api.post(RENT, body)

    assert (400, "INVALID_ARGUMENT") == (answer.status, answer.json["error"]["status"])
    assert [] == sandbox.ledger
    assert NUMBER in sandbox.project().stock


async def test_rent_refuses_a_link_that_the_number_cannot_use(api: Any, sandbox: Sandbox) -> None:
    """A configuration for what the number cannot do is superfluous, and so an error."""
    sandbox.project().add_available(phone_number="+442079460001", capability=["VOICE"])

    body = {"smsConfiguration": {"servicePlanId": "p"}}
    answer = await api.post("availableNumbers/+442079460001:rent", body)

    assert 400 == answer.status


@pytest.mark.parametrize(
    ("voice", "member"),
    [
        ({"type": "EST", "trunkId": "t"}, "trunkId"),
        ({"type": "FAX", "serviceId": "s", "appId": ""}, "serviceId"),
        ({"type": None, "appId": "a"}, "appId"),
    ],
)
async def test_each_voice_type_has_its_identifier(
    api: Any, voice: dict[str, Any], member: str
) -> None:
    """The type says which identifier counts; without one it is RTC."""
    answer = await api.post(RENT, {"voiceConfiguration": voice})

    job = answer.json["voiceConfiguration"]["scheduledVoiceProvisioning"]
    assert (voice["type"] or "RTC", voice[member]) == (job["type"], job[member])


async def test_number_that_is_not_free_is_not_found(api: Any) -> None:
    """Rented already or never there: 404, and the number is named."""
    await api.post(RENT)

    for answer in (await api.post(RENT), await api.get(f"availableNumbers/{NUMBER}")):
        assert 404 == answer.status
        assert [
            {
                "type": "ResourceInfo",
                "resourceType": "AvailableNumber",
                "resourceName": NUMBER,
                "owner": "",
                "description": "",
            }
        ] == answer.json["error"]["details"]


async def test_rent_any_takes_a_number_that_fits(api: Any, sandbox: Sandbox) -> None:
    """The pattern is an object here, and all capabilities asked for are there."""
    sandbox.project().add_available(phone_number="+12125550001", capability=["VOICE"])
    sandbox.project().add_available(phone_number="+12125550002")
    body = {
        "regionCode": "US",
        "type": "LOCAL",
        "numberPattern": {"pattern": "+1212", "searchPattern": "START"},
        "capabilities": ["SMS", "VOICE"],
        "callbackUrl": "https://hooks.example.net/",
    }

    answer = await api.post(RENT_ANY, body)

    assert "+12125550002" == answer.json["phoneNumber"]
    assert "https://hooks.example.net/" == answer.json["callbackUrl"]
    assert ["rent"] == [entry.operation for entry in sandbox.ledger]
    assert 404 == (await api.post(RENT_ANY, body)).status


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"regionCode": "US"},
        {"type": "LOCAL"},
        {"regionCode": "US", "type": "TOLL_FREE"},
        {"regionCode": "GB", "type": "LOCAL"},
        {"regionCode": "US", "type": "PAGER"},
        {"regionCode": "US", "type": "LOCAL", "numberPattern": "+1"},
        {"regionCode": "US", "type": "LOCAL", "numberPattern": {"searchPattern": "CONTAIN"}},
        {"regionCode": "US", "type": "LOCAL", "capabilities": "SMS"},
        {"regionCode": "US", "type": "LOCAL", "capabilities": [1]},
        {"regionCode": "US", "type": "LOCAL", "capabilities": ["FAX"]},
        {"regionCode": "US", "type": "LOCAL", "smsConfiguration": {}},
    ],
)
async def test_rent_any_is_for_us_local_only(api: Any, sandbox: Sandbox, body: Any) -> None:
    """Anything else, or something unreadable, is refused."""
    answer = await api.post(RENT_ANY, body)

    assert 400 == answer.status
    assert [] == sandbox.ledger
