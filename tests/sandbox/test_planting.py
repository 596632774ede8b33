"""Numbers that a test adds are stored as given, or rejected."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import attrs
import pytest
from products import every

from sinch_numbers.sandbox import (
    ActiveNumber,
    AvailableNumber,
    Clock,
    Event,
    Money,
    Project,
    Sandbox,
    SmsConfiguration,
    SmsJob,
    VoiceConfiguration,
    VoiceJob,
)
from sinch_numbers.sandbox._api.wire import active_number, available_number
from sinch_numbers.sandbox._state.change import Change
from sinch_numbers.sandbox._state.imported.models import ImportedNumber, QualifiedNumber
from sinch_numbers.sandbox._state.matching import Filter
from sinch_numbers.sandbox._webhooks.event_payloads import body_of

NOW = datetime(2026, 3, 14, 9, 26, 53, 589793, UTC)
NUMBER = "+12025550147"
DESCRIPTION = Path(__file__).parents[1] / "data" / "numbers.openapi.json"
TIMES = (
    *("0001-01-01T00:00:00Z", "1969-12-31T23:59:59.999999Z", "2020-02-29T00:00:00Z"),
    *("2026-03-14T09:26:53.589792Z", "2026-03-14T09:26:53.589793Z", "2026-03-14T10:26:53+01:00"),
    *("2024-04-19T21:38:23.410063000Z", datetime(2020, 1, 1, tzinfo=UTC)),
)
FUTURE = ("2026-04-14T09:26:53.589793Z", "9999-12-31T23:59:59.999999Z")
TEXTS = ("", "x", " \t", "\x00", "Zoë", "null", "fail-1", "x" * 5000)

SMS = {
    "servicePlanId": "plan",
    "campaignId": "C1",
    "scheduledProvisioning": {
        "servicePlanId": "other",
        "campaignId": "",
        "status": "FAILED",
        "lastUpdatedTime": "2020-01-01T00:00:00.000000Z",
        "errorCodes": ["INTERNAL_ERROR"],
    },
}
VOICE = {
    "appId": "",
    "trunkId": "trunk",
    "serviceId": "",
    "type": "EST",
    "scheduledVoiceProvisioning": {
        "appId": "app",
        "trunkId": "",
        "serviceId": "",
        "status": "IN_PROGRESS",
        "lastUpdatedTime": "2020-01-01T00:00:00.000000Z",
        "type": "RTC",
    },
    "lastUpdatedTime": "2019-01-01T00:00:00.000000Z",
}
MONEY = ({"amount": "0.5", "currencyCode": "EUR"}, {"currency_code": "X", "amount": "1e3"})

ACTIVE: dict[str, tuple[Any, ...]] = {
    "phone_number": ("+12", "+447700900123", NUMBER),
    "region_code": TEXTS,
    "type": (*TEXTS, "SATELLITE"),
    "capability": ([], ["SMS"], ("FAX", "SMS"), [7]),
    "money": (*MONEY, Money("0.50")),
    "payment_interval_months": (0, 1, 120),
    "display_name": TEXTS,
    "next_charge_date": (*TIMES, *FUTURE),
    "charge_day": (1, 31),
    "expire_at": (*TIMES, *FUTURE, None),
    "sms_configuration": (
        *({}, SMS, SmsConfiguration(), {"service_plan_id": "p", "scheduled_provisioning": None}),
        SmsConfiguration(scheduled_provisioning=SmsJob(last_updated_time=NOW - timedelta(9))),
    ),
    "voice_configuration": (
        *({}, VOICE, VoiceConfiguration(), {"type": "FAX", "identifier": "fax"}),
        *({"type": "FAX", "serviceId": "fax", "scheduledVoiceProvisioning": {}},),
        VoiceConfiguration(
            scheduled_voice_provisioning=VoiceJob(last_updated_time=NOW - timedelta(9))
        ),
    ),
    "callback_url": TEXTS,
}
AVAILABLE: dict[str, tuple[Any, ...]] = {
    **{name: ACTIVE[name] for name in ("phone_number", "region_code", "type", "capability")},
    "setup_price": MONEY,
    "monthly_price": MONEY,
    "payment_interval_months": (0, 1, 120),
    "supporting_documentation_required": (True, False),
}
IMPORTED: dict[str, tuple[Any, ...]] = {
    "phone_number": ("+12", NUMBER),
    "region_code": TEXTS,
    "display_name": TEXTS,
    "callback_url": TEXTS,
    "sms": ({}, SMS, SmsConfiguration(service_plan_id="p")),
    "migrate_to_sinch_tmo": (True, False),
    **dict.fromkeys(("created_time", "updated_time", "moved_time"), (*TIMES, *FUTURE)),
}
QUALIFIED: dict[str, tuple[Any, ...]] = {
    "phone_number": ("+12", NUMBER),
    "region_code": TEXTS,
    "state": ("ELIGIBLE_CHECK_PENDING", "ELIGIBLE", "VERIFIED", "HOSTING_FAILED"),
    **dict.fromkeys(("eligibility", "eligibility_error"), TEXTS),
    **dict.fromkeys(("ownership", "ownership_error", "hosted_error"), TEXTS),
    **dict.fromkeys(("hosted", "wrong_codes"), (0, 7)),
    **dict.fromkeys(("created_time", "updated_time"), (*TIMES, *FUTURE)),
}
RESOURCES = {
    "active": (ActiveNumber, ACTIVE),
    "available": (AvailableNumber, AVAILABLE),
    "imported": (ImportedNumber, IMPORTED),
    "qualified": (QualifiedNumber, QUALIFIED),
}
CASES = [
    (resource, name, value)
    for resource, (_, fields) in RESOURCES.items()
    for name, values in fields.items()
    for value in values
]


def plant(project: Project, resource: str, given: dict[str, Any]) -> Any:
    """Add a *resource* with the fields *given*, and return it as created."""
    phone_number = given.pop("phone_number", NUMBER)
    match resource:
        case "active":
            return project.add_active(phone_number=phone_number, **given)
        case "available":
            return project.add_available(phone_number=phone_number, **given)
        case "imported":
            return project.imported.numbers.add(phone_number, **given)
        case _:
            return project.imported.qualified.plant(phone_number, **given)


def stored(project: Project, resource: str, phone_number: str) -> Any:
    """Return the *resource* that requests see."""
    match resource:
        case "active":
            return project.active[phone_number]
        case "available":
            return project.stock[phone_number]
        case "imported":
            return project.imported.numbers.get(phone_number)
        case _:
            return project.imported.qualified.get(phone_number)


def plain(value: Any) -> Any:
    """Return the part of *value* that a test gives, in one notation."""
    if attrs.has(type(value)):
        value = attrs.asdict(value, recurse=False)
    if isinstance(value, dict):
        names = {"appId": "identifier", "trunkId": "identifier", "serviceId": "identifier"}
        members: dict[str, Any] = {}
        for key, member in value.items():
            name = names.get(key) or "".join(f"_{c.lower()}" if c.isupper() else c for c in key)
            if member not in ("", None, {}):
                members[name] = plain(member)
        return members
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, str) and value[4:5] == "-" and "T" in value:
        value = datetime.fromisoformat(value)
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def same(given: Any, kept: Any) -> bool:
    """Return whether *kept* has everything that was *given*; the rest are defaults."""
    given, kept = plain(given), plain(kept)
    if isinstance(given, dict):
        return all(same(member, kept.get(name)) for name, member in given.items())
    return bool(given == kept)


@every("resource", RESOURCES)
def test_every_field_can_be_planted(resource: str) -> None:
    """The cases cover every field of every resource, so a new field needs cases."""
    kind, fields = RESOURCES[resource]

    assert {field.name for field in attrs.fields(kind)} - {"planted_at"} == fields.keys()


@every(("resource", "name", "value"), CASES)
def test_planted_values_are_kept(resource: str, name: str, value: Any) -> None:
    """A planted value is stored as given, past or not, and reads don't change it."""
    clock = Clock(NOW, running=False)
    project = Project("p", clock=clock)
    created = plant(project, resource, {name: value})

    for _ in range(3):
        kept = stored(project, resource, created.phone_number)
        assert created == kept
        assert same(value, getattr(kept, name))
        if name in ("next_charge_date", "expire_at") and value in FUTURE:
            break  # takes effect when its time comes
        clock.advance(timedelta(days=9))


