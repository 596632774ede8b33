"""Findings as rows, with or without the project ID."""

from collections.abc import Callable
from typing import Any, Final

from sinch_numbers.audit import Finding, ProjectFinding, Report, Reports
from sinch_numbers.exports._columns import Column, Kind, Table
from sinch_numbers.models import Money


def _cost(read: Callable[[Money], Any]) -> Callable[[Finding], Any]:
    return lambda finding: finding.monthly_cost and read(finding.monthly_cost)


FINDINGS: Final[Table[Finding]] = Table(
    "findings",
    (
        Column("rule", Kind.TEXT, lambda finding: finding.rule),
        Column("severity", Kind.TEXT, lambda finding: finding.severity.value),
        Column("phone_number", Kind.PHONE_NUMBER, lambda finding: finding.phone_number),
        Column("region_code", Kind.TEXT, lambda finding: finding.region_code),
        Column("type", Kind.TEXT, lambda finding: finding.type),
        Column("display_name", Kind.TEXT, lambda finding: finding.display_name),
        Column("message", Kind.TEXT, lambda finding: finding.message),
        Column("advice", Kind.TEXT, lambda finding: finding.advice),
        Column("subject", Kind.TEXT, lambda finding: finding.subject),
        Column("currency_code", Kind.TEXT, _cost(lambda cost: cost.currency_code)),
        Column("monthly_cost", Kind.AMOUNT, _cost(lambda cost: cost.amount)),
    ),
)
"""Columns of findings: rule, severity, number, message, advice, subject and monthly cost."""


def _of(read: Callable[[Finding], Any]) -> Callable[[ProjectFinding], Any]:
    return lambda one: read(one.finding)


PROJECT_FINDINGS: Final[Table[ProjectFinding]] = Table(
    "findings",
    (
        Column("project_id", Kind.TEXT, lambda one: one.project_id),
        *(Column(column.name, column.kind, _of(column.read)) for column in FINDINGS.columns),
    ),
)
"""Columns of findings from one or more projects: project ID, then as `FINDINGS`."""


def project_findings(found: Report | Reports) -> tuple[ProjectFinding, ...]:
    """
    Return the findings of an audit with their project IDs, most severe first.

    Args:
        found: The report of a project, or the reports of several.

    Example::

        report = await audit(client)
        write_csv(project_findings(report), "findings.csv", PROJECT_FINDINGS)
    """
    if isinstance(found, Reports):
        return found.findings
    return tuple(ProjectFinding(found.project_id, finding) for finding in found.findings)
