"""The time at the service: a lower bound, from the latest response."""

from datetime import UTC, datetime, timedelta

import pytest

from sinch_numbers._core.billing import service_clock
from sinch_numbers._core.billing.service_clock import ServiceClock, now_with_suspend

DATE = "Sat, 14 Mar 2026 09:26:53 GMT"
AT = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)


def test_without_a_response_the_time_is_unknown() -> None:
    """Then no number can be excluded by its age."""
    assert ServiceClock().earliest() is None


@pytest.mark.parametrize("date", ["", "yesterday", "Sat, 14 Mar 2026", "\udcff"])
def test_an_odd_date_is_no_date(date: str) -> None:
    """A header that cannot be read says nothing."""
    clock = ServiceClock()
    clock.latest = date, 0.0

    assert clock.earliest() is None


@pytest.mark.parametrize("passed", [0.0, 1.0, 3600.0, 30 * 86400.0])
def test_the_time_goes_on(monkeypatch: pytest.MonkeyPatch, passed: float) -> None:
    """It is never later than the service's own, even if this machine's clock runs fast."""
    monkeypatch.setattr(service_clock, "now_with_suspend", lambda: 1000.0 + passed)
    clock = ServiceClock()
    clock.latest = DATE, 1000.0

    earliest = clock.earliest()

    assert earliest is not None
    assert AT + timedelta(seconds=passed * 0.999) <= earliest <= AT + timedelta(seconds=passed)


def test_a_time_out_of_range_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that jumps by millennia raises nothing."""
    monkeypatch.setattr(service_clock, "now_with_suspend", lambda: 1e15)
    clock = ServiceClock()
    clock.latest = DATE, 0.0

    assert clock.earliest() is None


def test_the_clock_never_goes_back() -> None:
    """Unlike the time of day, which an operator or NTP may set."""
    readings = [now_with_suspend() for _ in range(1000)]

    assert sorted(readings) == readings
