"""A block captures the metadata of successful calls, without their bodies and secrets."""

import asyncio
import contextvars
import pickle
from collections.abc import AsyncIterator
from typing import Any

import anyio
import pytest
from products import every

from sinch_numbers import (
    Backoff,
    CapturedResponse,
    InvalidArgumentError,
    NotFoundError,
    NumbersClient,
    Reply,
    Request,
    ResponseHeaders,
    Secret,
    SyncNumbersClient,
    Token,
    capture_responses,
)
from sinch_numbers._core.captured import head_of
from sinch_numbers.inventory import Inventory
from sinch_numbers.operations import gather
from sinch_numbers.sandbox import Sandbox
from sinch_numbers.sync import gather as sync_gather

pytestmark = pytest.mark.anyio

MASK = "*" * 10


@pytest.fixture
async def ours(client: NumbersClient) -> list[str]:
    """Return the numbers of the project; the client then has a token."""
    return [number.phone_number async for number in client.active_numbers.list()]


@pytest.mark.sandbox
async def test_a_successful_call_is_captured(client: NumbersClient, ours: list[str]) -> None:
    """With everything but its body."""
    with capture_responses() as responses:
        await client.active_numbers.get(ours[0])

    (one,) = responses
    assert ("GET", f"/v1/projects/sandbox/activeNumbers/{ours[0]}") == (one.method, one.path)
    assert (200, 1, False) == (one.status, one.attempts, one.verified)
    assert "application/json" in one.headers["content-TYPE"]
    assert "content-length" in one.headers
    assert one.request_id == one.headers.get("X-Request-Id")
    assert 0 < one.seconds < 60
    assert one == responses[0] == responses[-1]
    assert (one,) == responses[:]
    assert "<CapturedResponses: 1>" == repr(responses)
    assert "headers" not in repr(one)


@pytest.mark.sandbox
async def test_retries_are_attempts_of_one_call(
    client: NumbersClient, sandbox: Sandbox, ours: list[str]
) -> None:
    """The last response is captured, with the number of attempts."""
    sandbox.faults.add("503", method="GET", times=2)

    with capture_responses() as responses:
        await client.active_numbers.get(ours[0])

    assert [(200, 3)] == [(one.status, one.attempts) for one in responses]


@pytest.mark.sandbox
async def test_a_failed_call_is_not_captured(client: NumbersClient, ours: list[str]) -> None:
    """Its error has the same facts."""
    with capture_responses() as responses:
        with pytest.raises(NotFoundError):
            await client.active_numbers.get("+12025550134")
        await client.available_regions.list()

    assert ["/v1/projects/sandbox/availableRegions"] == [one.path for one in responses]


@pytest.mark.sandbox
async def test_a_verified_call_has_the_response_of_the_read(
    client: NumbersClient, sandbox: Sandbox, ours: list[str]
) -> None:
    """The reads that verify a lost response are not captured themselves."""
    for kind in ("drop", "garbage", "truncated"):
        sandbox.faults.add(kind, method="POST", path=":release", times=1)
        number = ours.pop()

        with capture_responses() as responses:
            await client.active_numbers.release(number)

        assert [("POST", 200, True)] == [(r.method, r.status, r.verified) for r in responses]
    sandbox.faults.add("drop", method="PATCH", times=1)
    with capture_responses() as responses:
        await client.active_numbers.update(ours[0], display_name="new")

    assert [("PATCH", 200, True)] == [(r.method, r.status, r.verified) for r in responses]


@pytest.mark.sandbox
async def test_a_rent_is_captured_with_its_response(client: NumbersClient) -> None:
    """The read before a rent is part of the rent."""
    (free,) = await client.available_numbers.search(region_code="US", type="LOCAL", size=1)

    with capture_responses() as responses:
        await client.available_numbers.rent(free.phone_number)

    assert [("POST", 200, False)] == [(r.method, r.status, r.verified) for r in responses]


@pytest.mark.sandbox
async def test_requests_for_tokens_are_not_captured(sandbox: Sandbox) -> None:
    """A token serves many calls, and its response is a secret."""
    async with NumbersClient(**settings(sandbox)) as client:
        with capture_responses() as responses:
            await client.available_regions.list()

    assert ["POST /oauth2/token"] == [call for call in sandbox.calls if "oauth2" in call]
    assert 1 == len(responses)


