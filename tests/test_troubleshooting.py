"""The page of symptoms quotes messages that the code has: each one is provoked."""

import asyncio
import json
import logging
import os
import pickle
import re
import sqlite3
import ssl
import sys
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any, Final

import aiohttp
import anyio
import attrs
import pytest
import trustme
from connect_proxy import ConnectProxy
from snippets import DOCS
from tcp_server import serving

from sinch_numbers import Backoff, NumbersClient
from sinch_numbers._core.retry import backoff_package
from sinch_numbers.audit import audit
from sinch_numbers.inventory import Inventory
from sinch_numbers.sandbox import Sandbox
from sinch_numbers.store import SQLiteStore, _database_file
from sinch_numbers.webhooks import AllowList, Receiver, serve, sign

pytestmark = [pytest.mark.slow, pytest.mark.anyio]

PAGE = DOCS / "operations" / "troubleshooting.md"
ROWS = re.findall(r"^\| (`.+?`) \| ", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
SECRET: Final = "the-signing-secret-of-this-one-test"
NUMBER: Final = "+12025550101"
QUICK: Final = Backoff(first=0.001, throttled=0.001, longest=0.01)


@attrs.frozen
class Scene:
    """A sandbox, an empty directory, and the log, for one symptom."""

    sandbox: Sandbox
    directory: Path
    patch: pytest.MonkeyPatch
    log: pytest.LogCaptureFixture

    def client(self, **options: Any) -> NumbersClient:
        """Return a client of the sandbox that soon gives up."""
        return self.sandbox.client(**{"backoff": QUICK, "settle_timeout": 0.1, **options})

    async def listing(self, **options: Any) -> str:
        """List numbers with a client that has *options*; return the error."""
        async with self.client(**options) as client:
            return await error_of(client.active_numbers.list().page())

    async def faulty(self, kind: str, **options: Any) -> str:
        """List numbers, while all requests for lists have a fault; return the error."""
        self.sandbox.faults.add(kind, path="/activeNumbers", times=99)
        return await self.listing(**options)

    async def program(self, text: str) -> str:
        """Run a program; return its output."""
        return await self._process("-W", "always", "-c", text)

    async def command(self, *arguments: str, **variables: str) -> str:
        """Run a command; return its output."""
        return await self._process("-m", "sinch_numbers", *arguments, **variables)

    async def _process(self, *arguments: str, **variables: str) -> str:
        home = {"HOME": str(self.directory), "XDG_CONFIG_HOME": str(self.directory)}
        ended = await anyio.run_process(
            [sys.executable, *arguments],
            env={**os.environ, **self.sandbox.environment, **home, **variables},
            cwd=self.directory,
            check=False,
        )
        return (ended.stdout + ended.stderr).decode()


Provoke = Callable[[Scene], Awaitable[str]]
SYMPTOMS: dict[str, Provoke] = {}


def symptom(message: str) -> Callable[[Provoke], Provoke]:
    """Register a function that provokes *message*, as the page quotes it."""

    def register(provoke: Provoke) -> Provoke:
        assert message not in SYMPTOMS
        SYMPTOMS[message] = provoke
        return provoke

    return register


async def error_of(call: Awaitable[object]) -> str:
    """Return the text of the error that *call* raises."""
    try:
        await call
    except Exception as error:
        return str(error)
    return "no error"


# Credentials and projects


@symptom("`401 invalid_client` ... `the key must belong to the project`")
async def wrong_secret(scene: Scene) -> str:
    return await scene.listing(key_secret="wrong")


@symptom("`401 UNAUTHENTICATED`")
async def token_of_another_system(scene: Scene) -> str:
    return await scene.faulty("expired_token")


@symptom("`403 PERMISSION_DENIED`")
async def another_project(scene: Scene) -> str:
    return await scene.listing(project_id="other")


@symptom("`Trial account is not enabled to rent number`")
async def trial_account(scene: Scene) -> str:
    message = "Trial account is not enabled to rent number"
    refusal = {"code": 403, "message": message, "status": "PERMISSION_DENIED", "details": []}
    async with serving(responding(403, {"error": refusal})) as port:
        return await scene.listing(numbers_url=f"http://127.0.0.1:{port}")


@symptom("`missing project_id, key_id and key_secret`")
async def no_credentials(scene: Scene) -> str:
    for name in scene.sandbox.environment:
        scene.patch.delenv(name, raising=False)
    with pytest.raises(ValueError, match="missing") as caught:
        NumbersClient()
    return str(caught.value)


@symptom("`404 NOT_FOUND: no such number`")
async def not_ours(scene: Scene) -> str:
    async with scene.client() as client:
        return await error_of(client.active_numbers.get("+12025550134"))


@symptom("`expected a number in E.164, such as +12025550134`")
async def without_plus(scene: Scene) -> str:
    async with scene.client() as client:
        return await error_of(client.active_numbers.get("12025550134"))


@symptom("`local clock differs from the service's by`")
async def wrong_clock(scene: Scene) -> str:
    token = {"access_token": "t", "expires_in": 3599, "token_type": "bearer", "scope": ""}
    date = "Sun, 01 Mar 2020 00:00:00 GMT"
    async with serving(responding(200, token, date)) as port:
        await scene.listing(auth_url=f"http://127.0.0.1:{port}")
    return scene.log.text


# Network


def responding(status: int, body: object, date: str = "") -> Callable[..., Awaitable[None]]:
    """Return a server's handler that always sends the same response."""

    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        text = json.dumps(body)
        head = f"HTTP/1.1 {status} -\r\nContent-Length: {len(text)}\r\nConnection: close\r\n"
        writer.write(f"{head}{f'Date: {date}' if date else 'X-None: 1'}\r\n\r\n{text}".encode())
        await writer.drain()

    return respond


async def at(url: str, **options: Any) -> str:
    """List numbers of a service at *url*; return the error."""
    urls = {"numbers_url": url, "auth_url": url}
    async with NumbersClient("p", "k", "s", **urls, retries=0, backoff=QUICK, **options) as client:
        return await error_of(client.active_numbers.list().page())


@symptom("`the host name was not resolved`")
async def unknown_host(scene: Scene) -> str:
    return await at("https://numbers.invalid")


@symptom("`through the proxy` ... `Connection refused`")
async def no_proxy(scene: Scene) -> str:
    return await at("https://numbers.invalid", proxy="http://127.0.0.1:9")


@symptom("`the proxy responded 407`")
async def no_password(scene: Scene) -> str:
    async with ConnectProxy(9, "user:password").running() as proxy:
        return await at("https://numbers.invalid", proxy=f"http://127.0.0.1:{proxy.port}")


@symptom("`unable to get local issuer certificate`")
async def private_ca(scene: Scene) -> str:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(tls)
    async with serving(responding(200, {}), tls) as port:
        return await at(f"https://127.0.0.1:{port}")


@symptom("`SOCKS proxies (socks5) are not supported`")
async def socks(scene: Scene) -> str:
    return await error_of(at("https://numbers.invalid", proxy="socks5://127.0.0.1:1080"))


@symptom("`the response is not JSON`")
async def login_page(scene: Scene) -> str:
    return await scene.faulty("html")


@symptom("`redirects are not followed`")
async def redirect(scene: Scene) -> str:
    return await scene.faulty("redirect")


@symptom("`no response within`")
async def silence(scene: Scene) -> str:
    return await scene.faulty("stall", timeout=0.05, retries=0)


@symptom("`expected an https URL, or http to a loopback host`")
async def clear_text(scene: Scene) -> str:
    return await error_of(at("http://numbers.example.com"))


# Rate limits


@symptom("`429 RESOURCE_EXHAUSTED`")
async def too_many_requests(scene: Scene) -> str:
    return await scene.faulty("429")


@symptom("`retrying in` ... `: 503`")
async def log_of_a_retry(scene: Scene) -> str:
    await scene.faulty("503")
    return scene.log.text


# Billable calls


@symptom("`unknown whether the call took effect`")
async def lost_response(scene: Scene) -> str:
    scene.sandbox.faults.add("drop", method="POST", path=":rent")
    async with scene.client() as client:
        (number,) = await client.available_numbers.search(region_code="US", type="LOCAL", size=1)
        return await error_of(client.available_numbers.rent(number.phone_number))


@symptom("`is claimed by the operation`")
async def claimed(scene: Scene) -> str:
    scene.sandbox.faults.add("slow", method="POST", path=":rent", seconds=1)
    async with scene.client(store=SQLiteStore(scene.directory / "numbers.db")) as client:
        (number,) = await client.available_numbers.search(region_code="US", type="LOCAL", size=1)
        first = asyncio.create_task(client.available_numbers.rent(number.phone_number))
        while not [call for call in scene.sandbox.calls if call.endswith(":rent")]:
            await anyio.sleep(0.01)
        other = scene.client(store=SQLiteStore(scene.directory / "numbers.db"), deadline=0.2)
        async with other:
            error = await error_of(other.available_numbers.rent(number.phone_number))
        await first
    return error


@symptom("`exceeds max_monthly_price`")
async def over_budget(scene: Scene) -> str:
    async with scene.client() as client:
        wanted = client.buy(region_code="US", type="LOCAL", max_monthly_price="0.10")
        return await error_of(wanted)


@symptom("`only numbers of region US and type LOCAL can be rented this way`")
async def rent_abroad(scene: Scene) -> str:
    async with scene.client() as client:
        return await error_of(client.available_numbers.rent_any(region_code="GB", type="MOBILE"))


@symptom("`not enough numbers match`")
async def pattern_without_country(scene: Scene) -> str:
    async with scene.client() as client:
        return await error_of(
            client.buy(
                region_code="US", type="LOCAL", number_pattern="212", search_pattern="START"
            )
        )


# Stores


@symptom("`it was locked for` ... `perhaps by a suspended process`")
async def locked(scene: Scene) -> str:
    path = scene.directory / "numbers.db"
    store = SQLiteStore(path, timeout=0.1)
    await store.entries()
    async with scene.client(store=store) as client:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            return await error_of(client.available_numbers.rent(NUMBER))


@symptom("`it is on a network file system (nfs4)`")
async def nfs(scene: Scene) -> str:
    mounts = scene.directory / "mountinfo"
    mounts.write_text(f"1 0 0:1 / {scene.directory} rw - nfs4 server:/ rw\n")
    scene.patch.setattr(_database_file, "_MOUNTS", mounts)
    return await error_of(SQLiteStore(scene.directory / "numbers.db").entries())


@symptom("`the file is not a database`")
async def another_file(scene: Scene) -> str:
    path = scene.directory / "numbers.db"
    path.write_text("something else")
    return await error_of(SQLiteStore(path).entries())


# Python programs

PROGRAM: Final = """
import asyncio, sys
from sinch_numbers import NumbersClient, SyncNumbersClient

async def main():
    client = NumbersClient()
    {statement}
    await client.close()

asyncio.run(main())
"""


@symptom("`Event loop is closed`")
async def closed_loop(scene: Scene) -> str:
    return await scene.program(
        "import asyncio, sinch_numbers\n"
        "loop = asyncio.new_event_loop()\n"
        "loop.close()\n"
        "client = sinch_numbers.NumbersClient()\n"
        "loop.run_until_complete(client.active_numbers.list().page())\n"
    )


@symptom("`asyncio.run() cannot be called from a running event loop`")
async def run_in_notebook(scene: Scene) -> str:
    return await scene.program(PROGRAM.format(statement="asyncio.run(main())"))


@symptom("`was never awaited`")
async def no_await(scene: Scene) -> str:
    return await scene.program(
        PROGRAM.format(statement="client.active_numbers.get('+12025550101')")
    )


@symptom("`'coroutine' object has no attribute 'phone_number'`")
async def no_await_of_result(scene: Scene) -> str:
    return await scene.program(
        PROGRAM.format(statement="client.active_numbers.get('+12025550101').phone_number")
    )


@symptom("`a Pager has no length, index, or truth value`")
async def loop_over_pager(scene: Scene) -> str:
    return await scene.program(PROGRAM.format(statement="list(client.active_numbers.list())"))


@symptom("`Unclosed client session`")
async def no_close(scene: Scene) -> str:
    statement = "await NumbersClient().active_numbers.list().page()"
    return await scene.program(PROGRAM.format(statement=statement))


@symptom("`the client is closed`")
async def call_after_close(scene: Scene) -> str:
    client = scene.client()
    await client.close()
    return await error_of(client.active_numbers.list().page())


@symptom("`a sync call inside a running event loop blocks that loop`")
async def sync_call_in_coroutine(scene: Scene) -> str:
    statement = "SyncNumbersClient().active_numbers.list().page()"
    return await scene.program(PROGRAM.format(statement=statement))


@symptom("`no asyncio event loop is running`")
async def another_runtime(scene: Scene) -> str:
    call = scene.client().active_numbers.list().page()
    with pytest.raises(RuntimeError) as caught:
        await anyio.to_thread.run_sync(lambda: call.send(None))
    return str(caught.value)


@symptom("`NumbersClient cannot be pickled`")
async def pickled(scene: Scene) -> str:
    with pytest.raises(TypeError) as caught:
        pickle.dumps(scene.client())
    return str(caught.value)


@symptom("`requires an extra: pip install 'sinch-numbers[`")
async def missing_extra(scene: Scene) -> str:
    return await scene.program(
        "import sys\n"
        "sys.modules['pyarrow'] = None\n"
        "from sinch_numbers.exports import NUMBERS, write_parquet\n"
        "write_parquet([], 'numbers.parquet', NUMBERS)\n"
    )


@symptom("`needs the package backoff, and its files are missing`")
async def backoff_uninstalled(scene: Scene) -> str:
    class Finder:
        @staticmethod
        def find_spec(name: str) -> object:
            return PathFinder.find_spec(name, [str(scene.directory)])

    scene.patch.setattr(backoff_package, "PathFinder", Finder)
    with pytest.raises(ImportError) as caught:
        backoff_package.require_backoff()
    return str(caught.value)


# Lists and audits


async def explanation(client: NumbersClient) -> str:
    return (await audit(client)).completeness.explanation


@symptom("`0 counted, 0 read`")
async def empty_project(scene: Scene) -> str:
    async with Sandbox(numbers=0) as sandbox, sandbox.client() as client:
        return await explanation(client)


@symptom("`incomplete:` ... `failed:`")
async def unreadable(scene: Scene) -> str:
    scene.sandbox.faults.add("unreadable_item", path="/activeNumbers", times=99)
    async with scene.client() as client:
        return await explanation(client)


@symptom("`changed while it was read`")
async def bought_meanwhile(scene: Scene) -> str:
    project = scene.sandbox.project()
    async with scene.client() as client:
        numbers = Inventory(client, page_size=5, concurrency=1)
        added = 0
        async for _ in numbers.pages():
            project.add_active(phone_number=f"+1202555{added:04}")
            added += 1
        return numbers.completeness.explanation


# Numbers


async def finding(**sms: object) -> str:
    """Return the findings of an audit of one number with this SMS configuration."""
    async with Sandbox(numbers=0) as sandbox, sandbox.client() as client:
        sandbox.project().add_active(phone_number=NUMBER, sms_configuration=sms)
        return "\n".join(one.message for one in (await audit(client)).findings)


@symptom("`unused, next charge on`")
async def bought_without_sms(scene: Scene) -> str:
    return await finding()


@symptom("`without a campaign`")
async def no_campaign(scene: Scene) -> str:
    return await finding(servicePlanId="plan")


@symptom("`SMS: WAITING for` ... `days`")
async def stuck(scene: Scene) -> str:
    since = datetime.now(UTC) - timedelta(days=20)
    job = {"servicePlanId": "plan", "status": "WAITING", "lastUpdatedTime": since.isoformat()}
    return await finding(scheduledProvisioning=job)


@symptom("`SMS: the service gave no reason`")
async def failed(scene: Scene) -> str:
    job = {"servicePlanId": "plan", "status": "FAILED"}
    return await finding(scheduledProvisioning=job)


# Webhooks


def event(timestamp: datetime | None = None) -> bytes:
    at = timestamp or datetime.now(UTC)
    return json.dumps(
        {
            "eventId": "01k5q8r4t6v9w2x3y7z1a5b8c0",
            "timestamp": at.replace(tzinfo=None).isoformat(),
            "projectId": "sandbox",
            "resourceId": NUMBER,
            "resourceType": "ACTIVE_NUMBER",
            "eventType": "PROVISIONING_TO_SMS_PLATFORM",
            "status": "SUCCEEDED",
        }
    ).encode()


@symptom("`webhook refused: 401, the signature is missing or wrong`")
async def body_changed_by_proxy(scene: Scene) -> str:
    async with Receiver(print, SECRET) as receiver:
        await receiver.receive(event() + b"\n", sign(event(), SECRET))
    return scene.log.text


@symptom("`webhook refused: 415, the body was decompressed`")
async def decompressed(scene: Scene) -> str:
    async with Receiver(print, SECRET) as receiver:
        body = event()
        await receiver.receive(body, sign(body, SECRET), "gzip")
    return scene.log.text


@symptom("`source address not allowed`")
async def behind_proxy(scene: Scene) -> str:
    receiver = Receiver(print, SECRET, allow=AllowList())
    async with serve(receiver) as url, aiohttp.ClientSession() as session:
        response = await session.post(url, data=event())
        return await response.text()


@symptom("`webhook refused: 400, the timestamp of the event is too far in the future`")
async def slow_clock(scene: Scene) -> str:
    async with Receiver(print, SECRET) as receiver:
        body = event(datetime.now(UTC) + timedelta(hours=1))
        await receiver.receive(body, sign(body, SECRET))
    return scene.log.text


@symptom("`event handler failed`")
async def handler_raises(scene: Scene) -> str:
    def handle(_: object) -> None:
        raise ValueError

    async with Receiver(handle, SECRET, initial_delay=0.01) as receiver:
        body = event()
        await receiver.receive(body, sign(body, SECRET))
    return scene.log.text


# Command line


@symptom("`The command line is not installed`")
async def no_typer(scene: Scene) -> str:
    return await scene.program(
        "import sys\n"
        "sys.modules['typer'] = None\n"
        "from sinch_numbers.cli import main\n"
        "main(['list'])\n"
    )


@symptom("`confirmation required but stdin is not a terminal`")
async def not_confirmed(scene: Scene) -> str:
    return await scene.command("buy", "--region", "US")


@symptom("`Completion works in new shells`")
async def completion_installed(scene: Scene) -> str:
    return await scene.command("--install-completion", "bash")


@symptom(r"`Z\xfcrich`")
async def ascii_terminal(scene: Scene) -> str:
    scene.sandbox.project().add_active(phone_number=NUMBER, display_name="Zürich")
    return await scene.command("get", NUMBER, PYTHONIOENCODING="ascii")


@symptom("`no such command`")
async def typing_error(scene: Scene) -> str:
    return await scene.command("lst")


def test_all_symptoms_are_provoked() -> None:
    """The page has at least twenty symptoms, each once, and each is provoked by this file."""
    assert len(ROWS) >= 20
    assert sorted(SYMPTOMS) == sorted(ROWS)


@pytest.mark.parametrize("row", ROWS)
async def test_messages_are_those_of_the_code(
    row: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A quoted message is part of what is raised, logged, or printed; dots stand for values."""
    async with Sandbox(numbers=20, stock=50, provisioning=0.05) as sandbox:
        with caplog.at_level(logging.WARNING):
            provoked = await SYMPTOMS[row](Scene(sandbox, tmp_path, monkeypatch, caplog))

    shown = " ".join(provoked.split())
    pattern = ".*".join(re.escape(part) for part in re.findall(r"`(.+?)`", row))
    assert re.search(pattern, shown), shown
