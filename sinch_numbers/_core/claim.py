"""
Claim: the outermost step of a billable call, and its journal entry.

Billable calls for the same number run one at a time: a read that verifies one of them could
not distinguish its effect from that of the other. The claim lasts until the outcome is known,
also beyond the call and, in a durable store, beyond the process. A number that was rented stays
owned by the entry, so that no other call takes it for its own.
"""

import asyncio
import time
import uuid
from collections.abc import Awaitable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, TypeVar

import attrs

from sinch_numbers._core.billing.decisions import Action, Event, Progress
from sinch_numbers._core.billing.evidence import Evidence
from sinch_numbers._core.billing.foreign_rents import LATEST, OTHER_RENTER, foreign_rent
from sinch_numbers._core.billing.journal import (
    Claims,
    Holder,
    JournalEntry,
    OperationState,
    keeps_claim,
    summary,
)
from sinch_numbers._core.billing.options import BillingOptions
from sinch_numbers._core.billing.register import Register, Unresolved
from sinch_numbers._core.billing.service_clock import ServiceClock, now_with_suspend
from sinch_numbers._core.billing.settlement import settle
from sinch_numbers._core.call import Call, Step
from sinch_numbers._core.delivery import Delivery, current_delivery
from sinch_numbers._core.logging import logger, masked
from sinch_numbers._core.polling import Polling
from sinch_numbers._core.progress_events import ClaimWait, OwnershipCheck
from sinch_numbers._core.retry.driver import RetryLater, repeat
from sinch_numbers._core.retry.policy import Backoff
from sinch_numbers.errors import (
    AlreadyOwnedError,
    AuthUnavailableError,
    ClientClosedError,
    NumberBusyError,
    OutcomeUnknownError,
    SinchNumbersError,
    StoreError,
    UnexpectedResultError,
)
from sinch_numbers.models import ActiveNumber

T = TypeVar("T")

_RECORDING_TIME: Final = 5.0
"""Seconds that a cancelled call takes to record its outcome, at most."""
_READS_BEFORE: Final = 4
_NO_LOG_ERRORS: Final = suppress(Exception)
"""The error of a log filter must not replace the error of the call."""


