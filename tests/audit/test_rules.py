"""Audit rules: each finds its problem, and nothing else."""

import pickle
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from products import every

from sinch_numbers import ActiveNumber, SmsErrorCode
from sinch_numbers.audit import (
    CALLBACK_IN_THE_CLEAR,
    DEFAULT_RULES,
    PROVISIONING_FAILED,
    RELEASED_IN_USE,
    UNUSED,
    WITHOUT_CAMPAIGN,
    Rule,
    Severity,
    default_rules,
    ends_soon,
    explain,
    provisioning_stuck,
)
from sinch_numbers.audit._findings import nothing
from sinch_numbers.audit._project_rules import ProjectRule, _no_messages

Make = Callable[..., ActiveNumber]

LONG_AGO = "2026-03-12T09:00:00Z"
JUST_NOW = "2026-03-14T08:59:00Z"


def job(**members: Any) -> dict[str, Any]:
    return {"servicePlanId": "plan", "status": "WAITING", "lastUpdatedTime": JUST_NOW, **members}


def sms(**members: Any) -> dict[str, Any]:
    return {"smsConfiguration": {"scheduledProvisioning": job(**members)}}


def voice(**members: Any) -> dict[str, Any]:
    scheduled = {"type": "RTC", "appId": "app", "lastUpdatedTime": JUST_NOW, **members}
    return {"voiceConfiguration": {"type": "RTC", "scheduledVoiceProvisioning": scheduled}}


UNLINKED: dict[str, Any] = {"smsConfiguration": None, "voiceConfiguration": None}
NO_CAMPAIGN: dict[str, Any] = {"smsConfiguration": {"servicePlanId": "plan", "campaignId": ""}}
RELEASED = {"expireAt": "2026-03-20T09:00:00Z"}


@pytest.mark.parametrize("rule", DEFAULT_RULES, ids=lambda rule: rule.id)
def test_nothing_is_found_where_nothing_is_wrong(rule: Rule, number: Make, now: datetime) -> None:
    """
    A number that is linked and renews is fine.
    """
    assert [] == list(rule.findings(number(), now))


