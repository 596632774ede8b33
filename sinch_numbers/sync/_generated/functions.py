"""
The sync twins of what works with a client, generated from the async source: do not edit.

To change something, change that source, then run ``python tools/generate_sync.py``.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from sinch_numbers._core.arguments import SmsInput, VoiceInput
from sinch_numbers.audit import _auditing, _projects
from sinch_numbers.audit._auditing import Progress
from sinch_numbers.audit._expected import Expectations
from sinch_numbers.audit._findings import Rule
from sinch_numbers.audit._projects import Reports
from sinch_numbers.audit._report import Report
from sinch_numbers.audit._rules import DEFAULT_RULES
from sinch_numbers.inventory import _reading
from sinch_numbers.inventory._checkpoint import Checkpoint
from sinch_numbers.inventory._completeness import Completeness
from sinch_numbers.inventory._reading import Visit
from sinch_numbers.models import Capability, NumberType, SearchPattern
from sinch_numbers.ordering import _flow
from sinch_numbers.ordering._flow import Attachments, OnStep, RegistrationInput
from sinch_numbers.ordering._results import OrderResult
from sinch_numbers.ordering._waiting import Events
from sinch_numbers.sync._generated.client import SyncNumbersClient
from sinch_numbers.sync._twin import run_together

__all__ = [
    "audit",
    "audit_projects",
    "order_numbers",
    "resume_order",
    "wait_for_order",
    "walk",
]


def audit(
    client: SyncNumbersClient,
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
    return client._run(
        _auditing.audit,
        rules=rules,
        expected=expected,
        emergency=emergency,
        months=months,
        concurrency=concurrency,
        now=now,
        saved=saved,
        progress=progress,
    )


def audit_projects(
    clients: Sequence[SyncNumbersClient],
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
    return run_together(
        _projects.audit_projects,
        clients,
        rules=rules,
        expected=expected,
        emergency=emergency,
        months=months,
        concurrency=concurrency,
        now=now,
        saved=saved,
        progress=progress,
    )


def walk(
    client: SyncNumbersClient,
    visit: Visit,
    *,
    concurrency: int = 8,
    page_size: int = 1000,
    checkpoint: Checkpoint | None = None,
    on_total: Callable[[int | None], None] | None = None,
) -> Completeness:
    """
    Read every active number of the project, and return how complete that is.

    *visit* is called in the event loop with each page, and the region and type it belongs
    to; it sees every number once. *on_total* is told at the start how many numbers the
    service counts. The rest is as with `Inventory`, errors included; what *visit* raises is
    raised as well. Free of charge.
    """
    return client._run(
        _reading.walk,
        visit,
        concurrency=concurrency,
        page_size=page_size,
        checkpoint=checkpoint,
        on_total=on_total,
    )


def order_numbers(
    client: SyncNumbersClient,
    *,
    region_code: str,
    number_type: NumberType | str,
    phone_number: str | None = None,
    requested_quantity: int | None = None,
    sequential: bool | None = None,
    capabilities: Sequence[Capability | str] | Capability | str = (),
    number_pattern: str | None = None,
    search_pattern: SearchPattern | str | None = None,
    sms_configuration: SmsInput | None = None,
    voice_configuration: VoiceInput | None = None,
    callback_url: str | None = None,
    registration: RegistrationInput | None = None,
    attachments: Attachments | None = None,
    check: bool = True,
    wait: float | None = 3600.0,
    poll: float = 5.0,
    events: Events | None = None,
    on_step: OnStep | None = None,
) -> OrderResult:
    """
    Buy *phone_number*, or *requested_quantity* numbers that fit, with all that takes.

    **This costs** when the order is accepted: for each number its set-up price and a month,
    as the order's ``order_numbers`` say. Looks up what is asked for, says what is missing,
    creates the order, writes the *registration*, uploads the *attachments*, submits, and
    waits for the review, which people do: *wait* seconds, or however long it takes with
    ``None``. It looks after *poll* seconds and then ever more rarely; *events*, an
    asynchronous iterable, wakes it up. *on_step* is told of each step: note the order's
    id when it is told first, since `resume_order` needs it after a crash.

    Where the service has no requirements on record, as for US numbers, a *phone_number* is
    rented at once, and charged the same; numbers by quantity are not, since an order
    reserves all of them or none. With *check* off, what is asked for is left to the service
    to judge.

    Raises `OrderIncompleteError` before anything is ordered when something is missing or
    malformed, `OrderRefusedError` when the service does not take the registration or a
    document (the order stands: correct it and resume), `OutcomeUnknownError` when the order
    may or may not have been created or submitted, `NoRequirementsError` for a quantity
    where there is nothing on record, `ContentTooLargeError` and `UploadError` for a
    document, `NotFoundError` when the number is not free, `InvalidArgumentError` when an
    argument is malformed, and the errors that every call may raise. What is raised after
    the order was created has a note with its id.
    """
    return client._run(
        _flow.order_numbers,
        region_code=region_code,
        number_type=number_type,
        phone_number=phone_number,
        requested_quantity=requested_quantity,
        sequential=sequential,
        capabilities=capabilities,
        number_pattern=number_pattern,
        search_pattern=search_pattern,
        sms_configuration=sms_configuration,
        voice_configuration=voice_configuration,
        callback_url=callback_url,
        registration=registration,
        attachments=attachments,
        check=check,
        wait=wait,
        poll=poll,
        events=events,
        on_step=on_step,
    )


def resume_order(
    client: SyncNumbersClient,
    order_id: str,
    *,
    registration: RegistrationInput | None = None,
    attachments: Attachments | None = None,
    check: bool = True,
    wait: float | None = 3600.0,
    poll: float = 5.0,
    events: Events | None = None,
    on_step: OnStep | None = None,
) -> OrderResult:
    """
    Go on with the order *order_id* where it stands, and wait for its end.

    **This costs** like `order_numbers`: an order that was not submitted is. What was written
    and uploaded before stays; a *registration* given here replaces it, and *attachments*
    are uploaded, again if need be. A blocked order goes on when there is one of the two,
    else it is returned with the remarks; that the service takes corrections of blocked
    orders is not documented, and a refusal is told. The other arguments are those of
    `order_numbers`.

    Raises `NotFoundError` when the project has no such order, `OrderIncompleteError` when
    something is still missing, and else what `order_numbers` raises.
    """
    return client._run(
        _flow.resume_order,
        order_id,
        registration=registration,
        attachments=attachments,
        check=check,
        wait=wait,
        poll=poll,
        events=events,
        on_step=on_step,
    )


def wait_for_order(
    client: SyncNumbersClient,
    order_id: str,
    *,
    wait: float | None = 3600.0,
    poll: float = 5.0,
    events: Events | None = None,
    on_step: OnStep | None = None,
) -> OrderResult:
    """
    Wait until nothing goes on by itself in the order *order_id*, and change nothing.

    Free of charge. The arguments are those of `order_numbers`.

    Raises `NotFoundError` when the project has no such order, `InvalidArgumentError` when
    an argument is malformed, and the errors that every call may raise; what may pass by
    itself does not end the wait.
    """
    return client._run(
        _flow.wait_for_order,
        order_id,
        wait=wait,
        poll=poll,
        events=events,
        on_step=on_step,
    )
