"""A sandbox in which each example of the help works, with a separate project for each run."""

import asyncio
import io
import json
import os
import re
import shlex
import socket
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, chdir, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import attrs

from sinch_numbers import SyncNumbersClient
from sinch_numbers.audit import AuditHistory
from sinch_numbers.cli import main
from sinch_numbers.cli._help.examples import EVENT, NUMBER, OPERATION, ORDER
from sinch_numbers.sandbox._protocol.clock import Clock
from sinch_numbers.sync import audit
from sinch_numbers.testing import SignedEvents
from sinch_numbers.testing._served import ServedSandbox
from sinch_numbers.webhooks import EventStore, Receiver

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECRET = "example-hmac-secret-0123456789-abcdefg"
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
REGISTRATION = {"data": [{"companyName": "Acme", "taxId": "12"}]}
ADDRESS = {
    "display_name": "Front desk",
    "address": {
        "street_number": "77",
        "street_info": "Harbor Way",
        "city": "Portland",
        "state": "OR",
        "postal_code": "97209",
    },
}
CODE = "1234"
STOPPED = ("sandbox", "webhooks listen")
"""Commands that run until Ctrl-C."""
READY = "press Ctrl-C to stop"
INHERITED = ("PATH", "HOME", "TMPDIR")
"""Variables that examples take from this process; the others, as COLUMNS, change their output."""


@attrs.frozen
class Prepared:
    """An example, ready to run: its arguments, stdin, and environment."""

    argv: Sequence[str]
    stdin: str
    environment: Mapping[str, str]
    replaced: Mapping[str, str]
    """Identifiers of the sandbox, and those of the help in their place."""
    directory: Path
    """The current directory of the command, with the files of the example."""
    until: str | None = None
    """Output after which the command is interrupted."""

    def as_written(self, text: str) -> str:
        """Return the output *text* with the identifiers of the help."""
        for ours, shown in self.replaced.items():
            text = text.replace(ours, shown)
        text = text.replace(str(self.directory), "/home/ada")
        return re.sub(r"acme-\d{4}", "acme-prod", text)


