"""Behavior of the service beyond its schemas, in client and sandbox."""

import base64
import inspect
import json
import random
from decimal import Decimal
from typing import Any, get_args

import aiohttp
import attrs
import pytest
from notations import readers
from products import every

from sinch_numbers import NumbersClient, PermissionDeniedError, RtcVoice, models
from sinch_numbers._client import client
from sinch_numbers._client.resources import AvailableNumbers
from sinch_numbers._core.serialization.converter import make_converter
from sinch_numbers.models._number_status import has_failed
from sinch_numbers.sandbox import Sandbox
from sinch_numbers.webhooks import SOURCE_ADDRESSES

from .numbers_host import NUMBER, NUMBERS, READ_AS, YES, replying
from .test_table import commands

pytestmark = pytest.mark.anyio

READER = make_converter()


def test_oauth_is_the_default():
    """A client fetches tokens, since the service rejects Basic for some calls."""
    assert "oauth" == inspect.signature(NumbersClient).parameters["auth"].default


def test_the_default_hosts_are_the_global_ones():
    """Without arguments, each host is the one for all regions; a token is valid on both."""
    hosts = (client.NUMBERS_URL, client.IMPORTED_NUMBERS_URL, client.AUTH_URL)

    assert hosts == (
        "https://numbers.api.sinch.com",
        "https://imported.numbers.api.sinch.com",
        "https://auth.sinch.com",
    )


def shuffled(value: Any, order: random.Random) -> Any:
    """Return *value* with the fields of each object in another order."""
    if isinstance(value, list):
        return [shuffled(item, order) for item in value]
    if not isinstance(value, dict):
        return value
    names = order.sample(list(value), len(value))
    return {name: shuffled(value[name], order) for name in names}


@every(("name", "value"), YES)
def test_the_order_of_fields_does_not_matter(name, value):
    """An example with its fields in any order is read alike."""
    order = random.Random(7)

    for _ in range(3):
        again = shuffled(value, order)
        assert READER.structure(value, READ_AS[name]) == READER.structure(again, READ_AS[name])


@every("end", [{"nextPageToken": ""}, {"nextPageToken": None}, {}])
async def test_every_notation_of_a_last_page_ends_a_list(end):
    """An empty, null, and missing token of the next page mean the same."""
    client, transport = replying(200, {"activeNumbers": [{"phoneNumber": NUMBER}], **end})

    found = [number.phone_number async for number in client.active_numbers.list()]

    assert ([NUMBER], 1) == (found, len(transport.requests))


async def test_a_list_always_sends_its_page_size():
    """No default of the service is relied on."""
    client, transport = replying(200, {"activeNumbers": []})

    assert [] == [number async for number in client.active_numbers.list()]

    assert "pageSize=" in transport.requests[0].url


async def test_a_trial_account_cannot_rent():
    """The 403 of a trial account has its message and the number, and nothing was rented."""
    detail = {
        "type": "ResourceInfo", "resourceType": "AvailableNumber", "resourceName": NUMBER,
        "owner": "", "description": "",
    }  # fmt: skip
    message = "Trial account is not enabled to rent number"
    body = {"code": 403, "message": message, "status": "PERMISSION_DENIED", "details": [detail]}
    client, transport = replying(403, {"error": body})

    with pytest.raises(PermissionDeniedError) as refused:
        await client.available_numbers.rent(NUMBER)

    assert message == refused.value.message
    assert (models.ResourceInfo("AvailableNumber", NUMBER),) == refused.value.details
    assert ["POST"] == [request.method for request in transport.requests]


def test_a_validation_message_is_kept_as_sent():
    """Several remarks, joined by bars, are one message."""
    message = "Corrected to valid address|Corrected address abbreviations"
    value = {
        "phoneNumber": NUMBER,
        "validationResult": "NEAR_MATCH",
        "validationMessage": message,
    }

    assert message == READER.structure(value, models.AddressValidation).validation_message


@every("secret", ["short", "strongPa$$PhraseWith36CharactersMax*", "x" * 200])
def test_a_secret_that_is_read_has_no_pattern(secret):
    """A stored secret is the project's, whatever rule it was made by."""
    read = READER.structure({"hmacSecret": secret}, models.CallbackConfiguration)

    assert read.hmac_secret is not None
    assert secret == read.hmac_secret.reveal()


def test_events_come_from_the_published_addresses():
    """The default of an allow list."""
    assert {"54.76.19.159", "54.78.194.39", "54.155.83.128"} == set(SOURCE_ADDRESSES)


def optional_objects(model: Any) -> dict[str, str]:
    """Return the optional fields of *model* with an object, with their wire names."""
    return {
        field.name: models._fields.wire_name(field.name)
        for field in attrs.fields(model)
        if type(None) in get_args(field.type) and any(map(attrs.has, get_args(field.type)))
    }