@every(("name", "value"), [(n, v) for n in ("next_charge_date", "expire_at") for v in TIMES])
def test_planted_dates_survive_requests(name: str, value: Any) -> None:
    """Past dates stay as planted while the number is listed, updated and released."""
    clock = Clock(NOW, running=False)
    sandbox = Sandbox(numbers=0, stock=0, clock=clock)
    project = sandbox.project()
    number = project.add_active(**{name: value})
    clock.advance(timedelta(days=40))
    changed = project.update(number.phone_number, Change(display_name="new"))
    listed, _, total = project.active.page(Filter(), order_by="phoneNumber", after=None, size=9)
    project.release(number.phone_number)

    assert same(value, getattr(changed, name))
    assert ([changed], 1) == (listed, total)
    assert same(value, getattr(project.get(number.phone_number), name))


@every(
    ("resource", "given"),
    [
        *(("active", {name: "2026-03-14T09:26:53"}) for name in ("next_charge_date", "expire_at")),
        *(
            ("imported", {name: NOW.replace(tzinfo=None)})
            for name in ("created_time", "moved_time")
        ),
        ("active", {"next_charge_date": None}),
        ("active", {"next_charge_date": "2026-03-14"}),
        ("active", {"next_charge_date": "soon"}),
        ("active", {"next_charge_date": 1_700_000_000}),
        ("active", {"next_charge_date": "2026-03-14T09:26:53.589793238Z"}),
        ("active", {"expire_at": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=9)))}),
        ("active", {"charge_day": 0}),
        ("active", {"charge_day": True}),
        ("active", {"phone_number": "12025550147"}),
        ("active", {"phoneNumber": 12025550147}),
        ("active", {"capability": "SMS"}),
        ("active", {"capability": {"SMS": True}}),
        ("active", {"display_name": None}),
        ("active", {"display_name": 5}),
        ("active", {"money": "0.50"}),
        ("active", {"money": {"amount": 0.5, "currencyCode": "USD"}}),
        ("active", {"money": {"amount": "0.50"}}),
        ("active", {"money": {"amount": "0.50", "currencyCode": "USD", "vat": "0.10"}}),
        ("active", {"payment_interval_months": "1"}),
        ("active", {"projectId": "other"}),
        ("active", {"labels": []}),
        ("active", {"planted_at": None}),
        ("active", {"display_name": "a", "displayName": "b"}),
        ("active", {"sms_configuration": {"servicePlan": "p"}}),
        ("active", {"sms_configuration": {"servicePlanId": None}}),
        ("active", {"sms_configuration": "plan"}),
        ("active", {"sms_configuration": {"scheduledProvisioning": {"lastUpdated": ""}}}),
        ("active", {"sms_configuration": {"scheduledProvisioning": {"lastUpdatedTime": "x"}}}),
        ("active", {"sms_configuration": {"scheduledProvisioning": {"errorCodes": "E"}}}),
        ("active", {"voice_configuration": {"type": "HOLO"}}),
        ("active", {"voice_configuration": {"type": "RTC", "trunkId": "t"}}),
        ("active", {"voice_configuration": {"appId": "a", "identifier": "b"}}),
        ("available", {"setup_price": {"amount": 1, "currencyCode": "USD"}}),
        ("available", {"supporting_documentation_required": "no"}),
        ("available", {"display_name": "x"}),
        ("imported", {"phone_number": "2025550147"}),
        ("imported", {"service_plan_id": "p", "sms": {"servicePlanId": "q"}}),
        ("imported", {"hosted": 1}),
        ("qualified", {"state": "GLOBAL_PROCESS_STATE_VERIFIED"}),
        ("qualified", {"hosted": "1"}),
        ("qualified", {"phone_number": ""}),
    ],
)
def test_values_that_would_change_are_rejected(resource: str, given: dict[str, Any]) -> None:
    """A value that can't be stored unchanged is rejected, and nothing is added."""
    project = Project("p", clock=Clock(NOW, running=False))

    with pytest.raises((TypeError, ValueError)) as caught:
        plant(project, resource, dict(given))

    name = next(iter(given))
    assert not project.active
    assert not project.stock
    assert not project.imported.numbers.all()
    assert not project.imported.qualified.all()
    if "phone" not in name:
        assert any(part in str(caught.value) for part in (name, *name.split("_")))


