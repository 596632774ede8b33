"""An plan takes rules from anybody, and outlives each of them."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from sinch_numbers import ActiveNumber, InvalidArgumentError, NumbersClient
from sinch_numbers.audit import (
    DEFAULT_RULES,
    DRIFT_MISSING,
    RULE_FAILED,
    UNUSED,
    AuditPlan,
    Expectation,
    Expectations,
    Finding,
    Message,
    Report,
    Rule,
    Severity,
    audit,
)
from sinch_numbers.inventory import Completeness
from sinch_numbers.sandbox import Sandbox

Make = Callable[..., ActiveNumber]


def rule(check: Any, rule_id: str = "acme") -> Rule:
    return Rule(
        id=rule_id, severity=Severity.INFO, title="T", meaning="M.", advice="A.", check=check
    )


def examined(plan: AuditPlan, *numbers: ActiveNumber, complete: bool = True) -> Report:
    tally = plan.begin()
    for number in numbers:
        plan.look(number, tally)
    count = len(numbers)
    completeness = Completeness(
        counted_before=count,
        total_size=count if complete else count + 1,
        read=count,
        duplicates=0,
        partitions=(),
    )
    moment = datetime(2026, 3, 14, tzinfo=UTC)
    return plan.report(
        tally, project_id="p", started_at=moment, finished_at=moment, completeness=completeness
    )


def failing(number: ActiveNumber, _now: datetime) -> list[str]:
    if number.phone_number.endswith("1"):
        raise KeyError("the secret name")
    if number.phone_number.endswith("2"):
        return [str(1 // 0)]
    return ["looks fine"] if number.phone_number.endswith("3") else []


def test_a_rule_that_fails_is_a_finding_itself(number: Make) -> None:
    """
    It is told once, with how often it failed and on which number for example; the rest goes on.
    """
    numbers = [number(phoneNumber=f"+120255501{tens}{ones}") for tens in "210" for ones in "1230"]

    report = examined(AuditPlan([rule(failing), UNUSED]), *numbers)

    assert [
        ("rule-failed", Severity.ERROR, "+12025550101"),
        ("acme", Severity.INFO, "+12025550103"),
        ("acme", Severity.INFO, "+12025550113"),
        ("acme", Severity.INFO, "+12025550123"),
    ] == [(f.rule, f.severity, f.phone_number) for f in report.findings]
    assert "rule acme failed on 6 numbers: KeyError (3), ZeroDivisionError (3)" == (
        report.findings[0].message
    )
    assert 12 == report.numbers
    assert RULE_FAILED.id in {one.id for one in report.rules}


@pytest.mark.parametrize(
    ("check", "error"),
    [
        (lambda *_: "a text", "TypeError"),
        (lambda *_: None, "TypeError"),
        (lambda *_: [None], "AttributeError"),
        (lambda *_: [Message(None)], "TypeError"),  # type: ignore[arg-type]  # that is the point
        (list, "TypeError"),
    ],
)
def test_a_rule_that_is_written_wrongly_is_told(check: Any, error: str, number: Make) -> None:
    """
    What is not a list of remarks is an error of the rule, not a finding for each letter.
    """
    report = examined(AuditPlan([rule(check)]), number())

    assert [f"rule acme failed on 1 number: {error} (1)"] == [f.message for f in report.findings]


@pytest.mark.parametrize("check", [None, "check", [failing]])
def test_a_rule_s_check_is_a_function(check: Any) -> None:
    """
    Anything else is rejected by name when the rule is made.
    """
    with pytest.raises(InvalidArgumentError, match=r"^check: expected a function, not "):
        rule(check)


def test_a_rule_that_fails_half_way_has_found_nothing(number: Make) -> None:
    """
    Findings about a number are whole, or there are none.
    """

    def half(_number: ActiveNumber, _now: datetime) -> Any:
        yield "the first half"
        raise RuntimeError

    report = examined(AuditPlan([rule(half)]), number())

    assert ["rule-failed"] == [finding.rule for finding in report.findings]


def test_an_interrupt_is_no_failure_of_a_rule(number: Make) -> None:
    """
    Whoever ends the audit ends it.
    """

    def interrupted(_number: ActiveNumber, _now: datetime) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        examined(AuditPlan([rule(interrupted)]), number())


@pytest.mark.sandbox
@pytest.mark.anyio
@pytest.mark.parametrize(
    "rules",
    [
        [rule(failing), rule(failing)],
        [*DEFAULT_RULES, UNUSED],
        [DRIFT_MISSING, DRIFT_MISSING],
        [rule(failing, "rule-failed")],
        [rule(failing, "emergency-address-missing")],
        ["unused"],
        None,
        UNUSED,
    ],
    ids=[
        "two of one id",
        "one twice",
        "a system rule twice",
        "its id",
        "another",
        "no rule",
        "none",
        "one",
    ],
)
async def test_rules_that_are_none_are_refused(
    rules: Any, sandbox: Sandbox, client: NumbersClient
) -> None:
    """
    Each rule is a rule, with an id of its own; nothing is sent for others.
    """
    with pytest.raises(InvalidArgumentError, match="rules"):
        await audit(client, rules=rules)

    assert [] == sandbox.calls


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": ""},
        {"id": 7},
        {"severity": "info"},
        {"title": None},
        {"meaning": 1},
        {"advice": b""},
    ],
    ids=repr,
)
def test_a_rule_says_what_it_is(wrong: dict[str, Any]) -> None:
    """
    A rule whose words are none is refused when it is made, not when it is shown.
    """
    words = {"id": "acme", "severity": Severity.INFO, "title": "T", "meaning": "M", "advice": "A"}

    with pytest.raises((TypeError, ValueError)):
        Rule(**{**words, **wrong})


@pytest.mark.parametrize("months", [0, -1, 121, 1.5, True])
def test_months_have_bounds(months: Any) -> None:
    """
    A forecast is for a month at least, and for ten years at most.
    """
    with pytest.raises(InvalidArgumentError, match="months"):
        AuditPlan(months=months)


def test_what_is_missing_is_told_with_care(number: Make) -> None:
    """
    When the inventory may be incomplete, what was not read may be there all the same.
    """
    plan = AuditPlan(expected=Expectations([Expectation("+12025550199")]))

    def words(complete: bool) -> list[str]:
        findings: tuple[Finding, ...] = examined(plan, complete=complete).findings
        return [finding.message for finding in findings]

    assert ["is not rented by the project"] == words(complete=True)
    assert ["was not found, but the inventory may be incomplete"] == words(complete=False)


def test_a_report_has_no_code_in_it(number: Make) -> None:
    """
    Rules stand in a report without their checks, so that it is a plain value.
    """
    report = examined(AuditPlan([rule(lambda *_: ["found"])]), number())

    assert (rule(list),) == report.rules
    assert () == tuple(report.rules[0].check(number(), datetime.now(UTC)))
    assert not any(field.name == "check" and field.eq for field in attrs.fields(Rule))