@every(
    "model",
    [
        model
        for _, model in inspect.getmembers(models, inspect.isclass)
        if attrs.has(model) and optional_objects(model) and model is not models.UnknownVoice
    ],
)
def test_an_empty_object_is_none_in_every_optional_field(model):
    """An empty object says no more than null: neither a job, a price, an address, nor a step."""
    required = {
        models._fields.wire_name(field.name): NUMBER
        for field in attrs.fields(model)
        if field.default is attrs.NOTHING
    }
    empty = {name: {} for name in optional_objects(model).values()}

    for reader in readers():
        read = reader.structure({**required, **empty}, model)
        assert {None} == {getattr(read, name) for name in optional_objects(model)}


def test_renting_names_the_deprecation():
    """Docstrings and help texts say that it is deprecated, and for US LOCAL numbers only."""
    helped = commands()
    for name in ("rent", "rent_any", "rent_first"):
        method = getattr(AvailableNumbers, name)
        documented = " ".join((inspect.getdoc(method) or "").split())
        shown = " ".join(helped[name.replace("_", "-")].help.split())

        assert "Deprecated by the vendor; US ``LOCAL`` only." in documented
        assert "eprecated by the vendor" in shown
        assert "US LOCAL only" in shown


def defaults(node: Any, path: str = "") -> dict[str, Any]:
    """Return the defaults in a description, by schema."""
    found = {}
    if isinstance(node, dict):
        if "default" in node and not isinstance(node["default"], dict):
            found[path] = node["default"]
        for name, inner in node.items():
            found |= defaults(inner, f"{path}/{name}".removeprefix("/"))
    return found


def test_described_defaults_are_what_a_missing_value_means():
    """A voice type is RTC, and a job or an upload is waiting; a new default is missed here."""
    schemas = NUMBERS.api["components"]["schemas"]
    job = READER.structure({"servicePlanId": "plan"}, models.SmsProvisioning)

    assert defaults(schemas) == {
        "NumberCapability": "SMS",  # of requests: `capabilities` is sent or left to the service
        "ProvisioningStatus": "WAITING",
        "VoiceApplicationType": RtcVoice().type,
        "VoiceInputRtc/properties/type": RtcVoice().type,
        "UploadStatus": "WAITING",
    }
    read = READER.structure({"appId": "app"}, models.VoiceConfiguration)
    assert isinstance(read, RtcVoice)
    assert not has_failed(job)


@pytest.mark.sandbox
async def test_us_numbers_cost_what_was_seen_and_need_no_documents():
    """A US LOCAL number is rented although its flag asks for documents; prices are in USD."""
    async with Sandbox(numbers=0, stock=200) as sandbox, client_of(sandbox) as client:
        (local,) = await client.available_numbers.search(region_code="US", type="LOCAL", size=1)
        (toll_free,) = await client.available_numbers.search(
            region_code="US", type="TOLL_FREE", size=1
        )
        rented = await client.available_numbers.rent(
            local.phone_number, voice_configuration=RtcVoice("app")
        )
        released = await client.active_numbers.release(rented.phone_number)

    assert local.supporting_documentation_required
    assert [("USD", Decimal("0.50"))] * 2 == amounts(local)
    assert [("USD", Decimal("2.00"))] * 2 == amounts(toll_free)
    assert rented.voice_configuration is not None
    assert rented.voice_configuration.scheduled_voice_provisioning is not None
    # A release ends the pending job, and the number has no emergency address.
    voice = released.voice_configuration
    assert voice is None or voice.scheduled_voice_provisioning is None
    assert released.expire_at == released.next_charge_date


@pytest.mark.sandbox
async def test_responses_are_json():
    """Successes and errors have the media type application/json."""
    async with Sandbox(numbers=1) as sandbox, aiohttp.ClientSession() as session:
        key = base64.b64encode(b"sandbox:sandbox").decode()
        for path in ("activeNumbers", "availableNumbers", "nowhere"):
            url = f"{sandbox.url}/v1/projects/sandbox/{path}"
            async with session.get(url, headers={"Authorization": f"Basic {key}"}) as response:
                assert "application/json" == response.content_type
                assert json.loads(await response.read())


def client_of(sandbox: Sandbox) -> NumbersClient:
    return NumbersClient(
        "sandbox",
        "sandbox",
        "sandbox",
        numbers_url=sandbox.url,
        imported_numbers_url=sandbox.imported_url,
        auth_url=sandbox.auth_url,
    )


def amounts(number: models.AvailableNumber) -> list[tuple[str, Decimal]]:
    prices = [price for price in (number.setup_price, number.monthly_price) if price is not None]
    return [(price.currency_code, price.amount) for price in prices]
