"""A PostgreSQL store: connections, clocks, crashes of the server, and its settings."""

import asyncio
import logging
import os
import pickle
import random
import signal
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from importlib.util import find_spec
from typing import Any

import pytest
from journal_entries import LEASE, NUMBER, ORIGIN, PROJECT, new_entry
from journal_process import Process
from postgres import Server
from tcp_server import serving

from sinch_numbers import NumbersClient
from sinch_numbers._core.billing.journal import Holder, JournalEntry, OperationState
from sinch_numbers.errors import InvalidArgumentError, StoreError
from sinch_numbers.sandbox import Sandbox
from sinch_numbers.store import PostgresStore, open_store

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.anyio]

PROCESSES = 8
PASSWORD = "swordfish"  # in all DSNs of the server


@pytest.fixture
async def store(postgres_dsn: str) -> AsyncIterator[PostgresStore]:
    store = PostgresStore(postgres_dsn)
    yield store
    await store.close()


def database(store: PostgresStore) -> str:
    return store._dbname


# Settings.


@pytest.mark.parametrize(
    "dsn",
    [
        *("", " ", "numbers.db", "host", "host=a b", "unknown=1", None, 5, b"dbname=a"),
        *(
            "postgresql://u:pa@ss@host/db",
            "postgresql://u:pa/ss@host/db",
            "postgresql://h:port/db",
        ),
        *("postgresql://u:pa?ss@host/db", "postgresql://u:pa#ss@host/db", "dbname=a\0b"),
        "postgresql://host/db?unknown=pa",
    ],
)
def test_an_invalid_dsn_is_not_quoted(dsn: Any) -> None:
    """An invalid DSN is rejected at construction; the error shows no part of it."""
    with pytest.raises(InvalidArgumentError) as raised:
        PostgresStore(dsn)
    assert "dsn: expected a PostgreSQL URL or connection string" == raised.value.message


def test_the_repr_names_host_and_database() -> None:
    """The repr has neither user nor password."""
    shown = repr(PostgresStore(f"postgresql://me:{PASSWORD}@db.example:5433/numbers"))

    assert "PostgresStore(host='db.example', dbname='numbers')" == shown
    assert "PostgresStore(host=None, dbname='a')" == repr(PostgresStore("dbname=a password=x"))


def test_settings_are_pickled() -> None:
    """A pickled store has the same settings."""
    store = PostgresStore("postgresql://me:pw@host/db", exclusive=False, timeout=2)

    twin = pickle.loads(pickle.dumps(store))

    assert (False, 2.0, repr(store)) == (twin.exclusive, twin._timeout, repr(twin))
    assert store._dsn == twin._dsn
    assert isinstance(open_store("postgres://me:pw@host/db"), PostgresStore)


