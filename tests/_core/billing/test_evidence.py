"""Evidence: whether a number that a read finds proves the rent of a journal entry."""

import calendar
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest
from products import every

from sinch_numbers._core.billing.decisions import Event
from sinch_numbers._core.billing.evidence import (
    ABSENT,
    TAG,
    of_effect,
    of_release,
    of_rent,
    rent_instants,
    shown_values,
    tagged,
)
from sinch_numbers._core.billing.journal import JournalEntry
from sinch_numbers._core.billing.redaction import redacted
from sinch_numbers._core.serialization import converter
from sinch_numbers.models import ActiveNumber

NUMBER = "+12025550134"
HOOK = "https://hooks.example.net/numbers"
SENT = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
ALL = {
    "smsConfiguration": {"servicePlanId": "plan", "campaignId": "C1"},
    "voiceConfiguration": {"type": "RTC", "appId": "app"},
    "callbackUrl": HOOK,
}


def entry(request: Any = None, **changes: Any) -> JournalEntry:
    return JournalEntry(
        id="op",
        operation="rentNumber",
        origin="https://numbers.example.com",
        project_id="p",
        subject=NUMBER,
        request=request or {},
        **changes,
    )


def number(**shown: Any) -> ActiveNumber:
    """Return a number as a response of the service shows it."""
    return converter.load({"phoneNumber": NUMBER, **shown}, ActiveNumber)


def at(seconds: float) -> str:
    """Return the first charge of a number that was rented *seconds* after the request."""
    return next_charge(SENT + timedelta(seconds=seconds)).isoformat()


def test_no_number_is_absence() -> None:
    """The service's own 404: the project does not hold the number."""
    assert ABSENT == of_rent(entry(ALL), None)
    assert Event.READ_ABSENT is ABSENT.event


def test_a_state_that_is_not_as_requested_is_absence() -> None:
    """The effect of a change is its requested state."""
    assert ABSENT == of_effect(None)
    assert (Event.READ_MATCH, "it") == attrs.astuple(of_effect("it"))[:2]


SHOWN_SMS = {"servicePlanId": "plan", "campaignId": "C1"}
SHOWN_VOICE = {"type": "RTC", "appId": "app"}
SCHEDULED = {
    "smsConfiguration": {
        "servicePlanId": "",
        "campaignId": "",
        "scheduledProvisioning": {**SHOWN_SMS, "status": "WAITING"},
    },
    "voiceConfiguration": {
        "type": "RTC",
        "appId": "",
        "scheduledVoiceProvisioning": {**SHOWN_VOICE, "status": "WAITING"},
    },
    "callbackUrl": HOOK,
}
SET = {"smsConfiguration": SHOWN_SMS, "voiceConfiguration": SHOWN_VOICE, "callbackUrl": HOOK}
FAILED = {
    **SCHEDULED,
    "smsConfiguration": {
        "servicePlanId": "",
        "scheduledProvisioning": {**SHOWN_SMS, "status": "FAILED"},
    },
}


@pytest.mark.parametrize(
    ("request_", "shown"),
    [
        pytest.param(ALL, SET, id="as requested"),
        pytest.param(ALL, SCHEDULED, id="scheduled, as new numbers show it"),
        pytest.param(ALL, FAILED, id="scheduled, and its provisioning failed"),
        pytest.param({}, {}, id="nothing requested, nothing shown"),
        pytest.param({}, SET, id="nothing requested, set later"),
        pytest.param({"callbackUrl": ""}, {"callbackUrl": None}, id="no callback"),
        pytest.param({"smsConfiguration": {"servicePlanId": "plan"}}, SET, id="a plan only"),
        pytest.param({"displayName": "mine"}, {"displayName": "theirs"}, id="another name"),
        pytest.param({"regionCode": "US"}, SET, id="criteria, which a number does not show"),
    ],
)
def test_a_number_as_requested_matches(request_: Any, shown: dict[str, Any]) -> None:
    """It may be the effect of the call, or of another one with the same request."""
    found = number(**shown)
    evidence = of_rent(entry(request_), found)

    assert (Event.READ_MATCH, found, (found,)) == (
        evidence.event,
        evidence.value,
        evidence.candidates,
    )
    assert f"the project holds {NUMBER}" in evidence.why


