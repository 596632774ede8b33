"""Commands for the numbers of a file: dry runs, results, repetition, and prices."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from products import every

from sinch_numbers.sandbox import Sandbox

pytestmark = pytest.mark.sandbox

Run = Callable[..., Any]

RENTED = [f"+1202555010{digit}" for digit in range(3)]
FREE = [f"+1202555020{digit}" for digit in range(4)]
PAUSE = ["--longest-pause", "0.02"]


@pytest.fixture(autouse=True)
def numbers(sandbox: Sandbox) -> None:
    for number in RENTED:
        sandbox.project().add_active(
            phone_number=number, sms_configuration={"servicePlanId": "old"}
        )
    for index, number in enumerate(FREE):
        price = {"currencyCode": "USD", "amount": f"{index + 1}.00"}
        sandbox.project().add_available(phone_number=number, monthly_price=price)


def csv(tmp_path: Path, text: str) -> str:
    path = tmp_path / "numbers.csv"
    path.write_text(text)
    return str(path)


def effects(sandbox: Sandbox, operation: str) -> list[str]:
    return sorted(one.phone_number for one in sandbox.ledger if one.operation == operation)


def outcomes(path: Path) -> dict[str, str]:
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    return {row["phone_number"]: row["outcome"] for row in rows}


def test_updates_of_a_file(cli: Run, sandbox: Sandbox, tmp_path: Path) -> None:
    """A dry run changes nothing; the update unlinks first, and a repetition has nothing to do."""
    file = csv(
        tmp_path,
        "phone_number,service_plan_id,released\n"
        f"{RENTED[0]},new,\n{RENTED[1]},new,\n{RENTED[2]},,true\n{FREE[0]},new,\n",
    )
    results = tmp_path / "results.jsonl"

    dry = cli("update", "--from", file, "--dry-run")
    assert ([], 7, True) == (sandbox.ledger, dry.code, "unlink SMS" in dry.out)
    ended = cli("update", "--from", file, "--yes", "--results", str(results))
    again = cli("update", "--from", file, "--yes")

    assert {
        RENTED[0]: "applied",
        RENTED[1]: "applied",
        RENTED[2]: "refused",
        FREE[0]: "refused",
    } == outcomes(results)
    assert (1, 1) == (ended.code, again.code)
    assert "does not rent" in ended.out
    assert "2 refused" in again.out
    assert 4 == len(effects(sandbox, "update"))
    assert [] == effects(sandbox, "release") + effects(sandbox, "rent")


def test_releases_of_a_file(cli: Run, sandbox: Sandbox, tmp_path: Path) -> None:
    """Each number is released once, also when the command is repeated."""
    file = csv(tmp_path, "\n".join(RENTED[:2]))

    dry = cli("release", "--from", file, "--dry-run")
    assert (0, []) == (dry.code, sandbox.ledger)
    ended = [cli("release", "--from", file, "--yes") for _ in range(2)]

    assert [0, 0] == [one.code for one in ended], ended[0].err
    assert RENTED[:2] == effects(sandbox, "release")


def test_purchases_of_a_file(cli: Run, sandbox: Sandbox, tmp_path: Path) -> None:
    """Numbers are bought and configured; the saved plan buys none of them again."""
    file = csv(tmp_path, f"phone_number,display_name\n{FREE[0]},A\n{FREE[1]},B\n")
    plan = str(tmp_path / "buy.json")

    ended = cli("buy", "--from", file, "--plan", plan, "--yes", *PAUSE)
    again = cli("apply", plan, "--yes", "--allow-buy", "--budget", "100.00")
    repeated = cli("buy", "--from", file, "--yes")

    assert (0, 0, 0) == (ended.code, again.code, repeated.code), ended.err
    assert FREE[:2] == effects(sandbox, "rent")
    assert "2 unchanged" in again.out
    assert "No changes: 2 numbers" in repeated.out


def test_the_cheapest_numbers_are_bought(cli: Run, sandbox: Sandbox, state: Path) -> None:
    """--count and --max-monthly choose numbers by their own price; their plan is kept."""
    criteria = ["--region", "US", "--pattern", "202555020", "--max-monthly", "2.00"]

    few = cli("buy", "--count", "3", *criteria, "--yes")
    assert (6, True) == (few.code, "2 of 3 matching numbers are available" in few.err)
    ended = cli("buy", "--count", "2", *criteria, "--yes", *PAUSE)

    assert 0 == ended.code, ended.err
    assert FREE[:2] == effects(sandbox, "rent")
    assert 1 == len(list((state / "sinch-numbers" / "plans").glob("buy-*.json")))


def test_a_total_above_the_budget_buys_nothing(cli: Run, sandbox: Sandbox, tmp_path: Path) -> None:
    """The limits of all numbers together also apply to the numbers of a file."""
    file = csv(tmp_path, f"phone_number\n{FREE[0]}\n{FREE[1]}\n")

    ended = cli("buy", "--from", file, "--max-monthly-price", "2.99", "--yes")

    assert (1, True) == (ended.code, "--max-monthly-price" in ended.err)
    assert [] == sandbox.ledger


@pytest.mark.slow
def test_waits_for_a_file(cli: Run, tmp_path: Path) -> None:
    """All numbers are waited for at once, and each has a row in the results."""
    file = csv(tmp_path, "\n".join(RENTED))
    results = tmp_path / "results.jsonl"

    ended = cli("wait", "--from", file, "--results", str(results))
    missing = cli("wait", "--from", csv(tmp_path, FREE[0]), "--wait-timeout", "1")

    assert (0, 1) == (ended.code, missing.code), ended.err
    assert dict.fromkeys(RENTED, "succeeded") == outcomes(results)


@every(
    "argv",
    [
        ["update", "--from", "{}", "--display-name", "x"],
        ["update", RENTED[0], "--from", "{}"],
        ["update", RENTED[0], "--dry-run"],
        ["update", "--display-name", "x"],
        ["release", RENTED[0], "--from", "{}"],
        ["release", RENTED[0], "--results", "x.csv"],
        ["release"],
        ["wait", RENTED[0], "--from", "{}"],
        ["wait"],
        ["buy", "--from", "{}", "--region", "us"],
        ["buy", "--from", "{}", "--sms-plan", "x"],
        ["buy", "--region", "us", "--results", "x.csv"],
        ["update", "--from", "{}", "--results", "x.txt"],
        ["buy", "--region", "us", "--dry-run", "--registration", "{}"],
    ],
)
def test_contradictions_send_nothing(
    argv: list[str], cli: Run, sandbox: Sandbox, tmp_path: Path
) -> None:
    """Options that exclude or require --from are checked first."""
    file = csv(tmp_path, f"phone_number\n{RENTED[0]}\n")

    yes = [] if argv[0] == "wait" else ["--yes"]
    ended = cli(*(file if word == "{}" else word for word in argv), *yes)

    assert (2, []) == (ended.code, sandbox.calls), ended.err
