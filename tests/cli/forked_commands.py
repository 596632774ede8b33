"""
Commands in processes that are forked from one that has imported the package.

Starting the interpreter and importing take a second of CPU time, forking takes milliseconds.
Runs as ``python forked_commands.py SOCKET``; `Commands` starts it, and each command, from a test.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

_NAMES = ("stdin", "stdout", "stderr")
_WARM_UP = ["--sandbox", "--sandbox-numbers", "10", "--no-store", "rent-any", "--yes"]


class Commands:
    """Starts commands; a context manager."""

    def __init__(self, directory: Path) -> None:
        self._socket = str(directory / "commands")
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Commands":
        self._server = subprocess.Popen(
            [sys.executable, __file__, self._socket], stdout=subprocess.PIPE
        )
        assert self._server.stdout is not None
        assert b"ready\n" == self._server.stdout.readline()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server is not None
        with self._server:  # closes the pipe
            self._server.kill()

    def start(
        self, argv: Sequence[str], environment: dict[str, str], *streams: int | None
    ) -> "Command":
        """Start a command with the descriptors stdin, stdout, and stderr; ``None`` is closed."""
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(60)
        connection.connect(self._socket)
        message = json.dumps([list(argv), environment, [one is not None for one in streams]])
        given = [one for one in streams if one is not None]
        socket.send_fds(connection, [message.encode() + b"\n"], given)
        return Command(connection)

    def run(self, argv: Sequence[str], environment: dict[str, str]) -> tuple[int, str, str]:
        """Run a command; return its exit code, and what it printed to stdout and stderr."""
        with (
            Path(os.devnull).open("rb") as nothing,
            tempfile.TemporaryFile() as out,
            tempfile.TemporaryFile() as err,
        ):
            files = (nothing, out, err)
            code = self.start(argv, environment, *(one.fileno() for one in files)).wait()
            out.seek(0)
            err.seek(0)
            return code, out.read().decode(), err.read().decode()


class Piped:
    """A command whose output is read through pipes, while it runs."""

    def __init__(self, commands: Commands, argv: Sequence[str]) -> None:
        theirs = [os.open(os.devnull, os.O_RDONLY)]
        ours = []
        for _ in ("stdout", "stderr"):
            read, write = os.pipe()
            ours.append(os.fdopen(read, "rb"))
            theirs.append(write)
        self.stdout, self.stderr = ours
        try:
            self._command = commands.start(argv, dict(os.environ), *theirs)
        finally:
            for descriptor in theirs:
                os.close(descriptor)
        self.returncode: int | None = None

    def send_signal(self, number: int) -> None:
        os.kill(self._command.pid, number)

    def communicate(self, timeout: float) -> tuple[bytes, bytes]:
        """Wait for the end, at most for some seconds; return the rest of the (short) output."""
        with self.stdout, self.stderr:
            self.returncode = self._command.wait(timeout)
            return self.stdout.read(), self.stderr.read()


class Command:
    """A command that runs."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._answers = connection.makefile()
        self.pid = int(self._answers.readline())

    def wait(self, timeout: float = 60) -> int:
        """Return the exit code when the command has ended, or the negative signal."""
        self._connection.settimeout(timeout)
        with self._connection, self._answers:
            return int(self._answers.readline())


def _serve(path: str) -> None:
    _import_all()
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(path)
    listening.listen(100)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print("ready", flush=True)
    while True:
        connection, _ = listening.accept()
        if os.fork() == 0:
            listening.close()
            _start(connection)
        connection.close()


def _import_all() -> None:
    """Import what a command imports, in this process, which never runs one itself."""
    read, write = os.pipe()
    if (pid := os.fork()) == 0:
        from sinch_numbers.cli import main

        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        main(_WARM_UP)
        with os.fdopen(write, "w") as names:
            names.write("\n".join(sys.modules))
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as names:
        for name in names.read().split():
            with suppress(ImportError):
                import_module(name)
    os.waitpid(pid, 0)


def _start(connection: socket.socket) -> None:
    """Run one command in a child of this process; report its process ID and its end."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    message, descriptors, _, _ = socket.recv_fds(connection, 65536, 3)
    argv, environment, is_open = json.loads(message)
    if (pid := os.fork()) == 0:
        connection.close()
        _replace_streams(is_open, descriptors)
        os.environ.clear()
        os.environ.update(environment)
        from sinch_numbers.cli import main

        sys.exit(main(argv))
    connection.sendall(f"{pid}\n".encode())
    for descriptor in descriptors:
        os.close(descriptor)
    _, status = os.waitpid(pid, 0)
    connection.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def _replace_streams(is_open: list[bool], descriptors: list[int]) -> None:
    """Make *descriptors* the standard streams, as the interpreter does when it starts."""
    given = iter(descriptors)
    sources: list[Any] = [next(given) if one else None for one in is_open]
    for target, source in enumerate(sources):
        if source is None:
            os.close(target)
        else:
            os.dup2(source, target)
            os.close(source)
    for target, name in enumerate(_NAMES):
        stream = None
        if is_open[target]:
            stream = open(target, "w" if target else "r", closefd=False, encoding="utf-8")  # noqa: SIM115
        setattr(sys, name, stream)


if __name__ == "__main__":
    _serve(sys.argv[1])
