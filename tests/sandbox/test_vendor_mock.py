"""The switch for test suites that were written against the vendor's mock."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from products import every

from sinch_numbers.sandbox import Clock, Sandbox

from .conftest import Api

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

NUMBER = "+12025550147"
LINKED = {
    "sms_configuration": {"servicePlanId": "old-plan", "campaignId": "OLD"},
    "voice_configuration": {"type": "RTC", "appId": "old-app"},
}
RELINK = {
    "displayName": "new",
    "smsConfiguration": {"servicePlanId": "new-plan", "campaignId": "NEW"},
    "voiceConfiguration": {"type": "EST", "trunkId": "new-trunk"},
}
# The second is of the form that the vendor's test data has.
SECRETS = ["s", "HMAC$secret*of-test-data", "x" * 65, "with blank", "Zoë"]


@pytest.fixture
async def mock(clock: Clock) -> AsyncIterator[Api]:
    """Run an empty sandbox with the switch."""
    async with (
        Sandbox(numbers=0, stock=0, clock=clock, vendor_mock=True) as sandbox,
        aiohttp.ClientSession() as session,
    ):
        yield Api(sandbox, session)


async def test_links_can_be_changed_in_one_request(mock: Api, clock: Clock) -> None:
    """The old links are shown with the jobs of the new ones, which then replace them."""
    mock.sandbox.project().add_active(phone_number=NUMBER, **LINKED)

    answer = await mock.patch(f"activeNumbers/{NUMBER}", RELINK)
    clock.advance(10)
    settled = (await mock.get(f"activeNumbers/{NUMBER}")).json

    assert (200, "new") == (answer.status, answer.json["displayName"])
    sms, voice = answer.json["smsConfiguration"], answer.json["voiceConfiguration"]
    assert ("old-plan", "OLD") == (sms["servicePlanId"], sms["campaignId"])
    assert "new-plan" == sms["scheduledProvisioning"]["servicePlanId"]
    assert ("RTC", "old-app") == (voice["type"], voice["appId"])
    assert "new-trunk" == voice["scheduledVoiceProvisioning"]["trunkId"]
    sms, voice = settled["smsConfiguration"], settled["voiceConfiguration"]
    assert ("new-plan", "NEW", None) == tuple(
        sms[name] for name in ("servicePlanId", "campaignId", "scheduledProvisioning")
    )
    assert ("EST", "new-trunk", "") == (voice["type"], voice["trunkId"], voice["appId"])


@every("change", [{"servicePlanId": "new"}, {"servicePlanId": "old-plan", "campaignId": "NEW"}])
async def test_links_must_be_cut_first_by_default(
    api: Any, sandbox: Sandbox, change: dict[str, str]
) -> None:
    """Without the switch, a changed SMS link is rejected, and the rest of the request with it."""
    sandbox.project().add_active(phone_number=NUMBER, **LINKED)
    before = sandbox.number(NUMBER)

    answer = await api.patch(f"activeNumbers/{NUMBER}", {**RELINK, "smsConfiguration": change})

    assert 400 == answer.status
    assert before == sandbox.number(NUMBER)


async def test_imported_numbers_follow_the_switch(
    mock: Api, api: Any, sandbox: Sandbox, clock: Clock
) -> None:
    """On the second host, too, a link is only replaced with the switch."""
    path = f"/imported/v1/projects/sandbox/importedNumbers/{NUMBER}"
    change = {"smsConfiguration": RELINK["smsConfiguration"]}
    for one in (sandbox, mock.sandbox):
        one.project().imported.numbers.add(NUMBER, service_plan_id="old", campaign_id="OLD")

    statuses = [(await one.patch(path, change)).status for one in (api, mock)]
    clock.advance(10)

    assert [400, 200] == statuses
    linked = mock.sandbox.project().imported.numbers.get(NUMBER).sms
    assert ("new-plan", "NEW") == (linked.service_plan_id, linked.campaign_id)


@every("secret", SECRETS)
async def test_secrets_of_any_form(mock: Api, api: Any, secret: str) -> None:
    """With the switch, or on the second host, any secret is stored; otherwise the rule holds."""
    body = {"hmacSecret": secret}

    assert 400 == (await api.patch("callbackConfiguration", body)).status
    for one, path in (
        (mock, "callbackConfiguration"),
        (mock, "/imported/v1/projects/sandbox/callbackConfiguration"),
        (api, "/imported/v1/projects/sandbox/callbackConfiguration"),
    ):
        assert 200 == (await one.patch(path, body)).status
        assert secret == (await one.get(path)).json["hmacSecret"]


@every("secret", ["", None, 5, ["x"]])
async def test_secrets_must_be_texts(mock: Api, secret: Any) -> None:
    """A secret that can't sign is rejected with the switch as well."""
    answer = await mock.patch("callbackConfiguration", {"hmacSecret": secret})

    assert 400 == answer.status