class Claim:
    """Run a billable call with a claim on its subject; record the outcome."""

    def __init__(
        self,
        run: Step,
        register: Register,
        backoff: Backoff,
        options: BillingOptions,
        clock: ServiceClock,
    ) -> None:
        self._run = run
        self._clock = clock
        self._register = register
        self._backoff = backoff
        self._options = options
        self._store = options.store

    async def __call__(self, call: Call) -> Any:
        """Run *call*; record whether it took effect, did not, or whether that is unknown."""
        delivery = current_delivery.get()
        try:
            return await self._run_claimed(call, delivery)
        finally:
            if delivery is not None and call.under_way:
                delivery.finished()

    async def _run_claimed(self, call: Call, delivery: Delivery | None) -> Any:
        entry = await self._claim(call)
        call.entry, operation = entry, call.operation
        call.progress = Progress(
            acquires=entry.acquires,
            exclusive=entry.exclusive,
            settle_timeout=entry.settle_timeout,
            readable=operation.confirm is not None,
            named=entry.claims is not Claims.PICKS,
            read_before=call.must_be_new,
            max_retries=call.policy.max_retries,
        )
        try:
            if call.on(Event.CLAIMED) is Action.READ_BEFORE:
                await self._read_before(call)
            elif self._needs_time(entry):
                await self._read(call)
            result = await self._run(call)
        except (ClientClosedError, StoreError) as ended:
            if not call.journaled_progress.doubt:
                await self._record_failure(call, ended)
                raise
            error = OutcomeUnknownError(
                f"unknown whether the call took effect: {ended.message} before it was verified"
            )
            error.cause = ended
            await self._record_failure(call, error)
            raise error from None
        except BaseException as error:
            await self._record_failure(call, error)
            raise
        if delivery is not None and not delivery.ended:
            lost = _unresolved(call, "interrupted after the call took effect", result)
            self._register.hold(lost, call.reconcile, delivery)
        await self._record_success(call, result)
        return result

    def _needs_time(self, entry: JournalEntry) -> bool:
        """Whether *entry* is confirmed by time, and no response has shown that of the service."""
        picks = entry.claims is Claims.PICKS and entry.exclusive
        return picks and self._clock.earliest() is None

    async def _claim(self, call: Call) -> JournalEntry:
        """Claim the subject of *call*; wait for the claim of another call until the deadline."""
        options, operation = self._options, call.operation
        subject = call.subject
        if operation.claims is Claims.PICKS and options.exclusive:
            subject = operation.id
        entry = JournalEntry(
            id=call.tag or uuid.uuid4().hex,
            operation=operation.id,
            origin=options.origin,
            project_id=options.project_id,
            subject=subject,
            claims=operation.claims,
            segments=call.segments,
            request=call.plain_request,
            tag=call.tag,
            exclusive=options.exclusive,
            settle_timeout=options.settle_timeout,
            attempt_timeout=options.timeout,
        )
        polling = Polling(first=0.02, longest=1.0, factor=1.5)
        limit = options.deadline if call.waits else 0.0
        give_up_at = None if limit is None else time.monotonic() + limit
        reported = False
        while isinstance(held := await self._insert(entry), Holder):
            if held.owned:
                await self._check_owned(call, entry, held)
                continue
            left = None if give_up_at is None else give_up_at - time.monotonic()
            holder = await self._store.get(held.entry_id)
            # It may have ended since, and its claim with it.
            if (holder is not None and _is_blocking(holder)) or (left is not None and left <= 0):
                raise NumberBusyError(str(subject), held.entry_id)
            if not reported:
                reported = True
                options.report(ClaimWait(subject=subject, op_id=held.entry_id, at_most=left))
            await polling.wait(asyncio.Event(), left)
        return held

    async def _insert(self, entry: JournalEntry) -> JournalEntry | Holder:
        """Claim the subject of *entry*; a caller that is cancelled leaves no claim behind."""
        try:
            return await _uncancelled(self._store.claim(entry, self._options.lease))
        except asyncio.CancelledError:
            absent = self._store.finish(entry, OperationState.ABSENT, reason="cancelled")
            with suppress(StoreError):
                await _uncancelled(absent)
            raise

    async def _check_owned(self, call: Call, entry: JournalEntry, owner: Holder) -> None:
        """Raise `AlreadyOwnedError`, unless reads prove that the project lost the subject."""
        subject = str(entry.subject)
        owned = AlreadyOwnedError(subject, f"by the operation {owner.entry_id}")
        if not call.waits:
            raise owned
        lost = Progress(
            acquires=False,
            exclusive=False,
            settle_timeout=entry.settle_timeout,
            may_repeat=False,
        )
        until = call.verification_end(entry.settle_timeout)

        def report(at_most: float) -> None:
            event = OwnershipCheck(subject=subject, op_id=owner.entry_id, at_most=at_most)
            self._options.report(event)

        settled = await settle(partial(call.read_effect, entry), lost, until=until, report=report)
        call.verified_for += settled.seconds
        if settled.action is not Action.FAIL:
            raise owned
        await self._store.end_ownership(entry.origin, entry.project_id, subject)

    async def _read(self, call: Call) -> Evidence:
        """Read the subject before anything is sent, with retries until the deadline."""
        reads = 0
        deadline = self._options.deadline
        give_up_at = None if deadline is None else time.monotonic() + deadline

        async def read() -> Evidence:
            nonlocal reads
            try:
                return await call.read_effect()
            except SinchNumbersError as error:
                reads += 1
                delay = self._backoff.pause(error, reads - 1)
                # The token service has its own retries, which these would multiply.
                fails = not error.transient or isinstance(error, AuthUnavailableError)
                late = give_up_at is not None and time.monotonic() + (delay or 0.0) > give_up_at
                if fails or late or reads == _READS_BEFORE or delay is None:
                    call.describe(error)
                    error.maybe_applied = False  # nothing was sent
                    raise
                call.report_retry(error, delay, reads + 1, _READS_BEFORE)
                raise RetryLater(delay) from error

        return await repeat(read)

    async def _read_before(self, call: Call) -> None:
        """Read the subject before the request; raise `AlreadyOwnedError` if it is there."""
        evidence = await self._read(call)
        found = evidence.event is not Event.READ_ABSENT
        action = call.on(Event.BEFORE_PRESENT if found else Event.BEFORE_ABSENT)
        if action is Action.FAIL_OWNED:
            raise AlreadyOwnedError(str(call.subject), await self._renter_of(call, evidence))
        call.entry = attrs.evolve(call.journaled, absent_before=True)

    async def _renter_of(self, call: Call, found: Evidence) -> str:
        """Return why *found* was not rented by a call of the journal; empty if that is unknown."""
        held = found.value or next(iter(found.candidates), None)
        if not self._options.exclusive or not isinstance(held, ActiveNumber):
            return ""
        entry = call.journaled
        entries = await self._store.entries(
            origin=entry.origin, project_id=entry.project_id, limit=LATEST
        )
        since = foreign_rent(held, [one for one in entries if one.id != entry.id])
        if since is None:
            return ""
        with _NO_LOG_ERRORS:
            logger.warning("%s was rented by another renter", masked(call.subject))
        return f"rented on {since:%F %T} UTC; {OTHER_RENTER}"

    async def _record_success(self, call: Call, result: Any) -> None:
        """Record the effect; a failing store must not hide a result that is paid for."""
        shown = summary(result)
        owns = shown.get("phoneNumber") if call.journaled.acquires else None
        try:
            await _uncancelled(
                self._store.finish(call.journaled, OperationState.APPLIED, result=shown, owns=owns)
            )
        except StoreError as error:
            logger.error("%s took effect, but is not recorded: %s", shown, masked(error))
        except asyncio.CancelledError:
            call.entry = attrs.evolve(call.journaled, result=shown)
            self._register.add(_unresolved(call, "cancelled", result), call.reconcile)
            raise

    async def _record_failure(self, call: Call, error: BaseException) -> None:
        """Record that the call had no effect, or that its outcome is unknown."""
        state, reason, result, owns = OperationState.ABSENT, "", None, None
        if isinstance(error, OutcomeUnknownError):
            state = OperationState.UNKNOWN
            reason = error.cause.message if error.cause else error.message
        elif isinstance(error, UnexpectedResultError):
            state, reason, result = OperationState.APPLIED, error.message, summary(error.result)
            owns = result.get("phoneNumber")
        elif isinstance(error, SinchNumbersError):
            reason = error.message
        elif call.first_sent is not None:
            # Cancelled, or a bug of a transport or a log handler: the service may still complete
            # the request.
            state = OperationState.UNKNOWN
            cancelled = isinstance(error, asyncio.CancelledError)
            reason = "cancelled" if cancelled else f"failed with {type(error).__name__}"
        if state is OperationState.UNKNOWN:
            self._record_unknown(call, error, reason)
        try:
            await _uncancelled(
                self._store.finish(call.journaled, state, reason=reason, result=result, owns=owns)
            )
        except StoreError as problem:
            logger.error("%s of %s is not recorded: %s", state, call.subject, masked(problem))

    def _record_unknown(self, call: Call, error: BaseException, reason: str) -> None:
        if call.instrumentation is not None:
            call.instrumentation.unknown()
        unresolved = self._register.add(_unresolved(call, reason), call.reconcile)
        if isinstance(error, OutcomeUnknownError):
            self._register.describe(error, unresolved)
            call.describe(error)
            with _NO_LOG_ERRORS:
                logger.warning("outcome unknown: %s", masked(error))
        else:
            with _NO_LOG_ERRORS:
                where = masked(call.path)
                logger.warning("%s, outcome unknown: %s %s", reason, call.method, where)


