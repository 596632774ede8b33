"""Resume a plan: find the step of a number by its current state."""

from collections.abc import Mapping
from typing import Any

from sinch_numbers.operations._plan import PlanAction, PlannedNumber
from sinch_numbers.operations._state import Current


def next_step(planned: PlannedNumber, current: Current | None, begun: int) -> int | None:
    """
    Return the index of the first step to do; the count of steps if all are done.

    *begun* is the count of steps that the journal has as begun. ``None`` if the current state is
    neither that before the plan, nor that after it, nor that before or after the last step begun.
    """
    states = planned.states
    state = None if current is None else current.state
    has_expired = state is None and planned.action is PlanAction.RELEASE
    if has_expired or (state is not None and state == states[-1]):
        return len(planned.steps)
    if begun and _is_between(state, states[begun - 1], states[begun]):
        return begun if state == states[begun] else begun - 1
    return 0 if state == states[0] else None


def _is_between(
    state: Mapping[str, Any] | None,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> bool:
    """Whether each field has its value from before or after a step, which may be half done."""
    if state is None or before is None or after is None:
        return state in (before, after)
    return all(value in (before[name], after[name]) for name, value in state.items())


def mismatch(planned: PlannedNumber, current: Current | None) -> str:
    """Describe how the current state differs from the state that the plan starts from."""
    if current is None:
        return "the project no longer rents the number: plan again"
    if planned.before is None:
        return (
            "the project already rents the number, which is not configured as planned: plan again"
        )
    before = planned.before
    differing = [
        f"{name} is {_shown(value)}, not {_shown(before.get(name))}"
        for name, value in current.state.items()
        if value != before.get(name)
    ]
    return f"the number has changed since the plan was made ({'; '.join(differing)}): plan again"


def _shown(value: object) -> str:
    if value is None:
        return "empty"
    if isinstance(value, Mapping):
        return "another address"
    return repr(value) if isinstance(value, str) else str(value).lower()
