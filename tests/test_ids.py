"""Test ids are the same in every process, so that tests can be distributed and named."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from case_ids import LONGEST, readable_id

ROOT = Path(__file__).parents[1]


def collected(seed: int) -> list[str]:
    """Collect all ids in another process, with *seed* for its hashes."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-p", "no:cacheprovider"]
    ended = subprocess.run(
        [*command, "-p", "no:xdist", "-o", "addopts=--import-mode=importlib -q", "tests"],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONWARNINGS": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == ended.returncode, ended.stdout[-2000:] + ended.stderr[-2000:]
    return [line for line in ended.stdout.splitlines() if "::" in line]


@pytest.mark.slow
def test_ids_do_not_depend_on_the_process() -> None:
    """Two processes with different hash seeds collect the same ids, each once."""
    first, second = collected(1), collected(2)

    assert first == second
    assert len(set(first)) == len(first) > 1000
    assert [] == [name for name in first if re.search(r" at 0x|0x[0-9a-f]{6}", name)]
    assert [] == [name for name in first if not name.isprintable()]


class Thing:
    """An object whose `repr` holds its address."""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param({"a": 1, "b": {"c": [None]}}, "a=1, b=(c=(None))", id="a mapping"),
        pytest.param({"b", "a", "c"}, "a, b, c", id="a set"),
        pytest.param({}, "empty dict", id="an empty mapping"),
        pytest.param([b"\x00", "\x1b", "é"], r"\x00, \x1b, \xe9", id="control characters"),
        pytest.param([Thing()], "Thing", id="an object in a list"),
        pytest.param(Thing(), "Thing", id="an object"),
        pytest.param(ValueError("a bug"), "ValueError(a bug)", id="an exception"),
        pytest.param(lambda: None, "value", id="a lambda"),
        pytest.param(len, None, id="a function"),
        pytest.param("text", None, id="a text"),
        pytest.param(0.1, None, id="a float"),
        pytest.param(None, None, id="nothing"),
    ],
)
def test_values_have_readable_ids(value: object, expected: str | None) -> None:
    """Of their contents, without addresses; ``None`` leaves the id to pytest."""
    assert expected == readable_id(value, "value")


def test_long_values_are_cut() -> None:
    """An id fits on a line."""
    assert "x" * (LONGEST - 3) + "..." == readable_id(["x" * 100], "value")
