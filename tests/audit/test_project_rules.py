"""Rules about several numbers: campaigns, plans and apps, prices, emergency addresses."""

import pickle
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from typing import Any

import attrs
import pytest

from sinch_numbers import ActiveNumber, Money, NumbersClient
from sinch_numbers.audit import (
    CAMPAIGN_IN_SEVERAL_PLANS,
    DEFAULT_RULES,
    SINGLE_NUMBER,
    AuditAccumulator,
    AuditPlan,
    Report,
    Rule,
    Severity,
    audit,
    campaign_capacity,
    price_outlier,
)
from sinch_numbers.audit._groups import Groups
from sinch_numbers.audit._project_rules import median
from sinch_numbers.inventory import Completeness
from sinch_numbers.sandbox import Sandbox

NOW = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)
NOTHING = Completeness(counted_before=0, total_size=0, read=0)


def report_of(plan: AuditPlan, tally: AuditAccumulator) -> Report:
    moments = {"started_at": NOW, "finished_at": NOW}
    return plan.report(tally, project_id="p", completeness=NOTHING, **moments)


def audited(rules: Sequence[Rule], numbers: Sequence[ActiveNumber]) -> Report:
    plan = AuditPlan(rules, now=NOW)
    tally = plan.begin()
    for number in numbers:
        plan.look(number, tally)
    return report_of(plan, tally)


def on(plan: str, campaign: str, **job: Any) -> dict[str, Any]:
    scheduled = {"scheduledProvisioning": {"servicePlanId": plan, "campaignId": campaign, **job}}
    if job:
        return {"smsConfiguration": scheduled}
    return {"smsConfiguration": {"servicePlanId": plan, "campaignId": campaign}}


def many(number: Any, count: int, first: int = 0, **wire: Any) -> list[ActiveNumber]:
    return [number(phoneNumber=f"+1202555{first + one:04}", **wire) for one in range(count)]


@pytest.mark.parametrize(
    ("linked", "pending", "message"),
    [
        (44, 0, None),
        (45, 0, "campaign C9: 45 of 49"),
        (48, 0, "campaign C9: 48 of 49"),
        (40, 9, "campaign C9: 49 of 49, full"),
        (50, 0, "campaign C9: 50 of 49, over the limit"),
        (40, 30, "campaign C9: 70 of 49, over the limit"),
        (51, 0, None),
        (51, 9, None),
    ],
)
def test_a_campaign_is_reported_before_its_limit(
    linked: int, pending: int, message: str | None, number: Any
) -> None:
    """
    Numbers in provisioning count; more linked numbers than the limit prove a number pool.
    """
    numbers = many(number, linked, **on("plan", "C9"))
    numbers += many(number, pending, 1000, **on("plan", "C9", status="WAITING"))

    report = audited([campaign_capacity()], numbers)

    expected = [] if message is None else [(message, "C9")]
    assert expected == [(finding.message, finding.subject) for finding in report.findings]
    if message:
        (impact,) = report.health.rules
        cost = Decimal("0.50") * (linked + pending)
        assert (linked + pending, (Money("USD", cost),)) == (impact.numbers, impact.monthly)


def test_failed_provisioning_takes_no_place_in_a_campaign(number: Any) -> None:
    """
    A number whose provisioning failed is not in the campaign.
    """
    numbers = many(number, 44, **on("plan", "C9"))
    numbers += many(number, 9, 1000, **on("plan", "C9", status="FAILED"))

    assert () == audited([campaign_capacity()], numbers).findings


def test_a_campaign_in_several_plans_is_reported(number: Any) -> None:
    """
    The finding names the campaign, and its plans with their numbers.
    """
    numbers = many(number, 2, **on("b", "C1")) + many(number, 1, 9, **on("a", "C1"))
    numbers += many(number, 2, 20, **on("a", "C2"))

    report = audited([CAMPAIGN_IN_SEVERAL_PLANS], numbers)

    (finding,) = report.findings
    assert "campaign C1 is used by 2 service plans: a (1), b (2)" == finding.message
    assert ("C1", "", 3) == (finding.subject, finding.phone_number, report.health.affected)


def test_the_only_number_of_a_target_is_reported(number: Any) -> None:
    """
    A plan or app with one number is reported, where another plan or app has several.
    """
    lone = number(
        phoneNumber="+12025559999",
        voiceConfiguration={"type": "RTC", "appId": "app-2"},
        **on("plan-2", "C1"),
    )

    report = audited([SINGLE_NUMBER], [*many(number, 2), lone])

    assert [
        ("+12025559999", "plan-2", "the only number of service plan plan-2"),
        ("+12025559999", "app-2", "the only number of voice app app-2"),
    ] == sorted(
        ((one.phone_number, one.subject, one.message) for one in report.findings), reverse=True
    )
    assert 1 == report.health.affected
    assert () == audited([SINGLE_NUMBER], [number(), lone]).findings  # one each: set up that way


@pytest.mark.parametrize(
    ("amount", "months", "reported"),
    [
        ("0.50", 1, False),
        ("0.55", 1, False),
        ("0.75", 1, True),
        ("9.00", 1, True),
        ("6.00", 12, False),
        ("0.10", 1, True),
    ],
)
def test_unusual_prices_are_reported(
    amount: str, months: int, reported: bool, number: Any
) -> None:
    """
    A price per month far from the median of its region and type is reported, with its number.
    """
    price = {"currencyCode": "USD", "amount": amount}
    other = number(phoneNumber="+12025559999", money=price, paymentIntervalMonths=months)

    findings = audited([price_outlier()], [*many(number, 20), other]).findings

    assert (["+12025559999"] if reported else []) == [one.phone_number for one in findings]


