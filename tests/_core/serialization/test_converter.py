"""Conversion of JSON to models and back: missing fields are allowed, wrong types are not."""

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum

import attrs
import malformed
import pytest
from hypothesis import strategies as st
from products import every, examples, named

from sinch_numbers._core.serialization.converter import dump, dump_query, load, make_converter
from sinch_numbers.errors import APIResponseError
from sinch_numbers.models import (
    ActiveNumber,
    AddressValidation,
    AvailableNumber,
    AvailableRegion,
    BadRequest,
    CallbackConfiguration,
    Capability,
    CarrierState,
    EmergencyAddress,
    EstVoice,
    Extra,
    FaxVoice,
    HostingOrderReport,
    ImportedNumber,
    Money,
    NumberEvent,
    NumberOrder,
    NumberPrice,
    NumberType,
    OrderBy,
    OsrUpdate,
    ProvisioningStatus,
    RequiredAttachment,
    ResourceInfo,
    RtcVoice,
    SmsConfiguration,
    SmsErrorCode,
    SmsProvisioning,
    UnknownVoice,
    ValidationResult,
    VoiceProvisioning,
    VoiceType,
)
from sinch_numbers.models._number_status import NumberStatus, jobs, status_of
from sinch_numbers.models._secret import Secret
from sinch_numbers.models._unset import UNSET

pytestmark = pytest.mark.usefixtures("both_readers")

NUMBER = "+12025550134"


def active(**members):
    return load({"phoneNumber": NUMBER, **members}, ActiveNumber)


def snake(name):
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def moment(text):
    return active(nextChargeDate=text).next_charge_date


def misfit(payload, cls):
    with pytest.raises(APIResponseError) as refused:
        load(payload, cls)
    return refused.value.message.removeprefix("invalid response: ")


# Reading: wrong types. Every value that could be quoted holds the word canary.


@every(("cls", "member", "value", "expected", "got", "place"), named(malformed.WRONG_TYPES))
def test_a_wrong_type_is_an_error_that_names_the_place(cls, member, value, expected, got, place):
    """It is never coerced, never dropped, and never quoted."""
    payload = {"phoneNumber": NUMBER, "regionCode": "US", **malformed.COMPLETE.get(cls, {})}
    payload[member] = value

    told = misfit(payload, cls)

    assert f"expected {expected}, got {got} @ {cls.__name__}.{place}" == told
    assert malformed.CANARY not in told
    assert "77123" not in told


@every(("money", "place"), named(malformed.NOT_MONEY))
def test_an_amount_is_a_decimal_text(money, place):
    """Prices are exact or errors, also those that Python would take for nothing."""
    told = misfit({"phoneNumber": NUMBER, "money": money}, ActiveNumber)

    assert told.endswith(f" @ ActiveNumber.money.{place}")


def test_all_misfits_are_named():
    """One error tells all that is wrong, however deep."""
    told = misfit(
        {
            "phoneNumber": NUMBER,
            "displayName": 5,
            "smsConfiguration": {"scheduledProvisioning": {"errorCodes": ["A", True]}},
            "voiceConfiguration": {"scheduledVoiceProvisioning": {"lastUpdatedTime": "soon"}},
        },
        ActiveNumber,
    ).split("; ")

    sms, voice = "ActiveNumber.sms_configuration", "ActiveNumber.voice_configuration"
    when = "last_updated_time"
    assert [
        "expected a string, got an integer @ ActiveNumber.display_name",
        f"expected a string, got a boolean @ {sms}.scheduled_provisioning.error_codes[1]",
        f"expected a timestamp, got a string @ {voice}.scheduled_voice_provisioning.{when}",
    ] == told


@every(("payload", "got"), named(malformed.NOT_OBJECTS))
@pytest.mark.parametrize("cls", [ActiveNumber, EmergencyAddress, CallbackConfiguration])
def test_a_resource_is_an_object(cls, payload, got):
    """Whatever else a reply is at the top, it is not a resource."""
    assert f"expected an object, got {got} @ {cls.__name__}" == misfit(payload, cls)


@pytest.mark.parametrize(
    ("cls", "member", "field"),
    [
        (ActiveNumber, "phoneNumber", "phone_number"),
        (AvailableRegion, "regionCode", "region_code"),
    ],
)
def test_only_the_identity_is_required(cls, member, field):
    """One odd number must not fail a page, but it has to have a name."""
    assert cls("x") == load({member: "x"}, cls)
    assert f"{member!r} is missing @ {cls.__name__}.{field}" == misfit({}, cls)


