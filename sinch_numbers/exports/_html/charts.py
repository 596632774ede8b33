"""Charts as geometry: what is how wide, where a day goes, how dark it is."""

import math
from calendar import Calendar
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

import attrs

_DAYS = Calendar()  # weeks begin on Monday
_DARKEST = 5


@attrs.frozen
class Segment:
    """A part of a bar, in per cent of the chart's width."""

    label: str
    amount: Decimal
    start: float
    width: float


@attrs.frozen
class Bar:
    """One bar of a chart, made of segments that lie end to end."""

    label: str
    amount: Decimal
    numbers: int
    segments: tuple[Segment, ...]


def bar(
    label: str, parts: Iterable[tuple[str, Decimal]], *, numbers: int, longest: Decimal
) -> Bar:
    """Return a bar of *parts*, where *longest* is as wide as the chart."""
    segments = []
    start = 0.0
    amount = Decimal(0)
    for name, part in parts:
        # A credit makes no bar, and nothing is a part of nothing.
        width = float(100 * part / longest) if part > 0 and longest > 0 else 0.0
        segments.append(Segment(name, part, start, width))
        start += width
        amount += part
    return Bar(label, amount, numbers, tuple(segments))


@attrs.frozen
class Day:
    """A day in a month's chart: its column, its week, and how much is going on."""

    date: date
    column: int
    row: int
    count: int
    heat: int
    """From 0, nothing, to 5, as much as on the busiest day."""


@attrs.frozen
class Month:
    """A month as a calendar shows it."""

    first: date
    days: tuple[Day, ...]
    weeks: int
    count: int

    @property
    def busy(self) -> tuple[Day, ...]:
        """Return the days on which something is going on."""
        return tuple(day for day in self.days if day.count)


def months(counts: Sequence[tuple[date, int]]) -> tuple[Month, ...]:
    """Return each month in which something is going on, soonest first."""
    found = dict(counts)
    most = max(found.values(), default=0)
    return tuple(
        _month(year, month, found, most)
        for year, month in sorted({(day.year, day.month) for day in found})
    )


def _month(year: int, month: int, counts: dict[date, int], most: int) -> Month:
    weeks = _DAYS.monthdays2calendar(year, month)
    days = tuple(
        Day(day, column, row, count, math.ceil(_DARKEST * count / most))
        for row, week in enumerate(weeks)
        for number, column in week
        if number
        for day in [date(year, month, number)]
        for count in [counts.get(day, 0)]
    )
    total = sum(day.count for day in days)
    return Month(date(year, month, 1), days, len(weeks), total)
