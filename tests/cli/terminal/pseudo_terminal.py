"""Runs a command in this process at a pseudo-terminal, or with a pipe of any encoding."""

import fcntl
import io
import os
import pty
import re
import struct
import sys
import termios
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, chdir, contextmanager
from unittest import mock

import attrs
import pyte
from example_sandbox import Prepared, interrupted_after

from sinch_numbers.cli import main

CONFIRMATION = "[y/N] "
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][A-Z0-9]|\x1b[=>]")
VARIABLES = ("COLUMNS", "LINES", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "TERM")


@attrs.frozen
class Terminal:
    """A terminal, or a pipe if it has no columns."""

    columns: int = 0
    rows: int = 0
    encoding: str = "utf-8"
    variables: Mapping[str, str] = attrs.field(factory=dict)


@attrs.frozen
class Shown:
    """The output of a command that has ended."""

    code: int
    raw: str
    """All that was written to stdout and stderr, with escape sequences."""
    terminal: Terminal

    @property
    def text(self) -> str:
        """Return the output without escape sequences."""
        return ESCAPE.sub("", self.raw).replace("\r", "")

    @property
    def screen(self) -> str:
        """Return what the terminal shows, on a screen that is high enough for all of it."""
        screen = pyte.Screen(self.terminal.columns, 2000)
        pyte.Stream(screen).feed(self.raw)
        return "\n".join(line.rstrip() for line in screen.display).rstrip() + "\n"


def run(example: Prepared, terminal: Terminal) -> Shown:
    """Run *example*; at a terminal, questions are confirmed."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if "SINCH" not in name and name not in VARIABLES
    }
    environment |= {"TERM": "xterm-256color"} if terminal.columns else {}
    environment |= {**example.environment, **terminal.variables}
    streams = _terminal_streams if terminal.columns else _pipe_streams
    with ExitStack() as stack:
        stack.enter_context(chdir(example.directory))
        stack.enter_context(mock.patch.dict(os.environ, environment, clear=True))
        output = stack.enter_context(streams(terminal, example.stdin))
        stack.enter_context(interrupted_after(example.until, output.read))
        code = main(example.argv)
    return Shown(code, output.read(), terminal)


class _Output:
    """The output so far, decoded."""

    def __init__(self, encoding: str) -> None:
        self.data = bytearray()
        self._encoding = encoding

    def read(self) -> str:
        return bytes(self.data).decode(self._encoding, "ignore")


@contextmanager
def _terminal_streams(terminal: Terminal, stdin: str) -> Iterator[_Output]:
    """Put a terminal in place of the standard streams, also of their descriptors."""
    ours, theirs = pty.openpty()
    size = struct.pack("HHHH", terminal.rows, terminal.columns, 0, 0)
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, size)
    output = _Output(terminal.encoding)
    saved = [os.dup(descriptor) for descriptor in range(3)]
    reader = threading.Thread(target=_read, args=(ours, output))
    with ExitStack() as stack:
        for descriptor in range(3):
            os.dup2(theirs, descriptor)
        os.close(theirs)
        for descriptor, (name, mode) in enumerate(
            (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))
        ):
            stream = open(  # noqa: SIM115 - closed below
                descriptor, mode, 1, terminal.encoding, "backslashreplace", closefd=False
            )
            stack.enter_context(mock.patch.object(sys, name, stream))
        if stdin:
            stack.enter_context(mock.patch.object(sys, "stdin", io.StringIO(stdin)))
        reader.start()
        try:
            yield output
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for descriptor, old in enumerate(saved):
                os.dup2(old, descriptor)
                os.close(old)
            reader.join()  # it ends when no descriptor of the terminal is open
            os.close(ours)


def _read(terminal: int, output: _Output) -> None:
    """Read what is written to the terminal, and answer confirmations."""
    answered = 0
    while True:
        try:
            data = os.read(terminal, 65536)
        except OSError:
            return
        if not data:
            return
        output.data += data
        if output.read().count(CONFIRMATION) > answered:
            answered += 1
            os.write(terminal, b"y\n")


@contextmanager
def _pipe_streams(terminal: Terminal, stdin: str) -> Iterator[_Output]:
    """Put pipes in place of the standard streams; stdout and stderr go to the same one."""
    output = _Output(terminal.encoding)

    class Pipe(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:  # type: ignore[override]  # bytes only
            output.data += bytes(data)
            return len(data)

    def stream(errors: str) -> io.TextIOWrapper:
        return io.TextIOWrapper(
            io.BufferedWriter(Pipe()), terminal.encoding, errors, write_through=True
        )

    out, err = stream("strict"), stream("backslashreplace")
    with (
        mock.patch.object(sys, "stdin", io.StringIO(stdin)),
        mock.patch.object(sys, "stdout", out),
        mock.patch.object(sys, "stderr", err),
    ):
        yield output
        out.flush()
        err.flush()
