"""audit: read all numbers of a project, and say what is wrong with them."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from sinch_numbers import arguments
from sinch_numbers.audit import emergency as emergency_addresses
from sinch_numbers.audit.findings import Rule
from sinch_numbers.audit.report import Report, Tally
from sinch_numbers.audit.rules import DEFAULT_RULES
from sinch_numbers.client import NumbersClient
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.inventory import Partition, walk
from sinch_numbers.models import ActiveNumber
from sinch_numbers.pagination import Page

Progress = Callable[[str, int, int | None], None]
"""Is told what is being read, how many are done, and how many there are, if that is known."""


async def audit(
    client: NumbersClient,
    *,
    rules: Sequence[Rule] = DEFAULT_RULES,
    emergency: bool = False,
    workers: int = 8,
    now: datetime | None = None,
    progress: Progress | None = None,
) -> Report:
    """
    Look at every number of the project, and return what is wrong, what it costs, what ends.

    Nothing is changed and nothing costs. *rules* says what to look for. *emergency* also
    looks whether numbers with a voice link in the US and Canada have an emergency address,
    which takes one request each. *workers* requests are under way at a time. *now* is the
    moment to judge by. *progress* is called in the event loop as the reading goes on.

    Raises `InvalidArgumentError` when *workers* is not positive or *now* has no time zone,
    and whatever `inventory.walk` raises: a report is about all numbers or there is none.
    An emergency address that could not be read is a finding, not an error.
    """
    arguments.positive(workers, "workers")
    started_at = datetime.now(UTC)
    if now is not None and now.tzinfo is None:
        raise InvalidArgumentError("now", "a moment with its time zone", now)
    tally = Tally(rules, now or started_at)
    tell = progress or _silent
    callable_numbers: list[ActiveNumber] = []
    total: int | None = None
    read = 0

    def on_total(counted: int | None) -> None:
        nonlocal total
        total = counted
        tell("numbers", 0, total)

    def visit(_partition: Partition, page: Page[ActiveNumber]) -> None:
        nonlocal read
        for number in page.items:
            tally.add(number)
        if emergency:
            callable_numbers.extend(filter(emergency_addresses.wants_address, page.items))
        read += len(page.items)
        tell("numbers", read, total)

    verdict = await walk(client, visit, workers=workers, on_total=on_total)
    found = []
    if emergency:
        found = await emergency_addresses.emergency_findings(
            client,
            callable_numbers,
            workers=workers,
            progress=lambda done: tell("emergency addresses", done, len(callable_numbers)),
        )
    return tally.report(
        project_id=client.project_id,
        started_at=started_at,
        finished_at=datetime.now(UTC),
        verdict=verdict,
        more_rules=emergency_addresses.RULES if emergency else (),
        more_findings=found,
    )


def _silent(_what: str, _done: int, _total: int | None) -> None:
    """Tell nobody."""
