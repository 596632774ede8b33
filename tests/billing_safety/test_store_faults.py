"""Store failures before and after a request: no unrecorded request, no lost result."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import attrs
import pytest

from sinch_numbers import NumbersClient, OperationState, Recovered, StoreError
from sinch_numbers.sandbox import Sandbox
from sinch_numbers.store import SQLiteStore
from sinch_numbers.testing._served import ServedSandbox

sys.path.append(str(Path(__file__).parent.parent / "store"))

from journal_process import Process

pytestmark = [pytest.mark.sandbox, pytest.mark.slow]

SCRIPT = Path(__file__).parent / "scripts" / "rent_once.py"
NUMBER, EARLIER = "+12025550134", "+12025550100"

Fault = Callable[["Renting", ExitStack], Callable[[], object]]
"""Makes the store fail, and returns what repairs it."""


@attrs.frozen(kw_only=True)
class Renting:
    """A sandbox, a store in a directory, and processes that rent."""

    sandbox: Sandbox
    directory: Path

    @property
    def path(self) -> Path:
        return self.directory / "numbers.db"

    def start(self, where: object, number: str = NUMBER) -> "subprocess.Popen[str]":
        """Start a process that rents *number*."""
        return subprocess.Popen(
            [sys.executable, str(SCRIPT), str(where), number],
            env=os.environ | self.sandbox.environment | {"PYTHONPATH": ":".join(sys.path)},
            stdout=subprocess.PIPE,
            text=True,
        )

    def rent(self, where: object, number: str = NUMBER) -> dict[str, str]:
        """Rent *number* in a process of its own; return the outcome and the log."""
        return outcome(self.start(where, number))

    def wait_until_sent(self) -> None:
        """Wait until the request for `NUMBER` has taken effect."""
        limit = time.monotonic() + 60
        while not self.billed:
            assert time.monotonic() < limit
            time.sleep(0.01)

    @property
    def billed(self) -> int:
        return sum(one.phone_number == NUMBER for one in self.sandbox.ledger)

    @property
    def requests(self) -> int:
        return sum(NUMBER in call and call.startswith("POST") for call in self.sandbox.calls)

    async def recover(self, store: Any) -> list[Recovered]:
        """Recover in this process."""
        given = self.sandbox
        async with NumbersClient(
            "sandbox", "sandbox", "sandbox", numbers_url=given.url, auth_url=given.auth_url,
            imported_numbers_url=given.imported_url, settle_timeout=0.2, store=store,
        ) as client:  # fmt: skip
            return [*await client.recover()]


def outcome(process: "subprocess.Popen[str]") -> dict[str, str]:
    out, _ = process.communicate(timeout=120)
    told: dict[str, str] = json.loads(out)
    return told


@contextmanager
def small_disk() -> Iterator[Path]:
    """Yield a directory on a file system of its own, if this process may mount one."""
    with tempfile.TemporaryDirectory() as name:
        mounted = mount("-t", "tmpfs", "-o", "size=2m", "tmpfs", name)
        try:
            yield Path(name)
        finally:
            if mounted:
                subprocess.run(["umount", "-l", name], check=True)


def mount(*arguments: str) -> bool:
    """Return whether ``mount`` succeeded."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        return False
    done = subprocess.run(["mount", *arguments], check=False, capture_output=True)
    return done.returncode == 0


def can_mount() -> bool:
    """Whether this process may mount a file system."""
    with small_disk() as directory:
        return directory.is_mount()


@pytest.fixture
def renting() -> Iterator[Renting]:
    """Run a sandbox with two numbers, and an empty directory on a small disk."""
    with ServedSandbox(numbers=0, stock=0) as served, small_disk() as directory:
        for number in (NUMBER, EARLIER):
            served.sandbox.project().add_available(phone_number=number)
        yield Renting(sandbox=served.sandbox, directory=directory)


# The faults


def full_disk(renting: Renting, _: ExitStack) -> Callable[[], object]:
    filler = renting.directory / "filler"
    with suppress(OSError), filler.open("wb", 0) as file:
        while file.write(bytes(4096)):
            pass
    return filler.unlink


def suspended_writer(renting: Renting, stack: ExitStack) -> Callable[[], object]:
    writer = stack.enter_context(Process(renting.path))
    writer.send("suspend_in_transaction", subject="other")
    writer.wait_until_suspended()
    return writer.kill


def replaced_file(renting: Renting, _: ExitStack) -> Callable[[], object]:
    kept = renting.directory / "kept"
    kept.mkdir()
    for path in renting.directory.glob("numbers.db*"):
        path.rename(kept / path.name)
    shutil.copy(kept / "numbers.db", renting.path)

    def repair() -> None:
        for path in kept.iterdir():
            path.replace(renting.directory / path.name)

    return repair


