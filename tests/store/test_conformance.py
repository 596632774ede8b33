"""All stores follow the rules of `OperationStore`."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest
from journal_entries import LEASE, NUMBER, ORIGIN, PROJECT, new_entry

from sinch_numbers._core.billing.journal import (
    OPEN_STATES,
    Claims,
    Holder,
    JournalEntry,
    OperationState,
    OperationStore,
)
from sinch_numbers.errors import StoreError

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize(
        "make_store",
        [
            "memory",
            "sqlite",
            pytest.param("postgres", marks=[pytest.mark.slow, pytest.mark.postgres]),
        ],
        indirect=True,
    ),
]

OTHER = "+12025550199"
ALL_CLAIMS = list(Claims)


async def claimed(
    store: OperationStore, entry: JournalEntry, lease: float = LEASE
) -> JournalEntry:
    kept = await store.claim(entry, lease)
    assert isinstance(kept, JournalEntry), kept
    return kept


async def own(store: OperationStore, subject: str = NUMBER) -> JournalEntry:
    entry = await claimed(store, new_entry(subject))
    return await store.finish(entry, OperationState.APPLIED, owns=subject)


async def holder(store: OperationStore, subject: str = NUMBER) -> Holder | None:
    return await store.holder(ORIGIN, PROJECT, subject)


async def test_a_claim_is_stored_with_its_times(store: OperationStore) -> None:
    """A claimed entry has the time of the claim, the end of its lease, and epoch 0."""
    entry = new_entry()

    kept = await claimed(store, entry)

    assert (OperationState.CLAIMED, 0, None) == (kept.state, kept.epoch, kept.sent_at)
    assert UTC.utcoffset(None) == kept.created_at.utcoffset()
    lease = (kept.lease_until - kept.created_at).total_seconds()
    assert LEASE == pytest.approx(lease, abs=1)
    assert kept == await store.get(entry.id)


async def test_an_id_is_used_once(store: OperationStore) -> None:
    """A second entry with the ID of another one is rejected, and changes nothing."""
    entry = await claimed(store, new_entry())

    for claims in ALL_CLAIMS:
        with pytest.raises(StoreError, match=r"exists already|UNIQUE|duplicate key"):
            await store.claim(new_entry(OTHER, claims, id=entry.id), LEASE)

    assert entry == await store.get(entry.id)
    assert await holder(store, OTHER) is None


async def test_an_entry_is_kept_whole(store: OperationStore) -> None:
    """All fields that the caller sets are returned as they were given."""
    entry = new_entry(
        claims=Claims.ENDS,
        segments=("a/b", "ü"),
        request={"text": 'ü\u2028"\0', "list": [1, 2.5, None, {"deep": True}], "empty": {}},
        tag="tag",
        exclusive=True,
        absent_before=True,
        sent_after=datetime(2026, 1, 1, 12, 0, 0, 250, tzinfo=UTC),
        settle_timeout=12.5,
        attempt_timeout=7.25,
        reason="why",
        result={"price": "1"},
    )
    default = new_entry(None)
    by_store = ("created_at", "sent_at", "finished_at", "lease_until", "owner", "state", "epoch")

    kept = await claimed(store, entry)

    for field in attrs.fields(JournalEntry):
        if field.name not in by_store:
            given = getattr(entry, field.name)
            assert given == getattr(kept, field.name), field.name
            same = ("operation", "origin", "project_id")
            assert field.name in same or given != getattr(default, field.name), field.name


@pytest.mark.parametrize("second", ALL_CLAIMS)
@pytest.mark.parametrize("first", ALL_CLAIMS)
async def test_a_claimed_subject_is_held(
    store: OperationStore, first: Claims, second: Claims
) -> None:
    """An entry of any kind excludes all others while it claims the subject."""
    entry = await claimed(store, new_entry(claims=first))
    late = new_entry(claims=second)

    assert Holder(entry_id=entry.id, owned=False) == await store.claim(late, LEASE)
    assert await store.get(late.id) is None


@pytest.mark.parametrize("claims", ALL_CLAIMS)
async def test_an_owned_subject_can_be_changed_but_not_acquired(
    store: OperationStore, claims: Claims
) -> None:
    """Ownership excludes entries that acquire the subject, and only those."""
    owner = await own(store)

    answer = await store.claim(new_entry(claims=claims), LEASE)

    if claims is Claims.ACQUIRES:
        assert Holder(entry_id=owner.id, owned=True) == answer
    else:
        assert isinstance(answer, JournalEntry)
        assert Holder(entry_id=answer.id, owned=False) == await holder(store)


@pytest.mark.parametrize("changed", ["origin", "project_id", "subject"])
async def test_a_claim_holds_one_subject(store: OperationStore, changed: str) -> None:
    """The same subject of another origin or project, and another subject, are free."""
    await claimed(store, new_entry())

    assert isinstance(await store.claim(new_entry(**{changed: OTHER}), LEASE), JournalEntry)


async def test_entries_without_a_subject_claim_nothing(store: OperationStore) -> None:
    """Any number of entries without a subject are in progress at once."""
    first = await claimed(store, new_entry(None))
    second = await claimed(store, new_entry(None))

    assert [second.id, first.id] == [one.id for one in await store.entries()]


@pytest.mark.parametrize(
    ("state", "is_held"),
    [
        (OperationState.CLAIMED, True),
        (OperationState.UNKNOWN, True),
        (OperationState.ABSENT, False),
        (OperationState.APPLIED, False),
    ],
)
@pytest.mark.parametrize("claims", ALL_CLAIMS)
async def test_outcomes_release_the_claim(
    store: OperationStore, claims: Claims, state: OperationState, is_held: bool
) -> None:
    """
    A known outcome releases the claim; an unknown one, and one taken back, keeps it.

    If the service picks the subject, an unknown outcome does not block the next call.
    """
    if claims is Claims.PICKS and state is OperationState.UNKNOWN:
        is_held = False
    entry = await claimed(store, new_entry(claims=claims))

    done = await store.finish(entry, state, reason="why", result={"price": "1"})

    assert (state, "why", {"price": "1"}) == (done.state, done.reason, done.result)
    assert done.finished_at >= done.created_at
    assert is_held == (await holder(store) is not None)
    assert is_held == isinstance(await store.claim(new_entry(), LEASE), Holder)


async def test_success_owns_the_named_subject(store: OperationStore) -> None:
    """The subject that a call got is owned, also if the call claimed another one."""
    entry = await claimed(store, new_entry("rent_any"))

    await store.finish(entry, OperationState.APPLIED, owns=NUMBER)

    assert {NUMBER: entry.id} == dict(await store.owned(ORIGIN, PROJECT))
    assert Holder(entry_id=entry.id, owned=True) == await holder(store)
    assert await holder(store, "rent_any") is None


async def test_the_first_owner_stays(store: OperationStore) -> None:
    """A second entry that reports the same subject does not replace its owner."""
    first = await own(store)
    second = await claimed(store, new_entry("rent_any"))

    await store.finish(second, OperationState.APPLIED, owns=NUMBER)

    assert {NUMBER: first.id} == dict(await store.owned(ORIGIN, PROJECT))


@pytest.mark.parametrize(
    ("claims", "state", "is_owned"),
    [
        (Claims.ENDS, OperationState.APPLIED, False),
        (Claims.ENDS, OperationState.ABSENT, True),
        (Claims.ENDS, OperationState.UNKNOWN, True),
        (Claims.CHANGES, OperationState.APPLIED, True),
        (Claims.CHANGES, OperationState.ABSENT, True),
    ],
)
async def test_a_release_ends_the_ownership(
    store: OperationStore, claims: Claims, state: OperationState, is_owned: bool
) -> None:
    """Only the success of an entry that ends the ownership ends it."""
    await own(store)
    entry = await claimed(store, new_entry(claims=claims))

    await store.finish(entry, state)

    assert is_owned == (NUMBER in await store.owned(ORIGIN, PROJECT))


async def test_an_ended_ownership_frees_the_subject(store: OperationStore) -> None:
    """After the end of the ownership, which may be reported twice, the subject can be acquired."""
    await own(store)
    await own(store, OTHER)

    for _ in range(2):
        await store.end_ownership(ORIGIN, PROJECT, NUMBER)

    assert {OTHER} == set(await store.owned(ORIGIN, PROJECT))
    assert isinstance(await store.claim(new_entry(), LEASE), JournalEntry)


async def test_the_end_of_an_ownership_keeps_a_claim(store: OperationStore) -> None:
    """An entry that claims the subject keeps its claim when the ownership ends."""
    await own(store)
    entry = await claimed(store, new_entry(claims=Claims.CHANGES))

    await store.end_ownership(ORIGIN, PROJECT, NUMBER)

    assert Holder(entry_id=entry.id, owned=False) == await holder(store)


async def test_sent_is_the_time_of_the_first_attempt(store: OperationStore) -> None:
    """Each attempt renews the lease; the first one sets the time."""
    entry = await claimed(store, new_entry(), 1)

    first = await store.mark_sent(entry, LEASE)
    absent = attrs.evolve(first, absent_before=True)
    second = await store.mark_sent(absent, 2 * LEASE)

    assert (OperationState.SENT, False) == (first.state, first.absent_before)
    assert first.created_at <= first.sent_at == second.sent_at
    assert second.absent_before
    assert entry.lease_until < first.lease_until < second.lease_until
    assert second == await store.get(entry.id)


async def test_the_first_time_of_the_service_stays(store: OperationStore) -> None:
    """Of the times by the service's clock, the first one that is known is kept."""
    entry = await claimed(store, new_entry())
    times = [
        None,
        datetime(2026, 1, 1, 12, 0, 0, 250, tzinfo=UTC),
        datetime(2027, 1, 1, tzinfo=UTC),
    ]

    for time in times:
        entry = await store.mark_sent(attrs.evolve(entry, sent_after=time), LEASE)

    assert times[1] == entry.sent_after
    assert entry == await store.get(entry.id)


