"""View model of the HTML report, section by section."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from typing import Final

import attrs

from sinch_numbers.audit import (
    CostLine,
    Costs,
    Difference,
    Finding,
    Forecast,
    ForecastLine,
    Health,
    NumberStatus,
    ProjectFailure,
    Report,
    Reports,
    Rule,
    Severity,
)
from sinch_numbers.audit._charges import total
from sinch_numbers.exports._html import charts, history
from sinch_numbers.models import Money

_DEAREST: Final = 12
_MONTHS: Final = 12
_UNKNOWN: Final = "unknown"


@attrs.frozen
class Section:
    """Page section: a template and the *view* that it renders."""

    template: str
    title: str
    view: object


@attrs.frozen(kw_only=True)
class Facts:
    """Key figures of the report."""

    numbers: int
    states: tuple[tuple[NumberStatus, int], ...]
    findings: int
    severities: tuple[tuple[str, int], ...]
    totals: tuple[Money, ...]
    releases: tuple[tuple[date, int], ...]


@attrs.frozen(kw_only=True)
class ProjectView:
    """Project view: key figures and sections."""

    id: str
    """Prefix of the HTML ids in this project's part of the page."""
    report: Report
    facts: Facts
    sections: tuple[Section, ...]


@attrs.frozen(kw_only=True)
class Page:
    """Complete page."""

    title: str
    started_at: datetime
    finished_at: datetime
    projects: tuple[ProjectView, ...]
    health: Health
    failures: tuple[ProjectFailure, ...] = ()
    facts: Facts | None = None
    """Key figures over all projects, if there are several."""
    sections: tuple[Section, ...] = ()
    """Sections over all projects, if there are several."""


@attrs.frozen
class Cause:
    """Problem shared by several numbers."""

    message: str
    advice: str
    count: int


@attrs.frozen
class RuleView:
    """Rule with findings."""

    rule: Rule
    count: int
    advice: str | None
    """Advice, if it is the same for all findings."""
    causes: tuple[Cause, ...]
    """Problems and advice, if they differ between findings."""
    findings: tuple[Finding, ...]
    """Findings shown on the page."""

    @property
    def more(self) -> int:
        """Return the number of findings not shown."""
        return self.count - len(self.findings)


@attrs.frozen
class FindingsView:
    """Findings by rule, most severe first."""

    rules: tuple[RuleView, ...]
    bars: tuple[charts.Bar, ...]
    clean: tuple[Rule, ...]
    """Rules without findings."""


@attrs.frozen
class CurrencyView:
    """Monthly cost in one currency; different currencies are never added up."""

    total: Money
    numbers: int
    bars: tuple[charts.Bar, ...]
    """By region, most expensive first."""
    types: tuple[charts.Bar, ...]
    lines: tuple[CostLine, ...]
    regions: int


@attrs.frozen
class CostsView:
    """Monthly cost."""

    currencies: tuple[CurrencyView, ...]
    legend: tuple[str, ...]
    unpriced: int
    released: int


@attrs.frozen
class ForecastCurrencyView:
    """Upcoming charges in one currency."""

    currency_code: str
    bars: tuple[charts.Bar, ...]
    """One bar per month, including months without charges."""
    lines: tuple[ForecastLine, ...]
    numbers: int
    """Number of charges."""
    amount: Decimal


@attrs.frozen
class ForecastView:
    """Forecast of upcoming charges."""

    currencies: tuple[ForecastCurrencyView, ...]
    legend: tuple[str, ...]
    unpriced: int
    undated: int


@attrs.frozen
class DifferencesView:
    """Differences from the expected configuration."""

    kinds: tuple[tuple[str, int], ...]
    shown: tuple[Difference, ...]
    more: int


@attrs.frozen
class StatesView:
    """Numbers by status."""

    bar: charts.Bar
    meanings: Mapping[NumberStatus, str]


@attrs.frozen
class EndingsView:
    """Expiring numbers, by month."""

    months: tuple[charts.Month, ...]
    later: int
    total: int
    today: date


@attrs.frozen
class PartitionsView:
    """Inventory: numbers by region and type."""

    bars: tuple[charts.Bar, ...]
    legend: tuple[str, ...]
    duplicates: int


def page_of(found: Report | Reports, *, limit: int) -> Page:
    """Return the page for an audit report, with up to *limit* findings per rule."""
    if isinstance(found, Report):
        return Page(
            title=found.project_id,
            started_at=found.started_at,
            finished_at=found.finished_at,
            projects=(_project("", found, limit),),
            health=found.health,
        )
    reports = found.reports
    now = datetime.now(UTC)
    return Page(
        title=f"{len(found.projects)} projects",
        started_at=min((report.started_at for report in reports), default=now),
        finished_at=max((report.finished_at for report in reports), default=now),
        projects=tuple(
            _project(f"project-{place}-", report, limit)
            for place, report in enumerate(reports, start=1)
        ),
        health=found.health,
        failures=found.failures,
        facts=facts_of(found.reports, found, found.costs),
        sections=tuple(_money_sections(found.costs, found.forecast)),
    )


