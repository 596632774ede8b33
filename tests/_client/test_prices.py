"""The price of a purchase is exact or unknown, and never above a budget in its currency."""

from decimal import Decimal
from typing import Any

import pytest
from products import every

from sinch_numbers import (
    AvailableNumber,
    BudgetExceededError,
    Capability,
    CurrencyMismatchError,
    InvalidArgumentError,
    Money,
    NumberOrder,
    NumberPrice,
    NumberType,
    OrderNumber,
)
from sinch_numbers._client.prices import Budget, prices_of, quote, total


def usd(amount: str) -> Money:
    return Money("USD", Decimal(amount))


def offer(setup: Money, monthly: Money, months: int = 1) -> AvailableNumber:
    return AvailableNumber(
        "+12025550199",
        "US",
        NumberType.LOCAL,
        (Capability.SMS,),
        setup_price=setup,
        monthly_price=monthly,
        payment_interval_months=months,
    )


@every(
    ("given", "limit"),
    [
        (None, None),
        ("5", Decimal(5)),
        (" 5.00 ", Decimal("5.00")),
        ("USD 5.00", usd("5.00")),
        ("eur 0", Money("EUR", Decimal(0))),
        (7, Decimal(7)),
        (0, Decimal(0)),
        (Decimal("0.10"), Decimal("0.10")),
        (usd("0.10"), usd("0.10")),
    ],
)
def test_a_budget_is_an_amount_with_or_without_a_currency(given: Any, limit: Any) -> None:
    """As Money, Decimal, int, or text; zero is a limit, and only None is none."""
    budget = Budget.of(given, None)

    assert (limit, None) == (budget.max_monthly_price, budget.max_setup_price)
    assert (given is not None) is budget.is_limited


WRONG = [
    *(5.0, True, "", " ", "-1", "five", "5,00", "1e3", "1_000", "٣", "NaN", "Infinity", "$5"),
    *("USD", "US 5", "USDX 5", "USD five", -1, Decimal(-1), Decimal("nan"), Decimal("inf")),
    *(b"5", [5], usd("-1"), "9" * 200),
]


@every("given", WRONG)
def test_a_malformed_budget_is_rejected_by_name(given: Any) -> None:
    """The error names the argument, and what is valid."""
    with pytest.raises(InvalidArgumentError, match=r"^max_monthly_price: expected an amount"):
        Budget.of(given, None)
    with pytest.raises(InvalidArgumentError, match=r"^max_setup_price: expected an amount"):
        Budget.of(None, given)


@every(
    ("limits", "error"),
    [
        ({"monthly": "2.00"}, ""),
        ({"setup": "3.00"}, ""),
        ({"monthly": usd("2"), "setup": "USD 3"}, ""),
        ({"monthly": "1.99"}, "the monthly price USD 2.00 exceeds max_monthly_price USD 1.99"),
        ({"setup": 2}, "the setup price USD 3.00 exceeds max_setup_price USD 2"),
        ({"monthly": 2, "setup": 0}, "the setup price USD 3.00 exceeds max_setup_price USD 0"),
    ],
)
def test_a_price_up_to_the_budget_is_accepted(limits: dict[str, Any], error: str) -> None:
    """A higher one is an error that names price and budget."""
    budget = Budget.of(limits.get("monthly"), limits.get("setup"))

    if not error:
        budget.check(usd("2.00"), usd("3.00"))
        return
    with pytest.raises(BudgetExceededError) as caught:
        budget.check(usd("2.00"), usd("3.00"), ("7", "8"))
    assert f"{error}: nothing was bought; not submitted: order 7, order 8" == str(caught.value)
    assert ("7", "8") == caught.value.order_ids
    assert caught.value.argument in error
    assert caught.value.price in (usd("2.00"), usd("3.00"))


