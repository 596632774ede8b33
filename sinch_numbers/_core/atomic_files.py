"""
Atomic file replacement.

Data is written to a temporary file in the same directory, which replaces the target once it is
complete and synced. If the process ends earlier, the target is unchanged; a kill leaves a
``.sinch-numbers-*.tmp`` file, which nothing reads.
"""

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO, Final

from sinch_numbers._core.escaping import printable
from sinch_numbers._core.os_reason import os_reason

__all__ = ["BinaryOutput", "OutputFile", "OutputFileError", "replaced"]

# Flags that only POSIX has are 0 on Windows, which in turn needs O_BINARY.
_CLOSE_ON_EXEC: Final = getattr(os, "O_CLOEXEC", 0)
_NEW: Final = (
    os.O_WRONLY
    | os.O_CREAT
    | os.O_EXCL
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_BINARY", 0)
    | _CLOSE_ON_EXEC
)


class OutputFileError(Exception):
    """A file cannot be written; the existing file is unchanged."""

    def __init__(self, path: Path, problem: str, *, begun: bool = False) -> None:
        super().__init__(printable(f"cannot write {path}: {problem}"))
        self.begun = begun
        """Whether the error occurred after writing had started."""


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
        with _told(self._path):
            self._file.write(text)

    @property
    def binary(self) -> "BinaryOutput":
        """Return the binary side of the file; don't use it after writing text."""
        return BinaryOutput(self._path, self._bytes)

    def _finish(self, mode: int) -> None:
        self._file.flush()
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
        with _told(self._path):
            return self._file.write(data)


@contextmanager
def replaced(path: Path, *, force: bool = False, private: bool = False) -> Iterator[OutputFile]:
    """
    Yield a file that replaces *path* if the block succeeds.

    Without *force*, symlinks and files of other users are rejected; with it, the target of the
    symlink is replaced. A new file gets the mode that the umask allows, or 0600 if *private*;
    an existing file keeps its mode.

    Raises `OutputFileError` if the file cannot be written or replaced.
    """
    shown = path
    with _told(shown, begun=False):
        path, mode = _target(path, force=force)
        waiting = path.parent / f".sinch-numbers-{secrets.token_hex(8)}.tmp"
        descriptor = os.open(waiting, _NEW, 0o600 if private else 0o666)
    try:
        file = OutputFile(shown, descriptor)
        try:
            with _told(shown, begun=False):
                if mode is None:
                    # The umask can only be read by changing it, for all threads. The mode that
                    # it left to the empty file says the same.
                    mode = stat.S_IMODE(os.fstat(descriptor).st_mode)
                _set_mode(descriptor, 0o600)
            yield file
            with _told(shown):
                file._finish(mode)  # noqa: SLF001 - its own module
                waiting.replace(path)
        finally:
            file._abandon()  # noqa: SLF001
    except BaseException:
        with suppress(OSError):
            waiting.unlink()
        raise
    _settle(path.parent)


def _target(path: Path, *, force: bool) -> tuple[Path, int | None]:
    """Return the path to replace and the mode to keep, ``None`` for a new file."""
    if path.is_symlink():
        if not force:
            raise _RefusedError("it is a symlink; --force replaces its target")
        with suppress(FileNotFoundError):
            path.stat()  # a circle of links is an error here, on any Python
        path = path.resolve()
    try:
        now = path.lstat()
    except FileNotFoundError:
        return path, None
    if stat.S_ISDIR(now.st_mode):
        raise _RefusedError("it is a directory")
    if not stat.S_ISREG(now.st_mode):
        raise _RefusedError("it is not a regular file")
    if hasattr(os, "geteuid") and now.st_uid != os.geteuid() and not force:
        raise _RefusedError("it is owned by another user; --force replaces it")
    return path, stat.S_IMODE(now.st_mode) & 0o777


class _RefusedError(Exception):
    """The target must not be replaced."""


@contextmanager
def _told(path: Path, *, begun: bool = True) -> Iterator[None]:
    try:
        yield
    except _RefusedError as refused:
        problem = str(refused)
    except (OSError, ValueError) as error:  # a NUL in the name is the latter
        problem = os_reason(error, str(error))
    else:
        return
    raise OutputFileError(path, problem, begun=begun)


def _set_mode(descriptor: int, mode: int) -> None:
    if hasattr(os, "fchmod"):  # Windows has access lists instead of modes
        os.fchmod(descriptor, mode)


def _settle(directory: Path) -> None:
    """Sync the directory, if the file system supports it."""
    with suppress(OSError):
        flags = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | _CLOSE_ON_EXEC
        descriptor = os.open(directory, flags)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
