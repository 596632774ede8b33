"""
Forecast of charges, by month, currency, region, and type.

Nothing is booked by it: prices and dates are those of today. A released number is not charged
any more. Currencies are never added up.
"""

from datetime import date
from decimal import Decimal

import attrs

from sinch_numbers.audit._charges import Charges, total
from sinch_numbers.models import Money, NumberType

__all__ = ["Forecast", "ForecastLine"]


@attrs.frozen
class ForecastLine:
    """Charges for one region and type in one month and currency."""

    month: date
    """Its first day, in UTC."""
    currency_code: str
    region_code: str | None
    type: NumberType | None
    numbers: int
    """How many of them are charged in this month."""
    amount: Decimal
    """Total of full charges, also if a charge covers several months."""


@attrs.frozen(kw_only=True)
class Forecast:
    """Forecast of the charges of all numbers."""

    months: tuple[date, ...] = ()
    """The months that it is about, by their first days. Of the first one, only what is left."""
    lines: tuple[ForecastLine, ...] = ()
    """By month, currency, region and type; a month in which nothing is charged has none."""
    unpriced: int = 0
    """How many numbers renew at a price that the service did not name; they are in no line."""
    undated: int = 0
    """How many numbers renew on a date that the service did not name; they are in no line."""

    def totals(self, month: date) -> tuple[Money, ...]:
        """Return what is charged in *month*, of each currency by itself."""
        lines = [line for line in self.lines if line.month == month]
        currencies = dict.fromkeys(line.currency_code for line in lines)
        return tuple(
            Money(code, total(line.amount for line in lines if line.currency_code == code))
            for code in currencies
        )


def forecast_of(charges: Charges) -> Forecast:
    """Return what the numbers behind *charges* will be charged."""
    sums: dict[tuple[int, str, str | None, NumberType | None], tuple[int, Decimal]] = {}
    undated = 0
    for terms, count, amount in charges:
        if terms.first is None:
            undated += count
            continue
        for month in range(terms.first, charges.end, terms.months):
            key = (month, terms.currency_code, terms.region_code, terms.type)
            known, known_amount = sums.get(key, (0, Decimal(0)))
            sums[key] = (known + count, total((known_amount, amount)))
    lines = [
        ForecastLine(_first_day(month), currency, region, kind, numbers=count, amount=amount)
        for (month, currency, region, kind), (count, amount) in sums.items()
    ]
    lines.sort(
        key=lambda line: (line.month, line.currency_code, line.region_code or "", line.type or "")
    )
    return Forecast(
        months=tuple(map(_first_day, range(charges.start, charges.end))),
        lines=tuple(lines),
        unpriced=charges.unpriced,
        undated=undated,
    )


def _first_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)
