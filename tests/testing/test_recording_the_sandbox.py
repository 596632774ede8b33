"""Recordings of the sandbox, over sockets: every operation, its errors, and both clients."""

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest

from sinch_numbers import Document, NotFoundError, Secret, SmsConfiguration
from sinch_numbers._client.bodies.multipart import Multipart
from sinch_numbers._core.transport.base import Reply, Request, Transport
from sinch_numbers.inventory import Inventory
from sinch_numbers.sandbox import Sandbox
from sinch_numbers.sandbox._state.emergency import EmergencyAddress
from sinch_numbers.testing import Recorder, Replayer, compare_cassettes
from sinch_numbers.testing._cassettes import load
from sinch_numbers.testing._served import ServedSandbox
from tests.sandbox import test_conformance as numbers
from tests.sandbox import test_imported_conformance as imported
from tests.testing.recordings import found_in, spellings, texts

pytestmark = pytest.mark.sandbox

KEY_ID, KEY_SECRET, PROJECT = "the-real-key-id", "the-real-key-secret", "the-real-project"
PRIVATE = ("ada@example.net", "Harbor Way", "Harbour Way", "Hobart", "Acme",
           "4 Quay St", "Warehouse", "bill.pdf", "sandbox-hmac-secret", "hooks.example.net",
           "Example Telecom", PROJECT, KEY_ID, KEY_SECRET)  # fmt: skip
CREDENTIALS = {"project_id": PROJECT, "key_id": KEY_ID, "key_secret": KEY_SECRET}


