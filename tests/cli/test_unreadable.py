"""An item of a list that cannot be read is named on stderr, and the others are printed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sinch_numbers.sandbox import Sandbox

pytestmark = pytest.mark.sandbox

Run = Callable[..., Any]
TOLD = "sinch-numbers: left out: item 1"

COMMANDS = {
    "list": ("/activeNumbers", ["list"]),
    "search": ("/availableNumbers", ["search", "-r", "US", "-t", "LOCAL", "-n", "3"]),
    "regions": ("/availableRegions", ["regions"]),
    "imported": ("/importedNumbers", ["imported", "list"]),
    "qualified": ("/qualifiedNumbers", ["qualified", "list", "--state", "VERIFIED"]),
}


@pytest.fixture(autouse=True)
def three(sandbox: Sandbox) -> None:
    """Give the project three numbers of each kind."""
    project = sandbox.project()
    for digit in range(3):
        phone_number = f"+1202555010{digit}"
        project.add_active(phone_number=phone_number)
        project.imported.numbers.add(phone_number)
        project.imported.qualified.plant(phone_number)


@pytest.mark.parametrize("name", COMMANDS)
def test_lists_print_the_others(name: str, sandbox: Sandbox, cli: Run) -> None:
    """As JSON, too; the exit code says that something is missing."""
    path, command = COMMANDS[name]
    whole = len(cli("--jsonl", *command).lines)
    sandbox.faults.add("unreadable_item", path=path, item=1, times=2)

    shown, lines = cli(*command), cli("--jsonl", *command)

    assert (11, 11) == (shown.code, lines.code)
    assert whole - 1 == len(lines.lines) >= 2
    notice, error = map(json.loads, lines.err.splitlines())
    assert ("unreadable", 11) == (error["code"], error["exitCode"])
    for text in (shown.err, f"sinch-numbers: {notice['notice']}\n"):
        assert text.startswith(TOLD)
        assert '{"unreadable":true}' in text
        assert "Warning" not in text


def test_the_lists_of_hosting(sandbox: Sandbox, cli: Run) -> None:
    """Hosting orders and their numbers are lists as well."""
    ordered = cli(
        "--jsonl", "hosting", "import", "+12025550111", "+12025550112", "+12025550113",
        "-r", "US", "--sms-plan", "plan", "--yes",
    )  # fmt: skip
    order = json.loads(ordered.out)["hostingOrderId"]
    sandbox.faults.add("unreadable_item", path="/numbers", item=1)

    numbers = cli("--jsonl", "hosting", "numbers", order)
    state = json.loads(cli("--jsonl", "hosting", "get", order).out)["state"]
    sandbox.faults.add("unreadable_item", path="/hostingOrders")
    orders = cli(
        "--jsonl", "hosting", "list", "--state", state, "--type", "import",
        "--sms-plan", "plan", "--campaign", "",
    )  # fmt: skip

    assert (11, 2) == (numbers.code, len(numbers.lines))
    assert "left out: item 1" in numbers.err
    assert (11, []) == (orders.code, orders.lines)
    assert "left out: item 0" in orders.err


def test_files_hold_the_others(sandbox: Sandbox, cli: Run, tmp_path: Path) -> None:
    """The files of ``--output`` are complete but for that item."""
    sandbox.faults.add("unreadable_item", path="/activeNumbers", item=1, times=2)
    saved, written = tmp_path / "numbers.jsonl", tmp_path / "numbers.json"

    first = cli("list", "--output", str(saved))
    second = cli("list", "--output", str(written))

    assert (11, 11) == (first.code, second.code)
    lines = [json.loads(line) for line in saved.read_text().splitlines()]
    assert ["+12025550100", "+12025550102"] == [number["phoneNumber"] for number in lines]
    assert lines == json.loads(written.read_text())


def test_a_rent_goes_on_without_its_price(sandbox: Sandbox, cli: Run) -> None:
    """A candidate whose price cannot be read is named, and one of the others shows the price."""
    sandbox.faults.add("unreadable_item", path="/availableNumbers", item=1)

    ended = cli("rent-first", "-r", "US", "-t", "LOCAL", "--yes")

    assert 0 == ended.code
    assert TOLD in ended.err
