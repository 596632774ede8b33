"""Mapping arguments: both spellings of each key, no other keys, and values that are strings."""

import json
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any

import attrs
import pytest
from products import every

from sinch_numbers import (
    AuthorisedPerson,
    BlanketLoaInfo,
    BusinessAddress,
    DirectLoaInfo,
    EmergencyAddress,
    InvalidArgumentError,
    NumbersClient,
    ResellerLoaInfo,
    RtcVoice,
    SmsConfiguration,
)
from sinch_numbers._core.transport.base import Reply, Request
from sinch_numbers.models._fields import wire_name

pytestmark = pytest.mark.anyio

NUMBER = "+12025550134"
SMS = {"service_plan_id": "plan", "campaign_id": "C1"}
ADDRESS = {
    "street_number": "77",
    "street_info": "Harbor Way",
    "location": "Suite 5",
    "city": "Portland",
    "state": "OR",
    "postal_code": "97209",
    "postal_code_plus_four": "1234",
}
PERSON = {"first_name": "Ada", "last_name": "Example", "email": "ada@example.com"}
OFFICE = {
    "building_number": "77",
    "street": "Harbor Way",
    "city": "Portland",
    "state": "OR",
    "postal_code": "97209",
    "country": "US",
}
DIRECT = {"authorised_person": PERSON, "address": OFFICE, "current_voice_carrier": "Carrier"}
RESELLER = {"business_name": "Example Ltd", **DIRECT}
ORDER = {"region_code": "US", "service_plan_id": "plan"}

Call = Callable[[NumbersClient, Any], Awaitable[Any]]
Case = tuple[str, Mapping[str, Any], list[Call], Callable[[Mapping[str, Any]], Any]]


class Recorder:
    """A transport that records the bodies of requests, and rejects them."""

    def __init__(self) -> None:
        self.bodies: list[Any] = []

    async def exchange(self, request: Request) -> Reply:
        if "/oauth2/token" in request.url:
            token = {"access_token": "t", "expires_in": 3599, "token_type": "bearer"}
            return Reply(200, {}, json.dumps(token).encode())
        assert isinstance(request.body, bytes)
        self.bodies.append(json.loads(request.body))
        return Reply(400, {}, b"{}")

    async def close(self) -> None: ...


def order(client: NumbersClient, **arguments: Any) -> Awaitable[Any]:
    return client.number_orders.create(
        region_code="US", type="LOCAL", requested_quantity=1, **arguments
    )


SMS_CALLS: list[Call] = [
    lambda c, v: c.available_numbers.rent(NUMBER, sms_configuration=v),
    lambda c, v: c.available_numbers.rent_any(region_code="US", type="LOCAL", sms_configuration=v),
    lambda c, v: c.active_numbers.update(NUMBER, sms_configuration=v),
    lambda c, v: order(c, sms_configuration=v),
    lambda c, v: c.imported_numbers.import_number(NUMBER, region_code="US", sms_configuration=v),
    lambda c, v: c.imported_numbers.update(NUMBER, sms_configuration=v),
]
VOICE_CALLS: list[Call] = [
    lambda c, v: c.available_numbers.rent(NUMBER, voice_configuration=v),
    lambda c, v: c.available_numbers.rent_any(
        region_code="US", type="LOCAL", voice_configuration=v
    ),
    lambda c, v: c.active_numbers.update(NUMBER, voice_configuration=v),
    lambda c, v: order(c, voice_configuration=v),
]
ADDRESS_CALLS: list[Call] = [
    lambda c, v: c.emergency_address.validate(NUMBER, display_name="x", address=v),
    lambda c, v: c.emergency_address.provision(NUMBER, display_name="x", address=v),
]
LETTER_CALLS: list[Call] = [
    lambda c, v: c.hosting_orders.text_enable([NUMBER], **ORDER, loa_info=v),
    lambda c, v: c.hosting_orders.text_enable_toll_free([NUMBER], **ORDER, loa_info=v),
    lambda c, v: c.qualified_numbers.text_enable([NUMBER], **ORDER, loa_info=v),
    lambda c, v: c.qualified_numbers.text_enable_toll_free([NUMBER], **ORDER, loa_info=v),
]


def wire(value: Any) -> Any:
    """Return *value* with the API's names."""
    if isinstance(value, Mapping):
        return {wire_name(name): wire(member) for name, member in value.items()}
    return value


