"""
The sync twins of what works with a client, generated from their async source: do not edit.

To change something, change that source, then run ``python sinch_numbers/sync/generate.py``.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sinch_numbers import inventory
from sinch_numbers.audit import auditing, projects
from sinch_numbers.audit.auditing import Progress
from sinch_numbers.audit.expected import Expectations
from sinch_numbers.audit.findings import Rule
from sinch_numbers.audit.projects import Reports
from sinch_numbers.audit.report import Report
from sinch_numbers.audit.rules import DEFAULT_RULES
from sinch_numbers.inventory import Verdict, Visit
from sinch_numbers.sync._generated import SyncNumbersClient
from sinch_numbers.sync._twin import run_together


def audit(
    client: SyncNumbersClient,
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
    return client._run(
        auditing.audit,
        rules=rules,
        expected=expected,
        emergency=emergency,
        months=months,
        workers=workers,
        now=now,
        progress=progress,
    )


def audit_projects(
    clients: Sequence[SyncNumbersClient],
    *,
    rules: Sequence[Rule] = DEFAULT_RULES,
    expected: Mapping[str, Expectations] | None = None,
    emergency: bool = False,
    months: int = 12,
    workers: int = 16,
    now: datetime | None = None,
    progress: Progress | None = None,
) -> Reports:
    """
    Audit the projects of *clients* side by side, and return a report about each.

    It is what `audit` does, for several projects. They are judged by the same rules at the
    same moment, and share the *workers*: that many requests are under way at a time, in all.
    *expected* says what the numbers are meant to be, by project. *progress* hears of the
    projects that are done, and of the numbers of all of them together.

    A project that cannot be audited does not keep the others from it: its place holds a
    `ProjectFailure`. Nothing is changed and nothing costs.

    Raises `InvalidArgumentError` when there is no client or two are of one project, when
    *expected* is about another project, and as `audit` does.
    """
    return run_together(
        projects.audit_projects,
        clients,
        rules=rules,
        expected=expected,
        emergency=emergency,
        months=months,
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
    on_total: Callable[[int | None], None] | None = None,
) -> Verdict:
    """
    Read every active number of the project, and return how complete that is.

    *visit* is called in the event loop with each page and the partition it belongs to; it
    sees every number once. *workers* partitions are read at a time. *on_total* is told at
    the start how many numbers the service counts. Free of charge.

    When more numbers are counted than were found region by region, the list is read once
    more, as a whole.

    Raises `InvalidArgumentError` when *workers* or *page_size* is not positive, whatever
    *visit* raises, `PaginationError`, and the errors that every call may raise: the first
    one stops the walk, with a note that says where, and the ``page_token`` it happened at.
    """
    return client._run(
        inventory.walk,
        visit,
        workers=workers,
        page_size=page_size,
        on_total=on_total,
    )
