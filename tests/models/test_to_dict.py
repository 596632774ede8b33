"""The JSON form of values: complete, with either naming, and readable again."""

import enum
import inspect
import itertools
import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import attrs
import pytest
from products import every
from public_classes import PACKAGES, classes_of

from sinch_numbers import (
    ActiveNumber,
    BadRequest,
    BadRequestError,
    CallbackConfiguration,
    EstVoice,
    Extra,
    FieldViolation,
    ImportedNumberEvent,
    InvalidArgumentError,
    Model,
    Money,
    NotFoundError,
    NumberEvent,
    NumberOrder,
    NumberOrderEvent,
    NumberType,
    OutcomeUnknownError,
    Page,
    RtcVoice,
    Secret,
    SinchNumbersError,
    SmsConfiguration,
    SmsProvisioning,
    UnknownEvent,
    UnknownVoice,
    UnreadableItem,
    VoiceProvisioning,
    errors,
    json_default,
)
from sinch_numbers.audit import (
    CostLine,
    Costs,
    Expectation,
    Finding,
    Forecast,
    ForecastLine,
    NumberStatus,
    Report,
    Rule,
    Severity,
)
from sinch_numbers.inventory import Completeness
from sinch_numbers.models._fields import wire_name

from .test_models import MAKERS, NOON, UNKNOWN, _active_number

FINDING = Finding(
    rule="unused",
    severity=Severity.WARNING,
    phone_number="+12025550134",
    message="USD 0.50 a month, unused",
    advice="Link it, or release it.",
)
REPORT = Report(
    project_id="made-up",
    started_at=NOON,
    finished_at=NOON,
    completeness=Completeness(counted_before=2, total_size=2, read=2),
    numbers=2,
    rules=(Rule(id="unused", severity=Severity.WARNING, title="Unused", meaning="m", advice="a"),),
    findings=(FINDING,),
    costs=Costs(lines=(CostLine("USD", "US", NumberType.LOCAL, 2, Decimal("1.00")),)),
    forecast=Forecast(
        months=(date(2026, 3, 1),),
        lines=(ForecastLine(date(2026, 3, 1), "USD", "US", NumberType.LOCAL, 2, Decimal(1)),),
    ),
    statuses=((NumberStatus.LINKED, 2),),
    releases=((date(2026, 3, 31), 1),),
)

EMPTY = [SmsProvisioning, VoiceProvisioning]
"""Models that the client never reads empty: an empty job means that the link is complete."""


def plain_only(value):
    """Whether *value* consists of exactly the types that `json.loads` returns."""
    match value:
        case dict():
            return type(value) is dict and all(
                type(key) is str and plain_only(one) for key, one in value.items()
            )
        case list():
            return type(value) is list and all(map(plain_only, value))
        case _:
            return type(value) in (str, int, float, bool, type(None))


@every("make", MAKERS)
@pytest.mark.parametrize("names", ["api", "python"])
def test_the_form_is_plain_json(make, names):
    """It has only the types that `json` reads, and survives its text."""
    model = make()

    data = model.to_dict(names=names)

    assert plain_only(data)
    assert data == json.loads(model.to_json(names=names))
    assert "\n" not in model.to_json(names=names)
    assert model.to_json(names=names, indent=2).isascii()


@every("make", [maker for maker in MAKERS if isinstance(maker.values[0](), Model)])
def test_a_model_survives_its_form(make):
    """Reading the JSON form returns an equal model, with its unknown fields."""
    model = type(make()).from_json(make().to_json())  # as the client reads it

    assert model == type(model).from_dict(model.to_dict())
    assert model == type(model).from_json(model.to_json())
    assert model == type(model).from_json(model.to_json().encode())


def test_a_number_has_the_names_and_formats_of_the_api():
    """Keys, amounts, timestamps, and enum values are those of a response."""
    number = attrs.evolve(_active_number(), extra=UNKNOWN)

    data = number.to_dict()

    assert "+12025550134" == data["phoneNumber"]
    assert "SATELLITE" == data["type"]
    assert ["SMS", "FAX"] == data["capability"]
    assert {"currencyCode": "USD", "amount": "0.50"} == data["money"]
    assert "2026-03-14T12:00:00.000Z" == data["nextChargeDate"]
    assert data["expireAt"] is None
    assert "FAILED" == data["smsConfiguration"]["scheduledProvisioning"]["status"]
    assert "RTC" == data["voiceConfiguration"]["type"]
    assert {"deep": [1, None, "x"]} == data["newMember"]
    assert "extra" not in data


