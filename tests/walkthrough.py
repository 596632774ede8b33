"""
Runs docs/tutorial/walkthrough.md as a user types it, and returns the page with the actual output.

``PYTHONPATH=.:tests python tests/walkthrough.py`` writes the page again after a change of the
output. All commands are typed at a terminal, into one shell, whose home is an empty directory.
Different from a user's are only the packages, which are those of this environment; the ports,
which must be free; the command crontab, which keeps the file; and the real account, which is a
second sandbox.
"""

import fcntl
import os
import pty
import re
import select
import shlex
import signal
import socket
import struct
import subprocess
import sys
import sysconfig
import tempfile
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pyte
from snippets import ROOT, WALKTHROUGH

from sinch_numbers.sandbox import Sandbox

PAGE = WALKTHROUGH
INSTALL = "pip install -q '.[cli,html]'"
ACCOUNT: Final = {"project_id": "acme-prod", "key_id": "8f2c1d"}
SECRET: Final = "the-secret-of-the-access-key"
PORTS: Final = ("4010", "8000")
_BLOCK: Final = re.compile(
    r'^```(?P<language>\w+)(?: title="(?P<title>[\w.]+)")?\n(?P<text>.*?)^```$',
    re.MULTILINE | re.DOTALL,
)
_LIMIT: Final = 300.0
"""Seconds for one command, on a slow machine."""
_COLUMNS: Final = 120
_LOOP: Final = """
while IFS= read -r -d '' command <&3; do
  eval "$command" < /dev/null
  echo $? >&4
done
"""
"""Evaluates commands in one shell, so that no command reads the next one."""
_MASKS: Final = (
    (r"python: Python (?s:.*?)\nok ", "python: Python 3.13.1, sinch-numbers 0.1.0, ...\nok "),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d(?!:)", "2026-03-02 09:00"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "2026-03-02 09:00:00"),
    (r"\d+\.\d s\b", "1.0 s"),
    (r"in \d+ ms", "in 2 ms"),
    (r"^Next charge .*", "Next charge   2026-04-02 09:00 UTC"),
    (r"^.*: waiting for provisioning: .*\n", ""),  # shown if it takes longer than the first read
)
"""Parts of the output that differ from run to run."""


def rendered(home: Path) -> str:
    """Run all steps of the page in *home*, and return the page with the output."""
    with Sandbox(**ACCOUNT, key_secret=SECRET, numbers=20) as account, _shell(home) as shell:
        session = _Session(home, shell, account)
        return _BLOCK.sub(session.step, PAGE.read_text("utf-8"))


class _Shell:
    """A shell at a terminal, into which commands are typed."""

    def __init__(self, home: Path) -> None:
        self._terminal, theirs = pty.openpty()
        size = struct.pack("HHHH", 50, _COLUMNS, 0, 0)
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, size)
        commands, self._commands = os.pipe()
        self._codes, codes = os.pipe()
        programs = home / "programs"
        environment = {
            "HOME": str(home),
            "PATH": f"{programs}:{os.environ['PATH']}",
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "NO_COLOR": "1",
        }
        self._process = subprocess.Popen(
            ["bash", "-c", f"exec 3<&{commands} 4>&{codes}\n{_LOOP}"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=theirs,
            stderr=theirs,
            pass_fds=(commands, codes),
            start_new_session=True,
        )
        for descriptor in (theirs, commands, codes):
            os.close(descriptor)

    def run(self, command: str) -> tuple[int, str]:
        """Type *command*, and return its exit code and what the terminal shows."""
        os.write(self._commands, f"{command}\0".encode())
        output = b""
        ends = time.monotonic() + _LIMIT
        while True:
            ready, _, _ = select.select([self._terminal, self._codes], [], [], 1)
            if self._terminal in ready:
                output += os.read(self._terminal, 65536)
            elif self._codes in ready:  # all output of the command is read
                code = int(os.read(self._codes, 16))
                break
            assert time.monotonic() < ends, f"{command}: {output!r}"
        screen = pyte.Screen(_COLUMNS, 500)
        pyte.Stream(screen).feed(output.decode())
        lines = "\n".join(line.rstrip() for line in screen.display).rstrip()
        return code, f"{lines}\n" if lines else ""

    def close(self) -> None:
        """End the shell, and what runs in the background."""
        os.close(self._commands)
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._terminal)
        os.close(self._codes)


