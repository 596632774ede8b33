"""The built-in rules about imported numbers, hosting orders and qualified numbers."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

import attrs

from sinch_numbers.audit._findings import Message, Rule, Severity
from sinch_numbers.audit._rules import span
from sinch_numbers.models import (
    CarrierState,
    GlobalProcessState,
    HostingOrder,
    HostingOrderState,
    ImportedNumber,
    QualifiedNumber,
    ServiceProvisioning,
    StepState,
    explanations,
)

__all__ = [
    "HOSTING_ORDER_REJECTED",
    "IMPORTED_FAILED",
    "IMPORTED_UNCHECKED",
    "QUALIFICATION_FAILED",
    "hosting_order_stuck",
    "imported_stuck",
    "qualification_stuck",
]

_PREFIX: Final = "GLOBAL_PROCESS_STATE_"
_IN_PROGRESS: Final = (None, StepState.WAITING, StepState.IN_PROGRESS)
_OPEN_ORDERS: Final = (
    HostingOrderState.SUBMITTED,
    HostingOrderState.WAITING_FOR_LOA_SIGNATURE,
    HostingOrderState.IN_PROGRESS,
)
_FAILED: Final = (
    GlobalProcessState.NOT_ELIGIBLE,
    GlobalProcessState.VERIFICATION_FAILED,
    GlobalProcessState.VERIFICATION_BLOCKED,
    GlobalProcessState.HOSTING_FAILED,
)
_OPEN: Final = (
    GlobalProcessState.ELIGIBLE_CHECK_PENDING,
    GlobalProcessState.VERIFICATION_PENDING,
    GlobalProcessState.HOSTING_IN_PROGRESS,
)


@attrs.frozen(kw_only=True)
class StuckRule(Rule):
    """Rule about an order or number without progress for longer than a time."""

    after: timedelta = timedelta(days=1)


IMPORTED_FAILED: Final = Rule(
    id="imported-failed",
    severity=Severity.ERROR,
    title="Imported number failed",
    meaning="A service plan, campaign or carrier did not accept the imported number.",
    advice="Correct the cause, then unlink the number and link it again, in two requests.",
)
"""Imported numbers whose provisioning failed, at a service plan, campaign or carrier."""

HOSTING_ORDER_REJECTED: Final = Rule(
    id="hosting-order-rejected",
    severity=Severity.ERROR,
    title="Hosting order rejected",
    meaning="The numbers of the order are neither imported nor text-enabled.",
    advice="Read the order and its numbers for the reason, then create another order.",
)
"""Hosting orders that were rejected."""

QUALIFICATION_FAILED: Final = Rule(
    id="qualification-failed",
    severity=Severity.ERROR,
    title="Qualification failed",
    meaning="The number cannot be text-enabled.",
    advice="Prove the ownership again, or ask Sinch about the eligibility.",
)
"""Qualified numbers that are not eligible, not verified, or could not be hosted."""

IMPORTED_UNCHECKED: Final = Rule(
    id="imported-unchecked",
    severity=Severity.WARNING,
    title="Imported numbers could not be checked",
    meaning="A list of imported numbers, hosting orders or qualified numbers could not be read.",
    advice="Audit again; if it fails again, report the error to Sinch.",
)
"""Lists of the host for imported numbers that could not be read, and unreadable items."""


def imported_stuck(after: timedelta = timedelta(days=1)) -> Rule:
    """
    Return the rule for imported numbers without progress for longer than *after*.

    Args:
        after: Time without progress.

    Example::

        rules = [*DEFAULT_RULES, imported_stuck(after=timedelta(days=3))]
        report = await audit(client, rules=rules, imported=True)
    """
    return StuckRule(
        id="imported-stuck",
        severity=Severity.WARNING,
        title="Imported number is stuck",
        meaning=f"A provisioning step has made no progress for more than {span(after)}.",
        advice="Ask Sinch support about the number.",
        after=after,
    )


def hosting_order_stuck(after: timedelta = timedelta(days=7)) -> Rule:
    """
    Return the rule for open hosting orders without a change for longer than *after*.

    Args:
        after: Time without a change.

    Example::

        rules = [*DEFAULT_RULES, hosting_order_stuck(after=timedelta(days=14))]
        report = await audit(client, rules=rules, imported=True)
    """
    return StuckRule(
        id="hosting-order-stuck",
        severity=Severity.WARNING,
        title="Hosting order is stuck",
        meaning=f"The order is open and has not changed for more than {span(after)}.",
        advice="Check that the letter of authorization was signed, or ask Sinch support.",
        after=after,
    )


def qualification_stuck(after: timedelta = timedelta(days=7)) -> Rule:
    """
    Return the rule for pending qualifications without a change for longer than *after*.

    Args:
        after: Time without a change.

    Example::

        rules = [*DEFAULT_RULES, qualification_stuck(after=timedelta(days=14))]
        report = await audit(client, rules=rules, imported=True)
    """
    return StuckRule(
        id="qualification-stuck",
        severity=Severity.WARNING,
        title="Qualification is stuck",
        meaning=f"The qualification is pending and has not changed for more than {span(after)}.",
        advice="Prove the ownership by invoices or a voice challenge, or ask Sinch support.",
        after=after,
    )


def imported_failures(number: ImportedNumber) -> Iterator[Message]:
    """Yield the failed steps of *number*, except those that `PROVISIONING_FAILED` finds."""
    for name, step in _steps(number):
        if step.state == StepState.FAILED:
            why = step.error_message or "no reason was given"
            code = f" ({step.error_code})" if step.error_code else ""
            yield Message(f"{name}: {why}{code}", cause=f"{name} {step.error_code or ''}")


def imported_delays(number: ImportedNumber, now: datetime, after: timedelta) -> Iterator[Message]:
    """Yield the steps of *number* without progress for longer than *after*."""
    for name, step in _steps(number):
        idle = None if step.update_time is None else now - step.update_time
        if idle is not None and idle > after and step.state in _IN_PROGRESS:
            state = step.state or "no state"
            yield Message(f"{name}: {state} for {span(idle)}", cause=f"{name} {state}")


def order_problems(order: HostingOrder) -> Iterator[Message]:
    """Yield a message if *order* was rejected."""
    if order.state == HostingOrderState.REJECTED:
        yield Message(f"order {order.hosting_order_id} was rejected", cause=order.hosting_order_id)


def order_delays(order: HostingOrder, now: datetime, after: timedelta) -> Iterator[Message]:
    """Yield a message if *order* is open and unchanged for longer than *after*."""
    changed = order.updated_time or order.created_time
    if order.state in _OPEN_ORDERS and changed is not None and now - changed > after:
        words = f"order {order.hosting_order_id}: {order.state} for {span(now - changed)}"
        yield Message(words, cause=f"{order.hosting_order_id} {order.state}")


def qualification_problems(number: QualifiedNumber) -> Iterator[Message]:
    """Yield a message if the qualification of *number* failed."""
    state = number.global_process_state
    if state is not None and state in _FAILED:
        steps = (number.osr_eligibility, number.ownership_verification, number.hosted_number)
        reasons = [step.error for step in steps if step is not None and step.error]
        reasons = reasons or [one.meaning for one in explanations(number)]
        name = state.removeprefix(_PREFIX)
        yield Message("; ".join((name, *dict.fromkeys(reasons))), cause=name)


def qualification_delays(
    number: QualifiedNumber, now: datetime, after: timedelta
) -> Iterator[Message]:
    """Yield a message if *number* is pending and unchanged for longer than *after*."""
    state, changed = number.global_process_state, number.updated_time or number.created_time
    if state is not None and state in _OPEN and changed is not None and now - changed > after:
        name = state.removeprefix(_PREFIX)
        yield Message(f"{name} for {span(now - changed)}", cause=name)


def _steps(number: ImportedNumber) -> Iterator[tuple[str, ServiceProvisioning | CarrierState]]:
    steps: list[tuple[str, ServiceProvisioning | CarrierState | None]] = [
        ("service plan", number.sms_provisioning),
        ("campaign", number.campaign_provisioning),
    ]
    if carriers := number.mno_configuration:
        steps += [
            ("SMS at AT&T", carriers.sms_att),
            ("SMS at T-Mobile", carriers.sms_tmo),
            ("MMS at AT&T", carriers.mms_att),
            ("MMS at T-Mobile", carriers.mms_tmo),
        ]
    yield from ((name, step) for name, step in steps if step is not None)
