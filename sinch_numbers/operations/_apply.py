"""Apply plans: do the steps of each number, record them, and resume after an interruption."""

import math
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final

import anyio
import anyio.abc
import attrs

from sinch_numbers._client.client import NumbersClient, PurchaseMethod
from sinch_numbers._client.prices import Budget, PriceInput, total
from sinch_numbers._client.wait_results import WaitOutcome
from sinch_numbers._core import arguments
from sinch_numbers._core.callbacks import function, notify
from sinch_numbers._core.concurrency import first_error, for_each
from sinch_numbers._core.escaping import printable
from sinch_numbers.errors import (
    AuthenticationError,
    BudgetExceededError,
    ClientClosedError,
    InvalidArgumentError,
    OutcomeUnknownError,
    SinchNumbersError,
    StoreError,
)
from sinch_numbers.models import ActiveNumber
from sinch_numbers.models import _number_status as status
from sinch_numbers.operations._apply_journal import ApplyJournal, ClaimLostError, opened_journal
from sinch_numbers.operations._apply_tables import Claim
from sinch_numbers.operations._plan import Plan, PlanAction, PlannedNumber, StepAction
from sinch_numbers.operations._results import FAILURES, ApplyOutcome, ApplyReport, ApplyResult
from sinch_numbers.operations._resuming import mismatch, next_step
from sinch_numbers.operations._state import SMS, VOICE, read_current, service_of
from sinch_numbers.operations._steps import StepFailedError, StepPendingError, Steps
from sinch_numbers.store import PostgresStore, SQLiteStore

__all__ = ["OnResult", "apply_plan"]

OnResult = Callable[[ApplyResult], object]
"""Function or coroutine function for each result, in the order in which they are known."""

_FATAL: Final = (AuthenticationError, ClientClosedError, StoreError)
"""Errors that every other number would meet, too."""
_PAUSE_SECONDS: Final = 0.5
_RETRIES: Final = 3
"""Times that a number is begun again after a transient error, beyond the retries of each call."""
_BILLABLE: Final = frozenset(
    (StepAction.BUY, StepAction.RELEASE, StepAction.SET_EMERGENCY_ADDRESS)
)
_WAITS: Final = 1000
"""Maximum waits for provisioning at a time."""


