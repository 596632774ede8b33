"""The audit as people and programs see it."""

import json
from collections.abc import Callable
from decimal import Decimal
from functools import partial
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


@pytest.mark.slow
def test_it_runs_without_an_account(process: Run) -> None:
    """
    The first command of all shows thousands of numbers, findings and costs.
    """
    ended = process("--sandbox", "audit")

    assert 0 == ended.code
    assert "" == ended.err
    assert ended.lines[0].startswith("sandbox: 91 errors on 91 of 3,000 numbers; ")
    assert ended.lines[1].startswith("Inventory complete: 3,000 counted, 3,000 read")
    assert "USD 2,987.50 a month" in ended.out
    assert "provisioning-failed\terror\t60\tEUR 17.10 and USD 63.60" in ended.lines


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
        "phoneNumber",
        "regionCode",
        "type",
        "displayName",
        "message",
        "advice",
        "monthlyCost",
        "subject",
        "cause",
    } == set(findings[0])


@pytest.mark.slow
@pytest.mark.parametrize("width", [60, 80, 120])
def test_it_fits_the_terminal(width: int, process: Run) -> None:
    """
    No line is wider than the terminal, and no number is cut.
    """
    options = ("--emergency", "--details", "all")
    ended = process("--sandbox", "audit", *options, env={"COLUMNS": str(width)})

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
    assert "emergency-address-missing" in ended.out  # a warning
    assert "No problems found" in cli("audit").out


def test_an_empty_project_has_a_report(sandbox: Sandbox, cli: Run) -> None:
    """
    To rent nothing is no error.
    """
    ended = cli("audit")

    assert (0, "") == (ended.code, ended.err)
    assert "sandbox: no errors or warnings on 0 numbers" == ended.lines[0]
    assert "0 numbers, nothing a month" in ended.lines


def test_causes_come_with_what_to_do(sandbox: Sandbox, cli: Run) -> None:
    """
    An error code is explained where it is shown.
    """
    sandbox.project().add_active(phone_number="+12025550101", **FAILED)

    ended = cli("audit", "--details", "provisioning-failed")

    assert "SMS: the campaign has expired (CAMPAIGN_EXPIRED)" in ended.out
    assert "Contact Sinch or create a new campaign" in ended.out


def test_the_number_of_examples_can_be_chosen(sandbox: Sandbox, cli: Run) -> None:
    """
    The table shows as many findings of a rule as are asked for, and tells of the rest.
    """
    for line in range(4):
        sandbox.project().add_active(phone_number=f"+1202555010{line}")

    audit = partial(cli, "audit", "--details", "unused")
    assert "and 2 more" in audit("--limit", "2").out
    assert "more" not in audit("--limit", "9").out
    assert "+120255501" not in audit("--limit", "0").out


def test_the_measures_can_be_chosen(sandbox: Sandbox, cli: Run) -> None:
    """
    What counts as stuck, and as soon, is up to the caller.
    """
    sandbox.project().add_active(expire_at="2099-01-01T00:00:00Z", **LINKED)

    assert "ends-soon" not in cli("audit").out
    assert "ends-soon" in cli("audit", "--ends-within-days", "40000").out


def test_amounts_of_several_currencies_stand_side_by_side(sandbox: Sandbox, cli: Run) -> None:
    """
    Each currency has a sum of its own.
    """
    sandbox.project().add_active(**LINKED)
    sandbox.project().add_active(money={"amount": "1.20", "currencyCode": "EUR"}, **LINKED)

    assert "2 numbers (2 linked), EUR 1.20 and USD 0.50 a month" in cli("audit").lines


@pytest.mark.slow
def test_an_audit_fits_one_screen(process: Run) -> None:
    """
    At 80 columns, the audit of a sandbox project takes at most 24 lines, and cuts nothing.
    """
    ended = process("--sandbox", "audit", "--emergency", env={"COLUMNS": "80"})

    assert len(ended.lines) <= 24
    assert max(map(len, ended.lines)) <= 80
    assert "…" not in ended.out
    assert ended.lines[0].startswith("sandbox: 91 errors on 91 of 3,000 numbers; ")
    for rule in ("emergency-address-missing", "callback-in-the-clear", "provisioning-failed"):
        assert any(line.startswith(f"{rule} ") for line in ended.lines)


@pytest.mark.slow
def test_piped_output_neither_wraps_nor_pads(process: Run) -> None:
    """
    A pipe gets a line for each rule and finding, with tabs between the cells.
    """
    ended = process("--sandbox", "audit", "--details", "all", "--limit", "1000")

    assert [] == [line for line in ended.lines if "  " in line or line != line.strip(" ")]
    assert 91 == sum(
        line.startswith(("provisioning-failed\t+", "without-campaign\t+")) for line in ended.lines
    )
    assert all(7 == line.count("\t") + 1 for line in ended.lines if line.startswith("unused\t+"))


def test_unknown_details_are_rejected(sandbox: Sandbox, cli: Run) -> None:
    """
    A rule that does not exist is a usage error that lists the rules, and nothing is sent.
    """
    ended = cli("audit", "--details", "unussed")

    assert (2, "") == (ended.code, ended.out)
    assert "unussed" in ended.err
    assert "callback-in-the-clear" in ended.err
    assert [] == sandbox.calls


def test_the_screen_lists_what_was_not_checked(sandbox: Sandbox, cli: Run) -> None:
    """
    Each check that was not made is named, with its option and the number of reads.
    """
    project = sandbox.project()
    project.add_active(**LINKED)
    project.add_active(phone_number="+18005550100", type="TOLL_FREE", **LINKED)

    *_, summary = map(json.loads, cli("--jsonl", "audit").lines)

    assert [
        ("emergency-addresses", "--emergency", 2),
        ("drift", "--expect", None),
        ("imported-numbers", "--imported", None),
        ("toll-free-verification", None, None),
    ] == [(one["check"], one["option"], one["reads"]) for one in summary["notChecked"]]
    shown = cli("audit")
    assert "  emergency-addresses: needs --emergency (2 reads)" in shown.lines
    assert "emergency-addresses" not in cli("audit", "--emergency").out
