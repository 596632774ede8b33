"""
Charges: exact sums of the prices of numbers.

Numbers with the same terms (region, type, currency, interval, month of the next charge) share one
entry with a count and a sum. Memory use therefore doesn't grow with the number of phone numbers.
Both the costs and the forecast are computed from these entries at the end.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Context, Decimal, Inexact
from typing import Final, NamedTuple, Self

import attrs

from sinch_numbers.models import ActiveNumber, NumberType
from sinch_numbers.models._numbers import months_paid

# The default of 28 digits would round large sums, depending on the order of additions.
_EXACT: Final = Context(prec=200, traps=[Inexact])


class Terms(NamedTuple):
    """The billing terms by which numbers are grouped."""

    currency_code: str
    region_code: str | None
    type: NumberType | None
    months: int
    """Months paid by one charge."""
    first: int | None
    """The month of the next charge, see `month_of`; ``None`` if unknown."""


@attrs.frozen(kw_only=True)
class Entry:
    """The sum for one group of numbers, in plain JSON types."""

    currency_code: str
    region_code: str | None = None
    type: NumberType | None = None
    months: int
    first: int | None = None
    numbers: int
    amount: str


class Charges:
    """Collects the charges of numbers, from the month of *now* on."""

    def __init__(self, now: datetime, months: int) -> None:
        self.start: int = month_of(now)
        self.end: int = self.start + months
        self.released: int = 0
        """Numbers that do not renew; excluded from the sums."""
        self.unpriced: int = 0
        """Numbers that renew at an unknown price."""
        self._sums: dict[Terms, tuple[int, Decimal]] = {}

    def add(self, number: ActiveNumber) -> None:
        """Add the charges of *number*."""
        if number.expire_at is not None:
            self.released += 1
        elif number.money is None:
            self.unpriced += 1
        else:
            months, date = months_paid(number.payment_interval_months), number.next_charge_date
            terms = Terms(
                number.money.currency_code,
                number.region_code,
                number.type,
                months,
                None if date is None else self._first(month_of(date), months),
            )
            self._put(terms, 1, number.money.amount)

    def merge(self, other: "Charges") -> None:
        """Add the charges in *other*."""
        self.released += other.released
        self.unpriced += other.unpriced
        for terms, count, amount in other:
            self._put(terms, count, amount)

    def __iter__(self) -> Iterator[tuple[Terms, int, Decimal]]:
        for terms, (count, amount) in self._sums.items():
            yield terms, count, amount

    def entries(self) -> list[Entry]:
        """Return the sums as plain values, sorted."""
        found = [
            Entry(**terms._asdict(), numbers=count, amount=str(amount))
            for terms, count, amount in self
        ]
        return sorted(found, key=repr)

    def load(self, entries: Iterable[Entry]) -> Self:
        """Add the result of `entries`; raise `ValueError` for anything else."""
        for entry in entries:
            if entry.months < 1 or not self.start <= (entry.first or self.end) <= self.end:
                raise ValueError("a charge is outside the forecast months")
            given = attrs.asdict(entry)
            count, amount = given.pop("numbers"), given.pop("amount")
            self._put(Terms(**given), count, _amount(amount))
        return self

    def _put(self, terms: Terms, count: int, amount: Decimal) -> None:
        known, total = self._sums.get(terms, (0, Decimal(0)))
        self._sums[terms] = (known + count, _EXACT.add(total, amount))

    def _first(self, month: int, months: int) -> int:
        # Overdue dates advance to the next charge; dates beyond the forecast all count as its end.
        late = max(0, self.start - month)
        return min(month + -(-late // months) * months, self.end)


def month_of(moment: datetime) -> int:
    """
    Return the month of a UTC datetime as an integer that counts months.

    A charge on the 31st moves to the last day of a shorter month and stays in that month, so the
    month is enough to compute when charges are due.
    """
    return moment.year * 12 + moment.month - 1


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Return the exact sum of *amounts*, which share one currency."""
    result = Decimal(0)
    for amount in amounts:
        result = _EXACT.add(result, amount)
    return result


def _amount(text: str) -> Decimal:
    try:
        amount = _EXACT.create_decimal(text)
    except ArithmeticError:
        raise ValueError("an amount has too many digits") from None
    if not amount.is_finite():
        raise ValueError("an amount is not a finite number")
    return amount