@every(
    ("rule", "wire", "message"),
    [
        pytest.param(
            PROVISIONING_FAILED,
            sms(status="FAILED", errorCodes=["CAMPAIGN_EXPIRED"]),
            "SMS: the campaign has expired (CAMPAIGN_EXPIRED)",
            id="failed: SMS, with its reason",
        ),
        pytest.param(
            PROVISIONING_FAILED,
            sms(status="FAILED", errorCodes=["BRAND_ON_FIRE"]),
            "SMS: an unknown error code (BRAND_ON_FIRE)",
            id="failed: for a reason from the future",
        ),
        pytest.param(
            PROVISIONING_FAILED,
            sms(status="FAILED"),
            "SMS: the service gave no reason",
            id="failed: without a reason",
        ),
        pytest.param(
            PROVISIONING_FAILED,
            sms(status="WAITING", errorCodes=["INVALID_NNID"]),
            "SMS: the network ID (NNID) of the number is not valid (INVALID_NNID)",
            id="failed: the reason is there before the status",
        ),
        pytest.param(
            PROVISIONING_FAILED,
            voice(status="FAILED"),
            "voice: voice provisioning failed",
            id="failed: voice",
        ),
        pytest.param(
            provisioning_stuck(),
            sms(status="IN_PROGRESS", lastUpdatedTime=LONG_AGO),
            "SMS: IN_PROGRESS for 2 days",
            id="stuck: SMS",
        ),
        pytest.param(
            provisioning_stuck(timedelta(hours=12)),
            voice(status="WAITING", lastUpdatedTime="2026-03-13T20:00:00Z"),
            "voice: WAITING for 13 hours",
            id="stuck: voice, by a shorter measure",
        ),
        pytest.param(
            provisioning_stuck(),
            sms(status="HALF_DONE", lastUpdatedTime=LONG_AGO),
            "SMS: HALF_DONE for 2 days",
            id="stuck: in a state from the future",
        ),
        pytest.param(
            provisioning_stuck(),
            {
                "smsConfiguration": {
                    "servicePlanId": "old",
                    "scheduledProvisioning": job(lastUpdatedTime=LONG_AGO),
                }
            },
            "SMS: WAITING for 2 days, still on service plan old",
            id="stuck: on another plan meanwhile",
        ),
        pytest.param(
            provisioning_stuck(),
            {
                "voiceConfiguration": {
                    "type": "EST",
                    "trunkId": "east",
                    "scheduledVoiceProvisioning": {
                        "type": "FAX",
                        "serviceId": "fax",
                        "status": "WAITING",
                        "lastUpdatedTime": LONG_AGO,
                    },
                }
            },
            "voice: WAITING for 2 days, still on trunk east",
            id="stuck: on a trunk meanwhile",
        ),
        pytest.param(UNUSED, UNLINKED, "USD 0.50 a month, unused", id="unused: no links"),
        pytest.param(
            UNUSED,
            {**UNLINKED, "nextChargeDate": "2026-04-01T00:00:00Z"},
            "USD 0.50 a month, unused, next charge on 2026-04-01",
            id="unused: with the date of the next charge",
        ),
        pytest.param(
            RELEASED_IN_USE,
            RELEASED,
            "used by service plan plan and voice app app until 2026-03-20",
            id="in use: messages and calls",
        ),
        pytest.param(
            RELEASED_IN_USE,
            {
                **UNLINKED,
                "expireAt": "2026-09-20T09:00:00Z",
                "voiceConfiguration": {"type": "FAX", "serviceId": "f"},
            },
            "used by fax service f until 2026-09-20",
            id="in use: faxes, for long",
        ),
        pytest.param(
            RELEASED_IN_USE,
            {
                **RELEASED,
                **UNLINKED,
                "voiceConfiguration": {"type": "HOLO", "holoId": "h"},
            },
            "used by voice HOLO until 2026-03-20",
            id="in use: by something from the future",
        ),
        pytest.param(
            CALLBACK_IN_THE_CLEAR,
            {"callbackUrl": "HTTP://hooks.example.net/"},
            "events are sent over HTTP",
            id="in the clear: http",
        ),
        pytest.param(
            CALLBACK_IN_THE_CLEAR,
            {"callbackUrl": "hooks.example.net/numbers"},
            "callback URL is not a URL",
            id="in the clear: no URL",
        ),
        pytest.param(
            UNUSED,
            {**UNLINKED, "money": None},
            "an unknown price a month, unused",
            id="unused: without a price",
        ),
        pytest.param(
            UNUSED,
            {
                **UNLINKED,
                "paymentIntervalMonths": 4,
                "money": {"currencyCode": "EUR", "amount": "6"},
            },
            "EUR 1.50 a month, unused",
            id="unused: paid for four months at once",
        ),
        pytest.param(
            WITHOUT_CAMPAIGN,
            NO_CAMPAIGN,
            "on service plan plan without a campaign",
            id="no campaign",
        ),
        pytest.param(
            WITHOUT_CAMPAIGN,
            sms(),
            "on service plan plan without a campaign",
            id="no campaign: being linked without one",
        ),
        pytest.param(
            ends_soon(), RELEASED, "ends on 2026-03-20, in 6 days", id="ends soon: in days"
        ),
        pytest.param(
            ends_soon(),
            {"expireAt": "2026-03-14T10:30:00Z"},
            "ends on 2026-03-14, in 1 hour",
            id="ends soon: in an hour",
        ),
        pytest.param(
            ends_soon(), {"expireAt": LONG_AGO}, "ended on 2026-03-12", id="ends soon: it has"
        ),
    ],
)
def test_a_rule_finds_what_it_is_about(
    rule: Rule, wire: dict[str, Any], message: str, number: Make, now: datetime
) -> None:
    """
    What is wrong is told in words about this number.
    """
    assert [message] == [finding.message for finding in rule.findings(number(**wire), now)]


