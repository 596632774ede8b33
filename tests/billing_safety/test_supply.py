"""Supply chain: no `assert` in the package, and a reason for each dependency."""

import ast
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from products import every

import sinch_numbers

PACKAGE = Path(sinch_numbers.__file__).parent
PYPROJECT = Path(__file__).parent.parent.parent / "pyproject.toml"
FILES = sorted(PACKAGE.rglob("*.py"))


def asserts(text):
    """Return the lines of *text* that ``python -O`` leaves out, or that depend on it."""
    found = []
    for node in ast.walk(ast.parse(text)):
        is_debug = isinstance(node, ast.Name) and node.id == "__debug__"
        if is_debug or isinstance(node, ast.Assert):
            found.append(node.lineno)
    return found


@pytest.mark.slow
@every("file", FILES)
def test_nothing_vanishes_under_o(file):
    """No ``assert`` and no ``__debug__`` decides anything."""
    assert [] == asserts(file.read_text())


def test_asserts_are_found():
    """Otherwise the test above could not fail."""
    assert [1, 3] == sorted(asserts("assert x\nif y:\n    z = __debug__"))
    assert len(FILES) > 80


def requirements(text):
    """Return each requirement that users get, and whether a comment above gives its reason."""
    project = tomllib.loads(text)["project"]
    named = [*project["dependencies"]]
    for extra in project["optional-dependencies"].values():
        named += extra
    lines = text.splitlines()
    told = {}
    for name in named:
        (place,) = [n for n, line in enumerate(lines) if f'"{name}"' in line]
        told[name] = lines[place - 1].lstrip().startswith("# ")
    return told


def test_every_floor_has_a_reason():
    """Who raises or lowers one knows what it was for; and no release is shut out from above."""
    told = requirements(PYPROJECT.read_text())

    assert [] == [name for name, reasoned in told.items() if not reasoned]
    versions = [name.partition(";")[0] for name in told]  # a marker names the Python
    assert [] == [one for one in versions if one.count(">=") != 1 or "<" in one or "==" in one]
    assert len(told) >= 8


def test_missing_reasons_are_found():
    """Otherwise the test above could not fail."""
    text = '[project]\ndependencies = [\n    # Why.\n    "a>=1",\n    "b>=2",\n]\n'
    told = requirements(f"{text}[project.optional-dependencies]\n")
    assert {"a>=1": True, "b>=2": False} == told


@pytest.mark.slow
@pytest.mark.parametrize("flag", ["-O", "-OO"])
def test_it_works_without_asserts_and_docstrings(flag):
    """Import everything, then audit a sandbox, with what Python can leave out left out."""
    everything = (
        "import importlib.util, pkgutil, sinch_numbers, sys; "
        "absent = () if importlib.util.find_spec('psycopg') else ('_postgres_database',); "
        "[importlib.import_module(m.name) for m in "
        "pkgutil.walk_packages(sinch_numbers.__path__, 'sinch_numbers.') "
        "if m.name.rpartition('.')[2] not in ('__main__', 'generate', *absent) "
        "and '.hook-' not in m.name]; "
        "from sinch_numbers.cli import main; "
        "sys.exit(main(['--sandbox', '--sandbox-numbers', '300', 'audit', '--emergency']))"
    )
    ended = subprocess.run(
        [sys.executable, flag, "-c", everything],
        env={**os.environ, "COLUMNS": "120"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (0, "") == (ended.returncode, ended.stderr)
    assert "300 counted, 300 read" in ended.stdout
