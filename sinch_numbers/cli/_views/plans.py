"""Plans and their results, for people."""

from collections.abc import Sequence
from typing import Final

from rich.console import Group, RenderableType
from rich.text import Text

from sinch_numbers._core.escaping import printable
from sinch_numbers.operations import ApplyOutcome, ApplyResult, Plan
from sinch_numbers.operations._plan_text import lines

_STYLES: Final = {"+": "green", "~": "yellow", "-": "red", "!": "bold red"}
_DONE: Final = (ApplyOutcome.APPLIED, ApplyOutcome.UNCHANGED)


def plan(found: Plan) -> RenderableType:
    """Return the changes of a plan, with a mark and a color for each, and the totals."""
    if found.is_empty:
        return Text(f"No changes: {found.unchanged:,} numbers have the desired state.")
    return Group(
        *(Text(f"{mark} {text}".rstrip(), _STYLES.get(mark, "")) for mark, text in lines(found))
    )


def results(found: Sequence[ApplyResult]) -> RenderableType:
    """Return the numbers that don't have the desired state, with the reason, and the counts."""
    open_ = [
        Text(f"{one.phone_number} {one.outcome}: {printable(one.message)}")
        for one in found
        if one.outcome not in _DONE
    ]
    return Group(*open_, Text(counts(found)))


def counts(found: Sequence[ApplyResult]) -> str:
    """Return the count of each outcome, in one line."""
    parts = [
        f"{count:,} {outcome.replace('_', ' ')}"
        for outcome in ApplyOutcome
        if (count := sum(one.outcome == outcome for one in found))
    ]
    return ", ".join(parts) or "nothing to do"
