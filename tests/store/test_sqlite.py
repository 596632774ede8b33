"""An SQLite store in one process: its file, its faults, its threads and loops."""

import asyncio
import copy
import os
import pickle
import shutil
import socket
import sqlite3
import stat
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import anyio.to_thread
import pytest
from journal_entries import LEASE, NUMBER, ORIGIN, PROJECT, new_entry

from sinch_numbers._core.billing.journal import Holder, JournalEntry, OperationState
from sinch_numbers.errors import InvalidArgumentError, StoreError
from sinch_numbers.store import SQLiteStore
from sinch_numbers.store._database import Result, Script, Session, Statement
from sinch_numbers.store._group_commit import PendingCall
from sinch_numbers.store._migrations import Migration, Schema
from sinch_numbers.store._operations import OPERATIONS
from sinch_numbers.store._process_locks import process_locks
from sinch_numbers.store._sqlite_database import SQLiteDatabase

pytestmark = pytest.mark.anyio

SIDECARS = ("", "-wal", "-shm", "-lock")
FULL, NORMAL = 2, 1
"""Values of `PRAGMA synchronous`."""


def path_of(store: SQLiteStore) -> Path:
    return store._path


def change_file(store: SQLiteStore, statement: str) -> None:
    with closing(sqlite3.connect(path_of(store), isolation_level=None)) as connection:
        connection.execute(statement)


async def test_files_are_private(tmp_path: Path) -> None:
    """The database and the files next to it have mode 0600, new directories 0700."""
    before = os.umask(0)
    try:
        store = SQLiteStore(tmp_path / "new" / "deep" / "numbers.db")
        await store.claim(new_entry(), LEASE)
        modes = {
            suffix: stat.S_IMODE(Path(f"{path_of(store)}{suffix}").stat().st_mode)
            for suffix in SIDECARS
        }
    finally:
        os.umask(before)

    assert dict.fromkeys(SIDECARS, 0o600) == modes
    for directory in (tmp_path / "new", tmp_path / "new" / "deep"):
        assert 0o700 == stat.S_IMODE(directory.stat().st_mode)
    await store.close()


async def test_a_readable_file_becomes_private(tmp_path: Path) -> None:
    """An existing file that others can read gets mode 0600 before anything is written."""
    path = tmp_path / "numbers.db"
    path.touch(0o644)
    store = SQLiteStore(path)

    await store.claim(new_entry(), LEASE)

    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    assert 0o600 == stat.S_IMODE(Path(f"{path}-wal").stat().st_mode)
    await store.close()


@pytest.mark.parametrize(("mode", "directory"), [(0o640, 0o750), (0o666, 0o755)])
async def test_files_have_the_mode(tmp_path: Path, mode: int, directory: int) -> None:
    """All files of the database get the mode that is passed, also those that exist."""
    path = tmp_path / "new" / "numbers.db"
    before = os.umask(0o077)
    try:
        for store in (SQLiteStore(path, mode=mode), SQLiteStore(path), SQLiteStore(path)):
            twin = pickle.loads(pickle.dumps(store))
            await twin.claim(new_entry(), LEASE)
            modes = {stat.S_IMODE(Path(f"{path}{name}").stat().st_mode) for name in SIDECARS}
            assert {twin._mode} == modes
            assert directory == stat.S_IMODE(path.parent.stat().st_mode)
            await twin.close()
    finally:
        os.umask(before)


@pytest.mark.parametrize("mode", [600, 0o400, 0o2600, 0, -1, True, "600", None])
def test_a_mode_lets_the_owner_read_and_write(tmp_path: Path, mode: Any) -> None:
    """A mode with which the file could not be used again is rejected at construction."""
    with pytest.raises(InvalidArgumentError, match=r"^mode: expected a mode such as 0o640"):
        SQLiteStore(tmp_path / "numbers.db", mode=mode)


async def test_the_log_is_synced_before_a_request(store: SQLiteStore) -> None:
    """The commit of `mark_sent` syncs the claim, too; an outcome that is lost leaves it open."""
    claimed = await store.claim(new_entry(), LEASE)
    connection = store._database._connection._sqlite
    committed: list[int] = []

    def traced(statement: str) -> None:
        if statement == "COMMIT":
            committed.extend(connection.execute("PRAGMA synchronous").fetchone())

    connection.set_trace_callback(traced)
    sent = await store.mark_sent(claimed, LEASE)
    await store.finish(sent, OperationState.APPLIED, owns=NUMBER)
    await store.claim(new_entry("another"), LEASE)
    await store.end_ownership(ORIGIN, PROJECT, NUMBER)

    assert ("wal",) == connection.execute("PRAGMA journal_mode").fetchone()
    assert [FULL, NORMAL, NORMAL, FULL] == committed