def test_prices_are_compared_within_region_type_and_currency(number: Any) -> None:
    """
    Numbers of another region or currency, and too few numbers, have no unusual price.
    """
    dear = {"money": {"currencyCode": "USD", "amount": "9.00"}}
    euros = {"money": {"currencyCode": "EUR", "amount": "9.00"}}
    numbers = many(number, 20)
    numbers += [number(phoneNumber="+12025559901", regionCode="CA", **dear)]
    numbers += [number(phoneNumber="+12025559902", type="TOLL_FREE", **dear)]
    numbers += [number(phoneNumber="+12025559903", **euros)]

    assert () == audited([price_outlier()], numbers).findings
    few = [*many(number, 8), number(phoneNumber="+12025559904", **dear)]
    assert () == audited([price_outlier()], few).findings
    assert 1 == len(audited([price_outlier(minimum=9)], few).findings)


def test_spread_prices_have_no_outliers_but_extreme_ones(number: Any) -> None:
    """
    The threshold grows with the spread of the prices, which outliers don't change.
    """
    numbers = [
        number(
            phoneNumber=f"+1202555{one:04}",
            money={"currencyCode": "USD", "amount": f"{1 + one % 5}.00"},
        )
        for one in range(50)
    ]
    extreme = number(phoneNumber="+12025559999", money={"currencyCode": "USD", "amount": "80.00"})

    findings = audited([price_outlier()], [*numbers, extreme]).findings

    assert ["+12025559999"] == [one.phone_number for one in findings]
    assert "USD 80.00 a month, above the median of USD 3.00" in findings[0].message


def test_the_median_of_weighted_values() -> None:
    """
    The median is the lower one of both middle values.
    """
    assert Decimal(1) == median([(Decimal(2), 2), (Decimal(1), 2)])
    assert Decimal(2) == median([(Decimal(1), 1), (Decimal(2), 2), (Decimal(9), 1)])


def test_parts_merge_in_any_order(number: Any) -> None:
    """
    However numbers are divided and merged, pickled and dumped, the report is the same.
    """
    numbers = many(number, 30, **on("a", "C1")) + many(number, 18, 100, **on("b", "C1"))
    numbers += [number(phoneNumber="+12025559999", money={"currencyCode": "USD", "amount": "7"})]
    numbers += [number(phoneNumber="odd 1", **on("c", "C2")), number(phoneNumber="+0123")]
    plan = AuditPlan(now=NOW)
    whole = plan.begin()
    for one in numbers:
        plan.look(one, whole)
    expected = report_of(plan, whole)
    assert {"campaign-capacity", "campaign-in-several-plans", "price-outlier"} <= {
        finding.rule for finding in expected.findings
    }
    seed = 11
    random = Random(seed)
    for _ in range(5):
        random.shuffle(numbers)
        parts = [plan.begin() for _ in range(4)]
        for one in numbers:
            plan.look(one, random.choice(parts))
        first, *others = random.sample(parts, len(parts))
        for other in others:
            first.merge(AuditAccumulator.load(pickle.loads(pickle.dumps(other)).dump()))
        assert expected == report_of(plan, first), seed
        assert whole == first, seed


def test_groups_take_eight_bytes_for_each_number(number: Any) -> None:
    """
    Numbers with the same facts share an array, so that memory grows by 8 bytes a number.
    """
    groups = Groups()
    for one in many(number, 1000):
        groups.add(one)

    ((_, stored),) = groups

    assert (8, 1000) == (stored.itemsize, len(stored))


@pytest.mark.sandbox
@pytest.mark.anyio
async def test_each_case_can_be_planted(sandbox: Sandbox, client: NumbersClient) -> None:
    """
    A sandbox project can have each problem, and the audit of it finds each.
    """
    project = sandbox.project()
    for one in range(48):
        plan = "a" if one < 47 else "b"
        sms = {"servicePlanId": plan, "campaignId": "C1"}
        project.add_active(phone_number=f"+12025550{one:03}", sms_configuration=sms)
    dear = {"amount": "90.00", "currencyCode": "USD"}
    project.add_active(phone_number="+12025550999", money=dear)
    lower = attrs.evolve(SINGLE_NUMBER, severity=Severity.ERROR)
    off = attrs.evolve(CAMPAIGN_IN_SEVERAL_PLANS, enabled=False)
    own = [rule for rule in DEFAULT_RULES if rule.id not in (lower.id, off.id)]

    report = await audit(client, rules=[*own, lower, off])

    found = {(one.rule, one.message) for one in report.findings}
    assert ("campaign-capacity", "campaign C1: 48 of 49") in found
    assert ("single-number", "the only number of service plan b") in found
    assert {"campaign-capacity", "single-number", "price-outlier", "unused"} == {
        rule for rule, _ in found
    }
    assert "1 error on 1 of 49 numbers; USD 90.00 a month unused" == report.health.headline
    assert 49 == report.health.affected
    assert ("campaign-in-several-plans", "disabled") in {
        (one.check, one.reason) for one in report.not_checked
    }
