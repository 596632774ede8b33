"""The quick way to read a model and the thorough one never differ."""

import copy
import pickle
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

import attrs
import cattrs
import pytest
from hypothesis import strategies as st
from products import examples

from sinch_numbers import ActiveNumber, AvailableNumber, NumberType
from sinch_numbers._core.serialization import converter
from sinch_numbers._core.serialization.codegen import SharedTuples
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


def whole(odd: st.SearchStrategy[Any], **values: st.SearchStrategy[Any]) -> Any:
    """Build objects with all keys, and at most one odd value or one key too many."""
    oddity = st.dictionaries(st.sampled_from([*values, "unknown"]), odd, max_size=1)
    return st.builds(lambda good, odd: good | odd, st.fixed_dictionaries(values), oddity)


ids = st.sampled_from(["", "one", None])
status = st.sampled_from(["WAITING", "FAILED", "", None])
moments = st.sampled_from([*TIMES[:3], None])
whole_jobs = st.none() | whole(
    scalars | lists, servicePlanId=ids, campaignId=ids, status=status, lastUpdatedTime=moments,
    errorCodes=lists,
)  # fmt: skip
whole_voice_jobs = st.none() | whole(
    scalars | lists, type=st.sampled_from(["RTC", "EST", "NEW", None]), status=status,
    lastUpdatedTime=moments, appId=ids, trunkId=ids, serviceId=ids,
)  # fmt: skip
whole_sms = whole(
    scalars | lists, servicePlanId=ids, campaignId=ids, scheduledProvisioning=whole_jobs
)
whole_voice = whole(
    scalars | lists, type=st.sampled_from(["RTC", "EST", "FAX", "NEW", "", None]), appId=ids,
    trunkId=st.sampled_from(["", None, "trunk"]), serviceId=st.sampled_from(["", None]),
    lastUpdatedTime=moments, scheduledVoiceProvisioning=whole_voice_jobs,
)  # fmt: skip
AMOUNTS = ["0.50", "5.", ".5", "+1", "-0", "1e2", "٣", "1_0", " 1", "", "NaN", "9" * 31, "0" * 40]
whole_money = whole(
    scalars | lists, currencyCode=st.sampled_from(["USD", "", None]),
    amount=st.sampled_from(AMOUNTS),
)  # fmt: skip
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
    "money": st.just({"currencyCode": "USD", "amount": "0.50"}) | whole_money,
    "smsConfiguration": sms | whole_sms,
    "voiceConfiguration": voice | whole_voice,
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

    read = SharedTuples(note)
    values = (["a"], ["a", "b"], "a", [1], [True], [1.0], [[]], 7, None)
    for value in values:
        read(value, None)

    assert [*values] == seen
    assert [("a",), ("a", "b")] == list(read.found)


@pytest.mark.parametrize("amount", [1, True, "1"])
def test_a_price_is_not_taken_for_another_that_equals_it(amount: object) -> None:
    """An amount that is a number is read each time, as the slow path reads it."""
    number = {"phoneNumber": "+12025550134", "money": {"currencyCode": "AAA", "amount": amount}}
    read = converter.make_converter()
    plain = converter.make_converter(codegen=False)

    for other in (1, "1", amount):
        before = number | {"money": {"currencyCode": "AAA", "amount": other}}
        outcome(partial(read.structure, before, ActiveNumber))
        assert outcome(lambda: plain.structure(number, ActiveNumber)) == outcome(
            lambda: read.structure(number, ActiveNumber)
        )


def test_what_repeats_in_an_inventory_is_one_object() -> None:
    """Most numbers of a project have the same price: it is read once, and stored once."""
    payload = {"money": {"currencyCode": "USD", "amount": "0.50"}, "capability": ["SMS", "VOICE"]}
    one, two = (
        converter.load(payload | {"phoneNumber": f"+1202555010{n}"}, ActiveNumber) for n in (1, 2)
    )

    assert one.money is two.money
    assert one.capability is two.capability


def test_what_is_shared_is_bounded() -> None:
    """A hostile server cannot fill the memory with prices and words."""
    reader = converter.make_converter()
    payloads = [
        {"phoneNumber": "+12025550134", "capability": ["SMS", f"NEW{n}"],
         "money": {"currencyCode": "AAA", "amount": f"1.{n}"}}
        for n in range(5000)
    ]  # fmt: skip
    read = [reader.structure(payload, ActiveNumber) for payload in payloads]
    again = [reader.structure(payload, ActiveNumber) for payload in payloads]

    assert read == again
    assert 1024 == sum(one.money is two.money for one, two in zip(read, again, strict=True))
    assert 1024 == sum(
        one.capability is two.capability for one, two in zip(read, again, strict=True)
    )


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