@pytest.mark.parametrize(
    "path",
    ["", ":memory:", "file::memory:?cache=shared", "file:numbers.db", "a\0b", b"a.db", 5, None],
)
def test_a_path_must_name_a_file(path: Any) -> None:
    """Anything else is rejected at construction; the error names the argument."""
    with pytest.raises(InvalidArgumentError, match="path: expected the path of a file"):
        SQLiteStore(path)


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), float("inf"), 3601, "5", True, None])
def test_a_timeout_is_bounded(tmp_path: Path, timeout: Any) -> None:
    """Waiting is bounded: between 0 and an hour."""
    with pytest.raises(InvalidArgumentError, match="timeout"):
        SQLiteStore(tmp_path / "numbers.db", timeout=timeout)


@pytest.mark.parametrize("lease", [float("nan"), float("inf"), -float("inf"), 1e10])
async def test_a_lease_is_finite(store: SQLiteStore, lease: float) -> None:
    """A lease without an end is rejected, and nothing is stored."""
    with pytest.raises(InvalidArgumentError, match="lease"):
        await store.claim(new_entry(), lease)
    assert () == await store.entries()


async def test_a_limit_is_not_negative(store: SQLiteStore) -> None:
    """A negative number of entries is rejected instead of meaning all."""
    with pytest.raises(InvalidArgumentError, match="limit"):
        await store.entries(limit=-1)

    assert () == await store.entries(limit=10**30)


@pytest.mark.parametrize("exclusive", [True, False])
def test_settings_are_pickled(tmp_path: Path, exclusive: bool) -> None:
    """A pickled or copied store has the same settings; the default asserts exclusive use."""
    store = SQLiteStore(tmp_path / "numbers.db", exclusive=exclusive, timeout=2)

    for twin in (pickle.loads(pickle.dumps(store)), copy.copy(store), copy.deepcopy(store)):
        assert (exclusive, 2.0, repr(store)) == (twin.exclusive, twin._timeout, repr(twin))
        assert twin._database is not store._database
    assert SQLiteStore("numbers.db").exclusive


def test_nothing_is_opened_at_construction(tmp_path: Path) -> None:
    """A store that is not used leaves no file; its path does not follow the current directory."""
    store = SQLiteStore(tmp_path / "numbers.db")

    assert f"SQLiteStore('{tmp_path / 'numbers.db'}')" == repr(store)
    assert [] == list(tmp_path.iterdir())
    assert SQLiteStore("numbers.db")._path == Path.cwd() / "numbers.db"


# Faults. Each returns a store whose file has the fault, and the reason in the error.


async def used(path: Path) -> SQLiteStore:
    store = SQLiteStore(path, timeout=0.2)
    await store.claim(new_entry("used"), LEASE)
    return store


async def not_a_database(path: Path) -> tuple[SQLiteStore, str]:
    path.write_text("phone numbers\n" * 1000)
    return SQLiteStore(path), "not a database"


async def short_text(path: Path) -> tuple[SQLiteStore, str]:
    path.write_text("x")
    return SQLiteStore(path), "not a database"


async def a_directory(path: Path) -> tuple[SQLiteStore, str]:
    path.mkdir()
    return SQLiteStore(path), "not a regular file"


async def a_pipe(path: Path) -> tuple[SQLiteStore, str]:
    os.mkfifo(path)
    return SQLiteStore(path), "not a regular file"


async def a_socket(path: Path) -> tuple[SQLiteStore, str]:
    with socket.socket(socket.AF_UNIX) as listening:
        os.chdir(path.parent)  # the path of a socket must be short
        listening.bind(path.name)
    return SQLiteStore(path), "not a regular file"


async def below_a_file(path: Path) -> tuple[SQLiteStore, str]:
    path.touch()
    return SQLiteStore(path / "numbers.db"), "Not a directory"


async def long_name(path: Path) -> tuple[SQLiteStore, str]:
    return SQLiteStore(path.with_name("n" * 300)), "File name too long"


async def dangling_circle(path: Path) -> tuple[SQLiteStore, str]:
    path.symlink_to(path)
    return SQLiteStore(path), "symbolic links"


