"""Unreadable numbers are findings with position and JSON, in all files."""

import csv
import io
import json
import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anyio
import pytest

from sinch_numbers import NumbersClient, PaginationError
from sinch_numbers.audit import (
    DistributedAudit,
    Expectation,
    Expectations,
    Finding,
    Report,
    Severity,
    audit,
    audit_projects,
)
from sinch_numbers.exports import (
    FINDINGS,
    write_csv,
    write_html,
    write_json,
    write_parquet,
    write_report_lines,
)
from tests.list_service import REJECTED, ListService, number, reply

pytestmark = pytest.mark.anyio

ODD = number("+12025559999", capability=7)
SERVICE = ListService(
    [*(number(f"+1202555{n:04}") for n in range(20)), ODD, None], max_page_size=10
)


def connect(project_id: str) -> NumbersClient:
    return SERVICE.client()


async def audited(**options: Any) -> Report:
    return await audit(SERVICE.client(), rules=[], **options)


def check(findings: Any) -> None:
    """Check the findings about the two items that cannot be read."""
    unnamed, named = sorted(findings, key=lambda finding: finding.phone_number)
    assert {("unreadable-item", Severity.ERROR)} == {(one.rule, one.severity) for one in findings}
    assert ("", "+12025559999") == (unnamed.phone_number, named.phone_number)
    assert "expected an object, got null" in unnamed.message
    assert unnamed.message.endswith("; item 1 of page 20 of US LOCAL: null")
    assert "; item 0 of page 20 of US LOCAL: " in named.message
    assert ODD == json.loads(named.message.partition("LOCAL: ")[2])


async def test_each_is_a_finding() -> None:
    """The others are audited, and the report is not complete."""
    report = await audited()

    check(report.findings)
    assert (20, 2) == (report.numbers, report.completeness.unreadable)
    assert not report.completeness.complete
    assert "unreadable-item" in {rule.id for rule in report.rules}
    assert report == pickle.loads(pickle.dumps(report))


async def test_a_project_without_any_has_no_such_rule() -> None:
    """The rule is named when it found something."""
    report = await audit(ListService([number("+12025550101")]).client())

    assert "unreadable-item" not in {rule.id for rule in report.rules}


async def test_a_long_item_is_cut() -> None:
    """A finding has 1,000 characters of its JSON, the completeness 4,096."""
    service = ListService([{"phoneNumber": None, "new": "x" * 9000}])

    report = await audit(service.client())

    assert report.findings[0].message.endswith("x...")
    assert len(report.findings[0].message) < 1200
    assert 4096 == len(report.completeness.gaps[0].raw or "")


async def test_an_expected_number_that_cannot_be_read_is_not_missing() -> None:
    """The project rents it; one that is not listed at all is missing."""
    expected = Expectations([Expectation("+12025559999"), Expectation("+12025558888")])

    report = await audited(expected=expected)

    missing = [one for one in report.findings if one.rule == "drift-missing"]
    assert ["+12025558888"] == [one.phone_number for one in missing]


async def test_it_survives_the_file_of_an_audit(tmp_path: Path) -> None:
    """An audit that was stopped after it met them reports them when it is resumed."""
    saved = tmp_path / "audit.json"
    broken = ListService(
        SERVICE.numbers,
        max_page_size=10,
        answer=lambda query: (
            reply({}, 403) if query["pageSize"] == "1" and len(broken.queries) > 2 else None
        ),
    )
    with pytest.raises(Exception, match="403"):
        await audit(broken.client(), rules=[], saved=saved, concurrency=1)
    assert '"raw"' in saved.read_text()

    report = await audited(saved=saved, concurrency=1, months=12)

    check(report.findings)
    assert 20 == report.numbers


async def test_projects_and_workers_keep_it() -> None:
    """It is in the report of several projects, and in that of a distributed audit."""
    reports = await audit_projects([SERVICE.client()], rules=[])
    check(reports.reports[0].findings)

    def spread() -> Any:
        with ThreadPoolExecutor(2) as executor:
            return DistributedAudit(["p"], connect=connect, rules=[], size=50).run(executor)

    check((await anyio.to_thread.run_sync(spread)).reports[0].findings)


async def test_every_export_keeps_it() -> None:
    """As a finding in each, and with its JSON in the completeness of a report."""
    import pyarrow.parquet

    report = await audited()

    whole, lines, table, page, parquet = (io.BytesIO() for _ in range(5))
    write_json(report, whole)
    write_report_lines(report, lines)
    write_csv(report.findings, table, FINDINGS)
    write_html(report, page)
    write_parquet(report.findings, parquet, FINDINGS)

    document = json.loads(whole.getvalue())
    summary = json.loads(lines.getvalue().splitlines()[-1])
    for one in (document, summary):
        gaps = one["completeness"]["gaps"]
        assert [ODD, None] == [json.loads(gap["raw"]) for gap in gaps]
        assert [0, 1] == [gap["index"] for gap in gaps]
    assert 2 == len(document["findings"])
    for rows in (
        list(csv.DictReader(io.StringIO(table.getvalue().decode()))),
        pyarrow.parquet.read_table(parquet).to_pylist(),
    ):
        assert ["", "+12025559999"] == sorted(row["phone_number"] for row in rows)
        assert all("of page 20 of US LOCAL" in row["message"] for row in rows)
    assert b"of page 20 of US LOCAL" in page.getvalue()
    assert b"2 unreadable" in page.getvalue()


async def test_regions_that_are_rejected_are_reported_as_not_checked() -> None:
    """The audit is complete without them."""
    service = ListService([number("+12025550101")], regions=reply(REJECTED, 400))

    report = await audit(service.client())

    assert report.completeness.complete
    assert "; not checked: available regions: 400" in report.completeness.explanation
    assert 1 == report.numbers


async def test_pages_without_end_stop_it() -> None:
    """A list that repeats itself is no inventory."""
    numbers = iter(range(10_000))
    service = ListService(
        answer=lambda query: {
            "activeNumbers": [number("+12025550101")],
            "nextPageToken": f"t{next(numbers)}",
            "totalSize": 1,
        }
    )

    with pytest.raises(PaginationError, match="20 pages in a row repeat earlier items"):
        await audit(service.client())

    assert len(service.queries) < 30


def test_a_finding_without_a_number_counts_as_one() -> None:
    """Two numbers without a name are two in the title of their rule."""
    from sinch_numbers.cli._views.audit_details import _numbers

    findings = [
        Finding(rule="r", severity=Severity.ERROR, phone_number="", message=message, advice="")
        for message in ("item 1", "item 2")
    ]

    assert "2 numbers" == _numbers(findings)