def test_a_number_has_the_names_of_python():
    """
    Keys are the attributes, and unknown fields are in ``extra``, under the API's names.

    The status and the cost per month, which the API doesn't have, are among them.
    """
    number = attrs.evolve(_active_number(), payment_interval_months=2)
    data = number.to_dict(names="python")

    fields = {field.name for field in attrs.fields(ActiveNumber)}
    assert fields | {"status", "monthly_cost", "is_released"} == set(data)
    assert ("failed", False) == (data["status"], data["is_released"])
    assert {"currency_code": "USD", "amount": "0.25"} == data["monthly_cost"]
    assert fields - {"extra"} == {
        field.name
        for field in attrs.fields(ActiveNumber)
        if wire_name(field.name) in number.to_dict()
    }
    assert {"newMember": {"deep": [1, None, "x"]}} == data["extra"]
    assert "extra" not in Money("USD", Decimal(1)).to_dict(names="python")
    assert {"type": "EST", "trunk_id": "t"}.items() <= EstVoice("t").to_dict(
        names="python"
    ).items()


@every("names", ["camel", "", None, "API"])
def test_other_names_are_rejected(names):
    """The error names the argument and the valid values."""
    with pytest.raises(InvalidArgumentError, match="names: expected 'api' or 'python'"):
        Money("USD", Decimal(1)).to_dict(names=names)


@every(
    ("amount", "expected"),
    [
        (Decimal("0E-8"), "0.00000000"),
        (Decimal("1E+3"), "1000"),
        (Decimal("123456789012345678901234567890.5"), "123456789012345678901234567890.5"),
        (Decimal("-0.10"), "-0.10"),
    ],
)
def test_amounts_keep_all_digits(amount, expected):
    """An amount is a str without an exponent."""
    assert expected == Money("USD", amount).to_dict()["amount"]


@every(
    ("moment", "expected"),
    [
        (datetime(2026, 3, 14, 9, 26, 53, 589793, tzinfo=UTC), "2026-03-14T09:26:53.589793Z"),
        (
            datetime(2026, 3, 14, 9, 26, 53, tzinfo=timezone(timedelta(hours=2))),
            "2026-03-14T07:26:53.000Z",
        ),
    ],
)
def test_timestamps_are_in_utc(moment, expected):
    """They are ISO 8601, with the digits that the value has."""
    assert expected == RtcVoice(last_updated_time=moment).to_dict()["lastUpdatedTime"]


def test_the_form_shares_nothing_with_the_model():
    """Changing the result, at any depth, changes no model."""
    number = _active_number()
    for names in ("api", "python"):
        data = number.to_dict(names=names)
        data.get("extra", data)["newMember"]["deep"].append("changed")
        data["capability"].append("changed")

    assert _active_number() == number


def test_a_secret_is_masked_wherever_it_is():
    """Neither form contains the value, also in a field that is not for secrets."""
    settings = CallbackConfiguration(
        "project", Secret("s3cr3t"), extra=Extra({"x": Secret("t0p")})
    )
    odd = SmsConfiguration(Secret("s3cr3t"), extra=Extra({"deep": [Secret("t0p")]}))

    for value in (settings, odd):
        for names in ("api", "python"):
            text = value.to_json(names=names)
            assert "s3cr3t" not in text
            assert "t0p" not in text
            assert "**********" in text


def test_a_voice_configuration_reads_its_own_type_only():
    """Empty identifiers of other variants are no unknown fields; another type is an error."""
    known = {"type": "EST", "trunkId": "t", "appId": "", "serviceId": None}
    assert EstVoice("t") == EstVoice.from_dict(known)
    with pytest.raises(InvalidArgumentError, match="EstVoice, whose type is EST"):
        EstVoice.from_dict({"type": "RTC", "appId": "a"})
    unknown = {"type": "CONVAI", "agentId": "a"}
    assert unknown == UnknownVoice.from_dict(unknown).to_dict()


def test_an_event_reads_its_own_resource_types_only():
    """An event about another type of resource is an error; of an unknown type, any is read."""
    known = {"resourceType": "HOSTING_ORDER_NUMBER", "eventId": "e"}
    assert "e" == ImportedNumberEvent.from_dict(known).event_id
    for cls in (NumberEvent, NumberOrderEvent):
        with pytest.raises(InvalidArgumentError, match="whose resourceType is"):
            cls.from_dict(known)
    assert known == UnknownEvent.from_dict(known).to_dict()