async def hard_link(path: Path) -> tuple[SQLiteStore, str]:
    await (await used(path)).close()
    path.with_name("second").hardlink_to(path)
    return SQLiteStore(path), "hard links"


async def newer_schema(path: Path) -> tuple[SQLiteStore, str]:
    store = await used(path)
    await store.close()
    change_file(store, "UPDATE sinch_schemas SET version = 8, min_writer_version = 7")
    return store, "requires code for version 7 or later; this code is for version 1"


async def corrupted_pages(path: Path) -> tuple[SQLiteStore, str]:
    store = await used(path)
    await store.close()
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    return store, "malformed"


async def truncated(path: Path) -> tuple[SQLiteStore, str]:
    store = await used(path)
    await store.close()
    os.truncate(path, 8192)
    return store, "malformed"


async def corrupted_schema(path: Path) -> tuple[SQLiteStore, str]:
    store = await used(path)
    await store.close()
    change_file(store, "ALTER TABLE sinch_operations RENAME TO lost")
    return store, "sinch_operations"


async def deleted(path: Path) -> tuple[SQLiteStore, str]:
    store = await used(path)
    path.unlink()
    return store, "deleted or replaced while in use"


async def directory_deleted(path: Path) -> tuple[SQLiteStore, str]:
    store = await used(path.parent / "gone" / path.name)
    shutil.rmtree(path.parent / "gone")
    return store, "deleted or replaced while in use"


async def replaced(path: Path) -> tuple[SQLiteStore, str]:
    store = await used(path)
    copied = path.with_name("copy")
    shutil.copy(path, copied)
    copied.replace(path)
    return store, "deleted or replaced while in use"


async def symlink_moved(path: Path) -> tuple[SQLiteStore, str]:
    link = path.with_name("link")
    link.symlink_to(path)
    store = await used(link)
    path.rename(path.with_name("moved"))
    return store, "deleted or replaced while in use"


def _beside(suffix: str) -> Callable[[Path], Any]:
    async def removed(path: Path) -> tuple[SQLiteStore, str]:
        store = await used(path)
        Path(f"{path}{suffix}").unlink()
        return store, f"{suffix} was deleted or replaced while in use"

    removed.__name__ = f"without{suffix}"
    return removed


async def symlink_replaced(path: Path) -> tuple[SQLiteStore, str]:
    other = path.with_name("other.db")
    await (await used(other)).close()
    link = path.with_name("link")
    link.symlink_to(path)
    store = await used(link)
    link.unlink()
    link.symlink_to(other)
    return store, "its symlink was deleted or replaced while in use"


async def locked(path: Path) -> tuple[SQLiteStore, str]:
    store = await used(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    store.other = other
    return store, "locked for 0.2 s"


FAULTS = [
    not_a_database, short_text, a_directory, a_pipe, a_socket, below_a_file, long_name,
    dangling_circle, hard_link, newer_schema, corrupted_pages, truncated, corrupted_schema,
    deleted, directory_deleted, replaced, symlink_moved, symlink_replaced,
    locked,
    _beside("-wal"), _beside("-shm"), _beside("-lock"),
]  # fmt: skip


async def claim(store: SQLiteStore) -> Any:
    return await store.claim(new_entry(), LEASE)


async def mark_sent(store: SQLiteStore) -> Any:
    return await store.mark_sent(new_entry("used"), LEASE)


@pytest.mark.parametrize("call", [claim, mark_sent], ids=lambda call: call.__name__)
@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(one, marks=pytest.mark.posix) if one in (a_pipe, a_socket) else one
        for one in FAULTS
    ],
    ids=lambda fault: fault.__name__,
)
async def test_a_fault_is_a_store_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Callable[[Path], Any], call: Any
) -> None:
    """Whatever is wrong with the file, the call fails with the reason and the path."""
    monkeypatch.chdir(tmp_path)
    store, reason = await fault(tmp_path / "numbers.db")

    with pytest.raises(StoreError) as raised:
        await call(store)

    assert reason in raised.value.message
    assert str(path_of(store)) in raised.value.message
    assert (None, None) == (raised.value.__cause__, raised.value.__context__)
    assert raised.value.message == pickle.loads(pickle.dumps(raised.value)).message
    if hasattr(store, "other"):
        store.other.close()
        assert await claim(store)  # waiting has an end for both
    await store.close()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *(("state", "'sold'"), ("claims", "'some'"), ("segments", "'7'"), ("request", "'{'")),
        *(("result", "x'ff'"), ("created_at", "'noon'"), ("lease_until", str(2**62))),
    ],
)
async def test_a_damaged_row_is_a_store_error(store: SQLiteStore, column: str, value: str) -> None:
    """A row that cannot be read fails the call; the error names the operation."""
    entry = await store.claim(new_entry(), LEASE)
    change_file(store, f"UPDATE sinch_operations SET {column} = {value}")

    with pytest.raises(StoreError, match=f"the row of operation '{entry.id}' is damaged"):
        await store.get(entry.id)


