"""Commands for number orders: confirmations, and next steps in errors."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sinch_numbers import OutcomeUnknownError
from sinch_numbers.cli._shared.errors import sentence
from sinch_numbers.sandbox import Sandbox

pytestmark = pytest.mark.sandbox

Run = Callable[..., Any]

NUMBER = "+61491570156"
ADDRESS = "01k5rb2c4d6e8f0g2h4j6k8m0n"
AU = ["-r", "au", "-t", "mobile"]
SENDER = {
    "senderId": "ACME",
    "purposeOfTheTraffic": "Reminders",
    "intendedUseOfMobileNumbers": "Replies",
    "iConfirmThatMyBusinessHasAValidUseCaseForThisLn": True,
}
COMPANY = {
    "endBusinessName": "Acme",
    "endBusinessAddress": "4 Quay St",
    "city": "Hobart",
    "state": "TAS",
    "country": "AU",
    "postalCode": "7000",
}
PERSON = {"firstName": "Ann", "lastName": "Example", "phoneNumber": "+61491570157"}


@pytest.fixture(autouse=True)
def shop(sandbox: Sandbox) -> None:
    sandbox.project().add_available(phone_number=NUMBER, region_code="AU", type="MOBILE")


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """Write a registration and a document, and return how to name them in a command."""

    def write(name: str, purpose: str) -> str:
        path = tmp_path / name
        sender = SENDER | {"purposeOfTheTraffic": purpose}
        path.write_text(json.dumps([[sender], COMPANY, PERSON]))
        return str(path)

    bill = tmp_path / "bill.pdf"
    bill.write_bytes(b"%PDF")
    return {
        "data": write("data.json", "Reminders"),
        "rejected": write("rejected.json", "reject: spam"),
        "stuck": write("stuck.json", "stuck"),
        "bill": str(bill),
    }


def attached(files: dict[str, str]) -> list[str]:
    return [
        *("--attach", f"{ADDRESS}={files['bill']}"),
        *("--document-type", f"{ADDRESS}=Utility bill"),
    ]


def an_order(cli: Run) -> str:
    made = cli("--jsonl", "orders", "create", *AU, NUMBER, "--yes")
    assert 0 == made.code, made.err
    return json.loads(made.out)["idNumberOrder"]


def operations(sandbox: Sandbox) -> list[str]:
    return [entry.operation for entry in sandbox.ledger]


def test_requirements_are_shown(cli: Run) -> None:
    """Members with their rules, documents with their ids; as JSON, too."""
    shown = cli("orders", "requirements", *AU)
    machine = cli("--jsonl", "orders", "requirements", *AU)

    assert (0, 0) == (shown.code, machine.code)
    assert "endBusinessName" in shown.out
    assert ADDRESS in shown.out
    assert ADDRESS == json.loads(machine.out)["attachments"][0]["id"]


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (["-r", "de", "-t", "local"], "described by a JSON Schema"),
        (["-r", "fr", "-t", "local"], "Letter of authorisation"),
        (["-r", "br", "-t", "mobile"], "taxId"),
    ],
)
def test_requirements_of_other_shapes(cli: Run, kind: list[str], told: str) -> None:
    """Whatever they look like, something is said."""
    ended = cli("orders", "requirements", *kind)

    assert 0 == ended.code
    assert told in ended.out


def test_no_requirements(cli: Run) -> None:
    """An order of US numbers needs none, and the lookup finds none."""
    ended = cli("orders", "requirements", "-r", "us", "-t", "local")

    assert 6 == ended.code
    assert "Number requirements not found" in ended.err


BILLABLE = [
    pytest.param(["create", *AU, NUMBER], id="create"),
    pytest.param(["order", *AU, NUMBER], id="order"),
    pytest.param(["submit", "01k"], id="submit"),
    pytest.param(["resume", "01k"], id="resume"),
]


@pytest.mark.parametrize("command", BILLABLE)
def test_nothing_is_sent_where_nobody_can_be_asked(
    command: list[str], sandbox: Sandbox, cli: Run
) -> None:
    """Without --yes and without a terminal the command refuses."""
    ended = cli("orders", *command, piped="y\n")

    assert 2 == ended.code
    assert [] == sandbox.calls


@pytest.mark.parametrize("command", ["create", "order"])
def test_the_price_is_told_before_the_question(command: str, sandbox: Sandbox, cli: Run) -> None:
    """And only a clear yes is a yes."""
    ended = cli("orders", command, *AU, NUMBER, typed="n\n")

    assert 1 == ended.code
    assert f"{NUMBER} costs USD 0.50 once and USD 0.50 a month" in ended.err
    assert [] == sandbox.ledger


def test_a_quantity_is_priced_by_what_is_in_stock(sandbox: Sandbox, cli: Run) -> None:
    """Each costs as much as those that fit."""
    ended = cli("orders", "create", *AU, "--quantity", "1", "-p", NUMBER, typed="y\n")

    assert 0 == ended.code
    assert "the order rents 1 number; each costs USD 0.50 once" in ended.err
    assert ["create_order"] == operations(sandbox)


@pytest.mark.parametrize("given", [[], [NUMBER, "--quantity", "2"]])
def test_a_number_or_a_quantity(sandbox: Sandbox, cli: Run, given: list[str]) -> None:
    """Neither and both are wrong usage."""
    assert 2 == cli("orders", "create", *AU, *given, "--yes").code
    assert [] == sandbox.calls


def test_an_order_step_by_step(sandbox: Sandbox, cli: Run, files: dict[str, str]) -> None:
    """Each step is a command, and each shows what it did."""
    order = an_order(cli)
    assert "CREATED" in cli("orders", "get", order).out
    assert "empty" in cli("orders", "registration", order).out
    assert "Hobart" in cli("orders", "register", order, files["data"]).out
    uploaded = cli(
        "orders", "upload", order, ADDRESS, files["bill"], "--document-type", "Utility bill"
    )
    assert (0, "bill.pdf was uploaded\n") == (uploaded.code, uploaded.out)
    assert "bill.pdf Utility bill COMPLETED" in cli("orders", "registration", order).out
    asked = cli("orders", "submit", order, typed="y\n")
    assert (0, True) == (asked.code, "the number costs USD 0.50 once" in asked.err)

    ended = cli("--jsonl", "orders", "wait", order, "--longest-pause", "0.01")

    assert 0 == ended.code
    shown = json.loads(ended.out)
    assert ("succeeded", "COMPLETED") == (shown["outcome"], shown["state"])
    assert order == shown["resource"]["idNumberOrder"]
    assert ["create_order", "submit_order", "rent"] == operations(sandbox)


def test_an_order_in_one_go(sandbox: Sandbox, cli: Run, files: dict[str, str]) -> None:
    """The order's id is told on stderr as soon as there is one."""
    ended = cli(
        "orders", "order", *AU, NUMBER, "--registration", files["data"], *attached(files),
        "--longest-pause", "0.01", "--yes",
    )  # fmt: skip

    assert 0 == ended.code, ended.err
    (order,) = sandbox.project().orders
    steps = ("created", "registered", "uploaded", "submitted")
    reported = [line for line in ended.err.splitlines() if line.startswith("order ")]
    assert [f"order {order}: {step}" for step in steps] == reported
    assert NUMBER in ended.out
    assert ["create_order", "submit_order", "rent"] == operations(sandbox)


