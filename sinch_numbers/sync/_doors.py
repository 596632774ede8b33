"""
The sync twins of what works with a client, generated from their async source: do not edit.

To change something, change that source, then run ``python sinch_numbers/sync/generate.py``.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from sinch_numbers.audit import auditing
from sinch_numbers.audit.auditing import Progress
from sinch_numbers.audit.findings import Rule
from sinch_numbers.audit.report import Report
from sinch_numbers.audit.rules import DEFAULT_RULES
from sinch_numbers.inventory import reading
from sinch_numbers.inventory.checkpoint import Checkpoint
from sinch_numbers.inventory.reading import Visit
from sinch_numbers.inventory.verdict import Verdict
from sinch_numbers.sync._generated import SyncNumbersClient


def audit(
    client: SyncNumbersClient,
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
    return client._run(
        auditing.audit,
        rules=rules,
        emergency=emergency,
        workers=workers,
        now=now,
        progress=progress,
    )


def walk(
    client: SyncNumbersClient,
    visit: Visit,
    *,
    workers: int = 8,
    page_size: int = 1000,
    checkpoint: Checkpoint | None = None,
    on_total: Callable[[int | None], None] | None = None,
) -> Verdict:
    """
    Read every active number of the project, and return how complete that is.

    *visit* is called in the event loop with each page, and the region and type it belongs
    to; it sees every number once. *on_total* is told at the start how many numbers the
    service counts. The rest is as with `Inventory`, errors included; what *visit* raises is
    raised as well. Free of charge.
    """
    return client._run(
        reading.walk,
        visit,
        workers=workers,
        page_size=page_size,
        checkpoint=checkpoint,
        on_total=on_total,
    )
