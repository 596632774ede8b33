"""audit_projects: audit several projects concurrently, each with its own client."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import attrs

from sinch_numbers._client.client import NumbersClient
from sinch_numbers._core import arguments
from sinch_numbers._core.atomic_files import PRIVATE
from sinch_numbers._core.callbacks import function, notify
from sinch_numbers._core.choices import choice
from sinch_numbers._core.concurrency import for_each
from sinch_numbers.audit import _not_checked as not_checked
from sinch_numbers.audit._auditing import Progress, Work
from sinch_numbers.audit._charges import Charges
from sinch_numbers.audit._checkpoint import SavedStanding, a_path
from sinch_numbers.audit._costs import Costs, costs_of
from sinch_numbers.audit._expected import Expectations
from sinch_numbers.audit._findings import Finding, Rule, Severity, SeverityInput
from sinch_numbers.audit._forecast import Forecast, forecast_of
from sinch_numbers.audit._health import Health
from sinch_numbers.audit._history.history import AuditHistory
from sinch_numbers.audit._history.recording import begin_recording
from sinch_numbers.audit._not_checked import NotChecked
from sinch_numbers.audit._plan import AuditPlan
from sinch_numbers.audit._report import Report, counted
from sinch_numbers.audit._rules import DEFAULT_RULES
from sinch_numbers.audit._runs import RunSelector
from sinch_numbers.audit._waivers import Waivers
from sinch_numbers.errors import InvalidArgumentError, SinchNumbersError
from sinch_numbers.models._serializable import Serializable

__all__ = ["ProjectFailure", "ProjectFinding", "Reports", "audit_projects"]


@attrs.frozen
class ProjectFailure(Serializable):
    """The reason why a project has no report."""

    project_id: str
    error: str
    """The name of the exception's class."""
    message: str
    transient: bool
    """Whether a retry may succeed."""


@attrs.frozen
class ProjectFinding(Serializable):
    """A finding, with the project of its number."""

    project_id: str
    finding: Finding


@attrs.frozen(kw_only=True)
class Reports(Serializable):
    """The results of an audit of several projects; a plain value, like each report."""

    _computed: ClassVar = {
        "complete": "complete",
        "numbers": "numbers",
        "counts": "counts",
        "health": "health",
        "not_checked": "not_checked",
    }

    projects: tuple[Report | ProjectFailure, ...]
    """A report or failure for each project, in the order of the clients."""
    costs: Costs
    """Total costs of all projects with a report; currencies are not added up."""
    forecast: Forecast
    """Total upcoming charges of all projects with a report."""

    def __repr__(self) -> str:
        failed = f", {len(self.failures):,} failed" if self.failures else ""
        facts = f"{self.numbers:,} numbers, {counted(self.counts)}{failed}"
        plural = "" if len(self.projects) == 1 else "s"
        return f"<Reports of {len(self.projects):,} project{plural}: {facts}>"

    def _repr_html_(self) -> str | None:
        from sinch_numbers.exports._html.render import overview

        return overview(self)

    @property
    def reports(self) -> tuple[Report, ...]:
        """Return the reports of the projects that were audited."""
        return tuple(one for one in self.projects if isinstance(one, Report))

    @property
    def failures(self) -> tuple[ProjectFailure, ...]:
        """Return the failures of the projects without a report."""
        return tuple(one for one in self.projects if isinstance(one, ProjectFailure))

    @property
    def complete(self) -> bool:
        """Whether every project has a report, and every inventory is complete."""
        return not self.failures and all(report.completeness.complete for report in self.reports)

    @property
    def numbers(self) -> int:
        """Return how many numbers were checked."""
        return sum(report.numbers for report in self.reports)

    @property
    def health(self) -> Health:
        """Return the health of all projects with a report."""
        return Health.sum(report.health for report in self.reports)

    @property
    def not_checked(self) -> tuple[NotChecked, ...]:
        """Return the checks that were not made, with one entry for all projects."""
        return not_checked.added(one for report in self.reports for one in report.not_checked)

    @property
    def findings(self) -> tuple[ProjectFinding, ...]:
        """Return the findings of all projects, by descending severity, then by project."""
        found = [
            ProjectFinding(report.project_id, finding)
            for report in self.reports
            for finding in report.findings
        ]
        found.sort(key=lambda one: one.finding.severity, reverse=True)
        return tuple(found)

    def at_least(self, severity: SeverityInput) -> tuple[ProjectFinding, ...]:
        """
        Return the findings of *severity* or higher.

        Args:
            severity: The minimum severity.

        Example::

            reports = await audit_projects([client])
            for found in reports.at_least("warning"):
                print(found.project_id, found.finding.message)
        """
        least = choice(severity, Severity, "severity")
        return tuple(one for one in self.findings if one.finding.severity >= least)

    def count(self, severity: SeverityInput) -> int:
        """
        Return how many findings have exactly this *severity*.

        Args:
            severity: The severity.

        Example::

            reports = await audit_projects([client])
            print(reports.count("error"), "errors")
        """
        return sum(report.count(severity) for report in self.reports)

    @property
    def counts(self) -> dict[Severity, int]:
        """Return how many findings have each severity."""
        return {severity: self.count(severity) for severity in Severity}


