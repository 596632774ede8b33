"""Verification of ambiguous calls by reads, in virtual time."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from products import every

from sinch_numbers import (
    AlreadyOwnedError,
    APIConnectionError,
    APIReplyLostError,
    ClientClosedError,
    ConflictError,
    InternalServerError,
    NotFoundError,
    OutcomeUnknownError,
    RateLimitError,
    SinchNumbersError,
    StoreError,
    UnexpectedRedirectError,
)
from sinch_numbers._core import pipeline
from sinch_numbers._core.billing import settlement as module
from sinch_numbers._core.billing.decisions import Action, Event, Progress
from sinch_numbers._core.billing.evidence import ABSENT, Evidence
from sinch_numbers._core.billing.journal import Claims
from sinch_numbers._core.billing.memory import MemoryStore
from sinch_numbers._core.billing.options import BillingOptions
from sinch_numbers._core.billing.register import Register
from sinch_numbers._core.billing.service_clock import ServiceClock, now_with_suspend
from sinch_numbers._core.billing.settlement import settle
from sinch_numbers._core.call import Call
from sinch_numbers._core.claim import Claim
from sinch_numbers._core.operation import Operation
from sinch_numbers._core.pipeline import ClientContext, Retry
from sinch_numbers._core.rate_limit.limiter import RateLimiter
from sinch_numbers._core.retry.policy import BILLABLE, IDEMPOTENT, RetryBudget, RetryPolicy
from sinch_numbers.models import ResourceInfo

pytestmark = pytest.mark.anyio

SETTLE = 30.0
DEADLINE = 1e12
NUMBER = "+12025550134"

RENT = {"claims": Claims.ACQUIRES, "exclusive": True}
SHARED = {"claims": Claims.ACQUIRES, "exclusive": False}
CHANGE = {"claims": Claims.CHANGES, "exclusive": False}
KINDS = {"the only renter's": RENT, "a change": CHANGE}


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
    Carries calls out at given times, and can be read.

    *sends* holds an entry for each request: the error it ends in (or ``None``) and after how many
    seconds it takes effect (or ``None`` for never). *taken* is the time at which another caller
    gets the subject: later requests then have no effect.
    """

    def __init__(
        self,
        time: Time,
        *sends: tuple[SinchNumbersError | None, float | None],
        stale: float = 0.0,
        blind: Callable[[int], bool] = lambda _: False,
        taken: float = float("inf"),
    ) -> None:
        self.time, self.script, self.stale, self.blind = time, list(sends), stale, blind
        self.taken = taken
        self.effects: list[float] = []
        self.sent: list[float] = []
        self.read_at: list[float] = []

    async def send(self, call: Call) -> str:
        error, delay = self.script[len(self.sent)]
        self.sent.append(self.time.now)
        call.first_sent = call.first_sent or 1.0
        call.leased_at = now_with_suspend()
        at = self.time.now + delay if delay is not None else None
        if at is not None and at < self.taken:
            self.effects.append(at)
        elif at is not None:
            error = error or missing()
        if error is not None:
            raise error
        return "done"

    async def read(self, *_: object) -> Evidence:
        self.read_at.append(self.time.now)
        if self.blind(len(self.read_at)):
            raise InternalServerError("blind", status=500)
        seen = self.time.now - self.stale
        if self.taken <= seen:
            return Evidence(Event.READ_MATCH, "theirs", "it may be another worker's", ("it",))
        if any(at <= seen for at in self.effects):
            return Evidence(Event.READ_MATCH, "done", "it may be another worker's", ("it",))
        return ABSENT

    async def settled(
        self,
        policy: RetryPolicy = BILLABLE,
        *,
        claims: Claims = Claims.CHANGES,
        exclusive: bool = False,
        max_retries: int = 3,
        readable: bool = True,
        store: MemoryStore | None = None,
    ) -> str:
        """Run `send` by the steps `Claim` and `Retry`; every delay is a second."""
        confirm = self.read if readable else None
        operation = Operation("testIt", "POST", "/it", str, policy, confirm=confirm, claims=claims)
        backoff = SimpleNamespace(pause=lambda *_: 1.0, longest_asked=60.0)
        context = SimpleNamespace(backoff=backoff, budget=RetryBudget(), limiter=RateLimiter(10))
        self.billing = BillingOptions(
            store=store or MemoryStore(),
            exclusive=exclusive,
            origin="https://numbers.example.com",
            project_id="p",
            timeout=30.0,
            deadline=None,
            settle_timeout=SETTLE,
        )
        retry = Retry(self.send, cast("ClientContext", context), self.billing)
        claim = Claim(retry, Register(), cast("Any", backoff), self.billing, ServiceClock())
        policy = policy.at_most(max_retries)
        self.call = Call(
            operation, str, None, (NUMBER,), "/it", "/it", policy, None, None, NUMBER, None, ()
        )
        self.call.deadline = DEADLINE
        return str(await (claim if policy.billable else retry)(self.call))


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
    details = (ResourceInfo("AvailableNumber", NUMBER),)
    return NotFoundError("not free", status=404, code="NOT_FOUND", details=details)