def test_recorded_number_can_be_loaded_unchanged() -> None:
    """A number as the API returned it can be added to its project, and is returned the same."""
    project = Project("6f1d2c3b", clock=Clock(NOW, running=False))
    recorded = {
        "phoneNumber": NUMBER,
        "projectId": "6f1d2c3b",
        "displayName": "Front desk",
        "regionCode": "US",
        "type": "LOCAL",
        "capability": ["SMS", "VOICE"],
        "money": {"currencyCode": "USD", "amount": "0.50"},
        "paymentIntervalMonths": 1,
        "nextChargeDate": "2024-04-19T21:38:23.410063Z",
        "expireAt": "2024-05-19T21:38:23.410063Z",
        "smsConfiguration": SMS,
        "voiceConfiguration": VOICE,
        "callbackUrl": "",
    }

    project.add_active(**recorded)

    assert recorded == json.loads(active_number(project.get(NUMBER), "6f1d2c3b"))


def examples(node: Any) -> Iterator[dict[str, Any]]:
    """Yield the numbers in the examples of a description."""
    if isinstance(node, dict):
        if isinstance(node.get("phoneNumber"), str) and "capability" in node:
            yield node
        for part in node.values():
            yield from examples(part)
    elif isinstance(node, list):
        for part in node:
            yield from examples(part)