@every(
    ("data", "problem"),
    [
        ({"phoneNumber": 5}, "got an integer @ ActiveNumber.phone_number"),
        ({}, "missing @ ActiveNumber.phone_number"),
        (None, "got null"),
        ([], "got an array"),
        ("x", "got a string"),
        ({"phoneNumber": "+1", "capability": [5]}, "capability"),
        ({"phoneNumber": "+1", "money": {"currencyCode": "USD", "amount": 0.1}}, "amount"),
        ({"phoneNumber": object()}, "got object"),
    ],
)
def test_data_that_cannot_be_read_is_an_argument_error(data, problem):
    """The message has the path, and does not quote the value."""
    with pytest.raises(InvalidArgumentError, match="data: expected the JSON object of") as caught:
        ActiveNumber.from_dict(data)

    assert problem in str(caught.value)


@every("text", ["", "[", "[]", "5", "null", b"\xff", "NaN", '{"phoneNumber": "+1"', None, 5])
def test_text_that_cannot_be_read_is_an_argument_error(text):
    """Text that is not the JSON of the model raises an error that names the argument."""
    with pytest.raises(InvalidArgumentError, match="text: expected the JSON object of"):
        ActiveNumber.from_json(text)


def test_amounts_in_text_are_read_exactly():
    """A JSON number never passes through a float."""
    text = '{"currencyCode": "USD", "amount": 0.10000000000000000001}'
    assert Money("USD", Decimal("0.10000000000000000001")) == Money.from_json(text)


def test_enum_members_are_read_like_their_values():
    """Data that a caller builds in Python may contain members."""
    with pytest.raises(InvalidArgumentError):
        ActiveNumber.from_dict({"phoneNumber": NumberType.LOCAL.value, "type": 5})
    order = NumberOrder.from_dict({"idNumberOrder": "x", "numberType": NumberType.LOCAL})
    assert NumberType.LOCAL is order.number_type


def test_a_page_has_its_items_and_those_that_cannot_be_read():
    """The keys are those of a list response, with the items under ``items``."""
    page = Page(
        (ActiveNumber("+1"),),
        "token",
        2,
        (UnreadableItem(1, "no ID", {"a": [1.5]}),),
        extra=Extra({"more": 1}),
    )

    data = page.to_dict()

    assert [ActiveNumber("+1").to_dict()] == data["items"]
    assert ("token", 2, 1) == (data["nextPageToken"], data["totalSize"], data["more"])
    assert ("no ID", {"a": [1.5]}) == (
        data["unreadable"][0]["reason"],
        data["unreadable"][0]["raw"],
    )
    assert ["items", "next_page_token", "total_size", "unreadable", "extra"] == list(
        page.to_dict(names="python")
    )


def test_a_report_is_complete():
    """It has every field but the functions of its rules, and the totals computed from them."""
    data = REPORT.to_dict()

    assert ("made-up", 2) == (data["projectId"], data["numbers"])
    assert "2026-03-14T12:00:00.000Z" == data["startedAt"]
    assert (True, "complete") == (data["completeness"]["complete"], data["completeness"]["status"])
    assert {"info": 0, "warning": 1, "error": 0} == data["counts"]
    assert {"id", "severity", "title", "meaning", "advice", "enabled"} == set(data["rules"][0])
    assert "+12025550134" == data["findings"][0]["phoneNumber"]
    assert [{"currencyCode": "USD", "amount": "1.00"}] == data["costs"]["totals"]
    assert [{"month": "2026-03-01", "currencyCode": "USD", "amount": "1"}] == (
        data["forecast"]["totals"]
    )
    assert {"linked": 2} == data["statuses"]
    assert [{"date": "2026-03-31", "numbers": 1}] == data["releases"]
    assert plain_only(data)
    assert {"project_id", "started_at"} <= set(REPORT.to_dict(names="python"))


def test_an_expectation_has_the_fields_that_are_compared():
    """Fields that are not set are left out; those that must be empty are null."""
    expectation = Expectation("+12025550134", campaign_id=None, released=False)

    assert {"phone_number": "+12025550134", "campaign_id": None, "released": False} == (
        expectation.to_dict(names="python")
    )


