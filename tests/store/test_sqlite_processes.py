"""An SQLite store in several processes: crashes, suspension, forks, full and read-only disks."""

import os
import random
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from journal_process import Process

pytestmark = pytest.mark.slow

PROCESSES = 8


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "numbers.db"


@pytest.fixture
def shared_directory() -> Iterator[Path]:
    """Return a directory that all users can reach; pytest's own is private."""
    directory = Path(tempfile.mkdtemp(prefix="sinch-numbers-shared-"))
    directory.chmod(0o777)
    yield directory
    directory.chmod(0o777)
    shutil.rmtree(directory)


def test_each_number_is_claimed_by_one_process(path: Path) -> None:
    """Of eight processes that open a new file and claim the same 100 numbers, one gets each."""
    numbers = [f"+1202555{number:04}" for number in range(100)]
    with ExitStack() as stack:
        processes = [stack.enter_context(Process(path, 30)) for _ in range(PROCESSES)]
        for seed, process in enumerate(processes):
            shuffled = random.Random(seed).sample(numbers, len(numbers))
            process.send("claim_each", subjects=shuffled)
        claimed = [number for process in processes for number in process.receive()]

    assert numbers == sorted(claimed)


def test_an_entry_of_a_killed_process_is_taken_over_by_one(path: Path) -> None:
    """A process that lives keeps its entry; after SIGKILL, one of several takes it over."""
    with ExitStack() as stack:
        owner = stack.enter_context(Process(path))
        others = [stack.enter_context(Process(path, 30)) for _ in range(PROCESSES)]
        entry = owner.call("claim", subject="a")["id"]
        assert "sent" == owner.call("mark_sent", entry=entry)["state"]
        assert [None] * PROCESSES == [one.call("take_over", entry=entry) for one in others]

        owner.kill()
        for one in others:
            one.send("take_over", entry=entry)
        taken = [answer for one in others if (answer := one.receive()) is not None]

        assert [1] == [answer["epoch"] for answer in taken]


def test_a_suspended_owner_is_alive(path: Path) -> None:
    """A suspended process keeps its entry after the end of its lease, and can go on."""
    with Process(path) as owner, Process(path) as other:
        entry = owner.call("claim", subject="a", lease=0)["id"]
        owner.suspend()

        assert other.call("take_over", entry=entry) is None

        owner.resume()
        assert "sent" == owner.call("mark_sent", entry=entry)["state"]


def test_a_closed_store_leaves_its_process_alive(path: Path) -> None:
    """The process keeps its entries when it closes the store, and uses it again."""
    with Process(path) as owner, Process(path) as other:
        entry = owner.call("claim", subject="a")["id"]

        owner.call("close")

        assert other.call("take_over", entry=entry) is None
        assert "sent" == owner.call("mark_sent", entry=entry)["state"]


def test_a_lost_lock_is_taken_again(path: Path) -> None:
    """Code that reads the lock file drops the process's lock, which each write takes again."""
    with Process(path) as owner, Process(path) as other:
        entry = owner.call("claim", subject="a")["id"]

        owner.call("read_file", path=f"{path}-lock")
        owner.call("mark_sent", entry=entry)

        assert other.call("take_over", entry=entry) is None


def test_a_writer_that_is_suspended_blocks_for_a_bounded_time(path: Path) -> None:
    """While a process is suspended in a transaction, others fail in time, and can still read."""
    with Process(path) as stopped, Process(path, 0.3) as other:
        entry = stopped.call("claim", subject="a")["id"]
        stopped.send("suspend_in_transaction", subject="b")
        stopped.wait_until_suspended()

        failed = other.call("claim", subject="c")
        assert "it was locked for 0.3 s, perhaps by a suspended process" in failed["error"]
        assert "claimed" == other.call("get", entry=entry)["state"]

        stopped.resume()
        assert "resumed" == stopped.receive()
        assert "claimed" == other.call("claim", subject="c")["state"]


def test_a_writer_that_is_killed_leaves_no_trace(path: Path) -> None:
    """The transaction of a killed process is rolled back, and its lock is gone."""
    with Process(path) as stopped, Process(path) as other:
        stopped.call("claim", subject="a")
        stopped.send("suspend_in_transaction", subject="b")
        stopped.wait_until_suspended()
        stopped.kill()

        assert "claimed" == other.call("claim", subject="b")["state"]


@pytest.mark.parametrize("hooks", [True, False], ids=["os.fork", "fork of the C library"])
def test_a_forked_child_is_another_process(path: Path, hooks: bool) -> None:
    """A child claims on its own, its parent is alive for it, and it takes nothing with it."""
    with Process(path) as parent, Process(path) as other:
        entry = parent.call("claim", subject="a", lease=0)["id"]

        held = parent.call("in_forked_child", hooks=hooks, do="claim", subject="a")
        claimed = parent.call("in_forked_child", hooks=hooks, do="claim", subject="b")
        taken = parent.call("in_forked_child", hooks=hooks, do="take_over", entry=entry)

        assert entry == held["entry_id"]
        assert "claimed" == claimed["state"]
        assert taken is None
        assert other.call("take_over", entry=entry) is None
        assert 1 == other.call("take_over", entry=claimed["id"])["epoch"]
        assert "sent" == parent.call("mark_sent", entry=entry)["state"]


