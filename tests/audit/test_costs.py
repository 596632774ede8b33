"""Costs are exact, by the month, and never added up across currencies."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from sinch_numbers import ActiveNumber, Money, NumberType
from sinch_numbers.audit import CostLine, Costs
from sinch_numbers.audit._charges import Charges, _amount
from sinch_numbers.audit._costs import costs_of

Make = Callable[..., ActiveNumber]


def money(amount: str, currency: str = "USD") -> dict[str, str]:
    return {"amount": amount, "currencyCode": currency}


def tallied(*numbers: ActiveNumber) -> Costs:
    charges = Charges(datetime(2026, 3, 14, tzinfo=UTC), months=12)
    for number in numbers:
        charges.add(number)
    return costs_of(charges)


def test_costs_are_told_by_currency_region_and_type(number: Make) -> None:
    """
    Lines stand in order, each with what its numbers cost together.
    """
    costs = tallied(
        number(money=money("0.50")),
        number(money=money("0.50")),
        number(money=money("1.50", "EUR"), regionCode="DE"),
        number(money=money("2.00"), type="TOLL_FREE"),
    )

    assert (
        CostLine("EUR", "DE", NumberType.LOCAL, 1, Decimal("1.50")),
        CostLine("USD", "US", NumberType.LOCAL, 2, Decimal("1.00")),
        CostLine("USD", "US", NumberType.TOLL_FREE, 1, Decimal("2.00")),
    ) == costs.lines


def test_currencies_are_not_added_up(number: Make) -> None:
    """
    There is one sum for each currency.
    """
    costs = tallied(
        number(money=money("0.50")), number(money=money("9", "EUR")), number(money=money("0.25"))
    )

    assert (Money("EUR", Decimal(9)), Money("USD", Decimal("0.75"))) == costs.totals


@pytest.mark.parametrize(
    ("months", "monthly"), [(1, "6"), (3, "2"), (12, "0.5"), (0, "6"), (None, "6")]
)
def test_a_price_is_spread_over_its_months(months: int | None, monthly: str, number: Make) -> None:
    """
    What is charged for several months at once costs a part of it a month; 0 means each month.
    """
    charged = number(money=money("6.00"), paymentIntervalMonths=months)

    assert Money("USD", Decimal(monthly)) == charged.monthly_cost
    assert Decimal(monthly) == tallied(charged).lines[0].monthly


def test_sums_are_divided_once(number: Make) -> None:
    """
    Thirds of a price add up to the price.
    """
    third = number(money=money("1.00"), paymentIntervalMonths=3)

    assert Decimal(1) == tallied(third, third, third).lines[0].monthly


def test_numbers_without_a_price_are_counted_apart(number: Make) -> None:
    """
    An unknown price is not a price of nothing.
    """
    assert Costs(unpriced=1) == tallied(number(money=None))


def test_released_numbers_cost_nothing_any_more(number: Make) -> None:
    """
    What does not renew is paid for: it is counted apart.
    """
    assert Costs(released=1) == tallied(number(expireAt="2026-03-20T09:00:00Z"))


@pytest.mark.parametrize(
    ("price", "monthly"),
    [
        pytest.param(None, None, id="no price"),
        pytest.param("6.00", Money("USD", Decimal("2.00")), id="a price for three months"),
    ],
)
def test_a_monthly_price_is_known_where_the_price_is(
    price: str | None, monthly: Money | None, number: Make
) -> None:
    """Without a price there is no monthly price, which is not a price of nothing."""
    priced = number(money=price and money(price), paymentIntervalMonths=3)

    assert monthly == priced.monthly_cost


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        *((text, "is not a finite number") for text in ("x", "", "1,5", "Infinity", "NaN")),
        ("1" * 300, "has too many digits"),
    ],
)
def test_an_amount_is_a_finite_number_that_is_kept_exactly(text: str, problem: str) -> None:
    """Saved audits are read by this."""
    with pytest.raises(ValueError, match=f"^an amount {problem}$"):
        _amount(text)
