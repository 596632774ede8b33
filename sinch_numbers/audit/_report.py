"""Report: what an audit found out about a project, as one value."""

from datetime import date, datetime

import attrs

from sinch_numbers.audit._costs import Costs
from sinch_numbers.audit._expected import Difference
from sinch_numbers.audit._findings import Finding, Rule, Severity
from sinch_numbers.audit._forecast import Forecast
from sinch_numbers.inventory import Completeness
from sinch_numbers.models._number_status import NumberStatus

__all__ = ["Report"]


@attrs.frozen(kw_only=True)
class Report:
    """
    Report of an audit: problems, cost, and upcoming expirations.

    A plain value: it can be pickled and compared, whatever the rules were.
    """

    project_id: str
    started_at: datetime
    finished_at: datetime
    completeness: Completeness
    """How complete the inventory is that this rests on."""
    numbers: int
    """How many numbers were looked at."""
    rules: tuple[Rule, ...]
    """Rules of the audit, without their checks."""
    findings: tuple[Finding, ...]
    """The worst first, then by number."""
    costs: Costs
    forecast: Forecast = attrs.field(factory=Forecast)
    """Forecast of charges."""
    statuses: tuple[tuple[NumberStatus, int], ...]
    """How many numbers are in which state."""
    releases: tuple[tuple[date, int], ...]
    """How many numbers end on which day (UTC), soonest first."""
    differences: tuple[Difference, ...] = ()
    """How the numbers differ from what is expected of them, by number; findings tell it, too."""

    def at_least(self, severity: Severity) -> tuple[Finding, ...]:
        """Return the findings that are as bad as *severity*, or worse."""
        return tuple(finding for finding in self.findings if finding.severity >= severity)

    def count(self, severity: Severity) -> int:
        """Return how many findings are of just this *severity*."""
        return sum(finding.severity is severity for finding in self.findings)
