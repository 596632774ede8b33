"""Forecast of charges: exact, by month and currency."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import strategies as st
from products import examples

from sinch_numbers import ActiveNumber, Money, NumberType
from sinch_numbers.audit import Forecast, ForecastLine
from sinch_numbers.audit._charges import Charges
from sinch_numbers.audit._forecast import forecast_of

Make = Callable[..., ActiveNumber]


def forecast(
    *numbers: ActiveNumber, months: int = 12, now: datetime = datetime(2026, 1, 15, tzinfo=UTC)
) -> Forecast:
    charges = Charges(now, months)
    for number in numbers:
        charges.add(number)
    return forecast_of(charges)


def due(found: Forecast) -> list[str]:
    """Return in which months something is charged."""
    return [f"{line.month:%Y-%m}" for line in found.lines]


def test_a_line_says_what_whom_and_when(number: Make) -> None:
    """
    Numbers that are charged in the same month are one line, by currency, region and type.
    """
    found = forecast(
        number(nextChargeDate="2026-01-20T00:00:00Z"),
        number(nextChargeDate="2026-01-31T23:59:59Z"),
        number(
            nextChargeDate="2026-01-20T00:00:00Z", money={"currencyCode": "EUR", "amount": "2"}
        ),
        number(nextChargeDate="2026-02-01T00:00:00Z", type="TOLL_FREE"),
        months=2,
    )

    january, february = date(2026, 1, 1), date(2026, 2, 1)
    assert (january, february) == found.months
    assert (
        ForecastLine(january, "EUR", "US", NumberType.LOCAL, 1, Decimal(2)),
        ForecastLine(january, "USD", "US", NumberType.LOCAL, 2, Decimal("1.00")),
        ForecastLine(february, "EUR", "US", NumberType.LOCAL, 1, Decimal(2)),
        ForecastLine(february, "USD", "US", NumberType.LOCAL, 2, Decimal("1.00")),
        ForecastLine(february, "USD", "US", NumberType.TOLL_FREE, 1, Decimal("0.50")),
    ) == found.lines
    assert (Money("EUR", Decimal(2)), Money("USD", Decimal("1.50"))) == found.totals(february)
    assert () == found.totals(date(2027, 1, 1))


@pytest.mark.parametrize("day", [28, 29, 30, 31])
def test_the_end_of_a_month_is_in_that_month(day: int, number: Make) -> None:
    """
    What is charged on the 31st is charged in February, too, once, and not in March instead.
    """
    found = forecast(number(nextChargeDate=f"2026-01-{day}T22:00:00Z"), months=5)

    assert ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05"] == due(found)


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        (0, ["2026-02", "2026-03", "2026-04", "2026-05", "2026-06", "2026-07"]),
        (None, ["2026-02", "2026-03", "2026-04", "2026-05", "2026-06", "2026-07"]),
        (1, ["2026-02", "2026-03", "2026-04", "2026-05", "2026-06", "2026-07"]),
        (2, ["2026-02", "2026-04", "2026-06"]),
        (3, ["2026-02", "2026-05"]),
        (12, ["2026-02"]),
    ],
)
def test_an_interval_is_kept(months: int | None, expected: list[str], number: Make) -> None:
    """
    A number is charged every so many months, whole; 0 means every month.
    """
    charged = number(nextChargeDate="2026-02-10T00:00:00Z", paymentIntervalMonths=months)

    found = forecast(charged, months=7)

    assert expected == due(found)
    assert {Decimal("0.50")} == {line.amount for line in found.lines}


@pytest.mark.parametrize(
    ("first", "months", "expected"),
    [
        ("2026-01-02", 1, ["2026-01", "2026-02", "2026-03"]),
        ("2025-11-30", 1, ["2026-01", "2026-02", "2026-03"]),
        ("2025-12-31", 3, ["2026-03"]),
        ("2025-01-31", 12, ["2026-01"]),
        ("2025-02-01", 6, ["2026-02"]),
        ("2020-06-01", 12, []),
        ("2026-04-01", 1, []),
        ("2199-04-01", 1, []),
    ],
)
def test_only_the_coming_months_count(
    first: str, months: int, expected: list[str], number: Make
) -> None:
    """
    A date that has passed goes on by its interval; what is still announced this month is due.
    """
    charged = number(nextChargeDate=f"{first}T00:00:00Z", paymentIntervalMonths=months)

    assert expected == due(forecast(charged, months=3))


def test_months_are_those_of_utc(number: Make) -> None:
    """
    Midnight in UTC divides months, wherever the one who asks is.
    """
    late = datetime.fromisoformat("2026-02-01T00:30:00+01:00").astimezone(UTC)
    found = forecast(number(nextChargeDate="2026-02-01T00:30:00+01:00"), months=1, now=late)

    assert (date(2026, 1, 1),) == found.months
    assert ["2026-01"] == due(found)


def test_a_year_is_left_behind(number: Make) -> None:
    """
    After December comes January.
    """
    found = forecast(
        number(nextChargeDate="2026-12-31T00:00:00Z"),
        months=3,
        now=datetime(2026, 11, 30, tzinfo=UTC),
    )

    assert (date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)) == found.months
    assert ["2026-12", "2027-01"] == due(found)


def test_what_cannot_be_forecast_is_counted(number: Make) -> None:
    """
    Without a price or a date there is no forecast; a released number is not charged any more.
    """
    found = forecast(
        number(money=None, nextChargeDate="2026-02-01T00:00:00Z"),
        number(nextChargeDate=None),
        number(nextChargeDate=None),
        number(nextChargeDate="2026-02-01T00:00:00Z", expireAt="2026-02-01T00:00:00Z"),
    )

    assert ((), 1, 2) == (found.lines, found.unpriced, found.undated)


@examples(
    20,
    100,
    interval=st.integers(1, 14),
    months=st.integers(1, 40),
    day=st.dates(date(2024, 1, 1), date(2028, 12, 31)),
)
def test_it_agrees_with_going_through_the_calendar(interval: int, months: int, day: date) -> None:
    """
    A plain walk from charge to charge, day by day as calendars do it, gives the same months.
    """
    now = datetime(2026, 1, 15, tzinfo=UTC)
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    number = ActiveNumber(
        "+12025550134",
        money=Money("USD", Decimal(1)),
        payment_interval_months=interval,
        next_charge_date=start,
    )
    year, month, expected = start.year, start.month, []
    while (year, month) < (2026 + months // 12 + 1, 13):
        offset = (year - 2026) * 12 + month - 1
        if 0 <= offset < months:
            expected.append(f"{year}-{month:02}")
        month += interval
        while month > 12:
            year, month = year + 1, month - 12

    assert expected == due(forecast(number, months=months, now=now))


def test_memory_does_not_grow_with_the_numbers(number: Make) -> None:
    """
    Numbers that are charged alike are one entry, and dates beyond the months are not told apart.
    """
    charges = Charges(datetime(2026, 1, 15, tzinfo=UTC), months=12)
    for day in range(1, 29):
        for year in range(2020, 2040):
            charges.add(number(nextChargeDate=f"{year}-03-{day:02}T00:00:00Z"))

    assert 28 * 20 == sum(count for _, count, _ in charges)
    assert 3 == len(list(charges))  # overdue and so due in January, in March, later
