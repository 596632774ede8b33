"""audit_projects: audit several projects at once, each with a client of its own."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import attrs

from sinch_numbers._client.client import NumbersClient
from sinch_numbers._core import arguments
from sinch_numbers._core.concurrency import for_each
from sinch_numbers.audit._auditing import Progress, Work
from sinch_numbers.audit._charges import Charges
from sinch_numbers.audit._checkpoint import SavedStanding, a_path
from sinch_numbers.audit._costs import Costs, costs_of
from sinch_numbers.audit._expected import Expectations
from sinch_numbers.audit._findings import Finding, Rule, Severity
from sinch_numbers.audit._forecast import Forecast, forecast_of
from sinch_numbers.audit._plan import AuditPlan
from sinch_numbers.audit._report import Report
from sinch_numbers.audit._rules import DEFAULT_RULES
from sinch_numbers.errors import InvalidArgumentError, SinchNumbersError

__all__ = ["ProjectFailure", "ProjectFinding", "Reports", "audit_projects"]


@attrs.frozen
class ProjectFailure:
    """Why there is no report about a project."""

    project_id: str
    error: str
    """The name of the error's class."""
    message: str
    transient: bool
    """Whether another audit may well succeed."""


@attrs.frozen
class ProjectFinding:
    """A finding, and the project that the number is in."""

    project_id: str
    finding: Finding


@attrs.frozen(kw_only=True)
class Reports:
    """Reports of several projects; a plain value, like each report."""

    projects: tuple[Report | ProjectFailure, ...]
    """One for each project, in the order of the clients."""
    costs: Costs
    """Total cost of the projects with a report, by currency."""
    forecast: Forecast
    """Total forecast of the projects with a report."""

    @property
    def reports(self) -> tuple[Report, ...]:
        """Return the reports there are."""
        return tuple(one for one in self.projects if isinstance(one, Report))

    @property
    def failures(self) -> tuple[ProjectFailure, ...]:
        """Return why there are no others."""
        return tuple(one for one in self.projects if isinstance(one, ProjectFailure))

    @property
    def complete(self) -> bool:
        """Whether there is a report about every project, and its inventory is complete."""
        return not self.failures and all(report.completeness.complete for report in self.reports)

    @property
    def numbers(self) -> int:
        """Return how many numbers were looked at."""
        return sum(report.numbers for report in self.reports)

    @property
    def findings(self) -> tuple[ProjectFinding, ...]:
        """Return the findings of all projects, the worst first, then by project."""
        found = [
            ProjectFinding(report.project_id, finding)
            for report in self.reports
            for finding in report.findings
        ]
        found.sort(key=lambda one: one.finding.severity, reverse=True)
        return tuple(found)

    def at_least(self, severity: Severity) -> tuple[ProjectFinding, ...]:
        """Return the findings that are as bad as *severity*, or worse."""
        return tuple(one for one in self.findings if one.finding.severity >= severity)

    def count(self, severity: Severity) -> int:
        """Return how many findings are of just this *severity*."""
        return sum(report.count(severity) for report in self.reports)


async def audit_projects(
    clients: Sequence[NumbersClient],
    *,
    rules: Sequence[Rule] = DEFAULT_RULES,
    expected: Mapping[str, Expectations] | None = None,
    emergency: bool = False,
    months: int = 12,
    concurrency: int = 16,
    now: datetime | None = None,
    saved: Path | None = None,
    progress: Progress | None = None,
) -> Reports:
    """
    Audit the projects of *clients* side by side, and return a report about each.

    It is what `audit` does, for several projects. They are judged by the same rules at the
    same moment, and share the *concurrency*: that many requests are under way at a time, in all.
    *expected* says what the numbers are meant to be, by project. *progress* hears of the
    projects that are done, and of the numbers of all of them together. *saved* is a directory
    that holds a file for each project, as `audit` keeps one.

    A project that cannot be audited does not keep the others from it: its place holds a
    `ProjectFailure`. Nothing is changed and nothing costs.

    Raises `InvalidArgumentError` when there is no client or two are of one project, when
    *expected* is about another project, and as `audit` does.
    """
    arguments.positive(concurrency, "concurrency")
    project_ids = [client.project_id for client in clients]
    if not project_ids or len(set(project_ids)) < len(project_ids):
        raise InvalidArgumentError("clients", "one client for each project", project_ids)
    strangers = sorted(set(expected or {}) - set(project_ids))
    if strangers:
        raise InvalidArgumentError("expected", "projects that are audited", ", ".join(strangers))
    files = {}
    if saved is not None:
        folder = a_path(saved)
        files = {name: SavedStanding(folder / f"{name}.json") for name in project_ids}
    standings = {project_id: file.read() for project_id, file in files.items()}
    judged = [standing.tally.basis.now for standing in standings.values() if standing is not None]
    moment = now or (judged[0] if judged else datetime.now(UTC))
    examinations = {
        project_id: AuditPlan(
            rules,
            now=moment,
            expected=(expected or {}).get(project_id),
            months=months,
            emergency=emergency,
        )
        for project_id in project_ids
    }
    # Two for each project at least: that many is what an inventory begins with.
    together = min(len(clients), max(1, concurrency // 2))
    told = _Sums(progress, len(clients))
    found: dict[str, Report | ProjectFailure] = {}
    charges = Charges(examinations[project_ids[0]].basis.now, months)

    async def one(client: NumbersClient) -> None:
        project_id = client.project_id
        work = works[project_id]
        try:
            report = await work.done(told.of(project_id), files.get(project_id))
        except SinchNumbersError as error:
            found[project_id] = failure_of(project_id, error)
        else:
            found[project_id] = report
            charges.merge(work.tally.charges)
        told.project_done()

    works = {
        client.project_id: Work(
            client,
            examinations[client.project_id],
            concurrency=concurrency // together,
            standing=standings.get(client.project_id),
        )
        for client in clients
    }
    await for_each(clients, one, concurrency=together)
    if all(isinstance(one, Report) for one in found.values()):
        for file in files.values():
            file.remove()
    return Reports(
        projects=tuple(found[project_id] for project_id in project_ids),
        costs=costs_of(charges),
        forecast=forecast_of(charges),
    )


def failure_of(project_id: str, error: SinchNumbersError) -> ProjectFailure:
    """Return *error* as a plain value."""
    message = "; ".join((str(error), *getattr(error, "__notes__", ())))
    return ProjectFailure(project_id, type(error).__name__, message, error.transient)


class _Sums:
    """Adds up the progress of several projects."""

    def __init__(self, progress: Progress | None, projects: int) -> None:
        self._progress = progress
        self._projects = projects
        self._finished = 0
        self._steps: dict[str, dict[str, tuple[int, int | None]]] = {}

    def of(self, project_id: str) -> Progress:
        """Return what is told the progress of one project."""

        def tell(what: str, done: int, total: int | None) -> None:
            steps = self._steps.setdefault(what, {})
            steps[project_id] = done, total
            totals = [total for _, total in steps.values()]
            self._tell(
                what,
                sum(done for done, _ in steps.values()),
                None if None in totals else sum(total or 0 for total in totals),
            )

        return tell

    def project_done(self) -> None:
        """Count one project more."""
        self._finished += 1
        self._tell("projects", self._finished, self._projects)

    def _tell(self, what: str, done: int, total: int | None) -> None:
        if self._progress is not None:
            self._progress(what, done, total)