@every(
    ("cls", "name"),
    [(cls, name) for cls, payload in malformed.COMPLETE.items() for name in payload],
)
def test_a_field_that_the_service_always_sends_is_required(cls, name):
    """Absent, null, and empty are errors that name it; only a list may be empty."""
    complete = malformed.COMPLETE[cls]
    field = snake(name)
    assert load(complete, cls)
    absent = {key: value for key, value in complete.items() if key != name}
    assert f"{name!r} is missing @ {cls.__name__}.{field}" == misfit(absent, cls)
    if name in ("phoneNumber", "capability"):  # lists of capabilities can be null or empty
        return
    for nothing in (None, "", {}):
        assert f" @ {cls.__name__}.{field}" in misfit({**complete, name: nothing}, cls)


@pytest.mark.parametrize(
    "cls", [EmergencyAddress, CallbackConfiguration, BadRequest, ResourceInfo]
)
def test_what_has_no_identity_may_be_empty(cls):
    """Nothing is an answer, too."""
    assert cls() == load({}, cls)


ALL_OF_IT = [
    (cls, name)
    for cls, identity in (
        (ActiveNumber, "phone_number"),
        (AvailableNumber, "phone_number"),
        (AvailableRegion, "region_code"),
        (AddressValidation, "phone_number"),
        (EmergencyAddress, ""),
        (CallbackConfiguration, ""),
        (SmsConfiguration, ""),
        (SmsProvisioning, ""),
        (VoiceProvisioning, ""),
    )
    for name, field in attrs.fields_dict(cls).items()
    if name not in (identity, "extra") and field.default is not attrs.NOTHING
]


@every(("cls", "name"), ALL_OF_IT)
def test_nothing_has_one_spelling(cls, name):
    """
    Absent, null, "" and {} are all `None`, or false; for a list absent, null and [] are all `()`.
    """
    wire = "".join(w if n == 0 else w.capitalize() for n, w in enumerate(name.split("_")))
    identity = {"phoneNumber": NUMBER, "regionCode": "US", **malformed.COMPLETE.get(cls, {})}
    identity.pop(wire, None)
    default = attrs.fields_dict(cls)[name].default
    empty = ([],) if default == () else ("", {})

    for payload in (identity, *({**identity, wire: value} for value in (None, *empty))):
        model = load(payload, cls)

        assert default == getattr(model, name)
        assert default in (None, (), False)


@pytest.mark.parametrize("money", named(malformed.INCOMPLETE_MONEY))
def test_half_a_price_is_none(money):
    """Who rents nothing pays nothing: the API sends prices with empty members."""
    assert active(money=money).money is None
    assert NumberPrice() == load({"setupPrice": money, "monthlyPrice": money}, NumberPrice)
    for name in ("setupPrice", "monthlyPrice"):
        offer = {**malformed.COMPLETE[AvailableNumber], name: money}
        assert f"AvailableNumber.{snake(name)}." in misfit(offer, AvailableNumber)


@pytest.mark.parametrize(
    "address",
    [
        pytest.param({}, id="an empty object"),
        pytest.param({"city": ""}, id="one empty member"),
        pytest.param({"city": "", "state": None, "streetNumber": ""}, id="several"),
    ],
)
def test_an_empty_address_is_none(address):
    """The API corrects nothing by an address of empty texts."""
    validation = load(
        {
            **malformed.COMPLETE[AddressValidation],
            "correctedAddress": address,
            "validatedAddress": address,
        },
        AddressValidation,
    )

    assert (validation.corrected_address, validation.validated_address) == (None, None)


def test_an_address_with_something_in_it_is_kept():
    """However little."""
    validation = load(
        {
            **malformed.COMPLETE[AddressValidation],
            "correctedAddress": {"city": "Portland", "state": ""},
        },
        AddressValidation,
    )

    assert EmergencyAddress(city="Portland") == validation.corrected_address


@examples(
    25,
    200,
    amount=st.decimals(
        allow_nan=False, allow_infinity=False, places=9, min_value=-(10**20), max_value=10**20
    ).map(lambda d: f"{d:f}"),
)
def test_amounts_are_exact(amount):
    """To the last digit that the API sent, trailing zeros included."""
    money = active(money={"currencyCode": "USD", "amount": amount}).money

    assert Money("USD", Decimal(amount)) == money
    assert Decimal(amount).as_tuple() == money.amount.as_tuple()


