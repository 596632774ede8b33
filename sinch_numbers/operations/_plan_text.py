"""Plans as text: lines with a mark for each change, and Markdown for reviews."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sinch_numbers._core import arguments
from sinch_numbers._core.escaping import printable
from sinch_numbers.models import Money
from sinch_numbers.operations._plan import (
    Plan,
    PlanAction,
    PlannedNumber,
    PlanStep,
    StepAction,
    totals,
)

__all__ = ["plan_markdown"]

Line = tuple[str, str]
"""A mark (``+``, ``~``, ``-``, ``!`` or a blank), and the text after it."""

MARKS: Final = {PlanAction.BUY: "+", PlanAction.UPDATE: "~", PlanAction.RELEASE: "-"}
_VERBS: Final = {
    StepAction.BUY: "buy",
    StepAction.SET_EMERGENCY_ADDRESS: "set emergency address",
    StepAction.UNLINK_SMS: "unlink SMS",
    StepAction.UNLINK_CAMPAIGN: "unlink campaign",
    StepAction.UPDATE: "update",
    StepAction.REMOVE_EMERGENCY_ADDRESS: "remove emergency address",
    StepAction.RELEASE: "release",
}


def lines(plan: Plan) -> Iterator[Line]:
    """Yield the lines of *plan*: its numbers with their steps, rejected numbers, and totals."""
    for number in plan.numbers:
        yield from _number(number)
    for rejected in plan.rejected:
        yield "!", f"{rejected.phone_number} rejected"
        for reason in rejected.reasons:
            yield " ", f"    {printable(reason)}"
    yield " ", summary(plan)
    yield from ((" ", text) for text in costs(plan))


def _number(number: PlannedNumber) -> Iterator[Line]:
    kind = " ".join(filter(None, (number.region_code, number.type)))
    price = ""
    if number.action is PlanAction.BUY:
        price = f": {number.setup_price} once, {number.price} regularly"
    elif number.price is not None:
        price = f": {number.price} no longer charged"
    yield MARKS[number.action], f"{number.phone_number} {number.action} ({kind}){price}"
    for index, step in enumerate(number.steps):
        yield " ", f"    {index + 1}. {_VERBS[step.action]}"
        if step.action not in (StepAction.BUY, StepAction.RELEASE):
            yield from _step(step, number.states[index] or {})
    for note in number.notes:
        yield " ", f"    note: {printable(note)}"


def _step(step: PlanStep, before: Mapping[str, Any]) -> Iterator[Line]:
    for name, value in step.set.items():
        was = before.get(name)
        if was is None:
            yield "+", f"       {name}: {_shown(value)}"
        elif value is None:
            yield "-", f"       {name}: {_shown(was)}"
        else:
            yield "~", f"       {name}: {_shown(was)} -> {_shown(value)}"


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return printable(", ".join(str(text) for text in value.values()))
    if isinstance(value, str):
        return f'"{printable(value)}"'
    return str(value).lower()


def summary(plan: Plan) -> str:
    """Return the counts of *plan* in one line."""
    counts = ", ".join(
        f"{len(plan.of(action)):,} to {action}" for action in PlanAction if action in MARKS
    )
    others = f", {plan.unmanaged:,} not managed" if plan.unmanaged is not None else ""
    rejected = f", {len(plan.rejected):,} rejected" if plan.rejected else ""
    return f"Plan: {counts}{rejected}; {plan.unchanged:,} unchanged{others}."


def costs(plan: Plan) -> Iterator[str]:
    """Yield the cost of *plan*: immediate charges, and the change of regular charges."""
    if due := plan.due_at_once:
        yield f"Due at once: {_amounts(due)}, not refundable."
        bought = totals(one.price for one in plan.of(PlanAction.BUY))
        yield f"Regular charges added: {_amounts(bought)}."
    if ended := totals(one.price for one in plan.of(PlanAction.RELEASE)):
        yield f"Regular charges ended: {_amounts(ended)}."


def _amounts(amounts: tuple[Money, ...]) -> str:
    return " and ".join(map(str, amounts))


def plan_markdown(plan: Plan) -> str:
    """
    Return *plan* as Markdown for a review: a summary, the changes as a diff, and the rejections.

    Text of the service and of the desired state is escaped. No request is sent.

    Args:
        plan: The plan.

    Raises:
        InvalidArgumentError: *plan* is not a plan.

    Example::

        desired = [DesiredNumber("+12025550134", display_name="Front desk")]
        plan = await plan_changes(client, desired)
        Path("plan.md").write_text(plan_markdown(plan))
    """
    arguments.instance(plan, Plan, "plan")
    title = f"## Plan for project `{_inert(plan.project_id)}`"
    facts = [
        summary(plan),
        *costs(plan),
        f"Made {plan.created_at:%Y-%m-%d %H:%M} UTC for {_inert(plan.origin)}.",
        f"Content hash: `{plan.digest}`.",
    ]
    parts = [title, "", *(f"- {fact}" for fact in facts), ""]
    changes = [line for number in plan.numbers for line in _number(number)]
    if changes:
        parts += ["```diff", *(_inert(_diff_line(*line)) for line in changes), "```", ""]
    if plan.rejected:
        parts += ["### Rejected", "", "| Number | Reason |", "|---|---|"]
        for one in plan.rejected:
            reasons = _inert("; ".join(map(printable, one.reasons))).replace("|", "\\|")
            parts.append(f"| {one.phone_number} | {reasons} |")
        parts.append("")
    return "\n".join(parts)


def _diff_line(mark: str, text: str) -> str:
    # In a diff block, ! marks a changed line.
    return f"{'!' if mark == '~' else mark} {text}"


def _inert(text: str) -> str:
    """Return *text* without backticks, which could end a code block."""
    return printable(text).replace("`", "'")
