"""Commands that wait: the same options and exit codes for numbers, orders, and qualifications."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import typer

from sinch_numbers.cli._app import app
from sinch_numbers.sandbox import Sandbox

pytestmark = pytest.mark.sandbox

Run = Callable[..., Any]
NUMBER = "+12025550134"
LANDLINE = "+12025550181"
SHORT = ("--longest-pause", "0.01")
COMMANDS = (
    ("wait",),
    ("orders", "wait"),
    ("hosting", "wait"),
    ("qualified", "wait"),
    ("imported", "wait"),
)


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_waits_have_the_same_options(path: tuple[str, ...]) -> None:
    """Each wait has a deadline and a maximum interval; `qualified` also has the awaited state."""
    command: Any = typer.main.get_command(app)
    for name in path:
        command = command.commands[name]
    options = {name for one in command.params for name in one.opts if name.startswith("--")}

    assert {"--wait-timeout", "--longest-pause"} <= options
    assert ("--until" in options) == (path == ("qualified", "wait"))


def test_a_rented_number(sandbox: Sandbox, cli: Run) -> None:
    """The exit code is 0 once it is provisioned, and 7 if it is not, with the reason."""
    sandbox.project().add_active(phone_number=NUMBER)
    cli("update", NUMBER, "--sms-plan", "plan")
    linked = cli("--jsonl", "wait", NUMBER, "--sms", *SHORT)
    failed = cli("wait", NUMBER, "--voice", *SHORT)
    result = json.loads(linked.out)

    assert (0, "succeeded", {"sms": "linked", "voice": "unlinked"}) == (
        linked.code,
        result["outcome"],
        result["steps"],
    )
    assert NUMBER == result["resource"]["phoneNumber"]
    assert (7, True) == (failed.code, NUMBER in failed.out)
    assert "never requested: set voice_configuration with update" in failed.err


def test_a_qualification(sandbox: Sandbox, cli: Run) -> None:
    """The exit code is 1 if the deadline passes first, with the last state."""
    cli("qualified", "add", LANDLINE, "--yes")
    eligible = cli("qualified", "wait", LANDLINE, "--until", "eligible", *SHORT)
    pending = cli("qualified", "wait", LANDLINE, "--wait-timeout", "0")
    wrong = cli("qualified", "wait", LANDLINE, "--until", "verification-failed")

    assert (0, True) == (eligible.code, LANDLINE in eligible.out)
    assert 1 == pending.code
    assert "timed out after 0 s: " in pending.err
    assert 2 == wrong.code
    assert "--until" in wrong.err


def test_an_imported_number(sandbox: Sandbox, cli: Run) -> None:
    """A number with a failed campaign is reported with the error code and advice."""
    for number, campaign in ((LANDLINE, "C1"), ("+12025550182", "TFN_NOT_ALLOWED")):
        cli("imported", "import", number, "-r", "us", "--sms-plan", "p", "--campaign", campaign,
            "--yes")  # fmt: skip
    linked = cli("imported", "wait", LANDLINE, *SHORT)
    failed = cli("imported", "wait", "+12025550182", *SHORT)

    assert (0, "") == (linked.code, linked.err)
    assert 7 == failed.code
    assert "TFN_NOT_ALLOWED: " in failed.err


def test_a_hosting_order(sandbox: Sandbox, cli: Run) -> None:
    """An import order needs no signature, so it completes by itself."""
    imported = cli(
        "--jsonl", "hosting", "import", LANDLINE, "-r", "us", "--sms-plan", "p", "--yes"
    )
    order = json.loads(imported.out)["hostingOrderId"]
    ended = cli("hosting", "wait", order, *SHORT)
    missing = cli("hosting", "wait", "01knone", *SHORT)

    assert 0 == ended.code, ended.err
    assert "COMPLETED" in ended.out
    assert 6 == missing.code