@pytest.mark.sandbox
async def test_every_page_is_a_call(client: NumbersClient, ours: list[str]) -> None:
    """Of a list, and of an inventory, whose workers are tasks."""
    with capture_responses() as responses:
        read = [n async for n in client.active_numbers.list(page_size=15)]
    with capture_responses() as concurrent:
        inventory = {n.phone_number async for n in Inventory(client, page_size=15)}

    assert (40, 40) == (len(read), len(inventory))
    assert 3 == len(responses)
    assert len(concurrent) > 3


@pytest.mark.sandbox
async def test_bulk_calls_are_captured(client: NumbersClient, ours: list[str]) -> None:
    """Each of them, whichever task runs it."""
    with capture_responses() as responses:
        await gather(client.active_numbers.get, ours)
    paths = {one.path.rpartition("/")[2] for one in responses}

    assert (40, set(ours)) == (len(responses), paths)


@pytest.mark.sandbox
async def test_blocks_can_be_nested(client: NumbersClient, ours: list[str]) -> None:
    """A call belongs to all blocks around it."""
    with capture_responses() as outer:
        await client.active_numbers.get(ours[0])
        with capture_responses() as inner:
            await client.active_numbers.get(ours[1])
        await client.active_numbers.get(ours[2])

    assert (3, 1) == (len(outer), len(inner))
    assert outer[1] is inner[0]


@pytest.mark.sandbox
async def test_concurrent_tasks_have_their_own_blocks(
    client: NumbersClient, ours: list[str]
) -> None:
    """A block captures no call of another task."""

    async def one(number: str) -> list[str]:
        with capture_responses() as responses:
            await client.active_numbers.get(number)
            await asyncio.sleep(0)
            await client.active_numbers.get(number)
        return [response.path.rpartition("/")[2] for response in responses]

    found = await asyncio.gather(*map(one, ours))

    assert [[number, number] for number in ours] == found


@pytest.mark.sandbox
async def test_calls_after_the_block_are_left_out(client: NumbersClient, ours: list[str]) -> None:
    """Also those of a task that the block has left behind."""
    release = asyncio.Event()

    async def later() -> None:
        await release.wait()
        await client.active_numbers.get(ours[0])

    with capture_responses() as responses:
        task = asyncio.create_task(later())
        await asyncio.sleep(0)
    release.set()
    await task
    await client.active_numbers.get(ours[0])

    assert [] == list(responses)


@pytest.mark.sandbox
async def test_the_newest_responses_are_kept(client: NumbersClient, ours: list[str]) -> None:
    """So a block around a long program needs little memory; the rest is counted."""
    with capture_responses(limit=2) as responses:
        for number in ours[:5]:
            await client.active_numbers.get(number)

    assert ours[3:5] == [one.path.rpartition("/")[2] for one in responses]
    assert (2, 3) == (len(responses), responses.dropped)
    assert "<CapturedResponses: 2, 3 dropped>" == repr(responses)


@every("limit", [0, -1, 1.5, True, None, "10"])
def test_a_limit_is_a_positive_integer(limit: Any) -> None:
    """As for all limits."""
    with pytest.raises(InvalidArgumentError, match=r"^limit: "), capture_responses(limit=limit):
        pass


@pytest.mark.sandbox
async def test_the_sync_client_is_captured_too(sandbox: Sandbox) -> None:
    """Its calls run in another thread: single ones, pages, and bulk calls."""

    def calls() -> list[int]:
        counts = []
        with SyncNumbersClient(**settings(sandbox)) as client, capture_responses() as all_of_them:
            numbers = [n.phone_number for n in client.active_numbers.list(page_size=15)]
            counts.append(len(all_of_them))
            with capture_responses() as responses:
                client.active_numbers.get(numbers[0])
            counts.append(len(responses))
            with capture_responses() as responses:
                sync_gather(client.active_numbers.get, numbers)
            counts.append(len(responses))
            counts.append(len(all_of_them))
        client_after = len(all_of_them)
        return [*counts, client_after]

    assert [3, 1, 40, 44, 44] == await anyio.to_thread.run_sync(calls)


