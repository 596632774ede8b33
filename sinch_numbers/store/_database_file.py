"""
The file of an SQLite database: where it may be, its mode, and whether it is still the same.

Nothing here opens an existing database: closing any descriptor of a file drops all POSIX locks
that the process has on it, including those of SQLite.
"""

import os
import re
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

import attrs

from sinch_numbers._core.atomic_files import PRIVATE, create, make_directories
from sinch_numbers.store._database import RejectedError

Identity = tuple[int, int]
"""Device and inode."""

_OTHERS: Final = 0o077
"""The permissions of all but the owner."""
_SMALLEST: Final = 512
"""Bytes of a page."""
_MOUNTS: Final = Path("/proc/self/mountinfo")
# Their locks are missing or unreliable between hosts, and WAL needs shared memory.
_NETWORK: Final = frozenset(
    ("9p", "acfs", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "drvfs", "fhgfs", "gfs",
     "gfs2", "glusterfs", "gpfs", "lustre", "ncp", "ncpfs", "nfs", "nfs3", "nfs4", "nfsd",
     "ocfs2", "orangefs", "panfs", "prl_fs", "pvfs2", "shfs", "smb", "smb2", "smb3", "smbfs",
     "vboxsf", "virtiofs", "vmhgfs")
)  # fmt: skip
_LOCAL_FUSE: Final = frozenset(("ext2", "ext3", "ext4", "fuseblk", "ntfs", "ntfs-3g", "overlayfs"))
"""FUSE file systems on local disks; all others may be remote, such as ``fuse.sshfs``."""
_ESCAPED: Final = re.compile(r"\\([0-7]{3})")


@attrs.frozen
class DatabaseFile:
    """Paths of a database and of the files next to it."""

    path: Path
    mode: int = PRIVATE
    shared: tuple[Path, ...] = attrs.field(
        init=False,
        default=attrs.Factory(lambda self: self._shared(), takes_self=True),
    )
    """The files that all connections use, and that must not be replaced while in use."""

    def _shared(self) -> tuple[Path, ...]:
        return self.path, self._beside("-wal"), self._beside("-shm"), self.lock_file

    @property
    def lock_file(self) -> Path:
        """The file whose bytes the owners of entries lock."""
        return self._beside("-lock")

    def prepare(self, known: Identity | None) -> None:
        """
        Create the file unless it exists, and set its mode; raise `RejectedError` if unusable.

        With *known*, the file must be that one.
        """
        directory = self.path.parent
        make_directories(directory, self.mode)
        network = network_file_system(directory)
        if network is not None:
            raise RejectedError(f"it is on a network file system ({network})")
        if known is None:
            with suppress(FileExistsError):
                create(self.path, self.mode)
        found = _stat(self.path)
        if known is not None and (found is None or (found.st_dev, found.st_ino) != known):
            raise RejectedError("the file was deleted or replaced while in use")
        if found is None:
            raise RejectedError("the file was deleted while it was opened")
        if not stat.S_ISREG(found.st_mode):
            raise RejectedError("it is not a regular file")
        if 0 < found.st_size < _SMALLEST:
            raise RejectedError("the file is not a database")  # SQLite would overwrite it
        if found.st_nlink > 1:
            # SQLite names the files of its log after the path, so each link would get its own.
            raise RejectedError("the file has several hard links")
        if os.name == "posix":
            self._set_modes()

    def _set_modes(self) -> None:
        """Set the permissions of all but the owner. SQLite copies those of the database."""
        for path in self.shared:
            if (found := _stat(path)) is None:
                continue
            before = stat.S_IMODE(found.st_mode)
            wanted = before & ~_OTHERS | self.mode & _OTHERS
            if wanted != before:
                with suppress(PermissionError):  # another user's
                    path.chmod(wanted)

    def identities(self) -> tuple[Identity | None, ...]:
        """Return the identities of `shared`."""
        return tuple(identity(path) for path in self.shared)

    def check(self, opened: tuple[Identity | None, ...]) -> None:
        """Raise `RejectedError` if a file is not the one that was opened."""
        for path, before in zip(self.shared, opened, strict=True):
            if before is not None and identity(path) != before:
                which = "the file" if path == self.path else path.name
                raise RejectedError(f"{which} was deleted or replaced while in use")

    def explain(self) -> str | None:
        """Return why the file cannot be opened or written, if its permissions show it."""
        if not os.access(self.path.parent, os.W_OK | os.X_OK):
            return "its directory is not writable"
        if not os.access(self.path, os.R_OK | os.W_OK):
            return "the file is not readable and writable"
        return None

    def _beside(self, suffix: str) -> Path:
        return self.path.with_name(self.path.name + suffix)


def identity(path: Path) -> Identity | None:
    """Return device and inode of *path*, or ``None`` if it is missing."""
    found = _stat(path)
    return None if found is None else (found.st_dev, found.st_ino)


def network_file_system(directory: Path) -> str | None:
    """
    Return the type of the network file system that *directory* is on, or ``None``.

    Linux lists the types in ``/proc/self/mountinfo``. On Windows, paths of shares and mapped
    drives are recognized; elsewhere nothing is.
    """
    if sys.platform == "win32":
        return _remote_drive(directory)
    try:
        mounts = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return None
    kind = mounted_type(directory, mounts)
    return kind if kind is not None and is_network(kind) else None


def is_network(kind: str) -> bool:
    """Whether the file system type *kind* may be shared with other hosts."""
    main, _, sub = kind.partition(".")
    if main == "fuse":
        return sub not in _LOCAL_FUSE
    return main in _NETWORK


def mounted_type(directory: Path, mounts: str) -> str | None:
    """Return the type of the file system at *directory*, by the text of ``mountinfo``."""
    longest, found = -1, None
    for line in mounts.splitlines():
        before, separator, after = line.partition(" - ")
        fields = before.split(" ")
        if not separator or len(fields) < 5:
            continue
        mounted = Path(_ESCAPED.sub(lambda octal: chr(int(octal[1], 8)), fields[4]))
        # Of several mounts at the same place, the last one is visible.
        if directory.is_relative_to(mounted) and len(mounted.parts) >= longest:
            longest, found = len(mounted.parts), after.split(" ", 1)[0]
    return found


def _remote_drive(directory: Path) -> str | None:
    if str(directory).startswith("\\\\"):
        return "share"
    import ctypes

    drive_type = vars(ctypes)["windll"].kernel32.GetDriveTypeW(directory.anchor)
    return "mapped drive" if drive_type == 4 else None  # DRIVE_REMOTE


def _stat(path: Path) -> os.stat_result | None:
    try:
        return os.stat(path)  # noqa: PTH116 - half the time of `Path.stat`, in each transaction
    except (FileNotFoundError, NotADirectoryError):
        return None