class Journal:
    """Record that a billable request may be sent, before its first byte."""

    def __init__(self, options: BillingOptions, clock: ServiceClock) -> None:
        self._options = options
        self._store = options.store
        self._clock = clock

    async def __call__(self, call: Call) -> None:
        """Mark the entry of *call* as sent, and make sure that its lease covers the attempt."""
        options = self._options
        needed = options.timeout + 5.0
        while True:
            started = call.leased_at = now_with_suspend()
            entry = attrs.evolve(call.journaled, sent_after=self._clock.earliest())
            call.entry = await self._store.mark_sent(entry, options.lease)
            # A process that was suspended meanwhile may have lost the entry to another one.
            if now_with_suspend() - started < options.lease - needed:
                return


def _unresolved(call: Call, reason: str, result: Any = None) -> Unresolved:
    return Unresolved(
        op_id=call.journaled.id,
        method=call.method,
        path=call.path,
        phone_number=call.expected_number or summary(result).get("phoneNumber"),
        first_sent_at=datetime.fromtimestamp(call.first_sent or time.time(), UTC),
        reason=reason,
        applied=result is not None,
        result=result,
    )


def _is_blocking(holder: JournalEntry) -> bool:
    """Whether *holder* keeps its claim until its unknown outcome is settled."""
    return holder.state is OperationState.UNKNOWN and keeps_claim(holder, holder.state)


async def _uncancelled(work: Awaitable[T]) -> T:
    """Await *work*; if the caller is cancelled, first wait until it has ended."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=_RECORDING_TIME)
        raise
