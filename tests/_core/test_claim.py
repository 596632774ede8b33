"""Claims of billable calls: waiting, ownership, and final journal states."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest

from sinch_numbers import (
    AlreadyOwnedError,
    APIReplyLostError,
    Backoff,
    BadRequestError,
    InternalServerError,
    NumberBusyError,
    OutcomeUnknownError,
    PermissionDeniedError,
    RateLimitError,
    StoreError,
    UnexpectedResultError,
)
from sinch_numbers._core import claim as module
from sinch_numbers._core.billing.decisions import Event
from sinch_numbers._core.billing.evidence import ABSENT, Evidence
from sinch_numbers._core.billing.journal import Claims, JournalEntry, OperationState
from sinch_numbers._core.billing.memory import MemoryStore
from sinch_numbers._core.billing.options import BillingOptions
from sinch_numbers._core.billing.register import Register
from sinch_numbers._core.billing.service_clock import ServiceClock
from sinch_numbers._core.call import Call
from sinch_numbers._core.claim import Claim, Journal
from sinch_numbers._core.operation import Operation
from sinch_numbers._core.retry.policy import BILLABLE
from sinch_numbers.errors import SinchNumbersError
from sinch_numbers.models import ActiveNumber

pytestmark = pytest.mark.anyio

NUMBER, OTHER = "+12025550134", "+12025550199"
QUICK = Backoff(first=0.0001, throttled=0.0001, longest=0.001)
RENTED = ActiveNumber(phone_number=NUMBER)
FOUND = Evidence(Event.READ_MATCH, RENTED, "", (RENTED,))
STATES = OperationState

Run = Callable[[Call], Awaitable[Any]]


class Store(MemoryStore):
    """A journal whose methods can be made to fail."""

    def __init__(self) -> None:
        super().__init__()
        self.broken: set[str] = set()
        self.called: list[str] = []

    def _calls(self, name: str) -> None:
        self.called.append(name)
        if name in self.broken:
            raise StoreError(f"{name} failed")

    async def claim(self, entry: JournalEntry, lease: float) -> Any:
        self._calls("claim")
        return await super().claim(entry, lease)

    async def mark_sent(self, entry: JournalEntry, lease: float) -> JournalEntry:
        self._calls("mark_sent")
        return await super().mark_sent(entry, lease)

    async def finish(self, entry: JournalEntry, state: OperationState, **how: Any) -> JournalEntry:
        self._calls("finish")
        return await super().finish(entry, state, **how)


class Ending(Store):
    """A journal in which a call ends as unknown just before its entry is read."""

    async def get(self, entry_id: str) -> JournalEntry | None:
        if (entry := await super().get(entry_id)) and entry.is_open:
            await self.finish(entry, STATES.UNKNOWN, reason="cancelled")
        return await super().get(entry_id)


class Renter:
    """Runs rents of one number by the step `Claim`, in place of a client."""

    def __init__(self, store: Store | None = None, **options: Any) -> None:
        self.store = store or Store()
        self.register = Register()
        self.options = BillingOptions(
            **{
                "store": self.store,
                "exclusive": True,
                "origin": "https://numbers.example.com",
                "project_id": "p",
                "timeout": 30.0,
                "deadline": 60.0,
                "settle_timeout": 0.1,
                **options,
            }
        )
        self.reads = 0
        self.read: Callable[[], Evidence] = lambda: ABSENT
        self.sent = 0

    async def _confirm(self, *_: object) -> Evidence:
        self.reads += 1
        return self.read()

    async def send(self, call: Call) -> Any:
        """Send the request, which succeeds."""
        call.entry = await self.store.mark_sent(call.journaled, 60.0)
        call.first_sent = 1.0
        self.sent += 1
        return RENTED

    async def call(
        self, run: Run | None = None, claims: Claims = Claims.ACQUIRES, **options: Any
    ) -> Any:
        operation = Operation(
            "testIt", "POST", "/it", ActiveNumber, BILLABLE, confirm=self._confirm, claims=claims
        )
        self.last = Call(
            operation, ActiveNumber, None, (NUMBER,), "/it", "/it", BILLABLE, None, None, NUMBER,
            None, (), **options,
        )  # fmt: skip
        claim = Claim(run or self.send, self.register, QUICK, self.options, ServiceClock())
        return await claim(self.last)

    async def entry(self) -> JournalEntry:
        """Return the latest entry of the journal."""
        return (await self.store.entries())[0]

    async def owned(self) -> set[str]:
        return {*await self.store.owned(self.options.origin, "p")}


@pytest.fixture
def renter() -> Renter:
    return Renter()


def raising(error: BaseException, *, sent: bool = True) -> Run:
    async def run(call: Call) -> Any:
        if sent:
            call.first_sent = 1.0
        raise error

    return run


# Ends


async def test_a_success_owns_its_number(renter: Renter) -> None:
    """The journal has the outcome, and the number belongs to the entry."""
    assert RENTED is await renter.call()

    entry = await renter.entry()
    assert (STATES.APPLIED, {"phoneNumber": NUMBER}) == (entry.state, dict(entry.result))
    assert {NUMBER} == await renter.owned()
    assert () == renter.register.all()


REJECTED = BadRequestError("no", status=400)
UNKNOWN = OutcomeUnknownError("unknown")
ELSEWHERE = UnexpectedResultError("another number", ActiveNumber(phone_number=OTHER))


@pytest.mark.parametrize(
    ("error", "sent", "state", "owned"),
    [
        pytest.param(REJECTED, True, STATES.ABSENT, set(), id="rejected"),
        pytest.param(UNKNOWN, True, STATES.UNKNOWN, set(), id="unknown"),
        pytest.param(ELSEWHERE, True, STATES.APPLIED, {OTHER}, id="another number"),
        pytest.param(ValueError("a bug"), True, STATES.UNKNOWN, set(), id="a bug, sent"),
        pytest.param(ValueError("a bug"), False, STATES.ABSENT, set(), id="a bug, not sent"),
        pytest.param(MemoryError(), True, STATES.UNKNOWN, set(), id="out of memory, sent"),
        pytest.param(KeyboardInterrupt(), True, STATES.UNKNOWN, set(), id="an interrupt, sent"),
        pytest.param(asyncio.CancelledError(), True, STATES.UNKNOWN, set(), id="cancelled, sent"),
        pytest.param(
            asyncio.CancelledError(), False, STATES.ABSENT, set(), id="cancelled, not sent"
        ),
    ],
)
async def test_every_error_is_recorded_before_it_is_raised(
    renter: Renter, error: BaseException, sent: bool, state: OperationState, owned: set[str]
) -> None:
    """The journal says whether the call may have had an effect, and on which number."""
    with pytest.raises(type(error)) as caught:
        await renter.call(raising(error, sent=sent))

    assert caught.value is error
    entry = await renter.entry()
    assert state is entry.state
    assert owned == await renter.owned()
    assert [entry.id] * (state is STATES.UNKNOWN) == [one.op_id for one in renter.register.all()]


async def test_a_cancellation_waits_for_its_record(renter: Renter) -> None:
    """A task that is cancelled twice has recorded the unknown outcome by its end."""
    started = asyncio.Event()

    async def hang(call: Call) -> Any:
        call.first_sent = 1.0
        started.set()
        await asyncio.sleep(3600.0)

    task = asyncio.create_task(renter.call(hang))
    await started.wait()
    task.cancel()
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    entry = await renter.entry()
    assert (STATES.UNKNOWN, "cancelled") == (entry.state, entry.reason)
    assert [(entry.id, NUMBER)] == [(one.op_id, one.phone_number) for one in renter.register.all()]


async def test_a_result_that_a_cancelled_caller_did_not_get_is_kept(
    renter: Renter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was paid for: the entry is applied, and the unresolved call has the result."""
    finishing, finish = asyncio.Event(), renter.store.finish

    async def slow(*args: Any, **how: Any) -> JournalEntry:
        finishing.set()
        await asyncio.sleep(0.01)
        return await finish(*args, **how)

    monkeypatch.setattr(renter.store, "finish", slow)
    task = asyncio.create_task(renter.call())
    await finishing.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    (unresolved,) = renter.register.all()
    assert (RENTED, NUMBER) == (unresolved.result, unresolved.phone_number)
    assert STATES.APPLIED is (await renter.entry()).state


