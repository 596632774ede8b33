"""The audit as people and programs see it."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from sinch_numbers.sandbox import Sandbox

pytestmark = pytest.mark.sandbox

Run = Callable[..., Any]

LINKED: dict[str, Any] = {
    "sms_configuration": {"servicePlanId": "plan", "campaignId": "C1"},
    "voice_configuration": {"type": "RTC", "appId": "app"},
}
FAILED = {
    "sms_configuration": {
        "scheduledProvisioning": {
            "servicePlanId": "plan",
            "status": "FAILED",
            "errorCodes": ["CAMPAIGN_EXPIRED"],
        }
    }
}


def test_it_runs_without_an_account(process: Run) -> None:
    """
    The first command of all shows thousands of numbers, findings and costs.
    """
    ended = process("--sandbox", "audit")

    assert 0 == ended.code
    assert "" == ended.err
    assert ended.lines[-1].startswith("3,000 numbers in 32 partitions, ")
    assert "findings (" in ended.lines[-1]
    assert "USD 2,987.50 a month" in ended.lines[-1]
    assert "Inventory complete: 3,000 counted, 3,000 read" in ended.out
    assert "Provisioning failed" in ended.out
    assert "and 85 more" in ended.out


@pytest.mark.slow
def test_every_line_of_json_is_an_object(process: Run) -> None:
    """
    Programs get all findings, a line each, and then what it comes to.
    """
    ended = process("--sandbox", "--jsonl", "audit")

    *findings, summary = [json.loads(line) for line in ended.lines]
    assert (0, "") == (ended.code, ended.err)
    assert {"finding"} == {finding["kind"] for finding in findings}
    assert len(findings) == sum(summary["findings"].values())
    assert "summary" == summary["kind"]
    assert 3000 == summary["numbers"] == summary["completeness"]["read"]
    assert summary["completeness"]["complete"] is True
    totals = {total["currencyCode"]: total["amount"] for total in summary["costs"]["totals"]}
    assert {"EUR", "USD"} == set(totals)
    assert Decimal(totals["USD"]) > 1000
    assert summary["startedAt"].endswith("Z")
    assert {
        "kind",
        "rule",
        "severity",
        "phone_number",
        "region_code",
        "type",
        "display_name",
        "message",
        "advice",
    } == set(findings[0])


@pytest.mark.slow
@pytest.mark.parametrize("width", [60, 80, 120])
def test_it_fits_the_terminal(width: int, process: Run) -> None:
    """
    No line is wider than the terminal, and no number is cut.
    """
    ended = process("--sandbox", "audit", "--emergency", env={"COLUMNS": str(width)})

    assert max(map(len, ended.lines)) <= width
    assert "+12045556466" in ended.out


def test_findings_fail_only_on_request(sandbox: Sandbox, cli: Run) -> None:
    """
    Findings are no failure, unless the caller says from which severity on.
    """
    sandbox.project().add_active(phone_number="+12025550101")  # linked to nothing: a warning

    assert 0 == cli("audit").code
    assert 0 == cli("audit", "--fail-on", "error").code
    assert 3 == cli("audit", "--fail-on", "warning").code
    assert 3 == cli("--jsonl", "audit", "--fail-on", "info").code


def test_it_says_so_when_nothing_is_wrong(sandbox: Sandbox, cli: Run) -> None:
    """
    A clean bill is a result, too.
    """
    sandbox.project().add_active(**LINKED)

    ended = cli("audit", "--emergency", "--fail-on", "error")

    assert 0 == ended.code
    assert "No emergency address" in ended.out  # a warning
    assert "No problems found" in cli("audit").out


def test_an_empty_project_has_a_report(sandbox: Sandbox, cli: Run) -> None:
    """
    To rent nothing is no error.
    """
    ended = cli("audit")

    assert (0, "") == (ended.code, ended.err)
    assert "0 numbers in 0 partitions, 0 findings, nothing a month" == ended.lines[-1]


def test_causes_come_with_what_to_do(sandbox: Sandbox, cli: Run) -> None:
    """
    An error code is explained where it is shown.
    """
    sandbox.project().add_active(phone_number="+12025550101", **FAILED)

    ended = cli("audit")

    assert "SMS: the campaign has expired (CAMPAIGN_EXPIRED)" in ended.out
    assert "Contact Sinch or create a new campaign" in ended.out


def test_the_number_of_examples_can_be_chosen(sandbox: Sandbox, cli: Run) -> None:
    """
    The table shows as many findings of a rule as are asked for, and tells of the rest.
    """
    for line in range(4):
        sandbox.project().add_active(phone_number=f"+1202555010{line}")

    assert "and 2 more" in cli("audit", "--limit", "2").out
    assert "more" not in cli("audit", "--limit", "9").out
    assert "+120255501" not in cli("audit", "--limit", "0").out


def test_the_measures_can_be_chosen(sandbox: Sandbox, cli: Run) -> None:
    """
    What counts as stuck, and as soon, is up to the caller.
    """
    sandbox.project().add_active(expire_at="2099-01-01T00:00:00Z", **LINKED)

    assert "Ends soon" not in cli("audit").out
    assert "Ends soon" in cli("audit", "--ends-within-days", "40000").out


def test_amounts_of_several_currencies_stand_side_by_side(sandbox: Sandbox, cli: Run) -> None:
    """
    Each currency has a sum of its own.
    """
    sandbox.project().add_active(**LINKED)
    sandbox.project().add_active(money={"amount": "1.20", "currencyCode": "EUR"}, **LINKED)

    assert cli("audit").lines[-1].endswith("EUR 1.20 and USD 0.50 a month")
