"""Billable and irreversible commands require confirmation."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from products import every

from sinch_numbers.sandbox import Sandbox

pytestmark = pytest.mark.sandbox

Run = Callable[..., Any]

FREE = "+12025550199"
OURS = "+12025550101"
KIND = ["-r", "us", "-t", "local"]
ADDRESS = [
    *("--display-name", "Front desk", "--street-number", "1", "--street", "Harbor Way"),
    *("--city", "Portland", "--state", "OR", "--postal-code", "97209"),
]
BILLABLE = [
    pytest.param(["rent", FREE], id="rent"),
    pytest.param(["rent-first", *KIND], id="rent-first"),
    pytest.param(["rent-any"], id="rent-any"),
    pytest.param(["release", OURS], id="release"),
    pytest.param(["emergency", "provision", OURS, *ADDRESS], id="emergency provision"),
    pytest.param(["emergency", "deprovision", OURS], id="emergency deprovision"),
]


@pytest.fixture
def shop(sandbox: Sandbox) -> Sandbox:
    sandbox.project().add_available(phone_number=FREE)
    sandbox.project().add_active(phone_number=OURS, display_name="Front desk")
    return sandbox


def posts(sandbox: Sandbox) -> list[str]:
    return [call for call in sandbox.calls if call.startswith("POST") and "oauth2" not in call]


@pytest.mark.parametrize("command", BILLABLE)
def test_nothing_is_sent_where_nobody_can_be_asked(
    command: list[str], shop: Sandbox, cli: Run
) -> None:
    """
    Without --yes and without a terminal the command refuses, whatever is piped into it.
    """
    ended = cli(*command, piped="y\n")

    assert 2 == ended.code
    assert "--yes" in ended.err
    assert [] == shop.calls


@pytest.mark.parametrize("answer", ["", "\n", "n\n", "no\n", "yep\n"])
@pytest.mark.parametrize("command", BILLABLE)
def test_only_a_clear_yes_is_a_yes(
    command: list[str], answer: str, shop: Sandbox, cli: Run
) -> None:
    """
    Whatever else is answered, nothing changes.
    """
    ended = cli(*command, typed=answer)

    assert 1 == ended.code
    assert "nothing was done" in ended.err
    assert [] == shop.ledger


def test_the_price_is_told_before_the_question(shop: Sandbox, cli: Run) -> None:
    """
    Who rents knows what it costs.
    """
    ended = cli("rent", FREE, typed="y\n")

    assert 0 == ended.code
    assert f"{FREE} (US LOCAL) costs USD 0.50 once and USD 0.50 a month." in ended.err
    assert [("rent", FREE, Decimal("1.00"))] == [
        (entry.operation, entry.phone_number, entry.amount) for entry in shop.ledger
    ]


def test_yes_can_be_said_beforehand(shop: Sandbox, cli: Run) -> None:
    """
    With --yes nothing is asked; stdout is for the result alone.
    """
    ended = cli("--jsonl", "rent", FREE, "--yes", "--voice-app", "app")

    assert 0 == ended.code
    assert FREE == json.loads(ended.out)["phoneNumber"]
    assert "Rent it?" not in ended.err
    assert 1 == len(shop.ledger)


def test_a_number_that_is_not_free_is_not_rented(shop: Sandbox, cli: Run) -> None:
    """
    When the price sheet is not there, neither is the number.
    """
    assert 6 == cli("rent", "+12025550198", "--yes").code
    assert [] == posts(shop)


@pytest.mark.parametrize("command", [["rent-first", *KIND], ["rent-any"]])
def test_one_number_is_rented(command: list[str], shop: Sandbox, cli: Run) -> None:
    """
    A rent by search, and one by the service's choice, costs once.
    """
    ended = cli(*command, typed="yes\n")

    assert 0 == ended.code
    assert "USD 0.50 once" in ended.err
    assert ["rent"] == [entry.operation for entry in shop.ledger]


def test_an_empty_stock_is_told_before_the_question(shop: Sandbox, cli: Run) -> None:
    """
    There is nothing to confirm where nothing fits.
    """
    ended = cli("rent-first", *KIND, "--pattern", "+1999", typed="y\n")

    assert 6 == ended.code
    assert "sinch-numbers: no matching numbers available\n" == ended.err


def test_a_release_says_what_is_lost(shop: Sandbox, cli: Run) -> None:
    """
    Who releases knows until when the number works, and that there is no refund.
    """
    ended = cli("release", OURS, typed="y\n")

    assert 0 == ended.code
    assert "Not refundable" in ended.err
    assert "Front desk" in ended.err
    assert ["release"] == [entry.operation for entry in shop.ledger]


def test_a_second_release_is_not_sent(shop: Sandbox, cli: Run) -> None:
    """
    What is released already needs no call.
    """
    cli("release", OURS, "--yes")

    ended = cli("release", OURS, "--yes")

    assert 0 == ended.code
    assert "is already released" in ended.err
    assert 1 == len(posts(shop))


def test_an_unknown_outcome_has_a_code_of_its_own(shop: Sandbox, cli: Run) -> None:
    """
    When a rent may have happened, the exit code says so, and the message how to look.
    """
    shop.faults.queue("drop")

    ended = cli("rent-any", "--yes")

    assert 4 == ended.code
    assert "outcome unknown" in ended.err
    assert "sinch-numbers list" in ended.err
    assert 1 == len(shop.ledger)


def test_a_lost_response_is_settled_with_a_store(
    shop: Sandbox, cli: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A store that all renters use confirms the rent: a read finds the number."""
    monkeypatch.setenv("SINCH_STORE", str(tmp_path / "operations.db"))
    shop.faults.queue("drop")

    assert 0 == cli("rent", FREE, "--yes").code
    assert 1 == len(shop.ledger)


