"""Which calls are sent again, how often, and after what pause."""

import asyncio
import math
import statistics

import pytest

from sinch_numbers import (
    BILLABLE,
    IDEMPOTENT,
    SAFE,
    APIConnectionError,
    APIReplyLostError,
    APIResponseError,
    APITimeoutError,
    Backoff,
    InternalServerError,
    NotFoundError,
    RateLimitError,
    Retry,
    SinchNumbersError,
    TLSError,
)
from sinch_numbers._core.retry.policy import NO_RETRY, RetryBudget, resending

pytestmark = pytest.mark.anyio

NEVER_LEFT = APIConnectionError("refused")
NOT_TRUSTED = TLSError("self-signed")
LOST = APIReplyLostError("reset")
LATE = APITimeoutError("late")
GARBLED = APIResponseError("garbled")
BROKEN = InternalServerError("broken", status=503)
THROTTLED = RateLimitError("slow down", status=429)
MISSING = NotFoundError("no such number", status=404)


async def unsure() -> None: ...


@pytest.mark.parametrize(
    ("policy", "error", "times"),
    [
        *((SAFE, error, 3) for error in (NEVER_LEFT, LOST, LATE, GARBLED, BROKEN, THROTTLED)),
        *((IDEMPOTENT, error, 2) for error in (NEVER_LEFT, THROTTLED)),
        *((IDEMPOTENT, error, 1) for error in (LOST, LATE, GARBLED, BROKEN)),
        *((IDEMPOTENT.confirmed_by(unsure), error, 0) for error in (LOST, LATE, GARBLED, BROKEN)),
        (IDEMPOTENT.confirmed_by(unsure), THROTTLED, 2),
        (BILLABLE, NEVER_LEFT, 3),
        *((BILLABLE, error, 0) for error in (LOST, LATE, GARBLED, BROKEN, THROTTLED)),
        *((NO_RETRY, error, 0) for error in (NEVER_LEFT, LOST, BROKEN, THROTTLED)),
        *((policy, MISSING, 0) for policy in (SAFE, IDEMPOTENT, BILLABLE)),
        *((policy, NOT_TRUSTED, 0) for policy in (SAFE, IDEMPOTENT, BILLABLE)),
        (SAFE.at_most(0), BROKEN, 0),
        (SAFE.at_most(7), BROKEN, 7),
        (IDEMPOTENT.at_most(7), THROTTLED, 7),
        (IDEMPOTENT.at_most(7), BROKEN, 1),
        (IDEMPOTENT.at_most(0), BROKEN, 0),
        (BILLABLE.at_most(7), NEVER_LEFT, 3),
        (BILLABLE.at_most(1), NEVER_LEFT, 1),
    ],
)
def test_how_often_a_call_is_simply_sent_again(
    policy: Retry, error: SinchNumbersError, times: int
) -> None:
    """What an error says of itself and what a policy allows decide together."""
    resent = 0
    while policy.allows(error, resent, resent if error.maybe_applied else 0):
        resent += 1

    assert times == resent


def test_pauses_are_spread_over_a_doubling_limit() -> None:
    """Full jitter: anything from nothing to the limit, on average half of it."""
    backoff = Backoff()
    for resent, limit in enumerate([0.25, 0.5, 1, 2, 4, 8, 16, 20, 20]):
        pauses = [backoff.pause(BROKEN, resent) or 0 for _ in range(2000)]
        assert 0 <= min(pauses) <= max(pauses) <= limit
        assert limit / 2 == pytest.approx(statistics.mean(pauses), rel=0.1)


def test_a_pause_never_overflows() -> None:
    """However often something failed, there is a pause."""
    assert 0 <= (Backoff().pause(BROKEN, 10**9) or 0) <= 20


@pytest.mark.parametrize("asked", [0.0, 0.2, 1.0, 59.9, 60.0])
def test_a_pause_is_never_shorter_than_asked(asked: float) -> None:
    """The service's wish is a lower bound, with a little jitter on top."""
    error = RateLimitError("slow down", status=429)
    error.retry_after = asked
    backoff = Backoff(throttled=0.001)

    pauses = [backoff.pause(error, 0) or 0 for _ in range(1000)]

    assert asked <= min(pauses)
    assert max(pauses) <= asked + 0.25 + 0.1 * asked + 0.001


@pytest.mark.parametrize("asked", [60.1, 3600.0, 999999999.0, math.inf])
def test_who_is_asked_to_wait_too_long_does_not(asked: float) -> None:
    """Beyond a minute the error itself is more use to the caller."""
    error = RateLimitError("slow down", status=429)
    error.retry_after = asked

    assert Backoff().pause(error, 0) is None


def test_a_quota_is_spent_and_earned() -> None:
    """Re-sending is paid for in advance and refunded by success."""
    quota = RetryBudget(30)
    assert [True, True, False] == [quota.take(RetryBudget.cost(BROKEN)) for _ in range(3)]
    assert not quota.take(RetryBudget.cost(THROTTLED))

    quota.refund(14)
    assert quota.take(RetryBudget.cost(THROTTLED))

    quota.refund(1000)
    assert quota.take(30)
    assert not quota.take(1)


async def test_sending_again_until_it_works() -> None:
    """Each error is asked about once, and its pause is kept."""
    met = iter([LOST, BROKEN, None])
    asked: list[SinchNumbersError] = []

    async def send() -> str:
        if error := next(met):
            raise error
        return "done"

    def pause_after(error: SinchNumbersError) -> float:
        asked.append(error)
        return 0.0

    assert "done" == await resending(send, pause_after)
    assert [LOST, BROKEN] == asked


async def test_giving_up_raises_the_last_error() -> None:
    """When no pause is named, the error that was met last is the caller's."""
    met = iter([LOST, BROKEN])
    pauses = iter([0.0, None])

    async def send() -> None:
        raise next(met)

    with pytest.raises(InternalServerError):
        await resending(send, lambda _: next(pauses))


async def test_pauses_are_waited_for() -> None:
    """The pause that was named is the pause that is made."""
    loop = asyncio.get_running_loop()
    met = iter([LOST, None])

    async def send() -> None:
        if error := next(met):
            raise error

    started = loop.time()
    await resending(send, lambda _: 0.05)

    assert loop.time() - started >= 0.05


@pytest.mark.parametrize("error", [ValueError("a bug"), asyncio.CancelledError(), SystemExit()])
async def test_what_is_not_ours_is_not_retried(error: BaseException) -> None:
    """Bugs, cancellation and exits pass through untouched."""
    calls = 0

    async def send() -> None:
        nonlocal calls
        calls += 1
        raise error

    with pytest.raises(type(error)):
        await resending(send, lambda _: 0.0)
    assert 1 == calls


async def test_cancellation_ends_a_pause() -> None:
    """Whoever is cancelled between two attempts is gone at once."""

    async def send() -> None:
        raise LOST

    paused = asyncio.Event()

    def pause_after(_: SinchNumbersError) -> float:
        paused.set()
        return 3600.0

    task = asyncio.create_task(resending(send, pause_after))
    await paused.wait()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 10)
