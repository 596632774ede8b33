"""
Locks that show which processes are alive, without a heartbeat.

Each process locks one byte of a file next to the database, at an offset that the database hands
out once. The kernel drops the lock when the process ends for any reason, but not while it is
suspended. POSIX record locks belong to the process: forked children don't inherit them, and
closing any descriptor of the file drops them all. So a process has one descriptor for each
file, which it never closes.
"""

import os
import socket
import time
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

from sinch_numbers._core.atomic_files import PRIVATE, create
from sinch_numbers._core.native_threads import new_lock
from sinch_numbers._core.transport.fork_safety import register_fork_reset
from sinch_numbers.store._database import RejectedError
from sinch_numbers.store._database_file import Identity, identity

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]  # tested before each use

_OPENED: Final = os.O_RDWR | getattr(os, "O_CLOEXEC", 0)


class ProcessLocks:
    """The lock file of one database, as this process has it open."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._slots: dict[str, int] = {}  # by the generation of the database
        self._held: set[int] = set()

    def slot(self, generation: str) -> int | None:
        """Return the slot that this process has in the database, if any."""
        return self._slots.get(generation)

    def take(self, generation: str, slot: int) -> bool:
        """Lock *slot* for this process; return whether it was free."""
        if not self._lock(slot):
            return False
        self._held.add(slot)
        self._slots[generation] = slot
        return True

    def holds(self, slot: int) -> bool:
        """Return whether *slot* is one of this process."""
        return slot in self._held

    def hold(self, slot: int) -> None:
        """Lock the process's *slot* again, in case other code closed the file meanwhile."""
        if not self._lock(slot):
            raise RejectedError("another process has the lock of this one")

    def is_free(self, slot: int) -> bool:
        """
        Return whether no process holds *slot*, which this process doesn't hold itself.

        To be called in a write transaction: two processes that try the same lock at a time would
        take each other for its owner.
        """
        free = self._lock(slot)
        if free:
            self._unlock(slot)
        return free

    def _lock(self, slot: int) -> bool:
        try:
            if fcntl is not None:
                fcntl.lockf(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, slot)
            else:
                self._windows_lock(slot, "LK_NBLCK")
        except (BlockingIOError, PermissionError):  # EAGAIN or EACCES: held by another process
            return slot in self._held and fcntl is None  # Windows: by this descriptor
        return True

    def _unlock(self, slot: int) -> None:
        if fcntl is not None:
            fcntl.lockf(self._descriptor, fcntl.LOCK_UN, 1, slot)
        else:
            self._windows_lock(slot, "LK_UNLCK")

    def _windows_lock(self, slot: int, mode: str) -> None:
        import msvcrt

        os.lseek(self._descriptor, slot, os.SEEK_SET)
        vars(msvcrt)["locking"](self._descriptor, vars(msvcrt)[mode], 1)


class _Registry:
    """The open lock files of this process."""

    def __init__(self) -> None:
        self._lock = new_lock()
        self._pid = os.getpid()
        self._files: dict[Identity, ProcessLocks] = {}
        register_fork_reset(self)

    def open(self, path: Path, mode: int) -> ProcessLocks:
        if self._pid != os.getpid():  # forked without Python's hooks
            self.reset_after_fork()
        with self._lock:
            with suppress(FileExistsError):
                create(path, mode)
            found = identity(path)
            if found is not None and (known := self._files.get(found)) is not None:
                return known
            descriptor = os.open(path, _OPENED)
            opened = os.fstat(descriptor)
            locks = ProcessLocks(descriptor)
            return self._files.setdefault((opened.st_dev, opened.st_ino), locks)

    def reset_after_fork(self) -> object:
        """Forget the parent's descriptors, which lock nothing in a forked child."""
        self._lock = new_lock()
        self._pid = os.getpid()
        old, self._files = self._files, {}
        return old


_registry: Final = _Registry()


def process_locks(path: Path, mode: int = PRIVATE) -> ProcessLocks:
    """Return the lock file at *path*, which is opened once per process; create it with *mode*."""
    return _registry.open(path, mode)


@cache
def boot_id() -> str:
    """Return the ID of the host's boot; where the system has none, the name of the host."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return socket.gethostname()


def owner_name() -> str:
    """Return host, process ID, and start time of this process."""
    return _owner_name(os.getpid())


@cache
def _owner_name(pid: int) -> str:
    started = datetime.fromtimestamp(_started(), UTC).isoformat(timespec="seconds")
    return f"{socket.gethostname()} pid {pid} started {started}"


def _started() -> float:
    """Return the start time of this process, by its first use of a store where unknown."""
    try:
        # The 22nd field, counted after the name in parentheses, which may contain spaces.
        fields = Path("/proc/self/stat").read_text(encoding="utf-8", errors="replace")
        ticks = int(fields.rpartition(")")[2].split()[19])
        kernel = Path("/proc/stat").read_text(encoding="ascii")
        booted = next(line for line in kernel.splitlines() if line.startswith("btime "))
        return int(booted.split()[1]) + ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, LookupError, StopIteration, AttributeError):
        return time.time()
