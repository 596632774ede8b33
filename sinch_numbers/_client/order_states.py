"""State of number orders, hosting orders, and qualifications, as read from the resource."""

from collections.abc import Callable, Mapping
from typing import Final

from sinch_numbers._client.waiting import Reading, WaitOutcome
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.models import (
    GlobalProcessState,
    HostingOrder,
    HostingOrderState,
    NumberOrder,
    NumberOrderState,
    QualifiedNumber,
)

_ORDERS: Final[Mapping[str, str | None]] = {
    NumberOrderState.COMPLETED: None,
    NumberOrderState.REJECTED: "rejected permanently: correct the data and create a new order",
    NumberOrderState.BLOCKED: "on hold: resume the order with the corrections that it requests",
    NumberOrderState.EXPIRED: "not submitted in time: create a new order",
}
"""End states of number orders, with advice."""
_HOSTING_ORDERS: Final[Mapping[str, str | None]] = {
    HostingOrderState.COMPLETED: None,
    HostingOrderState.REJECTED: "rejected: ask Sinch for the reason, and create a new order",
}
_PREFIX: Final = "GLOBAL_PROCESS_STATE_"
_PROGRESS: Final = (
    GlobalProcessState.ELIGIBLE_CHECK_PENDING,
    GlobalProcessState.ELIGIBLE,
    GlobalProcessState.VERIFICATION_PENDING,
    GlobalProcessState.VERIFIED,
    GlobalProcessState.HOSTING_IN_PROGRESS,
    GlobalProcessState.HOSTING_DONE,
)
"""The successive states of a qualification."""
_SETBACKS: Final[Mapping[str, tuple[GlobalProcessState, str]]] = {
    GlobalProcessState.NOT_ELIGIBLE: (
        GlobalProcessState.ELIGIBLE_CHECK_PENDING,
        "the number cannot be text-enabled",
    ),
    GlobalProcessState.VERIFICATION_FAILED: (
        GlobalProcessState.VERIFICATION_PENDING,
        "ownership was not verified: send new invoices, or another voice challenge",
    ),
    GlobalProcessState.VERIFICATION_BLOCKED: (
        GlobalProcessState.VERIFICATION_PENDING,
        "verification is blocked after too many attempts: contact Sinch support",
    ),
    GlobalProcessState.HOSTING_FAILED: (
        GlobalProcessState.HOSTING_IN_PROGRESS,
        "hosting failed: correct the problem and text-enable the number again",
    ),
}
"""States in which a qualification stops, with the last state before and advice."""


def number_order(order: NumberOrder) -> Reading:
    """Judge a number order."""
    return _ended(order.state, _ORDERS)


def hosting_order(order: HostingOrder) -> Reading:
    """Judge a hosting order; one that waits for a signature is in progress."""
    return _ended(order.state, _HOSTING_ORDERS)


def _ended(state: str | None, ends: Mapping[str, str | None]) -> Reading:
    if state is None or state not in ends:
        return Reading(state=str(state or "unknown"))
    problem = ends[state]
    outcome = WaitOutcome.SUCCEEDED if problem is None else WaitOutcome.FAILED
    return Reading(state=str(state), outcome=outcome, problem=problem)


def qualification_judge(until: object) -> Callable[[QualifiedNumber], Reading]:
    """Return the function that judges a number in qualification for the state *until*."""
    goal = GlobalProcessState(until.upper()) if isinstance(until, str) else None
    if goal not in _PROGRESS[1:]:
        names = ", ".join(state.removeprefix(_PREFIX) for state in _PROGRESS[1:])
        raise InvalidArgumentError("until", f"one of {names}", until)
    needed = _PROGRESS.index(goal)

    def judge(number: QualifiedNumber) -> Reading:
        state = number.global_process_state
        shown = str(state or "unknown").removeprefix(_PREFIX)
        reached, problem = (state, None) if state is None else _SETBACKS.get(state, (state, None))
        outcome = None
        if reached in _PROGRESS and _PROGRESS.index(reached) >= needed:
            outcome, problem = WaitOutcome.SUCCEEDED, None
        elif problem is not None:
            outcome, problem = WaitOutcome.FAILED, "; ".join([problem, *_reasons(number)])
        # A read may show a failure from before the last voice challenge.
        reads = 2 if outcome is WaitOutcome.FAILED else 1
        return Reading(
            state=shown, outcome=outcome, problem=problem, steps=_steps(number), reads=reads
        )

    return judge


def _steps(number: QualifiedNumber) -> dict[str, str]:
    steps = {
        "eligibility": number.osr_eligibility,
        "ownership": number.ownership_verification,
        "hosting": number.hosted_number,
    }
    return {name: str(step.status) for name, step in steps.items() if step and step.status}


def _reasons(number: QualifiedNumber) -> list[str]:
    steps = (number.osr_eligibility, number.ownership_verification, number.hosted_number)
    return [step.error for step in steps if step is not None and step.error]
