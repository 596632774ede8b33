"""Threads of the system, and waiting for them, with and without a package that patches threads."""

import _thread
import asyncio
import errno
import select
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import anyio
import pytest

from sinch_numbers import (
    APIConnectionError,
    ClientClosedError,
    SyncNumbersClient,
    TooManyOpenFilesError,
    UnsupportedRuntimeError,
)
from sinch_numbers._core import native_threads, new_threads, portal
from sinch_numbers._core.native_threads import Milestone, is_patched, new_latch, original
from sinch_numbers._core.worker_threads import run_in_thread

PATCHERS = {
    "gevent.monkey": SimpleNamespace(
        is_module_patched=lambda name: name in ("_thread", "threading", "select", "socket"),
        get_original=lambda module, name: (module, name),
    ),
    "eventlet.patcher": SimpleNamespace(
        is_monkey_patched=lambda name: name in ("thread", "select", "socket"),
        original=lambda module: SimpleNamespace(allocate_lock=(module, "allocate_lock")),
    ),
}


@pytest.fixture(params=["plain", "patched"])
def program(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Make the package believe that its threads are greenlets, in the second case."""
    if request.param == "patched":
        kept = SimpleNamespace(get_original=lambda module, name: vars(sys.modules[module])[name])
        monkeypatch.setattr(native_threads, "_patcher", lambda _: kept)
        monkeypatch.setitem(sys.modules, "gevent.monkey", kept)
    return str(request.param)


@pytest.mark.parametrize("name", PATCHERS)
def test_patched_functions_are_left_alone(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The originals come from the package that has replaced them, by its own names."""
    assert not is_patched()
    assert original("_thread", "allocate_lock") is _thread.allocate_lock

    monkeypatch.setitem(sys.modules, name, PATCHERS[name])

    assert is_patched()
    assert ("_thread", "allocate_lock") == original("_thread", "allocate_lock")


def test_an_imported_package_that_patched_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs may import gevent for something else."""
    nothing = SimpleNamespace(is_module_patched=lambda _: False)
    monkeypatch.setitem(sys.modules, "gevent.monkey", nothing)

    assert not is_patched()


def in_another_thread(act: Callable[[], object]) -> None:
    native_threads.start_thread(act, "another")


def test_a_latch_is_released_by_another_thread(program: str) -> None:
    """The wait ends with the release, or with the timeout."""
    latch = new_latch()
    assert not latch.acquire(timeout=0.001)
    assert not latch.acquire(blocking=False)

    in_another_thread(latch.release)

    assert latch.acquire()


def test_a_milestone_ends_all_waits(program: str) -> None:
    """Any number of threads wait for it, before and after."""
    milestone = Milestone()
    milestone.wait(0.001)
    assert not milestone.reached

    in_another_thread(milestone.reach)
    milestone.wait()
    milestone.wait()
    milestone.reach()

    assert milestone.reached


@pytest.mark.anyio
async def test_a_function_in_a_thread(program: str) -> None:
    """Its result and its error reach the task; context variables reach the function."""

    def fail() -> None:
        raise ValueError("a bug")

    def stop() -> None:
        raise StopIteration

    here = threading.get_ident()
    assert here != await run_in_thread(threading.get_ident, limiter=anyio.CapacityLimiter(1))
    with pytest.raises(ValueError, match="a bug"):
        await run_in_thread(fail)
    if program == "patched":
        with pytest.raises(RuntimeError, match="StopIteration"):
            await run_in_thread(stop)


@pytest.mark.anyio
async def test_cancelling_a_function_in_a_thread(program: str) -> None:
    """A cancelled task waits for the function, unless that may be abandoned."""
    ended: list[str] = []
    go = threading.Event()

    def work() -> None:
        go.wait(10)
        ended.append("work")

    with anyio.move_on_after(0.01):
        await run_in_thread(work, abandon_on_cancel=True)
    assert [] == ended

    threading.Timer(0.05, go.set).start()
    with anyio.move_on_after(0.01):
        await run_in_thread(work)
    assert "work" in ended


@pytest.mark.anyio
async def test_no_threads_at_exit(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the main thread has ended, a thread that cannot be started is a typed error."""

    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError("can't create new thread at interpreter shutdown")

    monkeypatch.setattr(new_threads, "start_thread", refuse)
    monkeypatch.setattr("anyio.to_thread.run_sync", refuse)
    with pytest.raises(RuntimeError, match="can't create") as caught:
        await run_in_thread(time.time)
    assert not isinstance(caught.value, ClientClosedError)

    monkeypatch.setattr(new_threads, "main_has_ended", lambda: True)
    with pytest.raises(ClientClosedError, match="the interpreter is exiting"):
        await run_in_thread(time.time)


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Replace the private loop by one that has not been started."""
    fresh = portal._Process()
    monkeypatch.setattr(portal, "_process", fresh)
    yield fresh
    fresh._exit()


@pytest.mark.parametrize(
    ("failure", "ending", "error", "message"),
    [
        (RuntimeError("can't start new thread"), False, APIConnectionError, "can't start new"),
        (RuntimeError("at interpreter shutdown"), True, ClientClosedError, "is exiting"),
        (
            RuntimeError("daemon threads are disabled in this (sub)interpreter"),
            False,
            UnsupportedRuntimeError,
            "daemon threads are disabled",
        ),
    ],
)
def test_the_private_loop_has_no_thread(
    failure: Exception,
    ending: bool,
    error: type[Exception],
    message: str,
    process: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each reason is a typed error, and the next call tries again."""
    client = SyncNumbersClient("p", "k", "s", numbers_url="http://127.0.0.1:9")

    def refuse(*_: object) -> None:
        raise failure

    with monkeypatch.context() as broken:
        broken.setattr(portal, "start_thread", refuse)
        broken.setattr(portal, "main_has_ended", lambda: ending)
        for _ in range(2):
            with pytest.raises(error, match=message):
                client.active_numbers.get("+12025550134")
    client.close()


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        (OSError(errno.EMFILE, "Too many open files"), TooManyOpenFilesError),
        (OSError(errno.EACCES, "Permission denied"), APIConnectionError),
        (ImportError("a broken installation"), ImportError),
    ],
    ids=["no descriptor", "denied", "broken"],
)
def test_the_private_loop_cannot_be_opened(
    failure: Exception,
    error: type[Exception],
    process: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The call raises the reason, does not wait, and a later one works."""
    client = SyncNumbersClient("p", "k", "s", numbers_url="http://127.0.0.1:9")

    def refuse(*_: object, **__: object) -> None:
        raise failure

    with monkeypatch.context() as broken:
        broken.setattr(anyio, "run", refuse)
        for _ in range(2):
            with pytest.raises(error, match=str(failure.args[-1])):
                client.close()
    client.close()


def test_a_latch_cannot_be_opened(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without file descriptors a sync call in a patched program is a typed error."""
    client = SyncNumbersClient("p", "k", "s", numbers_url="http://127.0.0.1:9")
    client._run(lambda core: asyncio.sleep(0))

    def refuse(*_: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    if program == "patched":
        with monkeypatch.context() as broken:
            broken.setattr(native_threads._socket, "socketpair", refuse)
            with pytest.raises(TooManyOpenFilesError, match="Too many open files"):
                client._run(lambda core: asyncio.sleep(0))
    client.close()


def test_the_wait_is_that_of_the_patched_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """A greenlet waits in ``select.select``, which is looked up when it is called."""
    waits = []
    latch = native_threads._GreenLatch()
    real = select.select

    def waiting(*arguments: Any) -> Any:
        waits.append(arguments[3])
        return real(*arguments)

    monkeypatch.setattr(select, "select", waiting)
    latch.release()
    assert latch.acquire(timeout=5)
    assert [5] == waits
    assert socket.socketpair is not native_threads._socket.socketpair
