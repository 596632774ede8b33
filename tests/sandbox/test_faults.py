"""Faults of the sandbox, and their record in the ledger."""

import asyncio
import math
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from sinch_numbers.sandbox import Sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

NUMBER = "+13035550001"
RENT = f"availableNumbers/{NUMBER}:rent"
LOST = [
    ("drop", aiohttp.ServerDisconnectedError),
    ("lost_reply", aiohttp.ServerDisconnectedError),
    ("reset", aiohttp.ClientOSError),
    ("truncated", aiohttp.ClientPayloadError),
    ("garbage", aiohttp.ClientError),
]


async def until(come_true: Callable[[], Any]) -> None:
    async with asyncio.timeout(30):
        while not come_true():
            await asyncio.sleep(0.001)


@pytest.fixture(autouse=True)
def number(sandbox: Sandbox) -> None:
    sandbox.project().add_available(phone_number=NUMBER)


@pytest.mark.parametrize("executed", [True, False])
@pytest.mark.parametrize(("kind", "error"), LOST)
async def test_lost_replies(
    api: Any, sandbox: Sandbox, kind: str, error: type[Exception], executed: bool
) -> None:
    """The client sees its connection fail; the rent has taken effect, unless told otherwise."""
    sandbox.faults.add(kind, executed=executed)

    with pytest.raises(error):
        await api.post(RENT)

    assert executed == (NUMBER in sandbox.project().active)
    assert executed == bool(sandbox.ledger)
    assert [kind.replace("lost_reply", "drop")] == sandbox.faults.applied
    assert (404 if executed else 200) == (await api.post(RENT)).status


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("drop_before", aiohttp.ServerDisconnectedError),
        ("reset_before", aiohttp.ClientOSError),
    ],
)
async def test_connections_that_fail_before(
    api: Any, sandbox: Sandbox, kind: str, error: type[Exception]
) -> None:
    """The client cannot tell this from a lost reply, but nothing has happened."""
    sandbox.faults.add(kind)

    with pytest.raises(error):
        await api.post(RENT)

    assert [] == sandbox.ledger


@pytest.mark.parametrize(("kind", "executed"), [("stall", True), ("stall_before", False)])
async def test_silence(api: Any, sandbox: Sandbox, kind: str, executed: bool) -> None:
    """The client gives up; the sandbox does not, and stops quickly all the same."""
    sandbox.faults.add(kind)
    request = asyncio.create_task(api.post(RENT))
    await until(lambda: sandbox.faults.applied)

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(request, 0.05)

    assert executed == bool(sandbox.ledger)


async def test_stop_does_not_wait_for_stalled_requests(clock: Any) -> None:
    """A sandbox that is asked to stop leaves nobody hanging."""
    sandbox = Sandbox(numbers=0, stock=0, clock=clock)
    await sandbox.start()
    sandbox.faults.add("stall")
    async with aiohttp.ClientSession() as session:
        request = asyncio.create_task(session.get(f"{sandbox.url}/v1"))  # type: ignore[arg-type]  # aiohttp types it as a context
        while not sandbox.calls:
            await asyncio.sleep(0.01)
        async with asyncio.timeout(30):  # the stall is one of an hour
            await sandbox.stop()

        with pytest.raises(aiohttp.ClientError):
            await request


@pytest.mark.parametrize(
    ("kind", "status", "body"),
    [
        ("429", 429, "RESOURCE_EXHAUSTED"),
        ("500", 500, "INTERNAL"),
        ("502", 502, "<html>"),
        ("504", 504, "DEADLINE_EXCEEDED"),
        ("408", 408, "DEADLINE_EXCEEDED"),
        ("403", 403, '"message":""'),
        ("400", 400, "INVALID_ARGUMENT"),
        ("bad_request", 400, "INVALID_ARGUMENT"),
        ("403_html", 403, "<html>"),
        ("404_html", 404, "<html>"),
        ("404_json", 404, '{"message":"no Route matched with those values"}'),
        ("html", 200, "<html>"),
        ("redirect", 307, ""),
        ("string_error", 400, '{"error":"failed to marshal error message"}'),
        ("503", 503, ""),
    ],
)
@pytest.mark.parametrize("executed", [False, True])
async def test_refusals(
    api: Any, sandbox: Sandbox, kind: str, status: int, body: str, executed: bool
) -> None:
    """Nothing has happened, unless the fault is told to come after the deed."""
    sandbox.faults.add(kind, executed=executed)

    answer = await api.post(RENT)

    assert status == answer.status
    assert body in answer.text
    assert body or not answer.text
    assert "Retry-After" not in answer.headers
    assert executed == bool(sandbox.ledger)


@pytest.mark.parametrize(
    ("kind", "status", "body"),
    [
        ("403", 403, '"status":"PERMISSION_DENIED"'),
        ("403_html", 403, "<html>"),
        ("404_html", 404, "<html>"),
        ("404_json", 404, "no Route matched"),
        ("html", 200, "<html>"),
    ],
)
async def test_gateway_errors_on_reads(
    api: Any, sandbox: Sandbox, kind: str, status: int, body: str
) -> None:
    """A GET of a rented number meets a gateway's error once, and the number after that."""
    await api.post(RENT)
    sandbox.faults.add(kind, method="GET")

    answers = [await api.get(f"activeNumbers/{NUMBER}") for _ in range(2)]

    assert [status, 200] == [answer.status for answer in answers]
    assert body in answers[0].text
    assert "NOT_FOUND" not in answers[0].text


