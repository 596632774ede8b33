"""The package imports and works without the names that only POSIX systems have."""

import subprocess
import sys
from pathlib import Path

import pytest

WITHOUT_POSIX = """
import asyncio, logging.handlers, multiprocessing, os, ssl, subprocess, sys, tempfile
import aiohttp

for name in (
    "O_CLOEXEC", "O_DIRECTORY", "O_NOFOLLOW", "fchmod", "fork", "geteuid", "getuid",
    "register_at_fork",
):
    delattr(os, name)
for name in ("fcntl", "pwd", "resource"):
    sys.modules[name] = None
"""
MODULES = """
import sinch_numbers
from sinch_numbers import NumbersClient, SyncNumbersClient
import sinch_numbers.audit, sinch_numbers.cli, sinch_numbers.cli._app, sinch_numbers.errors
import sinch_numbers.exports, sinch_numbers.inventory, sinch_numbers.models
import sinch_numbers.operations, sinch_numbers.ordering, sinch_numbers.otel
import sinch_numbers.sandbox, sinch_numbers.store, sinch_numbers.sync, sinch_numbers.testing
import sinch_numbers.webhooks

for module in list(sys.modules.values()):
    if getattr(module, "__name__", "").startswith("sinch_numbers"):
        for name in getattr(module, "__all__", ()):
            getattr(module, name)
"""
COMMAND = """
import sys
from sinch_numbers.cli import main

sys.exit(main(sys.argv[1:]))
"""


def run(code: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WITHOUT_POSIX + code, *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.slow
def test_every_public_module_imports(tmp_path: Path) -> None:
    """No POSIX-only name is needed at import."""
    done = run(MODULES, cwd=tmp_path)

    assert (0, "", "") == (done.returncode, done.stdout, done.stderr)


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [("audit", "--save", "report.json"), ("list", "--save", "numbers.csv")],
    ids=" ".join,
)
def test_commands_write_files(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Files are replaced atomically without modes, owners, and directory handles, too."""
    target = tmp_path / arguments[-1]
    target.write_text("old")

    done = run(COMMAND, "--sandbox", "--sandbox-numbers", "5", *arguments, cwd=tmp_path)

    assert 0 == done.returncode, done.stderr
    assert target.read_text() != "old"
    assert [target] == list(tmp_path.iterdir())