@every(
    ("text", "expected"),
    [
        pytest.param("2026-03-14T09:26:53Z", (53, 0), id="seconds"),
        pytest.param("2026-03-14T09:26:53", (53, 0), id="without a zone it is UTC"),
        pytest.param("2026-03-14T09:26:53.5Z", (53, 500_000), id="one digit"),
        pytest.param("2026-03-14T09:26:53.589Z", (53, 589_000), id="three digits"),
        pytest.param("2026-03-14T09:26:53.589793Z", (53, 589_793), id="six digits"),
        pytest.param("2026-03-14T09:26:53.589793", (53, 589_793), id="six digits, no zone"),
        pytest.param("2026-03-14T09:26:53.589793999Z", (53, 589_793), id="nine digits, cut off"),
        pytest.param("2026-03-14T11:26:53+02:00", (53, 0), id="east of Greenwich"),
        pytest.param("2026-03-14T03:56:53-05:30", (53, 0), id="west of Greenwich"),
        pytest.param("2026-03-14T09:26:53-00:00", (53, 0), id="minus nothing"),
        pytest.param("20260314T112653.5+02", (53, 500_000), id="the basic format"),
    ],
)
def test_moments_are_in_utc(text, expected):
    """Aware, and comparable with each other."""
    second, micro = expected
    read = moment(text)

    assert datetime(2026, 3, 14, 9, 26, second, micro, UTC) == read
    assert read.tzinfo is UTC


@every("text", named(malformed.NOT_TIMESTAMPS))
def test_what_is_no_moment(text):
    """It is an error, not a guess."""
    told = misfit({"phoneNumber": NUMBER, "expireAt": text}, ActiveNumber)

    assert told == "expected a timestamp, got a string @ ActiveNumber.expire_at"


@examples(
    25,
    200,
    when=st.datetimes(
        min_value=datetime(2, 1, 1),  # noqa: DTZ001 - hypothesis wants naive bounds
        max_value=datetime(9998, 12, 31),  # noqa: DTZ001 - likewise
        timezones=st.integers(-23 * 60, 23 * 60).map(lambda m: timezone(timedelta(minutes=m))),
    ),
)
def test_moments_round_trip(when):
    """Whatever zone they were written in."""
    assert when == moment(when.isoformat())
    assert moment(when.isoformat()).utcoffset() == timedelta(0)


@every(
    ("amount", "expected"),
    [
        pytest.param("0E-8", "0.00000000", id="a zero of BigDecimal"),
        pytest.param("1E+1", "10", id="a ten of BigDecimal"),
        pytest.param("1.5e1", "15", id="a small e"),
        pytest.param(".80", "0.80", id="no digit in front"),
        pytest.param("-.5", "-0.5", id="a negative one"),
        pytest.param("5.", "5", id="no digit behind"),
        pytest.param("+1.00", "1.00", id="a plus sign"),
        pytest.param("007.10", "7.10", id="leading zeros"),
        pytest.param(8, "8", id="an integer"),
        pytest.param(0, "0", id="zero"),
        pytest.param(-3, "-3", id="a negative integer"),
        pytest.param(10**29, "1" + "0" * 29, id="30 digits"),
        pytest.param(Decimal("0.10"), "0.10", id="a JSON number, decoded exactly"),
        pytest.param(Decimal("1E+2"), "100", id="a JSON number with an exponent"),
    ],
)
def test_amounts_in_any_notation(amount, expected):
    """Notations of other back ends state the same amount, with the same digits."""
    read = active(money={"currencyCode": "USD", "amount": amount}).money.amount

    assert expected == f"{read:f}"
    assert Decimal(expected).as_tuple() == read.as_tuple()
    assert {"a": expected} == dump({"a": read})


@every(
    ("value", "expected"),
    [
        pytest.param(12, 12, id="an integer"),
        pytest.param("12", 12, id="a string"),
        pytest.param("-1", -1, id="a negative string"),
        pytest.param("12.0", 12, id="a string with a fraction of zero"),
        pytest.param(12.0, 12, id="a number with a fraction of zero"),
        pytest.param(Decimal("12.00"), 12, id="decoded exactly"),
        pytest.param(Decimal("1E+1"), 10, id="with an exponent"),
        pytest.param(2**80, 2**80, id="more than 64 bits"),
    ],
)
def test_integers_in_any_notation(value, expected):
    """An integer is read from every notation that states one."""
    read = active(paymentIntervalMonths=value).payment_interval_months

    assert expected == read
    assert int is type(read)


