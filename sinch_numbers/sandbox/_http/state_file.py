"""
State file of a sandbox, which one sandbox uses at a time.

A lock file next to it, ``FILE.lock``, is locked as long as the sandbox runs; the system drops
the lock when the process ends. It stays, since removing it could let two sandboxes lock
different files.
"""

import logging
import os
import re
import time
import weakref
from collections.abc import Sequence
from pathlib import Path

import attrs

from sinch_numbers.sandbox._api.sandbox_state import SandboxState, Settings
from sinch_numbers.sandbox._api.snapshot import (
    SandboxSnapshot,
    SnapshotWriter,
    read_snapshot,
    restore,
    set_clock,
)
from sinch_numbers.sandbox._client_side import (
    check_replaceable,
    create_private,
    replace,
    state_error,
)
from sinch_numbers.sandbox._protocol.clock import Clock
from sinch_numbers.sandbox._protocol.snapshots import SnapshotError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]  # tested before each use

__all__ = ["StateFile"]

_logger = logging.getLogger(__name__)

_PATIENCE = 10.0  # seconds; a command of the command line takes less
_LOOK = 0.05
_OWNER = re.compile(rb"[0-9]{0,20}\n?")
_OPENED = os.O_RDWR | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)


class StateFile:
    """A state file, locked until it is released."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path: Path = Path(path)
        self._lock = _Lock(self.path)
        self._writer = SnapshotWriter()
        self.reset_secrets: tuple[str, ...] = ()
        """Projects whose signing secrets are not those of the previous run."""

    def open(
        self, settings: Settings, project_ids: Sequence[str], key: tuple[str, str], clock: Clock
    ) -> SandboxState:
        """
        Return the sandbox of the file, with new projects of *project_ids* if it has none of them.

        Raises `SandboxStateError` if the file can't be read, and `OutputFileError` if it can't be
        replaced.
        """
        check_replaceable(self.path)
        snapshot = self._read()
        if snapshot is None:
            return SandboxState(settings, project_ids, key, clock)
        try:
            set_clock(clock, snapshot)
            world = SandboxState(
                attrs.evolve(settings, seed=snapshot.seed),
                list(dict.fromkeys([*project_ids, *snapshot.projects])),
                key,
                clock,
                empty=snapshot.projects,
            )
            restore(world, snapshot)
        except SnapshotError as error:
            raise state_error(self.path, str(error)) from None
        self.reset_secrets = tuple(snapshot.changed_secrets)
        for project_id in self.reset_secrets:
            _logger.warning(
                "%s does not contain the signing secrets that were set for project %s: the "
                "initial ones are back",
                self.path,
                project_id,
            )
        return world

    def write(self, world: SandboxState) -> None:
        """Replace the file by the state of *world*."""
        replace(self.path, self._writer.write(world))

    def check_locked(self) -> None:
        """Raise `RuntimeError` if the file has been released, and so may have changed."""
        if not self._lock.held:
            msg = "a sandbox with a state file can't be started again: create another one"
            raise RuntimeError(msg)

    def release(self) -> None:
        """Let other sandboxes use the file."""
        self._lock.release()

    def _read(self) -> SandboxSnapshot | None:
        try:
            return read_snapshot(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except UnicodeDecodeError:
            problem = "it isn't valid JSON"
        except SnapshotError as error:
            problem = str(error)
        except OSError as error:
            problem = error.strerror or str(error)
        raise state_error(self.path, problem)


class _Lock:
    """The lock of a state file, held until it is released."""

    def __init__(self, path: Path) -> None:
        lock = path.with_name(f"{path.name}.lock")
        try:
            create_private(lock)
            self._descriptor = os.open(lock, _OPENED)
        except (OSError, ValueError) as error:  # a NUL in the name is the latter
            problem = getattr(error, "strerror", None) or str(error)
            raise state_error(path, f"its lock file can't be opened: {problem}") from None
        self._close = weakref.finalize(self, os.close, self._descriptor)
        try:
            self._wait(path)
        except BaseException:
            self._close()
            raise

    def _wait(self, path: Path) -> None:
        end = time.monotonic() + _PATIENCE
        while not _locked(self._descriptor):
            owner = self._owner(path)
            if time.monotonic() > end or owner == str(os.getpid()):
                raise state_error(path, f"another sandbox uses it (process {owner or 'unknown'})")
            time.sleep(_LOOK)
        self._owner(path)
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        os.ftruncate(self._descriptor, 0)
        os.write(self._descriptor, f"{os.getpid()}\n".encode())

    def _owner(self, path: Path) -> str:
        """Return the process ID in the file; raise if the file is not a lock file."""
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        content = os.read(self._descriptor, 100)
        if not _OWNER.fullmatch(content):
            raise state_error(path, f"{path.name}.lock is a file of another program")
        return content.decode("ascii").strip()

    @property
    def held(self) -> bool:
        """Return whether the file is locked by this object."""
        return self._close.alive

    def release(self) -> None:
        """Unlock, unless that was done."""
        if self.held:
            _unlock(self._descriptor)
            self._close()


def _locked(descriptor: int) -> bool:
    """Lock an open file; return whether no one else had locked it."""
    try:
        if fcntl is not None:
            # Unlike record locks, it also excludes other sandboxes of this process.
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            _windows_lock(descriptor, "LK_NBLCK")
    except OSError:  # EWOULDBLOCK, or EACCES on Windows
        return False
    return True


def _unlock(descriptor: int) -> None:
    """Unlock, also for forked children that inherited the descriptor."""
    if fcntl is not None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
    else:
        _windows_lock(descriptor, "LK_UNLCK")


def _windows_lock(descriptor: int, mode: str) -> None:
    import msvcrt

    # Far behind the process ID, which others read: these locks are mandatory.
    os.lseek(descriptor, 4096, os.SEEK_SET)
    vars(msvcrt)["locking"](descriptor, vars(msvcrt)[mode], 1)
    os.lseek(descriptor, 0, os.SEEK_SET)