async def test_settings_of_refusals(api: Any, sandbox: Sandbox) -> None:
    """A 429 can say when to come back, a redirect where to go."""
    sandbox.faults.add("429", retry_after="2")
    sandbox.faults.add("redirect", location="http://198.51.100.7/")

    assert "2" == (await api.post(RENT)).headers["Retry-After"]
    assert "http://198.51.100.7/" == (await api.post(RENT)).headers["Location"]


async def test_empty_reply_after_the_deed(api: Any, sandbox: Sandbox) -> None:
    """200 and not a word."""
    sandbox.faults.add("empty")

    answer = await api.post(RENT)

    assert (200, "", 1) == (answer.status, answer.text, len(sandbox.ledger))


async def test_tokens_that_are_refused_while_alive(api: Any, sandbox: Sandbox) -> None:
    """With the word that asks for a new token, or without it."""
    sandbox.faults.add("revoked_token")
    sandbox.faults.add("expired_token")
    headers = await api.bearer()

    answers = [await api.get("activeNumbers", headers=headers) for _ in range(2)]

    assert [401, 401] == [answer.status for answer in answers]
    assert [False, True] == ["expired" in a.headers["WWW-Authenticate"] for a in answers]


async def test_slow_reply(api: Any, sandbox: Sandbox) -> None:
    """It takes effect at once and is answered late."""
    sandbox.faults.add("slow", seconds=0.1)
    loop = asyncio.get_running_loop()
    started = loop.time()
    request = asyncio.create_task(api.post(RENT))
    while not sandbox.ledger:
        await asyncio.sleep(0)
    answered = request.done()

    assert 200 == (await request).status
    assert not answered
    assert loop.time() - started >= 0.1


async def test_late_commit(api: Any, sandbox: Sandbox) -> None:
    """The reply is lost, a read finds nothing, and then it happens after all."""
    sandbox.faults.add("late_commit", seconds=0.5)

    with pytest.raises(aiohttp.ServerDisconnectedError):
        await api.post(RENT)
    assert 404 == (await api.get(f"activeNumbers/{NUMBER}")).status
    await until(lambda: sandbox.ledger)

    assert 200 == (await api.get(f"activeNumbers/{NUMBER}")).status
    assert ["rent"] == [entry.operation for entry in sandbox.ledger]


async def test_late_commit_can_outwait_the_client(api: Any, sandbox: Sandbox) -> None:
    """With a hold the connection stays open until the client leaves."""
    sandbox.faults.add("late_commit", seconds=0.05, hold=60)

    request = asyncio.create_task(api.post(RENT))
    await until(lambda: sandbox.faults.applied)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(request, 0.1)
    assert [] == sandbox.ledger
    await until(lambda: sandbox.ledger)

    assert 1 == len(sandbox.ledger)


async def test_stale_reads(api: Any, sandbox: Sandbox) -> None:
    """A lagging replica shows the past: before the rent, before the release, and then now."""
    await api.post(RENT, {"voiceConfiguration": {"appId": "a"}})
    sandbox.clock.advance(10)
    await api.post(f"activeNumbers/{NUMBER}:release")
    sandbox.clock.advance(10)
    path = f"activeNumbers/{NUMBER}"
    for seconds in (20.5, 20, 18.5, 15, 10.5, 9):
        sandbox.faults.add("stale", seconds=seconds, path=path)

    answers = [await api.get(path) for _ in range(6)]

    assert [404, 200, 200, 200, 200, 200] == [answer.status for answer in answers]
    voices = [answer.json["voiceConfiguration"] for answer in answers[1:]]
    jobs = [voice["scheduledVoiceProvisioning"] for voice in voices]
    assert ["WAITING", "IN_PROGRESS", None] == [job and job["status"] for job in jobs[:3]]
    assert ["", "", "a", "a", "a"] == [voice["appId"] for voice in voices]
    assert [True] * 4 + [False] == [answer.json["expireAt"] is None for answer in answers[1:]]


async def test_stale_waits_for_a_read(api: Any, sandbox: Sandbox) -> None:
    """It does not strike where it has nothing to act on."""
    sandbox.faults.add("stale", seconds=5)
    await api.post(RENT)
    await api.get("activeNumbers")

    assert [] == sandbox.faults.applied
    assert 404 == (await api.get(f"activeNumbers/{NUMBER}")).status


async def test_unknown_members_everywhere(api: Any, sandbox: Sandbox) -> None:
    """At the top, in every number, and inside its objects."""
    sandbox.faults.add("unknown_member", times=2)

    number = (await api.post(RENT)).json
    page = (await api.get("activeNumbers")).json

    for found in (number, page["activeNumbers"][0], page, number["money"]):
        assert "unknownMember" in found
    assert "unknownMember" in number["smsConfiguration"]


