"""
Time limits of exchanges: total time, and time without data.

One timer per event loop serves all exchanges; it is set to the earliest deadline. One or two
timers per exchange would nearly always be cancelled unused, and take a tenth of the time of a
short exchange.
"""

import asyncio
from math import inf
from types import TracebackType
from typing import Final


class TimeLimits:
    """The time limits of all exchanges in one event loop."""

    def __init__(self) -> None:
        self._loop: Final = asyncio.get_running_loop()
        self.now: Final = self._loop.time
        """Return the loop's time."""
        self._running: Final[set[TimeLimit]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._looks_at = inf

    def begin(self, limit: "TimeLimit") -> None:
        """Start *limit*."""
        self._running.add(limit)
        if limit.ends_at < self._looks_at:  # rare: most exchanges have the same timeout
            self._look_at(limit.ends_at)

    def end(self, limit: "TimeLimit") -> None:
        """Stop *limit*; keep the timer for the next exchange."""
        self._running.discard(limit)

    def close(self) -> None:
        """Cancel the timer if no exchange is running: it references this object."""
        if self._timer is not None and not self._running:
            self._timer.cancel()
            self._timer, self._looks_at = None, inf

    def _look_at(self, moment: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._looks_at = self._loop.call_at(moment, self._look), moment

    def _look(self) -> None:
        """Expire late exchanges, and set the timer to the next deadline."""
        self._timer, self._looks_at = None, inf
        now = self.now()
        # `moved` doesn't touch the timer, so a limit may have been extended meanwhile.
        for limit in [limit for limit in self._running if limit.ends_at <= now]:
            self._running.discard(limit)
            limit.expire()
        if self._running:
            self._look_at(min(limit.ends_at for limit in self._running))


class TimeLimit:
    """
    The time limits of one exchange; the block is cancelled when one is exceeded.

    The exchange may take *seconds* in total, and *silence* seconds without data. As with
    `asyncio.timeout`, the block raises `TimeoutError`, unless the task was also cancelled by
    another task.
    """

    __slots__ = ("_cancelling", "_expired", "_latest", "_limits", "_moved_at", "_silence", "_task")

    def __init__(self, limits: TimeLimits, seconds: float, silence: float = inf) -> None:
        now = limits.now()
        self._limits = limits
        self._latest = now + seconds
        self._silence = silence
        self._moved_at = now
        self._expired = False

    @property
    def ends_at(self) -> float:
        """Time at which the limit expires, unless data arrives earlier."""
        return min(self._latest, self._moved_at + self._silence)

    @property
    def is_over(self) -> bool:
        """Whether the total time is over, not only the time without data."""
        return self._limits.now() >= self._latest

    def moved(self) -> None:
        """Record progress, a connection or data, which restarts *silence*."""
        self._moved_at = self._limits.now()

    def expire(self) -> None:
        """Cancel the block."""
        self._expired = True
        self._task.cancel()

    def __enter__(self) -> "TimeLimit":
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a time limit needs a task")
        self._task = task
        self._cancelling = task.cancelling()
        self._limits.begin(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._limits.end(self)
        # As `asyncio.timeout` does: a cancellation by another task takes precedence.
        if (
            self._expired
            and self._task.uncancel() <= self._cancelling
            and kind is asyncio.CancelledError
        ):
            raise TimeoutError from error
