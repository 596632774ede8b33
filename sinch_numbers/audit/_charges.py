"""
Charges: what numbers are charged, added up exactly.

Numbers that are charged alike - the same region, type, currency and interval, next in the
same month - are one entry with a count and a sum. So the memory this takes does not grow
with the numbers, and costs and forecast are both made of it, at the end.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Context, Decimal, Inexact
from typing import Final, NamedTuple, Self

import attrs

from sinch_numbers.models import ActiveNumber, Money, NumberType

# The default of 28 digits would round large sums, each order of adding them differently.
_EXACT: Final = Context(prec=200, traps=[Inexact])


class Terms(NamedTuple):
    """Key of numbers that are charged alike."""

    currency_code: str
    region_code: str | None
    type: NumberType | None
    months: int
    """How many months one charge pays for."""
    first: int | None
    """The month of the next charge, see `month_of`; ``None`` when it is not known."""


@attrs.frozen(kw_only=True)
class Entry:
    """A sum, in plain JSON's types."""

    currency_code: str
    region_code: str | None = None
    type: NumberType | None = None
    months: int
    first: int | None = None
    numbers: int
    amount: str


class Charges:
    """Takes in what numbers are charged, from the month of *now* on."""

    def __init__(self, now: datetime, months: int) -> None:
        self.start: int = month_of(now)
        self.end: int = self.start + months
        self.released: int = 0
        """How many numbers do not renew, and so are in no sum."""
        self.unpriced: int = 0
        """How many numbers renew at a price that the service did not name."""
        self._sums: dict[Terms, tuple[int, Decimal]] = {}

    def add(self, number: ActiveNumber) -> None:
        """Count *number* in."""
        if number.expire_at is not None:
            self.released += 1
        elif number.money is None:
            self.unpriced += 1
        else:
            months, date = interval(number), number.next_charge_date
            terms = Terms(
                number.money.currency_code,
                number.region_code,
                number.type,
                months,
                None if date is None else self._first(month_of(date), months),
            )
            self._put(terms, 1, number.money.amount)

    def merge(self, other: "Charges") -> None:
        """Count in what *other* has counted."""
        self.released += other.released
        self.unpriced += other.unpriced
        for terms, count, amount in other:
            self._put(terms, count, amount)

    def __iter__(self) -> Iterator[tuple[Terms, int, Decimal]]:
        for terms, (count, amount) in self._sums.items():
            yield terms, count, amount

    def entries(self) -> list[Entry]:
        """Return the sums as plain values, in an order of their own."""
        found = [
            Entry(**terms._asdict(), numbers=count, amount=str(amount))
            for terms, count, amount in self
        ]
        return sorted(found, key=repr)

    def load(self, entries: Iterable[Entry]) -> Self:
        """Count in what `entries` returned; `ValueError` when it is something else."""
        for entry in entries:
            if entry.months < 1 or not self.start <= (entry.first or self.end) <= self.end:
                raise ValueError("a charge lies outside of the months")
            given = attrs.asdict(entry)
            count, amount = given.pop("numbers"), given.pop("amount")
            self._put(Terms(**given), count, _amount(amount))
        return self

    def _put(self, terms: Terms, count: int, amount: Decimal) -> None:
        known, total = self._sums.get(terms, (0, Decimal(0)))
        self._sums[terms] = (known + count, _EXACT.add(total, amount))

    def _first(self, month: int, months: int) -> int:
        # Past charges are skipped, and charges after the forecast are merged.
        late = max(0, self.start - month)
        return min(month + -(-late // months) * months, self.end)


def month_of(moment: datetime) -> int:
    """
    Return the month of *moment* (UTC) as a number; one more is the month after.

    A charge on the 31st moves to the last day of a shorter month and never out of it, so
    months are all that is needed to tell when charges fall due.
    """
    return moment.year * 12 + moment.month - 1


def interval(number: ActiveNumber) -> int:
    """Return how many months *number* is charged for at once."""
    return max(1, number.payment_interval_months or 1)  # 0 is sent, too, and means every month


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Add *amounts* of one currency up, exactly."""
    result = Decimal(0)
    for amount in amounts:
        result = _EXACT.add(result, amount)
    return result


def monthly_price(number: ActiveNumber) -> Money | None:
    """Return what *number* costs a month, spread over the months it is charged for at once."""
    if number.money is None:
        return None
    return Money(number.money.currency_code, number.money.amount / interval(number))


def _amount(text: str) -> Decimal:
    try:
        amount = _EXACT.create_decimal(text)
    except ArithmeticError:
        raise ValueError("an amount is no number") from None
    if not amount.is_finite():
        raise ValueError("an amount is not finite")
    return amount