async def test_unknown_words(api: Any, sandbox: Sandbox) -> None:
    """Enumerations grow: types, capabilities, states, reasons."""
    sandbox.faults.add("unknown_enum", times=math.inf)
    body = {"voiceConfiguration": {"appId": "a"}, "smsConfiguration": {"servicePlanId": "p"}}

    number = (await api.post(RENT, body)).json
    found = (await api.get("activeNumbers")).json["activeNumbers"][0]

    assert number == found
    assert ("SATELLITE", ["SMS", "VOICE", "FAX"]) == (number["type"], number["capability"])
    job = number["smsConfiguration"]["scheduledProvisioning"]
    assert ("PAUSED", ["ECLIPSE"]) == (job["status"], job["errorCodes"])
    voice = number["voiceConfiguration"]
    assert ("HOLO", "PAUSED") == (voice["type"], voice["scheduledVoiceProvisioning"]["status"])


async def test_reply_for_another_number(api: Any, sandbox: Sandbox) -> None:
    """The right shape, the wrong number."""
    sandbox.faults.add("other_number")

    assert "+13035550002" == (await api.post(RENT)).json["phoneNumber"]


async def test_pages_that_lead_in_circles(api: Any, sandbox: Sandbox) -> None:
    """A page names itself as the next one, or is empty and still not the last."""
    for _ in range(4):
        sandbox.project().add_active()
    sandbox.faults.add("repeat_page_token")
    first = (await api.get("activeNumbers?pageSize=2")).json["nextPageToken"]
    path = f"activeNumbers?pageSize=2&pageToken={first}"
    circle = (await api.get(path)).json
    sandbox.faults.add("empty_page")
    empty = (await api.get(path)).json
    resumed = (await api.get(f"activeNumbers?pageToken={empty['nextPageToken']}")).json

    assert first == circle["nextPageToken"]
    assert ([], 4) == (empty["activeNumbers"], empty["totalSize"])
    assert empty["nextPageToken"] not in ("", first)
    assert circle["activeNumbers"] == resumed["activeNumbers"]


async def test_pages_without_end(api: Any, sandbox: Sandbox) -> None:
    """Each page is the first one, under a new token."""
    for _ in range(4):
        sandbox.project().add_active()
    sandbox.faults.add("endless_list", times=2)

    first = (await api.get("activeNumbers?pageSize=3")).json
    again = (await api.get(f"activeNumbers?pageToken={first['nextPageToken']}&pageSize=3")).json

    assert first["activeNumbers"] == again["activeNumbers"]
    assert first["nextPageToken"] != again["nextPageToken"] != ""


@pytest.mark.parametrize(
    ("path", "name", "member"),
    [
        ("activeNumbers", "activeNumbers", "phoneNumber"),
        ("availableNumbers?regionCode=US&type=LOCAL", "availableNumbers", "phoneNumber"),
        ("availableRegions", "availableRegions", "regionCode"),
    ],
)
async def test_an_unreadable_item(
    path: str, name: str, member: str, api: Any, sandbox: Sandbox
) -> None:
    """Its ID, or another field, is an array of objects; a list without that item is unchanged."""
    for _ in range(3):
        sandbox.project().add_active()
    before = (await api.get(path)).json[name]
    sandbox.faults.add("unreadable_item")
    sandbox.faults.add("unreadable_item", member="money")
    sandbox.faults.add("unreadable_item", item=1000)

    identity, money, after = [(await api.get(path)).json[name] for _ in range(3)]

    assert [{"unreadable": True}] == identity[0][member]
    assert [{"unreadable": True}] == money[0]["money"]
    assert before[1:] == identity[1:]
    assert before == after


async def test_list_with_empty_pages_is_complete(api: Any, sandbox: Sandbox) -> None:
    """Whoever goes on past empty pages finds every number, from the first page on."""
    for _ in range(9):
        sandbox.project().add_active()
    sandbox.faults.add("empty_page", times=3)
    sandbox.faults.add("empty_page", probability=0.4, seed=3)

    assert list(sandbox.project().active) == await api.walk(pageSize=2)


async def test_queue_serves_posts_in_order(api: Any, sandbox: Sandbox) -> None:
    """One fault for each POST to the API; reads and tokens take none."""
    sandbox.faults.queue("429", "ok", "500")
    await api.token()
    await api.get("activeNumbers")

    answers = [(await api.post(RENT)).status for _ in range(4)]

    assert [429, 200, 500, 404] == answers
    assert ["429", "500"] == sandbox.faults.applied


async def test_latency_delays_every_reply(clock: Any) -> None:
    """A setting, not a fault."""
    async with (
        Sandbox(numbers=0, stock=0, clock=clock, latency=0.05) as sandbox,
        aiohttp.ClientSession() as session,
    ):
        loop = asyncio.get_running_loop()
        start = loop.time()
        async with session.get(f"{sandbox.url}/v1") as reply:
            assert 404 == reply.status

    assert loop.time() - start >= 0.05
