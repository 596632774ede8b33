"""The rented numbers: read, list, change, release."""

from datetime import timedelta
from typing import Any

import pytest
from notations import every_notation

from sinch_numbers import (
    UNSET,
    BadRequestError,
    EstVoice,
    FaxVoice,
    InvalidArgumentError,
    NotFoundError,
    NumbersClient,
    ProvisioningStatus,
    ResourceInfo,
    RtcVoice,
    SmsConfiguration,
    SmsErrorCode,
)
from sinch_numbers.sandbox import Sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

absent = every_notation


@pytest.fixture
async def number(client: NumbersClient) -> str:
    """Rent a number without links."""
    rented = await client.available_numbers.rent_first(region_code="US", type="LOCAL")
    return rented.phone_number


async def settled(client: NumbersClient, sandbox: Sandbox, number: str):
    sandbox.clock.advance(timedelta(seconds=5))
    return await client.active_numbers.get(number)


async def test_get_returns_the_number(client: NumbersClient, sandbox: Sandbox) -> None:
    """A rented number comes with all that the service knows of it."""
    wanted = sandbox.number(next(iter(sandbox.project().active)))

    number = await client.active_numbers.get(wanted["phoneNumber"])

    assert (wanted["phoneNumber"], wanted["regionCode"], wanted["type"]) == (
        number.phone_number,
        number.region_code,
        number.type,
    )
    assert wanted["money"]["amount"] == str(number.money and number.money.amount)
    assert {} == number.extra


async def test_get_of_a_number_that_is_not_held(client: NumbersClient) -> None:
    """The error says what is missing."""
    with pytest.raises(NotFoundError) as caught:
        await client.active_numbers.get("+12025550199")

    (detail,) = caught.value.details
    assert isinstance(detail, ResourceInfo)
    assert ("ActiveNumber", "+12025550199") == (detail.resource_type, detail.resource_name)


async def test_items_of_a_list_are_the_numbers_themselves(client: NumbersClient) -> None:
    """A listed number equals the one that is read alone."""
    listed = [number async for number in client.active_numbers.list(limit=10)]

    assert listed == [await client.active_numbers.get(one.phone_number) for one in listed]


@pytest.mark.parametrize(
    ("filters", "fits"),
    [
        ({"region_code": "US"}, lambda n: n.region_code == "US"),
        ({"type": "MOBILE"}, lambda n: n.type == "MOBILE"),
        (
            {"region_code": "US", "type": "LOCAL"},
            lambda n: (n.region_code, n.type) == ("US", "LOCAL"),
        ),
        ({"capability": "VOICE"}, lambda n: "VOICE" in n.capability),
        ({"capability": ["SMS", "VOICE"]}, lambda n: {"SMS", "VOICE"} <= set(n.capability)),
        (
            {"number_pattern": "+12", "search_pattern": "START"},
            lambda n: n.phone_number.startswith("+12"),
        ),
        ({"number_pattern": "7", "search_pattern": "END"}, lambda n: n.phone_number.endswith("7")),
        ({"number_pattern": "55", "search_pattern": "CONTAINS"}, lambda n: "55" in n.phone_number),
    ],
)
async def test_list_filters(client: NumbersClient, filters: dict, fits) -> None:
    """A filter keeps what fits and nothing else."""
    everything = [number async for number in client.active_numbers.list()]
    expected = {number.phone_number for number in everything if fits(number)}

    found = {number.phone_number async for number in client.active_numbers.list(**filters)}

    assert expected == found
    assert found


async def test_list_sorts(client: NumbersClient) -> None:
    """By number, or by the customer's own name."""
    by_number = [n.phone_number async for n in client.active_numbers.list(order_by="phoneNumber")]
    by_name = [
        n.display_name or "" async for n in client.active_numbers.list(order_by="displayName")
    ]

    assert sorted(by_number) == by_number
    assert sorted(by_name) == by_name


