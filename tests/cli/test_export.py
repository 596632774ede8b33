"""``export``: all numbers as one JSON array, complete or not written."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sinch_numbers.models import ActiveNumber
from sinch_numbers.sandbox import Sandbox

pytestmark = pytest.mark.sandbox

Run = Callable[..., Any]

NUMBERS = [f"+1202555010{place}" for place in range(5)]


@pytest.fixture
def five(sandbox: Sandbox) -> Sandbox:
    for number in reversed(NUMBERS):
        sandbox.project().add_active(phone_number=number, display_name="Zo\u00eb")
    sandbox.project().add_active(phone_number="+46700000001", region_code="SE", type="MOBILE")
    return sandbox


def test_all_numbers_are_one_array_in_the_form_of_the_api(
    five: Sandbox, cli: Run, tmp_path: Path
) -> None:
    """The array is sorted by number and indented, in a file as on stdout, and can be read back."""
    target = tmp_path / "numbers.json"
    ended = cli("export", "--output", str(target))

    assert (0, "") == (ended.code, ended.out)
    assert f"6 numbers exported to {target}\n" == ended.err
    found = json.loads(target.read_text())
    assert [*NUMBERS, "+46700000001"] == [number["phoneNumber"] for number in found]
    assert json.dumps(found, indent=2) + "\n" == target.read_text()
    assert NUMBERS[0] == ActiveNumber.from_dict(found[0]).phone_number
    assert target.read_text() == cli("export").out == cli("--json", "export", "-o", "-").out


def test_an_empty_project_is_an_empty_array(sandbox: Sandbox, cli: Run) -> None:
    """It is complete, too."""
    assert (0, "[]\n") == (lambda ended: (ended.code, ended.out))(cli("export"))


def test_an_incomplete_export_is_not_written(five: Sandbox, cli: Run, tmp_path: Path) -> None:
    """A page that cannot be read leaves the old file; the exit code and stderr say why."""
    target = tmp_path / "numbers.json"
    target.write_text("old")
    five.faults.add("unreadable_item", path="activeNumbers", item=0, times=100)
    ended = cli("export", "--output", str(target))

    assert (1, "", "old") == (ended.code, ended.out, target.read_text())
    assert "the export is incomplete, and was not written" in ended.err
    assert [] == list(tmp_path.glob(".*"))


def test_a_number_that_the_models_reject_is_exported_as_it_is(five: Sandbox, cli: Run) -> None:
    """Its JSON is that of the API; nothing is missing."""
    five.faults.add("unreadable_item", path="activeNumbers", member="money", item=0, times=100)
    ended = cli("export")

    assert 0 == ended.code, ended.err
    found = json.loads(ended.out)
    assert 6 == len(found)
    assert 4 == sum(isinstance(number["money"], dict) for number in found)


@pytest.mark.parametrize("name", ["numbers.csv", "numbers", "numbers.jsonl"])
def test_the_only_format_is_json(name: str, five: Sandbox, cli: Run, tmp_path: Path) -> None:
    """Other suffixes are wrong usage before anything is sent."""
    ended = cli("export", "-o", str(tmp_path / name))

    assert (2, []) == (ended.code, five.calls)
    assert "the suffix must be one of .json" in " ".join(ended.err.split())


def test_a_failure_leaves_the_old_file(five: Sandbox, cli: Run, tmp_path: Path) -> None:
    """An error of the API has its exit code."""
    target = tmp_path / "numbers.json"
    target.write_text("old")
    five.faults.add("403", times=100)

    assert (8, "old") == (cli("export", "-o", str(target)).code, target.read_text())