@every("value", [None, "", {}, 0, "0", 0.0])
def test_a_count_that_is_absent_is_zero(value):
    """Counters without a value are not written, in any notation."""
    assert HostingOrderReport(total=3) == load(
        {"total": 3, "osrUpdated": value}, HostingOrderReport
    )


@every(
    "value",
    ["", " ", "1 ", "1_0", "0x1", "one", "1.5", 1.5, 2.0**53 + 2, Decimal("1.5"), "1e40", [1]],
)
def test_other_values_are_not_integers(value):
    """Nothing is rounded, and no float that may have been another integer is read."""
    if value == "":
        assert active(paymentIntervalMonths=value).payment_interval_months is None
    else:
        told = misfit({"phoneNumber": NUMBER, "paymentIntervalMonths": value}, ActiveNumber)
        assert told.startswith("expected an integer, got ")


@every(
    ("cls", "member", "field", "value", "expected"),
    [
        pytest.param(ActiveNumber, "projectId", "project_id", 77123, "77123", id="a project"),
        pytest.param(SmsConfiguration, "campaignId", "campaign_id", 0, "0", id="zero"),
        pytest.param(
            RequiredAttachment, "id", "id", 2**70, str(2**70), id="a required one of 70 bits"
        ),
        pytest.param(CarrierState, "errorCode", "error_code", 60135, "60135", id="a code"),
        pytest.param(
            SmsProvisioning, "errorCodes", "error_codes", [7, "A"], ("7", "A"), id="codes"
        ),
        pytest.param(NumberEvent, "failureCode", "failure_code", 7, "7", id="of an event"),
        pytest.param(OsrUpdate, "nnid", "nnid", 100200, "100200", id="a network"),
        pytest.param(NumberOrder, "idNumberOrder", "id_number_order", 9, "9", id="a number order"),
    ],
)
def test_numeric_identifiers_and_codes_are_their_digits(cls, member, field, value, expected):
    """An identifier or code that is sent as an integer is the str of its digits."""
    identity = {ActiveNumber: {"phoneNumber": NUMBER}, RequiredAttachment: {"id": "x"}}

    assert expected == getattr(load({**identity.get(cls, {}), member: value}, cls), field)


@every(
    ("cls", "member", "value"),
    [
        pytest.param(ActiveNumber, "phoneNumber", 12025550134, id="a number without its sign"),
        pytest.param(NumberEvent, "resourceId", 12025550134, id="the number of an event"),
        pytest.param(EmergencyAddress, "postalCode", 2134, id="a postal code without its zero"),
        pytest.param(Money, "currencyCode", 840, id="a currency by number"),
        pytest.param(ActiveNumber, "projectId", 1.0, id="a fraction for an identifier"),
        pytest.param(ActiveNumber, "projectId", True, id="a boolean for an identifier"),
        pytest.param(SmsProvisioning, "errorCodes", [False], id="a boolean for a code"),
        pytest.param(SmsProvisioning, "errorCodes", [7.5], id="a fraction for a code"),
    ],
)
def test_numbers_that_may_have_lost_characters_are_rejected(cls, member, value):
    """A JSON number has neither a plus sign nor leading zeros."""
    told = misfit({"phoneNumber": NUMBER, "amount": "1", member: value}, cls)

    assert told.startswith("expected a string, got ")


NO_JOBS = [
    {},
    {"servicePlanId": "", "campaignId": None, "status": {}, "errorCodes": []},
    {"errorCodes": []},
    {"type": "", "appId": "", "trunkId": "", "serviceId": "", "lastUpdatedTime": None},
]


@every(
    ("cls", "configuration", "job"),
    [
        (ActiveNumber, "smsConfiguration", "scheduledProvisioning"),
        (ImportedNumber, "smsConfiguration", "scheduledProvisioning"),
        (ActiveNumber, "voiceConfiguration", "scheduledVoiceProvisioning"),
    ],
)
def test_a_job_without_content_is_no_job(cls, configuration, job):
    """A completed job may be left as an empty object, or as one of empty fields."""
    for empty in NO_JOBS:
        for voice in ("RTC", "EST", "FAX", "CONVAI"):
            more = {"type": voice} if "Voice" in job else {}
            number = load({"phoneNumber": NUMBER, configuration: {**more, job: empty}}, cls)
            read = getattr(number, snake(configuration))

            assert getattr(read, snake(job)) is None
            if cls is ActiveNumber:
                assert [] == jobs(number)