FAULTS: list[Fault] = [suspended_writer, replaced_file]
if can_mount():
    FAULTS.append(full_disk)

    def test_a_read_only_disk_ends_the_call(renting: Renting) -> None:
        """With `StoreError`, before a byte is sent."""
        renting.rent(renting.path, EARLIER)
        assert mount("-o", "remount,ro", str(renting.directory))

        told = renting.rent(renting.path)

        assert ("StoreError", 0, 0) == (told["error"], renting.requests, renting.billed)


faults = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)


@faults
def test_a_store_that_fails_before_the_request_ends_the_call(
    renting: Renting, fault: Fault
) -> None:
    """With `StoreError`, before a byte is sent; once it is repaired, the number can be rented."""
    store = SQLiteStore(renting.path, timeout=0.3)

    async def rent(number: str) -> Any:
        given = renting.sandbox
        async with NumbersClient(
            "sandbox", "sandbox", "sandbox", numbers_url=given.url, auth_url=given.auth_url,
            store=store,
        ) as client:  # fmt: skip
            return await client.available_numbers.rent(number)

    with asyncio.Runner() as runner, ExitStack() as stack:
        runner.run(rent(EARLIER))
        repair = fault(renting, stack)
        with pytest.raises(StoreError):
            runner.run(rent(NUMBER))
        assert (0, 0) == (renting.requests, renting.billed)
        repair()
        runner.run(store.close())
        assert NUMBER == runner.run(rent(NUMBER)).phone_number
        runner.run(store.close())

    assert 1 == renting.billed


@faults
def test_a_store_that_fails_after_the_request_loses_nothing(
    renting: Renting, fault: Fault
) -> None:
    """The caller gets the number, the log names it, and recovery finds it in the open entry."""
    renting.rent(renting.path, EARLIER)
    renting.sandbox.faults.add("slow", method="POST", path=f"{NUMBER}:rent", seconds=3.0)
    with ExitStack() as stack:
        process = renting.start(renting.path)
        renting.wait_until_sent()
        repair = fault(renting, stack)
        told = outcome(process)
        repair()

    assert NUMBER == told["rented"]
    assert NUMBER in told["log"]
    (recovered,) = asyncio.run(renting.recover(renting.path))
    assert (OperationState.APPLIED, NUMBER) == (
        recovered.entry.state,
        recovered.result.phone_number,
    )
    assert (1, 1) == (renting.requests, renting.billed)


# PostgreSQL


def end_leases(postgres: Any, dsn: str) -> None:
    """Let the leases of the processes end, as if a minute had passed."""
    changed = "UPDATE sinch_operations SET lease_until = lease_until - 600000000"
    postgres.execute(changed, dsn.rpartition("/")[2])


@pytest.mark.postgres
def test_a_server_that_is_down_ends_the_call(
    renting: Renting, postgres: Any, postgres_dsn: str
) -> None:
    """With `StoreError`, before a byte is sent."""
    renting.rent(postgres_dsn, EARLIER)
    postgres.stop()
    try:
        told = renting.rent(postgres_dsn)
    finally:
        postgres.start()

    assert ("StoreError", 0, 0) == (told["error"], renting.requests, renting.billed)


@pytest.mark.postgres
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["stopped", "crashed"])
def test_a_server_that_stops_during_the_request_loses_nothing(
    renting: Renting, postgres: Any, postgres_dsn: str, how: signal.Signals
) -> None:
    """The caller gets the number, the log names it, and recovery finds it after the restart."""
    renting.rent(postgres_dsn, EARLIER)
    renting.sandbox.faults.add("slow", method="POST", path=f"{NUMBER}:rent", seconds=3.0)
    process = renting.start(postgres_dsn)
    renting.wait_until_sent()
    postgres.stop(how)
    try:
        told = outcome(process)
    finally:
        postgres.start()

    assert NUMBER == told["rented"]
    assert NUMBER in told["log"]
    end_leases(postgres, postgres_dsn)
    (recovered,) = asyncio.run(renting.recover(postgres_dsn))
    assert OperationState.APPLIED is recovered.entry.state
    assert (1, 1) == (renting.requests, renting.billed)


@pytest.mark.postgres
def test_an_owner_that_is_suspended_beyond_its_lease_bills_once(
    renting: Renting, postgres: Any, postgres_dsn: str
) -> None:
    """Another process recovers its call; when it wakes up, both know the same number."""
    renting.rent(postgres_dsn, EARLIER)
    renting.sandbox.faults.add("slow", method="POST", path=f"{NUMBER}:rent", seconds=3.0)
    process = renting.start(postgres_dsn)
    renting.wait_until_sent()
    process.send_signal(signal.SIGSTOP)
    end_leases(postgres, postgres_dsn)
    (recovered,) = asyncio.run(renting.recover(postgres_dsn))
    process.send_signal(signal.SIGCONT)
    told = outcome(process)

    assert NUMBER == told["rented"]
    assert OperationState.APPLIED is recovered.entry.state
    assert [] == asyncio.run(renting.recover(postgres_dsn))
    assert (1, 1) == (renting.requests, renting.billed)
