"""A sandbox in a thread of its own, and the command line in this process or in another."""

import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

sys.path.append(str(Path(__file__).parent))

from forked_commands import Commands

from sinch_numbers.cli import main
from sinch_numbers.sandbox import Sandbox
from sinch_numbers.testing._served import ServedSandbox


@attrs.frozen
class Ended:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


class Keyboard(io.StringIO):
    """Somebody at a terminal, who has typed already."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """Run a sandbox that the environment leads to: empty, but for some stock."""
    with ServedSandbox(numbers=0, stock=60, provisioning=0.0) as served:
        for name, value in served.sandbox.environment.items():
            monkeypatch.setenv(name, value)
        yield served.sandbox


@pytest.fixture(autouse=True)
def state(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test an empty directory for the journal and the history of the user."""
    directory = tmp_path_factory.mktemp("user") / "state"
    monkeypatch.setenv("XDG_STATE_HOME", str(directory))
    return directory


@pytest.fixture
def cli(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Ended]:
    """Run a command in this process; *typed* is what somebody types, ``None`` is nobody there."""
    monkeypatch.setenv("COLUMNS", "120")

    def run(*argv: str, typed: str | None = None, piped: str = "") -> Ended:
        monkeypatch.setattr("sys.stdin", io.StringIO(piped) if typed is None else Keyboard(typed))
        capfd.readouterr()
        code = main(argv)
        told = capfd.readouterr()
        return Ended(code, told.out, told.err)

    return run


@pytest.fixture(scope="session")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commands]:
    """Start commands in forked processes, which takes a tenth of the time."""
    with Commands(tmp_path_factory.mktemp("commands")) as commands:
        yield commands


@pytest.fixture
def process(request: pytest.FixtureRequest) -> Callable[..., Ended]:
    """Run a command in a process of its own, without credentials."""

    def run(*argv: str, env: dict[str, str] | None = None, **options: Any) -> Ended:
        clean = {name: value for name, value in os.environ.items() if "SINCH" not in name}
        environment = {**clean, **(env or {})}
        if request.node.get_closest_marker("slow") and not options and not _starts(env):
            return Ended(*request.getfixturevalue("commands").run(argv, environment))
        ended = subprocess.run(
            [sys.executable, "-m", "sinch_numbers", *argv],
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
            stdin=subprocess.DEVNULL,
            **options,
        )
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    return run


def _starts(env: dict[str, str] | None) -> bool:
    """Whether *env* has a variable that Python reads when it starts."""
    return any(name.startswith(("PYTHON", "LANG", "LC_")) for name in env or {})
