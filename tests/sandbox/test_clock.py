"""The sandbox's time."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from sinch_numbers.sandbox import Clock
from sinch_numbers.sandbox._protocol.clock import a_month_after, timestamp

START = datetime(2026, 1, 31, 12, 0, 0, 1, UTC)


def test_clock_starts_at_real_time_and_runs() -> None:
    """Without a start it is now, and time goes by."""
    before = datetime.now(UTC)

    clock = Clock()

    assert before <= clock.now() <= clock.now() <= datetime.now(UTC) + timedelta(seconds=1)


def test_frozen_clock_moves_only_when_told() -> None:
    """A frozen clock stands still between two moves."""
    clock = Clock(START, running=False)
    clock.advance(1.5)
    clock.advance(timedelta(days=1))

    assert START + timedelta(days=1, seconds=1.5) == clock.now()
    assert clock.now() == clock.now()


def test_running_clock_keeps_its_offset() -> None:
    """Advancing a running clock adds to the time that goes by anyway."""
    clock = Clock(START)
    clock.advance(3600)

    assert timedelta(hours=1) <= clock.now() - START < timedelta(hours=1, minutes=1)


def test_clock_can_be_set_in_any_zone() -> None:
    """Another zone is another way to write the same time."""
    clock = Clock(running=False)
    clock.set(START.astimezone(timezone(timedelta(hours=5))))

    assert START == clock.now()
    assert UTC is clock.now().tzinfo


def test_clock_refuses_a_time_without_zone() -> None:
    """A time without a zone could mean anything."""
    with pytest.raises(ValueError, match="aware"):
        Clock().set(START.replace(tzinfo=None))


def test_month_ends_are_short_but_not_forgotten() -> None:
    """The 31st is the 28th in February, and the 31st again in March."""
    february = a_month_after(START, 31)

    assert datetime(2026, 2, 28, 12, 0, 0, 1, UTC) == february
    assert datetime(2026, 3, 31, 12, 0, 0, 1, UTC) == a_month_after(february, 31)
    assert datetime(2027, 1, 5, tzinfo=UTC) == a_month_after(datetime(2026, 12, 5, tzinfo=UTC), 5)


def test_timestamps_have_six_digits_and_a_z() -> None:
    """Also where a shorter form would say the same."""
    assert "2026-01-31T12:00:00.000001Z" == timestamp(START)
    assert "2026-01-31T12:00:00.000000Z" == timestamp(START.replace(microsecond=0))