def test_an_unknown_voice_type_has_its_job():
    """It is pending like that of a known type, and its fields stay complete."""
    fields = {
        "type": "CONVAI",
        "agentId": "",
        "scheduledVoiceProvisioning": {"type": "CONVAI", "agentId": "a", "status": "WAITING"},
    }
    number = active(voiceConfiguration=fields)
    job = VoiceProvisioning(
        VoiceType("CONVAI"), ProvisioningStatus.WAITING, extra=Extra({"agentId": "a"})
    )

    assert [("voice", job)] == jobs(number)
    assert fields == number.voice_configuration.fields
    assert dump({"a": number.voice_configuration}) == {"a": fields}
    assert NumberStatus.PENDING == status_of(number)


@every(
    ("fields", "expected"),
    [
        pytest.param({"agentId": "a"}, NumberStatus.LINKED, id="a target"),
        pytest.param({}, NumberStatus.UNLINKED, id="only a type"),
        pytest.param(
            {"agentId": "", "appId": None, "new": {}, "lastUpdatedTime": "2026-03-14T09:26:53Z"},
            NumberStatus.UNLINKED,
            id="nothing that is a target",
        ),
        pytest.param(
            {"agentId": "a", "scheduledVoiceProvisioning": {}}, NumberStatus.LINKED, id="no job"
        ),
    ],
)
def test_an_unknown_voice_type_is_linked_if_it_has_a_target(fields, expected):
    """Otherwise the number is paid and unused, as with a known type."""
    number = active(voiceConfiguration={"type": "CONVAI", **fields})

    assert expected == status_of(number)


# Reading: what is new


@pytest.mark.parametrize(
    "cls",
    [
        ActiveNumber,
        AvailableNumber,
        AvailableRegion,
        EmergencyAddress,
        AddressValidation,
        CallbackConfiguration,
    ],
)
def test_unknown_members_are_kept(cls):
    """Under the API's names, whatever they hold, apart from what is known."""
    new = {"newMember": {"deep": [1, None]}, "phone_number": "snake", "extra": 1, "": None}
    payload = {"phoneNumber": NUMBER, "regionCode": "US", **malformed.COMPLETE.get(cls, {})}
    known = {a.name for a in attrs.fields(cls)}
    new |= {"phoneNumber": NUMBER} if "phone_number" not in known else {}
    new |= {"regionCode": "US"} if "region_code" not in known else {}

    model = load({**payload, **new}, cls)

    assert new == model.extra
    assert Extra() == load({k: v for k, v in payload.items() if k not in new}, cls).extra


@pytest.mark.parametrize("member", ["new", "voiceConfiguration"])
def test_unknown_members_nest_within_reason(member):
    """What nobody could look at without an error is not kept."""
    deep = {}
    for _ in range(1000):
        deep = {"a": [deep]}
    value = deep if member == "new" else {"type": "HOLO", "a": deep}

    with pytest.raises(APIResponseError, match="expected less nesting"):
        load({"phoneNumber": "+12025550134", member: value}, ActiveNumber)


def test_unknown_members_within_are_kept():
    """Each object keeps its own unknown fields, and equal ones are read alike twice."""
    new = Extra({"new": 1})
    for _ in range(2):
        number = active(
            money={"currencyCode": "USD", "amount": "1", "new": 1},
            smsConfiguration={
                "servicePlanId": "p", "new": 1, "scheduledProvisioning": {"new": 1},
            },
            voiceConfiguration={
                "type": "RTC", "appId": "a", "new": 1, "scheduledVoiceProvisioning": {"new": 1},
            },
        )  # fmt: skip

        assert number == ActiveNumber(
            NUMBER,
            money=Money("USD", Decimal(1), extra=new),
            sms_configuration=SmsConfiguration(
                "p", scheduled_provisioning=SmsProvisioning(extra=new), extra=new
            ),
            voice_configuration=RtcVoice(
                "a", scheduled_voice_provisioning=VoiceProvisioning(extra=new), extra=new
            ),
        )