class ExampleSandbox:
    """Runs examples of the help, each in a new project of one sandbox."""

    def __init__(self, directory: Path, projects: int) -> None:
        self._directory = directory
        self._names = iter([f"acme-{count:04}" for count in range(1, projects + 1)])
        names = [f"acme-{count:04}" for count in range(1, projects + 1)]
        self._served = ServedSandbox(
            numbers=0,
            stock=0,
            provisioning=0.0,
            project_id=names,
            clock=Clock(START, running=False),
        )

    def __enter__(self) -> "ExampleSandbox":
        self._served.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._served.__exit__(None, None, None)

    def prepare(self, command: str, line: str) -> Prepared:
        """Make a project in which the example *line* of *command* works."""
        name = next(self._names)
        sandbox = self._served.sandbox
        project = sandbox.project(name)
        place = self._directory / name
        place.mkdir()
        environment = {
            **sandbox.environment,
            "SINCH_PROJECT_ID": name,
            "SINCH_STORE": str(place / "events.db") if "webhooks" in command else "",
            "SINCH_HMAC_SECRET": SECRET if command == "webhooks listen" else "",
            "XDG_STATE_HOME": str(place / "state"),
            "XDG_CONFIG_HOME": str(place / "config"),
        }
        _plant(project)
        _write_files(place)
        if command.startswith("profiles"):
            _write_profiles(place / "config" / "sinch-numbers")
        replaced: dict[str, str] = {}
        if ORDER in line:
            replaced[self._order(command, name)] = ORDER
        if "webhooks" in command and command != "webhooks listen":
            replaced |= {_dead_letter(place / "events.db"): EVENT}
        if command == "qualified verify":
            with self._client(name) as client:
                client.qualified_numbers.send_voice_challenge("+12025550182")
            code = project.imported.qualified.voice_codes["+12025550182"]
            line = line.replace(CODE, code)
        if command == "operations list":
            self._lost_order(environment, place)
        if command == "hosting list":
            self._order("hosting import", name)
        if OPERATION in line:
            replaced |= {self._lost_order(environment, place): OPERATION}
        if command in ("emergency get", "emergency deprovision"):
            with self._client(name) as client:
                client.emergency_address.provision(NUMBER, **ADDRESS)
        if command.startswith("history"):
            history = AuditHistory(place / "state" / "sinch-numbers" / "audits.db")
            with self._client(name) as client:
                for _ in range(2):
                    audit(client, history=history)
            asyncio.run(history.close())
        for ours, shown in replaced.items():
            line = line.replace(shown, ours)
        line, _, file = line.partition(" < ")
        argv = shlex.split(line)[1:]
        if "--state" in argv and command == "sandbox":
            argv = [*argv, "--numbers", "5"]
        if command in ("sandbox", "webhooks listen") and "--port" in argv:
            argv[argv.index("--port") + 1] = "0"
        if command == "apply":
            run(Prepared(["plan", "desired.csv", "-o", "plan.json"], "", environment, {}, place))
        stdin = (place / file).read_text() if file else ""
        until = READY if command in STOPPED and "--replay" not in argv else None
        return Prepared(argv, stdin, environment, replaced, place, until)

    def _client(self, project_id: str) -> SyncNumbersClient:
        sandbox = self._served.sandbox
        return SyncNumbersClient(
            project_id,
            "sandbox",
            "sandbox",
            numbers_url=sandbox.url,
            auth_url=sandbox.auth_url,
            imported_numbers_url=sandbox.imported_url,
        )

    def _order(self, command: str, name: str) -> str:
        with self._client(name) as client:
            if command.startswith("hosting"):
                ordered = client.hosting_orders.import_numbers(
                    ["+12025550181"], region_code="US", service_plan_id="plan-1", campaign_id="C1"
                )
                return ordered.hosting_order_id
            orders = client.number_orders
            if command == "orders upload":
                made = orders.create(region_code="AU", type="MOBILE", phone_number="+61491570156")
            else:
                made = orders.create(
                    region_code="BR", type="MOBILE", phone_number="+5511900000001"
                )
                orders.update_registration(made.id_number_order, request_details=REGISTRATION)
            if command == "orders wait":
                orders.submit(made.id_number_order)
            return made.id_number_order

    def _lost_order(self, environment: Mapping[str, str], place: Path) -> str:
        """Create an order whose response is lost; return the ID of the operation."""
        self._served.sandbox.faults.queue("drop")
        argv = ["orders", "create", "-r", "BR", "-t", "mobile", "+5511900000001", "--yes"]
        ended = run(Prepared(argv, "", environment, {}, place))
        assert 4 == ended.code, ended.err
        listed = run(Prepared(["--jsonl", "operations", "list"], "", environment, {}, place))
        return str(json.loads(listed.out.splitlines()[0])["id"])


@attrs.frozen
class Ended:
    """A command that has ended."""

    code: int
    out: str
    err: str


def run(example: Prepared) -> Ended:
    """Run an example in this process, with stdout and stderr as texts."""
    out, err = io.StringIO(), io.StringIO()
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    environment = {**inherited, **example.environment}
    with ExitStack() as stack:
        stack.enter_context(chdir(example.directory))
        stack.enter_context(mock.patch.dict(os.environ, environment, clear=True))
        for name, stream in (("stdin", io.StringIO(example.stdin)), ("stdout", out)):
            stack.enter_context(mock.patch.object(sys, name, stream))
        stack.enter_context(mock.patch.object(sys, "stderr", err))
        stack.enter_context(
            interrupted_after(example.until, lambda: out.getvalue() + err.getvalue())
        )
        code = main(example.argv)
    return Ended(code, out.getvalue(), err.getvalue())


