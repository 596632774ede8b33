"""Durable events: accepted means committed, and handled in order by any of several receivers."""

import asyncio
import logging
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from doors import NUMBER, SECRET, body_of, signed

from sinch_numbers import InvalidArgumentError, StoreError
from sinch_numbers.models import Event
from sinch_numbers.store import PostgresStore, SQLiteStore
from sinch_numbers.webhooks import EventState, EventStore, Receiver, RequestCheck
from sinch_numbers.webhooks._core import Verified
from sinch_numbers.webhooks._event_store import DurableQueue
from sinch_numbers.webhooks._failures import Failure
from sinch_numbers.webhooks._queue import Delivery
from sinch_numbers.webhooks._transaction import StatementTransaction

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize(
        "where",
        ["sqlite", pytest.param("postgres", marks=[pytest.mark.slow, pytest.mark.postgres])],
        indirect=True,
    ),
]

ALL = tuple(EventState)
INSERT = "INSERT INTO effects (id, note) VALUES (:id, :note)"


@pytest.fixture
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the path or URL of an empty database."""
    if request.param == "sqlite":
        return str(tmp_path / "events.db")
    dsn: str = request.getfixturevalue("postgres_dsn")
    return dsn


@pytest.fixture
def sql(where: str) -> Callable[[str], list[Any]]:
    """Return a function that runs SQL in the database, apart from the package."""

    def run(statement: str) -> list[Any]:
        if "://" in where:
            import psycopg

            with psycopg.connect(where) as connection:
                cursor = connection.execute(statement.encode())
                return [] if cursor.description is None else cursor.fetchall()
        connection = sqlite3.connect(where, timeout=30)
        with connection:
            found = connection.execute(statement).fetchall()
        connection.close()
        return found

    return run


@pytest.fixture
async def store(where: str) -> AsyncIterator[EventStore]:
    store = EventStore(where)
    yield store
    await store.close()


@pytest.fixture
async def effects(store: EventStore, sql: Any) -> Callable[[], list[str]]:
    """Create the table of an application; return a function that reads it."""
    await store.events()
    sql("CREATE TABLE effects (id VARCHAR(40) PRIMARY KEY, note VARCHAR(200))")
    return lambda: [row[0] for row in sql("SELECT id FROM effects ORDER BY id")]


async def post(receiver: Receiver, number: int, **fields: Any) -> int:
    body = body_of(number, **fields)
    return (await receiver.receive(body, signed(body))).status


def verified(number: int, **fields: Any) -> Verified:
    body = body_of(number, **fields)
    found = RequestCheck(SECRET).check(body, signed(body))
    assert isinstance(found, Verified)
    return found


async def until(store: EventStore, *states: str) -> dict[str, str]:
    """Wait until all events are in *states*; return the state of each."""
    while True:
        found = {one.event_id: str(one.state) for one in await store.events(states=ALL)}
        if set(found.values()) <= set(states):
            return found
        await asyncio.sleep(0.005)


async def ignore(event: Event) -> None:
    pass


async def test_accepted_means_committed(store: EventStore, where: str) -> None:
    """An event that was answered 200 is in the database, and a later receiver handles it."""
    hanging = asyncio.Event()

    async def hang(event: Event) -> None:
        hanging.set()
        await asyncio.Event().wait()

    first = Receiver(hang, SECRET, store=store, shutdown_timeout=0.01, concurrency=1)
    assert [200, 200] == [await post(first, number) for number in (1, 2)]
    await hanging.wait()
    other = EventStore(where)
    found = {one.event_id: str(one.state) for one in await other.events()}
    assert {"event-1": "running", "event-2": "ready"} == found
    assert () == await first.close()

    # What was given back is neither lost nor a failed attempt.
    assert [0, 0] == [one.attempts for one in await other.events()]
    handled: list[str | None] = []
    async with Receiver(lambda event: handled.append(event.event_id), SECRET, store=where):
        assert {"event-1": "handled", "event-2": "handled"} == await until(other, "handled")
    await other.close()

    assert ["event-1", "event-2"] == sorted(map(str, handled))


async def test_a_store_that_cannot_be_used_accepts_nothing(
    where: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The webhook is answered 503, so that the service sends it again."""
    caplog.set_level(logging.CRITICAL, "sinch_numbers")
    broken = str(tmp_path / "none") if "://" not in where else where.replace("test_", "no_test_")
    if "://" not in where:
        Path(broken).mkdir()
    async with Receiver(ignore, SECRET, store=broken) as receiver:
        assert 503 == await post(receiver, 1)

    assert (0, 1) == (receiver.counts.accepted, receiver.counts.turned_away)


