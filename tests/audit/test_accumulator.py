"""A tally is a value: it can be taken apart, put together, written down and read again."""

import pickle
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import strategies as st
from products import examples

from sinch_numbers import (
    ActiveNumber,
    EstVoice,
    InvalidArgumentError,
    Money,
    NumberType,
    RtcVoice,
    SmsConfiguration,
    SmsProvisioning,
    VoiceProvisioning,
)
from sinch_numbers._core.serialization.json_text import decode, encode
from sinch_numbers.audit import (
    DEFAULT_RULES,
    AuditAccumulator,
    AuditPlan,
    Expectation,
    Expectations,
    Message,
    Report,
    Rule,
    Severity,
)
from sinch_numbers.inventory import Completeness

NOW = datetime(2026, 3, 14, 9, tzinfo=UTC)
VERDICT = Completeness(counted_before=0, total_size=0, read=0, duplicates=0, partitions=())


def moody(number: ActiveNumber, _now: datetime) -> list[Message | str]:
    """Find something, or fail in one way or another."""
    match int(number.phone_number[-1]):
        case 0:
            raise KeyError(number.phone_number)
        case 1:
            raise ValueError(number.phone_number)
        case 2:
            return ["an even last digit", Message("the digit two", "Take three.")]
        case _:
            return []


MOODY = Rule(
    id="moody", severity=Severity.INFO, title="Moody", meaning="Nothing.", advice="-", check=moody
)
PHONES = st.integers(0, 99).map(lambda line: f"+120255501{line:02}")
TEXTS = st.one_of(st.none(), st.text(st.characters(codec="utf-8"), min_size=1, max_size=5))
TIMES = st.one_of(
    st.none(), st.integers(-400, 400).map(lambda days: NOW + timedelta(days=days, hours=days))
)
AMOUNTS = st.one_of(
    st.decimals(0, 1000, places=2),
    st.sampled_from(("1E+3", "0.000000000000000000000000000001", "9" * 30, "0E-9")).map(Decimal),
)
VOICE_JOBS = st.one_of(
    st.none(), st.builds(VoiceProvisioning, status=TEXTS, last_updated_time=TIMES)
)
NUMBERS = st.lists(
    st.builds(
        ActiveNumber,
        phone_number=PHONES,
        display_name=TEXTS,
        region_code=st.sampled_from(("US", "CA", "SE", None)),
        type=st.sampled_from((*NumberType, NumberType("SATELLITE"), None)),
        money=st.one_of(st.none(), st.builds(Money, st.sampled_from(("USD", "EUR")), AMOUNTS)),
        payment_interval_months=st.sampled_from((None, 0, 1, 3, 12)),
        next_charge_date=TIMES,
        expire_at=TIMES,
        sms_configuration=st.builds(
            SmsConfiguration,
            TEXTS,
            scheduled_provisioning=st.one_of(st.none(), st.builds(SmsProvisioning, TEXTS)),
        ),
        voice_configuration=st.one_of(
            st.none(),
            st.builds(RtcVoice, TEXTS, scheduled_voice_provisioning=VOICE_JOBS),
            st.builds(EstVoice, TEXTS),
        ),
    ),
    max_size=12,
)
EXAMINATION = AuditPlan(
    [*DEFAULT_RULES, MOODY],
    now=NOW,
    emergency=True,
    expected=Expectations(
        [
            Expectation(f"+120255501{line:02}", display_name="Desk", callback_url=None)
            for line in range(0, 100, 3)
        ]
    ),
)


def tallied(*numbers: ActiveNumber) -> AuditAccumulator:
    tally = EXAMINATION.begin()
    for number in numbers:
        EXAMINATION.look(number, tally)
    return tally


def reported(tally: AuditAccumulator) -> Report:
    return EXAMINATION.report(
        tally, project_id="p", started_at=NOW, finished_at=NOW, completeness=VERDICT
    )


@examples(15, 100, data=st.data(), numbers=NUMBERS)
def test_it_does_not_matter_who_looks_at_which_number(
    data: st.DataObject, numbers: list[ActiveNumber]
) -> None:
    """
    However numbers are dealt out, what is merged equals what one tally holds of them all.
    """
    dealt = data.draw(
        st.lists(st.integers(0, 3), min_size=len(numbers), max_size=len(numbers)), label="dealt"
    )
    order = data.draw(st.permutations(range(4)), label="order")
    whole = tallied(*numbers)

    merged = EXAMINATION.begin()
    for hand in order:
        merged.merge(tallied(*(n for n, to in zip(numbers, dealt, strict=True) if to == hand)))

    assert whole == merged
    assert whole.dump() == merged.dump()
    assert reported(whole) == reported(merged)


