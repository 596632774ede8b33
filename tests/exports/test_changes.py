"""Changes and waived findings in the JSON of a report."""

import io
import json
import re
import sys
from pathlib import Path

import pytest

from sinch_numbers.audit import AuditHistory, Report, Waiver, Waivers
from sinch_numbers.exports import report_lines, write_html, write_json, write_report_lines

sys.path.append(str(Path(__file__).parents[1] / "audit"))
from nights import PROJECT, audited, night, number, unused

pytestmark = pytest.mark.anyio


@pytest.fixture
async def report(tmp_path: Path) -> Report:
    """Return a report with changes of each kind, and a waived finding."""
    history = AuditHistory(tmp_path / "audits.db")
    waivers = Waivers(
        [Waiver(rule="unused", number="+12025550004", reason="reserved", owner="ops")]
    )
    await audited(history, night(0), [unused(0), number(1), number(2), unused(5)])
    numbers = [number(0), unused(2), number(3), unused(4), unused(5)]
    report = await audited(history, night(1), numbers, waivers=waivers)
    await history.close()
    return report


async def test_changes_are_lines(report: Report) -> None:
    """Each change and each waived finding is one line; the summary has their counts."""
    lines = list(report_lines(report))
    changes = [(line["change"], line["phoneNumber"]) for line in lines if line["kind"] == "change"]
    assert [
        ("finding-new", "+12025550002"),
        ("finding-fixed", "+12025550000"),
        ("number-added", "+12025550003"),
        ("number-added", "+12025550004"),
        ("number-removed", "+12025550001"),
        ("number-changed", "+12025550000"),
        ("number-changed", "+12025550002"),
    ] == changes
    (fixed,) = (line for line in lines if line.get("change") == "finding-fixed")
    assert "2026-03-14T02:00:00.000Z" == fixed["firstSeen"]
    (waived,) = (line for line in lines if line["kind"] == "waived")
    assert ("+12025550004", "reserved", "ops") == tuple(
        waived[name] for name in ("phoneNumber", "reason", "owner")
    )
    summary = lines[-1]
    assert 1 == summary["waived"]
    assert 1 == summary["changes"]["since"]["run"]
    assert {"new": 1, "fixed": 1, "open": 1, "added": 2, "removed": 1, "changed": 2} == {
        name: count for name, count in summary["changes"]["counts"].items() if count
    }
    assert [1, 2] == [run["run"] for run in summary["trend"]]


async def test_changes_are_in_the_document(report: Report) -> None:
    """The JSON document has all lists of the changes, and the waived findings."""
    written = io.BytesIO()
    write_json(report, written)
    document = json.loads(written.getvalue())

    assert ["+12025550004"] == [one["finding"]["phoneNumber"] for one in document["waived"]]
    changes = document["changes"]
    assert ["+12025550005"] == [one["finding"]["phoneNumber"] for one in changes["open"]]
    assert {"field": "service_plan_id", "before": "plan", "after": None} in changes["changed"][1][
        "fields"
    ]
    assert {"currencyCode": "USD", "before": "2.00", "after": "2.50", "difference": "0.50"} == {
        name: value for name, value in changes["costs"][0].items() if value is not None
    }
    again = io.BytesIO()
    write_report_lines(report, again)
    assert len(list(report_lines(report))) == len(again.getvalue().splitlines())
    assert PROJECT == document["projectId"]


def page(report: Report) -> str:
    """Return the text of the page of *report*, without tags."""
    written = io.BytesIO()
    write_html(report, written)
    html = written.getvalue().decode()
    assert "<polyline" in html
    return " ".join(re.sub(r"<[^>]+>", " ", html.partition("<body>")[2]).split())


async def test_the_page_has_changes_trend_and_waivers(report: Report) -> None:
    """The page counts and lists changes, and has trend lines, waived and unchecked parts."""
    text = page(report)
    for part in (
        "No errors, 2 warnings on 2 of 5 numbers; USD 1.00 a month unused",
        "Compared with run 1 of 14 March 2026, 02:00 UTC",
        "New findings: 1",
        "Numbers added: 2",
        "USD +0.50 a month",
        "service_plan_id: plan empty",
        "Still open: 1, oldest first",
        "warnings 2 → 2",
        "USD 2.00 → 2.50",
        "All 2 audits",
        "1 finding accepted, and not counted above.",
        "reserved",
        "needs --expect FILE",
    ):
        assert part in text, part


async def test_names_in_changes_are_escaped(tmp_path: Path) -> None:
    """Display names of customers are text in the lists of changes, too."""
    history = AuditHistory(tmp_path / "audits.db")
    hostile = "<script>window.hit=1</script>"
    await audited(history, night(0), [number(0), unused(1, displayName=hostile)])
    report = await audited(history, night(1), [number(0, displayName=hostile)])
    await history.close()
    written = io.BytesIO()
    write_html(report, written)
    html = written.getvalue().decode()

    assert hostile not in html
    assert 3 == html.count("&lt;script&gt;window.hit=1&lt;/script&gt;")


async def test_a_first_audit_says_why_it_has_no_changes(tmp_path: Path) -> None:
    """The page of a first audit has no trend, and the reason in place of changes."""
    history = AuditHistory(tmp_path / "audits.db")
    report = await audited(history, night(0), [number()])
    await history.close()
    written = io.BytesIO()
    write_html(report, written)
    html = written.getvalue().decode()

    assert "This is the first complete audit in the history." in html
    assert 'id="trend"' not in html