def test_what_is_missing_is_told_line_by_line(sandbox: Sandbox, cli: Run) -> None:
    """Before anything is ordered."""
    ended = cli("orders", "order", *AU, NUMBER, "--yes")

    assert 7 == ended.code
    assert "requestDetails.data: is missing" in ended.err
    assert f"attachments.{ADDRESS}: is missing (Proof of address)" in ended.err
    assert ended.err.endswith("sinch-numbers: nothing was ordered\n")
    assert [] == sandbox.ledger


def test_a_refused_order_is_resumed(sandbox: Sandbox, cli: Run, files: dict[str, str]) -> None:
    """The problems are told, and the id to go on with."""
    refused = cli("orders", "order", *AU, NUMBER, "--no-check", "--registration", "-", "--yes",
                  piped='{"data": []}')  # fmt: skip
    (order,) = sandbox.project().orders

    assert 7 == refused.code
    assert "requestDetails.data[0]: is required" in refused.err
    assert f"order {order} still exists" in refused.err
    ended = cli("orders", "resume", order, "--registration", files["data"], *attached(files),
                "--longest-pause", "0.01", "--yes")  # fmt: skip
    assert 0 == ended.code, ended.err
    assert ["create_order", "submit_order", "rent"] == operations(sandbox)


def test_a_rejected_order_is_no_success(sandbox: Sandbox, cli: Run, files: dict[str, str]) -> None:
    """The reviewers' words are told."""
    ended = cli("orders", "order", *AU, NUMBER, "--registration", files["rejected"],
                *attached(files), "--longest-pause", "0.01", "--yes")  # fmt: skip

    assert 7 == ended.code
    assert "rejected: reject: spam" in ended.err
    assert "Remark: reject: spam" in ended.out


