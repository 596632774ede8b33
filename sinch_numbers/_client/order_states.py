"""State of number orders, hosting orders, and qualifications, as read from the resource."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from sinch_numbers._client.wait_results import WaitOutcome
from sinch_numbers._client.waiting import Reading
from sinch_numbers._core.choices import word
from sinch_numbers.models import (
    GlobalProcessState,
    HostingOrder,
    HostingOrderState,
    NumberOrder,
    NumberOrderState,
    QualifiedNumber,
    explanations,
)

_ENDS: Final[Mapping[str, WaitOutcome]] = {
    NumberOrderState.COMPLETED: WaitOutcome.SUCCEEDED,
    NumberOrderState.REJECTED: WaitOutcome.FAILED,
    NumberOrderState.BLOCKED: WaitOutcome.FAILED,
    NumberOrderState.EXPIRED: WaitOutcome.FAILED,
}
"""End states of number orders."""
_HOSTING_ENDS: Final[Mapping[str, WaitOutcome]] = {
    HostingOrderState.COMPLETED: WaitOutcome.SUCCEEDED,
    HostingOrderState.REJECTED: WaitOutcome.FAILED,
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
_GOALS: Final = tuple(state.removeprefix(_PREFIX) for state in _PROGRESS[1:])
"""The states that can be waited for: the first one is where a qualification begins."""
_SETBACKS: Final[Mapping[str, GlobalProcessState]] = {
    GlobalProcessState.NOT_ELIGIBLE: GlobalProcessState.ELIGIBLE_CHECK_PENDING,
    GlobalProcessState.VERIFICATION_FAILED: GlobalProcessState.VERIFICATION_PENDING,
    GlobalProcessState.VERIFICATION_BLOCKED: GlobalProcessState.VERIFICATION_PENDING,
    GlobalProcessState.HOSTING_FAILED: GlobalProcessState.HOSTING_IN_PROGRESS,
}
"""States in which a qualification stops, and the state before each."""


def number_order(order: NumberOrder) -> Reading:
    """Judge a number order."""
    return _ended(order, _ENDS)


def hosting_order(order: HostingOrder) -> Reading:
    """Judge a hosting order; one that waits for a signature is in progress."""
    return _ended(order, _HOSTING_ENDS)


def _ended(order: NumberOrder | HostingOrder, ends: Mapping[str, WaitOutcome]) -> Reading:
    state = str(order.state or "unknown")
    outcome = ends.get(state)
    return Reading(state=state, outcome=outcome, problem=_problem(order, outcome))


def _problem(resource: Any, outcome: WaitOutcome | None) -> str | None:
    if outcome is not WaitOutcome.FAILED:
        return None
    return "; ".join(map(str, explanations(resource)))


def qualification_judge(until: object) -> Callable[[QualifiedNumber], Reading]:
    """Return the function that judges a number in qualification for the state *until*."""
    name = until.removeprefix(_PREFIX) if isinstance(until, str) else until
    needed = 1 + _GOALS.index(word(name, _GOALS, "until"))

    def judge(number: QualifiedNumber) -> Reading:
        state = number.global_process_state
        stopped = state is not None and state in _SETBACKS
        reached = _SETBACKS[state] if state is not None and stopped else state
        outcome = None
        if reached in _PROGRESS and _PROGRESS.index(reached) >= needed:
            outcome = WaitOutcome.SUCCEEDED
        elif stopped:
            outcome = WaitOutcome.FAILED
        problem = _problem(number, outcome)
        return Reading(
            state=str(state or "unknown").removeprefix(_PREFIX),
            outcome=outcome,
            problem=problem and "; ".join((problem, *_reasons(number))),
            steps=_steps(number),
            # A read may show a failure from before the last voice challenge.
            reads=2 if outcome is WaitOutcome.FAILED else 1,
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
