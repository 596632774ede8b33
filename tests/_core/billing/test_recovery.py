"""Recovery: reads find the outcome of entries whose process has ended."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import attrs
import pytest

from sinch_numbers import (
    Backoff,
    InternalServerError,
    InvalidArgumentError,
    NumbersClient,
    OutcomeUnknownError,
    SmsConfiguration,
    StoreError,
)
from sinch_numbers._client.operations import find
from sinch_numbers._core.billing import memory, recovery
from sinch_numbers._core.billing.decisions import Event
from sinch_numbers._core.billing.evidence import ABSENT, Evidence
from sinch_numbers._core.billing.journal import Claims, JournalEntry, OperationState
from sinch_numbers._core.billing.memory import MemoryStore
from sinch_numbers._core.billing.options import BillingOptions
from sinch_numbers._core.billing.recovery import Recovered, reconcile, recover
from sinch_numbers._core.billing.register import Register, Unresolved
from sinch_numbers._core.delivery import Delivery, current_delivery
from sinch_numbers.models import ActiveNumber
from sinch_numbers.sandbox import Sandbox
from sinch_numbers.sandbox._state.change import Change, SmsLink

pytestmark = pytest.mark.anyio

NUMBER = "+12025550134"
ORIGIN = "https://numbers.example.com"
SETTLE = 0.02
S = OperationState
RENTED = ActiveNumber(phone_number=NUMBER)
HELD = Evidence(Event.READ_MATCH, RENTED, "it may be another worker's", (RENTED,))
PROOF = Evidence(Event.READ_PROOF, RENTED)
OTHERS = Evidence(Event.READ_OTHER, RENTED, "it has another service plan")
AGAIN = Evidence(Event.READ_AGAIN, None, "it was rented again", (RENTED,))


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def options(store: MemoryStore) -> BillingOptions:
    return BillingOptions(
        store=store, exclusive=True, origin=ORIGIN, project_id="p", timeout=0.01, deadline=None,
        settle_timeout=SETTLE,
    )  # fmt: skip


async def left(
    store: MemoryStore, state: OperationState, *, lease: float = 0.0, **changes: Any
) -> JournalEntry:
    """Return the entry of a process that died in *state*, or of one that works for *lease* s."""
    values: dict[str, Any] = {
        "id": "op",
        "operation": "rentNumber",
        "origin": ORIGIN,
        "project_id": "p",
        "subject": NUMBER,
        "claims": Claims.ACQUIRES,
        "exclusive": True,
        "absent_before": True,
        "settle_timeout": SETTLE,
        "attempt_timeout": 0.01,
    }
    entry = await store.claim(JournalEntry(**values | changes), lease)
    assert isinstance(entry, JournalEntry)
    if state is not S.CLAIMED:
        entry = await store.mark_sent(entry, lease)
    if state is S.UNKNOWN:
        entry = await store.finish(entry, state, reason="the response was lost")
    return entry


def confirm(*shown: Evidence) -> Callable[[JournalEntry], Any]:
    """Return a read that shows each evidence in turn, the last one for ever."""
    left_to_show = list(shown)

    async def read(_: JournalEntry) -> Evidence:
        return left_to_show.pop(0) if len(left_to_show) > 1 else left_to_show[0]

    return read


async def unreadable(_: JournalEntry) -> Evidence:
    raise InternalServerError("", status=500)


RENT: dict[str, Any] = {}
SHARED = {"exclusive": False}
UNSEEN = {"absent_before": False}
RELEASE = {"claims": Claims.ENDS, "exclusive": False, "absent_before": False}


@pytest.mark.parametrize("state", [S.SENT, S.UNKNOWN])
@pytest.mark.parametrize(
    ("changes", "read", "outcome", "result"),
    [
        pytest.param(RENT, confirm(HELD), S.APPLIED, RENTED, id="the only renter's number"),
        pytest.param(RENT, confirm(ABSENT), S.ABSENT, None, id="absent"),
        pytest.param(RENT, confirm(ABSENT, HELD), S.APPLIED, RENTED, id="a late effect"),
        pytest.param(RENT, confirm(OTHERS), S.ABSENT, None, id="another configuration"),
        pytest.param(RENT, unreadable, S.UNKNOWN, None, id="no read succeeds"),
        pytest.param(RENT, None, S.UNKNOWN, None, id="no read shows the effect"),
        pytest.param(SHARED, confirm(HELD), S.UNKNOWN, None, id="others rent, too"),
        pytest.param(SHARED, confirm(PROOF), S.APPLIED, RENTED, id="the call's tag"),
        pytest.param(SHARED, confirm(ABSENT), S.ABSENT, None, id="absent, and others rent"),
        pytest.param(UNSEEN, confirm(HELD), S.UNKNOWN, None, id="not absent before"),
        pytest.param(RELEASE, confirm(HELD), S.APPLIED, RENTED, id="a release, done"),
        pytest.param(RELEASE, confirm(ABSENT), S.ABSENT, None, id="a release, not done"),
        pytest.param(RELEASE, confirm(AGAIN), S.UNKNOWN, None, id="a release, rented again"),
    ],
)
async def test_the_reads_decide_about_a_request_that_may_have_been_sent(
    store: MemoryStore,
    options: BillingOptions,
    state: OperationState,
    changes: dict[str, Any],
    read: Any,
    outcome: OperationState,
    result: Any,
) -> None:
    """By the same evidence as for a call that is running."""
    entry = await left(store, state, **changes)

    recovered = await recover(entry, read, options)

    assert recovered is not None
    assert (outcome, result) == (recovered.entry.state, recovered.result)
    assert recovered.entry.reason or outcome is S.APPLIED
    assert recovered.entry == await store.get("op")
    assert recovered.entry.epoch == entry.epoch + 1
    acquired = outcome is S.APPLIED and entry.claims is Claims.ACQUIRES
    assert [NUMBER] * acquired == [*await store.owned(ORIGIN, "p")]
    holder = await store.holder(ORIGIN, "p", NUMBER)
    assert (outcome is S.UNKNOWN) is (holder is not None and not holder.owned)


async def test_an_unknown_outcome_keeps_its_candidates_and_its_reason(
    store: MemoryStore, options: BillingOptions
) -> None:
    """A person decides by them."""
    recovered = await recover(await left(store, S.SENT, **SHARED), confirm(HELD), options)

    assert recovered is not None
    assert (RENTED,) == recovered.candidates
    assert "it may be another worker's" == recovered.entry.reason


async def test_a_reason_that_no_read_improves_stays(
    store: MemoryStore, options: BillingOptions
) -> None:
    """The error of the call says more than that the reads failed."""
    recovered = await recover(await left(store, S.UNKNOWN), unreadable, options)

    assert recovered is not None
    assert "the response was lost" == recovered.entry.reason


async def test_an_entry_that_was_not_sent_is_closed_without_a_read(
    store: MemoryStore, options: BillingOptions
) -> None:
    """The process died between the claim and the first byte."""

    async def read(_: JournalEntry) -> Evidence:
        raise AssertionError

    recovered = await recover(await left(store, S.CLAIMED), read, options)

    assert recovered is not None
    assert (S.ABSENT, "it was not sent") == (recovered.entry.state, recovered.entry.reason)
    assert await store.holder(ORIGIN, "p", NUMBER) is None


@pytest.mark.parametrize("state", [S.CLAIMED, S.SENT])
async def test_a_call_that_is_running_is_left_alone(
    store: MemoryStore, options: BillingOptions, state: OperationState
) -> None:
    """Its owner holds the lease."""
    entry = await left(store, state, lease=60.0)

    assert await recover(entry, confirm(ABSENT), options) is None
    assert entry == await store.get("op")


@pytest.mark.parametrize("state", [S.APPLIED, S.ABSENT])
async def test_a_finished_entry_is_left_alone(
    store: MemoryStore, options: BillingOptions, state: OperationState
) -> None:
    """Its outcome is known."""
    entry = await store.finish(await left(store, S.SENT), state)

    assert await recover(entry, confirm(ABSENT), options) is None
    assert entry == await store.get("op")


async def test_of_two_recoveries_at_once_one_records(
    store: MemoryStore, options: BillingOptions
) -> None:
    """The other one finds the entry taken over, and reads nothing."""
    entry = await left(store, S.SENT)
    reads = 0

    async def read(_: JournalEntry) -> Evidence:
        nonlocal reads
        reads += 1
        await asyncio.sleep(0)
        return HELD

    ends = await asyncio.gather(*(recover(entry, read, options) for _ in range(5)))

    (done,) = [end for end in ends if end is not None]
    assert (S.APPLIED, 1) == (done.entry.state, reads)


async def test_a_recovery_that_is_taken_over_itself_decides_nothing(
    store: MemoryStore, options: BillingOptions
) -> None:
    """Its owner was suspended: the outcome of the other process stands."""
    entry = await left(store, S.SENT)

    async def read(mine: JournalEntry) -> Evidence:
        store._entries["op"] = attrs.evolve(mine, lease_until=datetime(2020, 1, 1, tzinfo=UTC))
        other = await store.take_over(mine, 60.0)
        assert other is not None
        await store.finish(other, S.APPLIED, owns=NUMBER)
        return ABSENT

    recovered = await recover(entry, read, options)

    assert recovered is not None
    assert S.APPLIED is recovered.entry.state
    kept = await store.get("op")
    assert kept is not None
    assert S.APPLIED is kept.state


CLOCKS = {
    "the same clock": timedelta(0),
    "the store is an hour ahead": timedelta(hours=1),
    "the store is an hour behind": timedelta(hours=-1),
}
clocks = pytest.mark.parametrize("ahead", [pytest.param(by, id=at) for at, by in CLOCKS.items()])


def move_clock(monkeypatch: pytest.MonkeyPatch, ahead: timedelta) -> None:
    """Let the clock of the store differ from that of the process."""
    clock = SimpleNamespace(now=lambda zone: datetime.now(zone) + ahead)
    monkeypatch.setattr(memory, "datetime", clock)


@clocks
async def test_absences_count_from_the_end_of_the_last_attempt(
    store: MemoryStore,
    options: BillingOptions,
    monkeypatch: pytest.MonkeyPatch,
    ahead: timedelta,
) -> None:
    """An owner whose lease has ended may be suspended, and finish its attempt later."""
    progress: list[Any] = []
    settle = recovery.settle

    async def spy(read: Any, call: Any, renew: Any, **options: Any) -> Any:
        progress.append(call)
        return await settle(read, attrs.evolve(call, not_before=0.0), renew, **options)

    move_clock(monkeypatch, ahead)
    monkeypatch.setattr(recovery, "settle", spy)
    monkeypatch.setattr(recovery.time, "monotonic", lambda: 1000.0)
    await recover(await left(store, S.SENT, attempt_timeout=7.0), confirm(HELD), options)

    assert [1007.0] == [call.not_before for call in progress]
    assert not progress[0].may_repeat


# Orders


@clocks
@pytest.mark.parametrize(
    ("age", "state"),
    [
        pytest.param(timedelta(hours=1), S.UNKNOWN, id="an hour old"),
        pytest.param(timedelta(hours=48, minutes=30), S.UNKNOWN, id="within the margin"),
        pytest.param(
            timedelta(hours=49, minutes=1), S.ABSENT, id="expired, with an hour's margin"
        ),
    ],
)
async def test_an_effect_that_expires_is_gone_at_last(
    store: MemoryStore,
    options: BillingOptions,
    monkeypatch: pytest.MonkeyPatch,
    ahead: timedelta,
    age: timedelta,
    state: OperationState,
) -> None:
    """No read shows a lost order, but orders that were not submitted expire."""
    move_clock(monkeypatch, ahead)
    entry = await left(store, S.UNKNOWN, claims=Claims.CHANGES)
    sent_at = datetime.now(UTC) + ahead - age
    store._entries["op"] = attrs.evolve(entry, sent_at=sent_at)

    recovered = await recover(entry, None, options, timedelta(hours=48))

    assert recovered is not None
    assert state is recovered.entry.state
    expected = sent_at + timedelta(hours=48) if state is S.UNKNOWN else None
    assert expected == recovered.expires_at


# Reconciliation by the process that made the call


async def no_read(_: str) -> None:
    raise AssertionError


def unresolved(**changes: Any) -> Unresolved:
    values: dict[str, Any] = {
        "op_id": "op",
        "method": "POST",
        "path": "/it",
        "phone_number": NUMBER,
        "first_sent_at": datetime(2026, 3, 14, tzinfo=UTC),
        "reason": "lost",
    }
    return Unresolved(**values | changes)


def test_a_result_is_not_what_tells_calls_apart() -> None:
    """The ID of the operation does, and a list of calls shows no whole numbers and orders."""
    assert unresolved() == unresolved(result=RENTED) != unresolved(op_id="other")
    assert "result" not in repr(unresolved(result=RENTED))


@pytest.mark.parametrize(("shown", "result"), [(HELD, RENTED), (ABSENT, None)])
async def test_a_known_outcome_is_no_longer_unresolved(
    store: MemoryStore, options: BillingOptions, shown: Evidence, result: Any
) -> None:
    """The result is returned, or ``None`` if the call had no effect."""
    await left(store, S.UNKNOWN)
    register = Register()
    register.add(unresolved(), no_read)

    assert result is await reconcile("op", confirm(shown), options, register)
    assert () == register.all()


async def test_an_unknown_outcome_stays_unresolved(
    store: MemoryStore, options: BillingOptions
) -> None:
    """The error names the call again, with the candidates."""
    await left(store, S.UNKNOWN, **SHARED)
    register = Register()
    register.add(unresolved(), no_read)

    with pytest.raises(OutcomeUnknownError) as caught:
        await reconcile("op", confirm(HELD), options, register)

    assert ("op", NUMBER, (RENTED,)) == (
        caught.value.op_id,
        caught.value.phone_number,
        caught.value.candidates,
    )
    assert 1 == len(register.all())


async def test_a_result_whose_delivery_failed_needs_no_read(
    store: MemoryStore, options: BillingOptions
) -> None:
    """The caller was interrupted after the response."""
    register = Register()
    register.add(unresolved(applied=True, result=RENTED), no_read)

    assert RENTED is await reconcile("op", unreadable, options, register)
    assert () == register.all()


@pytest.mark.parametrize(
    ("state", "result"), [(S.APPLIED, RENTED), (S.ABSENT, None), (S.DISMISSED, None)]
)
async def test_an_outcome_that_was_found_elsewhere_is_taken_from_the_journal(
    store: MemoryStore, options: BillingOptions, state: OperationState, result: Any
) -> None:
    """By another process, or a person."""
    entry = await left(store, S.UNKNOWN)
    if state is S.DISMISSED:
        await store.dismiss("op", "by a person")
    else:
        await store.finish(entry, state)
    register = Register()
    register.add(unresolved(), no_read)

    assert result is await reconcile("op", confirm(HELD), options, register)
    assert () == register.all()


async def test_an_outcome_that_is_found_elsewhere_meanwhile_is_taken_from_the_journal(
    options: BillingOptions,
) -> None:
    """Another process settles the entry after this one read it as open."""

    class Settled(MemoryStore):
        async def take_over(self, entry: JournalEntry, lease: float) -> JournalEntry | None:
            await self.finish(entry, S.APPLIED)
            return None

    store = Settled()
    await left(store, S.UNKNOWN)
    register = Register()
    register.add(unresolved(), no_read)

    options = attrs.evolve(options, store=store)
    assert RENTED is await reconcile("op", confirm(HELD), options, register)
    assert () == register.all()


async def test_a_result_that_an_interrupt_discards_is_unresolved_again(
    store: MemoryStore, options: BillingOptions
) -> None:
    """Until the caller has it, the delivery holds what reads found."""
    await left(store, S.UNKNOWN)
    register = Register()
    register.add(unresolved(), no_read)
    token = current_delivery.set(delivery := Delivery())
    try:
        assert RENTED is await reconcile("op", confirm(HELD), options, register)
    finally:
        current_delivery.reset(token)

    assert [("op", True, RENTED)] == [
        (one.op_id, one.applied, one.result) for one in delivery.applied
    ]


async def test_a_call_that_the_journal_does_not_have(options: BillingOptions) -> None:
    """Its ID is an invalid argument."""
    with pytest.raises(InvalidArgumentError):
        await reconcile("op", confirm(HELD), options, Register())


# A whole client


def client_at(sandbox: Sandbox, store: MemoryStore) -> NumbersClient:
    return NumbersClient(
        "sandbox",
        "sandbox",
        "sandbox",
        numbers_url=sandbox.url,
        imported_numbers_url=sandbox.imported_url,
        auth_url=sandbox.auth_url,
        settle_timeout=0.1,
        backoff=Backoff(first=0.001, throttled=0.001, longest=0.01),
        store=store,
    )


def summary(recovered: tuple[Recovered, ...]) -> dict[str, str]:
    return {one.entry.id: one.entry.state for one in recovered}


@pytest.mark.sandbox
async def test_a_client_recovers_the_calls_of_a_dead_process(sandbox: Sandbox) -> None:
    """Each entry is resolved by its own operation, and no POST is sent."""
    store, project = MemoryStore(), sandbox.project()
    rented, free, theirs = (project.add_available().phone_number for _ in range(3))
    project.rent(rented, Change(sms=SmsLink(service_plan_id="plan")))
    project.rent(theirs, Change(sms=SmsLink(service_plan_id="theirs")))
    request = {"smsConfiguration": {"servicePlanId": "plan"}}
    here = {"origin": sandbox.url, "project_id": "sandbox", "settle_timeout": 0.1}
    for op_id, number in (("rented", rented), ("free", free), ("theirs", theirs)):
        await left(
            store, S.SENT, id=op_id, subject=number, segments=(number,), request=request, **here
        )
    await left(store, S.CLAIMED, id="unsent", subject="+12025550100", **here)
    await left(store, S.SENT, id="running", subject="+12025550101", lease=60.0, **here)
    await left(store, S.SENT, id="elsewhere", subject=rented, **{**here, "project_id": "q"})
    await left(
        store, S.UNKNOWN, id="order", operation="createNumberOrder", subject=None,
        claims=Claims.CHANGES, **here,
    )  # fmt: skip
    await left(
        store, S.UNKNOWN, id="new", operation="operationOfALaterRelease", subject="x", **here
    )

    async with client_at(sandbox, store) as client:
        first = await client.recover()
        again = await client.recover()

    assert {
        "rented": S.APPLIED,
        "free": S.ABSENT,
        "theirs": S.ABSENT,
        "unsent": S.ABSENT,
        "order": S.UNKNOWN,
        "new": S.UNKNOWN,
    } == summary(first)
    assert {"order": S.UNKNOWN, "new": S.UNKNOWN} == summary(again)
    assert {rented} == {*await store.owned(sandbox.url, "sandbox")}
    (order,) = [one for one in first if one.entry.id == "order"]
    assert order.expires_at is not None
    assert not [call for call in sandbox.calls if "oauth2" not in call and "GET" not in call]


@pytest.mark.sandbox
async def test_two_clients_recover_at_once(sandbox: Sandbox) -> None:
    """Each entry is reported by one of them."""
    store, project = MemoryStore(), sandbox.project()
    here = {"origin": sandbox.url, "project_id": "sandbox", "settle_timeout": 0.1}
    numbers = [project.add_available().phone_number for _ in range(6)]
    for number in numbers:
        project.rent(number, Change())
        await left(store, S.SENT, id=number, subject=number, segments=(number,), **here)

    async with client_at(sandbox, store) as one, client_at(sandbox, store) as other:
        found = await asyncio.gather(one.recover(), other.recover())

    ids = [recovered.entry.id for half in found for recovered in half]
    assert sorted(numbers) == sorted(ids)
    assert {S.APPLIED} == {recovered.entry.state for half in found for recovered in half}


class Damaged(MemoryStore):
    """A store with one entry that it cannot take over."""

    async def take_over(self, entry: JournalEntry, lease: float) -> JournalEntry | None:
        if entry.id == "damaged":
            raise StoreError("the row is damaged")
        return await super().take_over(entry, lease)


@pytest.mark.sandbox
async def test_an_entry_that_fails_does_not_end_the_recovery_of_others(sandbox: Sandbox) -> None:
    """They are closed first, then the `StoreError` is raised, as it is."""
    store, project = Damaged(), sandbox.project()
    here = {"origin": sandbox.url, "project_id": "sandbox", "settle_timeout": 0.1}
    for op_id in ("rented", "damaged", "free"):
        number = project.add_available().phone_number
        if op_id == "rented":
            project.rent(number, Change())
        await left(store, S.SENT, id=op_id, subject=number, segments=(number,), **here)

    async with client_at(sandbox, store) as client:
        with pytest.raises(StoreError, match="the row is damaged"):
            await client.recover()

    assert [S.ABSENT, S.SENT, S.APPLIED] == [one.state for one in await store.entries()]


@pytest.mark.sandbox
async def test_a_fault_of_the_store_costs_no_other_entry(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are recovered before the error is raised."""
    store, project = MemoryStore(), sandbox.project()
    here = {"origin": sandbox.url, "project_id": "sandbox", "settle_timeout": 0.1}
    numbers = [project.add_available().phone_number for _ in range(4)]
    for number in numbers:
        project.rent(number, Change())
        await left(store, S.SENT, id=number, subject=number, segments=(number,), **here)
    take_over = store.take_over

    async def failing(entry: JournalEntry, lease: float) -> JournalEntry | None:
        if entry.id == numbers[1]:
            raise StoreError("locked")
        return await take_over(entry, lease)

    monkeypatch.setattr(store, "take_over", failing)
    async with client_at(sandbox, store) as client:
        with pytest.raises(StoreError, match="locked"):
            await client.recover()
        (left_open,) = await client.operations()

    assert numbers[1] == left_open.id