def test_an_order_that_is_not_at_its_end(cli: Run, files: dict[str, str]) -> None:
    """It is shown, and no success yet."""
    order = an_order(cli)
    cli("orders", "register", order, files["stuck"])
    cli("orders", "upload", order, ADDRESS, files["bill"], "--document-type", "Utility bill")
    cli("orders", "submit", order, "--yes")

    ended = cli("orders", "wait", order, "--wait-timeout", "0")

    assert 1 == ended.code
    assert f"{order} timed out after 0 s: IN_REVIEW" in ended.err
    assert "IN_REVIEW" in ended.out


def test_numbers_without_requirements_are_ordered(sandbox: Sandbox, cli: Run) -> None:
    """An order that needs no registration; nothing is rented without one."""
    sandbox.project().add_available(phone_number="+12025550199")

    ended = cli(
        *("orders", "order", "-r", "us", "-t", "local", "+12025550199", "--yes"),
        *("--longest-pause", "0.01"),
    )

    assert 0 == ended.code, ended.err
    assert "+12025550199" in ended.out
    assert ["create_order", "submit_order", "rent"] == operations(sandbox)
    assert [] == [call for call in sandbox.calls if call.endswith(":rent")]


def test_an_order_in_doubt(sandbox: Sandbox, cli: Run) -> None:
    """No command can find it, and that is what is said."""
    sandbox.faults.add("drop", path="createNumberOrder")

    ended = cli("orders", "create", *AU, NUMBER, "--yes")

    assert 4 == ended.code
    assert "the API cannot list orders" in ended.err
    assert ["create_order"] == operations(sandbox)


def test_a_submission_in_doubt_says_where_to_look() -> None:
    """By the order's id, which is in the path."""
    error = OutcomeUnknownError("unknown whether the call took effect: the response was lost")
    error.method, error.path = "POST", "/v1/projects/p/numberOrders/01k5/submit"

    assert sentence(error).endswith("check before you retry: sinch-numbers orders get 01k5")


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (["register", "01k", "nowhere.json"], "cannot read nowhere.json"),
        (["register", "01k", "-"], "is not valid JSON"),
        (["order", *AU, NUMBER, "--attach", "x", "--yes"], "--attach must be ID=VALUE"),
        (["order", *AU, NUMBER, "--attach", "x=.\x07", "--yes"], "printable characters"),
        (["order", *AU, NUMBER, "--document-type", "x=y", "--yes"], "without --attach: x"),
    ],
)
def test_wrong_usage(sandbox: Sandbox, cli: Run, argv: list[str], told: str) -> None:
    """It is told before anything is sent."""
    ended = cli("orders", *argv, piped="{")

    assert 2 == ended.code
    assert told in " ".join(ended.err.replace("│", " ").split())
    assert [] == sandbox.calls


def test_a_list_or_an_object_is_a_registration(cli: Run) -> None:
    """Anything else is none."""
    assert 2 == cli("orders", "register", "01k", "-", piped="7").code
    assert 6 == cli("orders", "register", "01k", "-", piped="[]").code