@every(
    ("rule", "wire"),
    [
        pytest.param(PROVISIONING_FAILED, sms(), id="failed: not while it is waiting"),
        pytest.param(PROVISIONING_FAILED, voice(status="IN_PROGRESS"), id="failed: not meanwhile"),
        pytest.param(provisioning_stuck(), sms(), id="stuck: not a minute later"),
        pytest.param(
            provisioning_stuck(),
            sms(status="FAILED", lastUpdatedTime=LONG_AGO),
            id="stuck: not what has failed",
        ),
        pytest.param(
            provisioning_stuck(), sms(lastUpdatedTime=None), id="stuck: not without a time"
        ),
        pytest.param(
            provisioning_stuck(timedelta(days=3)),
            sms(lastUpdatedTime=LONG_AGO),
            id="stuck: not by a longer measure",
        ),
        pytest.param(UNUSED, {**UNLINKED, **RELEASED}, id="unused: not once released"),
        pytest.param(UNUSED, {**UNLINKED, **sms()}, id="unused: not while SMS is scheduled"),
        pytest.param(UNUSED, {**UNLINKED, **voice()}, id="unused: not while voice is scheduled"),
        pytest.param(
            UNUSED,
            {**UNLINKED, "voiceConfiguration": {"type": "EST", "trunkId": "t"}},
            id="unused: not on a trunk",
        ),
        pytest.param(
            UNUSED,
            {**UNLINKED, "voiceConfiguration": {"type": "HOLO", "holoId": "h"}},
            id="unused: not on something from the future",
        ),
        pytest.param(
            WITHOUT_CAMPAIGN, {**NO_CAMPAIGN, "regionCode": "CA"}, id="no campaign: not in Canada"
        ),
        pytest.param(
            WITHOUT_CAMPAIGN,
            {**NO_CAMPAIGN, "type": "TOLL_FREE"},
            id="no campaign: not toll-free",
        ),
        pytest.param(
            WITHOUT_CAMPAIGN,
            {**NO_CAMPAIGN, "capability": ["VOICE"]},
            id="no campaign: not without SMS",
        ),
        pytest.param(WITHOUT_CAMPAIGN, UNLINKED, id="no campaign: not without a service plan"),
        pytest.param(
            WITHOUT_CAMPAIGN, {**NO_CAMPAIGN, **RELEASED}, id="no campaign: not once released"
        ),
        pytest.param(
            WITHOUT_CAMPAIGN,
            {
                "smsConfiguration": {
                    "servicePlanId": "p",
                    "scheduledProvisioning": job(campaignId="C"),
                }
            },
            id="no campaign: not when one is scheduled",
        ),
        pytest.param(RELEASED_IN_USE, {**RELEASED, **UNLINKED}, id="in use: not without links"),
        pytest.param(RELEASED_IN_USE, {"expireAt": LONG_AGO}, id="in use: not once it has ended"),
        pytest.param(
            CALLBACK_IN_THE_CLEAR,
            {"callbackUrl": "HTTPS://hooks.example.net/"},
            id="in the clear: not over TLS",
        ),
        pytest.param(
            CALLBACK_IN_THE_CLEAR, {"callbackUrl": ""}, id="in the clear: not without a URL"
        ),
        pytest.param(
            ends_soon(), {"expireAt": "2026-03-29T09:00:00Z"}, id="ends soon: not in 15 days"
        ),
        pytest.param(
            ends_soon(timedelta(days=3)), RELEASED, id="ends soon: not by a shorter span"
        ),
    ],
)
def test_a_rule_leaves_the_rest_alone(
    rule: Rule, wire: dict[str, Any], number: Make, now: datetime
) -> None:
    """
    What is not the rule's business is not found by it.
    """
    assert [] == list(rule.findings(number(**wire), now))


def test_a_finding_says_which_number_and_what_to_do(number: Make, now: datetime) -> None:
    """
    A finding can be read without the number at hand.
    """
    failed = number(**sms(status="FAILED", errorCodes=["INSUFFICIENT_BALANCE"]))

    (finding,) = PROVISIONING_FAILED.findings(failed, now)

    assert ("provisioning-failed", Severity.ERROR) == (finding.rule, finding.severity)
    assert ("+12025550101", "US", "LOCAL", "Front desk") == (
        finding.phone_number,
        finding.region_code,
        finding.type,
        finding.display_name,
    )
    assert explain(SmsErrorCode.INSUFFICIENT_BALANCE).advice == finding.advice


def test_several_reasons_are_several_findings(number: Make, now: datetime) -> None:
    """
    Each error code is told, with advice of its own.
    """
    failed = number(**sms(status="FAILED", errorCodes=["CAMPAIGN_EXPIRED", "INVALID_NNID"]))

    findings = list(PROVISIONING_FAILED.findings(failed, now))

    assert 2 == len({finding.advice for finding in findings})


