"""View models of the history in the HTML report: changes, trend lines, and waived findings."""

import heapq
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import attrs

from sinch_numbers.audit import (
    AuditRun,
    Changes,
    CostChange,
    NotChecked,
    Report,
    Severity,
    WaivedFinding,
)
from sinch_numbers.audit._charges import total

_MARGIN: Final = 6
"""Percent of a chart's height above and below its lines."""
_OPEN: Final = "Still open"
_TONES: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "info"}
_NAMES: Final = {Severity.ERROR: "errors", Severity.WARNING: "warnings", Severity.INFO: "notes"}


@attrs.frozen
class ChangeList:
    """A list of changes of one kind, of which the first ones are shown."""

    title: str
    template: str
    tone: str
    shown: Sequence[Any]
    count: int

    @property
    def more(self) -> int:
        """Return the number of changes that are not shown."""
        return self.count - len(self.shown)


@attrs.frozen
class ChangesView:
    """Differences from an earlier audit."""

    changes: Changes
    lists: tuple[ChangeList, ...]
    costs: tuple[CostChange, ...]
    """The currencies whose cost differs."""
    now: datetime

    def age(self, first_seen: datetime) -> int:
        """Return the age of a finding in days."""
        return max(0, (self.now - first_seen).days)


@attrs.frozen
class TrendLine:
    """A line of a chart: the values of all runs."""

    label: str
    tone: str
    points: str
    """Coordinates in percent of the chart, as SVG's ``points``."""
    end: float
    """Height of the last point, in percent from the top."""
    first: Decimal
    last: Decimal


@attrs.frozen
class TrendChart:
    """Line chart over runs, with a common scale from zero or the lowest value."""

    title: str
    currency: str | None
    lines: tuple[TrendLine, ...]
    low: Decimal
    high: Decimal


@attrs.frozen
class TrendView:
    """How numbers, findings and cost developed."""

    runs: tuple[AuditRun, ...]
    charts: tuple[TrendChart, ...]


@attrs.frozen
class WaivedView:
    """Findings that are accepted."""

    shown: tuple[WaivedFinding, ...]
    count: int

    @property
    def more(self) -> int:
        """Return the number of findings that are not shown."""
        return self.count - len(self.shown)


@attrs.frozen
class NotCheckedView:
    """Checks that the audit did not make."""

    entries: tuple[NotChecked, ...]


def changes_of(changes: Changes, report: Report, limit: int) -> ChangesView:
    """Return the view of *changes*, with up to *limit* rows in each list."""
    kinds: tuple[tuple[str, str, str, Sequence[Any]], ...] = (
        ("New findings", "finding", "bad", changes.new),
        ("No longer waived", "tracked", "idle", changes.unwaived),
        ("Checked for the first time", "finding", "wait", changes.first_checked),
        ("Fixed", "tracked", "good", changes.fixed),
        ("Numbers added", "number", "good", changes.added),
        ("Numbers removed", "number", "gone", changes.removed),
        ("Numbers changed", "fields", "wait", changes.changed),
        (_OPEN, "tracked", "gone", _oldest_first(changes, limit)),
    )
    counts = {_OPEN: len(changes.open)}
    return ChangesView(
        changes=changes,
        lists=tuple(
            ChangeList(title, template, tone, values[:limit], counts.get(title, len(values)))
            for title, template, tone, values in kinds
            if values
        ),
        costs=tuple(cost for cost in changes.costs if cost.difference),
        now=report.started_at if changes.run is None else changes.run.started_at,
    )


def trend_of(runs: Sequence[AuditRun]) -> TrendView:
    """Return the charts of *runs*, the earliest first."""
    charts = [
        _chart(
            "Findings",
            None,
            [
                (_NAMES[severity], _TONES[severity], _count_of(severity))
                for severity in reversed(Severity)
            ],
            runs,
        )
    ]
    currencies = sorted({money.currency_code for run in runs for money in run.monthly})
    charts += [
        _chart("Monthly cost", code, [(code, "MOBILE", _cost_in(code))], runs)
        for code in currencies
    ]
    charts.append(_chart("Numbers", None, [("numbers", "LOCAL", _numbers)], runs))
    return TrendView(tuple(runs), tuple(charts))


def waived_of(waived: Sequence[WaivedFinding], limit: int) -> WaivedView:
    """Return the view of *waived*, with up to *limit* rows."""
    return WaivedView(tuple(waived[:limit]), len(waived))


def _oldest_first(changes: Changes, limit: int) -> Sequence[Any]:
    return heapq.nsmallest(limit, changes.open, key=lambda one: one.first_seen)


def _numbers(run: AuditRun) -> Decimal:
    return Decimal(run.numbers)


def _count_of(severity: Severity) -> Callable[[AuditRun], Decimal]:
    return lambda run: Decimal(run.counts[severity])


def _cost_in(code: str) -> Callable[[AuditRun], Decimal]:
    return lambda run: total(one.amount for one in run.monthly if one.currency_code == code)


def _chart(
    title: str,
    currency: str | None,
    series: Sequence[tuple[str, str, Callable[[AuditRun], Decimal]]],
    runs: Sequence[AuditRun],
) -> TrendChart:
    values = {label: [read(run) for run in runs] for label, _, read in series}
    every = [value for line in values.values() for value in line]
    low, high = min(every), max(every)
    if low == high:  # a line in the middle
        low, high = low - 1, high + 1
    lines = []
    for label, tone, _ in series:
        heights = [_height(value, low, high) for value in values[label]]
        step = 100 / max(1, len(heights) - 1)
        points = " ".join(f"{place * step:.2f},{top:.2f}" for place, top in enumerate(heights))
        first, last = values[label][0], values[label][-1]
        lines.append(TrendLine(label, tone, points, heights[-1], first, last))
    return TrendChart(title, currency, tuple(lines), min(every), max(every))


def _height(value: Decimal, low: Decimal, high: Decimal) -> float:
    share = float((value - low) / (high - low))
    return _MARGIN + (100 - 2 * _MARGIN) * (1 - share)
