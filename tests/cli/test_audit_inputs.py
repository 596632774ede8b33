"""Files and rules of an audit, on the command line."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sinch_numbers.sandbox import Sandbox

pytestmark = pytest.mark.sandbox

Run = Callable[..., Any]

LINKED: dict[str, Any] = {
    "sms_configuration": {"servicePlanId": "plan", "campaignId": "C1"},
    "voice_configuration": {"type": "RTC", "appId": "app"},
}
RULES = """\
from sinch_numbers.audit import Rule, Severity

def unnamed(number, now):
    return [] if number.display_name else ["nobody knows whose it is"]

def broken(number, now):
    return [number.extra["colour"]]

def rule(name, severity, check):
    return Rule(id=name, severity=severity, title=name, meaning="M.", advice="A.", check=check)

UNNAMED = rule("unnamed", Severity.INFO, unnamed)
BROKEN = [rule("broken", Severity.INFO, broken)]
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a directory of its own, and leave no trace in what can be imported."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", list(sys.path))
    monkeypatch.delitem(sys.modules, "acme_rules", raising=False)


def kinds(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_numbers_are_held_against_a_file(sandbox: Sandbox, cli: Run, tmp_path: Path) -> None:
    """
    What is missing, unexpected and different is shown, and reported to programs one by one.
    """
    for last, name in ((1, "Front desk"), (2, "Lab"), (3, "Office")):
        sandbox.project().add_active(
            phone_number=f"+1202555010{last}", display_name=name, **LINKED
        )
    file = tmp_path / "numbers.csv"
    file.write_text(
        "phone_number,display_name\n+12025550101,Front desk\n+12025550102,Attic\n+12025550109,\n"
    )

    shown = cli("audit", "--expect", "numbers.csv", "--details", "all")
    reported = cli("--jsonl", "audit", "--expect", str(file))

    assert (0, "") == (shown.code, shown.err)
    assert "Missing number" in shown.out
    assert "Unexpected number" in shown.out
    assert "display_name is 'Lab', not 'Attic'" in shown.out
    *lines, summary = kinds(reported.out)
    assert [
        ("different", "+12025550102"),
        ("unexpected", "+12025550103"),
        ("missing", "+12025550109"),
    ] == [(line["drift"], line["phoneNumber"]) for line in lines if line["kind"] == "difference"]
    assert {"missing": 1, "unexpected": 1, "different": 1} == summary["differences"]
    assert 3 == cli("audit", "--expect", "numbers.csv", "--fail-on", "error").code


def test_a_file_that_is_wrong_sends_nothing(sandbox: Sandbox, cli: Run, tmp_path: Path) -> None:
    """
    It is a usage error that names the place, before any request.
    """
    (tmp_path / "numbers.csv").write_text("phone_number\n12025550101\n")

    ended = cli("audit", "--expect", "numbers.csv")

    assert (2, "") == (ended.code, ended.out)
    assert ended.err.startswith("sinch-numbers: numbers.csv, line 2, phone_number: expected ")
    assert [] == sandbox.calls


def test_rules_of_ones_own_are_found_here(sandbox: Sandbox, cli: Run, tmp_path: Path) -> None:
    """
    A module in the current directory is run when it is asked for; a rule may fail.
    """
    (tmp_path / "acme_rules.py").write_text(RULES)
    sandbox.project().add_active(phone_number="+12025550101", **LINKED)

    plain = cli("audit")
    reported = cli(
        "--jsonl", "audit", "--rules", "acme_rules:UNNAMED", "--rules", "acme_rules:BROKEN"
    )

    assert "No problems found" in plain.out
    assert "acme_rules" not in reported.err
    findings = [line for line in kinds(reported.out) if line["kind"] == "finding"]
    assert [
        ("rule-failed", "rule broken failed on 1 number: KeyError (1)"),
        ("unnamed", "nobody knows whose it is"),
    ] == [(finding["rule"], finding["message"]) for finding in findings]


def test_a_module_here_does_not_take_the_place_of_another(
    sandbox: Sandbox, cli: Run, tmp_path: Path
) -> None:
    """
    What is installed comes first: a file of the same name is not run.
    """
    (tmp_path / "colorsys.py").write_text("raise SystemExit('run')\n")
    sys.modules.pop("colorsys", None)

    ended = cli("audit", "--rules", "colorsys:ONE_THIRD")

    assert 2 == ended.code
    assert "a Rule, a sequence of rules" in ended.err


TWICE = """
import attrs
from sinch_numbers.audit import DEFAULT_RULES, RULE_FAILED, UNUSED

RULES = [*DEFAULT_RULES, UNUSED]
CHECKED = attrs.evolve(RULE_FAILED, check=UNUSED.check)
"""


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("acme_nowhere:RULES", "ModuleNotFoundError"),
        ("acme", "one installed package"),
        ("acme_twice:RULES", "unique rule ids"),
        ("acme_twice:CHECKED", "unique rule ids"),
        ("sinch_numbers.audit:Rule", "TypeError"),
    ],
)
def test_rules_that_are_none_send_nothing(
    name: str, problem: str, sandbox: Sandbox, cli: Run, tmp_path: Path
) -> None:
    """
    What cannot be loaded, or is there already, is a usage error.
    """
    (tmp_path / "acme_twice.py").write_text(TWICE)

    ended = cli("audit", "--rules", name)

    assert (2, "") == (ended.code, ended.out)
    assert problem in ended.err
    assert [] == sandbox.calls


