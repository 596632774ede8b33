"""What reading proves, and what it does not. Time is virtual here."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import cast
from unittest.mock import AsyncMock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinch_numbers import (
    APIConnectionError,
    APIReplyLostError,
    InternalServerError,
    NotFoundError,
    OutcomeUnknownError,
    RateLimitError,
    SinchNumbersError,
)
from sinch_numbers._core.call import Call
from sinch_numbers._core.operation import Operation
from sinch_numbers._core.pipeline import ClientContext, Pipeline, Resource, Retry
from sinch_numbers._core.rate_limit.limiter import RateLimiter
from sinch_numbers._core.retry import settlement as module
from sinch_numbers._core.retry.policy import (
    BILLABLE,
    IDEMPOTENT,
    SAFE,
    RetryBudget,
    RetryPolicy,
)

pytestmark = pytest.mark.anyio

SETTLE = 30.0
DEADLINE = 1e12


class Time:
    """Virtual time: sleeping is what makes it pass."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


class Service:
    """
    Carries calls out at the moments it is told to, and can be read.

    *sends* holds an entry a send: the error it ends in (or ``None``) and after how many
    seconds it takes effect (or ``None`` for never).
    """

    def __init__(
        self,
        time: Time,
        *sends: tuple[SinchNumbersError | None, float | None],
        stale: float = 0.0,
        blind: Callable[[int], bool] = lambda _: False,
    ) -> None:
        self.time, self.script, self.stale, self.blind = time, list(sends), stale, blind
        self.effects: list[float] = []
        self.sent: list[float] = []
        self.read_at: list[float] = []

    async def send(self) -> str:
        error, delay = self.script[len(self.sent)]
        self.sent.append(self.time.now)
        if delay is not None:
            self.effects.append(self.time.now + delay)
        if error is not None:
            raise error
        return "done"

    async def read(self) -> str | None:
        self.read_at.append(self.time.now)
        if self.blind(len(self.read_at)):
            raise InternalServerError("blind", status=500)
        return "done" if any(at <= self.time.now - self.stale for at in self.effects) else None

    async def settled(
        self, policy: RetryPolicy = BILLABLE, *, max_retries: int = 3, readable: bool = True
    ) -> str:
        """Run `send` by the step `Retry`; every delay is a second."""

        async def confirm(_: Resource, __: Call) -> str | None:
            return await self.read()

        operation = Operation(
            "testIt", "POST", "/it", str, policy, confirm=confirm if readable else None
        )
        context = SimpleNamespace(
            backoff=SimpleNamespace(pause=lambda *_: 1.0, longest_asked=60.0),
            budget=RetryBudget(),
            limiter=RateLimiter(10),
        )
        retry = Retry(lambda _: self.send(), cast("ClientContext", context), SETTLE)
        policy = policy.at_most(max_retries)
        self.call = Call(
            operation, str, None, (), "/it", "/it", policy, None, None, None, None, ()
        )
        self.call.deadline = DEADLINE
        return str(await retry(self.call))


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    time = Time()
    monkeypatch.setattr(module, "time", time)
    monkeypatch.setattr(asyncio, "sleep", time.sleep)
    return time


def lost() -> SinchNumbersError:
    return APIReplyLostError("lost")


def broken() -> SinchNumbersError:
    return InternalServerError("broken", status=503)


def throttled() -> SinchNumbersError:
    return RateLimitError("slow down", status=429)


def missing() -> SinchNumbersError:
    return NotFoundError("not free", status=404, code="NOT_FOUND")


async def test_success_needs_no_reading(time: Time) -> None:
    """What is answered is done."""
    service = Service(time, (None, 0))

    assert "done" == await service.settled()
    assert [] == service.read_at


async def test_a_lost_reply_is_found_at_once(time: Time) -> None:
    """Done, but the reply is lost: one read proves it, and nothing is sent again."""
    service = Service(time, (lost(), 0))

    assert "done" == await service.settled()
    assert ([0.0], [0.0]) == (service.sent, service.read_at)