async def test_a_replaced_file_fails_until_the_store_is_closed(tmp_path: Path) -> None:
    """No call opens the new file silently; after `close`, the next call does."""
    store = await used(tmp_path / "numbers.db")
    for path in tmp_path.iterdir():
        path.unlink()

    for _ in range(2):
        with pytest.raises(StoreError, match="deleted or replaced"):
            await store.claim(new_entry(), LEASE)
    assert [] == list(tmp_path.iterdir())
    await store.close()
    assert isinstance(await store.claim(new_entry(), LEASE), JournalEntry)
    await store.close()


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (new_entry(request={"a": {1, 2}}), "request of the operation is not JSON"),
        (new_entry(request={"a": float("nan")}), "request of the operation is not JSON"),
        (new_entry(request={"a": "\ud800"}), "request of the operation is not JSON"),
        (new_entry(segments=(b"a",)), "segments of the operation is not JSON"),
        (new_entry("\ud800"), "surrogates not allowed"),
        (new_entry(settle_timeout=float("nan")), "NOT NULL"),
        (new_entry(epoch=2**70), "too large"),
        (new_entry(origin=["list"]), "type 'list' is not supported"),
    ],
    ids=["set", "NaN", "surrogate", "bytes", "subject", "timeout", "epoch", "type"],
)
async def test_an_entry_that_cannot_be_stored(
    store: SQLiteStore, entry: JournalEntry, reason: str
) -> None:
    """An entry that is not storable is rejected, nothing is claimed, and the store still works."""
    with pytest.raises(StoreError, match=reason):
        await store.claim(entry, LEASE)

    assert () == await store.entries()
    assert isinstance(await store.claim(new_entry(), LEASE), JournalEntry)


async def test_deep_json_is_rejected(store: SQLiteStore) -> None:
    """A request that is nested too deeply is a `StoreError`, not a `RecursionError`."""
    deep: dict[str, Any] = {}
    for _ in range(100_000):
        deep = {"a": deep}

    with pytest.raises(StoreError, match="JSON"):
        await store.claim(new_entry(request=deep), LEASE)


async def test_paths_share_one_owner(tmp_path: Path) -> None:
    """Two stores of a process that reach a file by different paths are the same owner."""
    (tmp_path / "link").symlink_to(tmp_path)
    first = SQLiteStore(tmp_path / "numbers.db")
    second = SQLiteStore(tmp_path / "link" / "numbers.db")
    entry = await first.claim(new_entry(), 0)

    assert 1 == (await second.take_over(entry, LEASE)).epoch
    assert first._database._connection._owner == second._database._connection._owner
    await first.close()
    await second.close()


async def test_a_process_recognizes_all_of_its_slots(tmp_path: Path) -> None:
    """Two stores of a process that registered at the same time don't take over each other's."""
    first, second = (SQLiteStore(tmp_path / "numbers.db") for _ in range(2))
    running = await first.claim(new_entry("a"), LEASE)
    ended = await first.claim(new_entry("b"), 0)
    process_locks(tmp_path / "numbers.db-lock")._slots.clear()  # as the other thread saw it

    assert await second.take_over(running, LEASE) is None
    assert await second.take_over(ended, LEASE)
    owners = {store._database._connection._owner.slot for store in (first, second)}
    assert {1, 2} == owners
    await first.close()
    await second.close()


async def test_an_entry_of_another_boot_is_taken_over_by_its_lease(store: SQLiteStore) -> None:
    """The locks of another host, or before a reboot, say nothing: the lease decides."""
    running = await store.claim(new_entry(), LEASE)
    ended = await store.claim(new_entry("other"), 0)
    change_file(store, "UPDATE sinch_operations SET owner_boot = 'other', owner_slot = 999")

    assert await store.take_over(running, LEASE) is None
    assert await store.take_over(ended, LEASE)


async def test_an_entry_without_a_lock_is_taken_over_at_once(store: SQLiteStore) -> None:
    """A process of this boot that does not hold its lock has ended."""
    entry = await store.claim(new_entry(), LEASE)
    assert await store.take_over(entry, LEASE) is None
    change_file(store, "UPDATE sinch_operations SET owner_slot = 999")

    assert await store.take_over(entry, LEASE)