async def test_duplicates_are_recognized_after_a_restart(store: EventStore) -> None:
    """An event with the ID of a stored one is not handled again."""
    handled: list[str | None] = []
    for _ in range(2):
        async with Receiver(
            lambda event: handled.append(event.event_id), SECRET, store=store
        ) as receiver:
            assert [200] * 3 == [await post(receiver, number) for number in (1, 2, 1)]
            await until(store, "handled")

    assert ["event-1", "event-2"] == sorted(handled)
    assert (0, 3) == (receiver.counts.accepted, receiver.counts.duplicates)


async def test_statements_take_effect_with_the_event(
    store: EventStore, effects: Any, sql: Any
) -> None:
    """What a handler adds happens once, in the transaction that marks its event as handled."""
    calls: list[str] = []

    def handle(event: Event) -> None:  # a plain function: in a thread
        calls.append(str(event.event_id))
        note = "50 % of {this} isn't :that"
        event.transaction.add(INSERT, {"id": event.event_id, "note": note}, changes=1)
        event.transaction.add(
            "UPDATE effects SET note = note || '{:x} %' WHERE id = :id", {"id": event.event_id}
        )
        if len(calls) < 3:
            raise RuntimeError("fails after it has added its statements")

    async with Receiver(handle, SECRET, store=store, initial_delay=0.001) as receiver:
        assert 200 == await post(receiver, 1)
        await until(store, "handled")

    assert ["event-1"] * 3 == calls
    assert ["event-1"] == effects()
    assert [("50 % of {this} isn't :that{:x} %",)] == sql("SELECT note FROM effects")


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("INSERT INTO missing (id) VALUES (:id)", "missing"),
        ("INSERT INTO effects (id) VALUES ('taken')", "effects|unique"),
        ("UPDATE effects SET note = 'x' WHERE id = 'none'", "changed 0 rows, 1 were expected"),
        ("INSERT INTO effects (id) VALUES (:absent)", "absent|binding"),
        ("SELECT 1; COMMIT", "not several"),
    ],
)
async def test_a_statement_that_fails_is_a_failed_attempt(
    store: EventStore, effects: Any, sql: Any, statement: str, reason: str
) -> None:
    """All statements of the call are rolled back, and the dead letter names the reason."""
    sql("INSERT INTO effects (id) VALUES ('taken')")

    async def handle(event: Event) -> None:
        event.transaction.add(INSERT, {"id": event.event_id, "note": ""})
        event.transaction.add(statement, {"id": "x"}, changes=1)

    async with Receiver(handle, SECRET, store=store, attempts=1) as receiver:
        assert 200 == await post(receiver, 1)
        await until(store, "dead")

    assert ["taken"] == effects()
    (dead,) = await store.events()
    assert ("sinch_numbers.errors", 1) == (dead.error_type.rpartition(".")[0], dead.attempts)
    assert any(part in dead.error.lower() for part in reason.split("|")), dead.error


async def test_what_cannot_be_part_of_a_transaction(where: str) -> None:
    """Statements that begin or end one, or are none, are rejected by name, unquoted."""
    transaction = StatementTransaction()
    several = ("SELECT 1; COMMIT", "SELECT ';'; -- ;\n rollback", "SELECT $$;$$;;select 2;")
    for statement in several:
        with pytest.raises(InvalidArgumentError, match="not several"):
            transaction.add(statement)
    for statement in ("COMMIT", "begin", " -- x\n ROLLBACK", "PRAGMA user_version", "", None, 5):
        with pytest.raises(InvalidArgumentError, match="statement: expected one SQL statement"):
            transaction.add(statement)  # type: ignore[arg-type]  # tested
    for parameters in ([1], {1: 2}, "x"):
        with pytest.raises(InvalidArgumentError, match="parameters: expected a mapping"):
            transaction.add("SELECT 1", parameters)  # type: ignore[arg-type]  # tested
    for changes in (-1, True, "1"):
        with pytest.raises(InvalidArgumentError, match="changes: expected a number of rows"):
            transaction.add("SELECT 1", changes=changes)  # type: ignore[arg-type]  # tested
    for statement in ("/* a */ (select 1)", "with x as (select ';') select * from x;", "Merge x"):
        transaction.add(statement)
    assert 3 == len(transaction.end())


