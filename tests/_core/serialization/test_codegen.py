"""The quick way to read a model and the thorough one never differ."""

import copy
import pickle
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import attrs
import cattrs
import pytest
from hypothesis import strategies as st
from products import examples

from sinch_numbers import ActiveNumber, AvailableNumber, NumberType, RtcVoice
from sinch_numbers._core.serialization import converter
from sinch_numbers._core.serialization.codegen import InterningHook
from sinch_numbers.models._fields import wire_name

WORDS = ["", "US", "LOCAL", "RTC", "EST", "FAX", "SMS", "VOICE", "0.50", "+12025550101", "new"]
TIMES = ["2026-04-19T21:38:23.410063Z", "2026-04-19T21:38:23", "2026-04-19T21:38:23+02:00", "soon"]
scalars = (
    st.none()
    | st.booleans()
    | st.integers(0, 2)
    | st.floats(0, 1)
    | st.sampled_from(WORDS + TIMES)
    | st.just({})
    | st.sampled_from([2**70, Decimal("0.50"), Decimal("1E+1"), 1.0])
)
lists = st.lists(st.sampled_from(["SMS", "VOICE", "FAX", 1, True, None, ""]), max_size=3)


def some(*names: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(names), values, max_size=len(names))


sms = some("servicePlanId", "campaignId", "scheduledProvisioning", "odd", values=scalars | lists)
jobs = some("type", "status", "appId", "agentId", "lastUpdatedTime", values=scalars)
voice = some(
    "type", "appId", "trunkId", "serviceId", "lastUpdatedTime", "scheduledVoiceProvisioning",
    "agentId", values=scalars | jobs,
)  # fmt: skip
money = some("currencyCode", "amount", values=scalars)
WELL = {
    "phoneNumber": st.just("+12025550101"),
    "projectId": st.sampled_from(["", "p", None]),
    "displayName": st.sampled_from(["", "name", None]),
    "regionCode": st.sampled_from(["US", None]),
    "type": st.sampled_from(["LOCAL", "NEW", None]),
    "capability": st.just(["SMS"]) | st.just([]),
    "paymentIntervalMonths": st.sampled_from([0, 1, None]),
    "nextChargeDate": st.sampled_from(TIMES[:3]),
    "expireAt": st.none(),
    "money": st.just({"currencyCode": "USD", "amount": "0.50"}),
    "smsConfiguration": sms,
    "voiceConfiguration": voice,
}
ODD = dict.fromkeys((*WELL, "somethingNew"), scalars | lists | sms | voice | money)
ODDITIES = st.fixed_dictionaries({}, optional=ODD) | st.just({})
objects = st.builds(
    lambda well, odd: well | odd, st.fixed_dictionaries({}, optional=WELL), ODDITIES
)


def as_documented(cls: type) -> st.SearchStrategy[dict[str, Any]]:
    """All members, in their order, and some of them odd."""
    names = [wire_name(field.name) for field in attrs.fields(cls) if field.name != "extra"]
    whole = st.fixed_dictionaries({name: WELL.get(name, st.none()) for name in names})
    odd = ODDITIES.map(lambda odd: {name: odd[name] for name in names if name in odd})
    return st.builds(lambda whole, odd: whole | odd, whole, odd)


given_to = st.sampled_from([ActiveNumber, AvailableNumber]).flatmap(
    lambda cls: st.tuples(st.just(cls), objects | as_documented(cls))
)


@pytest.fixture(scope="module")
def thorough() -> cattrs.Converter:
    """Build the converter without generated readers."""
    return converter.make_converter(codegen=False)


def outcome(read: Callable[[], Any]) -> tuple[str, Any]:
    try:
        return "read", read()
    except Exception as error:
        return "refused", cattrs.transform_error(error, "", format_exception=lambda *e: repr(e[0]))


@examples(60, 200, explore=True, case=given_to)
def test_both_ways_come_to_the_same(
    thorough: cattrs.Converter, case: tuple[type, Mapping[str, Any]]
) -> None:
    """The same model down to the types of its parts, or the same words about what is wrong."""
    cls, given = case
    quick = converter._converter

    wanted = outcome(lambda: thorough.structure(given, cls))
    # Twice: the second time, parts may be shared.
    for _ in range(2):
        found = outcome(lambda: quick.structure(given, cls))
        assert wanted == found
        assert repr(wanted) == repr(found)


def test_what_looks_alike_is_not_shared() -> None:
    """True equals 1, and 1 equals 1.0; they are not the same to an API."""
    seen: list[object] = []

    def note(value: Any, _kind: Any) -> object:
        seen.append(value)
        return object()

    several = [{"a": 1}, {"a": True}, {"a": 1.0}, {"a": "1"}, {"b": "1"}, {"a": "1", "b": "1"}]
    read = InterningHook(note, ("a",))
    read_list = InterningHook(note)
    for _ in range(2):
        for value in (*several, 7, None, ["a"]):
            read(value, None)
        for value in (["a"], ["a", "b"], "a", [1], [True]):
            read_list(value, None)

    others = [7, None, ["a"]]
    again = [{"a": 1}, {"a": True}, {"a": 1.0}, *others, "a", [1], [True]]
    assert [*several, *others, ["a"], ["a", "b"], "a", [1], [True], *again] == seen