def changed(part: str, name: str) -> dict[str, Any]:
    return {**ALL, part: {**ALL[part], name: "ours"}}  # type: ignore[dict-item]  # not the URL


@pytest.mark.parametrize("shown", [SET, SCHEDULED], ids=["set", "scheduled"])
@pytest.mark.parametrize(
    ("request_", "why"),
    [
        pytest.param(changed("smsConfiguration", "servicePlanId"), "service plan", id="plan"),
        pytest.param(changed("smsConfiguration", "campaignId"), "campaign", id="campaign"),
        pytest.param(changed("voiceConfiguration", "appId"), "voice app", id="app"),
        pytest.param(
            {"voiceConfiguration": {"type": "EST", "trunkId": "t"}}, "voice type", id="voice type"
        ),
        pytest.param({"callbackUrl": HOOK + "/"}, "callback URL", id="callback"),
    ],
)
def test_another_configuration_excludes_the_call(
    request_: Any, why: str, shown: dict[str, Any]
) -> None:
    """The number was rented by a call that requested something else."""
    evidence = of_rent(entry(request_), number(**shown))

    assert (Event.READ_OTHER, f"it has another {why}") == (evidence.event, evidence.why)


@pytest.mark.parametrize(
    ("request_", "missing"),
    [
        pytest.param({"smsConfiguration": {"servicePlanId": "plan"}}, "service plan", id="plan"),
        pytest.param({"callbackUrl": HOOK}, "callback URL", id="callback"),
    ],
)
def test_a_configuration_that_is_missing_decides_nothing(request_: Any, missing: str) -> None:
    """The service may not have stored it yet, or another call requested none."""
    found = number()
    evidence = of_rent(entry(request_), found)

    assert (Event.READ_FAILED, None, (found,)) == (
        evidence.event,
        evidence.value,
        evidence.candidates,
    )
    assert evidence.why.endswith(f"without the {missing}")


def test_a_released_number_is_not_a_new_one() -> None:
    """A rent that was just made is not released yet."""
    evidence = of_rent(entry(), number(expireAt="2026-04-14T09:26:53Z"))

    assert (Event.READ_OTHER, "it is already released") == (evidence.event, evidence.why)


# Tags


def with_tag(tag: str, url: str = HOOK) -> str:
    return f"{url}?{TAG}={tag}"


@pytest.mark.parametrize(
    ("callback", "event"),
    [
        pytest.param(with_tag("op"), Event.READ_PROOF, id="the call's tag"),
        pytest.param(f"{HOOK}?a=1&{TAG}=op#x", Event.READ_PROOF, id="among other parameters"),
        pytest.param(with_tag("other"), Event.READ_OTHER, id="the tag of another call"),
        pytest.param(HOOK, Event.READ_OTHER, id="the URL without a tag is another URL"),
        pytest.param(None, Event.READ_FAILED, id="no URL yet"),
        pytest.param("https://[", Event.READ_OTHER, id="a URL that is none"),
    ],
)
def test_a_tag_identifies_the_call(callback: str | None, event: Event) -> None:
    """It proves the rent, whoever else rents, and excludes those with another tag."""
    request = {"callbackUrl": with_tag("op")}
    evidence = of_rent(entry(request, tag="op"), number(callbackUrl=callback))

    assert event is evidence.event


def test_a_tag_proves_the_call_whatever_the_number_shows() -> None:
    """Its configuration may have been changed since, and the clock may be wrong."""
    shown = {**SET, "callbackUrl": with_tag("op"), "nextChargeDate": "2020-01-01T00:00:00Z"}
    request = {**changed("smsConfiguration", "servicePlanId"), "callbackUrl": with_tag("op")}

    evidence = of_rent(entry(request, tag="op", sent_after=SENT), number(**shown))

    assert Event.READ_PROOF is evidence.event


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (HOOK, f"{HOOK}?{TAG}={{}}"),
        (f"{HOOK}?a=1&b=%20", f"{HOOK}?a=1&b=%20&{TAG}={{}}"),
        (f"{HOOK}#part", f"{HOOK}?{TAG}={{}}#part"),
        ("https://hooks.example.net", f"https://hooks.example.net?{TAG}={{}}"),
    ],
)
def test_a_tag_is_added_to_the_query(url: str, expected: str) -> None:
    """The rest of the URL is unchanged, and a read recognizes it."""
    request = {"callbackUrl": url, "regionCode": "US"}

    sent, tag = tagged(request)

    assert {"callbackUrl": expected.format(tag), "regionCode": "US"} == sent
    found = number(callbackUrl=sent["callbackUrl"])
    assert Event.READ_PROOF is of_rent(entry(sent, tag=tag), found).event
    assert {"callbackUrl": url, "regionCode": "US"} == request


