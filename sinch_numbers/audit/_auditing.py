"""audit: read all numbers of a project, and say what is wrong with them."""

from collections.abc import Callable, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, cast

from sinch_numbers._client.client import NumbersClient
from sinch_numbers._core import arguments
from sinch_numbers.audit._accumulator import AuditAccumulator
from sinch_numbers.audit._checkpoint import SavedStanding, Standing
from sinch_numbers.audit._emergency import emergency_findings
from sinch_numbers.audit._expected import Expectations
from sinch_numbers.audit._findings import Rule
from sinch_numbers.audit._plan import AuditPlan
from sinch_numbers.audit._report import Report
from sinch_numbers.audit._rules import DEFAULT_RULES
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.inventory import Completeness, Inventory

__all__ = ["Progress", "audit"]

_SOME: Final = 1000
Save = Callable[[Callable[[], Standing]], None]
"""Keeps where an audit stands, if it is time to."""

Progress = Callable[[str, int, int | None], None]
"""Is told what is being read, how many are done, and how many there are, if that is known."""


async def audit(
    client: NumbersClient,
    *,
    rules: Sequence[Rule] = DEFAULT_RULES,
    expected: Expectations | None = None,
    emergency: bool = False,
    months: int = 12,
    concurrency: int = 8,
    now: datetime | None = None,
    saved: Path | None = None,
    progress: Progress | None = None,
) -> Report:
    """
    Look at every number of the project, and return what is wrong, what it costs, what ends.

    Nothing is changed and nothing costs. *rules* says what to look for; one that raises an
    error is a finding itself. *expected* says what the numbers are meant to be; how they
    differ from that is found, too. *emergency* also looks whether numbers with a voice link
    in the US and Canada have an emergency address, which takes one request each. Charges are
    forecast for *months*, from the one of *now* on. *concurrency* requests are under way at a
    time. *now* is the moment to judge by. *progress* is called in the event loop as the
    reading goes on.

    *saved* is a file in which the audit keeps where it stands, every few seconds and when it
    is stopped. When there is one already, the audit goes on from it; in the end it is
    removed. It holds numbers, and no secret.

    What could not be read is told by the report's ``completeness``, with the reasons. An
    emergency address that could not be read is a finding, not an error.

    Raises `InvalidArgumentError` when *concurrency* is not positive, *months* is not from 1 to
    120, *rules* have an id in common, *now* has no time zone or *saved* is of another audit,
    `OutputFileError` when *saved* cannot be written, and what an `Inventory` raises.
    """
    arguments.positive(concurrency, "concurrency")
    file = None if saved is None else SavedStanding(saved)
    standing = None if file is None else file.read()
    if now is None and standing is not None:
        now = standing.tally.basis.now  # what was judged already is not judged anew
    plan = AuditPlan(rules, now=now, expected=expected, months=months, emergency=emergency)
    work = Work(client, plan, concurrency=concurrency, standing=standing)
    report = await work.done(progress or _silent, file)
    if file is not None:
        file.remove()
    return report


class Work:
    """An audit under way: what it has come to can be looked at, and gone on from."""

    def __init__(
        self,
        client: NumbersClient,
        plan: AuditPlan,
        *,
        concurrency: int,
        standing: Standing | None = None,
    ) -> None:
        self._client = client
        self._examination = plan
        self._concurrency = concurrency
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
                expected = "an audit by the same rules, expectations, months and moment"
                raise InvalidArgumentError("saved", expected)
        self._numbers = Inventory(
            client,
            concurrency=concurrency,
            checkpoint=None if standing is None else standing.checkpoint,
        )

    @property
    def standing(self) -> Standing | None:
        """How far it has come; ``None`` before anything was read."""
        checkpoint = self._numbers.checkpoint
        if checkpoint is None:
            return None
        return Standing(started_at=self.started_at, checkpoint=checkpoint, tally=self.tally)

    async def done(self, progress: Progress, file: SavedStanding | None = None) -> Report:
        """Do what is left to be done, and return the report; *file* knows how far it came."""
        try:
            completeness = await self.examine(
                progress, None if file is None else file.write_if_due
            )
        finally:
            if file is not None and (standing := self.standing) is not None:
                file.write(standing)
        return self._examination.report(
            self.tally,
            project_id=self._client.project_id,
            started_at=self.started_at,
            finished_at=datetime.now(UTC),
            completeness=completeness,
        )

    async def examine(self, progress: Progress, save: Save | None = None) -> Completeness:
        """Read what is left to be read into the tally, and return how complete that is."""
        numbers, tally, plan = self._numbers, self.tally, self._examination
        await numbers.look()
        progress("numbers", tally.numbers, numbers.total_size)
        async with aclosing(numbers.pages()) as pages:
            async for page in pages:
                for number in page.items:
                    plan.look(number, tally)
                progress("numbers", tally.numbers, numbers.total_size)
                self._save(save)
        total = len(tally.callers)

        def tell(done: int) -> None:
            progress("emergency addresses", total - len(tally.callers) + done, total)

        # Some at a time, so that what was asked about is not asked about again.
        while some := tally.callers[:_SOME]:
            tally.findings += await emergency_findings(
                self._client, some, concurrency=self._concurrency, progress=tell
            )
            del tally.callers[:_SOME]
            self._save(save)
        return cast("Completeness", numbers.completeness)  # there is one: all is read

    def _save(self, save: Save | None) -> None:
        if save is not None:
            save(lambda: cast("Standing", self.standing))  # there is one: pages were read


def _silent(_what: str, _done: int, _total: int | None) -> None:
    """Tell nobody."""