def test_no_object_is_taken_for_another() -> None:
    """What the members of one are called cannot be taken for what those of another hold."""
    read = InterningHook(lambda value, _: dict(value), ("a", "b", "c", "d"))

    for value in (
        {"a": "1", "b": "2", "c": "x", "d": "y"},
        {"x": "1", "y": "2"},
        {"a": "2", "b": "1", "c": "x", "d": "y"},
        {"b": "1", "a": "2", "d": "x", "c": "y"},
        {"a": "1", "b": "2", "c": "x", "e": "y"},
    ):
        assert [value, value] == [read(value, None), read(dict(value), None)]


def test_equal_prices_of_a_page_are_one_object() -> None:
    """Most numbers of a project have the same price: it is read once, and stored once."""
    number = {"phoneNumber": "+12025550134", "money": {"currencyCode": "USD", "amount": "0.80"}}

    first, second = converter.load([number, number], tuple[ActiveNumber, ...])

    assert first.money is second.money


def test_what_is_shared_is_bounded() -> None:
    """A hostile server cannot fill the memory with prices."""
    read = InterningHook(lambda value, _: object(), ("a",))
    first = read({"a": "0"}, None)

    for number in range(5000):
        read({"a": str(number)}, None)

    assert first is not read({"a": "0"}, None)


def test_an_inventory_shares_what_repeats() -> None:
    """Prices and links are read once, whatever number they belong to."""
    payload = {
        "money": {"currencyCode": "USD", "amount": "0.50"},
        "smsConfiguration": {"servicePlanId": "plan", "campaignId": ""},
        "voiceConfiguration": {"type": "RTC", "appId": "app"},
        "capability": ["SMS", "VOICE"],
    }
    one, two = (
        converter.load(payload | {"phoneNumber": f"+1202555010{n}"}, ActiveNumber) for n in (1, 2)
    )

    assert one.money is two.money
    assert one.sms_configuration is two.sms_configuration
    assert one.voice_configuration is two.voice_configuration
    assert one.capability is two.capability


def test_a_model_that_was_read_is_like_one_that_was_made() -> None:
    """Of the same class, equal, frozen, and fit to be copied and pickled."""
    read = converter.load({"phoneNumber": "+12025550101", "type": "LOCAL"}, ActiveNumber)
    made = ActiveNumber("+12025550101", type=NumberType.LOCAL)

    assert ActiveNumber is type(read)
    assert (made, hash(made), repr(made)) == (read, hash(read), repr(read))
    assert made == copy.deepcopy(read) == pickle.loads(pickle.dumps(read)) == attrs.evolve(read)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        read.phone_number = "+12025550102"  # type: ignore[misc]  # that is the point
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        del read.phone_number


def test_what_a_class_does_to_its_values_is_done() -> None:
    """Only a model that keeps what it is given is filled without its own way of being made."""

    @attrs.frozen
    class Converted:
        name: str = attrs.field(converter=str.upper)

    @attrs.frozen
    class Validated:
        name: str = attrs.field(validator=attrs.validators.max_len(2))

    @attrs.frozen
    class Finished:
        name: str

        def __attrs_post_init__(self) -> None:
            object.__setattr__(self, "name", self.name * 2)

    read = converter.make_converter().structure

    assert "ABC" == read({"name": "abc"}, Converted).name
    assert "abcabc" == read({"name": "abc"}, Finished).name
    with pytest.raises(cattrs.ClassValidationError):
        read({"name": "abc"}, Validated)


GOOD = [f"2026-04-19T21:38:23.{digits}Z" for digits in ("", "4", "410", "410063", "410063123")]
EDITS = sorted(
    {good[:at] + put + good[until:] for good in GOOD for at in range(len(good) - 1)
     for until in (at, at + 1) for put in ("", *"0129-:.,TWZ +z٣")}
)  # fmt: skip


def test_a_glance_at_a_timestamp_lets_nothing_slip() -> None:
    """With a Z, which is looked at quickly, it reads as with an offset, which never is."""

    def moment(text: str) -> object:
        return outcome(lambda: converter._read_datetime(text, None))[1]

    quick = {text: moment(text) for text in EDITS}

    assert {text: moment(text[:-1] + "+00:00") for text in EDITS} == quick
    assert 200 < sum(isinstance(read, datetime) for read in quick.values()) < len(EDITS) / 2


def test_equal_links_are_one_object() -> None:
    """Most numbers of a project share them, so a large inventory takes less memory."""
    first, second = (
        converter.load(
            {"phoneNumber": number, "voiceConfiguration": {"type": "RTC", "appId": "a"}},
            ActiveNumber,
        )
        for number in ("+12025550134", "+12025550199")
    )

    assert RtcVoice("a") == first.voice_configuration
    assert first.voice_configuration is second.voice_configuration