def test_an_error_has_its_attributes():
    """It has the class, the call, and the details, down to the errors that caused it."""
    error = BadRequestError(
        "invalid", status=400, code="INVALID", details=(BadRequest((FieldViolation("a", "b"),)),)
    )
    error.method, error.path, error.request_id = "POST", "/v1/x", "r1"
    unknown = OutcomeUnknownError("unknown")
    unknown.cause, unknown.first_sent_at = error, NOON

    data = unknown.to_dict()

    assert ("OutcomeUnknownError", True) == (data["error"], data["maybeApplied"])
    assert "2026-03-14T12:00:00.000Z" == data["firstSentAt"]
    cause = data["cause"]
    assert ("BadRequestError", 400, "r1") == (cause["error"], cause["status"], cause["requestId"])
    violations = [{"field": "a", "description": "b"}]
    assert [{"type": "BadRequest", "fieldViolations": violations}] == cause["details"]
    assert {"maybe_applied", "first_sent_at"} <= set(unknown.to_dict(names="python"))


@every(
    "cls",
    [
        cls
        for cls in vars(errors).values()
        if inspect.isclass(cls) and issubclass(cls, SinchNumbersError)
    ],
)
def test_every_error_has_a_form(cls):
    """Each class is written, with the attributes that its docstrings describe."""
    error = cls.__new__(cls, "message")
    error.message = "message"

    data = error.to_dict(names="python")

    assert cls.__name__ == data["error"]
    assert {"message", "transient", "method", "request_id"} <= set(data)
    assert plain_only(data)


PLAIN = {
    *("Backoff", "RetryPolicy", "Column", "Table", "SignedEvent", "Document", "Answer"),
    *("Reply", "Request", "Stream", "Token", "AuditCriteria", "PartResult", "Confirmation"),
}
"""Settings, parts of messages, and values with functions, which have no JSON form."""


@every("package", PACKAGES)
def test_every_public_value_has_a_form(package):
    """Each attrs class that a caller receives has `to_dict` and `to_json`."""
    values = {cls for cls in classes_of(package) if attrs.has(cls)}

    assert set() == {cls.__name__ for cls in values if not hasattr(cls, "to_dict")} - PLAIN


@every(
    ("value", "expected"),
    [
        (Money("USD", Decimal("0.50")), {"currencyCode": "USD", "amount": "0.50"}),
        (Secret("x"), "**********"),
        (Extra({"a": {"b": 1}}), {"a": {"b": 1}}),
        (NumberType("NEW"), "NEW"),
        (Severity.ERROR, "error"),
        (Decimal("0.50"), "0.50"),
        (datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01T00:00:00.000Z"),
        (date(2026, 1, 1), "2026-01-01"),
    ],
)
def test_json_dumps_writes_values_anywhere(value, expected):
    """`json_default` writes values of this package inside any data."""
    text = json.dumps({"deep": [value]}, default=json_default)

    assert {"deep": [expected]} == json.loads(text)


def test_json_default_leaves_other_values_to_another_function():
    """Without one, it raises `TypeError`, as `json` expects."""
    with pytest.raises(TypeError, match="object is not JSON-serializable"):
        json.dumps(object(), default=json_default)

    def otherwise(value):
        return f"other {type(value).__name__}"

    assert "other Decimal" == json_default(Decimal(1), otherwise)
    assert "other object" == json_default(object(), otherwise)
    assert {"currencyCode": "USD", "amount": "1"} == json_default(
        Money("USD", Decimal(1)), otherwise
    )


def test_encoders_with_a_protocol_write_models():
    """Celery's encoder and others call ``__json__``, with or without an argument."""
    money = Money("USD", Decimal("0.50"))

    assert money.to_dict() == money.__json__() == money.__json__("request")


def test_flask_writes_models():
    """With one line, `jsonify` writes models anywhere, and other values as before."""
    from flask import Flask, jsonify

    app = Flask(__name__)
    writes_others = app.json.default
    app.json.default = lambda value: json_default(value, writes_others)

    with app.app_context():
        sent = jsonify(numbers=[ActiveNumber("+1")], since=date(2026, 1, 1)).get_json()
        error = jsonify(NotFoundError("gone", status=404)).get_json()

    assert [ActiveNumber("+1").to_dict()] == sent["numbers"]
    assert "Thu, 01 Jan 2026 00:00:00 GMT" == sent["since"]
    assert ("NotFoundError", 404) == (error["error"], error["status"])


@every("package", PACKAGES)
def test_enums_are_shown_as_their_values(package):
    """The `repr` of a member is that of its value, and its `str` is the value."""
    kinds = [cls for cls in classes_of(package) if issubclass(cls, enum.Enum)]
    for member in itertools.chain(*kinds):
        assert repr(member.value) == repr(member)
        assert str(member.value) == str(member) == f"{member}"
