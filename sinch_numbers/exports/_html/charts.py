"""Chart geometry: bar widths, calendar positions and heat map levels."""

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
    """Bar segment, in percent of the chart's width."""

    label: str
    amount: Decimal
    start: float
    width: float


@attrs.frozen
class Bar:
    """Chart bar, made of stacked segments."""

    label: str
    amount: Decimal
    numbers: int
    segments: tuple[Segment, ...]


def bar(
    label: str, parts: Iterable[tuple[str, Decimal]], *, numbers: int, longest: Decimal
) -> Bar:
    """Return a bar of *parts*, scaled so that *longest* has full width."""
    segments = []
    start = 0.0
    amount = Decimal(0)
    for name, part in parts:
        # Credits (negative amounts) have no width; also avoids a division by zero.
        width = float(100 * part / longest) if part > 0 and longest > 0 else 0.0
        segments.append(Segment(name, part, start, width))
        start += width
        amount += part
    return Bar(label, amount, numbers, tuple(segments))


@attrs.frozen
class Day:
    """Calendar day: its column, week and heat map level."""

    date: date
    column: int
    row: int
    count: int
    heat: int
    """Heat map level, from 0 (none) to 5 (the busiest day)."""


@attrs.frozen
class Month:
    """Calendar month."""

    first: date
    days: tuple[Day, ...]
    weeks: int
    count: int

    @property
    def busy(self) -> tuple[Day, ...]:
        """Return the days with a count above zero."""
        return tuple(day for day in self.days if day.count)


def months(counts: Sequence[tuple[date, int]]) -> tuple[Month, ...]:
    """Return the months with a count above zero, in chronological order."""
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
