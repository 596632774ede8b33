"""audit: read all numbers of a project, and report problems and costs."""

from collections.abc import Callable, Collection, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, cast

from sinch_numbers._client.client import NumbersClient
from sinch_numbers._core import arguments
from sinch_numbers._core.atomic_files import PRIVATE
from sinch_numbers._core.callbacks import function, notify
from sinch_numbers.audit._accumulator import AuditAccumulator
from sinch_numbers.audit._checkpoint import SavedStanding, Standing
from sinch_numbers.audit._emergency import emergency_findings
from sinch_numbers.audit._expected import Expectations
from sinch_numbers.audit._findings import Rule
from sinch_numbers.audit._history.history import AuditHistory
from sinch_numbers.audit._history.recording import Recording, begin_recording
from sinch_numbers.audit._imported import Pair, ReportProgress, examine_imported, pairs_of
from sinch_numbers.audit._plan import AuditPlan
from sinch_numbers.audit._report import Report
from sinch_numbers.audit._rules import DEFAULT_RULES
from sinch_numbers.audit._runs import RunSelector
from sinch_numbers.audit._waivers import Waivers
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.inventory import Completeness, Inventory

__all__ = ["Progress", "audit"]

_SOME: Final = 1000
Save = Callable[[Callable[[], Standing]], None]
"""Callback that saves the progress of an audit, if a save is due."""

Progress = Callable[[str, int, int | None], object]
"""Progress callback: what is being read, how many are done, total if known."""


async def audit(
    client: NumbersClient,
    *,
    rules: Sequence[Rule] = DEFAULT_RULES,
    expected: Expectations | None = None,
    emergency: bool = False,
    imported: bool = False,
    months: int = 12,
    concurrency: int = 8,
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
) -> Report:
    """
    Audit the project's numbers: problems, monthly cost, upcoming expirations.

    Changes nothing and is free of charge. A rule that raises an exception is reported as a
    finding. A number that could not be read, and an emergency address that could not, are
    findings, not errors; the report's ``completeness`` lists them with the reasons.

    With a *history*, a complete audit is stored before the report is returned: see
    `AuditHistory.changes` if the report is lost. The report's ``changes`` are the differences from
    the run *since*, and its ``trend`` has the runs before.

    Args:
        client: The client of the project.
        rules: The checks.
        expected: The expected numbers; differences are findings.
        emergency: Whether to check that numbers with voice provisioning in the US and Canada have
            an emergency address, which takes one request each.
        imported: Whether to check imported numbers, hosting orders and qualified numbers as well,
            which are on the second API host.
        months: Number of months to forecast charges for, starting with the month of *now*.
        concurrency: Maximum number of concurrent requests.
        now: The reference time of the rules (default: the current time).
        saved: File to which the progress is saved, every few seconds and when the audit is
            stopped. If the file exists, the audit resumes from it. It contains phone numbers, but
            no secrets; missing directories are created.
        mode: Permissions of the file *saved*.
        force: Whether *saved* may replace the target of a symlink, or a file of another user.
        keep: Whether to leave the file *saved* when the audit is done, to be removed once the
            report is stored.
        progress: Called in the event loop with the project ID, the numbers read, and their total;
            may be a coroutine function.
        history: Stores the audit if it is complete.
        since: The run to compare with (default: the last complete one).
        waivers: Accepted findings, which are moved to ``waived``.
        baseline: A run whose findings are accepted.

    Raises:
        InvalidArgumentError: *concurrency* is not positive, *months* is not from 1 to 120, rule
            ids are not unique, *now* has no time zone, *mode* does not let the owner read, *saved*
            cannot be replaced or belongs to a different audit, or the run *since* or *baseline*
            does not exist.
        StoreError: The history cannot be used.
        OutputFileError: *saved* cannot be written.
        AuthenticationError, AuthUnavailableError, PermissionDeniedError, PaginationError: The read
            ends, as that of an `Inventory`.
        ClientClosedError: The client was closed.
        APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: More than
            *concurrency* requests in a row have failed.

    Example::

        report = await audit(client, rules=default_rules(), emergency=True)
        print(report.health.headline)
        for finding in report.findings:
            print(finding.severity, finding.phone_number, finding.message)
    """
    arguments.positive(concurrency, "concurrency")
    arguments.flag(keep, "keep")
    arguments.flag(force, "force")
    if progress is not None:
        function(progress, "progress")
    file = None if saved is None else SavedStanding(saved, mode=mode, force=force)
    standing = None if file is None else file.read()
    if now is None and standing is not None:
        now = standing.tally.basis.now  # numbers already checked are not checked again
    recording = await begin_recording(
        client.project_id, history, since=since, baseline=baseline, at=now
    )
    plan = AuditPlan(
        rules,
        now=now,
        expected=expected,
        months=months,
        emergency=emergency,
        imported=imported,
        waivers=waivers,
        states=history is not None,
    )
    work = Work(client, plan, concurrency=concurrency, standing=standing, recording=recording)
    report = await work.done(progress or _silent, file)
    if file is not None and not keep:
        file.remove()
    return report


