"""
Threads and locks of the operating system, also where gevent or eventlet has patched the program.

In a patched program, `threading` starts greenlets. They share one thread, so asyncio's running
loop is the same for all of them, and other threads cannot release their locks.
"""

import _socket
import _thread
import select
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, Final, Protocol

_POLL_SECONDS: Final = 0.001


def is_patched() -> bool:
    """Whether gevent or eventlet has replaced the threads, or the waiting, of this program."""
    if "gevent.monkey" not in sys.modules and "eventlet.patcher" not in sys.modules:
        return False  # asked for each sync call
    return _patcher("threading") is not None or _patcher("select") is not None


def original(module: str, name: str) -> Any:
    """Return the function or class *name* of *module* as it was before gevent or eventlet."""
    patcher = _patcher(module)
    if patcher is None:
        return getattr(sys.modules[module], name)
    if hasattr(patcher, "get_original"):
        return patcher.get_original(module, name)
    return getattr(patcher.original(module), name)


def _patcher(module: str) -> Any:
    """Return the module of gevent or eventlet that has patched *module*, if any."""
    gevent = sys.modules.get("gevent.monkey")
    if gevent is not None and gevent.is_module_patched(module):
        return gevent
    eventlet = sys.modules.get("eventlet.patcher")
    # It calls all modules about threads "thread".
    called = "thread" if "thread" in module else module
    if eventlet is not None and eventlet.is_monkey_patched(called):
        return eventlet
    return None


def new_lock() -> threading.Lock:
    """
    Return a lock that excludes threads, for sections that wait for nothing.

    In a patched program it blocks the thread with all its greenlets, for microseconds.
    """
    lock: threading.Lock = original("_thread", "allocate_lock")()
    return lock


class Latch(Protocol):
    """A lock that one thread waits for, and another one releases once."""

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Wait for `release`; return whether it was called within *timeout* seconds."""
        ...

    def release(self) -> None:
        """End the wait."""
        ...


def new_latch() -> Latch:
    """Return a latch. In a patched program, only the waiting greenlet is suspended."""
    if is_patched():
        return _GreenLatch()
    lock = _thread.allocate_lock()
    lock.acquire()
    return lock


class _GreenLatch:
    """A latch over a pair of sockets: greenlets of all packages can wait for a socket."""

    def __init__(self) -> None:
        # Of the lowest level: only the wait itself may switch to other greenlets.
        pair = getattr(_socket, "socketpair", socket.socketpair)  # Windows has only the latter
        ends: tuple[socket.socket, socket.socket] = pair()
        self._receiver, self._sender = ends

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        seconds = (None if timeout < 0 else timeout) if blocking else 0
        if not select.select([self._receiver], [], [], seconds)[0]:
            return False
        self._receiver.recv(1)
        return True

    def release(self) -> None:
        self._sender.send(b"\0")

    def __del__(self) -> None:
        for name in ("_receiver", "_sender"):  # which are missing if too many files are open
            if name in vars(self):
                vars(self)[name].close()


class Milestone:
    """An event that happens once; any number of threads and greenlets can wait for it."""

    def __init__(self) -> None:
        self.reached = False
        self._lock = new_lock()
        self._lock.acquire()

    def reach(self) -> None:
        """End all waits."""
        if not self.reached:
            self.reached = True
            self._lock.release()

    def wait(self, timeout: float = -1) -> None:
        """Return when the event has happened, at the latest after *timeout* seconds."""
        if is_patched():
            end = time.monotonic() + timeout
            while not self.reached and (timeout < 0 or time.monotonic() < end):
                time.sleep(_POLL_SECONDS)  # patched: other greenlets run meanwhile
        elif self._lock.acquire(timeout=timeout):
            self._lock.release()


def start_thread(run: Callable[[], object], name: str) -> None:
    """
    Call *run* in a daemon thread of the operating system.

    Raises `RuntimeError` when the thread cannot be started.
    """
    if not is_patched():
        threading.Thread(target=run, name=name, daemon=True).start()
        return

    def named() -> None:
        threading.current_thread().name = name
        run()

    original("_thread", "start_new_thread")(named, ())


def main_has_ended() -> bool:
    """Whether the interpreter is exiting, and only waits for threads that outlive the main one."""
    return not threading.main_thread().is_alive()
