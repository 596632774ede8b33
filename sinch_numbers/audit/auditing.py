"""audit: read all numbers of a project, and say what is wrong with them."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from sinch_numbers import arguments
from sinch_numbers.audit.emergency import emergency_findings
from sinch_numbers.audit.examination import Examination
from sinch_numbers.audit.expected import Expectations
from sinch_numbers.audit.findings import Rule
from sinch_numbers.audit.report import Report
from sinch_numbers.audit.rules import DEFAULT_RULES
from sinch_numbers.audit.tally import Tally
from sinch_numbers.client import NumbersClient
from sinch_numbers.inventory import Partition, walk
from sinch_numbers.models import ActiveNumber
from sinch_numbers.pagination import Page

Progress = Callable[[str, int, int | None], None]
"""Is told what is being read, how many are done, and how many there are, if that is known."""


async def audit(
    client: NumbersClient,
    *,
    rules: Sequence[Rule] = DEFAULT_RULES,
    expected: Expectations | None = None,
    emergency: bool = False,
    months: int = 12,
    workers: int = 8,
    now: datetime | None = None,
    progress: Progress | None = None,
) -> Report:
    """
    Look at every number of the project, and return what is wrong, what it costs, what ends.

    Nothing is changed and nothing costs. *rules* says what to look for; one that raises an
    error is a finding itself. *expected* says what the numbers are meant to be; how they
    differ from that is found, too. *emergency* also looks whether numbers with a voice link
    in the US and Canada have an emergency address, which takes one request each. Charges are
    forecast for *months*, from the one of *now* on. *workers* requests are under way at a
    time. *now* is the moment to judge by. *progress* is called in the event loop as the
    reading goes on.

    Raises `InvalidArgumentError` when *workers* is not positive, *months* is not from 1 to
    120, *rules* have an id in common or *now* has no time zone, and whatever
    `inventory.walk` raises: a report is about all numbers or there is none. An emergency
    address that could not be read is a finding, not an error.
    """
    arguments.positive(workers, "workers")
    examination = Examination(
        rules, now=now, expected=expected, months=months, emergency=emergency
    )
    report, _ = await examined(client, examination, workers=workers, progress=progress or _silent)
    return report


async def examined(
    client: NumbersClient, examination: Examination, *, workers: int, progress: Progress
) -> tuple[Report, Tally]:
    """Return what *examination* says of the project's numbers, and what that was made of."""
    started_at = datetime.now(UTC)
    tally = examination.begin()
    total: int | None = None

    def on_total(counted: int | None) -> None:
        nonlocal total
        total = counted
        progress("numbers", 0, total)

    def visit(_partition: Partition, page: Page[ActiveNumber]) -> None:
        for number in page.items:
            examination.look(number, tally)
        progress("numbers", tally.numbers, total)

    verdict = await walk(client, visit, workers=workers, on_total=on_total)
    callers = tally.callers
    tally.findings += await emergency_findings(
        client,
        callers,
        workers=workers,
        progress=lambda done: progress("emergency addresses", done, len(callers)),
    )
    report = examination.report(
        tally,
        project_id=client.project_id,
        started_at=started_at,
        finished_at=datetime.now(UTC),
        verdict=verdict,
    )
    return report, tally


def _silent(_what: str, _done: int, _total: int | None) -> None:
    """Tell nobody."""