@pytest.mark.parametrize("request_", [{}, {"callbackUrl": ""}, {"callbackUrl": None}])
def test_without_a_callback_there_is_no_tag(request_: dict[str, Any]) -> None:
    """Nothing is added to the request."""
    assert (request_, None) == tagged(request_)


def test_no_two_tags_are_equal() -> None:
    """Each call has an ID of its own."""
    tags = {tagged({"callbackUrl": HOOK})[1] for _ in range(1000)}

    assert 1000 == len(tags)


# Time


def next_charge(rented: datetime) -> datetime:
    """Return the first charge date after a rent: one month on, or the last day of that month."""
    year, month = divmod(rented.year * 12 + rented.month, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return rented.replace(year=year, month=month + 1, day=min(rented.day, last))


EVERY_DAY = [
    datetime(year, 1, 1, 23, 59, 59, tzinfo=UTC) + timedelta(days=day)
    for year in (2023, 2024)  # 2024 is a leap year
    for day in range(365 + (year == 2024))
]


def test_the_rent_instant_is_among_the_instants_of_its_charge() -> None:
    """For each day of a common and of a leap year, at the same time of day."""
    for rented in EVERY_DAY:
        assert rented in rent_instants(next_charge(rented)), rented


def test_the_rent_instants_are_all_those_of_the_charge() -> None:
    """No other day of the year leads to it, and the earliest comes first."""
    for charge in {next_charge(rented) for rented in EVERY_DAY[: 366 + 300]}:
        around = [charge - timedelta(days=days) for days in range(45, 20, -1)]
        expected = [instant for instant in around if next_charge(instant) == charge]
        assert expected == list(rent_instants(charge)), charge


@pytest.mark.parametrize(
    ("charge", "days"),
    [
        pytest.param("2026-02-28", ["01-28", "01-29", "01-30", "01-31"], id="February"),
        pytest.param("2024-02-29", ["01-29", "01-30", "01-31"], id="February of a leap year"),
        pytest.param("2024-02-28", ["01-28"], id="a day before its end"),
        pytest.param("2026-04-30", ["03-30", "03-31"], id="a month of 30 days after one of 31"),
        pytest.param("2026-03-31", [], id="a day that the month before does not have"),
        pytest.param("2026-03-28", ["02-28"], id="after the end of February"),
        pytest.param("2026-01-15", ["12-15"], id="over the end of the year"),
        pytest.param("2026-08-31", ["07-31"], id="two months of 31 days"),
    ],
)
def test_days_that_the_next_month_lacks(charge: str, days: list[str]) -> None:
    """A charge on the last day of a short month belongs to several days of a longer one."""
    instants = rent_instants(datetime.fromisoformat(f"{charge}T12:00:00+00:00"))

    assert days == [f"{instant:%m-%d}" for instant in instants]


def test_without_a_charge_date_the_age_is_unknown() -> None:
    """Then time excludes nothing."""
    assert () == rent_instants(None)


@pytest.mark.parametrize(
    ("older", "event"),
    [
        pytest.param(0, Event.READ_MATCH, id="rented as the request was sent"),
        pytest.param(-3600, Event.READ_MATCH, id="rented an hour later"),
        pytest.param(119, Event.READ_MATCH, id="rented 119 seconds before"),
        pytest.param(120, Event.READ_MATCH, id="rented 120 seconds before"),
        pytest.param(121, Event.READ_OTHER, id="rented 121 seconds before"),
        pytest.param(86400, Event.READ_OTHER, id="rented a day before"),
    ],
)
def test_time_excludes_older_rents(older: int, event: Event) -> None:
    """With a margin of two minutes, since rent instants rest on one observation."""
    charge = next_charge(SENT - timedelta(seconds=older))

    evidence = of_rent(entry(sent_after=SENT), number(nextChargeDate=charge.isoformat()))

    assert event is evidence.event
    assert f"{SENT - timedelta(seconds=older):%F %T} UTC" in evidence.why


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param({}, id="no charge date"),
        pytest.param(
            {"nextChargeDate": "2020-01-01T00:00:00Z", "paymentIntervalMonths": 12},
            id="another payment interval",
        ),
        pytest.param({"nextChargeDate": "2026-03-31T00:00:00Z"}, id="an impossible charge date"),
    ],
)
def test_a_number_of_unknown_age_is_not_excluded(shown: dict[str, Any]) -> None:
    """Only differences are conclusive."""
    assert Event.READ_MATCH is of_rent(entry(sent_after=SENT), number(**shown)).event


