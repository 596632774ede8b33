"""A lower bound of the service's clock, from the ``Date`` headers of its responses."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from sinch_numbers._core.retry.retry_after import parse_http_date

_DRIFT: Final = 1e-4
"""Seconds per second by which two clocks may drift apart."""


def now_with_suspend() -> float:
    """Return a clock in seconds that never goes back, and goes on while the machine sleeps."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class ServiceClock:
    """What the latest response says about the time at the service."""

    def __init__(self) -> None:
        self._date = ""
        self._received_at = 0.0

    def observe(self, headers: Mapping[str, str]) -> None:
        """Keep the date of a response that was just received."""
        date = headers.get("Date")
        if date:  # parsed only if it is needed, which is rare
            self._date, self._received_at = date, now_with_suspend()

    def earliest(self) -> datetime | None:
        """Return the earliest time that the service's clock may show now, if known."""
        sent_at = parse_http_date(self._date)
        if sent_at is None:
            return None
        since = now_with_suspend() - self._received_at
        try:
            return datetime.fromtimestamp(sent_at + since * (1 - _DRIFT), UTC)
        except (OverflowError, ValueError, OSError):
            return None
