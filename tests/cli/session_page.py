"""
Runs the session of docs/tutorial/command-line.md, and returns the page with the actual output.

``PYTHONPATH=.:tests:tests/cli python tests/cli/session_page.py`` writes the page again after a
change of the output.
"""

import io
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

from sinch_numbers.cli import main
from sinch_numbers.sandbox import Sandbox
from sinch_numbers.sandbox._protocol.clock import Clock
from sinch_numbers.testing._served import ServedSandbox

PAGE = Path(__file__).parents[2] / "docs" / "tutorial" / "command-line.md"
_BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
_START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_HOME = {"XDG_CONFIG_HOME": "~/.config", "XDG_STATE_HOME": "~/.local/state", "HOME": "~"}
_FAILURES = {
    "sinch-numbers get 12025550134": 2,
    "sinch-numbers --json get +12025550134": 6,
}
_MASKS = (
    (r"127\.0\.0\.1:\d+", "127.0.0.1:4010"),
    (r"in \d+ ms", "in 2 ms"),
    (r"python: Python (?s:.*?)\nok ", "python: Python 3.13.1, sinch-numbers 0.1.0, ...\nok "),
    (r"\(\d{4}-\d\d-\d\d \d\d:\d\d UTC, ", "(2026-03-02 09:00 UTC, "),
    (r'"requestId":"[0-9a-f]+"', '"requestId":"d62bffbb558428e7"'),
    (r"\d\.\d s\b", "0.1 s"),
)
"""Parts of the output that differ from run to run."""


def rendered(directory: Path) -> str:
    """Run all commands of the page in *directory*, and return the page with their output."""
    with ServedSandbox(
        numbers=0, stock=2000, seed=7, provisioning=0.1, clock=Clock(_START)
    ) as served:
        session = _Session(served.sandbox, directory)
        with session.environment():
            return _BLOCK.sub(
                lambda block: f"```console\n{session.run(block[1])}```", PAGE.read_text("utf-8")
            )


class _Session:
    """One user at one machine, in front of a sandbox."""

    def __init__(self, sandbox: Sandbox, directory: Path) -> None:
        self._sandbox = sandbox
        self._directory = directory

    @contextmanager
    def environment(self) -> Iterator[None]:
        """Give the user an empty home, and the variables that the sandbox prints."""
        home = {name: str(self._directory / name) for name in _HOME}
        clean = {name: value for name, value in os.environ.items() if "SINCH" not in name}
        variables = {**clean, **home, **self._sandbox.environment, "COLUMNS": "160"}
        before = Path.cwd()
        os.chdir(self._directory)
        try:
            with mock.patch.dict(os.environ, variables, clear=True):
                yield
        finally:
            os.chdir(before)

    def run(self, block: str) -> str:
        """Run the commands in *block*, and return them with their output."""
        commands = [line for line in block.splitlines() if line.startswith("$ ")]
        return "".join(f"{line}\n{self._output(line.removeprefix('$ '))}" for line in commands)

    def _output(self, command: str) -> str:
        line, _, file = command.partition(" < ")
        piped = (self._directory / file).read_text("utf-8") if file else ""
        _, *argv = shlex.split(line)
        out, err = io.StringIO(), io.StringIO()
        with (
            mock.patch.object(sys, "stdin", io.StringIO(piped)),
            mock.patch.object(sys, "stdout", out),
            mock.patch.object(sys, "stderr", err),
        ):
            code = main(argv)
        text = err.getvalue() + out.getvalue()
        for name, shown in _HOME.items():
            text = text.replace(str(self._directory / name), shown)
        for pattern, shown in _MASKS:
            text = re.sub(pattern, shown, text)
        assert "Traceback" not in text, text
        assert code == _FAILURES.get(command, 0), text
        if "configure" in argv:  # the reader unsets the variables
            for name in self._sandbox.environment:
                del os.environ[name]
        return "".join(f"{row.rstrip()}\n" for row in text.splitlines())


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as directory:
        PAGE.write_text(rendered(Path(directory)), "utf-8")
