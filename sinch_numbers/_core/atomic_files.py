"""
Output files: one rule for modes, symlinks, missing directories, and interruptions.

A file gets mode 0600 unless the caller passes another one; neither the umask nor the mode of an
existing file changes that. Missing directories are created. Symlinks and files of other users are
only replaced by force. Devices and pipes are written directly.

Data is written to a temporary file in the same directory, which replaces the target once it is
complete and synced. If the process ends earlier, the target is unchanged; a kill leaves a
``.sinch-numbers-*.tmp`` file, which nothing reads.
"""

import os
import re
import secrets
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO, Final

from sinch_numbers._core.os_reason import os_reason
from sinch_numbers.errors import InvalidArgumentError, OutputFileError

PRIVATE: Final = 0o600
"""The default mode."""

# Flags that only POSIX has are 0 on Windows, which in turn needs O_BINARY.
_CLOSE_ON_EXEC: Final = getattr(os, "O_CLOEXEC", 0)
_NO_FOLLOW: Final = getattr(os, "O_NOFOLLOW", 0)
_BINARY: Final = getattr(os, "O_BINARY", 0) | _CLOSE_ON_EXEC
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | _BINARY
_DIRECT: Final = os.O_WRONLY | getattr(os, "O_NOCTTY", 0) | _BINARY
_APPEND: Final = _DIRECT | os.O_APPEND | os.O_CREAT
_DESCRIPTOR: Final = re.compile(r"/dev/(?:stdout|stderr|fd/([0-9]+))|/proc/self/fd/([0-9]+)")

_unfinished: Final[dict[Path, int]] = {}
"""Temporary files, and the process that created each."""


class OutputFile:
    """An unfinished output file, of UTF-8 text or bytes."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._bytes = os.fdopen(descriptor, "wb")
        self._file = TextIOWrapper(
            self._bytes, encoding="utf-8", errors="backslashreplace", newline=""
        )

    def write(self, text: str) -> None:
        """Add *text*, or raise `OutputFileError`."""
        with _reported(self._path):
            self._file.write(text)

    @property
    def binary(self) -> "BinaryOutput":
        """Return the binary side of the file; don't use it after writing text."""
        return BinaryOutput(self._path, self._bytes)

    def _finish(self, mode: int | None) -> None:
        self._file.flush()
        if mode is not None:
            _set_mode(self._file.fileno(), mode)
            os.fsync(self._file.fileno())
        self._file.close()

    def _abandon(self) -> None:
        with suppress(OSError):  # closing flushes again
            self._file.close()