@examples(10, 100, first=NUMBERS, second=NUMBERS, third=NUMBERS)
def test_merging_is_associative(
    first: list[ActiveNumber], second: list[ActiveNumber], third: list[ActiveNumber]
) -> None:
    """
    Whether the last two are merged before or after the first makes no difference.
    """
    left, right = tallied(*first), tallied(*second)
    left.merge(tallied(*second))
    left.merge(tallied(*third))
    right.merge(tallied(*third))
    other = tallied(*first)
    other.merge(right)

    assert left == other


@examples(10, 100, numbers=NUMBERS)
def test_it_survives_json_and_pickle(numbers: list[ActiveNumber]) -> None:
    """
    What is read again is the same, and goes on to count.
    """
    tally = tallied(*numbers)

    for twin in (
        AuditAccumulator.load(decode(encode(tally.dump()))),
        AuditAccumulator.load(tally.dump()),
        pickle.loads(pickle.dumps(tally)),
    ):
        assert tally == twin
        assert reported(tally) == reported(twin)
        EXAMINATION.look(ActiveNumber("+12025550199"), twin)
        assert tally != twin


def test_two_tallies_differ_when_what_is_in_them_does(number: Any) -> None:
    """
    Equality looks at everything, not at how many numbers there are.
    """
    assert tallied(number()) != tallied(number(displayName="Back desk"))
    assert tallied(number()) != tallied(number(money={"currencyCode": "USD", "amount": "0.51"}))
    assert tallied() != "a tally"


@pytest.mark.parametrize(
    "other",
    [
        AuditPlan(now=NOW, emergency=True, expected=EXAMINATION.expected),
        AuditPlan([*DEFAULT_RULES, MOODY], now=NOW, expected=EXAMINATION.expected),
        AuditPlan([*DEFAULT_RULES, MOODY], now=NOW, emergency=True),
        AuditPlan(
            [*DEFAULT_RULES, MOODY], now=NOW, emergency=True, expected=Expectations([]), months=12
        ),
        AuditPlan(
            [*DEFAULT_RULES, MOODY],
            now=NOW + timedelta(seconds=1),
            emergency=True,
            expected=EXAMINATION.expected,
        ),
        AuditPlan(
            [*DEFAULT_RULES, MOODY],
            now=NOW,
            emergency=True,
            expected=EXAMINATION.expected,
            months=13,
        ),
    ],
    ids=["rules", "emergency", "no expectations", "other expectations", "moment", "months"],
)
def test_what_went_by_other_rules_is_not_merged(other: AuditPlan, number: Any) -> None:
    """
    A sum of two measures would mean nothing; the tally stays as it was.
    """
    tally = tallied(number())

    with pytest.raises(InvalidArgumentError, match="same rules"):
        tally.merge(other.begin())

    assert tallied(number()) == tally


def test_a_moment_is_the_same_in_any_zone(number: Any) -> None:
    """
    Who looks where does not matter.
    """
    elsewhere = datetime.fromisoformat("2026-03-14T10:00:00+01:00")

    assert AuditPlan(now=NOW).begin() == AuditPlan(now=elsewhere).begin()


def test_a_dump_has_no_code_in_it(number: Any) -> None:
    """
    Rules are named by their ids, and what a rule's error said is not kept.
    """
    text = encode(tallied(number(phoneNumber="+12025550190")).dump()).decode()

    assert '"moody"' in text
    assert '"KeyError"' in text
    assert "Nothing." not in text
    assert "check" not in text


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ((), None),
        ((), []),
        (("format",), 1),
        (("numbers",), "one"),
        (("basis", "now"), "yesterday"),
        (("basis", "months"), 0),
        (("charges", 0, "amount"), "much"),
        (("charges", 0, "amount"), "NaN"),
        (("charges", 0, "months"), 0),
        (("charges", 0, "first"), 1),
        (("statuses",), {"lost": 1}),
        (("releases",), {"soon": 1}),
        (("findings", 0, "severity"), "fatal"),
        (("met",), None),
    ],
)
def test_what_is_no_tally_is_refused(path: tuple[Any, ...], value: Any, number: Any) -> None:
    """
    A damaged file is a typed error, never a wrong sum.
    """
    payload: Any = decode(encode(tallied(number(smsConfiguration=None)).dump()))
    payload["charges"][0].setdefault("first", 0)
    place: Any = payload
    for step in path[:-1]:
        place = place[step]
    if path:
        place[path[-1]] = value
    else:
        payload = value

    with pytest.raises(InvalidArgumentError, match="a tally of format 2"):
        AuditAccumulator.load(payload)