def test_without_a_time_of_the_request_nothing_is_too_old() -> None:
    """The service's clock is not known before its first response."""
    old = number(nextChargeDate="2020-01-01T00:00:00Z")

    assert Event.READ_MATCH is of_rent(entry(), old).event


def test_all_possible_instants_have_to_be_too_old() -> None:
    """A charge on February 28 excludes nothing that was sent on January 31."""
    sent = datetime(2026, 1, 31, 12, tzinfo=UTC)
    charged = number(nextChargeDate="2026-02-28T12:00:00Z")

    assert Event.READ_MATCH is of_rent(entry(sent_after=sent), charged).event
    later = entry(sent_after=sent + timedelta(seconds=121))
    assert Event.READ_OTHER is of_rent(later, charged).event


@every(
    ("shown", "event"),
    [
        pytest.param(None, Event.READ_GONE, id="the number is gone"),
        pytest.param({}, Event.READ_ABSENT, id="not released"),
        pytest.param({"nextChargeDate": at(-60)}, Event.READ_ABSENT, id="rented before"),
        pytest.param({"nextChargeDate": at(5)}, Event.READ_ABSENT, id="within the margin"),
        pytest.param({"nextChargeDate": at(6)}, Event.READ_AGAIN, id="rented again"),
        pytest.param(
            {"nextChargeDate": at(6), "paymentIntervalMonths": 12}, Event.READ_ABSENT, id="yearly"
        ),
        pytest.param(
            {"nextChargeDate": at(-60), "expireAt": at(0)}, Event.READ_MATCH, id="released"
        ),
        pytest.param(
            {"nextChargeDate": at(6), "expireAt": at(6)}, Event.READ_AGAIN, id="another release"
        ),
    ],
)
def test_a_release_is_about_one_rent(shown: dict[str, Any] | None, event: Event) -> None:
    """A number that is gone, or was rented again meanwhile, shows nothing about the release."""
    evidence = of_release(entry(sent_after=SENT), None if shown is None else number(**shown))

    assert event is evidence.event


def test_user_information_and_query_of_a_callback_are_compared_by_digest() -> None:
    """An entry of the journal has neither; another token is still another callback URL."""
    url = "https://user:word@hooks.example.net/numbers?token=t1"
    kept = entry(redacted({"callbackUrl": url}))

    assert "word" not in str(kept.request)
    assert "t1" not in str(kept.request)
    assert Event.READ_MATCH is of_rent(kept, number(callbackUrl=url)).event
    other = of_rent(kept, number(callbackUrl=url.replace("t1", "t2")))
    assert (Event.READ_OTHER, "it has another callback URL") == (other.event, other.why)


def test_the_shown_values_include_scheduled_ones() -> None:
    """A configuration is scheduled before it is set."""
    shown = shown_values(
        number(
            smsConfiguration={
                "servicePlanId": "old",
                "campaignId": "",
                "scheduledProvisioning": {"servicePlanId": "new", "campaignId": "C2"},
            },
            displayName="x",
        )
    )

    assert {"old", "new"} == shown["servicePlanId"]
    assert "C2" in shown["campaignId"]
    assert {"x"} == shown["displayName"]
