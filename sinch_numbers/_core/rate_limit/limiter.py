"""Concurrency limit, and a gate that 429 responses close."""

import asyncio
import random
import time
from collections import deque
from collections.abc import Callable
from typing import Final

import attrs

from sinch_numbers._core.rate_limit.pacer import Pacer
from sinch_numbers.errors import RateLimitError

_CALM: Final = 1.0
"""Seconds within which several 429s halve the concurrency only once."""
_REPORTED: Final = 1.0
"""Seconds from which a delay by the pace is reported: at a low rate, most requests have one."""


@attrs.frozen
class _Closed:
    """A closed gate; *until* is a `time.monotonic` value."""

    until: float
    because: RateLimitError


@attrs.define(eq=False)
class _Queue:
    """Requests with a slot and waiting requests, in one event loop."""

    # Not anyio.CapacityLimiter: it yields to the loop for each slot, which takes 11 us, not 2.

    inside: int = 0
    waiting: deque[asyncio.Future[None]] = attrs.field(factory=deque)


class RateLimiter:
    """
    Limits concurrency to *limit* requests per event loop.

    A 429 slows all requests down: `close_for` closes the gate for all callers that share the
    limiter, halves the concurrency, and lowers the request rate. A lack of file descriptors lowers
    the concurrency only. After `limit` successes in a row the concurrency grows by one; the rate
    recovers by itself.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._allowed = float(limit)
        self._halved_at = float("-inf")
        self._closed: _Closed | None = None
        self._queues: dict[asyncio.AbstractEventLoop, _Queue] = {}
        self._pacer = Pacer()

    @property
    def allowed(self) -> int:
        """Current concurrency limit."""
        return max(1, int(self._allowed))

    async def acquire(
        self, deadline: float | None, report: Callable[[float], object] | None = None
    ) -> float:
        """
        Wait for a slot; return the seconds in the queue, without closed-gate time.

        *report* is called with the seconds of each delay by a 429. Raise the `RateLimitError` that
        closed the gate if the gate stays closed beyond *deadline*, a `time.monotonic` value.
        """
        queue = self._queues.get(asyncio.get_running_loop()) or self._open()
        waited = 0.0
        while True:
            if queue.inside < self.allowed and not queue.waiting:
                queue.inside += 1
            else:
                asked = time.monotonic()
                await self._wait(queue)
                waited += time.monotonic() - asked
            # Check the gate after the slot, since it may close while this request waits.
            if self._is_open():
                pause = self._pacer.turn()
                if not pause:
                    return waited
                waited += pause
                if report is not None and pause >= _REPORTED:
                    report(pause)
                await self._hold(queue, pause)
                if self._is_open():
                    return waited
            self._release(queue)
            closed = self._closed
            if closed is None:
                continue
            if deadline is not None and closed.until > deadline + waited:
                raise closed.because.copy()
            # Jitter: requests that wait for the same gate should not all start at once.
            left = max(0.0, closed.until - time.monotonic()) * random.uniform(1.0, 1.1)
            if report is not None and left:
                report(left)
            await asyncio.sleep(left)

    def release(self) -> None:
        """Release the slot."""
        self._release(self._queues[asyncio.get_running_loop()])

    def on_success(self) -> None:
        """Record a response that is not a 429; a round of them raises the concurrency."""
        self._pacer.on_success()
        if self._allowed < self._limit:
            self._allowed = min(self._limit, self._allowed + 1.0 / self._allowed)
            for loop, queue in list(self._queues.items()):
                # Futures of other loops can only be set from their threads; those queues admit
                # when they release a slot.
                if loop is asyncio.get_running_loop():
                    self._admit(queue)

    def on_failure(self) -> None:
        """Record a failure that was not a 429."""
        self._pacer.on_success()

    def on_too_many_files(self) -> None:
        """Lower the concurrency: no file descriptor was left for one of the current requests."""
        self._allowed = max(1.0, min(self._allowed, self._inside() - 1.0))

    def close_for(self, seconds: float, refusal: RateLimitError) -> None:
        """Block new requests for *seconds*, as requested by the 429 *refusal*."""
        self._pacer.on_refusal()
        now = time.monotonic()
        if now - self._halved_at > _CALM:
            # Once per burst: all its 429s have the same cause.
            self._halved_at = now
            self._allowed = max(1.0, min(self._allowed, self._inside()) / 2)
        if self._closed is None or now + seconds > self._closed.until:
            self._closed = _Closed(now + seconds, refusal)

    def _is_open(self) -> bool:
        if self._closed is not None and time.monotonic() >= self._closed.until:
            self._closed = None
        return self._closed is None

    async def _hold(self, queue: _Queue, seconds: float) -> None:
        """Keep a slot for *seconds*."""
        try:
            await asyncio.sleep(seconds)
        except asyncio.CancelledError:
            self._release(queue)
            raise

    def _inside(self) -> int:
        return max(1, sum(queue.inside for queue in self._queues.values()))

    async def _wait(self, queue: _Queue) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue.waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._release(queue)  # got a slot and was cancelled in the same loop iteration
            elif turn in queue.waiting:  # `_admit` may have removed it
                queue.waiting.remove(turn)
            raise

    def _release(self, queue: _Queue) -> None:
        queue.inside -= 1
        self._admit(queue)

    def _admit(self, queue: _Queue) -> None:
        while queue.waiting and queue.inside < self.allowed:
            turn = queue.waiting.popleft()
            if not turn.done():
                queue.inside += 1
                turn.set_result(None)

    def _open(self) -> _Queue:
        for loop in list(self._queues):
            if loop.is_closed():
                self._queues.pop(loop, None)
        return self._queues.setdefault(asyncio.get_running_loop(), _Queue())