async def test_a_block_may_end_in_another_context() -> None:
    """As that of a fixture, or of a dependency of a web framework, does."""

    async def block() -> AsyncIterator[None]:
        with capture_responses():
            yield

    steps = block()
    await contextvars.copy_context().run(asyncio.ensure_future, anext(steps))
    assert "ended" == await anext(steps, "ended")


SECRETS = {"token": "canary-token-0123456789", "short": "t", "code": "482193"}


class Echo:
    """A transport whose responses have given headers."""

    def __init__(self, headers: dict[str, str]) -> None:
        self._headers = headers

    async def exchange(self, request: Request) -> Reply:
        return Reply(200, self._headers, b'{"availableRegions": []}')

    async def close(self) -> None: ...


class Key:
    """An authorizer with one token."""

    def __init__(self, text: str) -> None:
        self._text = text

    async def get(self) -> Token:
        return Token(Secret(f"Bearer {self._text}"), 3600)

    def invalidate(self, token: Token) -> bool:
        return False

    async def close(self) -> None: ...


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
async def test_headers_show_no_secret(secret: str) -> None:
    """Echoed tokens are masked in values; cookies and credentials are masked whole."""
    headers = {
        "X-Echo": f"Bearer {secret}",
        "X-Request-Id": f"id {secret}",
        "Set-Cookie": "session=canary; HttpOnly",
        "X-Auth-Token": "canary",
        "Proxy-Authorization": "Basic canary",
        "X-Api-Key": "canary",
        "Content-Type": "text/html; charset=utf-8",
    }
    async with NumbersClient("p", tokens=Key(secret), transport=Echo(headers)) as client:
        with capture_responses() as responses:
            await client.available_regions.list()

    (one,) = responses
    assert {
        "x-echo": f"Bearer {MASK}",
        "x-request-id": f"id {MASK}",
        "set-cookie": MASK,
        "x-auth-token": MASK,
        "proxy-authorization": MASK,
        "x-api-key": MASK,
        "content-type": "text/html; charset=utf-8",
    } == dict(one.headers)
    assert f"id {MASK}" == one.request_id
    assert "canary" not in f"{one!r} {one.headers!r} {pickle.dumps(one)!r}"
    assert one == pickle.loads(pickle.dumps(one))


def test_repeated_headers_are_joined() -> None:
    """As HTTP defines it, whatever the case of their names."""

    class Repeated(dict[str, str]):
        def items(self) -> Any:
            return [("Via", "a"), ("via", "b\udcff"), ("Set-Cookie", "x=1"), ("Set-Cookie", "y")]

        def values(self) -> Any:
            return [value for _, value in self.items()]

    head = head_of(Reply(200, Repeated(), b""), [])

    assert {"via": "a, b\udcff", "set-cookie": f"{MASK}, {MASK}"} == dict(head.headers)


def test_headers_are_a_case_insensitive_mapping() -> None:
    """Read-only, and equal to a dict of their values."""
    headers = ResponseHeaders({"X-A": "1"})

    assert ("1", "1", None) == (headers["x-a"], headers.get("X-A"), headers.get("x-b"))
    assert "X-a" in headers
    assert 1 not in headers  # type: ignore[comparison-overlap]  # not a name
    assert (1, ["x-a"]) == (len(headers), list(headers))
    assert "ResponseHeaders({'x-a': '1'})" == repr(headers)
    with pytest.raises(KeyError):
        headers["x-b"]


def test_a_response_has_no_body() -> None:
    """Bodies have personal data, and are the results."""
    assert "body" not in {field.name for field in CapturedResponse.__attrs_attrs__}


def settings(sandbox: Sandbox) -> dict[str, Any]:
    return {
        "project_id": "sandbox",
        "key_id": "sandbox",
        "key_secret": "sandbox",
        "numbers_url": sandbox.url,
        "auth_url": sandbox.auth_url,
        "backoff": Backoff(first=0.001, throttled=0.001, longest=0.01),
    }
