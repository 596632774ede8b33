"""Standard streams of the command line: failures detected before a write."""

import io
import os
import socket
import sys
from pathlib import Path

import pytest

from sinch_numbers.cli._shared import streams
from sinch_numbers.cli._shared.streams import StdoutError, check_stdout


def checked(monkeypatch: pytest.MonkeyPatch, descriptor: int) -> StdoutError | None:
    """Return why the file *descriptor*, as stdout, cannot be written; close it."""
    with open(descriptor, "w") as file:
        monkeypatch.setattr(sys, "stdout", file)
        try:
            check_stdout()
        except StdoutError as error:
            return error
        finally:
            monkeypatch.undo()
    return None


def test_a_writable_stdout_is_not_changed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A file, a pipe with a reader, and a buffer pass, and get no byte."""
    file = tmp_path / "out"
    assert checked(monkeypatch, os.open(file, os.O_WRONLY | os.O_CREAT)) is None
    assert b"" == file.read_bytes()
    reader, writer = os.pipe()
    assert checked(monkeypatch, writer) is None
    assert b"" == os.read(reader, 1)
    os.close(reader)
    buffer = io.StringIO()
    monkeypatch.setattr(sys, "stdout", buffer)
    check_stdout()
    assert "" == buffer.getvalue()


@pytest.mark.posix
def test_a_pipe_without_a_reader_is_recognized(monkeypatch: pytest.MonkeyPatch) -> None:
    """So is a terminal that hung up: its other end is closed, too."""
    reader, writer = os.pipe()
    os.close(reader)
    ours, theirs = os.openpty()
    os.close(ours)
    for descriptor in (writer, theirs):
        error = checked(monkeypatch, descriptor)
        assert error is not None
        assert error.is_closed_pipe


@pytest.mark.posix
@pytest.mark.sandbox
def test_a_socket_without_a_peer_is_recognized(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line may be started by inetd or by a supervisor."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert checked(monkeypatch, os.dup(theirs.fileno())) is None
        ours.close()
        assert checked(monkeypatch, os.dup(theirs.fileno())) is not None


@pytest.mark.posix
def test_a_full_file_system_is_recognized(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A file on a disk without free blocks."""
    full = os.statvfs_result((4096, 4096, 100, 0, 0, 100, 50, 50, 0, 255))
    monkeypatch.setattr(os, "fstatvfs", lambda descriptor: full)
    with (tmp_path / "out").open("w") as file:
        monkeypatch.setattr(sys, "stdout", file)
        with pytest.raises(StdoutError, match="No space left on device"):
            check_stdout()


def test_closed_streams_fail_on_write(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python sets them to None; then reads end at once, and writes raise an error."""
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    streams.replace_closed_streams()

    assert ("", False) == (sys.stdin.readline(), sys.stdin.isatty())
    streams.write_stderr("lost\n")
    with pytest.raises(StdoutError, match="Bad file descriptor"):
        check_stdout()