MAPPINGS: dict[str, tuple[Mapping[str, Any], Any, list[Call], str]] = {
    "sms_configuration": (SMS, SmsConfiguration("plan", "C1"), SMS_CALLS, "smsConfiguration"),
    "voice_configuration": (
        {"type": "RTC", "app_id": "app"}, RtcVoice("app"), VOICE_CALLS, "voiceConfiguration",
    ),
    "address": (ADDRESS, EmergencyAddress(**ADDRESS), ADDRESS_CALLS, "address"),
    "loa_info": (
        DIRECT,
        DirectLoaInfo(
            authorised_person=AuthorisedPerson(**PERSON),
            address=BusinessAddress(**OFFICE),
            current_voice_carrier="Carrier",
        ),
        LETTER_CALLS,
        "directLoaInfo",
    ),
}  # fmt: skip
"""A complete mapping in Python's spelling, the same model, calls, and the key in the body."""


async def sent(call: Call, value: Any) -> Any:
    """Return the body that *call* sends with *value*."""
    transport = Recorder()
    async with NumbersClient("p", "k", "s", transport=transport) as client:
        with pytest.raises(Exception, match=r".") as raised:
            await call(client, value)
    if not transport.bodies:
        raise raised.value
    (body,) = transport.bodies
    return body


async def rejection(call: Call, value: Any) -> InvalidArgumentError:
    """Return the error of *call* with *value*, which must not send anything."""
    transport = Recorder()
    async with NumbersClient("p", "k", "s", transport=transport) as client:
        with pytest.raises(InvalidArgumentError) as rejected:
            await call(client, value)
    assert [] == transport.bodies
    return rejected.value


@every("argument", list(MAPPINGS))
async def test_a_mapping_has_python_s_keys_or_the_api_s(argument: str) -> None:
    """Both spellings, a mixture, and the model send the same."""
    mapping, model, calls, key = MAPPINGS[argument]
    first, *rest = mapping
    mixed = {first: mapping[first], **{wire_name(name): wire(mapping[name]) for name in rest}}
    for call in calls:
        for value in (mapping, wire(mapping), mixed, MappingProxyType(dict(mapping)), model):
            assert wire(mapping) == (await sent(call, value))[key]


@every("argument", list(MAPPINGS))
async def test_an_unknown_key_is_rejected_with_a_suggestion(argument: str) -> None:
    """The suggestion has the spelling of the key; without a similar one, all keys are listed."""
    mapping, _, calls, _ = MAPPINGS[argument]
    name = next(one for one in mapping if "_" in one)
    for call in calls:
        for wrong, meant in (
            (f"{name}s", name),
            (name[:-1], name),
            (f"{wire_name(name)}s", wire_name(name)),
            (wire_name(name).lower(), wire_name(name)),
        ):
            given = {key: value for key, value in mapping.items() if key != name}
            error = await rejection(call, {**given, wrong: mapping[name]})
            assert f"(did you mean {meant}?), got {wrong!r}" in str(error)
        error = await rejection(call, {**mapping, "nonsense": "x"})
        assert argument == error.argument
        assert all(known in str(error) for known in mapping)
        assert "got 'nonsense'" in str(error)


@every("argument", list(MAPPINGS))
async def test_two_spellings_of_a_key_need_the_same_value(argument: str) -> None:
    """Otherwise it is not clear which one is meant."""
    mapping, _, calls, key = MAPPINGS[argument]
    name = next(one for one in mapping if "_" in one)
    other = {"x": "y"} if isinstance(mapping[name], Mapping) else "another"
    for call in calls:
        error = await rejection(call, {**mapping, wire_name(name): other})
        assert f"one value for {name} and {wire_name(name)}, not two" in str(error)
        same = {**mapping, wire_name(name): mapping[name]}
        assert wire(mapping) == (await sent(call, same))[key]


@every("argument", list(MAPPINGS))
async def test_a_value_that_is_no_str_is_rejected_by_its_path(argument: str) -> None:
    """In a mapping under the key that was given, and in a model; it is not quoted."""
    mapping, model, calls, _ = MAPPINGS[argument]
    name = next(one for one in mapping if isinstance(mapping[one], str) and "_" in one)
    for call in calls:
        for key in (name, wire_name(name)):
            for wrong in (5, True, b"canary", ["canary"], {"canary": 1}):
                given = {one: value for one, value in mapping.items() if one != name}
                error = await rejection(call, {**given, key: wrong})
                assert f"{argument}.{key}" == error.argument
                assert f"expected a str, not {type(wrong).__name__}" in str(error)
        error = await rejection(call, attrs.evolve(model, **{name: 5}))
        assert f"{argument}.{name}: expected a str, not int" == str(error)