@contextmanager
def interrupted_after(text: str | None, output: Any) -> Iterator[None]:
    """Send SIGINT to this process when *output* returns *text*."""
    if text is None:
        yield
        return
    ended = threading.Event()

    def watch() -> None:
        while text not in output():
            if ended.wait(0.01):
                return
        time.sleep(0.02)
        os.kill(os.getpid(), 2)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def stable(text: str) -> str:
    """Return *text* with what differs between runs and machines replaced."""
    text = re.sub(r"\b01[0-9a-z]{24}\b", ORDER.lower(), text)
    text = re.sub(r"\b[0-9a-f]{32}\b", "0f6c1d2e8a4b4c3f9d7e5a6b1c2d3e4f", text)
    text = text.replace("+12025550198", "+12025550199")  # either is bought
    text = re.sub(r"\d\.\d s\)", "0.1 s)", text)
    text = re.sub(rf"{re.escape(socket.gethostname())} pid \d+", "web-1 pid 4711", text)
    text = re.sub(r"\bpid \d+", "pid 4711", text)
    text = re.sub(r"\bin \d+ ms\b", "in 3 ms", text)
    now = datetime.now(UTC)
    days = "|".join(f"{now + timedelta(days=days):%Y-%m-%d}" for days in (-1, 0, 1))
    date = rf"(?:{days})(?:([T ])\d\d:\d\d(?::(\d\d))?(?:\.\d+)?)?"
    return re.sub(date, _start, text)


def _start(found: re.Match[str]) -> str:
    """Return the start of the sandbox, written as the date or the timestamp *found*."""
    separator, seconds = found.groups()
    time = f"{separator}09:00{':00' if seconds else ''}" if separator else ""
    return f"{START:%Y-%m-%d}{time}"


def _plant(project: Any) -> None:
    project.hmac_secret = SECRET
    project.add_active(
        phone_number=NUMBER,
        display_name="Reception",
        sms_configuration={"servicePlanId": "plan-1"},
    )
    project.add_available(phone_number="+12025550199")
    project.add_available(phone_number="+12025550198")
    project.add_available(phone_number="+5511900000001", region_code="BR", type="MOBILE")
    project.add_available(phone_number="+5511900000002", region_code="BR", type="MOBILE")
    project.add_available(phone_number="+61491570156", region_code="AU", type="MOBILE")
    qualified = project.imported.qualified
    qualified.plant("+12025550181")
    qualified.plant("+18335550144")
    qualified.plant("+12025550182", state="VERIFICATION_PENDING")
    project.imported.numbers.add("+12025550183", display_name="Hotline")


def _write_files(place: Path) -> None:
    (place / "letter.json").write_text(json.dumps(LETTER))
    (place / "registration.json").write_text(json.dumps(REGISTRATION))
    (place / "bill.pdf").write_bytes(b"%PDF-1.7\n")
    (place / "secret.txt").write_text(f"{SECRET}\n")
    (place / "desired.csv").write_text(f"phone_number,display_name\n{NUMBER},Front desk\n")
    (place / "numbers.txt").write_text(f"{NUMBER}\n")
    (place / "changes.json").write_text('{"displayName": "Front desk"}')
    one = SignedEvents(SECRET).number(NUMBER)
    line = json.dumps({"signature": one.signature, "body": one.body.decode()})
    (place / "webhooks.jsonl").write_text(f"{line}\n")


def _write_profiles(place: Path) -> None:
    place.mkdir(parents=True)
    (place / "profiles.toml").write_text('[profiles.acme]\nproject_id = "p"\n[profiles.other]\n')


def _dead_letter(path: Path) -> str:
    """Make a store with a dead letter, and return its ID."""

    async def fail(_: Any) -> None:
        raise LookupError("no row for this number")

    async def make() -> str:
        store = EventStore(path)
        one = SignedEvents(SECRET).number(NUMBER)
        async with Receiver(fail, SECRET, store=store, attempts=1) as receiver:
            assert 200 == (await receiver.receive(one.body, one.signature)).status
            while not (found := await store.events(states=["dead"])):
                await asyncio.sleep(0.002)
        await store.close()
        return str(found[0].event_id)

    return asyncio.run(make())
