"""Lists: one JSON document or lines, several formats, and errors half-way."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sinch_numbers.sandbox import Sandbox

pytestmark = pytest.mark.sandbox

Run = Callable[..., Any]

NUMBERS = [f"+1202555010{place}" for place in range(3)]

COMMANDS = {
    "list": ["list", "--page-size", "2"],
    "search": ["search", "-r", "US", "-t", "LOCAL", "-p", "+1202", "-n", "100"],
    "regions": ["regions"],
    "imported": ["imported", "list"],
    "qualified": ["qualified", "list", "--state", "VERIFIED"],
    "hosting": [
        *("hosting", "list", "--state", "completed", "--type", "import"),
        *("--sms-plan", "plan", "--campaign", ""),
    ],
    "operations": ["operations", "list"],
}


@pytest.fixture
def three(sandbox: Sandbox) -> Sandbox:
    project = sandbox.project()
    for number in NUMBERS:
        project.add_active(phone_number=number)
        project.imported.numbers.add(number)
        project.imported.qualified.plant(number)
    return sandbox


def test_json_is_one_array_and_jsonl_its_items(three: Sandbox, cli: Run) -> None:
    """Every list is one JSON array with ``--json``, and an object per line with ``--jsonl``."""
    for command in COMMANDS.values():
        document, lines = cli("--json", *command), cli("--jsonl", *command)

        assert (0, 0, "") == (document.code, lines.code, document.err)
        assert json.loads(document.out) == [json.loads(line) for line in lines.lines]


def test_a_single_thing_is_one_object(three: Sandbox, cli: Run) -> None:
    """``get`` prints an object, with either option."""
    document, line = cli("--json", "get", NUMBERS[0]), cli("--jsonl", "get", NUMBERS[0])

    assert document.out == line.out
    assert NUMBERS[0] == json.loads(document.out)["phoneNumber"]


def test_an_audit_is_one_document(three: Sandbox, cli: Run) -> None:
    """``audit --json`` has the findings as a list of the report."""
    report = json.loads(cli("--json", "audit").out)

    assert NUMBERS == [finding["phoneNumber"] for finding in report["findings"]]
    assert report["completeness"]["complete"] is True


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_a_list_that_fails_half_way_is_not_complete(form: str, three: Sandbox, cli: Run) -> None:
    """The array stays open, so that no reader takes it for complete; lines end where they are."""
    three.faults.add("unknown_member", path="activeNumbers")
    three.faults.add("403", path="activeNumbers")
    ended = cli(f"--{form}", "list", "--page-size", "2")

    assert 8 == ended.code
    assert "403" in ended.err
    if form == "json":
        with pytest.raises(ValueError, match="Expecting"):
            json.loads(ended.out)
    else:
        assert NUMBERS[:2] == [json.loads(line)["phoneNumber"] for line in ended.lines]


def test_csv_files_have_the_form_of_the_options(three: Sandbox, cli: Run, tmp_path: Path) -> None:
    """``--csv-bom`` and ``--csv-delimiter`` apply to lists and reports, at any place."""
    for argv in (["list"], ["audit"]):
        target = tmp_path / f"{argv[0]}.csv"
        options = ["--csv-bom", "--csv-delimiter", "tab"]
        assert 0 == cli(*options, *argv, "-o", str(target)).code
        assert target.read_bytes().startswith(b"\xef\xbb\xbfp")
        assert "\t" in target.read_text(encoding="utf-8-sig").splitlines()[0]

    wrong = cli("list", "--csv-delimiter", "xy")
    assert 2 == wrong.code
    assert "must be tab, or one of , ; |" in " ".join(wrong.err.split())


def test_the_journal_is_a_list_like_any_other(three: Sandbox, cli: Run, tmp_path: Path) -> None:
    """``operations list`` is written to files, projected, sorted, and limited."""
    for number in NUMBERS[:2]:
        assert 0 == cli("release", number, "-y").code
    target = tmp_path / "operations.csv"
    options = ("--columns", "subject,operation", "--sort", "subject:desc")

    assert 0 == cli("operations", "list", *options, "-o", str(target)).code
    heading, *rows = target.read_text().splitlines()
    assert "subject,operation" == heading
    assert list(reversed(NUMBERS[:2])) == [row.split(",")[0].lstrip("'") for row in rows]
    assert 1 == len(json.loads(cli("--json", "operations", "list", "--limit", "1").out))