@pytest.mark.parametrize("late", [0.1, 1.0, 7.0, 29.0])
async def test_a_late_effect_is_waited_for(time: Time, late: float) -> None:
    """The service may carry a call out long after we gave up on it."""
    service = Service(time, (lost(), late))

    assert "done" == await service.settled()
    assert 1 == len(service.sent)


async def test_not_done_is_proven_before_it_goes_again(time: Time) -> None:
    """Nothing came of it: three absences over the settle time, then once more."""
    service = Service(time, (broken(), None), (None, 0))

    assert "done" == await service.settled()
    first, second = service.sent
    assert second - first >= SETTLE
    assert len([at for at in service.read_at if at <= second]) >= 3
    assert service.call.deadline is None, "the second attempt has all its time"


async def test_it_goes_again_once_at_most(time: Time) -> None:
    """Twice without effect is the truth, and the caller's to deal with."""
    service = Service(time, (broken(), None), (lost(), None))

    with pytest.raises(APIReplyLostError) as caught:
        await service.settled()

    assert 2 == len(service.sent)
    assert not caught.value.maybe_applied, "proven"


async def test_without_resends_it_goes_once(time: Time) -> None:
    """``retries=0`` holds for billable calls, too; absence is proven all the same."""
    service = Service(time, (broken(), None))

    with pytest.raises(InternalServerError) as caught:
        await service.settled(max_retries=0)

    assert not caught.value.maybe_applied
    assert [] == service.effects


async def test_a_refusal_after_doubt_may_be_our_own_success(time: Time) -> None:
    """The first attempt took the number after all, so the second finds it gone."""
    service = Service(time, (lost(), SETTLE * 1.6), (missing(), None))

    assert "done" == await service.settled()


async def test_a_refusal_after_doubt_without_effect_is_the_truth(time: Time) -> None:
    """Somebody else took the number meanwhile."""
    service = Service(time, (lost(), None), (missing(), None))

    with pytest.raises(NotFoundError):
        await service.settled()


async def test_a_first_refusal_is_final(time: Time) -> None:
    """A clear no at the first try needs no reading."""
    service = Service(time, (missing(), None))

    with pytest.raises(NotFoundError):
        await service.settled()
    assert [] == service.read_at


async def test_blind_reads_prove_nothing(time: Time) -> None:
    """When no read gets through, the outcome stays unknown, whatever it was."""
    service = Service(time, (lost(), None), blind=lambda _: True)

    with pytest.raises(OutcomeUnknownError) as caught:
        await service.settled()

    assert "lost" == (caught.value.cause and caught.value.cause.message)
    assert time.now >= 4 * SETTLE
    assert 1 == len(service.sent)


async def test_blind_reads_do_not_count_as_absence(time: Time) -> None:
    """Two of three reads fail: absence takes longer to prove, and is."""
    service = Service(time, (lost(), None), (None, 0), blind=lambda number: number % 3 != 0)

    assert "done" == await service.settled()
    assert 2 == len(service.sent)


async def test_stale_reads_do_not_hide_an_effect(time: Time) -> None:
    """What was done is seen once the reads catch up, before absence is believed."""
    service = Service(time, (lost(), 5.0), stale=20.0)

    assert "done" == await service.settled()
    assert 1 == len(service.sent)


async def test_without_a_read_doubt_is_the_callers(time: Time) -> None:
    """No read can tell one unseen rent from another."""
    service = Service(time, (lost(), 0))

    with pytest.raises(OutcomeUnknownError):
        await service.settled(readable=False)
    assert 1 == len(service.sent)


async def test_refused_for_haste_one_read_comes_before_the_next_try(time: Time) -> None:
    """A 429 is believed not to have been carried out, and checked all the same."""
    service = Service(time, (throttled(), None), (throttled(), None), (None, 0))

    assert "done" == await service.settled()
    assert [0.0, 1.0, 2.0] == service.sent
    assert [1.0, 2.0] == service.read_at


async def test_a_429_that_was_carried_out_is_not_sent_again(time: Time) -> None:
    """Should the contract be broken, the read finds out."""
    service = Service(time, (throttled(), 0))

    assert "done" == await service.settled()
    assert 1 == len(service.sent)


