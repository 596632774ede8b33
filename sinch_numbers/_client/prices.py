"""Prices of a purchase: the quote before it, and the budget that it must not exceed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final, TypeAlias

import attrs

# Orders are looked up in `models`, which imports them then: few programs use them.
from sinch_numbers import models
from sinch_numbers.errors import (
    BudgetExceededError,
    CurrencyMismatchError,
    InvalidArgumentError,
)
from sinch_numbers.models import AvailableNumber, Money
from sinch_numbers.models._serializable import Serializable

__all__ = ["Quote"]

PriceInput: TypeAlias = Money | Decimal | int | str
"""An amount, without a currency in that of the account; as text also ``USD 5.00``."""

_EXPECTED: Final = "an amount of at least 0 as Money, Decimal, int, or str, such as '5.00'"

# `Decimal` also accepts underscores, exponents, and digits of other scripts.
_DIGITS: Final = re.compile(r"[0-9]{1,20}(\.[0-9]{1,20})?")


@attrs.frozen(kw_only=True)
class Quote(Serializable):
    """
    The price of a purchase, read before anything is reserved.

    Where the service picks the numbers, the price is an estimate: that of the most expensive
    matching numbers. Pass the prices to `NumbersClient.buy` as the budget to pay no more.
    """

    numbers: tuple[AvailableNumber, ...]
    """The numbers to buy, or examples of matching numbers: see `is_exact`."""
    is_exact: bool
    """Whether *numbers* are those to buy; otherwise the service picks them."""
    quantity: int
    """Count of the numbers to buy."""
    setup_price: Money
    """Charged once, for all numbers together."""
    monthly_price: Money
    """Charged for all numbers together at the purchase, and then regularly."""
    payment_interval_months: int | None
    """Months between two charges; ``None`` if they differ."""

    def __repr__(self) -> str:
        plural = "" if self.quantity == 1 else "s"
        prices = f"setup {self.setup_price}, regularly {self.monthly_price}"
        return f"<Quote: {self.quantity:,} number{plural}, {prices}>"


@attrs.frozen(kw_only=True)
class Budget:
    """The maximum prices of a purchase, for all of its numbers together."""

    max_monthly_price: Money | Decimal | None
    max_setup_price: Money | Decimal | None

    @classmethod
    def of(
        cls, max_monthly_price: PriceInput | None, max_setup_price: PriceInput | None
    ) -> Budget:
        """Return the budget of a caller's arguments, or raise `InvalidArgumentError`."""
        return cls(
            max_monthly_price=_limit(max_monthly_price, "max_monthly_price"),
            max_setup_price=_limit(max_setup_price, "max_setup_price"),
        )

    @property
    def is_limited(self) -> bool:
        """Whether there is a limit."""
        return self.max_monthly_price is not None or self.max_setup_price is not None

    def within(self, offered: Quote) -> Quote:
        """
        Return *offered*, or a quote for the cheapest of its numbers if only these are affordable.

        Raise `BudgetExceededError` if they are too expensive, too.
        """
        try:
            self.check(offered.monthly_price, offered.setup_price)
        except BudgetExceededError:
            if offered.is_exact:
                raise
        else:
            return offered
        cheapest = quote(tuple(sorted(offered.numbers, key=_amounts)[: offered.quantity]), None)
        self.check(cheapest.monthly_price, cheapest.setup_price)
        return cheapest

    def or_at_most(self, quote: Quote) -> Budget:
        """Return the budget with the prices of *quote* where it has no limit."""
        monthly, setup = self.max_monthly_price, self.max_setup_price
        return Budget(
            max_monthly_price=quote.monthly_price if monthly is None else monthly,
            max_setup_price=quote.setup_price if setup is None else setup,
        )

    def check(
        self,
        monthly_price: Money | None,
        setup_price: Money | None,
        order_ids: tuple[str, ...] = (),
    ) -> None:
        """Raise `BudgetExceededError` unless both prices are known and within the budget."""
        for argument, limit, price in (
            ("max_monthly_price", self.max_monthly_price, monthly_price),
            ("max_setup_price", self.max_setup_price, setup_price),
        ):
            if limit is None:
                continue
            if price is None:
                raise BudgetExceededError(argument, limit, None, order_ids=order_ids)
            if isinstance(limit, Decimal):
                limit = Money(price.currency_code, limit)  # noqa: PLW2901 - the same limit
            elif limit.currency_code != price.currency_code:
                raise _mismatch(argument, limit.currency_code, price.currency_code)
            if price.amount > limit.amount:
                raise BudgetExceededError(argument, limit, price, order_ids=order_ids)


def quote(offers: tuple[AvailableNumber, ...], quantity: int | None) -> Quote:
    """Return the quote for *offers*, or for *quantity* numbers at these prices."""
    intervals = {one.payment_interval_months for one in offers}
    return Quote(
        numbers=offers,
        is_exact=quantity is None,
        quantity=len(offers) if quantity is None else quantity,
        setup_price=total([one.setup_price for one in offers], quantity),
        monthly_price=total([one.monthly_price for one in offers], quantity),
        payment_interval_months=intervals.pop() if len(intervals) == 1 else None,
    )


def total(prices: Sequence[Money], times: int | None = None) -> Money:
    """
    Return the sum of *prices*, or *times* the highest of them.

    Raise `CurrencyMismatchError` if they are in different currencies.
    """
    currencies = sorted({price.currency_code for price in prices})
    if len(currencies) > 1:
        raise _mismatch("the prices of the numbers", *currencies)
    amounts = [price.amount for price in prices]
    return Money(currencies[0], sum(amounts, Decimal()) if times is None else times * max(amounts))


def prices_of(orders: Iterable[models.NumberOrder]) -> tuple[Money | None, Money | None]:
    """Return monthly and setup price of all numbers of *orders*; ``None`` if one is unknown."""
    unknown = models.NumberPrice()
    priced = [number.number_price or unknown for order in orders for number in order.order_numbers]
    return _known([one.monthly_price for one in priced]), _known(
        [one.setup_price for one in priced]
    )


def _known(prices: Sequence[Money | None]) -> Money | None:
    known = [price for price in prices if price is not None]
    return total(known) if known and len(known) == len(prices) else None


def _mismatch(what: str, *currencies: str) -> CurrencyMismatchError:
    return CurrencyMismatchError(
        f"{what}: different currencies, {' and '.join(currencies)}", currencies=currencies
    )


def _amounts(offer: AvailableNumber) -> tuple[Decimal, Decimal]:
    """Return the sort key of an offer: the cheapest first."""
    return offer.monthly_price.amount, offer.setup_price.amount


def _limit(value: object, argument: str) -> Money | Decimal | None:
    if value is None:
        return None
    if isinstance(value, Money):
        return Money(value.currency_code, _amount(value.amount, argument, value))
    if isinstance(value, str):
        currency, _, amount = value.strip().rpartition(" ")
        if currency:
            if not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
                raise InvalidArgumentError(argument, _EXPECTED, value)
            return Money(currency.upper(), _amount(amount, argument, value))
        value = amount
    return _amount(value, argument, value)


def _amount(value: object, argument: str, given: object) -> Decimal:
    # Not float: 0.1 is not exactly that amount.
    if isinstance(value, bool) or not isinstance(value, Decimal | int | str):
        raise InvalidArgumentError(argument, _EXPECTED, given)
    if isinstance(value, str) and not _DIGITS.fullmatch(value):
        raise InvalidArgumentError(argument, _EXPECTED, given)
    amount = Decimal(value)
    if not amount.is_finite() or amount < 0:
        raise InvalidArgumentError(argument, _EXPECTED, given)
    return amount