def gateway() -> SinchNumbersError:
    return NotFoundError("", status=404)


def redirected() -> SinchNumbersError:
    return UnexpectedRedirectError("", status=307)


def conflict() -> SinchNumbersError:
    return ConflictError("", status=409, code="ALREADY_EXISTS")


AMBIGUOUS = [lost, broken, gateway, redirected, conflict]
kinds = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


@kinds
async def test_success_needs_no_reading(time: Time, kind: dict[str, Any]) -> None:
    """Only the read before a rent is made."""
    service = Service(time, (None, 0))

    assert "done" == await service.settled(**kind)
    assert [0.0] * (kind is RENT) == service.read_at


@kinds
@pytest.mark.parametrize("error", AMBIGUOUS)
async def test_a_lost_response_is_found_at_once(
    time: Time, kind: dict[str, Any], error: Callable[[], SinchNumbersError]
) -> None:
    """The effect is there: one read proves it, and nothing is sent again."""
    service = Service(time, (error(), 0))

    assert "done" == await service.settled(**kind)
    assert [0.0] == service.sent
    assert [0.0] * (1 + (kind is RENT)) == service.read_at


async def test_a_rent_that_is_found_is_unknown_where_others_rent(time: Time) -> None:
    """The read shows the number, but not whose it is; nothing is sent again."""
    service = Service(time, (lost(), 0))

    with pytest.raises(OutcomeUnknownError) as caught:
        await service.settled(**SHARED)

    assert ([0.0], [0.0]) == (service.sent, service.read_at)
    assert ("it",) == caught.value.candidates
    assert "it may be another worker's" in caught.value.message


@kinds
@pytest.mark.parametrize("late", [0.1, 1.0, 7.0, 29.0])
async def test_a_late_effect_is_waited_for(time: Time, kind: dict[str, Any], late: float) -> None:
    """The service may carry a call out long after the client gave up on it."""
    service = Service(time, (lost(), late))

    assert "done" == await service.settled(**kind)
    assert 1 == len(service.sent)


@pytest.mark.parametrize(
    "kind", [RENT, SHARED, CHANGE], ids=["the only renter", "one of several", "a change"]
)
async def test_absence_is_proven_before_a_request_is_repeated(
    time: Time, kind: dict[str, Any]
) -> None:
    """Three absences over the settle timeout, then one more request."""
    service = Service(time, (broken(), None), (None, 0))

    assert "done" == await service.settled(**kind)
    first, second = service.sent
    assert second - first >= SETTLE
    assert len([at for at in service.read_at if at <= second]) >= 3
    assert service.call.deadline is None, "the second attempt has all its time"


@kinds
async def test_a_request_is_repeated_once_at_most(time: Time, kind: dict[str, Any]) -> None:
    """Twice without effect is the truth, and the caller's to handle."""
    service = Service(time, (broken(), None), (lost(), None))

    with pytest.raises(APIReplyLostError) as caught:
        await service.settled(**kind)

    assert 2 == len(service.sent)
    assert not caught.value.maybe_applied, "proven"


async def test_a_repeated_rent_that_is_lost_is_found(time: Time) -> None:
    """The proof of absence stands in for the read before the request."""
    service = Service(time, (lost(), None), (lost(), 0))

    assert "done" == await service.settled(**RENT)
    assert 2 == len(service.sent)