@every(
    ("voice", "extra"),
    [
        pytest.param({"type": "RTC", "trunkId": "t"}, {"trunkId": "t"}, id="a trunk of an app"),
        pytest.param({"type": "EST", "appId": "a"}, {"appId": "a"}, id="an app of a trunk"),
        pytest.param(
            {"type": "FAX", "appId": "a", "trunkId": "t", "new": None},
            {"appId": "a", "trunkId": "t", "new": None},
            id="both, and an unknown field",
        ),
        pytest.param({"type": "RTC", "trunkId": "", "serviceId": None}, {}, id="empty ones"),
        pytest.param({"type": "RTC", "trunkId": {}}, {}, id="an empty object"),
        pytest.param({"type": "RTC", "trunkId": 0}, {"trunkId": 0}, id="zero"),
        pytest.param(
            {
                "type": "RTC",
                "appId": "a",
                "trunkId": "t",
                "serviceId": "",
                "lastUpdatedTime": None,
                "scheduledVoiceProvisioning": None,
            },
            {"trunkId": "t"},
            id="among all documented fields",
        ),
    ],
)
def test_identifiers_of_another_voice_type_are_kept_unless_empty(voice, extra):
    """The API sends each type with the empty identifiers of the others."""
    assert extra == active(voiceConfiguration=voice).voice_configuration.extra


def test_unknown_words_are_read():
    """In every list of words that a resource holds."""
    number = active(
        type="SATELLITE",
        capability=["SMS", "TELEPATHY"],
        smsConfiguration={"scheduledProvisioning": {"status": "DREAMING", "errorCodes": ["NEW"]}},
    )
    job = number.sms_configuration.scheduled_provisioning

    assert (NumberType("SATELLITE"), Capability.SMS, Capability("TELEPATHY")) == (
        number.type,
        *number.capability,
    )
    assert (ProvisioningStatus("DREAMING"), (SmsErrorCode("NEW"),)) == (
        job.status,
        job.error_codes,
    )
    assert [type(number.type), type(job.status)] == [NumberType, ProvisioningStatus]
    assert (
        ValidationResult("MAYBE")
        == load(
            {"phoneNumber": NUMBER, "validationResult": "MAYBE"}, AddressValidation
        ).validation_result
    )


def test_known_words_are_read_as_the_members_themselves():
    """So that `is` works."""
    number = active(type="LOCAL", capability=["VOICE"])

    assert number.type is NumberType.LOCAL
    assert number.capability[0] is Capability.VOICE


@every(
    ("voice", "expected"),
    [
        pytest.param(None, None, id="null"),
        pytest.param("", None, id="empty"),
        pytest.param({}, None, id="an empty object"),
        pytest.param({"appId": "a"}, RtcVoice("a"), id="without a type it is an app"),
        pytest.param({"type": "", "appId": "a"}, RtcVoice("a"), id="so it is with an empty type"),
        pytest.param({"type": None, "appId": "a"}, RtcVoice("a"), id="and with null"),
        pytest.param({"type": "RTC", "appId": ""}, RtcVoice(), id="an app that is none"),
        pytest.param(
            {"type": "RTC", "appId": "a", "trunkId": "", "serviceId": ""},
            RtcVoice("a"),
            id="an app, with the others empty",
        ),
        pytest.param(
            {"type": "EST", "trunkId": "t", "appId": "", "serviceId": ""},
            EstVoice("t"),
            id="trunk",
        ),
        pytest.param({"type": "FAX", "serviceId": "s"}, FaxVoice("s"), id="a fax service"),
        pytest.param(
            {"type": "NEW", "newId": "n", "deep": {"er": [1]}},
            UnknownVoice(
                VoiceType("NEW"), Extra({"type": "NEW", "newId": "n", "deep": {"er": [1]}})
            ),
            id="a kind that is new",
        ),
        pytest.param(
            {
                "type": "RTC",
                "lastUpdatedTime": "2026-03-14T09:26:53Z",
                "scheduledVoiceProvisioning": {"type": "NEW", "status": "WAITING", "appId": ""},
            },
            RtcVoice(
                last_updated_time=datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC),
                scheduled_voice_provisioning=VoiceProvisioning(
                    VoiceType("NEW"), ProvisioningStatus.WAITING
                ),
            ),
            id="a link in the making",
        ),
    ],
)
def test_voice_links_are_told_apart_by_type(voice, expected):
    """Each is a class of its own, and none is lost."""
    read = active(voiceConfiguration=voice).voice_configuration

    assert expected == read
    assert type(expected) is type(read)