async def test_a_429_that_cannot_be_checked_is_the_answer(time: Time) -> None:
    """Without the read there is no next try."""
    service = Service(time, (throttled(), None), blind=lambda _: True)

    with pytest.raises(RateLimitError):
        await service.settled()
    assert 1 == len(service.sent)


async def test_refused_for_haste_for_good(time: Time) -> None:
    """Three more tries, then the refusal is the answer."""
    service = Service(time, *[(throttled(), None)] * 4)

    with pytest.raises(RateLimitError):
        await service.settled()
    assert 4 == len(service.sent)


async def test_a_request_that_was_not_sent_needs_no_read(time: Time) -> None:
    """It is sent again three times; nothing is in doubt."""
    service = Service(time, *[(APIConnectionError("refused"), None)] * 4)

    with pytest.raises(APIConnectionError):
        await service.settled()
    assert (4, []) == (len(service.sent), service.read_at)


@given(
    sends=st.tuples(
        *[st.tuples(st.sampled_from([lost, broken, throttled]), st.none() | st.floats(0, 29))] * 6
    ),
    blind=st.sets(st.integers(1, 30)),
    stale=st.floats(0, 0.9),
)
def test_never_twice_never_misreported(
    sends: tuple[tuple[Callable[[], SinchNumbersError], float | None], ...],
    blind: set[int],
    stale: float,
) -> None:
    """
    Whatever happens to replies and reads: at most one effect, and the truth about it.

    As long as effects come within the settle time, which is what that time is.
    """
    time = Time()
    script = [(make(), None if make is throttled else delay) for make, delay in sends]
    service = Service(time, *script, stale=stale, blind=lambda number: number in blind)
    error: SinchNumbersError | None = None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "time", time)
        patch.setattr(asyncio, "sleep", time.sleep)
        try:
            asyncio.run(service.settled())
        except SinchNumbersError as raised:
            error = raised

    assert len(service.effects) <= 1
    if not isinstance(error, OutcomeUnknownError):
        assert bool(service.effects) == (error is None)
        assert error is None or not error.maybe_applied


async def test_an_idempotent_call_in_doubt_is_read_before_it_is_repeated(time: Time) -> None:
    """When the change is there already, it is not made again."""
    service = Service(time, (lost(), 0))

    assert "done" == await service.settled(IDEMPOTENT)
    assert 1 == len(service.sent)


@pytest.mark.parametrize("blind", [True, False])
async def test_an_idempotent_call_in_doubt_is_repeated_once(time: Time, blind: bool) -> None:
    """When the change is not to be seen, it is made again: that does no harm."""
    service = Service(time, (lost(), None), (None, 0), blind=lambda _: blind)

    assert "done" == await service.settled(IDEMPOTENT)
    assert 2 == len(service.sent)


@pytest.mark.parametrize(("max_retries", "sent"), [(1, 2), (0, 1)])
async def test_an_idempotent_call_gives_up(time: Time, max_retries: int, sent: int) -> None:
    """Twice in doubt is enough; without re-sends, once."""
    service = Service(time, (broken(), None), (lost(), None))

    with pytest.raises((APIReplyLostError, InternalServerError)):
        await service.settled(IDEMPOTENT, max_retries=max_retries)
    assert sent == len(service.sent)


async def test_an_idempotent_refusal_after_doubt_may_be_our_own_success(time: Time) -> None:
    """The address is gone because our first call removed it."""
    service = Service(time, (lost(), 0.5), (missing(), None))

    assert "done" == await service.settled(IDEMPOTENT)


async def test_only_the_services_own_404_is_absence() -> None:
    """A 404 in other words may come from anywhere on the way."""

    async def found(error: SinchNumbersError) -> str | None:
        resource = Resource(cast("Pipeline", SimpleNamespace(run=AsyncMock(side_effect=error))))
        return await resource._find(Operation("getIt", "GET", "/it", str, SAFE))

    assert await found(missing()) is None
    with pytest.raises(NotFoundError):
        await found(NotFoundError("<html>", status=404))
