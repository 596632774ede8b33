"""Report: the result of auditing a project, as a plain value."""

from datetime import date, datetime
from typing import ClassVar

import attrs

from sinch_numbers._core.choices import choice
from sinch_numbers._core.escaping import printable
from sinch_numbers.audit._accumulator import ImportedCounts
from sinch_numbers.audit._changes import Changes
from sinch_numbers.audit._costs import Costs
from sinch_numbers.audit._expected import Difference
from sinch_numbers.audit._findings import Finding, Rule, Severity, SeverityInput
from sinch_numbers.audit._forecast import Forecast
from sinch_numbers.audit._health import Health
from sinch_numbers.audit._not_checked import NotChecked
from sinch_numbers.audit._runs import AuditRun
from sinch_numbers.audit._waivers import WaivedFinding
from sinch_numbers.inventory import Completeness
from sinch_numbers.models._number_status import NumberStatus
from sinch_numbers.models._serializable import Serializable

__all__ = ["Report"]


def counted(counts: dict[Severity, int]) -> str:
    """Return the count of findings of each severity on one line, the most severe first."""
    found = [f"{counts[severity]:,} {severity}" for severity in reversed(counts)]
    return f"{sum(counts.values()):,} findings ({', '.join(found)})"


@attrs.frozen
class Release(Serializable):
    """The numbers that end on one day, as they are written to JSON."""

    date: date
    numbers: int


@attrs.frozen(kw_only=True)
class Report(Serializable):
    """
    Audit report of a project: problems, monthly cost, and upcoming expirations.

    A plain value: it can be pickled and compared, with any rules.
    """

    _computed: ClassVar = {"counts": "counts", "statuses": "_by_status", "releases": "_by_day"}

    project_id: str
    started_at: datetime
    finished_at: datetime
    completeness: Completeness
    """The completeness of the inventory that was audited."""
    numbers: int
    """Numbers checked."""
    rules: tuple[Rule, ...]
    """The rules of the audit, without their checks."""
    findings: tuple[Finding, ...]
    """By descending severity, then by number."""
    costs: Costs
    forecast: Forecast = attrs.field(factory=Forecast)
    """The upcoming charges."""
    statuses: tuple[tuple[NumberStatus, int], ...]
    """How many numbers have each status."""
    releases: tuple[tuple[date, int], ...]
    """How many numbers end on each day (UTC), earliest first."""
    differences: tuple[Difference, ...] = ()
    """Differences from the expectations, by number; each is also a finding."""
    waived: tuple[WaivedFinding, ...] = ()
    """Findings that a waiver or a baseline accepts; they are not in ``findings``."""
    changes: Changes | None = None
    """Differences from an earlier audit; ``None`` without a history."""
    trend: tuple[AuditRun, ...] = ()
    """The last complete audits in the history, up to this one, the earliest first."""
    not_checked: tuple[NotChecked, ...] = ()
    """The checks that this audit did not make, and how to make them."""
    imported: ImportedCounts | None = None
    """Counts of the host for imported numbers; ``None`` if it was not read."""
    health: Health = attrs.field(
        default=attrs.Factory(
            lambda report: Health.of(report.numbers, report.rules, report.findings),
            takes_self=True,
        )
    )
    """The health in one line, and the numbers and costs that the findings of each rule affect."""

    def __repr__(self) -> str:
        facts = (f"{self.numbers:,} numbers", counted(self.counts), self.completeness.status)
        return f"<Report of {printable(self.project_id)}: {', '.join(facts)}>"

    def _repr_html_(self) -> str | None:
        from sinch_numbers.exports._html.render import overview

        return overview(self)

    def at_least(self, severity: SeverityInput) -> tuple[Finding, ...]:
        """
        Return the findings of *severity* or higher.

        Args:
            severity: The minimum severity.

        Example::

            report = await audit(client)
            for finding in report.at_least("warning"):
                print(finding.phone_number, finding.rule, finding.message)
        """
        least = choice(severity, Severity, "severity")
        return tuple(finding for finding in self.findings if finding.severity >= least)

    def count(self, severity: SeverityInput) -> int:
        """
        Return how many findings have exactly this *severity*.

        Args:
            severity: The severity.

        Example::

            report = await audit(client)
            print(report.count("error"), "errors")
        """
        wanted = choice(severity, Severity, "severity")
        return sum(finding.severity is wanted for finding in self.findings)

    @property
    def counts(self) -> dict[Severity, int]:
        """Return how many findings have each severity."""
        return {severity: self.count(severity) for severity in Severity}

    @property
    def _by_status(self) -> dict[NumberStatus, int]:
        return dict(self.statuses)

    @property
    def _by_day(self) -> tuple[Release, ...]:
        return tuple(Release(day, count) for day, count in self.releases)