async def test_a_transaction_ends_with_its_handler(store: EventStore, effects: Any) -> None:
    """A thread that was left behind adds nothing to the next attempt."""
    late: list[str] = []
    go_on = threading.Event()
    calls: list[Event] = []

    def handle(event: Event) -> None:
        calls.append(event)
        if len(calls) == 1:
            go_on.wait(30)
            try:
                event.transaction.add(INSERT, {"id": "late", "note": ""})
            except StoreError as error:
                late.append(str(error))

    async with Receiver(
        handle, SECRET, store=store, handler_timeout=0.05, initial_delay=0.001
    ) as receiver:
        assert 200 == await post(receiver, 1)
        await until(store, "handled")
    go_on.set()
    while not late:
        await asyncio.sleep(0.001)

    assert ["event.transaction has ended: the handler has returned or timed out"] == late
    assert [] == effects()


async def test_events_about_a_number_are_handled_in_order(where: str) -> None:
    """One at a time, in the order of arrival, although several receivers share the store."""
    running: dict[str, int] = {}
    seen: dict[str, list[int]] = {}

    async def handle(event: Event) -> None:
        number = str(event.resource_id)
        running[number] = running.get(number, 0) + 1
        assert 1 == running[number]
        await asyncio.sleep(0.001)
        seen.setdefault(number, []).append(int(str(event.event_id).partition("-")[2]))
        running[number] -= 1

    stores = [EventStore(where) for _ in range(3)]
    receivers = [Receiver(handle, SECRET, store=one, concurrency=4) for one in stores]
    for number in range(60):
        fields = {"resourceId": f"+120255500{number % 5:02}"}
        assert 200 == await post(receivers[number % 3], number, **fields)
    await until(stores[0], "handled")
    for receiver, one in zip(receivers, stores, strict=True):
        await receiver.close()
        await one.close()

    assert {f"+120255500{n:02}": list(range(n, 60, 5)) for n in range(5)} == seen


async def test_old_news_is_stale_in_every_receiver(store: EventStore) -> None:
    """An event older than a handled one of the same topic goes to ``on_stale``."""
    handled: list[str | None] = []
    stale: list[str | None] = []
    for number in (20, 10, 30):  # the number is also the time
        async with Receiver(
            lambda event: handled.append(event.event_id),
            SECRET,
            store=store,
            on_stale=lambda event: stale.append(event.event_id),
        ) as receiver:
            assert 200 == await post(receiver, number, resourceId=NUMBER)
            await until(store, "handled")

    assert (["event-20", "event-30"], ["event-10"]) == (handled, stale)


async def test_a_failing_event_blocks_its_number_only(store: EventStore) -> None:
    """Later events about the number wait; after the last attempt they are handled."""
    handled: list[str | None] = []
    fails = asyncio.Event()

    async def handle(event: Event) -> None:
        if event.event_id == "event-0":
            fails.set()
            raise asyncio.CancelledError
        handled.append(event.event_id)

    async with Receiver(
        handle, SECRET, store=store, attempts=2, initial_delay=0.3, concurrency=2
    ) as receiver:
        assert 200 == await post(receiver, 0, resourceId=NUMBER)
        await fails.wait()
        assert 200 == await post(receiver, 1, resourceId=NUMBER)
        for number in range(2, 8):
            assert 200 == await post(receiver, number)
        assert "dead" == (await until(store, "handled", "dead"))["event-0"]

    assert "event-1" == handled[-1]
    assert {f"event-{number}" for number in range(1, 8)} == set(handled)


