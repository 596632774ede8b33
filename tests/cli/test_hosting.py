"""Imported, ordered and qualified numbers, from the command line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sinch_numbers.sandbox import Sandbox

pytestmark = pytest.mark.sandbox

Run = Callable[..., Any]

LANDLINE = "+12025550181"
OTHER = "+12025550182"
TOLL_FREE = "+18335550144"
LINK = ["--region", "us", "--sms-plan", "plan"]
PERSON = {"firstName": "Ada", "lastName": "Example", "email": "ada@example.net"}
DIRECT = {
    "authorisedPerson": PERSON,
    "address": {
        "buildingNumber": "77",
        "street": "Harbor Way",
        "city": "Portland",
        "state": "OR",
        "postalCode": "97209",
        "country": "US",
    },
    "currentVoiceCarrier": "Example Telecom",
}


@pytest.fixture
def letter(tmp_path: Path) -> str:
    file = tmp_path / "letter.json"
    file.write_text(json.dumps({"directLoaInfo": DIRECT}))
    return str(file)


def command(line: str, letter: str) -> list[str]:
    return [letter if word == "LETTER" else word for word in line.split()]


ORDERS = [
    f"imported import {LANDLINE} -r us --sms-plan plan",
    f"imported delete {OTHER}",
    f"hosting import {LANDLINE} -r us --sms-plan plan",
    f"hosting text-enable {LANDLINE} -r us --sms-plan plan --letter LETTER",
    f"hosting text-enable-toll-free {TOLL_FREE} -r us --sms-plan plan --letter LETTER",
    f"qualified add {LANDLINE}",
    f"qualified call {LANDLINE}",
    f"qualified delete {LANDLINE}",
    f"qualified text-enable {LANDLINE} -r us --sms-plan plan --letter LETTER",
    f"qualified text-enable-toll-free {TOLL_FREE} -r us --sms-plan plan --letter LETTER",
]


@pytest.mark.parametrize("line", ORDERS)
def test_nothing_is_sent_where_nobody_can_be_asked(
    line: str, sandbox: Sandbox, cli: Run, letter: str
) -> None:
    """Without --yes and without a terminal the command refuses, whatever is piped into it."""
    ended = cli(*command(line, letter), piped="y\n")

    assert 2 == ended.code
    assert "--yes" in ended.err
    assert [] == sandbox.calls


@pytest.mark.parametrize("line", ORDERS)
def test_only_a_clear_yes_is_a_yes(line: str, sandbox: Sandbox, cli: Run, letter: str) -> None:
    """Whatever else is answered, nothing changes."""
    ended = cli(*command(line, letter), typed="yep\n")

    assert 1 == ended.code
    assert "nothing was done" in ended.err
    assert [] == sandbox.ledger


@pytest.mark.parametrize(
    ("line", "operation"),
    [
        (ORDERS[0], "import_number"),
        (ORDERS[1], "delete_imported_number"),
        (ORDERS[2], "import_by_order"),
        (ORDERS[3], "text_enable"),
        (ORDERS[4], "text_enable_toll_free"),
        (ORDERS[5], "add_qualified_number"),
        (ORDERS[6], "send_voice_challenge"),
        (ORDERS[7], "delete_qualified_number"),
        (ORDERS[8], "text_enable"),
        (ORDERS[9], "text_enable_toll_free"),
    ],
)
def test_a_yes_does_it_once(
    line: str, operation: str, sandbox: Sandbox, cli: Run, letter: str
) -> None:
    """What is agreed to takes effect once."""
    host = sandbox.project().imported
    host.numbers.add(OTHER)
    if line.startswith("qualified") and " add " not in line:
        state = "VERIFICATION_PENDING" if "call" in line else "VERIFIED"
        host.qualified.plant(LANDLINE, state=state)
        host.qualified.plant(TOLL_FREE)

    ended = cli("--jsonl", *command(line, letter), typed="y\n")

    assert (0, [operation]) == (ended.code, [entry.operation for entry in sandbox.ledger])
    assert json.loads(ended.out)


def test_a_number_from_qualification_to_the_campaign(
    sandbox: Sandbox, cli: Run, letter: str
) -> None:
    """The way of the docs, on the command line; every listing finds what was made."""
    host = sandbox.project().imported
    links = ["--sms-plan", "plan", "--campaign", "C1"]
    added = cli("qualified", "add", LANDLINE, "--yes")
    assert "ELIGIBLE_CHECK_PENDING" in added.out
    assert "VERIFICATION_PENDING" in cli("qualified", "get", LANDLINE).out
    assert 0 == cli("qualified", "call", LANDLINE, "--yes").code
    code = host.qualified.voice_codes[LANDLINE]
    assert "VERIFIED" in cli("qualified", "verify", LANDLINE, "--code", code).out
    assert LANDLINE in cli("qualified", "list", "--state", "verified").out

    ended = cli(
        "--jsonl", "qualified", "text-enable", LANDLINE, "-r", "us", *links, "--letter", letter,
        "--yes",
    )  # fmt: skip
    order = json.loads(ended.out)["hostingOrderId"]
    assert "ada@example.net will receive a letter to sign" in ended.err
    assert "WAITING_FOR_LOA_SIGNATURE" in cli("hosting", "get", order).out
    host.orders.sign(order)

    listing = ["hosting", "list", "--state", "completed", "--type", "text-enable", *links]
    assert order in cli(*listing).out
    assert "Added to campaign       1" in cli("hosting", "report", order).out
    assert LANDLINE in cli("hosting", "numbers", order).out
    assert "DONE" in cli("hosting", "number", order, LANDLINE).out
    assert "plan C1" in cli("imported", "list", *links).out
    assert "T-Mobile SMS" in cli("imported", "get", LANDLINE).out


def test_links_of_an_imported_number(sandbox: Sandbox, cli: Run) -> None:
    """Renamed, cut from its campaign, cut from both; a new link takes a request of its own."""
    sandbox.project().imported.numbers.add(LANDLINE, service_plan_id="plan", campaign_id="C1")

    assert "Front desk" in cli("imported", "update", LANDLINE, "--display-name", "Front desk").out
    assert 7 == cli("imported", "update", LANDLINE, "--sms-plan", "p2", "--campaign", "C2").code
    assert 0 == cli("imported", "update", LANDLINE, "--unlink-campaign").code
    sms = sandbox.project().imported.numbers.get(LANDLINE).sms
    assert ("plan", "") == (sms.service_plan_id, sms.campaign_id)
    assert 0 == cli("imported", "update", LANDLINE, "--unlink-sms").code
    assert 2 == cli("imported", "update", LANDLINE, "--unlink-campaign").code
    assert 0 == cli("imported", "update", LANDLINE, "--sms-plan", "p2", "--campaign", "C2").code


@pytest.mark.parametrize(
    "options",
    [
        ["--unlink-sms", "--sms-plan", "x"],
        ["--unlink-campaign", "--campaign", "x"],
        ["--unlink-sms", "--unlink-campaign"],
        [],
    ],
)
def test_an_update_that_makes_no_sense(sandbox: Sandbox, cli: Run, options: list[str]) -> None:
    """Is wrong usage, and nothing is sent."""
    assert 2 == cli("imported", "update", LANDLINE, *options).code
    assert [] == sandbox.calls


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "cannot be read as JSON"),
        ("[]", "must be an object with a letter: directLoaInfo, resellerLoaInfo or"),
        ("{}", "must be an object with a letter: directLoaInfo, resellerLoaInfo or"),
        ('{"directLoaInfo": {}, "blanketLoaInfo": {}}', "expected one letter"),
        ('{"loa": {}}', "letter: expected the keys"),
        (json.dumps({"directLoaInfo": DIRECT | {"nnid": "x"}}), "letter.directLoaInfo: expected"),
        ('{"directLoaInfo": {"address": 1}}', "is invalid"),
        (json.dumps({"directLoaInfo": DIRECT | {"currentVoiceCarrier": " "}}), "expected values"),
        (json.dumps({"directLoaInfo": DIRECT | {"authorisedPerson": {}}}), "expected values"),
        ('{"directLoaInfo": null}', "is invalid"),
    ],
)
def test_a_letter_that_cannot_be_sent(
    sandbox: Sandbox, cli: Run, tmp_path: Path, content: str, told: str
) -> None:
    """Is told before anything is ordered, without quoting what it says."""
    file = tmp_path / "letter.json"
    file.write_text(content)

    ended = cli("hosting", "text-enable", LANDLINE, *LINK, "--letter", str(file), "--yes")

    assert 2 == ended.code
    assert told in " ".join(ended.err.replace("│", " ").split())
    assert "Example Telecom" not in ended.err
    assert [] == [call for call in sandbox.calls if "hostingOrders" in call]


def test_other_letters(sandbox: Sandbox, cli: Run, tmp_path: Path) -> None:
    """A reseller's names the business, a blanket one is for no toll-free number."""
    reseller, blanket = tmp_path / "reseller.json", tmp_path / "blanket.json"
    reseller.write_text(
        json.dumps({"resellerLoaInfo": DIRECT | {"businessName": "Example Resale LLC"}})
    )
    blanket.write_text('{"blanketLoaInfo": {}}')
    enable = ["hosting", "text-enable", LANDLINE, *LINK, "--yes", "--letter"]
    toll_free = ["hosting", "text-enable-toll-free", TOLL_FREE, *LINK, "--yes", "--letter"]

    assert 2 == cli(*toll_free, str(blanket)).code
    assert 0 == cli(*enable, str(reseller)).code
    assert 0 == cli(*toll_free, str(reseller), "--at", "2036-03-20T15:00Z").code
    assert 2 == cli(*toll_free, str(reseller), "--at", "soon").code
    orders = list(sandbox.project().imported.orders.all().values())
    assert ["Reseller", "Reseller"] == [o.letter.kind for o in orders if o.letter]


