"""
Forecast of upcoming charges, by month, currency, region and type.

Based on current prices and dates; nothing is booked. A released number is not charged again.
Currencies are never added up.
"""

from datetime import date
from decimal import Decimal
from typing import ClassVar

import attrs

from sinch_numbers.audit._charges import Charges, total
from sinch_numbers.audit._costs import amounts
from sinch_numbers.models import Money, NumberType
from sinch_numbers.models._serializable import Serializable

__all__ = ["Forecast", "ForecastLine"]


@attrs.frozen
class ForecastLine(Serializable):
    """The charges of one region and type, in one month and currency."""

    month: date
    """The first day of the month, in UTC."""
    currency_code: str
    region_code: str | None
    type: NumberType | None
    numbers: int
    """Numbers that are charged in this month."""
    amount: Decimal
    """Total of the full charges, even if one pays for several months."""


@attrs.frozen
class MonthTotal(Serializable):
    """The total charges of one month in one currency, as they are written to JSON."""

    month: date
    currency_code: str
    amount: Decimal


@attrs.frozen(kw_only=True)
class Forecast(Serializable):
    """The upcoming charges of all numbers."""

    _computed: ClassVar = {"totals": "_all_totals"}

    months: tuple[date, ...] = ()
    """The first day of each month. The first month covers only its remaining charges."""
    lines: tuple[ForecastLine, ...] = ()
    """Sorted by month, currency, region and type; months without charges have none."""
    unpriced: int = 0
    """Numbers that renew at an unknown price; excluded from all lines."""
    undated: int = 0
    """Numbers that renew on an unknown date; excluded from all lines."""

    def totals(self, month: date) -> tuple[Money, ...]:
        """
        Return the total charges in *month* for each currency.

        Args:
            month: First day of the month.

        Example::

            report = await audit(client)
            for month in report.forecast.months:
                print(month, report.forecast.totals(month))
        """
        lines = [line for line in self.lines if line.month == month]
        currencies = dict.fromkeys(line.currency_code for line in lines)
        return tuple(
            Money(code, total(line.amount for line in lines if line.currency_code == code))
            for code in currencies
        )

    def __repr__(self) -> str:
        currencies: dict[str, Decimal] = {}
        for line in self.lines:
            sums = (currencies.get(line.currency_code, Decimal(0)), line.amount)
            currencies[line.currency_code] = total(sums)
        charges = amounts(Money(code, amount) for code, amount in sorted(currencies.items()))
        return f"<Forecast: {charges} in {len(self.months):,} months>"

    def _repr_html_(self) -> str:
        from sinch_numbers._core.serialization import html

        totals = self._all_totals
        rows = [(f"{one.month:%Y-%m}", one.currency_code, f"{one.amount:,.2f}") for one in totals]
        return html.table(("Month", "Currency", "Charges"), rows, count=len(rows))

    @property
    def _all_totals(self) -> tuple[MonthTotal, ...]:
        return tuple(
            MonthTotal(month, one.currency_code, one.amount)
            for month in self.months
            for one in self.totals(month)
        )


def forecast_of(charges: Charges) -> Forecast:
    """Return the forecast for the numbers in *charges*."""
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