async def apply_plan(
    client: NumbersClient,
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
        method: How numbers are bought, as in `NumbersClient.buy`.
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
        plan = await plan_changes(client, desired)
        report = await apply_plan(client, plan, journal="journal.db")
        print(report.counts)
    """
    arguments.instance(plan, Plan, "plan")
    _check_owner(client, plan)
    arguments.flag(allow_buy, "allow_buy")
    arguments.flag(allow_release, "allow_release")
    arguments.positive(concurrency, "concurrency")
    arguments.seconds(longest_pause, "longest_pause")
    if deadline is not None:
        arguments.seconds(deadline, "deadline", zero=True)
    if max_failures is not None:
        arguments.positive(max_failures, "max_failures")
    if on_result is not None:
        function(on_result, "on_result")
    _check_budget(plan, budget, allow_buy=allow_buy)
    allowed = {
        PlanAction.UPDATE: True,
        PlanAction.BUY: allow_buy,
        PlanAction.RELEASE: allow_release,
    }
    async with opened_journal(client, plan, journal) as opened:
        await _recover(client, plan)
        run = _Run(
            client=client,
            plan=plan,
            journal=opened,
            allowed=frozenset(action for action, permitted in allowed.items() if permitted),
            max_failures=math.inf if max_failures is None else max_failures,
            method=method,
            concurrency=concurrency,
            deadline=deadline,
            longest_pause=longest_pause,
            on_result=on_result,
        )
        return await run.report()


async def _recover(client: NumbersClient, plan: Plan) -> None:
    """Find the outcome of billable calls that a killed process left, which block their number."""
    is_billable = any(step.action in _BILLABLE for one in plan.numbers for step in one.steps)
    if is_billable and await client.operations():
        await client.recover()


def _check_owner(client: NumbersClient, plan: Plan) -> None:
    if plan.project_id != client.project_id:
        expected = f"a plan for project {client.project_id}"
        raise InvalidArgumentError("plan", expected, plan.project_id)
    origin = service_of(client)
    if plan.origin != origin:
        raise InvalidArgumentError("plan", f"a plan for the service {origin}", plan.origin)


def _check_budget(plan: Plan, budget: PriceInput | None, *, allow_buy: bool) -> None:
    try:
        limit = Budget.of(budget, None).max_monthly_price
    except InvalidArgumentError as error:
        raise error.renamed("budget") from None
    if not allow_buy:
        if budget is not None:
            raise InvalidArgumentError("budget", "allow_buy, without which nothing is bought")
        return
    if limit is None:
        raise InvalidArgumentError("budget", "an amount such as 'USD 20.00', to buy numbers")
    if not plan.due_at_once:
        return
    due = total(plan.due_at_once)
    try:
        Budget.of(budget, None).check(due, None)
    except BudgetExceededError:
        raise BudgetExceededError("budget", limit, due) from None


@attrs.define(kw_only=True, eq=False)
class _Run:
    """One call of `apply_plan`."""

    client: NumbersClient
    plan: Plan
    journal: ApplyJournal
    allowed: frozenset[PlanAction]
    max_failures: float
    method: PurchaseMethod | None
    concurrency: int
    deadline: float | None
    longest_pause: float
    on_result: OnResult | None
    _results: dict[str, ApplyResult] = attrs.field(factory=dict, init=False)
    _failures: int = attrs.field(default=0, init=False)
    _busy: list[PlannedNumber] = attrs.field(factory=list, init=False)
    """Numbers that another process works on."""
    _retried: list[PlannedNumber] = attrs.field(factory=list, init=False)
    """Numbers to begin again after a transient error; each counts as a failure meanwhile."""
    _held: list[PlannedNumber] = attrs.field(factory=list, init=False)
    """Numbers not begun because of failures, which retries may settle."""
    _attempts: Counter[str] = attrs.field(factory=Counter, init=False)
    _waits: anyio.CapacityLimiter = attrs.field(init=False)

    async def report(self) -> ApplyReport:
        """Apply all numbers, and return the results in the order of the plan."""
        self._waits = anyio.CapacityLimiter(_WAITS)
        failure: BaseException | None = None
        try:
            async with anyio.create_task_group() as renewing:
                renewing.start_soon(self.journal.renew_forever)
                async with anyio.create_task_group() as waits:
                    await self._apply_all(waits)
                renewing.cancel_scope.cancel()
        except BaseExceptionGroup as failures:
            failure = failures
        # Raise outside the `except` block so `__context__` doesn't become the group.
        if failure is not None:
            raise first_error(failure)
        results = tuple(self._results[number.phone_number] for number in self.plan.numbers)
        return ApplyReport(plan=self.plan.digest, results=results)

    async def _apply_all(self, waits: anyio.abc.TaskGroup) -> None:
        async def one(planned: PlannedNumber) -> None:
            await self._apply(planned, waits)

        left = list(self.plan.numbers)
        busy_since = anyio.current_time()
        while True:
            done = len(self._results)
            await for_each(left, one, concurrency=self.concurrency)
            if len(self._results) > done or self._retried:
                busy_since = anyio.current_time()
            else:
                await self._give_up_busy(anyio.current_time() - busy_since)
            self._failures -= len(self._retried)
            left = [*self._retried, *self._busy]
            if not left and self._failures >= self.max_failures:
                break
            left += self._held
            if not left:
                break
            self._retried, self._busy, self._held = [], [], []
            await anyio.sleep(_PAUSE_SECONDS)
        for planned in self._held:
            reason = f"not begun after {self._failures:,} failures"
            await self._end(planned, ApplyOutcome.STOPPED, 0, reason)

    async def _give_up_busy(self, seconds: float) -> None:
        """End the numbers of a process that has held them too long; it may be suspended."""
        if self.deadline is not None and seconds >= self.deadline:
            for planned in self._busy:
                reason = "another process works on the number"
                await self._end(planned, ApplyOutcome.PENDING, 0, reason)
            self._busy = []

    async def _apply(self, planned: PlannedNumber, waits: anyio.abc.TaskGroup) -> None:
        if planned.action not in self.allowed:
            flag = f"allow_{planned.action}"
            await self._end(planned, ApplyOutcome.NOT_ALLOWED, 0, f"requires {flag}")
            return
        if self._failures >= self.max_failures:
            self._held.append(planned)
            return
        claim = await self.journal.claim(planned.phone_number)
        if claim is None:
            self._busy.append(planned)
            return
        try:
            await self._apply_claimed(planned, claim, waits)
        except ClaimLostError:
            self._busy.append(planned)
        finally:
            await self.journal.finish(claim)

    async def _apply_claimed(
        self, planned: PlannedNumber, claim: Claim, waits: anyio.abc.TaskGroup
    ) -> None:
        done, is_pending = 0, False
        try:
            current = await read_current(self.client, planned.phone_number, planned.fields)
            first = next_step(planned, current, claim.step)
            if first is None:
                await self._end(planned, ApplyOutcome.REFUSED, 0, mismatch(planned, current))
                return
            shown = None if current is None else current.number
            is_pending = first == len(planned.steps) and current is not None and current.is_pending
            steps = self._steps(planned, claim)
            for done in range(first, len(planned.steps)):
                shown = await steps.run(done, shown) or shown
                is_pending = is_pending or (shown is not None and _is_pending(planned, shown))
            done = len(planned.steps)
        except _FATAL:
            raise
        except StepPendingError as pending:
            await self._end(planned, ApplyOutcome.PENDING, done, str(pending))
        except StepFailedError as failed:
            await self._end(planned, ApplyOutcome.FAILED, done, str(failed))
        except OutcomeUnknownError as error:
            await self._end(planned, ApplyOutcome.UNKNOWN, done, _text(error))
        except SinchNumbersError as error:
            self._attempts[planned.phone_number] += 1
            if error.transient and self._attempts[planned.phone_number] <= _RETRIES:
                self._failures += 1
                self._retried.append(planned)
            else:
                await self._end(planned, ApplyOutcome.FAILED, done, _text(error))
        else:
            has_changed = first < len(planned.steps)
            outcome = ApplyOutcome.APPLIED if has_changed else ApplyOutcome.UNCHANGED
            if not is_pending:
                await self._end(planned, outcome, done, "")
                return
            # A wait must not keep a worker from the next number, and ends with the group.
            await self._waits.acquire_on_behalf_of(planned.phone_number)
            waits.start_soon(self._wait, planned, outcome)

    def _steps(self, planned: PlannedNumber, claim: Claim) -> Steps:
        return Steps(
            client=self.client,
            journal=self.journal,
            claim=claim,
            planned=planned,
            deadline=self.deadline,
            longest_pause=self.longest_pause,
            method=self.method,
        )

    async def _wait(self, planned: PlannedNumber, outcome: ApplyOutcome) -> None:
        """Wait for the provisioning of a number, and report its result."""
        changed, count = _changed(planned), len(planned.steps)
        try:
            result = await self.client.active_numbers.wait_until_provisioned(
                planned.phone_number,
                sms=None if changed & set(SMS) else False,
                voice=None if changed & set(VOICE) else False,
                deadline=self.deadline,
                longest_pause=self.longest_pause,
            )
        except _FATAL:
            raise
        except SinchNumbersError as error:
            await self._end(planned, ApplyOutcome.PENDING, count, _text(error))
            return
        finally:
            self._waits.release_on_behalf_of(planned.phone_number)
        if result.ok:
            await self._end(planned, outcome, count, "")
        elif result.outcome is WaitOutcome.FAILED:
            await self._end(planned, ApplyOutcome.FAILED, count, result.explanation)
        else:
            await self._end(planned, ApplyOutcome.PENDING, count, result.explanation)

    async def _end(
        self, planned: PlannedNumber, outcome: ApplyOutcome, steps: int, message: str
    ) -> None:
        result = ApplyResult(
            phone_number=planned.phone_number,
            action=planned.action,
            outcome=outcome,
            steps=steps,
            total=len(planned.steps),
            message=printable(message),
        )
        self._results[planned.phone_number] = result
        self._failures += outcome in FAILURES
        if self.on_result is not None:
            await notify(self.on_result, result)


def _is_pending(planned: PlannedNumber, number: ActiveNumber) -> bool:
    """Whether provisioning of a changed configuration is in progress, or has just failed."""
    changed = _changed(planned)
    return (bool(changed & set(SMS)) and status.sms_job(number) is not None) or (
        bool(changed & set(VOICE)) and status.voice_job(number) is not None
    )


def _changed(planned: PlannedNumber) -> set[str]:
    """Return the fields that the steps change."""
    return {
        name for step in planned.steps if step.action is not StepAction.BUY for name in step.set
    }


def _text(error: SinchNumbersError) -> str:
    return "; ".join((str(error), *getattr(error, "__notes__", ())))
