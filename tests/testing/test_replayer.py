"""Replays of cassettes: byte for byte, and strict."""

import asyncio
import json
import pickle
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from products import every

from sinch_numbers import (
    APIReplyLostError,
    Backoff,
    CassetteError,
    NotFoundError,
    NumbersClient,
    OutcomeUnknownError,
    RateLimitError,
    SmsConfiguration,
    SyncNumbersClient,
    UnexpectedRequestError,
)
from sinch_numbers._core.transport.base import Reply, Request
from sinch_numbers.errors import APIConnectionError
from sinch_numbers.testing import Recorder, Replayer
from tests.testing.recordings import BASIC, IMPORTED, NUMBERS_URL, PROJECT, Canned, reply, request

pytestmark = pytest.mark.anyio

NUMBER, SECOND = "+12015550134", "+12025550147"
TOKEN = reply({"access_token": "abc", "expires_in": 3599, "token_type": "bearer"})
QUICK = {"backoff": Backoff(first=0.001, throttled=0.001), "settle_timeout": 0.01}


def a_number(phone_number: str, **fields: Any) -> Reply:
    return reply({"phoneNumber": phone_number, "regionCode": "US", "type": "LOCAL", **fields})


async def recorded(path: Path, exchanges: Iterable[tuple[Request, Any]]) -> Recorder:
    pairs = list(exchanges)
    with Recorder(path / "cassette.json") as recorder:
        transport = recorder.transport(Canned(outcome for _, outcome in pairs))
        for sent, outcome in pairs:
            if isinstance(outcome, Exception):
                with pytest.raises(type(outcome)):
                    await transport.exchange(sent)
            else:
                await transport.exchange(sent)
    return recorder


def replayer(path: Path) -> Replayer:
    return Replayer(path / "cassette.json")


async def test_a_program_runs_on_a_cassette(tmp_path: Path) -> None:
    """With the recorded numbers, and any other value that was replaced."""
    plan = SmsConfiguration("real-plan", "CREAL1")

    async def program(client: NumbersClient) -> list[Any]:
        page = await client.active_numbers.list(page_size=2).page()
        first = page.items[0].phone_number
        return [
            page,
            await client.active_numbers.get(first),
            await client.active_numbers.update(
                first, display_name="Front desk", sms_configuration=plan
            ),
            await client.active_numbers.get(first),
        ]

    canned = Canned(
        [
            TOKEN,
            reply({"activeNumbers": [{"phoneNumber": NUMBER}], "totalSize": 1}),
            *(a_number(NUMBER, displayName=name) for name in ("", "Front desk", "Front desk")),
        ]
    )
    with Recorder(tmp_path / "cassette.json") as recorder:
        client = NumbersClient("real", "id", "secret", transport=recorder.transport(canned))
        read = await program(client)
    found = replayer(tmp_path)
    async with found.client() as client:
        replayed = await program(client)

    assert () == found.unused
    assert [recorder.pseudonym(one.phone_number) for one in read[1:]] == [
        one.phone_number for one in replayed[1:]
    ]
    assert [None, "display-name-1", "display-name-1"] == [one.display_name for one in replayed[1:]]
    assert read[0].total_size == replayed[0].total_size


def test_sync_clients_and_threads_share_a_replay(tmp_path: Path) -> None:
    """The private loop of sync calls is another thread."""
    exchanges = [(request("GET", f"{PROJECT}/activeNumbers/{NUMBER}"), a_number(NUMBER))] * 2
    recorder = asyncio.run(recorded(tmp_path, exchanges))
    found = replayer(tmp_path)

    for client in (found.sync_client(), found.sync_client("any-project", timeout=1.0)):
        with client:
            assert isinstance(client, SyncNumbersClient)
            assert "US" == client.active_numbers.get(recorder.pseudonym(NUMBER)).region_code
    assert () == found.unused


