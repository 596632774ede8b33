"""AuditRun: the summary of an audit in the history."""

from datetime import datetime
from typing import ClassVar, Literal, TypeAlias

import attrs

from sinch_numbers.audit._costs import Costs
from sinch_numbers.audit._findings import Severity
from sinch_numbers.models import Money
from sinch_numbers.models._serializable import Serializable

__all__ = ["AuditRun", "RunSelector"]

RunSelector: TypeAlias = int | datetime | Literal["last"]
"""A run: its number, a time at or before which it was the last one, or ``"last"``."""


@attrs.frozen(kw_only=True)
class AuditRun(Serializable):
    """The summary of an audit in the history."""

    _computed: ClassVar = {"monthly": "monthly"}

    run: int
    """The number of the run; runs of a project count up from 1."""
    project_id: str
    started_at: datetime
    """The reference time of the audit: its start, unless the caller has set another one."""
    finished_at: datetime
    complete: bool
    """Whether the inventory was complete; only complete audits are compared."""
    explanation: str
    """The completeness in one line."""
    numbers: int
    """Numbers checked."""
    counts: dict[Severity, int]
    """Findings of each severity, without waived ones."""
    waived: int
    """Waived findings."""
    rules: tuple[str, ...]
    """The ids of the rules that were checked."""
    costs: Costs
    size: int
    """Bytes that the run takes in the history."""

    @property
    def monthly(self) -> tuple[Money, ...]:
        """Return the cost per month for each currency."""
        return self.costs.totals

    def __repr__(self) -> str:
        counts = ", ".join(f"{n:,} {severity}" for severity, n in self.counts.items() if n)
        state = "" if self.complete else ", incomplete"
        return (
            f"<AuditRun {self.run} of {self.started_at:%Y-%m-%d %H:%M}:"
            f" {self.numbers:,} numbers, {counts or 'no findings'}{state}>"
        )
