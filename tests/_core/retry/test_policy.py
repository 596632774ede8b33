"""Retry policies: which calls are retried, how often, and after which delay."""

import asyncio
import math
import statistics

import attrs
import pytest
from products import every

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
    RetryPolicy,
    SinchNumbersError,
    TLSError,
)
from sinch_numbers._core.retry.driver import RetryLater, repeat
from sinch_numbers._core.retry.policy import NO_RETRY, Decision, RetryBudget

pytestmark = pytest.mark.anyio

NEVER_LEFT = APIConnectionError("refused")
NOT_TRUSTED = TLSError("self-signed")
LOST = APIReplyLostError("reset")
LATE = APITimeoutError("late")
GARBLED = APIResponseError("garbled")
BROKEN = InternalServerError("broken", status=503)
THROTTLED = RateLimitError("slow down", status=429)
MISSING = NotFoundError("no such number", status=404)


@attrs.define
class Past:
    """The history of a call."""

    retries: int = 0
    ambiguous_retries: int = 0
    in_doubt: bool = False


AMBIGUOUS = (LOST, LATE, GARBLED, BROKEN)


@every(
    ("policy", "readable", "error", "times"),
    [
        *((SAFE, False, error, 3) for error in (NEVER_LEFT, *AMBIGUOUS, THROTTLED)),
        *((IDEMPOTENT, False, error, 2) for error in (NEVER_LEFT, THROTTLED)),
        *((IDEMPOTENT, False, error, 1) for error in AMBIGUOUS),
        *((IDEMPOTENT, True, error, 0) for error in AMBIGUOUS),
        (IDEMPOTENT, True, THROTTLED, 2),
        *((NO_RETRY, False, error, 0) for error in (NEVER_LEFT, LOST, BROKEN, THROTTLED)),
        *((policy, True, MISSING, 0) for policy in (SAFE, IDEMPOTENT)),
        *((policy, True, NOT_TRUSTED, 0) for policy in (SAFE, IDEMPOTENT)),
        (SAFE.at_most(0), False, BROKEN, 0),
        (SAFE.at_most(7), False, BROKEN, 7),
        (IDEMPOTENT.at_most(7), False, THROTTLED, 7),
        (IDEMPOTENT.at_most(7), False, BROKEN, 1),
        (IDEMPOTENT.at_most(0), False, BROKEN, 0),
        (NO_RETRY.at_most(7), False, BROKEN, 0),
    ],
)
def test_how_often_a_call_is_simply_sent_again(
    policy: RetryPolicy, readable: bool, error: SinchNumbersError, times: int
) -> None:
    """The error and the policy decide together."""
    past = Past()
    while policy.decide(error, past, readable=readable) is Decision.RESEND:
        past.retries += 1
        past.ambiguous_retries += error.maybe_applied

    assert times == past.retries


@pytest.mark.parametrize("error", AMBIGUOUS)
def test_an_ambiguous_write_is_verified_if_a_read_can_show_it(error: SinchNumbersError) -> None:
    """Otherwise the write is repeated once, which does no harm, and then its error is raised."""
    assert Decision.VERIFY is IDEMPOTENT.decide(error, Past(), readable=True)
    assert Decision.RESEND is IDEMPOTENT.decide(error, Past(), readable=False)
    assert Decision.RAISE is IDEMPOTENT.decide(error, Past(ambiguous_retries=1), readable=False)


@pytest.mark.parametrize("error", [MISSING, NOT_TRUSTED, THROTTLED, *AMBIGUOUS])
def test_after_an_ambiguous_failure_every_error_is_verified(error: SinchNumbersError) -> None:
    """A 404 may mean that the earlier attempt succeeded."""
    past = Past(in_doubt=True)

    assert Decision.VERIFY is IDEMPOTENT.decide(error, past, readable=True, may_resend=False)
    assert Decision.RAISE is IDEMPOTENT.decide(error, past, readable=False, may_resend=False)


@pytest.mark.parametrize("error", [MISSING, NOT_TRUSTED, NEVER_LEFT, THROTTLED])
def test_a_certain_error_is_not_verified(error: SinchNumbersError) -> None:
    """Nothing happened: there is nothing to read."""
    assert Decision.RAISE is IDEMPOTENT.decide(error, Past(), readable=True, may_resend=False)


@pytest.mark.parametrize(("retries", "expected"), [(0, 0), (1, 1), (3, 3), (7, 3)])
def test_a_billable_call_has_no_more_retries_than_its_policy(retries: int, expected: int) -> None:
    """The caller can only lower the limit, and ambiguous failures are never simply retried."""
    policy = BILLABLE.at_most(retries)

    assert (expected, 0, True) == (
        policy.max_retries,
        policy.max_ambiguous_retries,
        policy.billable,
    )


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


@pytest.mark.parametrize("asked", [0.2, 1.0, 60.0])
def test_calls_that_were_asked_to_wait_do_not_come_back_together(
    monkeypatch: pytest.MonkeyPatch, asked: float
) -> None:
    """The jitter is a quarter of a second, and a tenth of what was asked for."""
    error = RateLimitError("slow down", status=429)
    error.retry_after = asked
    backoff = Backoff(throttled=0.001)
    ends = []
    for place in (0, 1):
        monkeypatch.setattr("random.uniform", lambda *limits, place=place: limits[place])
        ends.append(backoff.pause(error, 0))

    assert [asked, pytest.approx(asked + 0.25 + 0.1 * asked)] == ends


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


def test_a_request_to_run_again_names_its_delay() -> None:
    """In a traceback it would otherwise be an exception without a message."""
    assert "retry in 0.25 s" == str(RetryLater(0.25))


async def test_repeating_until_it_works() -> None:
    """Each delay that was requested is kept."""
    loop = asyncio.get_running_loop()
    requests = iter([RetryLater(0.02), RetryLater(0.03), None])

    async def run() -> str:
        if later := next(requests):
            raise later
        return "done"

    started = loop.time()

    assert "done" == await repeat(run)
    assert loop.time() - started >= 0.05


async def test_another_error_ends_the_repetition() -> None:
    """The last error is the caller's."""
    errors = iter([RetryLater(0.0), RetryLater(0.0), BROKEN])

    async def run() -> None:
        raise next(errors)

    with pytest.raises(InternalServerError):
        await repeat(run)


@pytest.mark.parametrize("error", [ValueError("a bug"), asyncio.CancelledError(), SystemExit()])
async def test_other_errors_are_not_repeated(error: BaseException) -> None:
    """Bugs, cancellation and exits pass through untouched."""
    calls = 0

    async def run() -> None:
        nonlocal calls
        calls += 1
        raise error

    with pytest.raises(type(error)):
        await repeat(run)
    assert 1 == calls


async def test_cancellation_ends_a_delay() -> None:
    """A task that is cancelled between two attempts ends at once."""
    delayed = asyncio.Event()

    async def run() -> None:
        delayed.set()
        raise RetryLater(3600.0)

    task = asyncio.create_task(repeat(run))
    await delayed.wait()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 10)
