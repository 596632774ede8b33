"""
Repetition after a delay: the only module that imports backoff.

A function that wants to run again raises `RetryLater` with the delay. backoff catches it,
sleeps, and calls the function again.
"""

from collections.abc import Awaitable, Callable, Generator
from typing import Any, TypeVar

# Not on call: no module can be imported when a process has no file descriptor left.
import backoff

T = TypeVar("T")


class RetryLater(Exception):  # noqa: N818 - a request, not an error
    """Request to run again after *delay* seconds."""

    def __init__(self, delay: float) -> None:
        super().__init__(f"retry in {delay:.2f} s")
        self.delay = delay


def _delays() -> Generator[float, Any, None]:
    """Yield the delay of each `RetryLater` that backoff sends in."""
    later = yield 0.0
    while True:
        later = yield later.delay


async def run_again(run: Callable[[], Awaitable[T]], later: RetryLater) -> T:
    """Wait as *later* requests, then await *run* until it raises no `RetryLater`."""
    requested: RetryLater | None = later

    # jitter=None: the delays have jitter, and backoff's would start retries before Retry-After.
    @backoff.on_exception(_delays, RetryLater, jitter=None, logger=None)
    async def again() -> T:
        nonlocal requested
        if requested is not None:
            # The first delay also goes through backoff, the only place that sleeps.
            first, requested = requested, None
            raise first
        return await run()

    return await again()


async def repeat(run: Callable[[], Awaitable[T]]) -> T:
    """Await *run*; run it again as long as it raises `RetryLater`."""
    try:
        return await run()  # without backoff, which takes 16 us even if nothing is retried
    except RetryLater as error:
        later = error
    return await run_again(run, later)
