"""A whole report as JSON: one document, or a line for each finding and one for the rest."""

from collections.abc import Iterator, Mapping
from typing import Any

from sinch_numbers.audit import Report, Rule, Severity
from sinch_numbers.exports.rows import BinaryFile
from sinch_numbers.plain import line, plain


def summary(report: Report) -> Mapping[str, object]:
    """Return all of *report* but its findings, and how many of those there are."""
    verdict = report.verdict
    return {
        "project_id": report.project_id,
        "started_at": report.started_at,
        "finished_at": report.finished_at,
        "numbers": report.numbers,
        "verdict": {
            **plain(verdict),
            "complete": verdict.complete,
            "explanation": verdict.explanation,
        },
        "findings": {str(severity.value): report.count(severity) for severity in Severity},
        "costs": {**plain(report.costs), "totals": report.costs.totals},
        "statuses": dict(report.statuses),
        "releases": [{"date": day, "numbers": count} for day, count in report.releases],
    }


def report_lines(report: Report) -> Iterator[Mapping[str, Any]]:
    """Return each finding of *report*, then its summary; ``kind`` tells one from the other."""
    for finding in report.findings:
        yield {"kind": "finding", **plain(finding)}
    yield {"kind": "summary", **summary(report)}


def write_report_lines(report: Report, file: BinaryFile) -> None:
    """
    Write *report* to *file* as JSON Lines, as ``sinch-numbers --json audit`` shows it.

    A line for each finding, ``"kind": "finding"``, and the last one for all the rest,
    ``"kind": "summary"``.
    """
    for one in report_lines(report):
        file.write(f"{line(one)}\n".encode())


def write_json(report: Report, file: BinaryFile) -> None:
    """
    Write *report* to *file* as one JSON document.

    Its members are those of the summary, but that ``counts`` is how many findings there are
    of each severity, ``rules`` what was looked for, and ``findings`` are the findings, each
    on a line of its own. Amounts are texts, times are ISO 8601 in UTC.
    """
    members = dict(summary(report))
    members["counts"] = members.pop("findings")
    members["rules"] = [_rule(rule) for rule in report.rules]
    file.write(b"{\n")
    for name, member in members.items():
        file.write(f"{line(name)}:{line(member)},\n".encode())
    file.write(b'"findings":[')
    separator = "\n"
    for finding in report.findings:
        file.write(f"{separator}{line(finding)}".encode())
        separator = ",\n"
    file.write(b"\n]\n}\n")


def _rule(rule: Rule) -> Mapping[str, object]:
    return {name: getattr(rule, name) for name in ("id", "severity", "title", "meaning", "advice")}
