"""A lower bound of the service's clock, from the ``Date`` headers of its responses."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Final

from sinch_numbers._core.retry.retry_after import parse_http_date

_DRIFT: Final = 1e-4
"""Seconds per second by which two clocks may drift apart."""


# A C function in both cases: every response is dated, and a Python call would cost as much again.
now_with_suspend: Final[Callable[[], float]] = (
    partial(time.clock_gettime, time.CLOCK_BOOTTIME)
    if hasattr(time, "CLOCK_BOOTTIME")
    else time.monotonic
)
"""Return a clock in seconds that never goes back, and goes on while the machine sleeps."""


class ServiceClock:
    """The time at the service, by its latest response."""

    def __init__(self) -> None:
        self.latest: tuple[str, float] = ("", 0.0)
        """The ``Date`` of the latest response, and when it was received (`now_with_suspend`)."""

    def earliest(self) -> datetime | None:
        """Return the earliest time that the service's clock may show now, if known."""
        date, received_at = self.latest
        sent_at = parse_http_date(date)  # parsed only if it is needed, which is rare
        if sent_at is None:
            return None
        since = now_with_suspend() - received_at
        try:
            return datetime.fromtimestamp(sent_at + since * (1 - _DRIFT), UTC)
        except (OverflowError, ValueError, OSError):
            return None
