"""Details of an audit for people: the findings of rules, costs, forecast, expirations."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from rich import box
from rich.console import OverflowMethod, RenderableType
from rich.constrain import Constrain
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from sinch_numbers.audit import Costs, Finding, Forecast, Report, Rule, Severity
from sinch_numbers.cli._views import tables
from sinch_numbers.cli._views.tables import safe
from sinch_numbers.models import Money

STYLES: Final = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}
_DAYS: Final = 14
_INDENT: Final = 2
_IDENTITY: Final = (13, 6, 9)
"""The widths of number, region and type."""
_NAME: Final = 18


def findings(
    report: Report, limit: int, width: int, *, chosen: Collection[str] | None
) -> Iterator[RenderableType]:
    """Yield the findings of the rules *chosen*, ``None`` for all: causes, advice, examples."""
    by_rule: dict[str, list[Finding]] = {}
    for finding in report.findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    for rule in sorted(report.rules, key=lambda rule: rule.severity, reverse=True):
        if chosen is not None and rule.id not in chosen:
            continue
        if rule.id in by_rule:
            yield from _rule(rule, by_rule[rule.id], limit, width)
        elif chosen is not None:
            yield Text.assemble(safe(rule.title, "bold"), ("  no findings", "green"), "\n")


def _rule(
    rule: Rule, findings: Sequence[Finding], limit: int, width: int
) -> Iterator[RenderableType]:
    style = STYLES[rule.severity]
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


def costs(costs: Costs) -> Iterator[RenderableType]:
    """Yield a table of the monthly cost for each currency."""
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


def forecast(forecast: Forecast) -> Iterator[RenderableType]:
    """Yield a table of the upcoming charges."""
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


def releases(report: Report) -> Iterator[RenderableType]:
    """Yield a table of the numbers that end on each day."""
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


def _indented(part: RenderableType, width: int) -> RenderableType:
    return Constrain(Padding(part, (0, 0, 0, _INDENT)), width)


def _numbers(findings: Iterable[Finding]) -> str:
    numbers = {finding.phone_number or finding.message for finding in findings}
    return count(len(numbers), "number")


def money(totals: Iterable[Money], *, nothing: str = "nothing") -> str:
    """Return *totals* on one line."""
    return " and ".join(tables.price(total) for total in totals) or nothing


def count(number: int, thing: str) -> str:
    """Return *number* and the singular or plural of *thing*."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
