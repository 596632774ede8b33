"""The journal in memory: shared in a process, bounded, and emptied in a forked child."""

import asyncio

import pytest

from sinch_numbers import AlreadyOwnedError, NumbersClient
from sinch_numbers._core.billing import memory
from sinch_numbers._core.billing.journal import Claims, Holder, JournalEntry, OperationState
from sinch_numbers._core.billing.memory import SHARED, MemoryStore
from sinch_numbers.sandbox import Sandbox

pytestmark = pytest.mark.anyio

NUMBER = "+12025550134"
ORIGIN = "https://numbers.example.com"


def rent(op_id: str, number: str = NUMBER) -> JournalEntry:
    return JournalEntry(
        id=op_id,
        operation="rentNumber",
        origin=ORIGIN,
        project_id="p",
        subject=number,
        claims=Claims.ACQUIRES,
    )


async def claimed(store: MemoryStore, entry: JournalEntry) -> JournalEntry:
    stored = await store.claim(entry, 60.0)
    assert isinstance(stored, JournalEntry)
    return stored


async def test_old_finished_entries_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that rents for months keeps what is open and owned, and the latest ends."""
    monkeypatch.setattr(memory, "_FINISHED_KEPT", 3)
    store = MemoryStore()
    still_open = await claimed(store, rent("open"))
    for n in range(10):
        entry = await claimed(store, rent(str(n), f"+1202555010{n}"))
        await store.finish(entry, OperationState.APPLIED, owns=entry.subject)

    kept = [entry.id for entry in await store.entries()]

    assert ["9", "8", "7", "open"] == kept
    assert 10 == len(await store.owned(ORIGIN, "p"))
    assert still_open == await store.get("open")


async def test_a_forked_child_starts_without_the_calls_of_its_parent() -> None:
    """They do not run in the child, but the numbers that the parent rented stay owned."""
    store = MemoryStore()
    owner = await claimed(store, rent("owner", "+12025550199"))
    await store.finish(owner, OperationState.APPLIED, owns=owner.subject)
    await claimed(store, rent("open"))
    store._lock.acquire()  # as a thread of the parent may hold it at the fork

    store.reset_after_fork()

    assert () == await store.entries()
    assert isinstance(await store.claim(rent("new"), 60.0), JournalEntry)
    again = await store.claim(rent("again", "+12025550199"), 60.0)
    assert Holder(entry_id="owner", owned=True) == again


@pytest.mark.sandbox
async def test_clients_of_a_process_share_a_journal(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """A number that one of them rented is not taken by another for its own."""
    (hit,) = await client.available_numbers.search(region_code="US", type="LOCAL", size=1)
    async with NumbersClient(
        "sandbox",
        "sandbox",
        "sandbox",
        numbers_url=sandbox.url,
        auth_url=sandbox.auth_url,
        settle_timeout=0.1,
    ) as other:
        ends = await asyncio.gather(
            client.available_numbers.rent(hit.phone_number),
            other.available_numbers.rent(hit.phone_number),
            return_exceptions=True,
        )

    assert [AlreadyOwnedError] == [type(end) for end in ends if isinstance(end, Exception)]
    assert 1 == len(sandbox.ledger)
    assert {hit.phone_number} == {*await SHARED.owned(sandbox.url, "sandbox")}