async def test_the_password_is_not_shown(
    postgres: Server, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither errors nor logs contain the password, whatever fails."""
    caplog.set_level(logging.DEBUG)
    down = postgres.dsn(port=1)
    unknown = postgres.dsn("no_such_database")
    user = postgres.dsn().replace("postgres:", f"{PASSWORD}:", 1)
    for dsn in (down, unknown, user, f"host=nowhere.invalid password={PASSWORD}"):
        store = PostgresStore(dsn)
        with pytest.raises(StoreError) as raised:
            await store.entries()
        assert PASSWORD not in repr(raised.value)
        assert (None, None) == (raised.value.__cause__, raised.value.__context__)
        assert PASSWORD not in "".join(map(repr, [*vars(store).values()]))
    assert f":{PASSWORD}@" not in caplog.text
    assert f"password={PASSWORD}" not in caplog.text


@pytest.mark.parametrize("setting", ["off", "local", "on"])
async def test_commits_must_be_durable(
    postgres: Server, store: PostgresStore, setting: str
) -> None:
    """With ``synchronous_commit = off`` calls fail, also if it was changed meanwhile."""
    await store.claim(new_entry("before"), LEASE)
    await store.close()
    postgres.execute(f"ALTER DATABASE {database(store)} SET synchronous_commit = {setting}")

    claim = store.claim(new_entry(), LEASE)
    if setting == "off":
        with pytest.raises(StoreError, match="synchronous_commit is off"):
            await claim
    else:
        assert isinstance(await claim, JournalEntry)


async def test_a_newer_schema_is_rejected(postgres: Server, store: PostgresStore) -> None:
    """A database that needs newer code is rejected; the error names both versions."""
    await store.entries()
    await store.close()
    newer = "UPDATE sinch_schemas SET version = 8, min_writer_version = 7"
    postgres.execute(newer, database(store))

    with pytest.raises(StoreError, match="version 7 or later; this code is for version 1"):
        await store.entries()


async def test_a_missing_standby_fails_the_claim(postgres: Server, store: PostgresStore) -> None:
    """A commit that a synchronous standby did not confirm is an error, even if it is visible."""
    name = database(store)
    await store.entries()
    postgres.configure("synchronous_standby_names", "missing")
    try:
        impatient = PostgresStore(postgres.dsn(name), timeout=0.5)
        with pytest.raises(StoreError, match=r"not safe|effect is unknown"):
            await impatient.claim(new_entry(), LEASE)
        await impatient.close()
    finally:
        postgres.configure("synchronous_standby_names", "")


async def test_a_missing_permission_is_a_store_error(
    postgres: Server, store: PostgresStore
) -> None:
    """A user who may not write gets the server's reason."""
    await store.entries()
    postgres.execute("DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN")
    postgres.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader", database(store))
    reader = PostgresStore(postgres.dsn(database(store)).replace("postgres:", "reader:", 1))

    with pytest.raises(StoreError, match="permission denied"):
        await reader.claim(new_entry(), LEASE)
    await reader.close()
    postgres.execute("DROP OWNED BY reader", database(store))


async def test_times_are_those_of_the_server(postgres: Server, store: PostgresStore) -> None:
    """All times of an entry are from the clock of the database."""

    def clock() -> datetime:
        return datetime.fromtimestamp(
            float(postgres.execute("SELECT extract(epoch FROM clock_timestamp())")), UTC
        )

    before = clock()
    entry = await store.claim(new_entry(), LEASE)
    sent = await store.mark_sent(entry, LEASE)
    done = await store.finish(sent, OperationState.ABSENT)

    times = [before, entry.created_at, sent.sent_at, done.finished_at, clock()]
    assert sorted(times) == times


async def test_no_session_state_is_left(postgres: Server, store: PostgresStore) -> None:
    """Between calls, a connection has no settings, locks, or prepared statements of ours."""
    for number in range(10):
        await store.claim(new_entry(str(number)), LEASE)
    (lane,) = store._database._lanes.values()
    asked = (
        "SELECT current_setting('statement_timeout') || current_setting('lock_timeout')"
        " || current_setting('idle_in_transaction_session_timeout') AS timeouts,"
        " (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory') AS locks,"
        " (SELECT count(*) FROM pg_prepared_statements) AS prepared"
    )

    state = await (await lane.connection._opened.execute(asked)).fetchone()

    assert {"timeouts": "000", "locks": 0, "prepared": 0} == state


# Loops, threads, processes.


def test_loops_without_close(postgres_dsn: str) -> None:
    """A store is used by one event loop after the other, none of which closes it."""
    store = PostgresStore(postgres_dsn)
    runs = [asyncio.run(store.claim(new_entry(str(number)), LEASE)) for number in range(3)]

    assert ["0", "1", "2"] == [entry.subject for entry in runs]
    asyncio.run(store.close())


def test_several_loops_use_one_store(postgres_dsn: str) -> None:
    """Threads with their own event loops claim through one store, each number once."""
    store = PostgresStore(postgres_dsn, timeout=30)
    claimed: list[str] = []

    async def claim_all() -> None:
        for number in range(25):
            answer = await store.claim(new_entry(f"+{number}"), LEASE)
            if isinstance(answer, JournalEntry):
                claimed.append(answer.subject)
        await store.close()

    threads = [threading.Thread(target=lambda: asyncio.run(claim_all())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(f"+{number}" for number in range(25)) == sorted(claimed)


if find_spec("uvloop"):

    def test_uvloop(postgres_dsn: str) -> None:
        """The store works in uvloop's event loop, also when the server doesn't respond."""
        import uvloop

        async def use() -> Any:
            store = PostgresStore(postgres_dsn, timeout=0.5)
            entry = await store.claim(new_entry(), LEASE)
            with pytest.raises(StoreError, match="no response"):
                await stalled(store)
            got = await store.get(entry.id)
            await store.close()
            return entry == got

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            assert runner.run(use())


async def stalled(store: PostgresStore) -> Any:
    """Call the store while the server process of its connection is suspended."""
    (lane,) = [lane for loop, lane in store._database._all_lanes() if not loop.is_closed()]
    backend = lane.connection._opened.info.backend_pid
    os.kill(backend, signal.SIGSTOP)
    try:
        return await store.claim(new_entry("stalled"), LEASE)
    finally:
        os.kill(backend, signal.SIGCONT)


async def test_a_server_that_does_not_respond(store: PostgresStore) -> None:
    """A call has an end if the server is suspended, and the next one gets a new connection."""
    store = PostgresStore(store._dsn.reveal(), timeout=0.5)
    await store.claim(new_entry("before"), LEASE)

    with pytest.raises(StoreError, match=r"no response within 0.5 s"):
        await stalled(store)

    assert isinstance(await store.claim(new_entry(), LEASE), JournalEntry)
    await store.close()


async def test_a_cancelled_claim_has_happened(store: PostgresStore) -> None:
    """When a caller sees its cancellation, the transaction has ended: the claim is there."""
    await store.entries()
    entry = new_entry()
    (lane,) = store._database._lanes.values()
    async with lane.lock:
        task = asyncio.create_task(store.claim(entry, LEASE))
        await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.sleep(0.01)

    with pytest.raises(asyncio.CancelledError):
        await task
    assert Holder(entry_id=entry.id, owned=False) == await store.holder(ORIGIN, PROJECT, NUMBER)


@pytest.mark.parametrize("hooks", [True, False], ids=["os.fork", "fork of the C library"])
def test_a_forked_child_has_its_own_connection(postgres_dsn: str, hooks: bool) -> None:
    """A child claims on its own, and the parent's connection still works."""
    with Process(postgres_dsn) as parent:
        entry = parent.call("claim", subject="a")["id"]

        held = parent.call("in_forked_child", hooks=hooks, do="claim", subject="a")
        claimed = parent.call("in_forked_child", hooks=hooks, do="claim", subject="b")

        assert entry == held["entry_id"]
        assert "claimed" == claimed["state"]
        assert "sent" == parent.call("mark_sent", entry=entry)["state"]


def test_a_spawned_child_connects(postgres_dsn: str) -> None:
    """A store that is passed to a spawned process connects to the same database there."""
    with Process(postgres_dsn) as parent:
        entry = parent.call("claim", subject="a")["id"]

        assert entry == parent.call("in_spawned_child", do="claim", subject="a")["entry_id"]


def test_each_number_is_claimed_by_one_process(postgres_dsn: str) -> None:
    """Of eight processes that start on an empty database and claim 100 numbers, one gets each."""
    numbers = [f"+1202555{number:04}" for number in range(100)]
    with ExitStack() as stack:
        processes = [stack.enter_context(Process(postgres_dsn, 30)) for _ in range(PROCESSES)]
        for seed, process in enumerate(processes):
            shuffled = random.Random(seed).sample(numbers, len(numbers))
            process.send("claim_each", subjects=shuffled)
        claimed = [number for process in processes for number in process.receive()]

    assert numbers == sorted(claimed)


def test_a_suspended_owner_is_superseded(postgres_dsn: str) -> None:
    """After its lease, a suspended owner loses its entry; its success is recorded as late."""
    with Process(postgres_dsn) as owner, Process(postgres_dsn) as other:
        entry = owner.call("claim", subject="a", lease=0)["id"]
        owner.call("mark_sent", entry=entry, lease=0)
        owner.suspend()
        assert 1 == other.call("take_over", entry=entry)["epoch"]

        owner.resume()
        assert "was taken over" in owner.call("mark_sent", entry=entry)["error"]
        late = owner.call("finish", entry=entry, state="applied", owns="a")

        assert ("applied_late", 1) == (late["state"], late["epoch"])
        assert {"a": entry} == other.call("owned")


def test_a_transaction_that_is_suspended_is_ended(postgres_dsn: str) -> None:
    """The server ends the transaction of a suspended process, for which others wait."""
    with Process(postgres_dsn, 1) as stopped, Process(postgres_dsn, 30) as other:
        stopped.call("claim", subject="before")
        stopped.send("suspend_in_transaction", subject="a")
        stopped.wait_until_suspended()

        assert "claimed" == other.call("claim", subject="a")["state"]

        stopped.resume()
        assert "error" in stopped.receive()


async def test_waiting_for_a_lock_has_an_end(postgres: Server, store: PostgresStore) -> None:
    """A call that waits for another transaction fails within its timeout."""
    with Process(postgres.dsn(database(store)), 60) as stopped:
        impatient = PostgresStore(store._dsn.reveal(), timeout=0.5)
        await impatient.entries()
        stopped.send("suspend_in_transaction", subject=NUMBER)
        stopped.wait_until_suspended()

        with pytest.raises(StoreError, match=r"timeout|no response"):
            await impatient.claim(new_entry(), LEASE)
        assert () == await impatient.entries()
        await impatient.close()


# Crashes.


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["restart", "crash"])
async def test_a_restart_between_calls(
    postgres: Server, store: PostgresStore, how: signal.Signals
) -> None:
    """While the server is stopped, calls fail; after it, they continue with their entries."""
    entry = await store.claim(new_entry(), LEASE)
    postgres.stop(how)
    try:
        with pytest.raises(StoreError, match=r"refused|closed the connection"):
            await store.mark_sent(entry, LEASE)
    finally:
        postgres.start()

    assert OperationState.SENT == (await store.mark_sent(entry, LEASE)).state


async def test_a_restart_unnoticed(postgres: Server, store: PostgresStore) -> None:
    """A connection that was lost between two calls is replaced without an error."""
    entry = await store.claim(new_entry(), LEASE)
    postgres.stop()
    postgres.start()

    assert OperationState.SENT == (await store.mark_sent(entry, LEASE)).state


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["restart", "crash"])
async def test_a_stop_in_a_transaction(
    postgres: Server, store: PostgresStore, how: signal.Signals
) -> None:
    """
    A call whose transaction is interrupted by the end of the server fails, without effect.

    If the server ends the transaction that holds the lock first, the call can still succeed.
    """
    await store.entries()
    with Process(postgres.dsn(database(store)), 60) as stopped:
        stopped.send("suspend_in_transaction", subject=NUMBER)
        stopped.wait_until_suspended()
        waiting = asyncio.create_task(store.claim(new_entry(), LEASE))
        locks = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        while await asyncio.to_thread(postgres.execute, locks) != "1":
            pass
        await asyncio.to_thread(postgres.stop, how)
        try:
            (claimed,) = await asyncio.gather(waiting, return_exceptions=True)
        finally:
            postgres.start()

    if isinstance(claimed, StoreError):
        assert () == await store.entries()
    else:
        assert (claimed,) == await store.entries()


async def test_another_database_is_rejected(postgres: Server, store: PostgresStore) -> None:
    """A database with another generation, such as a restored one, fails calls until `close`."""
    entry = await store.claim(new_entry(), LEASE)
    postgres.execute(
        "UPDATE sinch_store SET value = 'restored' WHERE name = 'generation'", database(store)
    )

    for _ in range(2):
        with pytest.raises(StoreError, match=r"another database than before.*restored"):
            await store.mark_sent(entry, LEASE)
    await store.close()
    assert await store.mark_sent(entry, LEASE)


@pytest.mark.parametrize("table", ["sinch_claims", "sinch_operations"])
async def test_a_lost_claim_is_not_sent(
    postgres: Server, store: PostgresStore, table: str
) -> None:
    """If a failover has lost the claim or the entry, the request must not be sent."""
    entry = await store.claim(new_entry(), LEASE)
    postgres.execute(f"DELETE FROM {table}", database(store))

    with pytest.raises(StoreError, match="is missing"):
        await store.mark_sent(entry, LEASE)


async def test_dropped_tables_are_a_store_error(postgres: Server, store: PostgresStore) -> None:
    """Tables that disappear fail the call with the server's reason."""
    entry = await store.claim(new_entry(), LEASE)
    postgres.execute("DROP TABLE sinch_operations", database(store))

    with pytest.raises(StoreError, match="sinch_operations"):
        await store.mark_sent(entry, LEASE)


# Connections that fail during a commit.


class CuttingProxy:
    """Forwards connections to the server, and cuts the next *cuts_left* of them at COMMIT."""

    def __init__(self, port: int, how: str) -> None:
        self._port = port
        self._how = how
        self.skip = 0
        """Commits to pass on before the first cut."""
        self.cuts_left = 0
        self.cuts = 0

    async def handle(self, client: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        server, requests = await asyncio.open_connection("127.0.0.1", self._port)
        back = asyncio.create_task(self._pump(server, answers))
        try:
            while data := await client.read(65536):
                commits = self.cuts_left and b"COMMIT\0" in data
                if commits and self.skip:
                    self.skip -= 1
                elif commits:
                    self.cuts_left -= 1
                    self.cuts += 1
                    back.cancel()
                    await asyncio.gather(back, return_exceptions=True)
                    await self._cut(server, requests, answers, data)
                    return
                requests.write(data)
                await requests.drain()
        finally:
            back.cancel()
            requests.close()

    async def _cut(
        self,
        server: asyncio.StreamReader,
        requests: asyncio.StreamWriter,
        answers: asyncio.StreamWriter,
        data: bytes,
    ) -> None:
        if self._how == "answer lost":
            requests.write(data)
            await server.read(65536)
        answers.close()
        if self._how == "commit late":
            await asyncio.sleep(0.3)
            requests.write(data)
            await server.read(65536)

    async def _pump(self, server: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        while data := await server.read(65536):
            answers.write(data)
            await answers.drain()
        answers.close()


async def test_a_second_cut_leaves_the_outcome_unknown(
    postgres: Server, store: PostgresStore
) -> None:
    """If the confirmation of a commit fails, too, the error says that the effect is unknown."""
    async with cut(store, postgres, "answer lost") as (behind, proxy):
        entry = new_entry()
        proxy.cuts_left = 2

        with pytest.raises(StoreError, match="its effect is unknown"):
            await behind.claim(entry, LEASE)

        assert entry.id == (await store.get(entry.id)).id


@asynccontextmanager
async def cut(store: PostgresStore, server: Server, how: str) -> AsyncIterator[Any]:
    """Yield a store behind a proxy, and the proxy."""
    proxy = CuttingProxy(server.port, how)
    async with serving(proxy.handle) as port:
        behind = PostgresStore(server.dsn(database(store), port=port) + "?sslmode=disable")
        await behind.entries()
        yield behind, proxy
        await behind.close()


async def claiming(store: PostgresStore) -> Callable[[], Awaitable[Any]]:
    return partial(store.claim, new_entry(), LEASE)


async def marking(store: PostgresStore) -> Callable[[], Awaitable[Any]]:
    entry = await store.claim(new_entry(), LEASE)
    return partial(store.mark_sent, entry, LEASE)


async def finishing(store: PostgresStore) -> Callable[[], Awaitable[Any]]:
    entry = await store.claim(new_entry(), LEASE)
    return partial(store.finish, entry, OperationState.APPLIED, owns=NUMBER)


async def taking_over(store: PostgresStore) -> Callable[[], Awaitable[Any]]:
    entry = await store.claim(new_entry(), 0)
    return partial(store.take_over, entry, LEASE)


async def dismissing(store: PostgresStore) -> Callable[[], Awaitable[Any]]:
    entry = await store.claim(new_entry(), LEASE)
    return partial(store.dismiss, entry.id, "by hand")


CHANGES = [claiming, marking, finishing, taking_over, dismissing]


@pytest.mark.parametrize("prepare", CHANGES, ids=lambda prepare: prepare.__name__)
@pytest.mark.parametrize("how", ["answer lost", "commit late"])
async def test_a_commit_without_an_answer(
    postgres: Server, store: PostgresStore, how: str, prepare: Any
) -> None:
    """A commit that took effect is reported as success, also if it did after the connection."""
    async with cut(store, postgres, how) as (behind, proxy):
        change = await prepare(behind)
        proxy.cuts_left = 1

        answer = await change()

        assert 1 == proxy.cuts
        assert answer == await store.get(answer.id)


@pytest.mark.parametrize("prepare", CHANGES, ids=lambda prepare: prepare.__name__)
async def test_a_commit_that_was_not_received(
    postgres: Server, store: PostgresStore, prepare: Any
) -> None:
    """A commit that did not take effect is an error, and the entry is as before."""
    async with cut(store, postgres, "commit lost") as (behind, proxy):
        change = await prepare(behind)
        before = await store.entries()
        proxy.cuts_left = 1

        with pytest.raises(StoreError, match="the commit failed, and had no effect"):
            await change()

        assert 1 == proxy.cuts
        assert before == await store.entries()
        assert await change()  # the store still works


@pytest.mark.parametrize("how", ["answer lost", "commit late", "commit lost"])
async def test_the_end_of_an_ownership_is_repeated(
    postgres: Server, store: PostgresStore, how: str
) -> None:
    """Ending an ownership has the same effect twice, so that a failed commit is repeated."""
    entry = await store.claim(new_entry(), LEASE)
    await store.finish(entry, OperationState.APPLIED, owns=NUMBER)
    async with cut(store, postgres, how) as (behind, proxy):
        proxy.cuts_left = 1

        await behind.end_ownership(ORIGIN, PROJECT, NUMBER)

        assert 1 == proxy.cuts
        assert {} == await store.owned(ORIGIN, PROJECT)


@pytest.mark.parametrize(
    ("how", "commit", "sent", "state"),
    [
        ("answer lost", 1, 1, OperationState.APPLIED),
        ("answer lost", 2, 1, OperationState.APPLIED),
        ("answer lost", 3, 1, OperationState.APPLIED),
        ("commit lost", 1, 0, None),
        ("commit lost", 2, 0, OperationState.ABSENT),
        ("commit lost", 3, 1, OperationState.SENT),
    ],
)
async def test_a_rent_whose_commit_is_cut(
    postgres: Server,
    store: PostgresStore,
    how: str,
    commit: int,
    sent: int,
    state: OperationState | None,
) -> None:
    """Its first two commits decide whether it is sent; after the last one, its result counts."""
    async with (
        Sandbox(numbers=0, stock=0) as sandbox,
        cut(store, postgres, how) as (behind, proxy),
    ):
        sandbox.project().add_available(phone_number=NUMBER)
        proxy.skip = commit - 1
        proxy.cuts_left = 1
        async with NumbersClient(
            "sandbox", "sandbox", "sandbox", numbers_url=sandbox.url, auth_url=sandbox.auth_url,
            store=behind,
        ) as client:  # fmt: skip
            try:
                rented = (await client.available_numbers.rent(NUMBER)).phone_number
            except StoreError:
                rented = None

        assert 1 == proxy.cuts
        assert [NUMBER] * sent == [one.phone_number for one in sandbox.ledger]
        assert sent == sum(call.startswith("POST") and NUMBER in call for call in sandbox.calls)
        assert (NUMBER if sent else None) == rented
    kept = await store.entries()
    assert ([state] if state else []) == [entry.state for entry in kept]


async def test_a_read_needs_no_commit(postgres: Server, store: PostgresStore) -> None:
    """A connection that fails when a read ends does not lose the result."""
    entry = await store.claim(new_entry(), LEASE)
    async with cut(store, postgres, "commit lost") as (behind, proxy):
        proxy.cuts_left = 1

        assert entry == await behind.get(entry.id)
        assert 1 == proxy.cuts