def test_a_rule_of_ones_own_may_say_it_in_plain_text(number: Make, now: datetime) -> None:
    """
    A check is any function that returns texts.
    """
    rule = Rule(
        id="unnamed",
        severity=Severity.INFO,
        title="Without a name",
        meaning="Nobody knows whose it is.",
        advice="Name it.",
        check=lambda number, _: [] if number.display_name else ["has no name"],
    )

    (finding,) = rule.findings(number(displayName=""), now)

    assert ("has no name", "Name it.") == (finding.message, finding.advice)


def test_severities_have_an_order() -> None:
    """
    The worst is the greatest.
    """
    assert [Severity.INFO, Severity.WARNING, Severity.ERROR] == sorted(
        [Severity.WARNING, Severity.ERROR, Severity.INFO]
    )
    assert Severity.ERROR >= Severity.WARNING > Severity.INFO


def test_rules_have_names_of_their_own() -> None:
    """
    An id says which rule it was.
    """
    rules = default_rules(stuck_after=timedelta(hours=1), ends_within=timedelta(days=1))

    assert len(rules) == len({rule.id for rule in rules})
    assert [rule.id for rule in DEFAULT_RULES] == [rule.id for rule in rules]


@pytest.mark.parametrize("rule", DEFAULT_RULES, ids=lambda rule: rule.id)
def test_rules_can_be_sent_to_other_processes(rule: Rule) -> None:
    """
    The rules that come with the package can be pickled, checks and all.
    """
    twin = pickle.loads(pickle.dumps(rule))

    assert rule == twin
    if isinstance(twin, ProjectRule):
        assert twin.examine is not _no_messages
    else:
        assert twin.check is not nothing


def test_a_url_is_not_repeated(number: Make, now: datetime) -> None:
    """
    A callback URL may hold a password: a finding names no more than its scheme.
    """
    there = number(callbackUrl="http://user:pass-word@hooks.example.net/?key=hidden")

    (finding,) = CALLBACK_IN_THE_CLEAR.findings(there, now)

    assert "events are sent over http" == finding.message


def test_the_cause_of_a_message_is_its_text_without_numbers(number: Make, now: datetime) -> None:
    """A problem has the same cause on two days on which its message has different numbers."""

    def late(_number: ActiveNumber, day: datetime) -> list[str]:
        return [f"SMS: late for {day.day} days, since {day:%Y-%m-%d}, USD {day.day}.50"]

    rule = Rule(id="late", severity=Severity.INFO, title="Late", meaning="", advice="", check=late)
    (one,) = rule.findings(number(), now)
    (other,) = rule.findings(number(), now + timedelta(days=9))
    assert one.message != other.message
    assert "SMS: late for 0 days, since 0-0-0, USD 0" == one.cause == other.cause


def test_causes_of_built_in_rules_do_not_depend_on_the_day(number: Make, now: datetime) -> None:
    """Findings of the built-in rules have the same rule and cause on two days."""
    scheduled = {
        "servicePlanId": "plan",
        "campaignId": "C1",
        "status": "FAILED",
        "lastUpdatedTime": "2026-03-01T00:00:00Z",
        "errorCodes": ["SMS_PROVISIONING_FAILED", "CAMPAIGN_EXPIRED"],
    }
    waiting = {**scheduled, "status": "WAITING", "errorCodes": []}
    unlinked = {"smsConfiguration": None, "voiceConfiguration": None}
    numbers = [
        number(smsConfiguration={"scheduledProvisioning": scheduled}),
        number(smsConfiguration={"scheduledProvisioning": waiting}),
        number(smsConfiguration={"servicePlanId": "plan"}),
        number(**unlinked, nextChargeDate="2026-04-14T00:00:00Z"),
        number(expireAt="2026-03-20T00:00:00Z"),
        number(callbackUrl="http://example.com"),
    ]

    def causes(day: datetime) -> list[tuple[str, str]]:
        return [
            (finding.rule, finding.cause)
            for one in numbers
            for rule in DEFAULT_RULES
            for finding in rule.findings(one, day)
        ]

    expected = [
        ("provisioning-failed", "SMS SMS_PROVISIONING_FAILED"),
        ("provisioning-failed", "SMS CAMPAIGN_EXPIRED"),
        ("provisioning-stuck", "SMS"),
        ("without-campaign", ""),
        ("unused", ""),
        ("ends-soon", ""),
        ("released-in-use", ""),
        ("callback-in-the-clear", ""),
    ]
    assert expected == causes(now) == causes(now + timedelta(days=3))
