"""
Resolution of ambiguous outcomes by reading.

One read that finds the effect proves it. Absence needs more: the service may apply a request
long after the client gave up on it, and a read may be stale. So absence is proven by three
consecutive reads that span the settle timeout. A failed read proves nothing.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from sinch_numbers.errors import (
    NotFoundError,
    OutcomeUnknownError,
    RateLimitError,
    SinchNumbersError,
)

T = TypeVar("T")
Pause = Callable[[SinchNumbersError], float | None]
"""Returns the delay before a retry after an error, or ``None`` for no retry."""

# Times of the reads, in multiples of the settle timeout, at growing intervals.
_LOOKS: Final = (0, 1 / 60, 1 / 30, 1 / 15, 2 / 15, 4 / 15, 1 / 2, 1, 1.5, 2, 2.5, 3, 4)
_ABSENCES: Final = 3


async def resolve_ambiguous(
    send: Callable[[], Awaitable[T]],
    read: Callable[[], Awaitable[T | None]] | None,
    *,
    settle_timeout: float,
    max_retries: int,
    pause_after: Pause,
    restart: Callable[[], None],
) -> T:
    """
    Run *send*, a billable call, and resolve ambiguous failures by reading.

    After an ambiguous failure, retry once if *read* has proven that there was no effect;
    *restart* resets the deadline. On 429, retry up to *max_retries* times, provided *read*
    shows no effect.
    """
    refusals, doubted = 0, False
    while True:
        try:
            return await send()
        except SinchNumbersError as error:
            failure = error
        if failure.maybe_applied or doubted:
            # After an ambiguous failure, a 4xx may mean that our first attempt succeeded.
            found = await confirm_by_reading(read, settle_timeout, failure)
            if found is not None:
                return found
            again = failure.maybe_applied and not doubted and max_retries > 0
            failure.maybe_applied = False  # proven, although errors of this class may be ambiguous
            if not again:
                raise failure
            doubted = True
            restart()
        elif isinstance(failure, RateLimitError) and read and refusals < max_retries:
            refusals += 1
            if (pause := pause_after(failure)) is None:
                raise failure
            await asyncio.sleep(pause)
            # A 429 promises that the request had no effect; one read verifies it.
            found = await _seen(read, failure)
            if found is not None:
                return found
        else:
            raise failure


async def settle_idempotent(
    send: Callable[[], Awaitable[T]],
    read: Callable[[], Awaitable[T | None]],
    *,
    max_retries: int,
    pause_after: Pause,
) -> T:
    """Run *send*, an idempotent call; after an ambiguous failure, *read* may find its effect."""
    doubted = False
    while True:
        try:
            return await send()
        except SinchNumbersError as error:
            failure = error
        if not failure.maybe_applied and not doubted:
            raise failure
        try:
            found = await read()
        except SinchNumbersError:
            found = None
        if found is not None:
            return found
        pause = None if doubted or not max_retries else pause_after(failure)
        if pause is None:
            raise failure
        doubted = True
        await asyncio.sleep(pause)


async def none_if_not_found(read: Awaitable[T]) -> T | None:
    """Return the result of *read*, ``None`` for a 404 that the service itself sent."""
    try:
        return await read
    except NotFoundError as error:
        # A 404 without the service's code may come from a gateway.
        if error.code != "NOT_FOUND":
            raise
        return None


async def _seen(read: Callable[[], Awaitable[T | None]], failure: SinchNumbersError) -> T | None:
    try:
        return await read()
    except SinchNumbersError:
        pass
    raise failure


async def confirm_by_reading(
    read: Callable[[], Awaitable[T | None]] | None,
    settle_timeout: float,
    failure: SinchNumbersError,
) -> T | None:
    """Return the effect, ``None`` for proven absence, or raise `OutcomeUnknownError`."""
    if read is not None:
        started = time.monotonic()
        absences, absent_since = 0, 0.0
        for look in _LOOKS:
            due = started + look * settle_timeout * random.uniform(1.0, 1.2)
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            try:
                found = await read()
            except SinchNumbersError:
                continue
            if found is not None:
                return found
            absences += 1
            absent_since = absent_since or time.monotonic()
            if absences >= _ABSENCES and time.monotonic() - absent_since >= settle_timeout:
                return None
    unknown = OutcomeUnknownError(f"it may or may not have happened: {failure.message}")
    unknown.cause = failure
    raise unknown