@pytest.mark.sandbox
async def test_a_person_dismisses_an_entry(sandbox: Sandbox) -> None:
    """The reason is kept, the number is free, and the entry cannot be dismissed twice."""
    store = MemoryStore()
    number = sandbox.project().add_available().phone_number
    await left(store, S.UNKNOWN, origin=sandbox.url, project_id="sandbox", subject=number)

    async with client_at(sandbox, store) as client:
        entry = await client.dismiss("op", "not in the invoice")
        with pytest.raises(InvalidArgumentError):
            await client.dismiss("op", "again")
        rented = await client.available_numbers.rent(
            number, sms_configuration=SmsConfiguration("plan")
        )

    assert (S.DISMISSED, "not in the invoice") == (entry.state, entry.reason)
    assert number == rented.phone_number


def test_operations_are_found_by_their_ids() -> None:
    """Those of both hosts; a subclass of the client finds them, too."""

    class Client(NumbersClient):
        pass

    for client in (NumbersClient("p", "k", "s"), Client("p", "k", "s")):
        for operation_id, readable in {
            "rentNumber": True,
            "importNumber": True,
            "createNumberOrder": False,
        }.items():
            operation, read = find(client, operation_id)
            assert operation is not None
            assert (operation_id, readable) == (operation.id, read is not None)
        assert (None, None) == find(client, "unknown")