async def test_the_owner_names_its_process(store: SQLiteStore) -> None:
    """An entry shows host, process ID, and start time of its owner."""
    entry = await store.claim(new_entry(), LEASE)

    assert entry.owner.startswith(f"{socket.gethostname()} pid {os.getpid()} started 2")


async def test_several_loops_use_one_store(tmp_path: Path) -> None:
    """Threads with their own event loops claim through one store, each number once."""
    store = SQLiteStore(tmp_path / "numbers.db")
    claimed: list[str] = []
    failed: list[BaseException] = []

    async def claim_all() -> None:
        for number in range(25):
            answer = await store.claim(new_entry(f"+{number}"), LEASE)
            if isinstance(answer, JournalEntry):
                claimed.append(answer.subject)

    def run() -> None:
        try:
            asyncio.run(claim_all())
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    await asyncio.to_thread(lambda: [thread.join() for thread in threads])

    assert [] == failed
    assert sorted(f"+{number}" for number in range(25)) == sorted(claimed)
    await store.close()


async def test_a_full_thread_pool_does_not_block(store: SQLiteStore) -> None:
    """The store has its own thread: calls go on while all others of the pool are in use."""
    limiter = anyio.to_thread.current_default_thread_limiter()
    release = threading.Event()
    async with anyio.create_task_group() as tasks:
        for _ in range(int(limiter.total_tokens)):
            tasks.start_soon(anyio.to_thread.run_sync, release.wait)
        while limiter.available_tokens:
            await anyio.sleep(0)

        try:
            assert isinstance(await store.claim(new_entry(), LEASE), JournalEntry)
        finally:
            release.set()


@pytest.mark.parametrize("how", ["task", "scope"])
async def test_a_cancelled_claim_has_happened(store: SQLiteStore, how: str) -> None:
    """When a caller sees its cancellation, the transaction has ended: the claim is there."""
    await store.close()
    entry = new_entry()
    blocked = store._database._lock
    assert blocked.acquire(timeout=5)
    if how == "task":
        task = asyncio.create_task(store.claim(entry, LEASE))
        await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.sleep(0.01)
        task.cancel()
        blocked.release()
        with pytest.raises(asyncio.CancelledError):
            await task
    else:
        with anyio.CancelScope() as scope:
            scope.cancel()
            asyncio.get_running_loop().call_later(0.01, blocked.release)
            await store.claim(entry, LEASE)

    assert Holder(entry_id=entry.id, owned=False) == await store.holder(ORIGIN, PROJECT, NUMBER)


