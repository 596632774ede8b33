"""
The sync twins of the functions of a client, generated from the async source: do not edit.

To change something, change that source, then run ``python tools/generate_sync.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from sinch_numbers._client.client import PurchaseMethod
from sinch_numbers._client.prices import PriceInput
from sinch_numbers._core.atomic_files import PRIVATE
from sinch_numbers._core.progress import OnProgress
from sinch_numbers.audit import _auditing, _projects
from sinch_numbers.audit._auditing import Progress
from sinch_numbers.audit._expected import Expectations
from sinch_numbers.audit._findings import Rule
from sinch_numbers.audit._history.history import AuditHistory
from sinch_numbers.audit._projects import Reports
from sinch_numbers.audit._report import Report
from sinch_numbers.audit._rules import DEFAULT_RULES
from sinch_numbers.audit._runs import RunSelector
from sinch_numbers.audit._waivers import Waivers
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
from sinch_numbers.operations import _apply, _planning
from sinch_numbers.operations._apply import OnResult
from sinch_numbers.operations._desired import DesiredNumber
from sinch_numbers.operations._plan import Plan
from sinch_numbers.operations._results import ApplyReport
from sinch_numbers.ordering import _flow
from sinch_numbers.ordering._flow import Attachments, OnStep, RegistrationInput
from sinch_numbers.ordering._results import OrderResult
from sinch_numbers.store import PostgresStore, SQLiteStore
from sinch_numbers.sync._generated.client import SyncNumbersClient
from sinch_numbers.sync._twin import run_together

__all__ = [
    "apply_plan",
    "audit",
    "audit_projects",
    "order_numbers",
    "plan_changes",
    "resume_order",
    "walk",
]


def audit(
    client: SyncNumbersClient,
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

        report = audit(client, rules=default_rules(), emergency=True)
        print(report.health.headline)
        for finding in report.findings:
            print(finding.severity, finding.phone_number, finding.message)
    """
    return client._run(
        _auditing.audit,
        rules=rules,
        expected=expected,
        emergency=emergency,
        imported=imported,
        months=months,
        concurrency=concurrency,
        now=now,
        saved=saved,
        mode=mode,
        force=force,
        keep=keep,
        progress=progress,
        history=history,
        since=since,
        waivers=waivers,
        baseline=baseline,
    )