class Work:
    """An audit in progress, which can be saved and resumed."""

    def __init__(
        self,
        client: NumbersClient,
        plan: AuditPlan,
        *,
        concurrency: int,
        standing: Standing | None = None,
        pairs: Collection[Pair] | None = None,
        imported: bool | None = None,
        recording: Recording | None = None,
    ) -> None:
        self._client = client
        self._recording = recording
        self._examination = plan
        self._concurrency = concurrency
        self._imported = plan.basis.imported if imported is None else imported
        self._pairs = pairs
        self.started_at: datetime = datetime.now(UTC)
        self.tally: AuditAccumulator = plan.begin()
        if standing is not None:
            self.started_at, self.tally = standing.started_at, standing.tally
            project_id = standing.checkpoint.project_id
            if project_id != client.project_id:
                raise InvalidArgumentError(
                    "saved", f"an audit of project {client.project_id}", project_id
                )
            if self.tally.basis != plan.basis:
                expected = "an audit with the same rules, expectations, months and time"
                raise InvalidArgumentError("saved", expected)
        self._numbers = Inventory(
            client,
            concurrency=concurrency,
            checkpoint=None if standing is None else standing.checkpoint,
        )

    @property
    def standing(self) -> Standing | None:
        """The current progress; ``None`` before anything was read."""
        checkpoint = self._numbers.checkpoint
        if checkpoint is None:
            return None
        return Standing(started_at=self.started_at, checkpoint=checkpoint, tally=self.tally)

    async def done(self, progress: Progress, file: SavedStanding | None = None) -> Report:
        """Run the remaining work, saving progress to *file*, and return the report."""
        try:
            completeness = await self.examine(
                progress, None if file is None else file.write_if_due
            )
        finally:
            if file is not None and (standing := self.standing) is not None:
                file.write(standing)
        recording = self._recording
        report = self._examination.report(
            self.tally,
            project_id=self._client.project_id,
            started_at=self.started_at,
            finished_at=datetime.now(UTC),
            completeness=completeness,
            baseline=None if recording is None else recording.baseline,
        )
        if recording is not None:
            report = await recording.done(report, self.tally.states)
        return report

    async def examine(self, progress: Progress, save: Save | None = None) -> Completeness:
        """Read and check the remaining numbers; return the completeness."""
        numbers, tally, plan = self._numbers, self.tally, self._examination
        await numbers.look()
        await notify(progress, "numbers", tally.numbers, numbers.total_size)
        async with aclosing(numbers.pages()) as pages:
            async for page in pages:
                for number in page.items:
                    plan.look(number, tally)
                await notify(progress, "numbers", tally.numbers, numbers.total_size)
                self._save(save)
        total = len(tally.callers)

        report_progress = progress_reporter(progress)

        async def report_addresses(done: int) -> None:
            await report_progress("emergency addresses", total - len(tally.callers) + done, total)

        # In batches, so that a resumed audit repeats few requests.
        while some := tally.callers[:_SOME]:
            tally.findings += await emergency_findings(
                self._client, some, concurrency=self._concurrency, progress=report_addresses
            )
            del tally.callers[:_SOME]
            self._save(save)
        if self._imported and tally.imported is None:
            pairs = pairs_of(tally.groups) if self._pairs is None else self._pairs
            found = await examine_imported(
                self._client,
                plan,
                pairs,
                concurrency=self._concurrency,
                report_progress=report_progress,
            )
            tally.merge(found)
            self._save(save)
        return numbers.completeness

    def _save(self, save: Save | None) -> None:
        if save is not None:
            save(lambda: cast("Standing", self.standing))  # never None: pages were read


def progress_reporter(progress: Progress) -> ReportProgress:
    """Return a coroutine function that calls *progress*."""

    async def report_progress(what: str, done: int, total: int | None) -> None:
        await notify(progress, what, done, total)

    return report_progress


def _silent(_what: str, _done: int, _total: int | None) -> None:
    """Ignore the progress."""