def test_a_new_kind_of_voice_link_is_sent_back_unchanged():
    """Whoever copies a configuration from number to number loses nothing."""
    sent = {"type": "NEW", "newId": "n", "appId": "", "deep": {"er": [1, None]}, "n": None}

    read = active(voiceConfiguration=sent).voice_configuration

    assert dump({"voiceConfiguration": read}) == {"voiceConfiguration": sent}


@pytest.mark.parametrize(
    ("payload", "cls"),
    [
        ({"phoneNumber": NUMBER, "new": 1}, ActiveNumber),
        ({"phoneNumber": NUMBER, "smsConfiguration": {"new": 1}}, ActiveNumber),
        ({"phoneNumber": NUMBER, "voiceConfiguration": {"new": 1}}, ActiveNumber),
        (
            {"phoneNumber": NUMBER, "money": {"currencyCode": "A", "amount": "1", "new": 1}},
            ActiveNumber,
        ),
        ({"regionCode": "US", "new": 1}, AvailableRegion),
        (
            {**malformed.COMPLETE[AddressValidation], "candidateAddresses": [{"new": 1}]},
            AddressValidation,
        ),
    ],
)
def test_a_strict_converter_forbids_what_is_unknown(payload, cls):
    """The tests of the contract rely on it."""
    load(payload, cls)
    with pytest.raises(Exception, match=r"."):
        make_converter(forbid_unknown=True).structure(payload, cls)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
NAMES = [
    "phoneNumber", "regionCode", "type", "capability", "types", "money", "setupPrice", "expireAt",
    "smsConfiguration", "voiceConfiguration", "correctedAddress", "candidateAddresses", "city",
    "hmacSecret", "fieldViolations", "currencyCode", "amount", "scheduledProvisioning",
]  # fmt: skip
OBJECTS = st.dictionaries(
    st.sampled_from(NAMES), JSON | st.dictionaries(st.sampled_from(NAMES), JSON)
)


@examples(
    18,
    150,
    payload=JSON | OBJECTS,
    cls=st.sampled_from(
        [
            ActiveNumber,
            AvailableNumber,
            AvailableRegion,
            AddressValidation,
            EmergencyAddress,
            CallbackConfiguration,
            BadRequest,
            ResourceInfo,
        ]
    ),
)
def test_whatever_comes_it_is_a_model_or_a_typed_error(payload, cls):
    """And the error is about the reply, and brief unless very much is wrong."""
    try:
        read = load(payload, cls)
    except APIResponseError as error:
        read = None
        told = error.message
    if read is None:
        assert told.startswith("invalid response: ")
        assert "Error" not in told
    else:
        assert isinstance(read, cls)


# Writing


