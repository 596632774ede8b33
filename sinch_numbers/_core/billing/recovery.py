"""
Recovery: the outcome of journal entries whose call has ended, found by reading.

Never sends a billable request. An entry is taken over first, so that of several processes that
recover at the same time one reads and records.
"""

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

import attrs

from sinch_numbers._core.billing.decisions import Action, Event, Progress, step
from sinch_numbers._core.billing.evidence import Evidence
from sinch_numbers._core.billing.journal import (
    APPLIED_STATES,
    JournalEntry,
    OperationState,
    summary,
)
from sinch_numbers._core.billing.options import BillingOptions
from sinch_numbers._core.billing.register import Register, Unresolved
from sinch_numbers._core.billing.settlement import Settlement, settle
from sinch_numbers._core.delivery import current_delivery
from sinch_numbers.errors import InvalidArgumentError, OutcomeUnknownError
from sinch_numbers.models._serializable import Serializable

__all__ = ["Recovered"]

_EXPIRY_MARGIN: Final = timedelta(hours=1)

Confirm = Callable[[JournalEntry], Awaitable[Evidence]]


@attrs.frozen(kw_only=True)
class Recovered(Serializable):
    """A journal entry after recovery."""

    entry: JournalEntry
    """The entry with its state: ``applied``, ``absent``, or still ``unknown``."""
    result: Any = None
    """The number or order as read, if the call took effect and a read shows it."""
    candidates: tuple[Any, ...] = ()
    """Numbers that the call may have rented, if its outcome is unknown."""
    expires_at: datetime | None = None
    """Time at which an order expires that was created, if its outcome is unknown."""


async def recover(
    entry: JournalEntry,
    confirm: Confirm | None,
    options: BillingOptions,
    expires_after: timedelta | None = None,
) -> Recovered | None:
    """
    Take *entry* over, read its effect with *confirm*, and record the outcome.

    An effect that no read shows is gone *expires_after* the request. Return ``None`` if its
    owner is still working on it, or another process has taken it over.
    """
    store = options.store
    mine = await store.take_over(entry, options.lease)
    if mine is None:
        return None
    if mine.state is OperationState.CLAIMED:
        never_sent = await store.finish(mine, OperationState.ABSENT, reason="it was not sent")
        return Recovered(entry=never_sent)
    expires_at = None
    if expires_after is not None and mine.sent_at is not None:
        expires_at = mine.sent_at + expires_after
        if expires_at + _EXPIRY_MARGIN < _taken_over_at(mine, options):
            gone = f"an effect would have expired on {expires_at:%F %T} UTC"
            return Recovered(entry=await store.finish(mine, OperationState.ABSENT, reason=gone))
    not_before = _last_request_at(entry, _taken_over_at(mine, options))
    settled = await _settle(mine, confirm, options, not_before)
    evidence = settled.evidence
    why = evidence.why if evidence else ""
    if settled.action is Action.RETURN_READ and evidence is not None:
        shown = summary(evidence.value)
        owns = shown.get("phoneNumber") if mine.acquires else None
        applied = await store.finish(mine, OperationState.APPLIED, result=shown, owns=owns)
        return Recovered(entry=applied, result=evidence.value)
    if settled.action in (Action.FAIL, Action.FAIL_OWNED):
        reason = why or "reads over the settle timeout found no effect"
        return Recovered(entry=await store.finish(mine, OperationState.ABSENT, reason=reason))
    reason = why or mine.reason or "reads did not show the outcome"
    return Recovered(
        entry=await store.finish(mine, OperationState.UNKNOWN, reason=reason),
        candidates=evidence.candidates if evidence else (),
        expires_at=expires_at,
    )


async def reconcile(
    op_id: str, confirm: Confirm | None, options: BillingOptions, register: Register
) -> Any:
    """
    Return the result of the call *op_id* if it took effect, or ``None`` if it had no effect.

    Raise `OutcomeUnknownError` if that is still unknown.
    """
    unresolved = register.find(op_id)
    if unresolved is not None and unresolved.applied:
        register.settle(op_id)
        return _held(unresolved, unresolved.result, register)
    entry = await options.store.get(op_id)
    if entry is None:
        raise InvalidArgumentError("unknown", "the ID of an unresolved call", op_id)
    recovered = await recover(entry, confirm, options) if entry.is_open else None
    if recovered is None:  # by another process, or a person
        entry = await options.store.get(op_id) or entry
        result = None
        if entry.state in APPLIED_STATES and confirm is not None:
            result = (await confirm(entry)).value
        recovered = Recovered(entry=entry, result=result)
    if recovered.entry.is_open:
        error = OutcomeUnknownError(
            f"unknown whether the call took effect: {recovered.entry.reason}"
        )
        error.candidates = recovered.candidates
        if unresolved is not None:
            register.describe(error, unresolved)
        raise error
    register.settle(op_id)
    if unresolved is not None and recovered.result is not None:
        return _held(unresolved, recovered.result, register)
    return recovered.result


def _held(unresolved: Unresolved, result: Any, register: Register) -> Any:
    """Return *result*; if an interrupt discards it, the call is unresolved again."""
    if (delivery := current_delivery.get()) is not None:
        known = attrs.evolve(unresolved, applied=True, result=result)

        async def again(_: str) -> Any:
            register.settle(known.op_id)
            return result

        register.hold(known, again, delivery)
    return result


async def _settle(
    entry: JournalEntry, confirm: Confirm | None, options: BillingOptions, not_before: float
) -> Settlement:
    progress, action = step(
        Progress(
            acquires=entry.acquires,
            exclusive=entry.exclusive,
            settle_timeout=entry.settle_timeout,
            readable=confirm is not None,
            may_repeat=False,
            absent_before=entry.absent_before,
            not_before=not_before,
        ),
        Event.TAKEN_OVER,
    )
    if action is not Action.READ or confirm is None:
        return Settlement(action, progress, None)
    renew = partial(options.store.renew, entry, options.lease)
    report = partial(options.report_check, entry.operation, entry.subject)
    return await settle(partial(confirm, entry), progress, renew, report=report)


def _taken_over_at(mine: JournalEntry, options: BillingOptions) -> datetime:
    """Return when *mine* was taken over, by the clock of the store, which may differ from ours."""
    if mine.lease_until is None:
        return datetime.now(UTC)
    return mine.lease_until - timedelta(seconds=options.lease)


def _last_request_at(entry: JournalEntry, taken_over_at: datetime) -> float:
    """
    Return the latest time, by `time.monotonic`, at which the owner may still send a request.

    An owner whose lease has ended may be suspended rather than dead, and finish its attempt when
    it wakes up. An entry that was taken over before the end of its lease belonged to a process
    that is known to be dead.
    """
    sending = entry.state is OperationState.SENT
    if sending and entry.lease_until is not None and entry.lease_until <= taken_over_at:
        return time.monotonic() + entry.attempt_timeout
    return 0.0
