"""
An audit as plain lines, for pipes and files: nothing is wrapped or padded.

Cells are separated by tabs, and - is an empty one. Tabs, line breaks and invisible characters in
values are escaped.
"""

from collections.abc import Iterator, Sequence

from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment

from sinch_numbers._core.lookalikes import visible
from sinch_numbers.audit import Costs, Finding, Forecast, Health, NotChecked, Report, Reports
from sinch_numbers.cli._views import audit as screen
from sinch_numbers.cli._views import changes
from sinch_numbers.cli._views.audit_details import money


class Lines:
    """Lines of text that Rich prints as they are, without expanding tabs or wrapping."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        del console, options  # the same lines on any console
        for line in self._lines:
            yield Segment(line)
            yield Segment.line()


def shown(found: Report | Reports, *, chosen: Sequence[str], limit: int) -> Lines:
    """Return the lines of an audit, with up to *limit* findings of the rules *chosen*."""
    if isinstance(found, Report):
        return Lines(list(_report(found, chosen, limit)))
    lines = [line for one in found.reports for line in _report(one, chosen, limit)]
    return Lines([*lines, *_together(found, chosen)])


def _report(report: Report, chosen: Sequence[str], limit: int) -> Iterator[str]:
    yield visible(f"{report.project_id}: {report.health.headline}")
    yield visible(f"{screen.inventory(report)} ({screen.moment(report)})")
    yield from _rules(report.health)
    yield visible(screen.summary(report))
    if report.health.emergency:
        yield visible(screen.coverage(report.health))
    yield from map(visible, changes.summary(report))
    yield from _not_checked(report.not_checked)
    for rule in report.rules:
        if screen.ALL in chosen or rule.id in chosen:
            found = [finding for finding in report.findings if finding.rule == rule.id]
            yield from map(_finding, found[:limit])
            if len(found) > limit:
                yield f"and {len(found) - limit:,} more"
    wanted = screen.SECTIONS if screen.ALL in chosen else chosen
    if "changes" in wanted and report.changes is not None:
        for title, rows, more in changes.sections(report.changes, limit):
            yield title
            yield from (_row(*row) for row in rows)
            if more:
                yield f"and {more:,} more"
    if "waived" in wanted:
        yield from (_row(*row) for row in changes.waived_rows(report, limit))
    if "costs" in wanted:
        yield from _costs(report.costs)
    if "forecast" in wanted:
        yield from _forecast(report.forecast)
    if "expiring" in wanted:
        yield from (f"{day:%Y-%m-%d}\t{number:,} expiring" for day, number in report.releases)


def _rules(health: Health) -> Iterator[str]:
    if not health.rules:
        yield "No problems found."
        return
    yield "Rule\tSeverity\tNumbers\tCost per month"
    for one in health.rules:
        cost = money(one.monthly, nothing="-")
        yield _row(one.rule, str(one.severity), f"{one.numbers:,}", cost)
    yield _row("Total", "", f"{health.affected:,}", money(health.monthly, nothing="-"))


def _not_checked(entries: Sequence[NotChecked]) -> Iterator[str]:
    for entry in entries:
        yield visible(f"Not checked: {entry}")


def _finding(finding: Finding) -> str:
    return _row(
        finding.rule,
        finding.phone_number or finding.subject,
        finding.region_code,
        finding.type,
        finding.message,
        finding.advice,
        finding.display_name,
    )


def _costs(costs: Costs) -> Iterator[str]:
    for line in costs.lines:
        cost = f"{line.currency_code} {line.monthly:,.2f}"
        yield _row(line.region_code, line.type, f"{line.numbers:,}", cost)
    if costs.released:
        yield f"{costs.released:,} released numbers are already paid and not included."
    if costs.unpriced:
        yield f"{costs.unpriced:,} numbers have no price and are not included."


def _forecast(forecast: Forecast) -> Iterator[str]:
    for month in forecast.months:
        if totals := forecast.totals(month):
            yield f"{month:%Y-%m}\t{visible(money(totals))}"
    if forecast.undated:
        yield f"{forecast.undated:,} numbers have no next charge date and are not included."


def _together(found: Reports, chosen: Sequence[str]) -> Iterator[str]:
    yield visible(f"All projects: {found.health.headline}")
    yield "Project\tNumbers\tErrors\tWarnings\tCost per month"
    for cells in screen.project_rows(found):
        yield _row(*cells)
    wanted = screen.SECTIONS if screen.ALL in chosen else chosen
    if "costs" in wanted:
        yield from _costs(found.costs)
    if "forecast" in wanted:
        yield from _forecast(found.forecast)
    yield visible(screen.projects_summary(found))
    yield from _not_checked(found.not_checked)


def _row(*cells: str | None) -> str:
    return "\t".join(visible(cell or "-") for cell in cells)
