"""
An audit on one screen: health, inventory, table of rules, and checks not made.

Details of rules follow on request, see `audit_details`.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import Group, RenderableType
from rich.constrain import Constrain
from rich.table import Table
from rich.text import Text

from sinch_numbers.audit import Health, NotChecked, ProjectFailure, Report, Reports, Severity
from sinch_numbers.cli._views import audit_details as details
from sinch_numbers.cli._views import changes
from sinch_numbers.cli._views.audit_details import STYLES, count, money
from sinch_numbers.cli._views.tables import safe
from sinch_numbers.inventory import CompletenessStatus

ALL: Final = "all"
SECTIONS: Final = ("changes", "waived", "costs", "forecast", "expiring")
"""Details that are not about a rule."""


def shown(found: Report | Reports, *, chosen: Sequence[str], limit: int, width: int) -> Group:
    """
    Render an audit for a terminal of *width*.

    *chosen* are the ids of rules, or sections, whose details follow, with up to *limit* findings
    of each rule.
    """
    if isinstance(found, Report):
        return Group(*_report(found, chosen, limit, width))
    parts = [part for one in found.reports for part in _report(one, chosen, limit, width)]
    return Group(*parts, *_together(found, chosen, width))


def _report(
    report: Report, chosen: Sequence[str], limit: int, width: int
) -> Iterator[RenderableType]:
    yield _headline(report.project_id, report.health)
    yield _inventory(report)
    if report.health.rules:
        yield Constrain(_rules(report.health), width)
    else:
        yield Text("No problems found.", "green")
    yield safe(summary(report), "bold")
    if report.health.emergency:
        yield safe(coverage(report.health))
    yield from (safe(line) for line in changes.summary(report))
    yield from _not_checked(report.not_checked)
    if report.health.rules and not chosen:
        yield Text("Details of a rule: --details RULE, of all: --details all", "dim")
    yield from _details(report, chosen, limit, width)


def _headline(name: str, health: Health) -> Text:
    style = "red" if health.errors else "yellow" if health.warnings else "green"
    return Text.assemble(safe(name, "bold"), ": ", safe(health.headline, f"bold {style}"))


def _inventory(report: Report) -> Text:
    complete = report.completeness.complete
    return Text.assemble(
        (inventory(report), "" if complete else "red"), (f"  ({moment(report)})", "dim")
    )


def inventory(report: Report) -> str:
    """Return the completeness of the inventory in one line."""
    return f"Inventory {report.completeness.explanation}"


def moment(report: Report) -> str:
    """Return when the audit ran, and how long."""
    seconds = (report.finished_at - report.started_at).total_seconds()
    return f"{report.started_at:%Y-%m-%d %H:%M} UTC, {seconds:.1f} s"


def summary(report: Report) -> str:
    """Return the size, status and cost of a project in one line."""
    states = ", ".join(f"{number:,} {status}" for status, number in report.statuses)
    cost = f"{money(report.costs.totals)} a month"
    return f"{count(report.numbers, 'number')}{f' ({states})' if states else ''}, {cost}"


def coverage(health: Health) -> str:
    """Return the share of numbers with an emergency address by region, in one line."""
    shares = (
        f"{one.region_code or 'unknown region'} "
        + ("unknown" if one.percent is None else f"{one.percent} %")
        for one in health.emergency
    )
    return f"Emergency addresses: {', '.join(shares)}"


def _rules(health: Health) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column("Rule", overflow="fold")
    grid.add_column("Severity", no_wrap=True)
    grid.add_column("Numbers", no_wrap=True, justify="right")
    grid.add_column("Cost per month", overflow="fold")
    grid.show_header = True
    grid.header_style = "dim"
    for one in health.rules:
        grid.add_row(
            safe(one.rule),
            Text(one.severity.value, STYLES[one.severity]),
            f"{one.numbers:,}",
            safe(money(one.monthly, nothing="-")),
        )
    grid.add_row("Total", "", f"{health.affected:,}", safe(money(health.monthly, nothing="-")))
    return grid


def _not_checked(entries: Sequence[NotChecked]) -> Iterator[RenderableType]:
    if entries:
        yield Text("Not checked:", "dim")
    for entry in entries:
        yield Text.assemble("  ", safe(entry))


def _details(
    report: Report, chosen: Sequence[str], limit: int, width: int
) -> Iterator[RenderableType]:
    if chosen:
        yield Text()
    yield from details.findings(report, limit, width, chosen=None if ALL in chosen else chosen)
    wanted = SECTIONS if ALL in chosen else chosen
    if "changes" in wanted and report.changes is not None:
        yield from changes.shown(report.changes, limit)
    if "waived" in wanted:
        yield from changes.waived(report, limit)
    if "costs" in wanted:
        yield from details.costs(report.costs)
    if "forecast" in wanted:
        yield from details.forecast(report.forecast)
    if "expiring" in wanted:
        yield from details.releases(report)


def _together(found: Reports, chosen: Sequence[str], width: int) -> Iterator[RenderableType]:
    yield Text()
    yield _headline("All projects", found.health)
    yield Text()
    yield Constrain(_projects(found), width)
    wanted = SECTIONS if ALL in chosen else chosen
    if "costs" in wanted:
        yield from details.costs(found.costs)
    if "forecast" in wanted:
        yield from details.forecast(found.forecast)
    yield safe(projects_summary(found), "bold")
    yield from _not_checked(found.not_checked)


def _projects(found: Reports) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column("Project", overflow="fold")
    for name in ("Numbers", "Errors", "Warnings"):
        grid.add_column(name, justify="right", no_wrap=True)
    grid.add_column("Cost per month", overflow="fold")
    grid.show_header = True
    grid.header_style = "dim"
    for cells in project_rows(found):
        grid.add_row(*map(safe, cells))
    return grid


def project_rows(found: Reports) -> Iterator[tuple[str, ...]]:
    """Yield the name, numbers, errors, warnings and cost of each project."""
    for one in found.projects:
        if isinstance(one, ProjectFailure):
            yield one.project_id, "-", "-", "-", f"failed: {one.error}"
        else:
            counts = (f"{one.count(severity):,}" for severity in _COUNTED)
            yield one.project_id, f"{one.numbers:,}", *counts, money(one.costs.totals)


def projects_summary(found: Reports) -> str:
    """Return the size and cost of several projects in one line."""
    parts = (count(found.numbers, "number"), count(len(found.projects), "project"))
    return f"{' in '.join(parts)}, {money(found.costs.totals)} a month"


def is_incomplete(report: Report) -> bool:
    """Whether the inventory is incomplete: the missing numbers may have problems."""
    return report.completeness.status is CompletenessStatus.INCOMPLETE


_COUNTED: Final = (Severity.ERROR, Severity.WARNING)
