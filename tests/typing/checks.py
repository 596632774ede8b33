"""
What users write type-checks, and what they get wrong does not.

Run by name, with the checkers: ``nox -s types``.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
WRONG = {
    number
    for number, line in enumerate((HERE / "refused.py").read_text().splitlines(), 1)
    if "  # " in line
}


def mypy(path: Path, cache: Path) -> set[int]:
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", cache, path],
        cwd=HERE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    return {
        int(line) for line in re.findall(rf"^{path.name}:(\d+): error", done.stdout, re.MULTILINE)
    }


def pyright(path: Path) -> set[int]:
    done = subprocess.run(
        [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "--outputjson", path],
        cwd=HERE,
        capture_output=True,
        text=True,
        check=False,
    )
    found = json.loads(done.stdout)["generalDiagnostics"]
    return {one["range"]["start"]["line"] + 1 for one in found if one["severity"] == "error"}


def test_usage_type_checks_under_mypy(tmp_path: Path) -> None:
    """Strictly, without an error."""
    assert set() == mypy(HERE / "usage.py", tmp_path)


def test_usage_type_checks_under_pyright() -> None:
    """Without an error."""
    assert set() == pyright(HERE / "usage.py")


def test_mistakes_are_found_by_mypy(tmp_path: Path) -> None:
    """Each of them, and nothing else."""
    assert mypy(HERE / "refused.py", tmp_path) == WRONG


def test_mistakes_are_found_by_pyright() -> None:
    """Each of them, and nothing else."""
    assert pyright(HERE / "refused.py") == WRONG


@pytest.mark.parametrize("name", ["usage", "refused"])
def test_the_files_are_never_run(name: str) -> None:
    """They are for checkers only; importing one does nothing."""
    source = (HERE / f"{name}.py").read_text()
    assert not re.search(r"^[a-z_]+\(", source, re.MULTILINE)
