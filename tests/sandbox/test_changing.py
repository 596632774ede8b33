"""Changing and releasing numbers, over HTTP."""

from datetime import timedelta
from typing import Any

import pytest

from sinch_numbers.sandbox import Sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

NUMBER = "+12025550147"
PATH = f"activeNumbers/{NUMBER}"


@pytest.fixture(autouse=True)
def number(sandbox: Sandbox) -> None:
    sandbox.project().add_active(
        phone_number=NUMBER,
        display_name="Front desk",
        callback_url="https://hooks.example.net/",
        sms_configuration={"servicePlanId": "a", "campaignId": "C1"},
        voice_configuration={"type": "EST", "trunkId": "t"},
    )


async def test_patch_changes_what_it_names(api: Any, sandbox: Sandbox) -> None:
    """Everything else stays, and the ledger has one entry."""
    before = sandbox.number(NUMBER)

    answer = await api.patch(PATH, {"displayName": "Zoë 🚚\n\"'"})

    assert before is not None
    assert {**before, "displayName": "Zoë 🚚\n\"'"} == answer.json
    assert ["update"] == [entry.operation for entry in sandbox.ledger]


async def test_null_erases(api: Any) -> None:
    """Explicit nulls empty what they name."""
    members = ("displayName", "callbackUrl", "smsConfiguration", "voiceConfiguration")

    answer = await api.patch(PATH, dict.fromkeys(members))

    number = answer.json
    assert ("", "") == (number["displayName"], number["callbackUrl"])
    assert "" == number["smsConfiguration"]["servicePlanId"]
    assert "" == number["voiceConfiguration"]["trunkId"]


@pytest.mark.parametrize("options", [{}, {"data": b""}, {"json": {}}, {"json": {"money": 3}}])
async def test_patch_of_nothing_changes_nothing(
    api: Any, sandbox: Sandbox, options: dict[str, Any]
) -> None:
    """It is not an error either."""
    before = sandbox.number(NUMBER)

    answer = await api.send("PATCH", PATH, **options)

    assert (200, before) == (answer.status, answer.json)
    assert [] == sandbox.ledger


@pytest.mark.parametrize(
    "body",
    [
        {"smsConfiguration": {}},
        {"voiceConfiguration": {}},
        {"smsConfiguration": {"campaignId": ""}},
        {"smsConfiguration": {"servicePlanId": "b"}},
        {"smsConfiguration": {"servicePlanId": "a", "campaignId": "C2"}},
        {"displayName": 5},
        {"displayName": ["a"]},
        {"displayName": "new", "callbackUrl": True},
        {"voiceConfiguration": {"type": "RTC", "trunkId": "t"}},
    ],
)
async def test_patch_refuses_as_a_whole(api: Any, sandbox: Sandbox, body: Any) -> None:
    """One bad member, and nothing is changed."""
    before = sandbox.number(NUMBER)

    answer = await api.patch(PATH, body)

    assert 400 == answer.status
    assert before == sandbox.number(NUMBER)


async def test_number_that_is_not_held_is_not_found(api: Any) -> None:
    """Whatever is asked of it; the number is named."""
    other = "activeNumbers/+12025550199"
    for answer in (
        await api.get(other),
        await api.patch(other, {}),
        await api.post(f"{other}:release"),
    ):
        detail = answer.json["error"]["details"][0]
        assert (404, "ActiveNumber") == (answer.status, detail["resourceType"])
        assert "+12025550199" == detail["resourceName"]


async def test_release_ends_with_the_month(api: Any, sandbox: Sandbox) -> None:
    """The number works and is listed until its next charge; then it is gone."""
    await api.patch(PATH, {"voiceConfiguration": {"appId": "new"}})

    answer = await api.post(f"{PATH}:release", headers={"Content-Type": "application/json"})

    number = answer.json
    assert number["nextChargeDate"] == number["expireAt"]
    assert number["voiceConfiguration"]["scheduledVoiceProvisioning"] is None
    assert "t" == number["voiceConfiguration"]["trunkId"]
    assert [NUMBER] == await api.walk()

    sandbox.clock.advance(timedelta(days=31))

    assert [] == await api.walk()
    assert 404 == (await api.get(PATH)).status
    assert sandbox.number(NUMBER) is None


async def test_second_release_changes_nothing(api: Any, sandbox: Sandbox) -> None:
    """It is answered like the first one, and the ledger knows of one only."""
    first = await api.post(f"{PATH}:release")
    sandbox.clock.advance(60)
    second = await api.post(f"{PATH}:release")

    assert (200, first.json) == (second.status, second.json)
    assert ["release"] == [entry.operation for entry in sandbox.ledger]