async def test_a_lock_is_waited_for_within_the_timeout(store: SQLiteStore) -> None:
    """A call waits for another process that is in a transaction."""
    await store.claim(new_entry("used"), LEASE)
    other = sqlite3.connect(path_of(store), isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(0.2, other.rollback)
    timer.start()

    assert isinstance(await store.claim(new_entry(), LEASE), JournalEntry)
    await asyncio.to_thread(timer.join)
    other.close()


async def test_time_in_the_queue_does_not_count(store: SQLiteStore) -> None:
    """Many calls at once may take longer than the timeout, while those before them succeed."""
    schema, database = Schema("queue", (FIRST,)), store._database
    await database.run(schema, insert)
    other = sqlite3.connect(path_of(store), isolation_level=None, check_same_thread=False)
    long_ago = time.monotonic() - 10

    async def waiting() -> int:
        call = PendingCall(schema, insert, True, True, long_ago)
        database._queue().put(call, database._serve)
        return await call.result()

    other.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(0.2, other.rollback)
    timer.start()
    assert 1 == await waiting()
    await asyncio.to_thread(timer.join)

    other.execute("BEGIN IMMEDIATE")
    database._succeeded = long_ago
    with pytest.raises(StoreError, match="locked for 5 s"):
        await waiting()
    other.close()


async def test_calls_at_once_share_a_commit(store: SQLiteStore) -> None:
    """Of calls that wait together, each has its own result, and one commit syncs all of them."""
    await store.claim(new_entry("taken"), LEASE)
    commits: list[str] = []
    store._database._connection._sqlite.set_trace_callback(commits.append)
    claimed = [new_entry("taken"), *[new_entry(f"number {n}") for n in range(50)]]

    results = await asyncio.gather(*[store.claim(entry, LEASE) for entry in claimed])

    assert [Holder, *[JournalEntry] * 50] == [type(result) for result in results]
    assert [entry.id for entry in claimed[1:]] == [result.id for result in results[1:]]
    assert 1 <= commits.count("COMMIT") <= 2  # the thread may begin with the first call


async def test_a_failing_call_fails_alone(store: SQLiteStore) -> None:
    """Calls that share a transaction are run one by one if one of them fails."""
    entries = [new_entry(f"number {n}") for n in range(9)]
    broken = new_entry("broken", request={"a": {1, 2}})
    bug = store._database.run(OPERATIONS, lambda _: 1 / 0)

    results = await asyncio.gather(
        *[store.claim(entry, LEASE) for entry in [*entries[:4], broken, *entries[4:]]],
        bug,
        return_exceptions=True,
    )

    failed = [type(result) for result in results if isinstance(result, Exception)]
    assert [StoreError, ZeroDivisionError] == failed
    assert {entry.id for entry in entries} == {entry.id for entry in await store.entries()}


async def test_calls_end_when_their_loop_is_closed(tmp_path: Path) -> None:
    """`asyncio.run` cancels all tasks at its end: what was called before is still committed."""
    store = SQLiteStore(tmp_path / "numbers.db")
    entries = [new_entry(f"number {n}") for n in range(5)]

    async def abandon() -> None:
        for entry in entries:
            asyncio.ensure_future(store.claim(entry, LEASE))  # noqa: RUF006 - abandoned on purpose
        await asyncio.sleep(0)

    await asyncio.to_thread(lambda: asyncio.run(abandon()))

    assert {entry.id for entry in entries} == {entry.id for entry in await store.entries()}
    await store.close()


async def test_reads_do_not_wait_for_writers(store: SQLiteStore) -> None:
    """Entries can be read while another process is suspended in a transaction."""
    entry = await store.claim(new_entry(), LEASE)
    with closing(sqlite3.connect(path_of(store), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        assert entry == await store.get(entry.id)


# Migrations of schemas that share a file.

FIRST = Migration(("CREATE TABLE queue (id TEXT)",), min_writer_version=1)
COMPATIBLE = Migration(("ALTER TABLE queue ADD COLUMN note TEXT",), min_writer_version=1)
INCOMPATIBLE = Migration(("ALTER TABLE queue ADD COLUMN must TEXT",), min_writer_version=3)
VERSIONS = (FIRST, COMPATIBLE, INCOMPATIBLE)


def insert(_: Session) -> Script[int]:
    result: Result = yield Statement("INSERT INTO queue (id) VALUES (:id)", {"id": "x"})
    return result.changed


@pytest.mark.parametrize(
    ("first", "second", "works"),
    [(1, 2, True), (2, 1, True), (1, 3, True), (3, 1, False), (3, 2, False), (3, 3, True)],
)
async def test_versions_share_a_file(tmp_path: Path, first: int, second: int, works: bool) -> None:
    """Newer code extends the tables; older code writes if the migrations allow it."""
    for version, succeeds in ((first, True), (second, works)):
        database = SQLiteDatabase(tmp_path / "numbers.db", 5.0)
        schema = Schema("queue", VERSIONS[:version])
        if succeeds:
            assert 1 == await database.run(schema, insert)
        else:
            expected = f"version 3 or later; this code is for version {version}"
            with pytest.raises(StoreError, match=expected):
                await database.run(schema, insert)
        await database.close()


async def test_a_failed_migration_leaves_nothing(tmp_path: Path) -> None:
    """A migration is complete or absent: the next attempt starts from the version before."""
    database = SQLiteDatabase(tmp_path / "numbers.db", 5.0)
    broken = Migration(("ALTER TABLE queue ADD COLUMN a TEXT", "CREATE NONSENSE"), 1)
    with pytest.raises(StoreError, match="NONSENSE"):
        await database.run(Schema("queue", (FIRST, broken)), insert)

    assert 1 == await database.run(Schema("queue", (FIRST, COMPATIBLE)), insert)
    await database.close()


async def test_schemas_are_independent(tmp_path: Path) -> None:
    """The tables of one schema do not change the version of another one in the same file."""
    store = SQLiteStore(tmp_path / "numbers.db")
    await store.claim(new_entry(), LEASE)
    database = store._database

    assert 1 == await database.run(Schema("queue", VERSIONS), insert)
    assert 1 == len(await store.entries(states=[OperationState.CLAIMED]))
    await store.close()
