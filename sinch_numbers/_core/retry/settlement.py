"""
What happened to a call that may have been carried out, settled by reading.

One read that finds the effect proves it. That there is none takes more: the service may
carry a call out long after we gave up on it, and a read may be stale. So absence counts as
proven after three reads in a row that span the *settle* time. A read that fails is evidence
of nothing.
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
"""How long to wait before a call goes again after an error; ``None`` for "do not"."""

# When to look, in multiples of the settle_timeout time: soon at first, then ever more rarely.
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
    Run *send*, a call that must not take effect twice.

    In doubt it goes again, once, when *read* has proven that nothing came of it: *restart*
    says so. Refused for haste it goes again, *max_retries* times, when *read* has found nothing.
    """
    refusals, doubted = 0, False
    while True:
        try:
            return await send()
        except SinchNumbersError as error:
            failure = error
        if failure.maybe_applied or doubted:
            # Once in doubt, a refusal may be the echo of our own success.
            found = await confirm_by_reading(read, settle_timeout, failure)
            if found is not None:
                return found
            again = failure.maybe_applied and not doubted and max_retries > 0
            failure.maybe_applied = False  # proven, whatever its class says in general
            if not again:
                raise failure
            doubted = True
            restart()
        elif isinstance(failure, RateLimitError) and read and refusals < max_retries:
            refusals += 1
            if (pause := pause_after(failure)) is None:
                raise failure
            await asyncio.sleep(pause)
            # Refused unread, the contract says; one read makes sure.
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
    """Run *send*, a call that may be repeated; in doubt *read* may save it from that."""
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
    """Return what *read* finds, ``None`` when the service itself says that there is none."""
    try:
        return await read
    except NotFoundError as error:
        # A 404 in other words may come from anywhere on the way.
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
    """Return the effect, or ``None`` when it is proven that there was none."""
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