async def test_nested_mappings_follow_the_same_rules() -> None:
    """In a mapping or a model, with a mapping or a model inside."""
    model = MAPPINGS["loa_info"][1]
    for call in LETTER_CALLS:
        for value in (
            {**DIRECT, "address": BusinessAddress(**OFFICE)},
            {**wire(DIRECT), "authorisedPerson": PERSON},
            DirectLoaInfo(authorised_person=PERSON, address=wire(OFFICE),  # type: ignore[arg-type]  # not promised, but harmless
                          current_voice_carrier="Carrier"),
        ):  # fmt: skip
            assert wire(DIRECT) == (await sent(call, value))["directLoaInfo"]
        wrong = {**DIRECT, "authorised_person": {**PERSON, "mail": "x"}}
        error = await rejection(call, wrong)
        assert "loa_info.authorised_person" == error.argument
        assert "(did you mean email?), got 'mail'" in str(error)
        error = await rejection(call, {**DIRECT, "address": {**OFFICE, "city": 5}})
        assert "loa_info.address.city: expected a str, not int" == str(error)
    assert model.authorised_person == AuthorisedPerson(**PERSON)


@every(
    ("value", "expected"),
    [
        ({"direct_loa_info": DIRECT}, {"directLoaInfo": wire(DIRECT)}),
        ({"directLoaInfo": wire(DIRECT)}, {"directLoaInfo": wire(DIRECT)}),
        (RESELLER, {"resellerLoaInfo": wire(RESELLER)}),
        (wire(RESELLER), {"resellerLoaInfo": wire(RESELLER)}),
        ({"reseller_loa_info": RESELLER}, {"resellerLoaInfo": wire(RESELLER)}),
        (
            ResellerLoaInfo(
                business_name="Example Ltd",
                authorised_person=AuthorisedPerson(**PERSON),
                address=BusinessAddress(**OFFICE),
                current_voice_carrier="Carrier",
            ),
            {"resellerLoaInfo": wire(RESELLER)},
        ),
    ],
)
async def test_a_letter_may_name_its_type(value: Any, expected: Any) -> None:
    """As in the body of the API's request; without it, a business name makes a reseller's."""
    for call in LETTER_CALLS:
        body = await sent(call, value)
        letters = {name: body[name] for name in body if name.endswith("LoaInfo")}
        assert expected == letters


@every("value", [{"blanketLoaInfo": {}}, {"blanket_loa_info": {}}, BlanketLoaInfo()])
async def test_a_blanket_letter_is_named(value: Any) -> None:
    """An empty mapping could be a mistake."""
    for call in (LETTER_CALLS[0], LETTER_CALLS[2]):
        assert {} == (await sent(call, value))["blanketLoaInfo"]
    for call in (LETTER_CALLS[1], LETTER_CALLS[3]):
        await rejection(call, value)


@every(
    ("value", "message"),
    [
        ({}, "loa_info: expected the fields of a letter, or BlanketLoaInfo()"),
        ({"directLoaInfo": {}}, "loa_info.directLoaInfo: expected values for authorised_person"),
        ({"directLoaInfo": None}, "DirectLoaInfo or a mapping, not NoneType"),
        ({"directLoaInfo": DIRECT, "resellerLoaInfo": RESELLER}, "expected one letter, got"),
        ({**DIRECT, "current_voice_carrier": " "}, "values for current_voice_carrier"),
        ({**DIRECT, "address": {**OFFICE, "city": ""}}, "values for address.city"),
        ({"directLoaInfo": DIRECT, "nnid": "x"}, "got 'nnid'"),
    ],
)
async def test_an_incomplete_letter_is_rejected(value: Any, message: str) -> None:
    """The error names what is missing, and quotes no values."""
    for call in LETTER_CALLS:
        error = await rejection(call, value)
        assert message in str(error)
        assert "Ada" not in str(error)


@every("value", [SmsConfiguration(campaign_id="C1"), {"campaign_id": "C1"}, {"campaignId": ""}])
async def test_a_campaign_needs_its_service_plan_on_the_host_that_requires_it(value: Any) -> None:
    """The API requires ``servicePlanId`` for rented numbers, not for imported ones."""
    rented, (imported, updated) = SMS_CALLS[:4], SMS_CALLS[4:]
    for call in rented:
        error = await rejection(call, value)
        assert "sms_configuration" == error.argument
        assert "service_plan_id, which the API requires with campaign_id" in str(error)
    assert await sent(updated, value)
    if value != {"campaignId": ""}:
        assert await sent(imported, value)


async def test_read_only_fields_are_not_sent() -> None:
    """A model that was received is sent without them; a mapping must not have them."""
    for call in SMS_CALLS:
        error = await rejection(call, {**SMS, "scheduledProvisioning": None})
        assert "got 'scheduledProvisioning'" in str(error)
