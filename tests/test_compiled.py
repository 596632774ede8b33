"""The quick way to read a model and the thorough one never differ."""

from collections.abc import Callable, Mapping
from typing import Any

import cattrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinch_numbers import ActiveNumber, AvailableNumber, converter
from sinch_numbers.compiled import UncommonError, shared

WORDS = ["", "US", "LOCAL", "RTC", "EST", "FAX", "SMS", "VOICE", "0.50", "+12025550101", "new"]
TIMES = ["2026-04-19T21:38:23.410063Z", "2026-04-19T21:38:23", "2026-04-19T21:38:23+02:00", "soon"]
scalars = (
    st.none()
    | st.booleans()
    | st.integers(0, 2)
    | st.floats(0, 1)
    | st.sampled_from(WORDS + TIMES)
)
lists = st.lists(st.sampled_from(["SMS", "VOICE", "FAX", 1, True, None, ""]), max_size=3)


def some(*names: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(names), values, max_size=len(names))


sms = some("servicePlanId", "campaignId", "scheduledProvisioning", "odd", values=scalars | lists)
voice = some(
    "type", "appId", "trunkId", "serviceId", "lastUpdatedTime", "scheduledVoiceProvisioning",
    values=scalars,
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
objects = st.builds(
    lambda well, odd: well | odd,
    st.fixed_dictionaries({}, optional=WELL),
    st.fixed_dictionaries({}, optional=ODD) | st.just({}),
)


@pytest.fixture(scope="module")
def thorough() -> cattrs.Converter:
    """Build the converter as it would be without any short cut."""

    def never(*_: object) -> Callable[[Any], Any]:
        def read(_value: object) -> Any:
            raise UncommonError

        return read

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(converter, "compiled", never)
        patch.setattr(converter, "shared", lambda read: read)
        return converter.make_converter()


def outcome(read: Callable[[], Any]) -> tuple[str, Any]:
    try:
        return "read", read()
    except Exception as error:
        return "refused", cattrs.transform_error(error, "", format_exception=lambda *e: repr(e[0]))


@settings(max_examples=1500, deadline=None)
@given(st.sampled_from([ActiveNumber, AvailableNumber]), objects)
def test_both_ways_come_to_the_same(
    thorough: cattrs.Converter, cls: type, given: Mapping[str, Any]
) -> None:
    """The same model down to the types of its parts, or the same words about what is wrong."""
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

    read = shared(note)
    for value in (
        {"a": 1},
        {"a": True},
        {"a": 1.0},
        {"a": "1"},
        {"a": "1"},
        ["a"],
        ["a"],
        7,
        None,
    ):
        read(value, None)

    assert [{"a": 1}, {"a": True}, {"a": 1.0}, {"a": "1"}, ["a"], 7, None] == seen


def test_what_is_shared_is_bounded() -> None:
    """A hostile server cannot fill the memory with prices."""
    read = shared(lambda value, _: object())
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