async def test_sending_can_be_taken_back(store: OperationStore) -> None:
    """A request that was proven to not have been sent leaves no time, and may be sent later."""
    entry = await claimed(store, new_entry())
    sent = await store.mark_sent(entry, LEASE)

    back = await store.finish(sent, OperationState.CLAIMED)

    assert (OperationState.CLAIMED, None) == (back.state, back.sent_at)
    again = await store.mark_sent(back, LEASE)
    assert again.sent_at >= sent.sent_at


@pytest.mark.parametrize("how", ["missing", "taken over", "dismissed", "applied", "absent"])
async def test_an_entry_without_its_owner_is_not_sent(store: OperationStore, how: str) -> None:
    """`mark_sent` raises, and `renew` refuses, if the entry is missing, closed, or taken over."""
    entry = new_entry()
    if how != "missing":
        entry = await claimed(store, entry, 0)
    if how == "taken over":
        assert await store.take_over(entry, LEASE)
    elif how == "dismissed":
        assert await store.dismiss(entry.id, "by hand")
    elif how != "missing":
        await store.finish(entry, OperationState(how))
    before = await store.get(entry.id)

    with pytest.raises(StoreError, match=entry.id):
        await store.mark_sent(entry, LEASE)
    assert not await store.renew(entry, LEASE)
    assert before == await store.get(entry.id)


