"""Report: what an audit found out about a project, as one value."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime

import attrs

from sinch_numbers.audit.costs import Costs, CostTally
from sinch_numbers.audit.findings import Finding, Rule, Severity
from sinch_numbers.inventory import Verdict
from sinch_numbers.links import NumberStatus, status_of
from sinch_numbers.models import ActiveNumber


@attrs.frozen(kw_only=True)
class Report:
    """What is wrong with a project's numbers, what they cost, and when which of them end."""

    project_id: str
    started_at: datetime
    finished_at: datetime
    verdict: Verdict
    """How complete the inventory is that this rests on."""
    numbers: int
    """How many numbers were looked at."""
    rules: tuple[Rule, ...]
    """What was looked for."""
    findings: tuple[Finding, ...]
    """The worst first, then by number."""
    costs: Costs
    statuses: tuple[tuple[NumberStatus, int], ...]
    """How many numbers are in which state."""
    releases: tuple[tuple[date, int], ...]
    """How many numbers end on which day (UTC), soonest first."""

    def at_least(self, severity: Severity) -> tuple[Finding, ...]:
        """Return the findings that are as bad as *severity*, or worse."""
        return tuple(finding for finding in self.findings if finding.severity >= severity)

    def count(self, severity: Severity) -> int:
        """Return how many findings are of just this *severity*."""
        return sum(finding.severity is severity for finding in self.findings)


class Tally:
    """Takes numbers in, and keeps only what the report is made of."""

    def __init__(self, rules: Sequence[Rule], now: datetime) -> None:
        self._rules = tuple(rules)
        self._now = now
        self._numbers = 0
        self._findings: list[Finding] = []
        self._costs = CostTally()
        self._statuses: Counter[NumberStatus] = Counter()
        self._releases: Counter[date] = Counter()

    def add(self, number: ActiveNumber) -> None:
        """Hold *number* against the rules, and count it in."""
        self._numbers += 1
        for rule in self._rules:
            self._findings.extend(rule.findings(number, self._now))
        self._costs.add(number)
        self._statuses[status_of(number)] += 1
        if number.expire_at is not None:
            self._releases[number.expire_at.date()] += 1

    def report(
        self,
        *,
        project_id: str,
        started_at: datetime,
        finished_at: datetime,
        verdict: Verdict,
        more_rules: Iterable[Rule] = (),
        more_findings: Iterable[Finding] = (),
    ) -> Report:
        """Return what came together, with what was found out by other means."""
        findings = [*self._findings, *more_findings]
        findings.sort(key=lambda finding: (finding.phone_number, finding.rule))
        findings.sort(key=lambda finding: finding.severity, reverse=True)
        return Report(
            project_id=project_id,
            started_at=started_at,
            finished_at=finished_at,
            verdict=verdict,
            numbers=self._numbers,
            rules=(*self._rules, *more_rules),
            findings=tuple(findings),
            costs=self._costs.result(),
            statuses=tuple(
                (status, self._statuses[status])
                for status in NumberStatus
                if self._statuses[status]
            ),
            releases=tuple(sorted(self._releases.items())),
        )