@every("document", examples(json.loads(DESCRIPTION.read_text(encoding="utf-8"))))
def test_described_numbers_can_be_loaded(document: dict[str, Any]) -> None:
    """The numbers of the API's description are returned as described, also in the year 2027."""
    project = Project(document.get("projectId", "p"), clock=Clock(NOW.replace(year=2027)))

    if "setupPrice" in document:
        shown = available_number(project.add_available(**document))
    else:
        number = project.add_active(**document).phone_number
        shown = active_number(project.get(number), project.project_id)

    assert document == json.loads(shown)


@every("at", [one for one in TIMES[2:] if isinstance(one, str)])
def test_planted_events_keep_their_time(at: str) -> None:
    """An event that a test adds is sent with its time, in UTC; a time without zone is rejected."""
    members = {"project_id": "p", "resource_id": NUMBER, "resource_type": "ACTIVE_NUMBER"}
    members |= {"event_type": "PROVISIONING_TO_SMS_PLATFORM", "status": "SUCCEEDED"}
    given = datetime.fromisoformat(at)

    sent = json.loads(body_of(Event(**members, at=given), "id"))["timestamp"]

    assert given == datetime.fromisoformat(sent[:26]).replace(tzinfo=UTC)
    with pytest.raises(ValueError, match="zone"):
        Event(**members, at=given.replace(tzinfo=None))


def test_future_dates_take_effect() -> None:
    """A number is charged or removed at a planted date that had not passed."""
    clock = Clock(NOW, running=False)
    project = Project("p", clock=clock)
    charged = project.add_active(next_charge_date=NOW + timedelta(days=1))
    ending = project.add_active(expire_at=NOW + timedelta(days=1))

    clock.advance(timedelta(days=2))

    assert NOW + timedelta(days=32) == project.get(charged.phone_number).next_charge_date
    assert ending.phone_number not in project.active


def test_replanted_number_is_replaced() -> None:
    """A number that is added again has the new fields only, and is found by them."""
    project = Project("p", clock=Clock(NOW, running=False))
    for kind in ("LOCAL", "MOBILE"):
        project.add_available(phone_number=NUMBER, type=kind)
        project.add_active(phone_number="+12025550148", type=kind)

    assert [] == project.stock.search(Filter(region_code="US", type="LOCAL"), 9)
    assert [NUMBER] == [
        number.phone_number
        for number in project.stock.search(Filter(region_code="US", type="MOBILE"), 9)
    ]
    assert "MOBILE" == project.get("+12025550148").type