def audit_projects(
    clients: Sequence[SyncNumbersClient],
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

        reports = audit_projects([client])
        for report in reports.reports:
            print(report.project_id, report.health.headline)
    """
    return run_together(
        _projects.audit_projects,
        clients,
        rules=rules,
        expected=expected,
        emergency=emergency,
        imported=imported,
        months=months,
        concurrency=concurrency,
        now=now,
        saved=saved,
        mode=mode,
        force=force,
        keep=keep,
        progress=progress,
        history=history,
        since=since,
        waivers=waivers,
        baseline=baseline,
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

    Free of charge. Exceptions from *visit* and *on_total* propagate; the other errors are those of
    `Inventory`.

    Args:
        client: The client of the project.
        visit: Called in the event loop with each page and its region and type; it receives every
            number once. May be a coroutine function.
        concurrency: Maximum number of concurrent requests.
        page_size: Maximum numbers per page.
        checkpoint: Where to resume an earlier read.
        on_total: Called at the start with the service's count; may be a coroutine function.

    Raises:
        InvalidArgumentError: *concurrency* or *page_size* is not positive, or the *checkpoint*
            belongs to another project.
        AuthenticationError, AuthUnavailableError, PermissionDeniedError, PaginationError: The read
            ends immediately.
        ClientClosedError: The client was closed.
        APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: More than
            *concurrency* requests in a row have failed.

    Example::

        def show(partition: Partition, page: Page[ActiveNumber]) -> None:
            print(partition.region_code, partition.type, len(page.items))

        completeness = walk(client, show)
        print(completeness.explanation)
    """
    return client._run(
        _reading.walk,
        visit,
        concurrency=concurrency,
        page_size=page_size,
        checkpoint=checkpoint,
        on_total=on_total,
    )


def apply_plan(
    client: SyncNumbersClient,
    plan: Plan,
    *,
    journal: Path | str | SQLiteStore | PostgresStore | None = None,
    allow_buy: bool = False,
    allow_release: bool = False,
    budget: PriceInput | None = None,
    max_failures: int | None = None,
    method: PurchaseMethod | None = None,
    concurrency: int = 20,
    deadline: float | None = 600.0,
    longest_pause: float = 15.0,
    on_result: OnResult | None = None,
) -> ApplyReport:
    """
    Do the steps of *plan*, and return the result of each number.

    **Billable** with *allow_buy*. Each number is read first. One in the state before the plan is
    changed; one in the state after it, or after a step that the journal has as begun, is resumed;
    any other is refused and reported, and the rest continues. Each step is recorded in the
    *journal* before its request is sent, so that an interrupted call, also of a killed process, is
    resumed by another one with the same plan and journal; billable calls that it left are
    recovered first, which may take the settle timeout. Concurrent calls share the work: a
    number is changed by one of them at a time. Purchases and releases are also entries of the
    client's store, and never repeated while their outcome is unknown.

    Args:
        client: The client of the plan's project.
        plan: The plan, as `plan_changes` or `read_plan` returned it.
        journal: Path of an SQLite file, a URL as for `open_store`, or an open store (default: the
            client's store, if it is durable).
        allow_buy: Whether to do the purchases of the plan, which needs a *budget*.
        allow_release: Whether to do the releases of the plan.
        budget: Maximum of the setup prices and first charges of all purchases of the plan, such
            as ``"USD 20.00"``. The price of a number must not exceed that of the plan, either.
        max_failures: Begin no further number once so many were refused, have failed, or have an
            unknown outcome (default: no limit).
        method: How numbers are bought, as in `SyncNumbersClient.buy`.
        concurrency: Maximum number of numbers that are changed at a time.
        deadline: Maximum seconds to wait for the provisioning of a number, for its removal, for
            the review of its order, and for another process that works on it; ``None`` for no
            limit.
        longest_pause: Maximum seconds between two reads of a number that is waited for.
        on_result: Called with each result as soon as it is known.

    Raises:
        InvalidArgumentError: Before any request: the plan is for another project or service,
            *allow_buy* has no *budget*, or another argument is invalid.
        BudgetExceededError, CurrencyMismatchError: Before any request: the purchases exceed the
            *budget*, or have another currency.
        AuthenticationError, ClientClosedError, StoreError: These end the call; other errors are
            results of their number.

    Example::

        desired = [DesiredNumber("+12025550134", display_name="Front desk")]
        plan = plan_changes(client, desired)
        report = apply_plan(client, plan, journal="journal.db")
        print(report.counts)
    """
    return client._run(
        _apply.apply_plan,
        plan,
        journal=journal,
        allow_buy=allow_buy,
        allow_release=allow_release,
        budget=budget,
        max_failures=max_failures,
        method=method,
        concurrency=concurrency,
        deadline=deadline,
        longest_pause=longest_pause,
        on_result=on_result,
    )


def plan_changes(
    client: SyncNumbersClient,
    desired: Iterable[DesiredNumber],
    *,
    release_others: bool = False,
    concurrency: int = 20,
) -> Plan:
    """
    Compare the project's numbers with the *desired* state, and plan the changes.

    Changes nothing and is free of charge. A number's emergency address, where it is managed, is
    read, and validated by the service if it differs. A number that is not rented is planned to be
    bought, at its current price. A number whose desired state requires a step that the vendor does
    not document, such as removing its voice target, is rejected with the reason.
    (API: ``GET /activeNumbers``, ``GET /availableNumbers/{phoneNumber}``)

    Args:
        client: The client of the project.
        desired: The desired numbers: unique, in the order of the changes.
        release_others: Whether to plan the release of all other numbers of the project. By
            default they are not touched.
        concurrency: Maximum number of concurrent reads.

    Raises:
        InvalidArgumentError: Before any request: *desired* is malformed, or is empty with
            *release_others*.
        APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

    Example::

        desired = [DesiredNumber("+12025550134", display_name="Front desk")]
        plan = plan_changes(client, desired)
        print(plan_markdown(plan))
    """
    return client._run(
        _planning.plan_changes,
        desired,
        release_others=release_others,
        concurrency=concurrency,
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
    the review, which people do, as ``client.number_orders.wait_until_completed`` does.

    Serves all regions and number types. Where the service has no requirements on record, as for US
    numbers, the order needs no *registration*. `SyncNumbersClient.buy` orders numbers within a
    budget. Errors raised after the order was created have a note with its id.

    Args:
        client: The client of the project.
        region_code: Country, ISO 3166-1 alpha-2, such as ``US``.
        type: Number type: ``MOBILE``, ``LOCAL``, or ``TOLL_FREE``.
        phone_number: One number in E.164 to order, instead of *requested_quantity*.
        requested_quantity: Number of matching numbers to order, 1 to 100.
        sequential: Require consecutive numbers; only with *requested_quantity*.
        capabilities: Capabilities that the numbers must have; only with *requested_quantity*.
        number_pattern: Digits to find in the number; only with *requested_quantity*.
        search_pattern: Position of *number_pattern*: ``START``, ``CONTAINS``, or ``END``.
        sms_configuration: Service plan, and campaign in the US; provisioned in the background.
        voice_configuration: App, trunk, or fax service; provisioned in the background.
        callback_url: URL for events about the numbers.
        registration: Data that some regions require.
        attachments: Documents that some regions require, by the ID of the requirement.
        check: Whether to check the requirements before anything is ordered; otherwise only the
            service checks them.
        deadline: Maximum time to wait for the review in seconds; ``None`` for no limit, 0 not to
            wait.
        longest_pause: Maximum time between two reads of the order, in seconds.
        on_progress: Receives the progress of the wait.
        on_step: Called after each step with the order: store its ID at the first call, since
            `resume_order` needs it after a crash.

    Raises:
        OrderIncompleteError: Something is missing or malformed; nothing is ordered.
        OrderRefusedError: The service rejects the registration or a document; the order remains:
            correct it and resume.
        OutcomeUnknownError: The order may or may not have been created or submitted.
        NumberBusyError: Another call about the number or the order is not finished, or its outcome
            is unknown.
        UnexpectedResultError: The service ordered another number.
        StoreError: The store cannot be used.
        ContentTooLargeError, UploadError: A document is too large or cannot be read.
        NotFoundError: The number is not available or too few numbers match.
        BadRequestError: The service rejects the order.
        InvalidArgumentError: An argument is malformed.
        APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

    Example::

        result = order_numbers(
            client, region_code="US", type="LOCAL", requested_quantity=2, deadline=0
        )
        print(result.outcome, result.order_id)
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
    registration and documents sent before are kept. A blocked order continues if a *registration*
    or *attachments* are given, otherwise it is returned with the reviewers' remarks. Whether the
    service accepts corrections of blocked orders is not documented; an error response is raised.

    Args:
        client: The client of the project.
        order_id: The ``id_number_order`` of the order.
        registration: Data that replaces the stored registration.
        attachments: Documents to upload, again if needed, by the ID of the requirement.
        check: Whether to check the requirements before anything is sent.
        deadline: Maximum time to wait for the review in seconds; ``None`` for no limit, 0 not to
            wait.
        longest_pause: Maximum time between two reads of the order, in seconds.
        on_progress: Receives the progress of the wait.
        on_step: Called after each step with the order.

    Raises:
        NotFoundError: The project has no such order.
        OrderIncompleteError: Something is still missing.
        OrderRefusedError: The service rejects the registration or a document.
        OutcomeUnknownError: The order may or may not have been submitted.
        NumberBusyError: Another call about the order is not finished, or its outcome is unknown.
        UnexpectedResultError: The response is about another order.
        StoreError: The store cannot be used.
        ContentTooLargeError, UploadError: A document is too large or cannot be read.
        InvalidArgumentError: An argument is malformed.
        APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

    Example::

        created = client.number_orders.create(
            region_code="US", type="LOCAL", requested_quantity=1
        )
        result = resume_order(client, created.id_number_order, deadline=0)
        print(result.outcome)
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