@pytest.mark.parametrize(
    "arguments", [{"region_code": "us"}, {"page_size": 0}, {"limit": 0}, {"limit": True}], ids=str
)
async def test_list_refuses_at_once(
    client: NumbersClient, sandbox: Sandbox, arguments: dict
) -> None:
    """What cannot be asked is refused where it is asked, not at the first step."""
    with pytest.raises(InvalidArgumentError) as caught:
        client.active_numbers.list(**arguments)

    assert next(iter(arguments)) == caught.value.argument
    assert [] == sandbox.calls


async def test_update_changes_what_is_given(client: NumbersClient, number: str) -> None:
    """The rest stays."""
    await client.active_numbers.update(number, callback_url="https://hooks.example/1")
    renamed = await client.active_numbers.update(number, display_name="Front desk")

    assert ("Front desk", "https://hooks.example/1") == (
        renamed.display_name,
        renamed.callback_url,
    )


@pytest.mark.parametrize("nothing", ["", None])
async def test_update_erases(client: NumbersClient, number: str, nothing: str | None) -> None:
    """An empty text and ``None`` both leave no name."""
    await client.active_numbers.update(number, display_name="x")

    assert (await client.active_numbers.update(number, display_name=nothing)).display_name is None


async def test_update_without_a_change_is_refused(
    client: NumbersClient, sandbox: Sandbox, number: str
) -> None:
    """A PATCH of nothing is never meant."""
    sandbox.calls.clear()
    for arguments in ({}, {"display_name": UNSET}):
        with pytest.raises(InvalidArgumentError):
            await client.active_numbers.update(number, **arguments)
    assert [] == sandbox.calls


async def test_links_are_made_in_the_background(
    client: NumbersClient, sandbox: Sandbox, number: str
) -> None:
    """At first a link is scheduled, then it is there."""
    before = await client.active_numbers.update(
        number,
        sms_configuration=SmsConfiguration("plan-1", "CAMPAIGN"),
        voice_configuration=EstVoice("trunk-1"),
    )
    after = await settled(client, sandbox, number)

    sms, voice = before.sms_configuration, before.voice_configuration
    assert sms
    assert sms.scheduled_provisioning
    assert isinstance(voice, RtcVoice)
    assert voice.scheduled_voice_provisioning
    assert (None, "plan-1", "CAMPAIGN") == (
        sms.service_plan_id,
        sms.scheduled_provisioning.service_plan_id,
        sms.scheduled_provisioning.campaign_id,
    )
    assert ("EST", "trunk-1") == (
        voice.scheduled_voice_provisioning.type,
        voice.scheduled_voice_provisioning.trunk_id,
    )
    assert SmsConfiguration("plan-1", "CAMPAIGN") == after.sms_configuration
    assert isinstance(after.voice_configuration, EstVoice)
    assert "trunk-1" == after.voice_configuration.trunk_id


async def test_a_number_is_unlinked_before_it_is_linked_elsewhere(
    client: NumbersClient, sandbox: Sandbox, number: str
) -> None:
    """The service refuses a change of plan in one step, and takes it in two."""
    await client.active_numbers.update(number, sms_configuration=SmsConfiguration("plan-1"))
    await settled(client, sandbox, number)

    with pytest.raises(BadRequestError):
        await client.active_numbers.update(number, sms_configuration=SmsConfiguration("plan-2"))

    cut = await client.active_numbers.update(number, sms_configuration=SmsConfiguration(""))
    # Without a plan, a campaign and a job, the configuration may be absent itself.
    assert (cut.sms_configuration or SmsConfiguration()).service_plan_id is None
    await client.active_numbers.update(number, sms_configuration=SmsConfiguration("plan-2"))
    assert SmsConfiguration("plan-2") == (await settled(client, sandbox, number)).sms_configuration


async def test_a_failed_link_says_why(
    client: NumbersClient, sandbox: Sandbox, number: str
) -> None:
    """The job stays, with the service's codes."""
    await client.active_numbers.update(
        number,
        sms_configuration=SmsConfiguration("fail-plan"),
        voice_configuration=FaxVoice("fail-fax"),
    )
    failed = await settled(client, sandbox, number)

    assert failed.sms_configuration
    job = failed.sms_configuration.scheduled_provisioning
    assert job
    assert (ProvisioningStatus.FAILED, (SmsErrorCode.SMS_PROVISIONING_FAILED,)) == (
        job.status,
        job.error_codes,
    )
    assert isinstance(failed.voice_configuration, RtcVoice)
    voice_job = failed.voice_configuration.scheduled_voice_provisioning
    assert voice_job
    assert ProvisioningStatus.FAILED == voice_job.status