async def test_equal_requests_get_their_responses_in_order(tmp_path: Path) -> None:
    """Each one once; another request like them is unexpected."""
    sent = request("GET", f"{PROJECT}/availableRegions")
    bodies = ['{"n": 1}', '{"n":  2}', '{"n":3}']
    await recorded(tmp_path, ((sent, reply(body, 200 + n)) for n, body in enumerate(bodies)))
    found = replayer(tmp_path)

    replies = [await found.transport.exchange(sent) for _ in bodies]

    assert sent.sent is True
    assert [(200, bodies[0]), (201, bodies[1]), (202, bodies[2])] == [
        (one.status, one.body.decode()) for one in replies
    ]
    with pytest.raises(
        UnexpectedRequestError, match="all recorded requests like it were"
    ) as error:
        await found.transport.exchange(sent)
    assert () == error.value.differences
    assert sent.sent is False


HEADERS = {"Retry-After": "7", "WWW-Authenticate": "Bearer", "X-RateLimit-Remaining": "3"}


async def test_headers_that_clients_read_are_replayed(tmp_path: Path) -> None:
    """For every spelling of their names."""
    sent = request("GET", f"{PROJECT}/availableRegions")
    await recorded(tmp_path, [(sent, Reply(429, HEADERS, b""))])

    headers = (await replayer(tmp_path).transport.exchange(sent)).headers

    for name, value in HEADERS.items():
        for spelled in (name, name.lower(), name.upper()):
            assert value == headers[spelled] == headers.get(spelled)
            assert spelled in headers
    assert headers.get("Other") is None


BASE = request("PATCH", f"{PROJECT}/activeNumbers/{NUMBER}", {"displayName": "A", "n": [1, 2]})
CHANGED: dict[str, tuple[Request, tuple[str, ...]]] = {
    "method": (request("PUT", BASE.url, BASE.body), ("method",)),
    "number": (request("PATCH", f"{PROJECT}/activeNumbers/{SECOND}", BASE.body), ("path",)),
    "operation": (request("PATCH", f"{PROJECT}/activeNumber/{NUMBER}", BASE.body), ("path",)),
    "verb": (request("PATCH", f"{BASE.url}:x", BASE.body), ("path",)),
    "host": (request("PATCH", f"{IMPORTED}/activeNumbers/{NUMBER}", BASE.body), ("host",)),
    "query": (request("PATCH", f"{BASE.url}?pageSize=1", BASE.body), ("query.pageSize",)),
    "no body": (request("PATCH", BASE.url), ("body.json",)),
    "missing field": (
        request("PATCH", BASE.url, {"displayName": "A"}),
        ("body.json.n",),
    ),
    "more fields": (
        request("PATCH", BASE.url, {"displayName": "A", "n": [1, 2], "type": "X"}),
        ("body.json.type",),
    ),
    "item": (
        request("PATCH", BASE.url, {"displayName": "A", "n": [1, 3]}),
        ("body.json.n",),
    ),
    "type of a value": (
        request("PATCH", BASE.url, {"displayName": None, "n": [1, 2]}),
        ("body.json.displayName",),
    ),
    "empty value": (
        request("PATCH", BASE.url, {"displayName": "", "n": [1, 2]}),
        ("body.json.displayName",),
    ),
}


@every(("case", "sent", "parts"), [(name, *case) for name, case in CHANGED.items()])
async def test_a_request_that_differs_is_unexpected(
    tmp_path: Path, case: str, sent: Request, parts: tuple[str, ...]
) -> None:
    """The error names it, the nearest recorded one, and the parts that differ, but no values."""
    recorder = await recorded(tmp_path, [(BASE, reply({}))])
    new = recorder.pseudonym(NUMBER)
    url = sent.url.replace(NUMBER, new)
    with pytest.raises(UnexpectedRequestError) as error:
        await replayer(tmp_path).transport.exchange(
            Request(sent.method, url, sent.headers, sent.authorization, sent.body)
        )

    nearest = f"PATCH numbers:/v1/projects/project-1/activeNumbers/{new}"
    assert (nearest, parts) == (error.value.nearest, error.value.differences), case
    assert str(error.value).endswith(
        f"nearest recorded request: {nearest}, with another {parts[0]}"
    )
    assert f"has no response for {sent.method} " in str(error.value)
    assert (False, False) == (error.value.transient, error.value.maybe_applied)
    copy = pickle.loads(pickle.dumps(error.value))
    assert (str(error.value), parts) == (str(copy), copy.differences)