def _project(id: str, report: Report, limit: int) -> ProjectView:
    return ProjectView(
        id=id,
        report=report,
        facts=facts_of([report], report, report.costs),
        sections=tuple(_sections(report, limit)),
    )


def facts_of(reports: Sequence[Report], found: Report | Reports, costs: Costs) -> Facts:
    """Return the key figures of *found*, which has *reports* and *costs*."""
    states: Counter[NumberStatus] = Counter()
    releases: Counter[date] = Counter()
    for report in reports:
        states.update(dict(report.statuses))
        releases.update(dict(report.releases))
    return Facts(
        numbers=found.numbers,
        states=tuple((state, states[state]) for state in _MEANINGS if states[state]),
        findings=sum(len(report.findings) for report in reports),
        severities=tuple(
            (severity.value, found.count(severity)) for severity in reversed(Severity)
        ),
        totals=costs.totals,
        releases=tuple(sorted(releases.items())),
    )


def _sections(report: Report, limit: int) -> Iterator[Section]:
    if report.changes is not None:
        view = history.changes_of(report.changes, report, limit)
        yield Section("changes", "Changes", view)
    if len(report.trend) > 1:
        yield Section("trend", "Trend", history.trend_of(report.trend))
    yield Section("findings", "Findings", _findings(report, limit))
    if report.waived:
        yield Section("waived", "Waived findings", history.waived_of(report.waived, limit))
    if report.differences:
        yield Section("differences", "Drift", _differences(report, limit))
    yield from _money_sections(report.costs, report.forecast)
    if report.statuses:
        yield Section("states", "Provisioning", _states(report))
    if report.releases:
        yield Section("endings", "Expiring numbers", _endings(report))
    if report.numbers:
        yield Section("partitions", "Inventory", _partitions(report))
    if report.not_checked:
        entries = history.NotCheckedView(report.not_checked)
        yield Section("not_checked", "Not checked", entries)


def _money_sections(costs: Costs, forecast: Forecast) -> Iterator[Section]:
    if costs.lines or costs.unpriced or costs.released:
        yield Section("costs", "Monthly cost", _costs(costs))
    if forecast.lines:
        yield Section("forecast", "Upcoming charges", _forecast(forecast))


_MEANINGS: Final = {
    NumberStatus.LINKED: "linked to an SMS service plan, an app, a trunk or a fax service",
    NumberStatus.PENDING: "provisioning is in progress",
    NumberStatus.FAILED: "provisioning failed",
    NumberStatus.UNLINKED: "no SMS or voice configuration",
    NumberStatus.RELEASED: "released; ends with the paid month",
}


def _findings(report: Report, limit: int) -> FindingsView:
    by_rule: dict[str, list[Finding]] = {}
    for finding in report.findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    found = sorted(
        (rule for rule in report.rules if rule.id in by_rule),
        key=lambda rule: (list(Severity).index(rule.severity), len(by_rule[rule.id])),
        reverse=True,
    )
    longest = Decimal(max(map(len, by_rule.values()), default=0))
    return FindingsView(
        rules=tuple(_rule(rule, by_rule[rule.id], limit) for rule in found),
        bars=tuple(
            charts.bar(
                rule.title,
                [(rule.severity.value, Decimal(len(by_rule[rule.id])))],
                numbers=len({one.phone_number or one.message for one in by_rule[rule.id]}),
                longest=longest,
            )
            for rule in found
        ),
        clean=tuple(rule for rule in report.rules if rule.id not in by_rule),
    )


def _rule(rule: Rule, findings: Sequence[Finding], limit: int) -> RuleView:
    advice = {finding.advice for finding in findings}
    causes = Counter((finding.message, finding.advice) for finding in findings)
    alike = len(advice) == 1
    return RuleView(
        rule=rule,
        count=len(findings),
        advice=advice.pop() if alike else None,
        causes=()
        if alike
        else tuple(Cause(*cause, count) for cause, count in causes.most_common(limit)),
        findings=tuple(findings[:limit]),
    )


def _costs(costs: Costs) -> CostsView:
    return CostsView(
        currencies=tuple(
            _currency(
                total,
                [line for line in costs.lines if line.currency_code == total.currency_code],
            )
            for total in costs.totals
        ),
        legend=_legend(line.type or _UNKNOWN for line in costs.lines),
        unpriced=costs.unpriced,
        released=costs.released,
    )


