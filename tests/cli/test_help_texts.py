"""The help texts of all commands, also under ``python -OO``."""

import inspect
import os
import subprocess
import sys

import pytest

from sinch_numbers.cli._app import app
from sinch_numbers.cli._shared import help_texts


def test_every_help_text_is_restored_from_the_source(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without docstrings, the help of each command is the same."""
    commands = list(help_texts._functions(app))
    texts = [inspect.getdoc(command) for command in commands]
    assert 40 < len(commands)
    assert all(texts)
    for command in commands:
        monkeypatch.setattr(command, "__doc__", None)

    help_texts.restore(app)

    assert texts == [command.__doc__ for command in commands]


@pytest.mark.slow
def test_commands_without_docstrings() -> None:
    """With PYTHONOPTIMIZE=2, help is complete and commands work."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "sinch_numbers", *arguments],
            env=os.environ | {"PYTHONOPTIMIZE": "2"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    shown = run("--help")
    listed = run("--sandbox", "--sandbox-numbers", "3", "--jsonl", "list")

    assert (0, "") == (shown.returncode, shown.stderr)
    assert "List the numbers that the project rents." in shown.stdout
    assert (0, 3) == (listed.returncode, len(listed.stdout.splitlines())), listed.stderr
