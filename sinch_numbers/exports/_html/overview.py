"""View model of the overview that a notebook displays: the head of the HTML report."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import attrs

from sinch_numbers.audit import ProjectFailure, Report, Reports
from sinch_numbers.exports._html.view import Facts, facts_of

_ROWS: Final = 15
_TOTALS: Final = 5


@attrs.frozen(kw_only=True)
class Overview:
    """The completeness, the key figures, and a table of rules or projects."""

    title: str
    started_at: datetime | None
    """``None`` without a report."""
    complete: bool
    explanation: str
    """The completeness in one line, with details after a colon."""
    facts: Facts
    header: tuple[str, str, str]
    rows: Sequence[tuple[str, str, int]]
    """Up to 15 rows: the findings by rule, or the projects."""
    more: int
    """Rows that are not shown."""


def overview_of(found: Report | Reports) -> Overview:
    """Return the overview of an audit; its size doesn't depend on the number of findings."""
    if isinstance(found, Report):
        counts = Counter(finding.rule for finding in found.findings)
        rules = {rule.id: rule for rule in found.rules}
        rows = [
            (str(rules[name].severity), rules[name].title, count)
            if name in rules
            else ("", name, count)
            for name, count in counts.most_common()
        ]
        return _overview(
            found,
            [found],
            title=found.project_id,
            complete=found.completeness.complete,
            explanation=f"Inventory {found.completeness.explanation}",
            header=("Severity", "Problem", "Findings"),
            rows=rows,
        )
    not_complete = sum(not report.completeness.complete for report in found.reports)
    failed = f"{len(found.failures):,} without a report, {not_complete:,} with a gap"
    return _overview(
        found,
        found.reports,
        title=f"{len(found.projects):,} projects",
        complete=found.complete,
        explanation=f"Inventories {'complete' if found.complete else 'incomplete'}: {failed}",
        header=("Inventory", "Project", "Findings"),
        rows=[
            ("no report", one.project_id, 0)
            if isinstance(one, ProjectFailure)
            else (str(one.completeness.status), one.project_id, len(one.findings))
            for one in found.projects
        ],
    )


def _overview(
    found: Report | Reports,
    reports: Sequence[Report],
    *,
    title: str,
    complete: bool,
    explanation: str,
    header: tuple[str, str, str],
    rows: Sequence[tuple[str, str, int]],
) -> Overview:
    facts = facts_of(reports, found, found.costs)
    return Overview(
        title=title,
        started_at=min((report.started_at for report in reports), default=None),
        complete=complete,
        explanation=explanation,
        facts=attrs.evolve(facts, totals=facts.totals[:_TOTALS]),
        header=header,
        rows=rows[:_ROWS],
        more=max(0, len(rows) - _ROWS),
    )
