"""What the page shows of a report, section by section, before anything is drawn."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Final

import attrs

from sinch_numbers.audit import CostLine, Finding, NumberStatus, Report, Rule, Severity
from sinch_numbers.exports import charts
from sinch_numbers.models import Money

_DEAREST: Final = 12
_MONTHS: Final = 12
_UNKNOWN: Final = "unknown"


@attrs.frozen
class Section:
    """A part of the page: the template named like it shows what is in *view*."""

    id: str
    title: str
    view: object


@attrs.frozen
class Cause:
    """Something that is wrong with several numbers alike."""

    message: str
    advice: str
    count: int


@attrs.frozen
class RuleView:
    """A rule that found something."""

    rule: Rule
    count: int
    advice: str | None
    """What to do, where it is the same for all."""
    causes: tuple[Cause, ...]
    """What is wrong and what to do, where it is not."""
    findings: tuple[Finding, ...]
    """Those that are shown."""

    @property
    def more(self) -> int:
        """Return how many are not shown."""
        return self.count - len(self.findings)


@attrs.frozen
class FindingsView:
    """All that is wrong, the worst first."""

    rules: tuple[RuleView, ...]
    bars: tuple[charts.Bar, ...]
    clean: tuple[Rule, ...]
    """The rules that found nothing."""


@attrs.frozen
class CurrencyView:
    """What is paid in one currency; there is no sum of several."""

    total: Money
    numbers: int
    bars: tuple[charts.Bar, ...]
    """By region, the dearest first."""
    types: tuple[charts.Bar, ...]
    lines: tuple[CostLine, ...]
    regions: int


@attrs.frozen
class CostsView:
    """What the numbers cost a month."""

    currencies: tuple[CurrencyView, ...]
    legend: tuple[str, ...]
    unpriced: int
    released: int


@attrs.frozen
class StatesView:
    """What state the numbers are in."""

    bar: charts.Bar
    meanings: Mapping[NumberStatus, str]


@attrs.frozen
class EndingsView:
    """What ends when."""

    months: tuple[charts.Month, ...]
    later: int
    total: int
    today: date


@attrs.frozen
class PartitionsView:
    """Where the numbers were found."""

    bars: tuple[charts.Bar, ...]
    legend: tuple[str, ...]
    duplicates: int


def sections(report: Report, *, limit: int) -> Iterator[Section]:
    """Return the sections that *report* has something for, with *limit* findings a rule."""
    yield Section("findings", "Findings", _findings(report, limit))
    if report.costs.lines or report.costs.unpriced or report.costs.released:
        yield Section("costs", "What it costs a month", _costs(report))
    if report.statuses:
        yield Section("states", "Provisioning", _states(report))
    if report.releases:
        yield Section("endings", "What ends when", _endings(report))
    if report.numbers:
        yield Section("partitions", "Inventory", _partitions(report))


_MEANINGS: Final = {
    NumberStatus.LINKED: "linked to an SMS service plan, an app, a trunk or a fax service",
    NumberStatus.PENDING: "a link is being made",
    NumberStatus.FAILED: "a link could not be made",
    NumberStatus.UNLINKED: "linked to nothing",
    NumberStatus.RELEASED: "given back; it ends with the month that is paid",
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
                numbers=len({finding.phone_number for finding in by_rule[rule.id]}),
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


def _costs(report: Report) -> CostsView:
    costs = report.costs
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
    verdict = report.verdict
    regions: dict[str, list[tuple[str, Decimal]]] = {}
    for count in verdict.partitions:
        region = count.partition.region_code or "elsewhere"
        kind = count.partition.type or _UNKNOWN
        regions.setdefault(region, []).append((kind, Decimal(count.read)))
    sums = {region: sum((n for _, n in parts), Decimal(0)) for region, parts in regions.items()}
    longest = max(sums.values(), default=Decimal(0))
    return PartitionsView(
        bars=tuple(
            charts.bar(region, regions[region], numbers=int(sums[region]), longest=longest)
            for region in sorted(regions, key=lambda region: (-sums[region], region))
            if sums[region]
        ),
        legend=_legend(
            count.partition.type or _UNKNOWN for count in verdict.partitions if count.read
        ),
        duplicates=verdict.duplicates,
    )


def _legend(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
