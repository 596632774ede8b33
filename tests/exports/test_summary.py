"""The Markdown summary of an audit."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
from products import every

from sinch_numbers.audit import DEFAULT_RULES, AuditPlan, Finding, Report, Severity
from sinch_numbers.exports import markdown_summary, write_summary
from sinch_numbers.exports._summary import masked
from sinch_numbers.inventory import Completeness

NOW = datetime(2026, 3, 14, 9, tzinfo=UTC)


def report(*findings: Finding) -> Report:
    plan = AuditPlan(now=NOW)
    made = plan.report(
        plan.begin(),
        project_id="acme-1234567",
        started_at=NOW,
        finished_at=NOW,
        completeness=Completeness(counted_before=0, total_size=0, read=0),
    )
    return attrs.evolve(
        made,
        findings=findings,
        health=type(made.health).of(3000, DEFAULT_RULES, findings),
    )


def finding(number: str, message: str = "unused", **other: Any) -> Finding:
    values = {"rule": "unused", "severity": Severity.WARNING, "advice": "Use | it.", **other}
    return Finding(phone_number=number, message=message, **values)


def test_the_health_comes_first(tmp_path: Path) -> None:
    """
    The first line is the health; a table of rules and the findings follow.
    """
    found = report(finding("+12025550134", display_name="<b>Desk</b>"))

    text = markdown_summary(found)

    lines = text.splitlines()
    assert "# acme-1234567: no errors, 1 warning on 1 of 3,000 numbers" == lines[0]
    assert "| unused | warning | 1 | - |" in lines
    row = r"| warning | unused | +12025550134 \<b\>Desk\</b\> | unused | Use \| it. |"
    assert row in lines
    write_summary(found, tmp_path / "summary.md")
    assert text == (tmp_path / "summary.md").read_text()


def test_numbers_can_be_masked() -> None:
    """
    Masked, no phone number or display name is left, and the project is still named.
    """
    found = report(
        finding("+12025550134", "display_name is '+1 (202) 555-0199'", display_name="Ada 5550101")
    )

    text = markdown_summary(found, numbers=False)

    for part in ("2025550134", "555-0199", "5550101", "Ada"):
        assert part not in text
    assert "+1••••••••34" in text
    assert "acme-1234567" in text


def test_the_number_of_findings_is_limited() -> None:
    """
    Further findings are counted.
    """
    text = markdown_summary(report(*(finding(f"+1202555{n:04}") for n in range(5))), findings=2)

    assert 2 == text.count("| warning | unused | +")
    assert "and 3 more findings" in text


@every(
    ("text", "expected"),
    [
        ("+12025550134", "+1••••••••34"),
        ("12025550134", "••••••••34"),
        ("+1 (202) 555-0134 is", "+1••••••••34 is"),
        ("+49 30/1234 567", "+4••••••••67"),
        ("+1\xa0202\xa0555\xa00134", "+1••••••••34"),
        (r"1\xa0202\xa0555\xa00134", "••••••••34"),
        ("\N{FULLWIDTH DIGIT ONE}2025550134", "••••••••34"),
        ("ends on 2026-03-20, in 6 days", "ends on 2026-03-20, in 6 days"),
        ("USD 1,234,567.89 a month", "USD 1,234,567.89 a month"),
        ("campaign C1: 48 of 49", "campaign C1: 48 of 49"),
    ],
)
def test_phone_numbers_are_masked_however_they_are_written(text: str, expected: str) -> None:
    """
    Numbers with blanks, dashes, parentheses and escapes are masked; dates and amounts are not.
    """
    assert expected == masked(text)
