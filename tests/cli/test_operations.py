"""The journal of billable calls, on the command line."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sinch_numbers.cli._commands import operations
from sinch_numbers.sandbox import Sandbox

pytestmark = pytest.mark.sandbox

Run = Callable[..., Any]


@pytest.fixture
def number(sandbox: Sandbox) -> str:
    return next(
        number
        for number, one in sandbox.project().stock.items()
        if (one.region_code, one.type) == ("US", "LOCAL")
    )


def lost(cli: Run, sandbox: Sandbox, number: str) -> str:
    """Rent *number* with a response that is lost; return the ID of the operation."""
    sandbox.faults.queue("drop")
    assert 4 == cli("rent", number, "--yes").code
    (entry,) = [json.loads(line) for line in cli("--jsonl", "operations", "list").out.splitlines()]
    assert (number, "unknown") == (entry["subject"], entry["state"])
    return str(entry["id"])


@pytest.mark.usefixtures("sandbox")
def test_there_is_nothing_to_list(cli: Run) -> None:
    """A new journal is empty."""
    assert (0, "No results.\n") == (cli("operations", "list").code, cli("operations", "list").out)


def test_an_unknown_outcome_is_listed_until_it_is_dismissed(
    cli: Run, sandbox: Sandbox, number: str
) -> None:
    """Its default journal is not exclusive, so that a rented number may be another worker's."""
    operation = lost(cli, sandbox, number)

    recovered = cli("operations", "recover")
    shown = cli("operations", "show", operation)
    dismissed = cli("operations", "dismiss", operation, "--reason", "it is ours")

    assert 4 == recovered.code
    assert number in recovered.out
    assert number in shown.out
    assert 0 == dismissed.code
    assert "No results.\n" == cli("operations", "list").out
    assert "it is ours" in cli("operations", "show", operation).out


def test_a_command_that_costs_money_reports_earlier_ones(
    cli: Run, sandbox: Sandbox, number: str
) -> None:
    """Before it sends its own request, on stderr."""
    lost(cli, sandbox, number)

    following = cli("rent-first", "--region", "US", "--type", "LOCAL", "--yes")

    assert 0 == following.code
    assert "1 earlier" in following.err
    assert "operations list" in following.err


def test_a_shared_journal_confirms_the_rent(
    cli: Run, sandbox: Sandbox, number: str, tmp_path: Path
) -> None:
    """With ``--store``, all renters of the project are asserted to use it."""
    sandbox.faults.queue("drop")

    rented = cli("--store", str(tmp_path / "shared.db"), "rent", number, "--yes")

    assert 0 == rented.code
    assert number in rented.out


def test_a_rent_is_in_the_journal(cli: Run, number: str) -> None:
    """Also if it succeeded, with the number and no secret."""
    cli("rent", number, "--yes")

    (line,) = cli("--jsonl", "operations", "list", "--all").out.splitlines()

    entry = json.loads(line)
    assert ("applied", {"phoneNumber": number}) == (entry["state"], entry["result"])


def test_an_effect_is_listed_for_a_day(
    cli: Run, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its command may have failed to print it; later, ``--all`` lists it."""
    cli("rent", number, "--yes")
    assert number in cli("operations", "list").out

    monkeypatch.setattr(operations, "_RECENT", timedelta(0))

    assert "No results.\n" == cli("operations", "list").out
    assert number in cli("operations", "list", "--all").out


@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize(
    ("command", "code"),
    [(("show", "nothing"), 6), (("dismiss", "nothing", "--reason", "x"), 2)],
    ids=["show", "dismiss"],
)
def test_an_id_that_does_not_exist(cli: Run, command: tuple[str, ...], code: int) -> None:
    """The error names it."""
    failed = cli("operations", *command)

    assert code == failed.code
    assert "nothing" in failed.err


def test_without_a_journal_there_is_no_file(cli: Run, number: str, state: Path) -> None:
    """``--no-store`` leaves nothing behind."""
    assert 0 == cli("--no-store", "rent", number, "--yes").code

    assert [] == list(state.rglob("*.db"))
