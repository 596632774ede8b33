"""Changes: the differences between two audits of a project."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

import attrs

from sinch_numbers._core.choices import choice
from sinch_numbers.audit._charges import total
from sinch_numbers.audit._costs import CostLine, Costs
from sinch_numbers.audit._findings import Finding, Severity, SeverityInput
from sinch_numbers.audit._number_state import NumberChange, NumberState
from sinch_numbers.audit._runs import AuditRun
from sinch_numbers.models import NumberType
from sinch_numbers.models._serializable import Serializable

__all__ = ["Changes", "CostChange", "TrackedFinding"]


@attrs.frozen
class TrackedFinding(Serializable):
    """A finding, and the time of the first audit that reported it without interruption."""

    finding: Finding
    """Of a finding that is fixed, the message is that of its first report, without advice."""
    first_seen: datetime


@attrs.frozen
class CostChange(Serializable):
    """The cost per month in two audits, of a currency, or of a region and type in it."""

    _computed: ClassVar = {"difference": "difference"}

    currency_code: str
    before: Decimal
    after: Decimal
    region_code: str | None = None
    type: NumberType | None = None

    @property
    def difference(self) -> Decimal:
        """Return the cost after, less the cost before."""
        return total((self.after, self.before.copy_negate()))


@attrs.frozen(kw_only=True)
class Changes(Serializable):
    """
    The differences between an audit and an earlier one of the same project.

    A finding is identified by its rule, number and cause. Findings of rules that only one of the
    audits checked are neither new nor fixed.
    """

    _computed: ClassVar = {"counts": "counts"}

    run: AuditRun | None = None
    """The later audit; ``None`` if it is not in the history."""
    since: AuditRun | None = None
    """The earlier audit; ``None`` if nothing was compared."""
    reason: str | None = None
    """Why nothing was compared; ``None`` if the audits were."""
    incomplete: tuple[AuditRun, ...] = ()
    """Incomplete audits between the two, which are not compared."""
    new: tuple[Finding, ...] = ()
    """Findings that the earlier audit did not have, although it checked their rule."""
    unwaived: tuple[TrackedFinding, ...] = ()
    """Findings that were waived in the earlier audit, and are not any more."""
    fixed: tuple[TrackedFinding, ...] = ()
    """Findings that the later audit does not have, although it checked their rule."""
    open: tuple[TrackedFinding, ...] = ()
    """Findings of both audits."""
    first_checked: tuple[Finding, ...] = ()
    """Findings of rules that the earlier audit did not check."""
    unchecked_rules: tuple[str, ...] = ()
    """Rules that the later audit did not check, or that failed: their findings are kept."""
    added: tuple[NumberState, ...] = ()
    """Numbers that the earlier audit did not have."""
    removed: tuple[NumberState, ...] = ()
    """Numbers that the later audit does not have."""
    changed: tuple[NumberChange, ...] = ()
    """Numbers whose fields differ."""
    costs: tuple[CostChange, ...] = ()
    """The cost per month for each currency of either audit, also if equal."""
    cost_lines: tuple[CostChange, ...] = ()
    """The regions and types whose cost differs."""

    def __repr__(self) -> str:
        if self.since is None:
            return f"<Changes: {self.reason}>"
        words = ", ".join(f"{n:,} {name}" for name, n in self.counts.items() if n)
        return f"<Changes since run {self.since.run}: {words or 'none'}>"

    @property
    def counts(self) -> Mapping[str, int]:
        """Return how many findings and numbers are in each list."""
        return {
            "new": len(self.new),
            "unwaived": len(self.unwaived),
            "fixed": len(self.fixed),
            "open": len(self.open),
            "first_checked": len(self.first_checked),
            "added": len(self.added),
            "removed": len(self.removed),
            "changed": len(self.changed),
        }

    @property
    def is_empty(self) -> bool:
        """Whether the audits were compared, and no finding, number or cost differs."""
        kept = ("open", "first_checked")
        differ = any(count for name, count in self.counts.items() if name not in kept)
        return self.since is not None and not differ and not self.cost_lines

    def new_at_least(self, severity: SeverityInput) -> tuple[Finding, ...]:
        """
        Return findings of *severity* or higher that are new, or whose waiver has ended.

        Args:
            severity: The minimum severity.

        Example::

            history = AuditHistory("audits.db")
            report = await audit(client, history=history)
            if report.changes is not None:
                print(report.changes.new_at_least("error"))
        """
        least = choice(severity, Severity, "severity")
        found = (*self.new, *(tracked.finding for tracked in self.unwaived))
        return tuple(finding for finding in found if finding.severity >= least)


def cost_changes(
    before: Costs, after: Costs
) -> tuple[tuple[CostChange, ...], tuple[CostChange, ...]]:
    """Return the totals of each currency, and the lines that differ."""
    zero = Decimal(0)
    old = {money.currency_code: money.amount for money in before.totals}
    new = {money.currency_code: money.amount for money in after.totals}
    totals = tuple(
        CostChange(code, old.get(code, zero), new.get(code, zero)) for code in sorted({*old, *new})
    )
    old_lines = {_key(line): line.monthly for line in before.lines}
    new_lines = {_key(line): line.monthly for line in after.lines}
    keys = sorted({*old_lines, *new_lines}, key=lambda key: [part or "" for part in key])
    lines = (
        CostChange(
            key[0],
            old_lines.get(key, zero),
            new_lines.get(key, zero),
            region_code=key[1],
            type=key[2],
        )
        for key in keys
    )
    return totals, tuple(line for line in lines if line.before != line.after)


def _key(line: CostLine) -> tuple[str, str | None, NumberType | None]:
    return line.currency_code, line.region_code, line.type
