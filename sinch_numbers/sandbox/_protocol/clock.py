"""Sandbox clock, which tests can move."""

import time
from calendar import monthrange
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import RLock

__all__ = ["Clock", "a_month_after", "timestamp"]


class Clock:
    """
    Sandbox clock: the current time, unless a test moved it.

    A running clock continues from *start* (by default the real time); with ``running=False`` it
    stands still and only `advance` and `set` move it. Setting the clock back doesn't undo
    changes that have already happened.

    Args:
        start: The time of the clock (default: the real time).
        running: Whether the clock moves by itself.

    Example::

        clock = Clock(datetime(2027, 1, 1, tzinfo=UTC), running=False)
        with Sandbox(numbers=5, stock=5, clock=clock) as sandbox:
            clock.advance(timedelta(days=40))
            clock.set(datetime(2027, 3, 1, tzinfo=UTC))
            print(sandbox.clock.now())
    """

    def __init__(self, start: datetime | None = None, *, running: bool = True) -> None:
        self._running = running
        self._base = datetime.now(UTC) if start is None else _utc(start)
        self._since = time.monotonic()
        self._watchers: list[Callable[[], None]] = []
        self._lock = RLock()  # tests move the clock from their threads

    def __repr__(self) -> str:
        return f"Clock({timestamp(self.now())}{'' if self._running else ', frozen'})"

    @property
    def running(self) -> bool:
        """Return whether the clock moves with the real time."""
        return self._running

    def now(self) -> datetime:
        """Return the sandbox's time, in UTC."""
        if not self._running:
            return self._base
        return self._base + timedelta(seconds=time.monotonic() - self._since)

    def advance(self, by: timedelta | float) -> None:
        """
        Advance the clock by a timedelta or a number of seconds.

        Args:
            by: A duration, or seconds.
        """
        with self._lock:
            self._base += by if isinstance(by, timedelta) else timedelta(seconds=by)
        self._notify()

    def set(self, to: datetime) -> None:
        """
        Set the clock to *to*; a naive datetime is rejected.

        Args:
            to: The time, with a time zone.
        """
        with self._lock:
            self._base = _utc(to)
            self._since = time.monotonic()
        self._notify()

    @contextmanager
    def stopped(self) -> Iterator[datetime]:
        """
        Stop the clock for a block, and yield its time; the clock doesn't lag afterwards.

        Called by the package.
        """
        with self._lock:
            before = self._base, self._running
            now = self.now()
            self._base, self._running = now, False
            try:
                yield now
            finally:
                self._base, self._running = before

    def until(self, at: datetime) -> float | None:
        """
        Return the real seconds until a datetime; ``None`` if the clock stands still.

        Called by the package.

        Args:
            at: The time.
        """
        if not self._running:
            return None
        return max(0.0, (at - self.now()).total_seconds())

    def watch(self, moved: Callable[[], None]) -> None:
        """
        Register *moved*, called on each change of the clock, from the changing thread.

        Called by the package.

        Args:
            moved: A function without parameters.
        """
        self._watchers.append(moved)

    def _notify(self) -> None:
        for moved in self._watchers:
            moved()


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        msg = "a clock needs to know the time zone: pass an aware datetime"
        raise ValueError(msg)
    return moment.astimezone(UTC)


def a_month_after(moment: datetime, day: int) -> datetime:
    """Return the same time a calendar month later, on *day* or the month's last day."""
    year, month = moment.year + moment.month // 12, moment.month % 12 + 1
    last = monthrange(year, month)[1]
    return moment.replace(year=year, month=month, day=min(day, last))


def timestamp(moment: datetime) -> str:
    """Format a UTC datetime as the API does: six fractional digits and a ``Z``."""
    # Takes two thirds of the time of `isoformat`; `strftime` takes more than the rest of a number.
    return "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ" % (  # noqa: UP031 - as above
        moment.year,
        moment.month,
        moment.day,
        moment.hour,
        moment.minute,
        moment.second,
        moment.microsecond,
    )