async def audit_projects(
    clients: Sequence[NumbersClient],
    *,
    rules: Sequence[Rule] = DEFAULT_RULES,
    expected: Mapping[str, Expectations] | None = None,
    emergency: bool = False,
    imported: bool = False,
    months: int = 12,
    concurrency: int = 16,
    now: datetime | None = None,
    saved: Path | None = None,
    mode: int = PRIVATE,
    force: bool = False,
    keep: bool = False,
    progress: Progress | None = None,
    history: AuditHistory | None = None,
    since: RunSelector = "last",
    waivers: Waivers | None = None,
    baseline: RunSelector | None = None,
) -> Reports:
    """
    Audit the projects of *clients* concurrently, and return a report for each.

    Like `audit`, for several projects, with the same rules and reference time. A project that
    cannot be audited doesn't stop the others: its entry is a `ProjectFailure`. Changes nothing and
    is free of charge.

    Args:
        clients: The clients of the projects.
        rules: The checks.
        expected: The expected numbers, by project.
        emergency: Whether to check emergency addresses as well, as in `audit`.
        imported: Whether to check imported numbers, hosting orders and qualified numbers as well.
        months: Number of months to forecast charges for, starting with the month of *now*.
        concurrency: Maximum number of concurrent requests of all projects together.
        now: The reference time of the rules (default: the current time).
        saved: Directory with a file for each project, to which its progress is saved.
        mode: Permissions of the files, as in `audit`.
        force: Whether a file may replace the target of a symlink, or a file of another user.
        keep: Whether to leave the files when the audit is done.
        progress: Called with the number of finished projects, and with the totals over all
            projects; may be a coroutine function.
        history: Stores the audits that are complete; the runs of each project have their own
            numbers.
        since: The run of each project to compare with (default: the last complete one).
        waivers: Accepted findings, which are moved to ``waived``.
        baseline: A run whose findings are accepted.

    Raises:
        InvalidArgumentError: *clients* is empty or contains a project twice, *expected* contains
            another project, or an argument is invalid as in `audit`.
        StoreError: The history cannot be used.
        OutputFileError: A file of *saved* cannot be written.

    Example::

        reports = await audit_projects([client])
        for report in reports.reports:
            print(report.project_id, report.health.headline)
    """
    arguments.positive(concurrency, "concurrency")
    arguments.flag(keep, "keep")
    arguments.flag(force, "force")
    if progress is not None:
        function(progress, "progress")
    project_ids = [client.project_id for client in clients]
    if not project_ids or len(set(project_ids)) < len(project_ids):
        raise InvalidArgumentError("clients", "one client for each project", project_ids)
    check_projects(expected, project_ids)
    files = {}
    if saved is not None:
        folder = a_path(saved)
        files = {
            name: SavedStanding(folder / f"{name}.json", mode=mode, force=force)
            for name in project_ids
        }
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
            imported=imported,
            waivers=waivers,
            states=history is not None,
        )
        for project_id in project_ids
    }
    recordings = {
        project_id: await begin_recording(
            project_id, history, since=since, baseline=baseline, at=now
        )
        for project_id in project_ids
    }
    # At least two for each project: an inventory starts with two requests.
    together = min(len(clients), max(1, concurrency // 2))
    sums = _Sums(progress, len(clients))
    found: dict[str, Report | ProjectFailure] = {}
    charges = Charges(examinations[project_ids[0]].basis.now, months)

    async def one(client: NumbersClient) -> None:
        project_id = client.project_id
        work = works[project_id]
        try:
            report = await work.done(sums.of(project_id), files.get(project_id))
        except SinchNumbersError as error:
            found[project_id] = failure_of(project_id, error)
        else:
            found[project_id] = report
            charges.merge(work.tally.charges)
        await sums.project_done()

    works = {
        client.project_id: Work(
            client,
            examinations[client.project_id],
            concurrency=concurrency // together,
            standing=standings.get(client.project_id),
            recording=recordings[client.project_id],
        )
        for client in clients
    }
    await for_each(clients, one, concurrency=together)
    if not keep and all(isinstance(one, Report) for one in found.values()):
        for file in files.values():
            file.remove()
    return Reports(
        projects=tuple(found[project_id] for project_id in project_ids),
        costs=costs_of(charges),
        forecast=forecast_of(charges),
    )


def check_projects(expected: object, project_ids: Sequence[str]) -> None:
    """Raise unless *expected* is ``None``, or maps audited projects to their expectations."""
    if expected is None:
        return
    if not isinstance(expected, Mapping):
        kind = type(expected).__name__
        raise InvalidArgumentError("expected", f"Expectations by project ID, not {kind}")
    strangers = sorted(map(str, set(expected) - set(project_ids)))
    if strangers:
        raise InvalidArgumentError("expected", "only audited projects", ", ".join(strangers))


def failure_of(project_id: str, error: SinchNumbersError) -> ProjectFailure:
    """Convert *error* to a plain value."""
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
        """Return the progress callback of one project."""

        async def report_progress(what: str, done: int, total: int | None) -> None:
            steps = self._steps.setdefault(what, {})
            steps[project_id] = done, total
            totals = [total for _, total in steps.values()]
            await self._report_progress(
                what,
                sum(done for done, _ in steps.values()),
                None if None in totals else sum(total or 0 for total in totals),
            )

        return report_progress

    async def project_done(self) -> None:
        """Record a finished project."""
        self._finished += 1
        await self._report_progress("projects", self._finished, self._projects)

    async def _report_progress(self, what: str, done: int, total: int | None) -> None:
        if self._progress is not None:
            await notify(self._progress, what, done, total)