async def test_a_value_stands_for_one_pseudonym(tmp_path: Path) -> None:
    """In all requests: renaming to one name and then to another is not recorded as the same."""

    def rename(name: str) -> Request:
        return request("PATCH", f"{PROJECT}/activeNumbers/{NUMBER}", {"displayName": name})

    sent = [rename("A"), rename("B"), rename("A")]
    recorder = await recorded(tmp_path, [(one, reply({})) for one in sent])

    async def replay(*names: str) -> None:
        transport = replayer(tmp_path).transport
        for name in names:
            one = rename(name)
            one.url = one.url.replace(NUMBER, recorder.pseudonym(NUMBER))
            await transport.exchange(one)

    await replay("A", "B", "A")
    await replay("B", "A", "B")
    await replay("display-name-1", "display-name-2", "display-name-1")
    await replay("C", "display-name-2", "C")
    with pytest.raises(UnexpectedRequestError, match="all recorded requests like it"):
        await replay("A", "A", "A")
    with pytest.raises(UnexpectedRequestError, match="with another value that stands for one of"):
        await replay("A", "B", "C")


async def test_an_unexpected_request_shows_no_secret(tmp_path: Path) -> None:
    """Of its body only the names of fields are in the error."""
    await recorded(tmp_path, [(request("GET", f"{PROJECT}/callbackConfiguration"), reply({}))])
    async with replayer(tmp_path).client() as client:
        with pytest.raises(UnexpectedRequestError) as error:
            await client.callback_configuration.update(hmac_secret="s3cret-" * 6)

    assert "s3cret" not in f"{error.value!s}{error.value!r}{vars(error.value)}"
    assert ("method", "body.json") == error.value.differences


async def test_an_unexpected_billable_request_is_not_ambiguous(tmp_path: Path) -> None:
    """It raises at once: nothing was sent, so there is nothing to verify."""
    await recorded(tmp_path, [])
    async with replayer(tmp_path).client() as client:
        with pytest.raises(UnexpectedRequestError, match="it has no request") as error:
            await client.available_numbers.rent(NUMBER)
        assert () == client.unresolved
    assert (1, None) == (error.value.attempts, error.value.nearest)


async def test_tokens_are_never_missing(tmp_path: Path) -> None:
    """The recorded ones come first, then the last one again; without any, another one."""
    sent = request("POST", f"{NUMBERS_URL}/oauth2/token", authorization=BASIC)
    await recorded(tmp_path, [(sent, TOKEN), (sent, reply({"expires_in": 5}))])
    found = replayer(tmp_path)

    bodies = [json.loads((await found.transport.exchange(sent)).body) for _ in range(3)]

    assert [3599, 5, 5] == [body["expires_in"] for body in bodies]
    assert () == found.unused
    await recorded(tmp_path, [])
    assert 200 == (await replayer(tmp_path).transport.exchange(sent)).status


async def test_errors_are_raised_again(tmp_path: Path) -> None:
    """With what they say about retries, so a program behaves as it did."""
    rent = request("POST", f"{PROJECT}/availableNumbers/{NUMBER}:rent", {})
    read = request("GET", f"{PROJECT}/activeNumbers/{NUMBER}")
    refused = APIConnectionError("could not connect")
    refused.transient = False
    recorder = await recorded(
        tmp_path, [(rent, APIReplyLostError("lost")), (read, a_number(NUMBER)), (read, refused)]
    )
    new = recorder.pseudonym(NUMBER)
    found = replayer(tmp_path)
    async with found.client(**QUICK) as client:
        with pytest.raises(OutcomeUnknownError) as error:
            await client.available_numbers.rent(new)
        assert [new] == [one.phone_number for one in error.value.candidates]
        with pytest.raises(APIConnectionError, match="could not connect"):
            await client.active_numbers.get(new)
    assert () == found.unused


