"""Changes between two audits: a summary in some lines, and tables on request."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from sinch_numbers.audit import (
    AuditRun,
    Changes,
    CostChange,
    Finding,
    NumberState,
    Report,
    Severity,
    TrackedFinding,
)
from sinch_numbers.cli._views import tables
from sinch_numbers.cli._views.tables import safe

_STYLES: Final = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}
_BLOCKS: Final = "▁▂▃▄▅▆▇█"


def summary(report: Report) -> Iterator[str]:
    """Yield the changes of *report* and its waived findings, in lines of text."""
    if report.changes is not None:
        yield from lines(report.changes)
    if report.waived:
        plural = "" if len(report.waived) == 1 else "s"
        yield f"Waived: {len(report.waived):,} finding{plural}"


def lines(changes: Changes) -> Iterator[str]:
    """Yield *changes* in lines of text."""
    if changes.since is None:
        yield f"Changes: {changes.reason}"
        return
    yield f"Since {named(changes.since)}: {_sentence(changes)}"
    for rule in changes.unchecked_rules:
        yield f"  {rule} was not checked: its findings are kept"
    for run in changes.incomplete:
        yield f"  {named(run)} is not compared: its inventory was {run.explanation}"


def named(run: AuditRun) -> str:
    """Return the number and the time of *run*."""
    return f"run {run.run} of {run.started_at:%Y-%m-%d %H:%M} UTC"


def difference(change: CostChange) -> str:
    """Return the difference in cost with its sign."""
    return f"{change.currency_code} {change.difference:+,.2f}"


def age(first_seen: datetime, now: datetime) -> str:
    """Return the age of a finding in days."""
    days = max(now - first_seen, timedelta(0)).days
    return f"{days:,} day{'' if days == 1 else 's'}"


def _sentence(changes: Changes) -> str:
    errors = len([one for one in changes.new if one.severity is Severity.ERROR])
    found = [
        _some(len(changes.new), "new finding", f" ({_some(errors, 'error')})" if errors else ""),
        _some(len(changes.unwaived), "finding", " no longer waived"),
        _some(len(changes.first_checked), "finding", " of rules checked for the first time"),
        _some(len(changes.fixed), "finding", " fixed"),
        _some(len(changes.added), "number", " added"),
        _some(len(changes.removed), "number", " removed"),
        _some(len(changes.changed), "number", " changed"),
        *(f"{difference(one)} a month" for one in changes.costs if one.difference),
    ]
    return ", ".join(filter(None, found)) or "no changes"


def _some(count: int, thing: str, more: str = "") -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}{more}" if count else ""


def sections(changes: Changes, limit: int) -> Iterator[tuple[str, list[list[str]], int]]:
    """Yield the title of each list of *changes*, up to *limit* rows, and how many are left out."""
    now = None if changes.run is None else changes.run.started_at
    parts: tuple[tuple[str, Sequence[Any]], ...] = (
        ("New findings", changes.new),
        ("No longer waived", changes.unwaived),
        ("Checked for the first time", changes.first_checked),
        ("Fixed", changes.fixed),
        ("Numbers added", changes.added),
        ("Numbers removed", changes.removed),
        ("Numbers changed", changes.changed),
        ("Cost per month", changes.cost_lines),
    )
    for title, values in parts:
        if values:
            yield title, [_row(one, now) for one in values[:limit]], max(0, len(values) - limit)


def shown(changes: Changes, limit: int) -> Iterator[RenderableType]:
    """Render the lists of *changes*, with up to *limit* rows each."""
    for title, rows, more in sections(changes, limit):
        yield Text(f"\n{title}", "bold")
        yield _table(rows)
        if more:
            yield Text(f"  and {more:,} more", "dim")


def waived(report: Report, limit: int) -> Iterator[RenderableType]:
    """Render the waived findings of *report*."""
    if report.waived:
        yield Text("\nWaived", "bold")
        yield _table(waived_rows(report, limit))
        if len(report.waived) > limit:
            yield Text(f"  and {len(report.waived) - limit:,} more", "dim")


def waived_rows(report: Report, limit: int) -> list[list[str]]:
    """Return up to *limit* waived findings as rows."""
    return [
        [
            one.finding.phone_number or one.finding.subject or "",
            one.finding.rule,
            one.reason,
            one.owner or "",
            f"until {one.expires}" if one.expires else "",
        ]
        for one in report.waived[:limit]
    ]


def tracked(findings: Sequence[TrackedFinding], now: datetime) -> Table:
    """Return findings with their age as a table."""
    view = tables.table()
    for name in ("Severity", "Number", "Rule", "Problem", "Since", "Age"):
        view.add_column(name)
    for one in findings:
        finding = one.finding
        view.add_row(
            Text(finding.severity.value, _STYLES[finding.severity]),
            safe(finding.phone_number or finding.subject),
            safe(finding.rule),
            safe(finding.message),
            f"{one.first_seen:%Y-%m-%d}",
            age(one.first_seen, now),
        )
    return view


def runs(found: Sequence[AuditRun]) -> Table:
    """Return *found* as a table."""
    view = tables.table()
    view.add_column("Run", justify="right")
    view.add_column("Started (UTC)", no_wrap=True)
    for name in ("Numbers", "Errors", "Warnings", "Notes", "Waived"):
        view.add_column(name, justify="right")
    view.add_column("Cost per month", overflow="fold")
    view.add_column("Inventory", overflow="fold")
    for run in found:
        cost = ", ".join(f"{one.currency_code} {one.amount:,.2f}" for one in run.monthly)
        view.add_row(
            f"{run.run:,}",
            f"{run.started_at:%Y-%m-%d %H:%M}",
            f"{run.numbers:,}",
            *(f"{run.counts[severity]:,}" for severity in reversed(Severity)),
            f"{run.waived:,}",
            safe(cost or "-"),
            "complete" if run.complete else safe(run.explanation),
        )
    return view


def sparkline(values: Sequence[float]) -> str:
    """Return *values* as a line of blocks, from the lowest to the highest value."""
    if not values:
        return ""
    low, high = min(values), max(values)
    span = (high - low) or 1
    return "".join(_BLOCKS[int((value - low) / span * (len(_BLOCKS) - 1))] for value in values)


def _table(rows: Sequence[Sequence[str]]) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    for place in range(max(map(len, rows), default=0)):
        grid.add_column(overflow="fold", no_wrap=place == 0)
    for row in rows:
        grid.add_row(*(safe(cell) for cell in row))
    return grid


def _row(value: object, now: datetime | None) -> list[str]:
    match value:
        case TrackedFinding(finding=finding, first_seen=first_seen):
            known = f"{first_seen:%Y-%m-%d}" if now is None else age(first_seen, now)
            return [*_finding(finding), f"known for {known}"]
        case Finding():
            return _finding(value)
        case NumberState():
            facts = (value.region_code, value.type, value.price, value.display_name)
            return [value.phone_number, *(fact or "" for fact in facts)]
        case CostChange():
            where = (value.region_code or "-", value.type or "-")
            return [*where, difference(value), f"{value.before:,.2f} -> {value.after:,.2f}"]
        case _:
            change: Any = value
            return [change.phone_number, "; ".join(map(str, change.fields))]


def _finding(finding: Finding) -> list[str]:
    where = finding.phone_number or finding.subject or ""
    return [where, finding.severity.value, finding.rule, finding.message]