async def test_dead_letters(store: EventStore) -> None:
    """They have the last error without secrets, are handled again on request, or dropped."""
    fails = [True]
    dropped: list[str | None] = []

    async def handle(event: Event) -> None:
        if fails:
            raise LookupError(f"{SECRET} postgresql://user:swordfish@host/db\nBearer abc.def")

    options = {"attempts": 2, "initial_delay": 0.001, "store": store}
    async with Receiver(
        handle, SECRET, **options, on_dropped=lambda event: dropped.append(event.event_id)
    ) as receiver:
        for number in range(3):
            assert 200 == await post(receiver, number)
        await until(store, "dead")
        # Known, and kept: not accepted again.
        assert 200 == await post(receiver, 0)
    assert await store.events(states="dead", limit=10**30)
    dead = await store.events(states="dead", limit=2)
    assert [("event-0", 2), ("event-1", 2)] == [(one.event_id, one.attempts) for one in dead]
    error = r"*** postgresql://user:***@host/db\nBearer ***"
    assert {("LookupError", error)} == {(one.error_type, one.error) for one in dead}
    assert SECRET not in repr(dead)
    assert ["event-0", "event-1", "event-2"] == sorted(map(str, dropped))

    assert [True, True] == [await store.retry("event-0"), await store.drop("event-1")]
    assert [False, False] == [await store.retry("event-1"), await store.drop("event-1")]
    assert [False, False] == [await store.retry("none"), await store.drop("none")]
    fails.clear()
    async with Receiver(handle, SECRET, **options) as receiver:
        found = await until(store, "handled", "dead", "dropped")

    assert {"event-0": "handled", "event-1": "dropped", "event-2": "dead"} == found
    assert ["", ""] == [one.body for one in await store.events(states=["handled", "dropped"])]
    with pytest.raises(
        InvalidArgumentError,
        match="dead, handled or dropped, got 'lost'",
    ):
        await store.events(states=["lost"])


async def test_a_delayed_retry_can_be_hurried(where: str) -> None:
    """A person need not wait for the next attempt."""
    calls: list[Event] = []
    store = EventStore(where, lease=0.3)  # looks for events three times in a lease

    async def handle(event: Event) -> None:
        calls.append(event)
        if len(calls) == 1:
            raise ValueError

    async with Receiver(handle, SECRET, store=store, initial_delay=3600) as receiver:
        assert 200 == await post(receiver, 1)
        while not [one for one in await store.events() if one.attempts]:
            await asyncio.sleep(0.005)
        assert await store.retry("event-1")
        await until(store, "handled")
    await store.close()

    assert 2 == len(calls)


async def test_dropping_the_first_event_unblocks_the_next(store: EventStore) -> None:
    """Also when a blocked one in the middle is gone."""
    queue = DurableQueue(store, 10)
    for number in range(4):
        await queue.accept(verified(number, resourceId=NUMBER))
    assert await store.drop("event-1")
    assert await store.drop("event-0")

    (taken,) = (await queue.take(5)).deliveries
    assert "event-2" == taken.event_id
    assert not await store.drop("event-2")
    assert await queue.finish(taken)
    assert ["event-3"] == [one.event_id for one in (await queue.take(5)).deliveries]


async def test_a_full_store_turns_events_away(store: EventStore) -> None:
    """Beyond the capacity the answer is a 503; a known event is still a duplicate."""
    async with Receiver(
        lambda event: asyncio.sleep(3600), SECRET, store=store, capacity=2, shutdown_timeout=0.01
    ) as receiver:
        assert [200, 200, 503, 200] == [await post(receiver, number) for number in (0, 1, 2, 0)]
        assert (2, 1, 1) == (
            receiver.counts.accepted,
            receiver.counts.turned_away,
            receiver.counts.duplicates,
        )


async def test_a_live_receiver_keeps_its_events(where: str) -> None:
    """A handler may take longer than the lease, which is renewed meanwhile."""
    calls: list[Event] = []
    stores = [EventStore(where, lease=0.3) for _ in range(2)]

    async def handle(event: Event) -> None:
        calls.append(event)
        await asyncio.sleep(0.5)

    receivers = [Receiver(handle, SECRET, store=one) for one in stores]
    for receiver in receivers:
        await receiver.start()
    assert 200 == await post(receivers[0], 1)
    await until(stores[0], "handled")
    for receiver, one in zip(receivers, stores, strict=True):
        await receiver.close()
        await one.close()

    assert 1 == len(calls)


@pytest.mark.slow
async def test_a_closing_receiver_keeps_its_events(where: str) -> None:
    """While it finishes what its handlers are doing, their leases are renewed."""
    calls: list[Event] = []
    stores = [EventStore(where, lease=0.3) for _ in range(2)]
    running = asyncio.Event()

    async def handle(event: Event) -> None:
        calls.append(event)
        running.set()
        await asyncio.sleep(0.5)

    closing, other = (Receiver(handle, SECRET, store=one) for one in stores)
    assert [200, 200] == [await post(closing, number, resourceId=NUMBER) for number in (1, 2)]
    await running.wait()
    await other.start()
    assert () == await closing.close()
    await until(stores[0], "handled")
    await other.close()
    for one in stores:
        await one.close()

    assert ["event-1", "event-2"] == [event.event_id for event in calls]