async def test_error_responses_and_retries_are_replayed(tmp_path: Path) -> None:
    """A program that was retried, or failed, does so again."""
    sent = request("GET", f"{PROJECT}/activeNumbers/{NUMBER}")
    missing = {"error": {"code": 404, "status": "NOT_FOUND", "message": f"no {NUMBER}"}}
    recorder = await recorded(
        tmp_path,
        [(sent, reply("busy", 503)), (sent, a_number(NUMBER)), (sent, reply(missing, 404)),
         (sent, reply({}, 429, Retry_After="3600"))],
    )  # fmt: skip
    new = recorder.pseudonym(NUMBER)
    async with replayer(tmp_path).client(**QUICK) as client:
        assert new == (await client.active_numbers.get(new)).phone_number
        with pytest.raises(NotFoundError, match=f"no \\{new}"):
            await client.active_numbers.get(new)
        with pytest.raises(RateLimitError) as error:
            await client.active_numbers.get(new)
    assert 3600 == error.value.retry_after


async def test_a_replay_uses_no_credentials_and_no_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither those of the environment nor its URLs."""
    await recorded(tmp_path, [(request("GET", f"{PROJECT}/callbackConfiguration"), reply({}))])
    for name in ("PROJECT_ID", "KEY_ID", "KEY_SECRET", "NUMBERS_URL", "STORE", "PROXY"):
        monkeypatch.setenv(f"SINCH_{name}", f"http://imported.invalid/{name}")

    found = replayer(tmp_path)
    async with found.client() as client:
        await client.callback_configuration.get()
        assert "project-1" == client.project_id
    assert ("project-1",) == found.project_ids
    assert not (tmp_path / "http:").exists()


ENTRY = b'{"cassette": 1, "interactions": [{"request": {"method": "GET", "host": "a", "path": "/"}'
MALFORMED = {
    "missing": (None, "cannot be read: No such file or directory"),
    "binary": (b"\xff", "is not UTF-8"),
    "text": (b"interactions: []", "is not JSON"),
    "nested": (b"[" * 200_000, "is not JSON"),
    "another file": (b"[]", "is not a cassette: expected the field 'cassette'"),
    "of a later version": (b'{"cassette": 2}', "has the format 2, expected 1"),
    "no interactions": (b'{"cassette": 1}', "interactions: the field 'interactions' is missing"),
    "interactions": (b'{"cassette": 1, "interactions": 1}', "interactions: 'int' object is not"),
    "no request": (
        b'{"cassette": 1, "interactions": [{}]}',
        "interaction 1: the field 'request' is missing",
    ),
    "type of a method": (
        ENTRY.replace(b'"GET"', b"1") + b"}]}",
        "interaction 1: expected str, got int",
    ),
    "no outcome": (ENTRY + b"}]}", "interaction 1: the field 'response' is missing"),
    "unknown error": (
        ENTRY + b', "failure": {"type": "SystemExit", "message": "", "sent": true}}]}',
        "interaction 1: unknown error 'SystemExit'",
    ),
    "type of a status": (
        ENTRY + b', "response": {"status": "200"}}]}',
        "interaction 1: expected int, got str",
    ),
    "unknown layout": (
        ENTRY + b', "response": {"status": 200, "json": 1, "layout": "x"}}]}',
        "interaction 1: the field 'x' is missing",
    ),
}


@every(("content", "problem"), MALFORMED.values())
def test_a_malformed_cassette_is_rejected(
    tmp_path: Path, content: bytes | None, problem: str
) -> None:
    """With the file, and the place in it."""
    path = tmp_path / "cassette.json"
    path.unlink(missing_ok=True)
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CassetteError) as error:
        Replayer(path)

    assert str(error.value).startswith(f"the cassette {path} {problem}")
    assert str(path) == error.value.file