@pytest.mark.sandbox
async def test_numbers_that_the_service_picked_are_told_apart_by_what_was_requested(
    sandbox: Sandbox,
) -> None:
    """Two calls with the same request share two numbers; others get none of them."""
    store, project = MemoryStore(), sandbox.project()
    rented = {project.add_available().phone_number for _ in range(2)}
    here = {
        "origin": sandbox.url, "project_id": "sandbox", "settle_timeout": 0.1, "subject": None,
        "operation": "rentAnyNumber", "claims": Claims.PICKS, "absent_before": False,
        "sent_after": datetime.now(UTC),
    }  # fmt: skip
    wanted = {"regionCode": "US", "type": "LOCAL"}
    for op_id, request in (
        ("one", wanted),
        ("two", wanted),
        ("other", wanted | {"capabilities": ["VOICE"]}),
        ("another", wanted | {"capabilities": ["SMS"]}),
    ):
        await left(store, S.UNKNOWN, id=op_id, request=request, **here)
    for number in rented:
        project.rent(number, Change())

    async with client_at(sandbox, store) as client:
        recovered = await client.recover()

    applied = {one.entry.id: one.result.phone_number for one in recovered if one.result}
    assert {"one", "two"} <= applied.keys()
    assert {applied["one"], applied["two"]} <= rented