async def test_a_lease_can_be_renewed(store: OperationStore) -> None:
    """The owner moves the end of its lease; everything else stays."""
    entry = await claimed(store, new_entry(), 0)

    assert await store.renew(entry, LEASE)

    kept = await store.get(entry.id)
    assert entry.lease_until < kept.lease_until
    assert entry == attrs.evolve(kept, lease_until=entry.lease_until)


@pytest.mark.parametrize("state", sorted(OPEN_STATES))
@pytest.mark.parametrize("lease", [0, LEASE])
async def test_takeover_waits_for_the_lease(
    store: OperationStore, state: OperationState, lease: float
) -> None:
    """An entry of a call in progress is taken over after its lease, an unknown one at once."""
    entry = await claimed(store, new_entry(), lease)
    if state is OperationState.SENT:
        entry = await store.mark_sent(entry, lease)
    elif state is OperationState.UNKNOWN:
        entry = await store.finish(entry, state)

    taken = await store.take_over(entry, LEASE)

    if lease and state is not OperationState.UNKNOWN:
        assert taken is None
        assert entry == await store.get(entry.id)
    else:
        assert (1, state) == (taken.epoch, taken.state)
        assert taken.lease_until > entry.lease_until or lease == LEASE
        assert Holder(entry_id=entry.id, owned=False) == await holder(store)