@kinds
async def test_without_retries_a_request_is_sent_once(time: Time, kind: dict[str, Any]) -> None:
    """``retries=0`` holds for billable calls, too; absence is proven all the same."""
    service = Service(time, (broken(), None))

    with pytest.raises(InternalServerError) as caught:
        await service.settled(max_retries=0, **kind)

    assert not caught.value.maybe_applied
    assert [] == service.effects


@kinds
async def test_a_rejection_in_doubt_may_be_the_echo_of_success(
    time: Time, kind: dict[str, Any]
) -> None:
    """The first request took the number after all, so the second finds it gone."""
    service = Service(time, (lost(), SETTLE * 1.6), (missing(), None))

    assert "done" == await service.settled(**kind)


@kinds
async def test_a_rejection_in_doubt_that_no_read_explains_stays_unknown(
    time: Time, kind: dict[str, Any]
) -> None:
    """Another customer took the number, or the first request had its effect and reads lag."""
    service = Service(time, (lost(), None), (missing(), None))

    with pytest.raises(OutcomeUnknownError) as caught:
        await service.settled(**kind)

    assert isinstance(caught.value.cause, NotFoundError)
    assert time.now <= 4 * SETTLE


async def test_a_lag_longer_than_the_settle_timeout_is_unknown(time: Time) -> None:
    """The rejected repetition contradicts the reads, so `rent_first` buys no second number."""
    service = Service(time, (lost(), 0.0), (missing(), None), stale=10 * SETTLE)

    with pytest.raises(OutcomeUnknownError):
        await service.settled(**RENT)
    assert 2 == len(service.sent)


@kinds
async def test_a_first_rejection_is_final(time: Time, kind: dict[str, Any]) -> None:
    """The service's own rejection needs no reading."""
    service = Service(time, (missing(), None))

    with pytest.raises(NotFoundError):
        await service.settled(**kind)
    assert [0.0] * (kind is RENT) == service.read_at


@kinds
async def test_failed_reads_prove_nothing(time: Time, kind: dict[str, Any]) -> None:
    """When no read after the request succeeds, the outcome stays unknown."""
    service = Service(time, (lost(), None), blind=lambda n: n > (kind is RENT))

    with pytest.raises(OutcomeUnknownError) as caught:
        await service.settled(**kind)

    assert "lost" == (caught.value.cause and caught.value.cause.message)
    assert 3 * SETTLE <= time.now <= 4 * SETTLE
    assert 1 == len(service.sent)


@kinds
async def test_failed_reads_do_not_count_as_absence(time: Time, kind: dict[str, Any]) -> None:
    """Two of three reads fail: absence takes longer to prove, and is proven."""
    service = Service(time, (lost(), None), (None, 0), blind=lambda number: number % 3 != 1)

    assert "done" == await service.settled(**kind)
    assert 2 == len(service.sent)


@kinds
async def test_stale_reads_do_not_hide_an_effect(time: Time, kind: dict[str, Any]) -> None:
    """The effect is seen once the reads catch up, before absence is believed."""
    service = Service(time, (lost(), 5.0), stale=20.0)

    assert "done" == await service.settled(**kind)
    assert 1 == len(service.sent)


async def test_without_a_read_an_ambiguous_call_is_unknown(time: Time) -> None:
    """No read can show the effect, so there are no reads, and no second request."""
    service = Service(time, (lost(), 0))

    with pytest.raises(OutcomeUnknownError):
        await service.settled(readable=False)
    assert (1, []) == (len(service.sent), service.read_at)


@kinds
async def test_after_a_429_one_read_comes_before_the_next_request(
    time: Time, kind: dict[str, Any]
) -> None:
    """A 429 is believed to have had no effect, and is checked all the same."""
    service = Service(time, (throttled(), None), (throttled(), None), (None, 0))

    assert "done" == await service.settled(**kind)
    assert [0.0, 1.0, 2.0] == service.sent
    assert [0.0] * (kind is RENT) + [1.0, 2.0] == service.read_at


async def test_a_number_that_is_found_after_a_429_is_anothers(time: Time) -> None:
    """The request had no effect, so another caller rented the number since the read before."""
    service = Service(time, (throttled(), None), taken=0.5)

    with pytest.raises(AlreadyOwnedError):
        await service.settled(**RENT)
    assert 1 == len(service.sent)


