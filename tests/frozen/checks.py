"""
A program that PyInstaller froze works: lazy imports, generated files, and templates are in it.

Run by name, by ``nox -s frozen``, in an environment with PyInstaller.
"""

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parent / "program.py"


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Freeze the program, with the hook that the installed package declares."""
    home = tmp_path_factory.mktemp("frozen")
    done = subprocess.run(
        [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR", PROGRAM],
        cwd=home,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert 0 == done.returncode, done.stderr
    return home / "dist" / "program" / "program"


def run(program: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [program, *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def test_a_frozen_program_uses_all_parts(frozen: Path) -> None:
    """Client, store, audit, exports, sandbox, and sync client run without the source tree."""
    done = run(frozen)

    assert [
        "listed 3",
        "rented +1",
        "imported True",
        "audited 4",
        "exported True True",
        "sync 4",
    ] == done.stdout.splitlines(), done.stderr
    assert (0, "") == (done.returncode, done.stderr)


def test_a_frozen_command_line_works(frozen: Path) -> None:
    """Help and commands are those of the installed one."""
    shown = run(frozen, "--help")
    listed = run(frozen, "--sandbox", "--sandbox-numbers", "3", "--jsonl", "list")

    assert (0, "") == (shown.returncode, shown.stderr)
    assert "List the numbers that the project rents." in shown.stdout
    assert (0, 3) == (listed.returncode, len(listed.stdout.splitlines())), listed.stderr
