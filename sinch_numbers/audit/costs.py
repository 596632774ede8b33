"""
What numbers cost a month: by currency, then by region and type.

Currencies are never added up. A released number is paid for and does not renew, so it costs
nothing any more; it is counted by itself.
"""

from collections import Counter
from decimal import Decimal

import attrs

from sinch_numbers.models import ActiveNumber, Money, NumberType


@attrs.frozen
class CostLine:
    """What the numbers of one region and type cost in one currency."""

    currency_code: str
    region_code: str | None
    type: NumberType | None
    numbers: int
    """How many of them renew."""
    monthly: Decimal
    """What they cost a month together."""


@attrs.frozen(kw_only=True)
class Costs:
    """What all numbers cost a month."""

    lines: tuple[CostLine, ...] = ()
    """By currency, region and type."""
    unpriced: int = 0
    """How many numbers renew at a price that the service did not name."""
    released: int = 0
    """How many numbers do not renew, and so are in no line."""

    @property
    def totals(self) -> tuple[Money, ...]:
        """Return the sum a month, of each currency by itself."""
        sums: dict[str, Decimal] = {}
        for line in self.lines:
            sums[line.currency_code] = sums.get(line.currency_code, Decimal(0)) + line.monthly
        return tuple(Money(currency, amount) for currency, amount in sums.items())


def monthly_price(number: ActiveNumber) -> Money | None:
    """Return what *number* costs a month, spread over the months it is charged for at once."""
    if number.money is None:
        return None
    return Money(number.money.currency_code, number.money.amount / _months(number))


def _months(number: ActiveNumber) -> int:
    return number.payment_interval_months or 1  # replies also say 0, and mean every month


class CostTally:
    """Adds costs up, number by number."""

    def __init__(self) -> None:
        self._numbers: Counter[tuple[str, str | None, NumberType | None]] = Counter()
        # By interval as well, so that every sum is exact until it is divided once.
        self._amounts: dict[tuple[str, str | None, NumberType | None], dict[int, Decimal]] = {}
        self._unpriced = 0
        self._released = 0

    def add(self, number: ActiveNumber) -> None:
        """Count *number* in."""
        if number.expire_at is not None:
            self._released += 1
        elif number.money is None:
            self._unpriced += 1
        else:
            key = (number.money.currency_code, number.region_code, number.type)
            months = _months(number)
            self._numbers[key] += 1
            sums = self._amounts.setdefault(key, {})
            sums[months] = sums.get(months, Decimal(0)) + number.money.amount

    def result(self) -> Costs:
        """Return the costs so far."""
        lines = [
            CostLine(
                *key,
                numbers=self._numbers[key],
                monthly=sum((amount / months for months, amount in sums.items()), Decimal(0)),
            )
            for key, sums in self._amounts.items()
        ]
        lines.sort(key=lambda line: (line.currency_code, line.region_code or "", line.type or ""))
        return Costs(lines=tuple(lines), unpriced=self._unpriced, released=self._released)