async def test_a_change_that_is_found_after_a_429_is_made(time: Time) -> None:
    """Should the contract be broken, the read shows the requested state."""
    service = Service(time, (throttled(), 0))

    assert "done" == await service.settled(**CHANGE)
    assert 1 == len(service.sent)


@kinds
async def test_a_429_that_cannot_be_checked_is_raised(time: Time, kind: dict[str, Any]) -> None:
    """Without the read there is no next request."""
    service = Service(time, (throttled(), None), blind=lambda n: n > (kind is RENT))

    with pytest.raises(RateLimitError):
        await service.settled(**kind)
    assert 1 == len(service.sent)


@kinds
async def test_a_429_is_retried_three_times(time: Time, kind: dict[str, Any]) -> None:
    """Then it is raised."""
    service = Service(time, *[(throttled(), None)] * 4)

    with pytest.raises(RateLimitError):
        await service.settled(**kind)
    assert 4 == len(service.sent)


@kinds
async def test_a_request_that_was_not_sent_needs_no_read(time: Time, kind: dict[str, Any]) -> None:
    """It is sent three more times; nothing is ambiguous."""
    service = Service(time, *[(APIConnectionError("refused"), None)] * 4)

    with pytest.raises(APIConnectionError):
        await service.settled(**kind)
    assert (4, [0.0] * (kind is RENT)) == (len(service.sent), service.read_at)


@given(
    kind=st.sampled_from([RENT, SHARED, CHANGE]),
    sends=st.tuples(
        *[st.tuples(st.sampled_from([*AMBIGUOUS, throttled]), st.none() | st.floats(0, 29))] * 6
    ),
    blind=st.sets(st.integers(2, 30)),
    stale=st.floats(0, 0.9),
    taken=st.just(float("inf")) | st.floats(0.01, 200),
)
def test_never_twice_never_misreported(
    kind: dict[str, Any],
    sends: tuple[tuple[Callable[[], SinchNumbersError], float | None], ...],
    blind: set[int],
    stale: float,
    taken: float,
) -> None:
    """
    Whatever happens to responses and reads: at most one effect, and the truth about it.

    As long as effects come within the settle timeout. Another caller may get the subject of a
    renter who is not the only one.
    """
    time = Time()
    script = [(make(), None if make is throttled else delay) for make, delay in sends]
    service = Service(
        time,
        *script,
        stale=stale,
        blind=lambda number: number in blind,
        taken=taken if kind is SHARED else float("inf"),
    )
    result, error = "", None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "time", time)
        patch.setattr(asyncio, "sleep", time.sleep)
        try:
            result = asyncio.run(service.settled(**kind))
        except SinchNumbersError as raised:
            error = raised

    assert len(service.effects) <= 1
    assert result in ("", "done")
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
    """When no read shows the change, it is made again: that does no harm."""
    service = Service(time, (lost(), None), (None, 0), blind=lambda _: blind)

    assert "done" == await service.settled(IDEMPOTENT)
    assert 2 == len(service.sent)


@pytest.mark.parametrize(("max_retries", "sent"), [(1, 2), (0, 1)])
async def test_an_idempotent_call_gives_up(time: Time, max_retries: int, sent: int) -> None:
    """Twice in doubt is enough; without retries, once."""
    service = Service(time, (broken(), None), (lost(), None))

    with pytest.raises((APIReplyLostError, InternalServerError)):
        await service.settled(IDEMPOTENT, max_retries=max_retries)
    assert sent == len(service.sent)


async def test_an_idempotent_rejection_after_doubt_may_be_the_echo_of_success(time: Time) -> None:
    """The address is gone because the first request removed it."""
    service = Service(time, (lost(), 0.5), (missing(), None))

    assert "done" == await service.settled(IDEMPOTENT)


def verification(**changes: Any) -> Progress:
    return Progress(acquires=False, exclusive=False, settle_timeout=SETTLE, **changes)


async def test_an_entry_that_was_taken_over_is_not_decided_here(time: Time) -> None:
    """The other process decides: the reads stop, and the outcome is unknown in this one."""
    renewed = iter([True, True, False])
    service = Service(time)

    async def renew() -> bool:
        return next(renewed)

    settled = await settle(service.read, verification(), renew)

    assert Action.FAIL_UNKNOWN is settled.action
    assert 2 == len(service.read_at)