def test_a_childs_claim_survives_the_parents_close(path: Path) -> None:
    """A child that uses the store when its parent closes it writes to the same log as others."""
    with Process(path) as parent, Process(path) as other:
        parent.call("claim", subject="a")
        parent.call("keep_forked_child")
        parent.call("close")

        claimed = parent.call("claim_by_child")

        assert "claimed" == claimed["state"]
        assert claimed["id"] == other.call("claim", subject="by the child")["entry_id"]


def test_a_spawned_child_opens_the_store(path: Path) -> None:
    """A store that is passed to a spawned process opens the same file there."""
    with Process(path) as parent:
        entry = parent.call("claim", subject="a")["id"]

        held = parent.call("in_spawned_child", do="claim", subject="a")

        assert entry == held["entry_id"]


def test_a_file_that_cannot_grow(path: Path) -> None:
    """Where writing fails, a call fails with the reason; what was stored before stays readable."""
    with Process(path) as process:
        entry = process.call("claim", subject="a")["id"]
        process.call("limit_files", size=Path(f"{path}-wal").stat().st_size)

        failed = process.call("claim", subject="b")
        assert "disk I/O error" in failed["error"]
        assert str(path) in failed["error"]
        assert "claimed" == process.call("get", entry=entry)["state"]

        process.call("limit_files", size=-1)
        assert "claimed" == process.call("claim", subject="b")["state"]


def can_mount() -> bool:
    """Whether this process may mount a file system."""
    if os.geteuid() != 0:
        return False
    with tempfile.TemporaryDirectory() as directory:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", directory], check=False)
        if mounted.returncode == 0:
            subprocess.run(["umount", directory], check=True)
    return mounted.returncode == 0


if can_mount():

    def fill(path: Path) -> None:
        with path.open("wb", 0) as file:
            while True:
                file.write(bytes(4096))

    @pytest.fixture
    def small_disk(tmp_path: Path) -> Iterator[Path]:
        directory = tmp_path / "disk"
        directory.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", directory], check=True)
        yield directory
        subprocess.run(["umount", directory], check=True)

    @pytest.mark.parametrize("opened", [True, False], ids=["opened before", "opened later"])
    def test_a_full_disk(small_disk: Path, opened: bool) -> None:
        """On a full disk, calls fail with the reason; when there is space again, they succeed."""
        path = small_disk / "numbers.db"
        filler = small_disk / "filler"
        with Process(path) as process:
            if opened:
                process.call("claim", subject="a")
            with pytest.raises(OSError, match="No space"):
                fill(filler)
            failed = process.call("claim_each", subjects=[str(number) for number in range(50)])

            assert "full" in failed["error"] or "disk I/O error" in failed["error"]
            assert str(path) in failed["error"]
            filler.unlink()
            assert "claimed" == process.call("claim", subject="z")["state"]


@pytest.mark.parametrize(
    ("modes", "reason"),
    [
        ({"": 0o555}, "its directory is not writable"),
        ({"numbers.db": 0o400}, "the file is not readable and writable"),
        ({"numbers.db": 0o000}, "the file is not readable and writable"),
        ({"": 0o000}, "Permission denied"),
    ],
    ids=["directory", "file", "unreadable file", "unreadable directory"],
)
def test_permissions(shared_directory: Path, modes: dict[str, int], reason: str) -> None:
    """Without the permission to write, a call fails with the reason and the path."""
    path = shared_directory / "numbers.db"
    with Process(path) as process:
        process.call("drop_privileges")
        assert "claimed" == process.call("claim", subject="a")["state"]
        process.call("close")
        for name, mode in modes.items():
            (shared_directory / name).chmod(mode)

        failed = process.call("claim", subject="b")

        assert reason in failed["error"]
        assert str(path) in failed["error"]


def test_a_new_file_in_a_read_only_directory(shared_directory: Path) -> None:
    """A file that cannot be created fails the call with the reason and the path."""
    shared_directory.chmod(0o555)
    path = shared_directory / "new" / "numbers.db"
    with Process(path) as process:
        process.call("drop_privileges")

        failed = process.call("claim", subject="a")

        assert "Permission denied" in failed["error"]
        assert str(path) in failed["error"]


@pytest.mark.parametrize("commits", [0, 1, 7])
def test_committed_entries_survive_a_kill(path: Path, commits: int) -> None:
    """After SIGKILL, the next process finds exactly the entries whose calls had returned."""
    with Process(path) as process, Process(path) as other:
        entries = [process.call("claim", subject=str(number))["id"] for number in range(commits)]
        process.send("suspend_in_transaction", subject="b")
        process.wait_until_suspended()
        process.kill()

        assert ["claimed"] * commits == [other.call("get", entry=one)["state"] for one in entries]
