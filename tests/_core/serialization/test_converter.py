"""JSON to models and back: lenient about what is missing, strict about what is there."""

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
    EmergencyAddress,
    EstVoice,
    Extra,
    FaxVoice,
    Money,
    NumberType,
    OrderBy,
    ProvisioningStatus,
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
from sinch_numbers.models._secret import Secret
from sinch_numbers.models._unset import UNSET

pytestmark = pytest.mark.usefixtures("both_readers")

NUMBER = "+12025550134"


def active(**members):
    return load({"phoneNumber": NUMBER, **members}, ActiveNumber)


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
    payload = {"phoneNumber": NUMBER, "regionCode": "US", member: value}

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
            "smsConfiguration": {"scheduledProvisioning": {"errorCodes": ["A", 5]}},
            "voiceConfiguration": {"scheduledVoiceProvisioning": {"lastUpdatedTime": "soon"}},
        },
        ActiveNumber,
    ).split("; ")

    sms, voice = "ActiveNumber.sms_configuration", "ActiveNumber.voice_configuration"
    when = "last_updated_time"
    assert [
        "expected a string, got an integer @ ActiveNumber.display_name",
        f"expected a string, got an integer @ {sms}.scheduled_provisioning.error_codes[1]",
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
        (AvailableNumber, "phoneNumber", "phone_number"),
        (AvailableRegion, "regionCode", "region_code"),
        (AddressValidation, "phoneNumber", "phone_number"),
    ],
)
def test_only_the_identity_is_required(cls, member, field):
    """One odd number must not fail a page, but it has to have a name."""
    assert cls("x") == load({member: "x"}, cls)
    assert f"{member!r} is missing @ {cls.__name__}.{field}" == misfit({}, cls)


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
    for name in attrs.fields_dict(cls)
    if name not in (identity, "extra")
]


@every(("cls", "name"), ALL_OF_IT)
def test_nothing_has_one_spelling(cls, name):
    """Absent, null and empty are all `None`; for a list absent, null and [] are all `()`."""
    wire = "".join(w if n == 0 else w.capitalize() for n, w in enumerate(name.split("_")))
    identity = {"phoneNumber": NUMBER, "regionCode": "US"}
    identity.pop(wire, None)
    default = attrs.fields_dict(cls)[name].default
    empty = [] if default == () else ""

    for payload in (identity, {**identity, wire: None}, {**identity, wire: empty}):
        model = load(payload, cls)

        assert default == getattr(model, name)
        assert default in (None, ())


@pytest.mark.parametrize("money", named(malformed.INCOMPLETE_MONEY))
def test_half_a_price_is_none(money):
    """Who rents nothing pays nothing: the API sends prices with empty members."""
    assert active(money=money).money is None
    number = load({"phoneNumber": NUMBER, "setupPrice": money, "monthlyPrice": money},
                  AvailableNumber)  # fmt: skip
    assert (number.setup_price, number.monthly_price) == (None, None)


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
        {"phoneNumber": NUMBER, "correctedAddress": address, "validatedAddress": address},
        AddressValidation,
    )

    assert (validation.corrected_address, validation.validated_address) == (None, None)


def test_an_address_with_something_in_it_is_kept():
    """However little."""
    validation = load(
        {"phoneNumber": NUMBER, "correctedAddress": {"city": "Portland", "state": ""}},
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
    payload = {"phoneNumber": NUMBER, "regionCode": "US"}
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


def test_unknown_members_within_are_dropped():
    """What belongs to no resource has no place to go, and does no harm."""
    number = active(
        money={"currencyCode": "USD", "amount": "1", "new": 1},
        smsConfiguration={"servicePlanId": "p", "new": 1, "scheduledProvisioning": {"new": 1}},
        voiceConfiguration={"type": "RTC", "appId": "a", "new": 1},
    )

    assert number == ActiveNumber(
        NUMBER,
        money=Money("USD", Decimal(1)),
        sms_configuration=SmsConfiguration("p", scheduled_provisioning=SmsProvisioning()),
        voice_configuration=RtcVoice("a"),
    )


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
        pytest.param({}, RtcVoice(), id="an empty object is an app"),
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
        ({"phoneNumber": NUMBER, "candidateAddresses": [{"new": 1}]}, AddressValidation),
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