def test_charges_are_forecast(sandbox: Sandbox, cli: Run) -> None:
    """
    As many months as were asked for are shown, each currency in a column of its own.
    """
    sandbox.project().add_active(**LINKED)
    sandbox.project().add_active(money={"amount": "1.20", "currencyCode": "EUR"}, **LINKED)

    shown = cli("audit", "--months", "14", "--details", "forecast")
    (summary,) = kinds(cli("--jsonl", "audit", "--months", "14").out)

    start = shown.lines.index("Upcoming charges")
    rows = [line for line in shown.lines[start:] if line.strip().endswith("0.50")]
    assert 13 <= len(rows) <= 14  # the first charge is a month ahead
    assert all("1.20" in row for row in rows)
    assert 14 == len(summary["forecast"]["months"])
    assert {"1.20", "0.50"} == {total["amount"] for total in summary["forecast"]["totals"]}
    assert 2 == cli("audit", "--months", "0").code
    assert 2 == cli("audit", "--months", "121").code


def test_a_list_of_rules_means_the_same_as_in_python(
    sandbox: Sandbox, cli: Run, tmp_path: Path
) -> None:
    """
    [*DEFAULT_RULES, mine] adds one rule, and a rule with the id of a default one replaces it.
    """
    (tmp_path / "acme_list.py").write_text(LISTED)
    sandbox.project().add_active(phone_number="+12025550101")

    listed = cli("--jsonl", "audit", "--rules", "acme_list:RULES")
    replaced = cli("--jsonl", "audit", "--rules", "acme_list:REPLACED")

    assert [("mine", "warning"), ("unused", "warning")] == sorted(
        (one["rule"], one["severity"]) for one in kinds(listed.out) if one["kind"] == "finding"
    )
    assert [("unused", "error")] == [
        (one["rule"], one["severity"]) for one in kinds(replaced.out) if one["kind"] == "finding"
    ]


LISTED = """
import attrs
from sinch_numbers.audit import DEFAULT_RULES, Severity, UNUSED

MINE = attrs.evolve(UNUSED, id="mine")
RULES = [*DEFAULT_RULES, MINE]
REPLACED = attrs.evolve(UNUSED, severity=Severity.ERROR)
"""


def test_a_file_configures_the_rules(sandbox: Sandbox, cli: Run, tmp_path: Path) -> None:
    """
    audit.toml is read from the current directory, or another file by --config; options win.
    """
    project = sandbox.project()
    project.add_active(phone_number="+12025550101")
    project.add_active(phone_number="+12025550102", expire_at="2099-01-01T00:00:00Z", **LINKED)
    (tmp_path / "audit.toml").write_text("[rules.unused]\nenabled = false\n")
    (tmp_path / "other.toml").write_text('[rules.ends-soon]\ndays = 90000\nseverity = "error"\n')

    def found(*options: str) -> list[tuple[str, str]]:
        lines = kinds(cli("--jsonl", "audit", *options).out)
        findings = [one for one in lines if one["kind"] == "finding"]
        return sorted((one["rule"], one["severity"]) for one in findings)

    used = ("released-in-use", "warning")
    assert [used] == found()
    assert "unused: disabled" in cli("audit").out
    other = ("--config", "other.toml")
    assert [("ends-soon", "error"), used, ("unused", "warning")] == found(*other)
    assert [used, ("unused", "warning")] == found(*other, "--ends-within-days", "5")


def test_a_malformed_configuration_sends_nothing(
    sandbox: Sandbox, cli: Run, tmp_path: Path
) -> None:
    """
    An unknown rule is a usage error that names the file and the valid ids, before any request.
    """
    (tmp_path / "audit.toml").write_text("[rules.unussed]\nenabled = false\n")

    ended = cli("audit")

    assert (2, "") == (ended.code, ended.out)
    assert ended.err.startswith("sinch-numbers: audit.toml, rules: expected the id of a rule: ")
    assert "campaign-capacity" in ended.err
    assert [] == sandbox.calls
