"""Waiting for provisioning: `wait` for several numbers, and ``--wait`` where numbers change."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from products import every

from sinch_numbers.cli._shared import provisioning
from sinch_numbers.sandbox import Sandbox

pytestmark = pytest.mark.sandbox

Run = Callable[..., Any]
NUMBERS = ["+12025550101", "+12025550102", "+12025550103"]
FAILED = {
    "scheduledProvisioning": {
        "servicePlanId": "plan", "campaignId": "C1", "status": "FAILED",
        "errorCodes": ["CAMPAIGN_EXPIRED"],
    }
}  # fmt: skip
STUCK = {"scheduledProvisioning": {"servicePlanId": "plan", "status": "WAITING"}}
SHORT = ("--wait-timeout", "0")


@pytest.fixture
def three(sandbox: Sandbox) -> Sandbox:
    """Give the project a number that is provisioned, one that failed, and one that is stuck."""
    project = sandbox.project()
    project.add_active(phone_number=NUMBERS[0], sms_configuration={"servicePlanId": "plan"})
    project.add_active(phone_number=NUMBERS[1], sms_configuration=FAILED)
    project.add_active(phone_number=NUMBERS[2], sms_configuration=STUCK)
    return sandbox


def test_several_numbers_are_waited_for(three: Sandbox, cli: Run) -> None:
    """The results are in the order of the numbers; the code is that of the worst."""
    found, shown = cli("--json", "wait", *NUMBERS, *SHORT), cli("wait", *NUMBERS, *SHORT)
    results = json.loads(found.out)
    error = json.loads(found.err.splitlines()[-1])

    assert ["succeeded", "failed", "timed_out"] == [one["outcome"] for one in results]
    assert (7, 7, "wait_failed") == (found.code, shown.code, error["code"])
    assert NUMBERS[1:] == [one["field"] for one in error["violations"]]
    assert f"sinch-numbers wait {' '.join(NUMBERS[1:])}" == error["nextStep"]
    assert "CAMPAIGN_EXPIRED" in shown.err
    assert "Contact Sinch or create a new campaign" in shown.err
    assert shown.err.endswith("2 of 3 numbers not provisioned\n")
    assert [number for number in NUMBERS if number in shown.out] == NUMBERS


@every(
    ("numbers", "code"),
    [
        (NUMBERS[:1], 0),
        (NUMBERS[1:2], 7),
        (NUMBERS[2:], 1),
        ([NUMBERS[0], NUMBERS[2]], 1),
        (["+12025550199"], 6),
        ([NUMBERS[0], "+12025550199"], 6),
        ([NUMBERS[1], "+12025550199"], 7),
    ],
)
def test_the_code_is_that_of_the_worst(
    numbers: list[str], code: int, cli: Run, sandbox: Sandbox
) -> None:
    """A failure before a missing number, and that before a timeout."""
    project = sandbox.project()
    if NUMBERS[0] not in project.active:
        project.add_active(phone_number=NUMBERS[0], sms_configuration={"servicePlanId": "plan"})
        project.add_active(phone_number=NUMBERS[1], sms_configuration=FAILED)
        project.add_active(phone_number=NUMBERS[2], sms_configuration=STUCK)

    assert code == cli("wait", *numbers, *SHORT).code


def test_numbers_are_read_from_stdin(three: Sandbox, cli: Run) -> None:
    """As other commands do."""
    ended = cli("--json", "wait", "-", *SHORT, piped=f"{NUMBERS[0]}\n{NUMBERS[0]}\n")

    assert (0, [NUMBERS[0]]) == (ended.code, [one["subject"] for one in json.loads(ended.out)])


@pytest.mark.slow
@every(
    ("command", "options"),
    [
        ("rent", ("rent", "NUMBER", "--sms-plan", "plan")),
        ("rent-first", ("rent-first", "-r", "us", "-t", "local", "--sms-plan", "plan")),
        ("rent-any", ("rent-any", "--sms-plan", "plan")),
        ("buy", ("buy", "-r", "us", "-t", "local", "--sms-plan", "plan", "--method", "rent")),
        (
            "orders order",
            ("orders", "order", "-r", "us", "-t", "local", "-q", "1", "--sms-plan", "plan"),
        ),
    ],
)
def test_a_bought_number_is_waited_for(
    command: str, options: tuple[str, ...], sandbox: Sandbox, cli: Run
) -> None:
    """It is named on stderr before the wait, and printed with its state after it."""
    line = [_available(sandbox) if word == "NUMBER" else word for word in options]

    ended = cli("--json", *line, "--wait", "--yes")

    assert 0 == ended.code, ended.err
    notices = [json.loads(line)["notice"] for line in ended.err.splitlines()]
    did = "rented" if command.startswith("rent") else "bought"
    (before,) = [one for one in notices if one.startswith(f"{did} +")]
    assert before.endswith("; waiting for provisioning")
    assert before.split()[1].rstrip(";") in ended.out


def test_a_failed_provisioning_is_reported_with_its_cost(sandbox: Sandbox, cli: Run) -> None:
    """The number is printed, as it is rented; the code is 7, and the object says billed."""
    number = _available(sandbox)
    ended = cli("--json", "rent", number, "--sms-plan", "plan", "--campaign", "TFN_NOT_ALLOWED",
                "--wait", "--yes")  # fmt: skip
    error = json.loads(ended.err.splitlines()[-1])

    assert (7, "wait_failed", "billed", number) == (
        ended.code, error["code"], error["cost"], error["number"]
    ), ended.err  # fmt: skip
    assert number == json.loads(ended.out)["phoneNumber"]


@pytest.mark.slow
def test_an_update_is_waited_for(sandbox: Sandbox, cli: Run) -> None:
    """Of one number, and of several."""
    for number in NUMBERS:
        sandbox.project().add_active(phone_number=number)
    one = cli("--json", "update", NUMBERS[0], "--sms-plan", "plan", "--wait")
    several = cli("--json", "update", *NUMBERS[1:], "--sms-plan", "plan", "--wait")
    free = cli("--json", "update", NUMBERS[0], "--display-name", "x", "--wait")

    assert (0, 0, 0) == (one.code, several.code, free.code), one.err + several.err
    assert "plan" == json.loads(one.out)["smsConfiguration"]["servicePlanId"]
    assert ["plan", "plan"] == [
        each["smsConfiguration"]["servicePlanId"] for each in json.loads(several.out)
    ]


def test_an_order_is_waited_for_after_its_submission(sandbox: Sandbox, cli: Run) -> None:
    """With its outcome as result."""
    created = cli("--json", "orders", "create", "-r", "us", "-t", "local", "-q", "1", "--yes")
    order = json.loads(created.out)["idNumberOrder"]

    ended = cli("--json", "orders", "submit", order, "--wait", "--yes")

    assert 0 == ended.code, ended.err
    assert "succeeded" == json.loads(ended.out)["outcome"]


def test_an_interrupt_names_the_states(
    three: Sandbox, cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of each number, as last read, and the command that waits again."""
    read = provisioning.read

    def interrupted(session: Any, numbers: Any, wanted: Any, states: Any) -> Any:
        states.last[NUMBERS[2]] = "SMS pending"
        read(session, numbers[:1], provisioning.Wanted(timeout=0), states)
        raise KeyboardInterrupt

    monkeypatch.setattr(provisioning, "read", interrupted)
    ended = cli("wait", NUMBERS[0], NUMBERS[2])
    number = _available(three)
    rented = cli("--json", "rent", number, "--wait", "--yes")
    error = json.loads(rented.err.splitlines()[-1])

    assert (130, "") == (ended.code, ended.out)
    assert f"interrupted; {NUMBERS[0]} not read yet, {NUMBERS[2]} SMS pending; " in ended.err
    assert f"to wait again: sinch-numbers wait {NUMBERS[0]} {NUMBERS[2]}\n" in ended.err
    assert (1, "interrupted", "billed") == (rented.code, error["code"], error["cost"])
    assert number == json.loads(rented.out)["phoneNumber"]


def _available(sandbox: Sandbox) -> str:
    return next(
        number
        for number, one in sandbox.project().stock.items()
        if (one.region_code, one.type) == ("US", "LOCAL")
    )