@pytest.mark.parametrize("state", [OperationState.APPLIED, OperationState.ABSENT])
async def test_a_closed_entry_is_not_taken_over(
    store: OperationStore, state: OperationState
) -> None:
    """An entry whose outcome is known, and one that is missing, has no next owner."""
    entry = await claimed(store, new_entry(), 0)
    await store.finish(entry, state)

    assert await store.take_over(entry, LEASE) is None
    assert await store.take_over(new_entry(), LEASE) is None


async def test_a_takeover_needs_the_current_epoch(store: OperationStore) -> None:
    """Whoever knows an earlier epoch cannot take the entry over."""
    entry = await claimed(store, new_entry(), 0)
    assert await store.take_over(entry, 0)

    assert await store.take_over(entry, LEASE) is None


@pytest.mark.parametrize("attempt", ["claim", "take_over"])
async def test_one_of_many_wins(
    make_store: Callable[[], OperationStore], store: OperationStore, attempt: str
) -> None:
    """Of 50 tasks in five stores that claim a subject, or take over an entry, one succeeds."""
    stores = [make_store() for _ in range(5)]
    entry = await claimed(store, new_entry(OTHER), 0)

    async def compete(number: int) -> Any:
        one = stores[number % len(stores)]
        if attempt == "claim":
            return await one.claim(new_entry(), LEASE)
        return await one.take_over(entry, LEASE)

    answers = await asyncio.gather(*map(compete, range(50)))

    winners = [answer for answer in answers if isinstance(answer, JournalEntry)]
    assert 1 == len(winners)
    assert winners[0] == await store.get(winners[0].id)
    if attempt == "claim":
        losers = {answer for answer in answers if isinstance(answer, Holder)}
        assert {Holder(entry_id=winners[0].id, owned=False)} == losers
    for one in stores:
        await one.close()


@pytest.mark.parametrize("found", [OperationState.ABSENT, OperationState.UNKNOWN, None])
async def test_a_late_owner_reports_success(
    store: OperationStore, found: OperationState | None
) -> None:
    """After a takeover, the earlier owner's success is recorded as late, with its ownership."""
    entry = await claimed(store, new_entry(), 0)
    taken = await store.take_over(entry, LEASE)
    if found is not None:
        await store.finish(taken, found)

    late = await store.finish(
        entry, OperationState.APPLIED, result={"number": NUMBER}, owns=NUMBER
    )

    assert (OperationState.APPLIED_LATE, {"number": NUMBER}) == (late.state, late.result)
    assert late == await store.get(entry.id)
    assert {NUMBER: entry.id} == dict(await store.owned(ORIGIN, PROJECT))
    assert Holder(entry_id=entry.id, owned=True) == await holder(store)


async def test_a_late_owner_changes_no_success(store: OperationStore) -> None:
    """What the new owner has recorded as applied stays as it is."""
    entry = await claimed(store, new_entry(), 0)
    taken = await store.take_over(entry, LEASE)
    done = await store.finish(taken, OperationState.APPLIED, result={"by": "new"}, owns=NUMBER)

    assert done == await store.finish(entry, OperationState.APPLIED, result={"by": "old"})
    assert done == await store.get(entry.id)


@pytest.mark.parametrize(
    "state", [OperationState.ABSENT, OperationState.UNKNOWN, OperationState.CLAIMED]
)
@pytest.mark.parametrize("closed", [False, True], ids=["taken", "taken and closed"])
async def test_a_late_owner_changes_nothing_else(
    store: OperationStore, state: OperationState, closed: bool
) -> None:
    """Without success, the earlier owner's outcome is ignored."""
    entry = await claimed(store, new_entry(), 0)
    kept = await store.take_over(entry, LEASE)
    if closed:
        kept = await store.finish(kept, OperationState.ABSENT, reason="not found")

    assert kept == await store.finish(entry, state, reason="late")
    assert kept == await store.get(entry.id)