class BinaryOutput:
    """The binary side of an unfinished output file."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self._path = path
        self._file = file

    def write(self, data: bytes, /) -> int:
        """Add *data*, or raise `OutputFileError`."""
        with _reported(self._path):
            return self._file.write(data)


def valid_mode(value: object, argument: str = "mode", *, required: int = 0o400) -> int:
    """Validate a file mode, which must include the bits *required*."""
    if type(value) is not int or not 0 <= value <= 0o777 or value & required != required:
        owner = "read and write" if required & 0o200 else "read"
        expected = f"a mode such as 0o640 that lets the owner {owner}"
        shown = f"0o{value:o}" if type(value) is int and value >= 0 else value
        raise InvalidArgumentError(argument, expected, shown)
    return value


@contextmanager
def replaced(path: Path, *, force: bool = False, mode: int = PRIVATE) -> Iterator[OutputFile]:
    """
    Yield a file with the given *mode* that replaces *path* if the block succeeds.

    Without *force*, symlinks and files of other users are rejected; with it, the target of the
    symlink is replaced. Missing directories are created, and removed if the block fails. A device
    or a pipe, such as ``/dev/stdout``, is written directly.

    Raises `OutputFileError` if the file cannot be written or replaced.
    """
    with _reported(path, begun=False):
        descriptor = _special(path)
    opened = _replacement(path, force, mode) if descriptor is None else _direct(path, descriptor)
    with opened as file:
        yield file


def check_replaceable(path: Path, *, force: bool = False, mode: int = PRIVATE) -> None:
    """
    Raise `OutputFileError` if *path* cannot be replaced; change nothing.

    Creates and removes a temporary file: permission bits don't show whether that is possible.
    """
    with suppress(_ProbedError), _replacement(path, force, mode):
        raise _ProbedError


def append(path: Path, data: bytes, *, force: bool = False, mode: int = PRIVATE) -> None:
    """
    Append *data* to *path*, which is created if it is missing.

    Raises `OutputFileError` if that is not possible; see `replaced` for the arguments.
    """
    created: list[Path] = []
    with _reported(path, begun=False):
        special = is_special(path)
        target = path if special else _target(path, force=force)
        if not special:
            make_directories(target.parent, mode, created)
        descriptor = os.open(target, _APPEND | (0 if special else _NO_FOLLOW), PRIVATE)
        try:
            if not special:
                _set_mode(descriptor, mode)
            while data:
                data = data[os.write(descriptor, data) :]
        finally:
            os.close(descriptor)


def create(path: Path, mode: int = PRIVATE) -> None:
    """Create *path*, an empty file with *mode*; raise `FileExistsError` if it exists."""
    descriptor = os.open(path, _NEW, PRIVATE)
    try:
        _set_mode(descriptor, mode)
    finally:
        os.close(descriptor)


def make_directories(
    directory: Path, mode: int = PRIVATE, created: list[Path] | None = None
) -> None:
    """
    Create *directory* and its missing parents, and add them to *created*.

    They get mode 0700; those who may read files of *mode* may also list and enter them.
    """
    missing = []
    while not directory.exists() and directory != directory.parent:
        missing.append(directory)
        directory = directory.parent
    readers = mode & 0o044
    for one in reversed(missing):
        with suppress(FileExistsError):  # created by another process meanwhile
            one.mkdir(mode=0o700)
            if created is not None:
                created.append(one)
            if readers:
                one.chmod(0o700 | readers | readers >> 2)


def remove_unfinished() -> None:
    """Remove temporary files that this process has not removed, since it was interrupted."""
    for path, process in list(_unfinished.items()):
        if process == os.getpid():
            _discard(path)


@contextmanager
def _replacement(shown: Path, force: bool, mode: int) -> Iterator[OutputFile]:
    waiting: Path | None = None
    created: list[Path] = []
    try:
        with _reported(shown, begun=False):
            path = _target(shown, force=force)
            make_directories(path.parent, mode, created)
            waiting = path.parent / f".sinch-numbers-{secrets.token_hex(8)}.tmp"
            _unfinished[waiting] = os.getpid()
            descriptor = os.open(waiting, _NEW, PRIVATE)
        file = OutputFile(shown, descriptor)
        try:
            with _reported(shown, begun=False):
                _set_mode(descriptor, PRIVATE)  # until it is complete, independent of the umask
            yield file
            with _reported(shown):
                file._finish(mode)  # noqa: SLF001 - its own module
                waiting.replace(path)
        finally:
            file._abandon()  # noqa: SLF001
    except BaseException:
        if waiting is not None:
            _discard(waiting)
        with suppress(OSError):  # not empty: used by another process meanwhile
            for one in reversed(created):
                one.rmdir()
        raise
    _unfinished.pop(waiting, None)
    _sync(path.parent)


@contextmanager
def _direct(path: Path, descriptor: int) -> Iterator[OutputFile]:
    file = OutputFile(path, descriptor)
    try:
        yield file
        with _reported(path):
            file._finish(None)  # noqa: SLF001 - its own module
    finally:
        file._abandon()  # noqa: SLF001


def _special(path: Path) -> int | None:
    """Open *path* if it is a device, a pipe, or an open descriptor; return ``None`` otherwise."""
    if sys.platform != "win32" and (named := _DESCRIPTOR.fullmatch(os.path.abspath(path))):  # noqa: PTH100 - `resolve` would follow the link
        # Not opened again: that would truncate a file that stdout appends to.
        number = {"/dev/stdout": "1", "/dev/stderr": "2"}.get(named[0], named[1] or named[2])
        return os.dup(int(number))
    return os.open(path, _DIRECT) if is_special(path) else None


def is_special(path: Path) -> bool:
    """Whether *path* is a device or a pipe, which is written directly."""
    try:
        kind = path.stat().st_mode
    except OSError:  # reported by `_target`, unless it is missing
        return False
    return stat.S_ISCHR(kind) or stat.S_ISFIFO(kind)


def _target(path: Path, *, force: bool) -> Path:
    """Return the path to replace, which is a regular file or missing."""
    if path.is_symlink():
        if not force:
            raise _RefusedError("it is a symlink; force=True replaces its target")
        with suppress(FileNotFoundError):
            path.stat()  # a circle of links is an error here, on any Python
        path = path.resolve()
    try:
        now = path.lstat()
    except FileNotFoundError:
        return path
    if stat.S_ISDIR(now.st_mode):
        raise _RefusedError("it is a directory")
    if not stat.S_ISREG(now.st_mode):
        raise _RefusedError("it is not a regular file, a character device, or a pipe")
    if hasattr(os, "geteuid") and now.st_uid != os.geteuid() and not force:
        raise _RefusedError("it is owned by another user; force=True replaces it")
    return path


class _RefusedError(Exception):
    """The target must not be replaced."""


class _ProbedError(Exception):
    """The target can be replaced."""


@contextmanager
def _reported(path: Path, *, begun: bool = True) -> Iterator[None]:
    try:
        yield
    except _RefusedError as refused:
        problem = str(refused)
    except (OSError, ValueError) as error:  # a NUL in the name is the latter
        problem = os_reason(error, str(error))
    else:
        return
    raise OutputFileError(path, problem, begun=begun)


def _discard(waiting: Path) -> None:
    with suppress(OSError):
        waiting.unlink()
    _unfinished.pop(waiting, None)


def _set_mode(descriptor: int, mode: int) -> None:
    if hasattr(os, "fchmod"):  # Windows has access lists instead of modes
        os.fchmod(descriptor, mode)


def _sync(directory: Path) -> None:
    """Sync the directory, if the file system supports it."""
    with suppress(OSError):
        flags = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | _CLOSE_ON_EXEC
        descriptor = os.open(directory, flags)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
