"""Throttle: not too many requests at once, and none while the service asks to wait."""

import asyncio
import random
import time

import attrs

from sinch_numbers.errors import RateLimitError


@attrs.frozen
class _Closed:
    """The gate, closed *until* a moment of `time.monotonic`."""

    until: float
    because: RateLimitError


class Throttle:
    """
    Lets at most *limit* requests through at once, in each event loop.

    When one of them is told to slow down, all of them do: `pause` closes the gate for
    everybody who shares the throttle.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._slots: dict[asyncio.AbstractEventLoop, asyncio.Semaphore] = {}
        self._closed: _Closed | None = None

    async def enter(self, deadline: float | None) -> float:
        """
        Wait for a slot; return how long that took, the gate's pause not counted.

        Raise the `RateLimitError` that closed the gate when it stays closed beyond
        *deadline*, a moment of `time.monotonic`.
        """
        slots = self._slots.get(asyncio.get_running_loop()) or self._open()
        waited = 0.0
        while True:
            if slots.locked():
                asked = time.monotonic()
                await slots.acquire()
                waited += time.monotonic() - asked
            else:
                await slots.acquire()
            now = time.monotonic()
            if self._closed is None or now >= self._closed.until:
                return waited
            slots.release()
            if deadline is not None and self._closed.until > deadline + waited:
                raise self._closed.because.copy()
            await asyncio.sleep((self._closed.until - now) * random.uniform(1.0, 1.1))

    def leave(self) -> None:
        """Give the slot back."""
        self._slots[asyncio.get_running_loop()].release()

    def pause(self, seconds: float, refusal: RateLimitError) -> None:
        """Let nobody in for *seconds*: the service said so, by *refusal*."""
        until = time.monotonic() + seconds
        if self._closed is None or until > self._closed.until:
            self._closed = _Closed(until, refusal)

    def _open(self) -> asyncio.Semaphore:
        for loop in list(self._slots):
            if loop.is_closed():
                self._slots.pop(loop, None)
        return self._slots.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(self._limit))
