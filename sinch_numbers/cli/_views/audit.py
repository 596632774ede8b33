"""Rendering of an audit report for people."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from rich import box
from rich.console import Group, OverflowMethod, RenderableType
from rich.constrain import Constrain
from rich.padding import Padding
from rich.rule import Rule as Line
from rich.table import Table
from rich.text import Text

from sinch_numbers.audit import (
    Costs,
    Finding,
    Forecast,
    ProjectFailure,
    Report,
    Reports,
    Rule,
    Severity,
)
from sinch_numbers.cli._views import tables
from sinch_numbers.cli._views.tables import safe

_STYLES: Final = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}
_DAYS: Final = 14
_INDENT: Final = 2
_IDENTITY: Final = (13, 6, 9)
"""The widths of number, region and type."""
_NAME: Final = 18


def shown(found: Report | Reports, *, limit: int, width: int) -> RenderableType:
    """Render an audit, up to *limit* findings per rule, at most *width* wide."""
    if isinstance(found, Report):
        return _report(found, limit, width)
    return Group(
        *(_report(report, limit, width) for report in found.reports),
        *_overview(found, width),
        *_costs(found.costs),
        *_forecast(found.forecast),
        *_summary(found, _count(len(found.projects), "project"), width),
    )


def _report(report: Report, limit: int, width: int) -> RenderableType:
    parts = [*_title(report, width), *_findings(report, limit, width), *_costs(report.costs)]
    used = sum(count.read > 0 for count in report.completeness.partitions)
    return Group(
        *parts,
        *_forecast(report.forecast),
        *_releases(report),
        *_summary(report, _count(used, "partition"), width),
    )


def _title(report: Report, width: int) -> Iterator[RenderableType]:
    yield Constrain(Line(safe(f"Audit of {report.project_id}", "bold"), style="dim"), width)
    seconds = (report.finished_at - report.started_at).total_seconds()
    completeness = report.completeness
    mark = "green" if completeness.complete else "red"
    yield Constrain(
        Text.assemble(
            (f"Inventory {completeness.explanation}", mark),
            (f"  ({report.started_at:%Y-%m-%d %H:%M} UTC, {seconds:.1f} s)", "dim"),
        ),
        width,
    )
    states = ", ".join(f"{count:,} {status}" for status, count in report.statuses)
    if states:
        yield Text(f"Numbers: {states}")
    yield Text()


def _findings(report: Report, limit: int, width: int) -> Iterator[RenderableType]:
    by_rule: dict[str, list[Finding]] = {}
    for finding in report.findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    rules = [rule for rule in report.rules if rule.id in by_rule]
    for rule in sorted(rules, key=lambda rule: rule.severity, reverse=True):
        yield from _rule(rule, by_rule[rule.id], limit, width)
    if not by_rule:
        yield Text("No problems found.\n", "green")


def _rule(
    rule: Rule, findings: Sequence[Finding], limit: int, width: int
) -> Iterator[RenderableType]:
    style = _STYLES[rule.severity]
    yield Text.assemble(
        (rule.severity.value.upper(), f"bold {style}"),
        "  ",
        safe(rule.title, "bold"),
        (f"  {_numbers(findings)}", style),
    )
    advice = {finding.advice for finding in findings}
    details = Table.grid(padding=(0, 1))
    details.add_row(Text("Meaning:", "dim"), safe(rule.meaning))
    details.add_row(
        Text("Advice:", "dim"),
        safe(advice.pop() if len(advice) == 1 else "see each cause."),
    )
    yield _indented(details, width)
    if advice:
        yield _indented(_causes(findings), width)
    if limit:
        # If the causes were listed in full, abbreviate them here.
        yield _indented(_examples(findings[:limit], width - _INDENT, brief=bool(advice)), width)
    if len(findings) > limit:
        more = f"and {len(findings) - limit:,} more" if limit else f"{len(findings):,} in total"
        yield _indented(Text(more, "dim"), width)
    yield Text()


def _causes(findings: Iterable[Finding]) -> Table:
    causes = Counter((finding.message, finding.advice) for finding in findings)
    shown = tables.table()
    shown.add_column("Count", justify="right")
    shown.add_column("Cause", ratio=1, overflow="fold")
    shown.add_column("Advice", ratio=1, overflow="fold")
    for (message, advice), count in causes.most_common():
        shown.add_row(f"{count:,}", safe(message), safe(advice))
    return shown


def _examples(findings: Iterable[Finding], width: int, *, brief: bool) -> Table:
    examples = Table.grid(padding=(0, 2))
    for column in _IDENTITY:
        examples.add_column(no_wrap=True, max_width=column)
    # Set explicitly: Rich would shrink all columns, including numbers.
    left = width - sum(_IDENTITY) - 2 * len(_IDENTITY)
    named = left >= 2 * _NAME
    left -= (_NAME + 2) * named
    overflow: OverflowMethod = "ellipsis" if brief else "fold"
    examples.add_column(no_wrap=brief, overflow=overflow, max_width=max(left, 1))
    if named:
        examples.add_column(no_wrap=True, overflow="ellipsis", max_width=_NAME, style="dim")
    for finding in findings:
        examples.add_row(
            safe(finding.phone_number, "bold"),
            safe(finding.region_code),
            safe(finding.type),
            safe(finding.message),
            *[safe(finding.display_name)] * named,
        )
    return examples


def _costs(costs: Costs) -> Iterator[RenderableType]:
    if costs.lines:
        yield Text("Monthly cost", "bold")
    for total in costs.totals:
        shown = Table(box=box.SIMPLE, pad_edge=False, show_footer=True)
        lines = [line for line in costs.lines if line.currency_code == total.currency_code]
        count = sum(line.numbers for line in lines)
        shown.add_column("Region", footer="Total")
        shown.add_column("Type")
        shown.add_column("Numbers", justify="right", footer=f"{count:,}")
        shown.add_column(safe(total.currency_code), justify="right", footer=f"{total.amount:,.2f}")
        for line in lines:
            shown.add_row(
                safe(line.region_code),
                safe(line.type),
                f"{line.numbers:,}",
                f"{line.monthly:,.2f}",
            )
        yield shown
    if costs.released:
        yield Text(
            f"{costs.released:,} released numbers are already paid and not included.", "dim"
        )
    if costs.unpriced:
        yield Text(f"{costs.unpriced:,} numbers have no price and are not included.", "yellow")
    yield Text()


def _forecast(forecast: Forecast) -> Iterator[RenderableType]:
    sums = {
        (month, total.currency_code): total.amount
        for month in forecast.months
        for total in forecast.totals(month)
    }
    currencies = sorted({currency for _, currency in sums})
    if currencies:
        yield Text("Upcoming charges", "bold")
        shown = tables.table()
        shown.add_column("Month (UTC)")
        for currency in currencies:
            shown.add_column(safe(currency), justify="right")
        for month in forecast.months:
            rest = " (rest)" if month == forecast.months[0] else ""
            amounts = (sums.get((month, currency), 0) for currency in currencies)
            shown.add_row(f"{month:%b %Y}{rest}", *(f"{amount:,.2f}" for amount in amounts))
        yield shown
    if forecast.undated:
        yield Text(
            f"{forecast.undated:,} numbers have no next charge date and are not included.",
            "yellow",
        )
    yield Text()


def _overview(found: Reports, width: int) -> Iterator[RenderableType]:
    yield Constrain(Line(Text("All projects", "bold"), style="dim"), width)
    shown = tables.table()
    shown.add_column("Project", overflow="fold")
    for name in ("Numbers", "Errors", "Warnings"):
        shown.add_column(name, justify="right", no_wrap=True)
    shown.add_column("Monthly cost", overflow="fold")
    for one in found.projects:
        if isinstance(one, ProjectFailure):
            shown.add_row(safe(one.project_id), "-", "-", "-", Text(f"failed: {one.error}", "red"))
            continue
        shown.add_row(
            safe(one.project_id),
            f"{one.numbers:,}",
            f"{one.count(Severity.ERROR):,}",
            f"{one.count(Severity.WARNING):,}",
            safe(_money(one.costs)),
        )
    yield Constrain(shown, width)
    yield Text()


def _releases(report: Report) -> Iterator[RenderableType]:
    if not report.releases:
        return
    yield Text("Expiring numbers", "bold")
    shown = tables.table()
    shown.add_column("Day (UTC)")
    shown.add_column("Numbers", justify="right")
    for day, count in report.releases[:_DAYS]:
        shown.add_row(f"{day:%a %Y-%m-%d}", f"{count:,}")
    yield shown
    later = sum(count for _, count in report.releases[_DAYS:])
    if later:
        yield Text(f"and {later:,} later", "dim")
    yield Text()


def _summary(found: Report | Reports, where: str, width: int) -> Iterator[RenderableType]:
    counts = [(found.count(severity), severity) for severity in reversed(Severity)]
    kinds = ", ".join(_count(count, str(severity.value)) for count, severity in counts if count)
    findings = _count(len(found.findings), "finding") + (f" ({kinds})" if kinds else "")
    yield Constrain(Line(style="dim"), width)
    phrases = (
        f"{_count(found.numbers, 'number')} in {where}",
        findings,
        f"{_money(found.costs)} a month",
    )
    # On one line or on three, so that amounts aren't wrapped.
    fits = len(", ".join(phrases)) <= width
    yield safe(", ".join(phrases), "bold") if fits else Group(*(safe(p, "bold") for p in phrases))


def _indented(part: RenderableType, width: int) -> RenderableType:
    return Constrain(Padding(part, (0, 0, 0, _INDENT)), width)


def _numbers(findings: Iterable[Finding]) -> str:
    numbers = {finding.phone_number or finding.message for finding in findings}
    return _count(len(numbers), "number")


def _money(costs: Costs) -> str:
    return " and ".join(tables.price(total) for total in costs.totals) or "nothing"


def _count(count: int, thing: str) -> str:
    plural = thing if thing == "info" or count == 1 else f"{thing}s"
    return f"{count:,} {plural}"