async def test_a_closed_client_ends_a_verification(time: Time) -> None:
    """Its reads could only fail; the wait for the next one would be in vain."""

    async def read() -> Evidence:
        raise ClientClosedError("closed")

    settled = await settle(read, verification())

    assert (Action.FAIL_UNKNOWN, 0.0) == (settled.action, time.now)
    assert settled.evidence is None


async def test_a_bug_of_a_read_is_not_hidden(time: Time) -> None:
    """Only the package's own errors count as failed reads."""

    async def read() -> Evidence:
        raise LookupError

    with pytest.raises(LookupError):
        await settle(read, verification())


async def test_reads_wait_for_the_end_of_a_suspended_owner(time: Time) -> None:
    """Absences count from the time at which it can no longer be sending."""
    service = Service(time)

    settled = await settle(service.read, verification(may_repeat=False, not_before=100.0))

    assert Action.FAIL is settled.action
    assert 3 <= len([at for at in service.read_at if at >= 100.0])
    assert time.now >= 100.0 + SETTLE


async def test_slow_reads_end_at_the_limit() -> None:
    """Reads that hang do not extend the verification beyond four settle timeouts."""

    async def read() -> Evidence:
        await asyncio.sleep(3600.0)
        raise AssertionError

    settled = await asyncio.wait_for(
        settle(read, Progress(acquires=False, exclusive=False, settle_timeout=0.01)), 60
    )

    assert (Action.FAIL_UNKNOWN, None) == (settled.action, settled.evidence)


@every(("until", "reads"), [(0.4, 1), (0.5, 1), (0.51, 2)])  # the second is due after 0.5 s
def test_a_read_that_is_due_at_the_limit_is_not_waited_for(until: float, reads: int) -> None:
    """It would be cut off: the verification ends with the read before."""
    with pytest.MonkeyPatch.context() as patch:
        time = Time()
        patch.setattr(module, "time", time)
        patch.setattr(asyncio, "sleep", time.sleep)
        patch.setattr(module, "random", SimpleNamespace(uniform=lambda low, high: low))
        service = Service(time)

        settled = asyncio.run(settle(service.read, verification(), until=until))

    assert Action.FAIL_UNKNOWN is settled.action
    assert reads == len(service.read_at)
    assert time.now < until


async def test_all_verifications_of_a_call_share_one_limit(time: Time) -> None:
    """A request that is repeated after a long proof of absence does not start a new limit."""
    blind = {*range(2, 9), *range(13, 99)}  # absence is proven by the reads 9 to 12
    service = Service(time, (lost(), None), (lost(), None), blind=lambda n: n in blind)

    with pytest.raises(OutcomeUnknownError):
        await service.settled(**RENT)

    assert 2 == len(service.sent)
    assert service.sent[1] < time.now <= 4 * SETTLE


class Failing(MemoryStore):
    """A journal that cannot be written once a request was sent."""

    async def renew(self, *_: object) -> bool:
        raise StoreError("locked")


async def test_reads_go_on_while_the_store_fails_within_the_lease(time: Time) -> None:
    """No one else can have the entry before its lease has ended."""
    service = Service(time, (lost(), 2.0))

    assert "done" == await service.settled(**RENT, store=Failing())
    assert 1 == len(service.sent)


async def test_reads_end_with_the_lease_if_the_store_fails(
    time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After it, another process may have recovered the entry, and rented the number."""
    monkeypatch.setattr(pipeline, "now_with_suspend", lambda: 1e9)
    service = Service(time, (lost(), 2.0))

    with pytest.raises(OutcomeUnknownError):
        await service.settled(**RENT, store=Failing())
    assert 1 == len(service.read_at)  # the one before the request


async def test_the_last_evidence_is_reported() -> None:
    """It explains to the caller why the outcome is unknown."""
    found = Evidence(Event.READ_MATCH, "it", "it may be another worker's", ("it",))

    async def read() -> Evidence:
        return found

    settled = await settle(read, Progress(acquires=True, exclusive=False, settle_timeout=SETTLE))

    assert (Action.FAIL_UNKNOWN, found) == (settled.action, settled.evidence)