def _currency(total: Money, lines: Sequence[CostLine]) -> CurrencyView:
    regions = _grouped((line.region_code or _UNKNOWN, line) for line in lines)
    types = _grouped((line.type or _UNKNOWN, line) for line in lines)
    return CurrencyView(
        total=total,
        numbers=sum(line.numbers for line in lines),
        bars=tuple(islice(_bars(regions), _DEAREST)),
        types=tuple(_bars(types)),
        lines=tuple(lines),
        regions=len(regions),
    )


def _grouped(lines: Iterable[tuple[str, CostLine]]) -> dict[str, list[CostLine]]:
    groups: dict[str, list[CostLine]] = {}
    for name, line in lines:
        groups.setdefault(name, []).append(line)
    return groups


def _bars(groups: Mapping[str, Sequence[CostLine]]) -> Iterator[charts.Bar]:
    sums = {
        name: sum((one.monthly for one in lines), Decimal(0)) for name, lines in groups.items()
    }
    longest = max(sums.values(), default=Decimal(0))
    for name in sorted(groups, key=lambda name: (-sums[name], name)):
        by_type: dict[str, Decimal] = {}
        for line in groups[name]:
            kind = line.type or _UNKNOWN
            by_type[kind] = by_type.get(kind, Decimal(0)) + line.monthly
        yield charts.bar(
            name,
            by_type.items(),
            numbers=sum(line.numbers for line in groups[name]),
            longest=longest,
        )


def _forecast(forecast: Forecast) -> ForecastView:
    currencies = sorted({line.currency_code for line in forecast.lines})
    return ForecastView(
        currencies=tuple(_forecast_currency(code, forecast) for code in currencies),
        legend=_legend(line.type or _UNKNOWN for line in forecast.lines),
        unpriced=forecast.unpriced,
        undated=forecast.undated,
    )


def _forecast_currency(code: str, forecast: Forecast) -> ForecastCurrencyView:
    lines = [line for line in forecast.lines if line.currency_code == code]
    months: dict[date, dict[str, Decimal]] = {month: {} for month in forecast.months}
    for line in lines:
        by_type, kind = months[line.month], line.type or _UNKNOWN
        by_type[kind] = by_type.get(kind, Decimal(0)) + line.amount
    longest = max(total(by_type.values()) for by_type in months.values())
    return ForecastCurrencyView(
        currency_code=code,
        bars=tuple(
            charts.bar(
                f"{month:%B %Y}",
                sorted(by_type.items()),
                numbers=sum(line.numbers for line in lines if line.month == month),
                longest=longest,
            )
            for month, by_type in months.items()
        ),
        lines=tuple(lines),
        numbers=sum(line.numbers for line in lines),
        amount=total(line.amount for line in lines),
    )


def _differences(report: Report, limit: int) -> DifferencesView:
    kinds = Counter(difference.kind.value for difference in report.differences)
    return DifferencesView(
        kinds=tuple(kinds.most_common()),
        shown=report.differences[:limit],
        more=max(len(report.differences) - limit, 0),
    )


def _states(report: Report) -> StatesView:
    counts = dict(report.statuses)
    return StatesView(
        bar=charts.bar(
            "numbers",
            [(state, Decimal(counts[state])) for state in _MEANINGS if state in counts],
            numbers=report.numbers,
            longest=Decimal(sum(counts.values())),
        ),
        meanings=_MEANINGS,
    )


def _endings(report: Report) -> EndingsView:
    months = charts.months(report.releases)
    return EndingsView(
        months=months[:_MONTHS],
        later=sum(month.count for month in months[_MONTHS:]),
        total=sum(count for _, count in report.releases),
        today=report.started_at.date(),
    )


def _partitions(report: Report) -> PartitionsView:
    completeness = report.completeness
    regions: dict[str, list[tuple[str, Decimal]]] = {}
    for count in completeness.partitions:
        region = count.partition.region_code or "elsewhere"
        kind = count.partition.type or _UNKNOWN
        regions.setdefault(region, []).append((kind, Decimal(count.read)))
    sums = {region: total(n for _, n in parts) for region, parts in regions.items()}
    longest = max(sums.values(), default=Decimal(0))
    return PartitionsView(
        bars=tuple(
            charts.bar(region, regions[region], numbers=int(sums[region]), longest=longest)
            for region in sorted(regions, key=lambda region: (-sums[region], region))
            if sums[region]
        ),
        legend=_legend(
            count.partition.type or _UNKNOWN for count in completeness.partitions if count.read
        ),
        duplicates=completeness.duplicates,
    )


def _legend(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
