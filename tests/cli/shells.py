"""Interactive shells at a pseudo-terminal, to try completion as a person does."""

import os
import pty
import re
import select
import shutil
import signal
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STARTED = {"bash": ["bash", "-i"], "zsh": ["zsh", "-i"], "fish": ["fish", "-i", "--private"]}
PATIENCE = 60.0


def require(shell: str) -> None:
    """Fail with the command that installs *shell* if it is missing."""
    if shutil.which(shell) is None:
        pytest.fail(f"{shell} is missing: apt-get install -y --no-install-recommends {shell}")


def environment(home: Path) -> dict[str, str]:
    """Return the environment of a shell in *home*, with the program in its path."""
    bin_path = home / "bin"
    bin_path.mkdir(exist_ok=True)
    program = bin_path / "sinch-numbers"
    code = "import sys; from sinch_numbers.cli import main; sys.exit(main())"
    program.write_text(f"#!/bin/sh\nexec '{sys.executable}' -c '{code}' \"$@\"\n")
    program.chmod(0o755)
    return {
        "HOME": str(home),
        "PATH": f"{bin_path}:/usr/local/bin:/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
        "TERM": "xterm",
        "LANG": "C.UTF-8",
        "COLUMNS": "200",
    }


class Shell:
    """An interactive shell; `completed` returns the line after the Tab key."""

    def __init__(self, name: str, variables: dict[str, str], directory: Path) -> None:
        self._seen = ""
        self._count = 0
        self._child, self._terminal = pty.fork()
        if self._child == 0:
            os.chdir(directory)
            os.execvpe(STARTED[name][0], STARTED[name], variables)

    def completed(self, line: str) -> str:
        """Type *line* and Tab, and return what the line has become."""
        self._count += 1
        mark = f"GOT{self._count}:"
        os.write(self._terminal, f"{line}\t\x01echo {mark} \x05 END\n".encode())
        return self._wait_for(rf"(?:^|\n){mark} (.*?) *END").strip()

    def shown(self, line: str, expected: str) -> None:
        """Type *line* and two Tabs, and wait until *expected* is listed; then clear the line."""
        os.write(self._terminal, f"{line}\t\t".encode())
        self._wait_for(expected)
        os.write(self._terminal, b"\x15")

    def close(self) -> None:
        """End the shell."""
        os.kill(self._child, signal.SIGKILL)
        os.waitpid(self._child, 0)
        os.close(self._terminal)

    def _wait_for(self, pattern: str) -> str:
        ends = time.monotonic() + PATIENCE
        while True:
            text = re.sub(
                r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[\[(][0-9;?]*[A-Za-z]", "", self._seen
            )
            if found := re.search(pattern, text.replace("\r", "")):
                self._seen = ""
                return found[found.lastindex or 0]
            if time.monotonic() > ends:
                pytest.fail(f"{pattern} is missing in {self._seen[-2000:]!r}")
            if select.select([self._terminal], [], [], 0.5)[0]:
                self._seen += os.read(self._terminal, 65536).decode(errors="replace")