def test_a_number_that_may_be_anothers_is_an_unknown_outcome(shop: Sandbox, cli: Run) -> None:
    """Without a store, a number that a read finds may be another renter's."""
    shop.faults.queue("drop")

    ended = cli("rent", FREE, "--yes")

    assert 4 == ended.code
    assert f"the project holds {FREE}" in ended.err
    assert 1 == len(posts(shop))
    assert 1 == len(shop.ledger)


@pytest.mark.slow
def test_the_sandbox_asks_as_well(process: Run) -> None:
    """
    Play money is asked about like real money.
    """
    ended = process("--sandbox", "rent-any")

    assert 2 == ended.code
    assert "--yes" in ended.err


@pytest.mark.slow
def test_a_person_at_a_terminal_is_asked(shop: Sandbox) -> None:
    """
    On a real terminal the question is put, and its answer taken.
    """
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "sinch_numbers", "rent", FREE],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        os.write(ours, b"y\n")
        out, err = running.communicate(timeout=120)
    os.close(ours)
    os.close(theirs)

    assert 0 == running.returncode
    assert "Rent it? [y/N]" in err
    assert FREE in out
    assert 1 == len(shop.ledger)


def test_emergency_addresses_come_and_go(shop: Sandbox, cli: Run) -> None:
    """
    An address is validated before the question, stored after it, shown and removed.
    """
    assert 6 == cli("emergency", "get", OURS).code
    stored = cli("emergency", "provision", OURS, *ADDRESS, typed="y\n")
    assert 0 == stored.code
    assert "will be sent to 1 Harbor Way, Portland, OR, 97209" in stored.err
    assert "Harbor Way" in cli("emergency", "get", OURS).out
    assert 0 == cli("emergency", "deprovision", OURS, "-y").code
    assert [
        "provision_emergency_address",
        "deprovision_emergency_address",
    ] == [entry.operation for entry in shop.ledger]


@every(
    ("options", "street", "shown"),
    [
        ([], "Harbor Road", "Corrected address: 1 Harbor Rd, Portland, OR, 97209 (use it with"),
        (["--corrected"], "Harbor Rd", "will be sent to 1 Harbor Rd, Portland, OR, 97209"),
    ],
)
def test_corrected_address_can_be_stored(
    options: list[str], street: str, shown: str, shop: Sandbox, cli: Run
) -> None:
    """
    The correction of a near match is shown, and stored on request.
    """
    given = ["Harbor Road" if word == "Harbor Way" else word for word in ADDRESS]

    stored = cli("emergency", "provision", OURS, *given, *options, typed="y\n")

    assert 0 == stored.code
    assert shown in " ".join(stored.err.split())
    assert street == shop.project().emergency_addresses[OURS].street_info


def other_street(street: str) -> list[str]:
    return [street if word == "Harbor Way" else word for word in ADDRESS]


def test_validation_shows_correction_and_candidates(shop: Sandbox, cli: Run) -> None:
    """
    A near match is shown with its correction, an unknown street with numbered candidates.
    """
    near = cli("emergency", "validate", OURS, *other_street("Harbor Road"))
    unknown = cli("emergency", "validate", OURS, *other_street("Harbor"))

    assert "NEAR_MATCH" in near.out
    assert ["Corrected", "street", "1", "Harbor", "Rd"] in [
        x.split() for x in near.out.splitlines()
    ]
    assert "Candidate 1" in unknown.out
    assert "1 Harbor Ave, Portland, OR, 97209" in unknown.out


def test_an_address_can_be_validated(shop: Sandbox, cli: Run) -> None:
    """
    A validation stores nothing.
    """
    ended = cli("--jsonl", "emergency", "validate", OURS, *ADDRESS)

    assert 0 == ended.code
    assert json.loads(ended.out)["validationResult"]
    assert [] == shop.ledger
