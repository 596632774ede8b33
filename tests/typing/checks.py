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


FILES = [HERE / "usage.py", HERE / "refused.py"]


@pytest.fixture(scope="module")
def mypy(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[int]]:
    """Return the lines with errors, by file."""
    cache = tmp_path_factory.mktemp("mypy")
    done = run("mypy", "--strict", "--cache-dir", cache, *FILES)
    assert done.returncode in (0, 1), done.stderr
    found = re.findall(r"^([a-z]+\.py):(\d+): error", done.stdout, re.MULTILINE)
    return {path.name: {int(line) for name, line in found if name == path.name} for path in FILES}


@pytest.fixture(scope="module")
def pyright() -> dict[str, set[int]]:
    """Return the lines with errors, by file."""
    done = run("pyright", "--pythonpath", sys.executable, "--outputjson", *FILES)
    found: dict[str, set[int]] = {path.name: set() for path in FILES}
    for one in json.loads(done.stdout)["generalDiagnostics"]:
        if one["severity"] == "error":
            found[Path(one["file"]).name].add(one["range"]["start"]["line"] + 1)
    return found


def run(checker: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", checker, *map(str, arguments)],
        cwd=HERE,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_usage_type_checks(request: pytest.FixtureRequest, checker: str) -> None:
    """Strictly, without an error."""
    assert set() == request.getfixturevalue(checker)["usage.py"]


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_mistakes_are_found(request: pytest.FixtureRequest, checker: str) -> None:
    """Each of them, and nothing else."""
    assert WRONG == request.getfixturevalue(checker)["refused.py"]


@pytest.mark.parametrize("name", ["usage", "refused"])
def test_the_files_are_never_run(name: str) -> None:
    """They are for checkers only; importing one does nothing."""
    source = (HERE / f"{name}.py").read_text()
    assert not re.search(r"^[a-z_]+\(", source, re.MULTILINE)