def test_an_unknown_price_is_within_no_budget() -> None:
    """It is an error, since the service may charge any amount."""
    with pytest.raises(BudgetExceededError, match="price is unknown, max_setup_price is 5") as one:
        Budget.of(None, "5").check(usd("1"), None)
    with pytest.raises(BudgetExceededError, match="max_monthly_price is USD 5: nothing"):
        Budget.of("USD 5", None).check(None, usd("1"))

    assert (None, Decimal(5)) == (one.value.price, one.value.budget)
    Budget.of(None, None).check(None, None)


def test_a_budget_in_another_currency_is_an_error() -> None:
    """No rate is known, so nothing is compared."""
    with pytest.raises(
        CurrencyMismatchError, match=r"max_monthly_price: .* EUR and USD"
    ) as caught:
        Budget.of("EUR 500", None).check(usd("1"), usd("1"))

    assert ("EUR", "USD") == caught.value.currencies


def test_prices_in_several_currencies_have_no_total() -> None:
    """They are an error, also as a quote."""
    euro = Money("EUR", Decimal(1))
    with pytest.raises(CurrencyMismatchError, match="EUR and USD"):
        total([usd("1"), euro])
    with pytest.raises(CurrencyMismatchError):
        quote((offer(usd("1"), usd("1")), offer(euro, euro)), 2)


def test_a_quote_for_given_numbers_is_their_sum() -> None:
    """Exact, with all digits."""
    found = quote((offer(usd("0.10"), usd("0.20")), offer(usd("0.2"), usd("0.05"))), None)

    assert (2, usd("0.30"), usd("0.25")) == (
        found.quantity,
        found.setup_price,
        found.monthly_price,
    )
    assert 1 == found.payment_interval_months


def test_a_quote_for_a_quantity_is_at_the_highest_price_found() -> None:
    """The service may pick any of the matching numbers."""
    found = quote((offer(usd("1"), usd("3")), offer(usd("2"), usd("1"), 12)), 5)

    assert (5, usd("10"), usd("15")) == (found.quantity, found.setup_price, found.monthly_price)
    assert found.payment_interval_months is None


def order(*prices: NumberPrice | None) -> NumberOrder:
    numbers = tuple(OrderNumber("+12025550199", price) for price in prices)
    return NumberOrder(id_number_order="7", order_numbers=numbers)


@every(
    ("orders", "prices"),
    [
        ([order(NumberPrice(usd("1"), usd("2")))], (usd("2"), usd("1"))),
        (
            [order(NumberPrice(usd("1"), usd("2"))), order(NumberPrice(usd("3"), None))],
            (None, usd("4")),
        ),
        ([order(NumberPrice(usd("1"), usd("2")), None)], (None, None)),
        ([order()], (None, None)),
    ],
)
def test_the_price_of_orders_is_a_sum_or_unknown(orders: Any, prices: Any) -> None:
    """No part of a sum is reported as the sum."""
    assert prices == prices_of(orders)


def test_the_cheapest_numbers_are_bought_if_only_these_are_affordable() -> None:
    """Otherwise the quote stays, and too expensive ones are an error that names their price."""
    cheap, dear = offer(usd("1"), usd("1")), offer(usd("1"), usd("9"))
    found = quote((dear, cheap, dear), 1)

    chosen = Budget.of("1", None).within(found)

    assert ((cheap,), True, usd("1")) == (chosen.numbers, chosen.is_exact, chosen.monthly_price)
    assert found is Budget.of("9", None).within(found)
    with pytest.raises(BudgetExceededError, match="USD 1 exceeds"):
        Budget.of("0.99", None).within(found)
    with pytest.raises(BudgetExceededError, match="USD 10 exceeds"):
        Budget.of("9", None).within(quote((dear, cheap), None))


def test_a_quote_limits_what_the_budget_leaves_open() -> None:
    """Limits of the caller stay, zero included."""
    found = quote((offer(usd("1"), usd("2")),), None)

    assert (usd("2"), usd("1")) == _limits(Budget.of(None, None).or_at_most(found))
    assert (Decimal(0), usd("1")) == _limits(Budget.of(0, None).or_at_most(found))


def _limits(budget: Budget) -> tuple[Any, Any]:
    return budget.max_monthly_price, budget.max_setup_price