@every(
    ("value", "expected"),
    [
        pytest.param(None, {"a": None}, id="None is null"),
        pytest.param(UNSET, {}, id="unset is not mentioned"),
        pytest.param("", {"a": ""}, id="an empty text is an empty text"),
        pytest.param(False, {"a": False}, id="false is false"),
        pytest.param(0, {"a": 0}, id="zero is zero"),
        pytest.param([], {"a": []}, id="an empty list is an empty list"),
        pytest.param("x", {"a": "x"}, id="a text"),
        pytest.param(Secret("s"), {"a": "s"}, id="a secret is revealed"),
        pytest.param(NumberType.LOCAL, {"a": "LOCAL"}, id="a word"),
        pytest.param(NumberType("NEW"), {"a": "NEW"}, id="a new word"),
        pytest.param([Capability.SMS, "VOICE"], {"a": ["SMS", "VOICE"]}, id="a list of words"),
        pytest.param(Decimal("1.50"), {"a": "1.50"}, id="a decimal is an exact text"),
        pytest.param(
            {"k": None, "l": [1]}, {"a": {"k": None, "l": [1]}}, id="a mapping, as it is"
        ),
        pytest.param(Extra({"k": 1}), {"a": {"k": 1}}, id="unknown members"),
        pytest.param(SmsConfiguration(), {"a": {}}, id="a model with nothing in it"),
        pytest.param(SmsConfiguration("p"), {"a": {"servicePlanId": "p"}}, id="defaults not sent"),
        pytest.param(
            SmsConfiguration("", ""), {"a": {"servicePlanId": "", "campaignId": ""}}, id="unlinked"
        ),
        pytest.param(
            SmsConfiguration("p", scheduled_provisioning=SmsProvisioning("q")),
            {"a": {"servicePlanId": "p"}},
            id="what the API alone sends is not sent back",
        ),
        pytest.param(RtcVoice(), {"a": {"type": "RTC"}}, id="an app that is none"),
        pytest.param(RtcVoice("x"), {"a": {"type": "RTC", "appId": "x"}}, id="an app"),
        pytest.param(EstVoice("x"), {"a": {"type": "EST", "trunkId": "x"}}, id="a trunk"),
        pytest.param(FaxVoice(""), {"a": {"type": "FAX", "serviceId": ""}}, id="fax, unlinked"),
        pytest.param(
            RtcVoice(
                "x",
                last_updated_time=datetime(2026, 3, 14, tzinfo=UTC),
                scheduled_voice_provisioning=VoiceProvisioning(),
            ),
            {"a": {"type": "RTC", "appId": "x"}},
            id="nor of voice links",
        ),
        pytest.param(
            EmergencyAddress(city="Portland", extra=Extra({"new": 1})),
            {"a": {"city": "Portland"}},
            id="unknown members of an address are not sent back",
        ),
    ],
)
def test_what_is_sent(value, expected):
    """The three states of a field, and models under the API's names."""
    sent = dump({"a": value})

    assert expected == sent
    assert json.dumps(expected) == json.dumps(sent)


@pytest.mark.parametrize(
    "model",
    [
        SmsConfiguration("p", "c"),
        RtcVoice("a"),
        EstVoice("t"),
        FaxVoice("s"),
        UnknownVoice(VoiceType("NEW"), Extra({"type": "NEW", "x": [1]})),
    ],
    ids=lambda model: type(model).__name__,
)
def test_what_was_read_can_be_sent_and_read_again(model):
    """Configurations go round and stay as they are."""
    member = "smsConfiguration" if isinstance(model, SmsConfiguration) else "voiceConfiguration"

    number = active(**dump({member: model}))

    assert model in (number.sms_configuration, number.voice_configuration)


class Generated:
    """Any iterable, of generated values."""

    def __iter__(self):
        return (word for word in "xy")


@every(
    ("value", "expected"),
    [
        pytest.param(None, [], id="None is left out"),
        pytest.param(UNSET, [], id="unset is left out"),
        pytest.param("", [("a", "")], id="an empty text is sent"),
        pytest.param("SMS", [("a", "SMS")], id="a text is one value, not three letters"),
        pytest.param(5, [("a", "5")], id="a number"),
        pytest.param(0, [("a", "0")], id="zero"),
        pytest.param(True, [("a", "true")], id="true as JSON has it"),
        pytest.param(False, [("a", "false")], id="false as JSON has it"),
        pytest.param(Capability.SMS, [("a", "SMS")], id="a word"),
        pytest.param(Capability("NEW"), [("a", "NEW")], id="a new word"),
        pytest.param(OrderBy.PHONE_NUMBER, [("a", "phoneNumber")], id="the API's word for it"),
        pytest.param([], [], id="an empty list is left out"),
        pytest.param(
            ["SMS", Capability.VOICE], [("a", "SMS"), ("a", "VOICE")], id="a list repeats"
        ),
        pytest.param(("x",), [("a", "x")], id="a tuple of one"),
        pytest.param([True, 2], [("a", "true"), ("a", "2")], id="a list of anything"),
        pytest.param(Generated(), [("a", "x"), ("a", "y")], id="a generator"),
    ],
)
def test_what_is_asked(value, expected):
    """Query values are pairs of texts, in order."""
    assert expected == dump_query({"a": value})


def test_a_user_s_own_words_are_sent_by_value():
    """Enumerations that are texts, made elsewhere, do not go out under their Python names."""

    class Mine(str, Enum):  # noqa: UP042 - unlike a StrEnum its str() is Mine.FIRST
        FIRST = "LOCAL"

    assert dump_query({"a": Mine.FIRST, "b": [Mine.FIRST]}) == [("a", "LOCAL"), ("b", "LOCAL")]
    assert dump({"a": Mine.FIRST}) == {"a": "LOCAL"}
