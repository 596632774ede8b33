"""
The sync twins of the functions of a client, generated from the async source: do not edit.

To change something, change that source, then run ``python tools/generate_sync.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from sinch_numbers._core.atomic_files import PRIVATE
from sinch_numbers._core.progress import OnProgress
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
from sinch_numbers.models import (
    CapabilitiesInput,
    NumberTypeInput,
    SearchPatternInput,
    SmsConfigurationInput,
    VoiceConfigurationInput,
)
from sinch_numbers.ordering import _flow
from sinch_numbers.ordering._flow import Attachments, OnStep, RegistrationInput
from sinch_numbers.ordering._results import OrderResult
from sinch_numbers.sync._generated.client import SyncNumbersClient
from sinch_numbers.sync._twin import run_together

__all__ = [
    "audit",
    "audit_projects",
    "order_numbers",
    "resume_order",
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
    mode: int = PRIVATE,
    force: bool = False,
    keep: bool = False,
    progress: Progress | None = None,
) -> Report:
    """
    Audit the project's numbers: problems, monthly cost, upcoming expirations.

    Changes nothing and is free of charge. *rules* are the checks; a rule that raises an exception
    is reported as a finding. *expected* is compared with the numbers, and differences are findings
    as well. *emergency* also checks that numbers with voice provisioning in the US and Canada have
    an emergency address, which takes one request each. Charges are forecast for *months*, starting
    with the month of *now*. Up to *concurrency* requests run concurrently. *now* is the reference
    time of the rules. *progress*, a function or a coroutine function, is called in
    the event loop during the read.

    *saved* is a file to which the audit saves its progress, every few seconds and when it is
    stopped. If the file exists, the audit resumes from it; the file is removed when the audit is
    done, unless *keep*: then remove it once the report is stored. It contains phone numbers, but
    no secrets. It has the permissions *mode* (default: 0o600), missing directories are created,
    and only *force* replaces the target of a symlink or a file of another user.

    The report's ``completeness`` lists what could not be read, with the reasons. A number that
    could not be read, and an emergency address that could not, are findings, not errors.

    Raises `InvalidArgumentError` when *concurrency* is not positive, *months* is not from 1 to
    120, rule ids are not unique, *now* has no time zone, *mode* does not let the owner read, or
    *saved* cannot be replaced or belongs to a different audit,
    `OutputFileError` when *saved* cannot be written, and the errors of an `Inventory`.
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
        mode=mode,
        force=force,
        keep=keep,
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
    mode: int = PRIVATE,
    force: bool = False,
    keep: bool = False,
    progress: Progress | None = None,
) -> Reports:
    """
    Audit the projects of *clients* concurrently, and return a report for each.

    Like `audit`, for several projects. They are checked with the same rules and reference time,
    and share *concurrency*, the total number of concurrent requests. *expected* has the expected
    numbers, by project. *progress* is called with the number of finished projects, and with the
    totals over all projects. *saved* is a directory with a progress file for each project, with
    *mode*, *force* and *keep* as in `audit`.

    A project that cannot be audited doesn't stop the others: its entry is a `ProjectFailure`.
    Changes nothing and is free of charge.

    Raises `InvalidArgumentError` when *clients* is empty or contains a project twice, when
    *expected* contains another project, and the errors of `audit`.
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
        mode=mode,
        force=force,
        keep=keep,
        progress=progress,
    )


def walk(
    client: SyncNumbersClient,
    visit: Visit,
    *,
    concurrency: int = 8,
    page_size: int = 1000,
    checkpoint: Checkpoint | None = None,
    on_total: Callable[[int | None], object] | None = None,
) -> Completeness:
    """
    Read every active number of the project, and return the completeness.

    *visit* is called in the event loop with each page and its region and type; it receives every
    number once. *on_total* is called at the start with the service's count. Both may be
    coroutine functions. The other arguments and the errors are those of `Inventory`; exceptions
    from *visit* propagate. Free of charge.
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
    type: NumberTypeInput,
    phone_number: str | None = None,
    requested_quantity: int | None = None,
    sequential: bool | None = None,
    capabilities: CapabilitiesInput = (),
    number_pattern: str | None = None,
    search_pattern: SearchPatternInput | None = None,
    sms_configuration: SmsConfigurationInput | None = None,
    voice_configuration: VoiceConfigurationInput | None = None,
    callback_url: str | None = None,
    registration: RegistrationInput | None = None,
    attachments: Attachments | None = None,
    check: bool = True,
    deadline: float | None = 3600.0,
    longest_pause: float = 60.0,
    on_progress: OnProgress | None = None,
    on_step: OnStep | None = None,
) -> OrderResult:
    """
    Order *phone_number*, or *requested_quantity* matching numbers: all steps.

    **Billable** when the order is accepted: for each number the setup price and one month, as
    listed in the order's ``order_numbers``. Reads the requirements, reports what is missing,
    creates the order, writes the *registration*, uploads the *attachments*, submits, and waits for
    the review, which people do. The wait is that of ``client.number_orders.wait_until_completed``:
    *deadline* is its maximum time in seconds (``None``: no limit; 0: no wait), *longest_pause*
    the maximum interval between reads, and *on_progress* receives the progress. *on_step* is
    called after each step: store the order's id at the first call, since `resume_order` needs it
    after a crash.

    Serves all regions and number types. Where the service has no requirements on record, as for US
    numbers, the order needs no *registration*. With *check* off, the requirements are only checked
    by the service. `SyncNumbersClient.buy` orders numbers within a budget.

    Raises `OrderIncompleteError` before anything is ordered when something is missing or
    malformed, `OrderRefusedError` when the service rejects the registration or a document (the
    order remains: correct it and resume), `OutcomeUnknownError` when the order may or may not have
    been created or submitted, `NumberBusyError` when another call about the number or the order is
    not finished or its outcome is unknown, `UnexpectedResultError` when the service ordered
    another number, `StoreError` when the store cannot be used, `ContentTooLargeError` and
    `UploadError` for a document, `NotFoundError` when the number is not available or too few
    numbers match, `InvalidArgumentError` when an argument is malformed, and the errors that every
    call may raise. Errors raised after the order was created have a note with its id.
    """
    return client._run(
        _flow.order_numbers,
        region_code=region_code,
        type=type,
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
        deadline=deadline,
        longest_pause=longest_pause,
        on_progress=on_progress,
        on_step=on_step,
    )


def resume_order(
    client: SyncNumbersClient,
    order_id: str,
    *,
    registration: RegistrationInput | None = None,
    attachments: Attachments | None = None,
    check: bool = True,
    deadline: float | None = 3600.0,
    longest_pause: float = 60.0,
    on_progress: OnProgress | None = None,
    on_step: OnStep | None = None,
) -> OrderResult:
    """
    Resume the order *order_id* from its current state, and wait for its outcome.

    **Billable** like `order_numbers`: an order that was not yet submitted is submitted. The
    registration and documents sent before are kept; a *registration* given here replaces the
    stored one, and *attachments* are uploaded, again if needed. A blocked order continues if one
    of the two is given, otherwise it is returned with the reviewers' remarks. Whether the service
    accepts corrections of blocked orders is not documented; an error response is raised. The other
    arguments are those of `order_numbers`.

    Raises `NotFoundError` when the project has no such order, `OrderIncompleteError` when
    something is still missing, and otherwise the errors of `order_numbers`.
    """
    return client._run(
        _flow.resume_order,
        order_id,
        registration=registration,
        attachments=attachments,
        check=check,
        deadline=deadline,
        longest_pause=longest_pause,
        on_progress=on_progress,
        on_step=on_step,
    )