class Raw:
    """A transport that keeps the requests and responses of another one."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.exchanges: list[tuple[Request, Reply]] = []

    async def exchange(self, request: Request) -> Reply:
        reply = await self._transport.exchange(request)
        self.exchanges.append((request, reply))
        return reply

    async def close(self) -> None:
        await self._transport.close()


@pytest.fixture
def service() -> Iterator[Sandbox]:
    """Run a sandbox in a thread, with numbers in every condition."""
    with ServedSandbox(numbers=60, stock=100, **CREDENTIALS) as served:
        sandbox = served.sandbox
        project = sandbox.project()
        project.add_active(phone_number=numbers.HELD)
        project.add_active(phone_number=numbers.FOUND, display_name=f"Call {numbers.HELD[1:]}")
        project.emergency_addresses[numbers.FOUND] = EmergencyAddress(street_number="77")
        project.add_available(phone_number=numbers.FREE)
        project.add_available(phone_number=numbers.MOBILE, region_code="AU", type="MOBILE")
        project.add_available(phone_number="+61491570199", region_code="AU", type="MOBILE")
        host = project.imported
        host.numbers.add(imported.LINKED, service_plan_id="q", campaign_id="C9")
        host.qualified.plant(imported.PENDING, state="VERIFICATION_PENDING")
        host.qualified.plant(imported.VERIFIED)
        host.qualified.plant(imported.TOLL_FREE)
        host.qualified.plant(imported.CALLED, state="VERIFICATION_PENDING")
        host.qualified.call(imported.CALLED)
        yield sandbox


Sent = tuple[tuple[str, str], Request]
"""A request, and the method and path of its operation."""


def requests(sandbox: Sandbox, order: str, hosting_order: str, token: Secret) -> list[Sent]:
    """Return the requests of the conformance tests: each operation, its success and its errors."""
    made = []
    for base, module in ((sandbox.url, numbers), (sandbox.imported_url, imported)):
        for method, path, case, _ in sorted(module.CASES, key=lambda case: case[0] == "delete"):
            if "fault" in case or "headers" in case or case.get("upload", 0) > 1000:
                continue
            url = path.replace("{projectId}", case.get("project", PROJECT))
            for name, value in (
                ("phoneNumber", case.get("number", "")),
                ("numberOrderId", case.get("order", order)),
                ("hostingOrderId", case.get("order", hosting_order)),
                ("attachmentId", numbers.ADDRESS_ID),
            ):
                url = url.replace(f"{{{name}}}", value)
            body: Any = json.dumps(case["body"]).encode() if "body" in case else None
            if body and "ualified" not in path:  # no case uses up the number of another one
                for used in (imported.FREE, imported.TOLL_FREE):
                    unique = f"{used[:8]}{len(made):04}"
                    body = body.replace(used.encode(), unique.encode())
            if "code" in case:
                code = sandbox.project().imported.qualified.voice_codes[case["number"]]
                body = json.dumps({"code": code}).encode()
            headers = {"Content-Type": "application/json"} if body else {}
            if case.get("upload"):
                document = Document(io.BytesIO(b"x" * case["upload"]), filename="bill.pdf")
                body = Multipart(document, {"documentType": "Utility bill"})
                headers = {"Content-Type": body.content_type}
            url = base + url + case.get("query", "")
            made.append(((method, path), Request(method.upper(), url, headers, token, body)))
    return made


async def placed(transport: Transport, sandbox: Sandbox, token: Secret) -> tuple[str, str]:
    """Place an order on each host; return their IDs."""
    ids = []
    for base, path, body, field in (
        (
            sandbox.url,
            "numberOrders:createNumberOrder",
            {**numbers.KIND, "numberOrderOption": {"phoneNumbers": ["+61491570199"]}},
            "idNumberOrder",
        ),
        (
            sandbox.imported_url,
            "hostingOrders:textEnableNumbers",
            {**imported.ENABLE, "campaignId": "", "numbers": [imported.CALLED]},
            "hostingOrderId",
        ),
    ):
        url = f"{base}/v1/projects/{PROJECT}/{path}"
        headers = {"Content-Type": "application/json"}
        reply = await transport.exchange(
            Request("POST", url, headers, token, json.dumps(body).encode())
        )
        ids.append(json.loads(reply.body)[field])
    return ids[0], ids[1]


def of_cassette(one: Request, recorder: Recorder, known: set[str]) -> Request:
    """Return a request as a program on the cassette would send it: with its phone numbers."""
    url, body = one.url, one.body
    for number in known:
        new = recorder.pseudonym(number)
        url = url.replace(number, new)
        if isinstance(body, bytes):
            body = body.replace(number.encode(), new.encode())
    return Request(one.method, url, one.headers, Secret("Bearer other"), body)


@pytest.mark.slow
@pytest.mark.anyio
async def test_every_operation_is_recorded_and_replayed(service: Sandbox, tmp_path: Path) -> None:
    """Without a secret, a number, or personal data; the replayed bytes are the recorded ones."""
    path = tmp_path / "cassette.json"
    with Recorder(path) as recorder:
        async with recorder.client(**options(service)) as client:
            token = (await client.tokens.get()).authorization
        transport = Raw(recorder.transport())
        orders = await placed(transport, service, token)
        service.clock.advance(60)
        sent = requests(service, *orders, token)
        for _, one in sent:
            await transport.exchange(one)
        await transport.close()

    replies = [reply for _, reply in transport.exchanges]
    works = {
        name for (name, _), reply in zip(sent, replies[2:], strict=True) if reply.status == 200
    }
    assert {one for module in (numbers, imported) for one in described(module)} == works

    raw = b"\n".join(
        text
        for one, reply in transport.exchanges
        for text in (one.url.encode(), one.body, reply.body)
        if isinstance(text, bytes)
    )
    known = set(re.findall(r"\+[1-9][0-9]{6,14}", raw.decode()))
    assert len(known) > 50
    text = path.read_text()
    private = {one for number in known for one in spellings(number)}
    assert set() == found_in(text, {*PRIVATE, *orders, *private, token.reveal()[7:]})
    assert {"Ada", "Ann", "Example"}.isdisjoint(texts(json.loads(text)))

    recordings: list[Any] = [one.outcome for one in load(path)][1:]
    player = Replayer(path)
    for (one, reply), recording in zip(transport.exchanges, recordings, strict=True):
        replayed = await player.transport.exchange(of_cassette(one, recorder, known))
        assert (reply.status, recording.body) == (replayed.status, replayed.body)
        original, stored = (json.loads(body or b"null") for body in (reply.body, replayed.body))
        assert_replaced(original, stored, recorder)
    assert () == player.unused


def described(module: Any) -> set[tuple[str, str]]:
    return {case[:2] for case in module.CASES if case[3] == 200 and "fault" not in case[2]}


def assert_replaced(original: Any, stored: Any, recorder: Recorder) -> None:
    """Hold a stored value against the original: the same, or a pseudonym of it."""
    assert type(original) is type(stored)
    if isinstance(original, dict):
        assert list(original) == list(stored)
        for name, one in original.items():
            assert_replaced(one, stored[name], recorder)
    elif isinstance(original, list):
        assert len(original) == len(stored)
        for one, other in zip(original, stored, strict=True):
            assert_replaced(one, other, recorder)
    elif isinstance(original, int):
        assert stored in (original, 0)  # in personal data
    elif original != stored:
        assert re.search("[-0-9]", stored), stored
        assert len(original) < 5 or original not in stored


def options(sandbox: Sandbox) -> dict[str, Any]:
    return {
        **CREDENTIALS,
        "numbers_url": sandbox.url,
        "imported_numbers_url": sandbox.imported_url,
        "auth_url": sandbox.auth_url,
    }


def test_a_program_gives_the_same_results_on_its_cassette(
    service: Sandbox, tmp_path: Path
) -> None:
    """Of an async and a sync client, up to the pseudonyms; and both record alike."""
    plan = SmsConfiguration("plan", "CAMPAIGN")

    def program(client: Any) -> list[Any]:
        listed = list(client.active_numbers.list(page_size=25, limit=60))
        number = listed[0].phone_number
        with pytest.raises(NotFoundError) as missing:
            client.imported_numbers.get(number)
        return [
            *listed,
            client.active_numbers.update(number, display_name=f"Desk {number}"),
            client.available_numbers.rent_any(
                region_code="US", type="LOCAL", sms_configuration=plan
            ),
            client.callback_configuration.get(),
            missing.value.status,
        ]

    async def async_program(client: Any) -> list[Any]:
        listed = [one async for one in client.active_numbers.list(page_size=25, limit=60)]
        number = listed[0].phone_number
        with pytest.raises(NotFoundError):
            await client.imported_numbers.get(number)
        updated = await client.active_numbers.update(number, display_name=f"Desk {number}")
        return [*listed, updated]

    with (
        Recorder(tmp_path / "sync.json") as recorder,
        recorder.sync_client(**options(service)) as client,
    ):
        results = program(client)
    player = Replayer(tmp_path / "sync.json")
    with player.sync_client() as client:
        replayed = program(client)

    assert () == player.unused
    assert len(results) == len(replayed) > 50
    for one, other in zip(results[:-2], replayed[:-2], strict=True):
        assert recorder.pseudonym(one.phone_number) == other.phone_number
        assert (one.region_code, one.type, one.money) == (
            other.region_code,
            other.type,
            other.money,
        )

    async def record_and_replay() -> None:
        with Recorder(tmp_path / "async.json") as other_recorder:
            async with other_recorder.client(**options(service)) as client:
                await async_program(client)
        async with Replayer(tmp_path / "async.json").client() as client:
            assert 61 == len(await async_program(client))

    anyio.run(record_and_replay)
    differences = compare_cassettes(tmp_path / "sync.json", tmp_path / "async.json")
    assert {"availableNumbers:rentAny", "callbackConfiguration"} == {
        one.operation.rpartition("/")[2].partition(" ")[0] for one in differences
    }


@pytest.mark.slow
@pytest.mark.anyio
async def test_an_inventory_is_complete_on_its_cassette(tmp_path: Path) -> None:
    """Also one that is split by long prefixes: pseudonyms match the pseudonyms of patterns."""
    async with Sandbox(numbers=0, stock=0) as sandbox:
        for last in range(0, 3000, 13):
            sandbox.project().add_active(phone_number=f"+1201555{last:04}")
        with Recorder(tmp_path / "inventory.json") as recorder:
            async with sandbox.client(transport=recorder.transport()) as client:
                inventory = Inventory(client, page_size=1)
                numbers = {number.phone_number async for number in inventory}
    text = (tmp_path / "inventory.json").read_text()
    assert max(map(len, re.findall(r'"numberPattern.pattern": "(.*?)"', text))) > len("+120155")

    player = Replayer(tmp_path / "inventory.json")
    async with player.client() as client:
        replayed = Inventory(client, page_size=1)
        pseudonyms = {number.phone_number async for number in replayed}

    assert (True, True) == (inventory.completeness.complete, replayed.completeness.complete)
    assert {recorder.pseudonym(number) for number in numbers} == pseudonyms
    assert () == player.unused