async def test_a_caller_that_is_cancelled_while_it_claims_leaves_no_claim(
    renter: Renter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The number is free for the next call, and nothing was sent."""
    claiming, claim = asyncio.Event(), renter.store.claim

    async def slow(*args: Any) -> Any:
        claiming.set()
        await asyncio.sleep(0.01)
        return await claim(*args)

    monkeypatch.setattr(renter.store, "claim", slow)
    task = asyncio.create_task(renter.call())
    await claiming.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    entry = await renter.entry()
    assert (STATES.ABSENT, "cancelled", 0) == (entry.state, entry.reason, renter.sent)
    assert RENTED == await renter.call()


# A failing store


@pytest.mark.parametrize("method", ["claim", "mark_sent"])
async def test_without_the_first_record_nothing_is_sent(renter: Renter, method: str) -> None:
    """A store that cannot record the request fails the call before money is spent."""
    renter.store.broken = {method}

    with pytest.raises(StoreError):
        await renter.call()

    assert 0 == renter.sent
    assert () == renter.register.all()


async def test_without_the_second_record_the_result_is_returned(
    renter: Renter, caplog: pytest.LogCaptureFixture
) -> None:
    """The number is paid for: it is returned, logged, and the entry stays open."""
    renter.store.broken = {"finish"}

    assert RENTED is await renter.call()

    (record,) = caplog.records
    assert logging.ERROR == record.levelno
    assert NUMBER in record.getMessage()
    assert "is not recorded" in record.getMessage()
    assert STATES.SENT is (await renter.entry()).state


async def test_without_the_second_record_the_error_is_raised(
    renter: Renter, caplog: pytest.LogCaptureFixture
) -> None:
    """The failure of the store does not replace the error of the call."""
    renter.store.broken = {"finish"}

    with pytest.raises(BadRequestError):
        await renter.call(raising(REJECTED))

    assert ["is not recorded" in record.getMessage() for record in caplog.records] == [True]


# Waiting


async def claimed_by_another(
    renter: Renter, **options: Any
) -> tuple["asyncio.Task[Any]", asyncio.Event]:
    """Start a call that has sent its request and ends when the event is set."""
    started, end = asyncio.Event(), asyncio.Event()

    async def run(call: Call) -> Any:
        result = await renter.send(call)
        started.set()
        await end.wait()
        return result

    task = asyncio.create_task(renter.call(run, **options))
    await started.wait()
    return task, end


async def test_a_claimed_number_is_waited_for(renter: Renter) -> None:
    """The second call goes on when the first has ended, and finds the number owned."""
    first, end = await claimed_by_another(renter)
    renter.read = lambda: FOUND
    second = asyncio.create_task(renter.call())
    await asyncio.sleep(0.02)
    assert not second.done()

    end.set()

    assert RENTED is await first
    with pytest.raises(AlreadyOwnedError):
        await second
    assert 1 == renter.sent


async def test_a_claim_that_had_no_effect_lets_the_next_call_in(renter: Renter) -> None:
    """A rejection releases the number."""
    with pytest.raises(BadRequestError):
        await renter.call(raising(REJECTED))

    assert RENTED is await renter.call()


@pytest.mark.parametrize(
    ("deadline", "waits"),
    [pytest.param(0.03, True, id="deadline"), pytest.param(None, False, id="does not wait")],
)
async def test_the_wait_for_a_claim_ends(deadline: float | None, waits: bool) -> None:
    """At the deadline, or at once for a caller who has other candidates; nothing is sent."""
    renter = Renter(deadline=deadline)
    first, end = await claimed_by_another(renter)
    holder = await renter.entry()

    with pytest.raises(NumberBusyError) as caught:
        await renter.call(waits=waits)

    assert (NUMBER, holder.id) == (caught.value.subject, caught.value.op_id)
    assert [holder.id] == [entry.id for entry in await renter.store.entries()]
    assert 1 == renter.sent
    end.set()
    await first


async def test_a_claim_of_an_unknown_outcome_is_not_waited_for() -> None:
    """Only a person or a recovery ends it."""
    renter = Renter(deadline=None)
    with pytest.raises(OutcomeUnknownError):
        await renter.call(raising(UNKNOWN))

    with pytest.raises(NumberBusyError):
        await asyncio.wait_for(renter.call(), 30)
    assert 0 == renter.sent


async def test_an_outcome_that_has_just_become_unknown_lets_the_next_rent_in() -> None:
    """A rent of any number ends its claim with it, maybe between two reads of the journal."""
    renter = Renter(store=Ending())
    first, end = await claimed_by_another(renter, claims=Claims.PICKS)

    result = await renter.call(claims=Claims.PICKS)

    assert RENTED is result
    assert [STATES.APPLIED, STATES.UNKNOWN] == [one.state for one in await renter.store.entries()]
    end.set()
    await first


async def test_calls_about_different_numbers_do_not_wait(renter: Renter) -> None:
    """A subject is a number of one project at one host."""
    first, end = await claimed_by_another(renter)
    elsewhere = Renter(store=renter.store, project_id="another")

    assert RENTED is await elsewhere.call()
    end.set()
    await first


# Ownership


@pytest.mark.parametrize(
    ("found", "reads"),
    [
        pytest.param(lambda: FOUND, 1, id="found by one read"),
        pytest.param(lambda: Evidence(Event.READ_OTHER, RENTED), None, id="reconfigured since"),
    ],
)
async def test_an_owned_number_is_not_rented_again(
    renter: Renter, found: Callable[[], Evidence], reads: int | None
) -> None:
    """A read confirms that the project still has it."""
    await renter.call()
    owner, before = await renter.entry(), renter.reads
    renter.read = found

    with pytest.raises(AlreadyOwnedError) as caught:
        await renter.call()

    assert NUMBER == caught.value.phone_number
    assert owner.id in str(caught.value)
    assert reads in (None, renter.reads - before)
    assert 1 == renter.sent


async def test_failed_reads_do_not_end_an_ownership(renter: Renter) -> None:
    """Without proof that the project lost the number, nothing is sent."""
    await renter.call()

    def fail() -> Evidence:
        raise InternalServerError("", status=500)

    renter.read = fail
    with pytest.raises(AlreadyOwnedError):
        await renter.call()

    assert {NUMBER} == await renter.owned()
    assert 1 == renter.sent


async def test_a_number_that_the_project_lost_can_be_rented_again(renter: Renter) -> None:
    """Three absences over the settle timeout end the ownership."""
    await renter.call()
    owner = await renter.entry()
    before = renter.reads

    assert RENTED is await renter.call()

    assert renter.reads - before >= 4  # three absences, and the read before the request
    assert 2 == renter.sent
    owners = await renter.store.owned(renter.options.origin, "p")
    assert owner.id != owners[NUMBER]


async def test_a_caller_with_other_candidates_does_not_read(renter: Renter) -> None:
    """An owned candidate is skipped at once."""
    await renter.call()
    before = renter.reads

    with pytest.raises(AlreadyOwnedError):
        await renter.call(waits=False)
    assert before == renter.reads


async def test_a_change_of_an_owned_number_is_no_conflict(renter: Renter) -> None:
    """A release is about a number that a rent owns, and ends the ownership."""
    await renter.call()

    assert RENTED is await renter.call(claims=Claims.CHANGES)
    assert {NUMBER} == await renter.owned()
    assert RENTED is await renter.call(claims=Claims.ENDS)
    assert set() == await renter.owned()


# The read before the request


async def test_a_number_that_is_there_before_is_not_rented(renter: Renter) -> None:
    """Nothing is sent, and the claim is released."""
    renter.read = lambda: FOUND

    with pytest.raises(AlreadyOwnedError):
        await renter.call()

    assert (0, STATES.ABSENT) == (renter.sent, (await renter.entry()).state)


async def test_a_passing_failure_of_the_read_before_is_retried(renter: Renter) -> None:
    """Then the request is sent, and its entry says that the number was absent."""
    outcomes: list[Any] = [APIReplyLostError("lost"), InternalServerError("", status=503), ABSENT]

    def read() -> Evidence:
        outcome = outcomes.pop(0)
        if isinstance(outcome, SinchNumbersError):
            raise outcome
        return outcome  # type: ignore[no-any-return]  # one of the above

    renter.read = read

    assert RENTED is await renter.call()
    assert (await renter.entry()).absent_before


@pytest.mark.parametrize(
    ("error", "reads"),
    [
        pytest.param(InternalServerError("", status=503), 4, id="503, four times"),
        pytest.param(APIReplyLostError("lost"), 4, id="lost, four times"),
        pytest.param(PermissionDeniedError("", status=403), 1, id="403, once"),
    ],
)
async def test_a_read_before_that_fails_ends_the_call(
    renter: Renter, error: SinchNumbersError, reads: int
) -> None:
    """The error says that nothing was applied, since nothing was sent."""

    def read() -> Evidence:
        raise error.copy()

    renter.read = read
    with pytest.raises(type(error)) as caught:
        await renter.call()

    assert not caught.value.maybe_applied
    assert (reads, 0) == (renter.reads, renter.sent)
    assert ("POST", "/it") == (caught.value.method, caught.value.path)
    assert STATES.ABSENT is (await renter.entry()).state


@pytest.mark.parametrize(("must_be_new", "reads"), [(True, 1), (False, 0)])
async def test_where_others_rent_a_read_before_is_the_callers_choice(
    must_be_new: bool, reads: int
) -> None:
    """It could not confirm the call."""
    renter = Renter(exclusive=False)

    await renter.call(must_be_new=must_be_new)

    assert reads == renter.reads


@pytest.mark.parametrize("doubt", [True, False])
async def test_a_store_that_fails_in_doubt_leaves_the_outcome_unknown(
    renter: Renter, doubt: bool
) -> None:
    """After an ambiguous request its error must not read as if nothing had been sent."""

    async def run(call: Call) -> Any:
        if doubt:
            call.on(Event.AMBIGUOUS)
        call.first_sent = 1.0
        raise StoreError("locked")

    with pytest.raises(OutcomeUnknownError if doubt else StoreError, match="locked") as caught:
        await renter.call(run)

    assert doubt is caught.value.maybe_applied
    assert (STATES.UNKNOWN if doubt else STATES.ABSENT) is (await renter.entry()).state
    assert doubt is bool(renter.register.all())


async def test_a_read_before_is_retried_until_the_deadline() -> None:
    """A ``Retry-After`` beyond it ends the call, before anything is sent."""
    renter = Renter(deadline=0.0)

    def throttled() -> Evidence:
        error = RateLimitError("slow down", status=429)
        error.retry_after = 0.2
        raise error

    renter.read = throttled
    with pytest.raises(RateLimitError):
        await renter.call()

    assert (1, 0) == (renter.reads, renter.sent)


# The record of the request


async def journaled(renter: Renter) -> Call:
    """Return a call that has claimed its number."""
    claimed: list[Call] = []

    async def keep(call: Call) -> Any:
        claimed.append(call)
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await renter.call(keep)
    call = claimed[0]
    entry = attrs.evolve(call.journaled, id="again")
    stored = await renter.store.claim(entry, renter.options.lease)
    assert isinstance(stored, JournalEntry)
    call.entry = stored
    return call


async def test_a_request_is_recorded_with_the_time_at_the_service(renter: Renter) -> None:
    """Numbers that were rented long before are excluded by it."""
    call, clock = await journaled(renter), ServiceClock()
    clock.latest = "Sat, 14 Mar 2026 09:26:53 GMT", module.now_with_suspend()

    await Journal(renter.options, clock)(call)

    entry = await renter.entry()
    assert STATES.SENT is entry.state
    assert entry.sent_after is not None
    at = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
    assert at <= entry.sent_after < at + timedelta(minutes=5)


async def test_a_process_that_was_suspended_records_again(
    renter: Renter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its lease may not cover the attempt any more, so it is renewed before the first byte."""
    lease = renter.options.lease
    readings = iter([0.0, lease, lease, lease + 0.1])
    monkeypatch.setattr(module, "now_with_suspend", lambda: next(readings))
    call = await journaled(renter)
    renter.store.called.clear()

    await Journal(renter.options, ServiceClock())(call)

    assert ["mark_sent", "mark_sent"] == renter.store.called


async def test_a_call_that_lost_its_entry_is_not_sent(renter: Renter) -> None:
    """Another process took it over: sending now could be a second rent."""
    call = await journaled(renter)
    await renter.store.dismiss(call.journaled.id, "by a person")

    with pytest.raises(StoreError):
        await Journal(renter.options, ServiceClock())(call)