@contextmanager
def _shell(home: Path) -> Iterator[_Shell]:
    programs = home / "programs"
    programs.mkdir()
    _script(programs / "python3", f'exec "{sys.executable}" "$@"')
    _script(programs / "crontab", 'cp "$1" "$HOME/installed-crontab"')
    shell = _Shell(home)
    try:
        yield shell
    finally:
        shell.close()


def _script(file: Path, text: str) -> None:
    file.write_text(f"#!/bin/sh\n{text}\n", "utf-8")
    file.chmod(0o755)


class _Session:
    """The steps of the page, one after the other."""

    def __init__(self, home: Path, shell: _Shell, account: Sandbox) -> None:
        self._home = home
        self._shell = shell
        self._account = account
        self._ids: dict[str, int] = {}
        self._ports = {port: str(_free_port()) for port in PORTS}

    def step(self, block: re.Match[str]) -> str:
        """Take the step of a block, and return the block with the actual output."""
        head = block[0].partition("\n")[0]
        if block["title"]:
            file = self._home / "numbers" / block["title"]
            file.write_text(self._on_free_ports(block["text"]), "utf-8")
            return block[0]
        if block["language"] == "sh":
            for command in block["text"].splitlines():
                self._run(command)
            return block[0]
        assert block["language"] == "console", block[0]
        commands = [line for line in block["text"].splitlines() if line.startswith("$ ")]
        shown = "".join(f"{line}\n{self._run(line.removeprefix('$ '))}" for line in commands)
        return f"{head}\n{shown}```"

    def _run(self, command: str) -> str:
        if command == INSTALL:
            self._install()
            return ""
        code, text = self._shell.run(self._on_free_ports(command))
        assert code == 0, f"{command}: {text}"
        assert "Traceback" not in text, f"{command}: {text}"
        if command.startswith("sinch-numbers configure"):
            self._lead_to_account()
        if command.startswith("crontab"):
            self._run_job()
        for port, free in self._ports.items():
            text = text.replace(f":{free}", f":{port}")
        text = text.replace(str(self._home), "/home/you")
        for pattern, mask in _MASKS:
            text = re.sub(pattern, mask, text, flags=re.MULTILINE)
        return re.sub(r"\b[0-9a-f]{32}\b", lambda found: self._id(found[0]), text)

    def _id(self, actual: str) -> str:
        """Return the page's ID for a random one."""
        number = self._ids.setdefault(actual, len(self._ids))
        return f"3e8848cc1a674ed{number:02}af728b9262ce07d"

    def _run_job(self) -> None:
        """Run the installed job as cron does."""
        lines = (self._home / "installed-crontab").read_text("utf-8").splitlines()
        (job,) = (line.split(maxsplit=5)[5] for line in lines if re.match(r"[\d*]", line))
        (path,) = (line for line in lines if line.startswith("PATH="))
        code, text = self._shell.run(f'env -i HOME="$HOME" {path} /bin/sh -c {shlex.quote(job)}')
        assert (code, text) == (0, ""), text

    def _on_free_ports(self, text: str) -> str:
        for port, free in self._ports.items():
            text = re.sub(rf"\b{port}\b", free, text)
        return text

    def _install(self) -> None:
        """Have the packages of this environment in that of the user, instead of pip."""
        environment = self._home / "numbers" / ".venv"
        (site,) = environment.glob("lib/python*/site-packages")
        here = [str(ROOT), sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
        (site / "here.pth").write_text("\n".join(dict.fromkeys(here)), "utf-8")
        python = environment / "bin" / "python"
        _script(environment / "bin" / "sinch-numbers", f'exec "{python}" -m sinch_numbers "$@"')

    def _lead_to_account(self) -> None:
        """Have the profile that was stored lead to a sandbox instead of the real service."""
        profiles = self._home / ".config" / "sinch-numbers" / "profiles.toml"
        urls = {
            name.removeprefix("SINCH_").lower(): url
            for name, url in self._account.environment.items()
            if name.endswith("_URL")
        }
        with profiles.open("a", encoding="utf-8") as file:
            file.writelines(f'{name} = "{url}"\n' for name, url in urls.items())


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as directory:
        PAGE.write_text(rendered(Path(directory)), "utf-8")
