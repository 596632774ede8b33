"""
Standard streams: closed ones, failed writes, and the check before money is spent.

A write can always fail after the check, so billable commands also name their effects on stderr
when stdout fails: see `billable`.
"""

import errno
import io
import os
import select
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sinch_numbers._core.os_reason import os_reason


class StdoutError(Exception):
    """A write to stdout failed."""

    def __init__(self, cause: OSError) -> None:
        super().__init__(os_reason(cause, str(cause)))
        self.is_closed_pipe = isinstance(cause, BrokenPipeError)
        """Whether the reader closed the pipe, which is the normal end of ``| head``."""


class _ClosedStream(io.StringIO):
    """A stream that the parent process closed: writes fail, reads are at the end."""

    def write(self, _text: str) -> int:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))


def replace_closed_streams() -> None:
    """
    Replace standard streams that are closed, which Python sets to ``None``.

    Their descriptors are occupied: otherwise the next file or socket would get them.
    """
    for descriptor, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            setattr(sys, name, _ClosedStream())
            try:
                os.fstat(descriptor)
            except OSError:
                spare = os.open(os.devnull, os.O_RDONLY)
                if spare != descriptor:
                    os.dup2(spare, descriptor)
                    os.close(spare)


@contextmanager
def writing_stdout() -> Iterator[None]:
    """Raise `StdoutError` if a write to stdout fails."""
    try:
        yield
    except OSError as error:
        raise StdoutError(error) from None


def flush_stdout() -> None:
    """Send what was written to stdout to its reader; raise `StdoutError` if that fails."""
    with writing_stdout():
        sys.stdout.flush()


def check_stdout() -> None:
    """
    Raise `StdoutError` if stdout certainly cannot be written; write nothing.

    Recognizes a closed or read-only descriptor, a pipe without a reader, a terminal that hung up,
    a full device such as ``/dev/full``, a full file system, and a file at its size limit. Quotas
    and later failures cannot be recognized without writing.
    """
    with writing_stdout():
        sys.stdout.flush()
        sys.stdout.write("")  # fails if closed
        try:
            descriptor = sys.stdout.fileno()
        except (OSError, ValueError):
            return  # not a file, such as a buffer in tests
        status = os.fstat(descriptor)
        if hasattr(select, "poll"):
            poll = select.poll()
            poll.register(descriptor, select.POLLOUT)
            if any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0)):
                raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))
        if not stat.S_ISSOCK(status.st_mode):
            os.write(descriptor, b"")  # enough for /dev/full, a terminal, and a read-only file
        if stat.S_ISREG(status.st_mode):
            _check_space(descriptor)


def _check_space(descriptor: int) -> None:
    if hasattr(os, "fstatvfs"):
        system = os.fstatvfs(descriptor)
        if system.f_blocks and not system.f_bavail:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with suppress(ImportError):  # not on Windows
        import resource

        limit, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
        if 0 <= limit <= os.lseek(descriptor, 0, os.SEEK_CUR):
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))


def write_stderr(text: str) -> None:
    """Write *text* to stderr, if possible: there is nowhere to report a failure."""
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except RuntimeError:  # a signal handler, inside of another write
        with suppress(OSError):
            os.write(2, text.encode(errors="backslashreplace"))
    except (OSError, ValueError):
        redirect_to_devnull(sys.stderr)


def redirect_to_devnull(stream: Any) -> None:
    """Discard the remaining output of *stream*, which cannot be written."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
