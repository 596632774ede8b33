"""The billable commands, and a project of the sandbox in which each of them succeeds."""

import json
from pathlib import Path

import attrs

from sinch_numbers import SyncNumbersClient
from sinch_numbers.sandbox import Sandbox

FREE = "+12025550199"
OURS = "+12025550101"
LANDLINE = "+12025550181"
TOLL_FREE = "+18335550144"
CALLED = "+12025550182"
ORDERED = "+5511900000001"
US = "-r us -t local"
BRAZIL = "-r br -t mobile"
ADDRESS = "--display-name D --street-number 1 --street W --city P --state OR --postal-code 97209"
LINK = "-r us --sms-plan plan"
LETTER = {
    "directLoaInfo": {
        "authorisedPerson": {
            "firstName": "Ada",
            "lastName": "Example",
            "email": "ada@example.net",
        },
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
}
DATA = [{"companyName": "Acme", "taxId": "12"}]


@attrs.frozen
class Command:
    """A billable command: its arguments, and the request that is billable."""

    line: str
    method: str
    path: str
    label: str = ""

    @property
    def id(self) -> str:
        return self.label or " ".join(w for w in self.line.split()[:2] if w[0].isalpha())


COMMANDS = [
    Command(f"rent {FREE}", "POST", ":rent"),
    Command(f"rent-first {US}", "POST", ":rent"),
    Command("rent-any", "POST", ":rentAny"),
    Command(f"release {OURS}", "POST", ":release"),
    Command(f"orders create {BRAZIL} {ORDERED}", "POST", ":createNumberOrder"),
    Command("orders submit ORDER", "POST", "submit"),
    Command(f"orders order {BRAZIL} {ORDERED} --registration DATA", "POST", "submit"),
    Command("orders resume ORDER", "POST", "submit"),
    Command(f"emergency provision {OURS} {ADDRESS}", "POST", "emergencyAddress:provision"),
    Command(f"imported import {LANDLINE} {LINK}", "POST", "importedNumbers"),
    Command(f"hosting import {LANDLINE} {LINK}", "POST", "hostingOrders"),
    Command(f"hosting text-enable {LANDLINE} {LINK} --letter LETTER", "POST", "hostingOrders"),
    Command(
        f"hosting text-enable-toll-free {TOLL_FREE} {LINK} --letter LETTER",
        "POST",
        "hostingOrders",
    ),
    Command("qualified add +12025550183", "POST", "addNumbers"),
    Command(f"qualified call {CALLED}", "POST", "sendVoiceChallenge"),
    Command(f"qualified verify {CALLED} --code CODE", "POST", "verifyVoiceChallenge"),
    Command(f"qualified text-enable {LANDLINE} {LINK} --letter LETTER", "POST", "textEnable"),
    Command(
        f"qualified text-enable-toll-free {TOLL_FREE} {LINK} --letter LETTER",
        "POST",
        "textEnable",
    ),
    Command(f"request POST /activeNumbers/{OURS}:release", "POST", ":release", "request"),
    Command(f"buy {US} --method rent", "POST", ":rent", "buy by rent"),
    Command(f"buy {US} --longest-pause 0.1", "POST", "submit"),
]
RENT, ORDER, BUY = COMMANDS[0], COMMANDS[6], COMMANDS[-1]


def prepare(sandbox: Sandbox, project_id: str | None = None) -> None:
    """Add what the commands need to a project."""
    project = sandbox.project(project_id)
    project.add_available(phone_number=FREE)
    project.add_available(phone_number=ORDERED, region_code="BR", type="MOBILE")
    project.add_active(phone_number=OURS)
    qualified = project.imported.qualified
    qualified.plant(LANDLINE)
    qualified.plant(TOLL_FREE)
    qualified.plant(CALLED, state="VERIFICATION_PENDING")


def arguments(
    command: Command, sandbox: Sandbox, directory: Path, project_id: str = "sandbox"
) -> list[str]:
    """Return the arguments of *command*, with files in *directory*."""
    argv = [*command.line.split(), "--yes"]
    if "verify" in argv:
        argv.remove("--yes")
    return [_argument(word, sandbox, directory, project_id) for word in argv]


def _argument(word: str, sandbox: Sandbox, directory: Path, project_id: str) -> str:
    file = directory / word
    if word in ("LETTER", "DATA"):
        file.write_text(json.dumps(LETTER if word == "LETTER" else DATA))
        return str(file)
    if word not in ("CODE", "ORDER"):
        return word
    with SyncNumbersClient(
        project_id,
        "sandbox",
        "sandbox",
        numbers_url=sandbox.url,
        auth_url=sandbox.auth_url,
        imported_numbers_url=sandbox.imported_url,
    ) as client:
        if word == "CODE":
            client.qualified_numbers.send_voice_challenge(CALLED)
            return sandbox.project(project_id).imported.qualified.voice_codes[CALLED]
        order = client.number_orders.create(region_code="BR", type="MOBILE", phone_number=ORDERED)
        client.number_orders.update_registration(
            order.id_number_order, request_details={"data": DATA}
        )
        return order.id_number_order


def effect_name(command: Command, sandbox: Sandbox, project_id: str = "sandbox") -> str:
    """Return how a message names the effect of *command*: its order, or its number."""
    project = sandbox.project(project_id)
    if command.line.startswith("orders") or command is BUY:
        (order,) = project.orders
    elif "hosting" in command.line or "text-enable" in command.line:
        (order,) = project.imported.orders.all()
    else:
        changes = [one.phone_number for one in sandbox.ledger if one.project_id == project_id]
        return changes[-1]
    return f"order {order}"