async def test_a_lost_lease_has_no_effect(where: str, effects: Any) -> None:
    """A receiver that was suspended for too long changes nothing when it goes on."""
    suspended, other = (DurableQueue(EventStore(where, lease=lease), 10) for lease in (0.05, 30.0))
    await suspended.accept(verified(1))

    def taken_by(delivery: Delivery, who: str) -> Delivery:
        delivery.transaction = StatementTransaction()
        delivery.transaction.add(INSERT, {"id": who, "note": ""})
        return delivery

    (late,) = (await suspended.take(1)).deliveries
    assert [] == list((await other.take(1)).deliveries)
    await asyncio.sleep(0.06)
    await other.maintain()
    (ours,) = (await other.take(1)).deliveries

    assert not await suspended.fail(late, Failure("ValueError", ""), None)
    assert not await suspended.finish(taken_by(late, "suspended"))
    assert await other.finish(taken_by(ours, "other"))
    assert ["other"] == effects()
    (event,) = await EventStore(where).events(states=ALL)
    assert (1, 0) == (event.interruptions, event.attempts)


async def test_handled_events_are_kept_for_a_while(where: str) -> None:
    """After the retention, their rows are deleted; those of others are kept."""
    store = EventStore(where, retention=0.05)
    queue = DurableQueue(store, 10)
    for number in range(2):
        await queue.accept(verified(number))
    for taken in (await queue.take(1)).deliveries:
        await queue.finish(taken)
    await asyncio.sleep(0.06)
    await queue.maintain()

    assert ["event-1"] == [one.event_id for one in await store.events(states=ALL)]
    await store.close()


async def test_an_outcome_is_stored_when_the_store_works_again(
    store: EventStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The handler is not called again because its outcome could not be stored at once."""
    calls: list[Event] = []
    failures = [StoreError("cannot use the store"), StoreError("cannot use the store")]
    finish = DurableQueue.finish

    async def failing(self: DurableQueue, delivery: Delivery) -> bool:
        if failures:
            raise failures.pop()
        return await finish(self, delivery)

    monkeypatch.setattr(DurableQueue, "finish", failing)
    monkeypatch.setattr("sinch_numbers.webhooks._attempts._STORE_PAUSE", 0.001)
    async with Receiver(calls.append, SECRET, store=store) as receiver:
        assert 200 == await post(receiver, 1)
        await until(store, "handled")

    assert (1, 1) == (len(calls), receiver.counts.handled)


async def test_a_body_that_this_release_cannot_read_is_a_dead_letter(
    store: EventStore, sql: Any
) -> None:
    """It was accepted by another release, and must neither be lost nor block others."""
    await DurableQueue(store, 10).accept(verified(1))
    sql("UPDATE sinch_events SET body = '[]'")
    handled: list[str | None] = []
    async with Receiver(
        lambda event: handled.append(event.event_id), SECRET, store=store
    ) as receiver:
        assert 200 == await post(receiver, 2)
        found = await until(store, "handled", "dead")

    assert ({"event-1": "dead", "event-2": "handled"}, ["event-2"]) == (found, handled)


async def test_ids_and_numbers_of_any_text_are_stored(store: EventStore) -> None:
    """Bodies are kept byte for byte; lone surrogates and NUL, in escapes, are no error."""
    odd = {"eventId": "a\0b", "resourceId": "\0é✓", "note": "\0 ✓"}
    handled: list[Event] = []
    async with Receiver(handled.append, SECRET, store=store) as receiver:
        assert 200 == await post(receiver, 1, **odd)
        assert 200 == await post(receiver, 2, eventId=None, resourceId=None)
        await until(store, "handled")

    found = {(event.event_id, event.resource_id) for event in handled}
    assert {("a\0b", "\0é✓"), (None, None)} == found


async def test_the_database_is_shared_with_the_journal(where: str) -> None:
    """An open store can be given; it stays open when the event store is closed."""
    journal: Any = PostgresStore(where) if "://" in where else SQLiteStore(where)
    assert () == await journal.entries()
    store = EventStore(journal)
    async with Receiver(ignore, SECRET, store=store) as receiver:
        assert 200 == await post(receiver, 1)
        await until(store, "handled")
    await store.close()

    assert () == await journal.entries()
    await journal.close()
