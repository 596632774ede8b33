"""
The sync twins of what works with a client, generated from their async source: do not edit.

To change something, change that source, then run ``python sinch_numbers/sync/generate.py``.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from sinch_numbers import inventory
from sinch_numbers.arguments import SmsInput, VoiceInput
from sinch_numbers.audit import auditing
from sinch_numbers.audit.auditing import Progress
from sinch_numbers.audit.findings import Rule
from sinch_numbers.audit.report import Report
from sinch_numbers.audit.rules import DEFAULT_RULES
from sinch_numbers.inventory import Verdict, Visit
from sinch_numbers.models import Capability, NumberType, SearchPattern
from sinch_numbers.ordering import flow
from sinch_numbers.ordering.flow import Attachments, OnStep, RegistrationInput
from sinch_numbers.ordering.results import OrderResult
from sinch_numbers.ordering.waiting import Events
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
        flow.order_numbers,
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
        flow.resume_order,
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
        flow.wait_for_order,
        order_id,
        wait=wait,
        poll=poll,
        events=events,
        on_step=on_step,
    )
