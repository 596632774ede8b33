"""The health of a project: numbers affected, and their cost."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sinch_numbers import Money
from sinch_numbers.audit import AuditPlan, Health, Report, Severity
from sinch_numbers.inventory import Completeness

NOW = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)
UNLINKED: dict[str, Any] = {"smsConfiguration": None, "voiceConfiguration": None}


def report_of(*numbers: Any, **options: Any) -> Report:
    plan = AuditPlan(now=NOW, **options)
    tally = plan.begin()
    for number in numbers:
        plan.look(number, tally)
    return plan.report(
        tally,
        project_id="p",
        started_at=NOW,
        finished_at=NOW,
        completeness=Completeness(counted_before=None, total_size=None, read=len(numbers)),
    )


def test_a_number_of_several_rules_is_counted_once(number: Any) -> None:
    """
    Each rule counts its numbers and their cost; the total counts each number once.
    """
    both = number(phoneNumber="+12025550101", callbackUrl="http://a.example", **UNLINKED)
    one = number(phoneNumber="+12025550102", callbackUrl="http://a.example")

    health = report_of(both, one, number(phoneNumber="+12025550103")).health

    cent = Money("USD", Decimal("0.50"))
    assert [
        ("callback-in-the-clear", 2, 2, (Money("USD", Decimal("1.00")),)),
        ("unused", 1, 1, (cent,)),
    ] == [(rule.rule, rule.findings, rule.numbers, rule.monthly) for rule in health.rules]
    assert (2, (Money("USD", Decimal("1.00")),)) == (health.affected, health.monthly)
    assert (cent,) == health.unused


def test_the_headline_states_errors_numbers_and_unused_cost(number: Any) -> None:
    """
    The headline has errors first, then warnings, and the cost of unused numbers by currency.
    """
    fine = number()
    failing = number(
        smsConfiguration={
            "servicePlanId": "plan",
            "scheduledProvisioning": {"status": "FAILED", "errorCodes": ["A", "B"]},
        }
    )
    yearly = number(
        phoneNumber="+4912345678",
        regionCode="DE",
        money={"currencyCode": "EUR", "amount": "12.00"},
        paymentIntervalMonths=12,
        **UNLINKED,
    )

    assert "no errors or warnings on 0 numbers" == report_of().health.headline
    assert "no errors or warnings on 1 number" == report_of(fine).health.headline
    assert (
        "no errors, 1 warning on 1 of 2 numbers; EUR 1.00 a month unused"
        == report_of(fine, yearly).health.headline
    )
    assert (
        "3 errors on 1 of 2 numbers; EUR 1.00 a month unused"
        == report_of(failing, yearly).health.headline
    )


def test_released_numbers_cost_nothing(number: Any) -> None:
    """
    A number that does not renew is affected, and adds nothing to the cost.
    """
    health = report_of(number(expireAt="2026-03-20T00:00:00Z")).health

    assert (1, ()) == (health.affected, health.monthly)


def test_several_projects_add_up(number: Any) -> None:
    """
    The health of several projects has the sums of their numbers, findings and costs.
    """
    parts = [report_of(number(**UNLINKED)).health for _ in range(2)]

    health = Health.sum(parts)

    assert "no errors, 2 warnings on 2 of 2 numbers; USD 1.00 a month unused" == health.headline
    (rule,) = health.rules
    assert (2, Severity.WARNING) == (rule.numbers, rule.severity)
    assert health == Health.sum([Health.sum(parts[:1]), Health.sum(parts[1:])])
