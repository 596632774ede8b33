"""JSON: the whole report as one document, or a line for each finding."""

import io
import json
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from sinch_numbers.audit import (
    Difference,
    Drift,
    FieldDifference,
    Finding,
    ProjectFailure,
    Report,
    Reports,
    Severity,
)
from sinch_numbers.exports import (
    JsonArrayWriter,
    write_json,
    write_json_array,
    write_json_lines,
    write_report_lines,
)

from .conftest import HOSTILE

pytestmark = pytest.mark.sandbox


def written(write: Callable[..., None], value: Any) -> str:
    file = io.BytesIO()
    write(value, file)
    return file.getvalue().decode("ascii")


@pytest.mark.anyio
async def test_a_document_holds_the_whole_report(report: Report) -> None:
    """Completeness, counts, rules, costs, states, endings, and every finding."""
    read = json.loads(written(write_json, report))

    assert report.project_id == read["projectId"]
    assert report.completeness.complete is read["completeness"]["complete"]
    assert report.completeness.explanation == read["completeness"]["explanation"]
    assert {s.value: report.count(s) for s in Severity} == read["counts"]
    assert [f.phone_number for f in report.findings] == [
        f["phoneNumber"] for f in read["findings"]
    ]
    assert {
        "id",
        "severity",
        "title",
        "meaning",
        "advice",
    } == set(read["rules"][0])
    assert {t.currency_code: t.amount for t in report.costs.totals} == {
        t["currencyCode"]: Decimal(t["amount"]) for t in read["costs"]["totals"]
    }
    assert dict(report.statuses) == read["statuses"]
    assert [[str(day), n] for day, n in report.releases] == [
        [ending["date"], ending["numbers"]] for ending in read["releases"]
    ]


def test_a_document_without_findings_is_json(made_up: Callable[..., Report]) -> None:
    """Commas are where they belong, however many findings there are."""
    assert [] == json.loads(written(write_json, made_up([])))["findings"]


@pytest.mark.anyio
async def test_lines_are_findings_and_a_summary(report: Report) -> None:
    """Each line stands for itself; the last one is the rest."""
    *findings, summary = map(json.loads, written(write_report_lines, report).splitlines())

    assert len(report.findings) == len(findings)
    assert {"finding"} == {finding["kind"] for finding in findings}
    assert "summary" == summary["kind"]
    assert {s.value: report.count(s) for s in Severity} == summary["findings"]


def test_texts_come_back_as_they_were(
    finding: Callable[..., Finding], made_up: Callable[..., Report]
) -> None:
    """JSON escapes what it has to, and loses nothing, halves of characters included."""
    findings = [finding(display_name=name) for name in HOSTILE]

    read = json.loads(written(write_json, made_up(findings)))
    assert HOSTILE == [one["displayName"] for one in read["findings"]]
    lines = written(write_json_lines, findings).splitlines()
    assert HOSTILE == [json.loads(line)["displayName"] for line in lines]


def test_several_projects_are_one_document(made_up: Callable[..., Report]) -> None:
    """Each with all that it has, one that failed with why, and what they come to."""
    report = made_up()
    failure = ProjectFailure("gone", "AuthenticationError", "401: no", transient=False)
    found = Reports(projects=(report, failure), costs=report.costs, forecast=report.forecast)

    read = json.loads(written(write_json, found))
    one, other = read["projects"]
    assert json.loads(written(write_json, report)) == one
    assert ("gone", "AuthenticationError") == (other["projectId"], other["error"])
    assert (1, False, report.numbers) == (read["failed"], read["complete"], read["numbers"])
    assert len(report.findings) == sum(read["counts"].values())


def test_differences_are_there_in_full(made_up: Callable[..., Report]) -> None:
    """What was expected, and what there is."""
    drift = Difference(
        Drift.DIFFERENT, "+12025550101", (FieldDifference("display_name", "A", None),)
    )

    read = json.loads(written(write_json, made_up(differences=(drift,))))
    assert [
        {
            "kind": "different",
            "phoneNumber": "+12025550101",
            "fields": [
                {"field": "display_name", "expected": "A", "actual": None, "pending": False}
            ],
        }
    ] == read["differences"]


@pytest.mark.anyio
async def test_keys_can_be_those_of_python(report: Report) -> None:
    """With ``names="python"``, the keys of every JSON export are the names of the attributes."""
    for write in (write_json, write_report_lines):
        text = written(partial(write, names="python"), report)
        assert '"phone_number":' in text
        assert '"phoneNumber":' not in text
    for write in (write_json_lines, write_json_array):
        text = written(partial(write, names="python"), report.findings)
        assert '"phone_number":' in text
        assert '"phoneNumber":' not in text


def test_an_unfinished_array_is_not_json(finding: Callable[..., Finding]) -> None:
    """An array is closed with its writer, so that a list that fails half-way is not valid."""
    file = io.BytesIO()
    writer = JsonArrayWriter(file)
    writer.write([finding(), finding()])

    with pytest.raises(ValueError, match="Expecting"):
        json.loads(file.getvalue())
    writer.close()
    writer.close()
    assert 2 == len(json.loads(file.getvalue()))
    assert [] == json.loads(written(write_json_array, []))