def test_an_order_in_doubt_says_where_to_look(sandbox: Sandbox, cli: Run, letter: str) -> None:
    """It is sent once, and the exit code says that its outcome is unknown."""
    sandbox.faults.queue("drop")

    ended = cli("hosting", "text-enable", LANDLINE, *LINK, "--letter", letter, "--yes")

    assert 4 == ended.code
    assert "sinch-numbers hosting list" in ended.err
    assert 1 == len([call for call in sandbox.calls if "textEnable" in call])


def test_too_many_numbers_to_import(sandbox: Sandbox, cli: Run) -> None:
    """Five at once, unless the account may do more."""
    numbers = [f"+1202555017{digit}" for digit in range(6)]

    ended = cli("hosting", "import", *numbers, *LINK, "--yes")

    assert 2 == ended.code
    assert "NUMBER: expected at most 5 numbers, got 6" in ended.err
    assert [] == sandbox.calls


def test_the_other_secret(sandbox: Sandbox, cli: Run) -> None:
    """The second host has one of its own, which is shown and set by itself."""
    project = sandbox.project()
    secret = "a-new-secret-of-32-letters-12345"
    first = project.hmac_secret

    assert 0 == cli("callback", "set", "--imported", piped=f"{secret}\n").code
    assert (first, secret) == (project.hmac_secret, project.imported.hmac_secret)
    assert secret in cli("callback", "get", "--imported", "--reveal").out
    assert secret not in cli("callback", "get", "--reveal").out


@pytest.mark.slow
def test_a_sandbox_of_its_own_has_both_hosts(process: Run) -> None:
    """With --sandbox the second host is nobody else's."""
    ended = process("--sandbox", "--sandbox-numbers", "0", "imported", "list")

    assert (0, "No results.\n") == (ended.code, ended.out)