@pytest.mark.parametrize(
    "change",
    [
        {"sms_configuration": SmsConfiguration("fail-plan")},
        {"voice_configuration": FaxVoice("fail-fax")},
    ],
    ids=["sms", "voice"],
)
async def test_a_failed_job_does_not_show_that_it_was_requested_again(
    client: NumbersClient, sandbox: Sandbox, number: str, change: dict[str, Any]
) -> None:
    """An update whose response is lost before it took effect is sent again."""
    await client.active_numbers.update(number, **change)
    await settled(client, sandbox, number)
    sandbox.calls.clear()
    sandbox.faults.add("503", method="PATCH")

    again = await client.active_numbers.update(number, **change)

    assert again.sms_configuration or again.voice_configuration
    assert 2 == sum(call.startswith("PATCH") for call in sandbox.calls)


async def test_a_read_configuration_can_be_sent_back(
    client: NumbersClient, sandbox: Sandbox, number: str
) -> None:
    """What the API only sends is left out, so that a copy is a valid request."""
    await client.active_numbers.update(
        number, sms_configuration=SmsConfiguration("plan-1"), voice_configuration=RtcVoice("app")
    )
    there = await settled(client, sandbox, number)

    again = await client.active_numbers.update(
        number,
        sms_configuration=there.sms_configuration,
        voice_configuration=there.voice_configuration,
    )

    assert number == again.phone_number


@pytest.mark.parametrize(
    ("fault", "patches"),
    [
        pytest.param("drop", 1, id="done, reply lost: read, not sent again"),
        pytest.param("drop_before", 2, id="not done: read, then sent again"),
        pytest.param("503", 2, id="refused: read, then sent again"),
        pytest.param("429", 2, id="throttled: sent again"),
    ],
)
async def test_update_in_doubt(
    client: NumbersClient, sandbox: Sandbox, number: str, fault: str, patches: int
) -> None:
    """However the first attempt ends, the number is changed and the answer is true."""
    sandbox.faults.add(fault, method="PATCH")
    sandbox.calls.clear()

    renamed = await client.active_numbers.update(number, display_name="x")

    assert "x" == renamed.display_name
    assert patches == sum(call.startswith("PATCH") for call in sandbox.calls)


async def test_release_sets_the_end(client: NumbersClient, number: str) -> None:
    """A released number stays until its month is over."""
    before = await client.active_numbers.get(number)
    released = await client.active_numbers.release(number)

    assert before.next_charge_date == released.expire_at
    assert released == await client.active_numbers.get(number)


async def test_a_released_number_is_gone_in_the_end(
    client: NumbersClient, sandbox: Sandbox, number: str
) -> None:
    """After its last day it cannot be read any more."""
    await client.active_numbers.release(number)
    sandbox.clock.advance(timedelta(days=32))

    with pytest.raises(NotFoundError):
        await client.active_numbers.get(number)


async def test_release_of_a_number_that_is_not_held(client: NumbersClient) -> None:
    """There is nothing to end."""
    with pytest.raises(NotFoundError):
        await client.active_numbers.release("+12025550199")


@pytest.mark.parametrize("operation", ["get", "release", "update"])
@pytest.mark.parametrize("number", ["12025550134", "+1 202 555", "+1/../x", "", "+٣٣٣٣٣٣٣", None])
async def test_what_is_no_number_is_not_sent(
    client: NumbersClient, sandbox: Sandbox, operation: str, number: str
) -> None:
    """Anything but E.164 is refused before a byte is sent."""
    arguments = {"display_name": "x"} if operation == "update" else {}

    with pytest.raises(InvalidArgumentError) as caught:
        await getattr(client.active_numbers, operation)(number, **arguments)

    assert "phone_number" == caught.value.argument
    assert [] == sandbox.calls