async def test_success_after_absence_leaves_the_next_claim(store: OperationStore) -> None:
    """A late success does not release the claim that another entry has on the subject by now."""
    entry = await claimed(store, new_entry())
    await store.finish(entry, OperationState.ABSENT)
    second = await claimed(store, new_entry())

    await store.finish(entry, OperationState.APPLIED, owns=NUMBER)

    assert Holder(entry_id=second.id, owned=False) == await holder(store)


async def test_the_outcome_of_a_lost_entry_is_recorded(store: OperationStore) -> None:
    """An outcome is stored even if the store has lost the entry."""
    entry = new_entry(request={"plan": "p"})

    done = await store.finish(entry, OperationState.APPLIED, owns=NUMBER)

    assert (OperationState.APPLIED, {"plan": "p"}) == (done.state, done.request)
    assert {NUMBER: entry.id} == dict(await store.owned(ORIGIN, PROJECT))


async def test_a_person_closes_an_entry(store: OperationStore) -> None:
    """A dismissed entry is closed, its claim is released, and its owner is superseded."""
    entry = await claimed(store, new_entry())
    await store.mark_sent(entry, LEASE)

    dismissed = await store.dismiss(entry.id, "checked by hand")

    assert (OperationState.DISMISSED, 1) == (dismissed.state, dismissed.epoch)
    assert "checked by hand" == dismissed.reason
    assert await holder(store) is None
    assert await store.dismiss(entry.id, "again") is None
    assert await store.dismiss("missing", "no such entry") is None
    late = await store.finish(entry, OperationState.APPLIED)
    assert OperationState.APPLIED_LATE == late.state


async def test_entries_are_filtered_newest_first(store: OperationStore) -> None:
    """`entries` returns the newest entries of an origin, a project, and some states."""
    first = await claimed(store, new_entry("a"))
    second = await store.finish(await claimed(store, new_entry("b")), OperationState.ABSENT)
    other = await claimed(store, new_entry("c", project_id="other"))
    away = await claimed(store, new_entry("d", origin="https://other"))

    async def ids(**conditions: Any) -> list[str]:
        return [one.id for one in await store.entries(**conditions)]

    assert [away.id, other.id, second.id, first.id] == await ids()
    assert [away.id, other.id] == await ids(limit=2)
    assert [] == await ids(limit=0)
    assert [second.id, first.id] == await ids(origin=ORIGIN, project_id=PROJECT)
    assert [away.id] == await ids(origin="https://other")
    assert [second.id] == await ids(states=[OperationState.ABSENT])
    assert [away.id, other.id, first.id] == await ids(states=tuple(OPEN_STATES))
    assert [] == await ids(project_id="missing")
    assert await store.get("missing") is None


async def test_a_closed_store_can_be_used_again(store: OperationStore) -> None:
    """After `close`, which may be called twice, entries are still there."""
    entry = await claimed(store, new_entry())

    await store.close()
    await store.close()

    assert entry == await store.get(entry.id)


async def test_a_reason_may_be_any_text(store: OperationStore) -> None:
    """A reason that is not valid UTF-8, or contains NUL, is stored in a readable form."""
    entry = await claimed(store, new_entry())

    done = await store.finish(entry, OperationState.UNKNOWN, reason="half \ud800 and \0 zero")

    assert done.reason.startswith("half ")
    assert done == await store.get(entry.id)


async def test_the_clock_of_the_store_is_used(store: OperationStore) -> None:
    """Times that the caller put into an entry are replaced by those of the store."""
    wrong = datetime(2001, 1, 1, tzinfo=UTC)
    before = datetime.now(UTC) - timedelta(minutes=1)

    kept = await claimed(store, new_entry(created_at=wrong, lease_until=wrong))

    assert before < kept.created_at < kept.lease_until
