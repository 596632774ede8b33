"""
Monthly costs of numbers, by currency, region and type.

Currencies are never added up. A released number is paid for and does not renew, so it has no
further cost; it is counted separately.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import ClassVar

import attrs

from sinch_numbers.audit._charges import Charges, total
from sinch_numbers.models import Money, NumberType
from sinch_numbers.models._serializable import Serializable

__all__ = ["CostLine", "Costs"]


@attrs.frozen
class CostLine(Serializable):
    """The cost of the numbers of one region and type, in one currency."""

    currency_code: str
    region_code: str | None
    type: NumberType | None
    numbers: int
    """Numbers that renew."""
    monthly: Decimal
    """Their total cost per month."""


@attrs.frozen(kw_only=True)
class Costs(Serializable):
    """The monthly costs of all numbers."""

    _computed: ClassVar = {"totals": "totals"}

    lines: tuple[CostLine, ...] = ()
    """Sorted by currency, region and type."""
    unpriced: int = 0
    """Numbers that renew at an unknown price."""
    released: int = 0
    """Numbers that do not renew; excluded from all lines."""

    @property
    def totals(self) -> tuple[Money, ...]:
        """Return the total per month for each currency."""
        currencies = dict.fromkeys(line.currency_code for line in self.lines)
        return tuple(
            Money(code, total(line.monthly for line in self.lines if line.currency_code == code))
            for code in currencies
        )

    def __repr__(self) -> str:
        numbers = sum(line.numbers for line in self.lines)
        return f"<Costs: {amounts(self.totals)} a month for {numbers:,} numbers>"

    def _repr_html_(self) -> str:
        from sinch_numbers._core.serialization import html

        rows = [(*_key(line), f"{line.numbers:,}", f"{line.monthly:,.2f}") for line in self.lines]
        header = ("Currency", "Region", "Type", "Numbers", "Monthly cost")
        note = f"{amounts(self.totals)} a month"
        return html.table(header, rows, count=len(rows), note=note)


def amounts(totals: Iterable[Money]) -> str:
    """Return *totals* on one line, with two decimals."""
    texts = [f"{one.currency_code} {one.amount:,.2f}" for one in totals]
    return ", ".join(texts) or "nothing"


def _key(line: CostLine) -> tuple[str, str | None, NumberType | None]:
    return line.currency_code, line.region_code, line.type


def costs_of(charges: Charges) -> Costs:
    """Return the monthly costs of the numbers in *charges*."""
    counts: dict[tuple[str, str | None, NumberType | None], int] = {}
    # Also grouped by interval, so that sums stay exact until a single division.
    sums: dict[tuple[str, str | None, NumberType | None], dict[int, Decimal]] = {}
    for terms, count, amount in charges:
        key = (terms.currency_code, terms.region_code, terms.type)
        counts[key] = counts.get(key, 0) + count
        by_interval = sums.setdefault(key, {})
        by_interval[terms.months] = total((by_interval.get(terms.months, Decimal(0)), amount))
    lines = [
        CostLine(
            *key,
            numbers=counts[key],
            monthly=total(by_interval[months] / months for months in sorted(by_interval)),
        )
        for key, by_interval in sums.items()
    ]
    lines.sort(key=lambda line: (line.currency_code, line.region_code or "", line.type or ""))
    return Costs(lines=tuple(lines), unpriced=charges.unpriced, released=charges.released)
