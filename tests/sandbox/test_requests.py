"""Request parsing of the sandbox: paths, headers, bodies."""

import asyncio
import io
from typing import Any

import pytest
from malformed import NOT_JSON
from products import named

from sinch_numbers.sandbox import Sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

NUMBER = "+12025550147"


@pytest.fixture(autouse=True)
def number(sandbox: Sandbox) -> None:
    sandbox.project().add_active(phone_number=NUMBER)


async def raw(sandbox: Sandbox, data: bytes) -> bytes:
    """Send bytes as they are and return all that comes back."""
    host, port = sandbox.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(data)
    writer.write_eof()
    reply = await reader.read()
    writer.close()
    await writer.wait_closed()
    return reply


@pytest.mark.parametrize("spelling", [NUMBER, "%2B12025550147", "%2b12025550147"])
async def test_plus_sign_in_a_path_may_be_escaped(api: Any, spelling: str) -> None:
    """Both forms are in use."""
    answer = await api.get(f"activeNumbers/{spelling}")

    assert NUMBER == answer.json["phoneNumber"]
    assert [f"GET /v1/projects/sandbox/activeNumbers/{NUMBER}"] == api.sandbox.calls


@pytest.mark.parametrize(
    "path",
    [
        "activeNumbers/12025550147",
        "activeNumbers/%252B12025550147",
        "activeNumbers/+0123",
        "activeNumbers/+1202555014712345678",
        "activeNumbers/+%EF%BC%91%EF%BC%92%EF%BC%90",
        "availableNumbers/12025550147",
        "activeNumbers/12025550147/emergencyAddress",
    ],
)
async def test_number_has_to_be_e164(api: Any, path: str) -> None:
    """Without its plus sign a number is refused, not searched for."""
    answer = await api.get(path)

    assert 400 == answer.status
    assert "phoneNumber" == answer.json["error"]["details"][0]["fieldViolations"][0]["field"]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/v1",
        "/v2/projects/sandbox/activeNumbers",
        "numbers",
        "activeNumbers/+1/x",
        "//x",
        "/%",
    ],
)
async def test_unknown_route(api: Any, path: str) -> None:
    """A path that leads nowhere is answered by the gateway, without details."""
    answer = await api.get(path)

    error = {"code": 404, "message": "Not Found", "status": "NOT_FOUND", "details": []}
    assert (404, {"error": error}) == (answer.status, answer.json)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "POST"])
async def test_unknown_method(api: Any, method: str) -> None:
    """A method that the path does not have is refused in the same envelope."""
    answer = await api.send(method, "activeNumbers")

    assert (405, 405) == (answer.status, answer.json["error"]["code"])


MALFORMED = [
    "an open brace", "no UTF-8", "half a word", "lists without end", "something after the end",
]  # fmt: skip


@pytest.mark.parametrize("body", named({name: NOT_JSON[name] for name in MALFORMED}))
async def test_malformed_json(api: Any, body: bytes) -> None:
    """What cannot be read is a 400, however it is broken."""
    answer = await api.send("PATCH", f"activeNumbers/{NUMBER}", data=body)

    assert (400, "INVALID_ARGUMENT") == (answer.status, answer.json["error"]["status"])


async def test_body_over_one_mebibyte(api: Any) -> None:
    """A body that is too large is a 413; the largest that is not is read."""
    path = f"activeNumbers/{NUMBER}"

    async def send(size: int) -> Any:
        return await api.send("PATCH", path, data=io.BytesIO(b"{}".rjust(size)))

    assert 200 == (await send(1024 * 1024)).status
    for size in (1024 * 1024 + 1, 5 * 1024 * 1024):
        answer = await send(size)
        assert (413, "CONTENT_TOO_LARGE") == (answer.status, answer.json["error"]["status"])


async def test_content_type_on_a_get_is_tolerated(api: Any) -> None:
    """Some clients send it with every request."""
    answer = await api.get("activeNumbers", headers={"Content-Type": "application/json"})

    assert 200 == answer.status


async def test_every_reply_says_where_it_comes_from(api: Any) -> None:
    """So that nobody takes a sandbox for production; request IDs differ."""
    answers = [
        await api.get("activeNumbers"),
        await api.get("nowhere"),
        await api.get("/_sandbox"),
    ]

    assert ["1"] * 3 == [answer.headers["X-Sinch-Sandbox"] for answer in answers]
    assert 3 == len({answer.headers["X-Request-ID"] for answer in answers})
    assert {"application/json"} == {answer.headers["Content-Type"] for answer in answers}


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("LOCALHOST:1", 200),
        ("127.0.0.1:8080", 200),
        ("[::1]", 200),
        ("[::1]:8080", 200),
        ("sandbox.example.net", 403),
        ("127.0.0.1.example.net", 403),
        ("localhost.example.net:80", 403),
        ("10.0.0.1", 403),
        ("", 403),
    ],
)
@pytest.mark.parametrize("path", ["activeNumbers", "/_sandbox"])
async def test_only_loopback_names_are_served(api: Any, path: str, host: str, status: int) -> None:
    """A web page whose name was bent to this machine gets nothing."""
    assert status == (await api.get(path, headers={"Host": host})).status


async def test_browsers_are_not_served(api: Any) -> None:
    """A request with an origin comes from a web page."""
    answer = await api.get("activeNumbers", headers={"Origin": "http://localhost"})

    assert 403 == answer.status
    assert [] == api.sandbox.calls


async def test_half_a_request_is_none(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    """A client that leaves in the middle of its body changes nothing and breaks nothing."""
    head = b"POST /v1/projects/sandbox/activeNumbers/+12025550147:release HTTP/1.1\r\n"

    reply = await raw(sandbox, head + b"Host: localhost\r\nContent-Length: 10\r\n\r\n{")

    assert b"" == reply
    assert [] == sandbox.ledger
    assert [] == [record for record in caplog.records if record.levelname == "ERROR"]


async def test_sandbox_stays_on_loopback() -> None:
    """Another address is refused before anything is opened."""
    for host in ("0.0.0.0", "::", "192.0.2.1", "example.net", ""):
        with pytest.raises(ValueError, match="loopback"):
            Sandbox(host=host)


async def test_sandbox_starts_once_and_stops_quietly() -> None:
    """Before the start there is no address; a second stop is none."""
    sandbox = Sandbox(numbers=0, stock=0)
    with pytest.raises(RuntimeError, match="not been started"):
        _ = sandbox.url
    await sandbox.start()
    with pytest.raises(RuntimeError, match="already"):
        await sandbox.start()
    url = sandbox.url
    assert {
        "SINCH_PROJECT_ID": "sandbox",
        "SINCH_KEY_ID": "sandbox",
        "SINCH_KEY_SECRET": "sandbox",
        "SINCH_NUMBERS_URL": url,
        "SINCH_AUTH_URL": url,
        "SINCH_IMPORTED_NUMBERS_URL": f"{url}/imported",
    } == sandbox.environment
    await sandbox.stop()
    await sandbox.stop()

    with pytest.raises(OSError, match="Connect"):
        await raw(sandbox, b"")


async def test_port_that_is_taken_is_an_error(sandbox: Sandbox) -> None:
    """And the sandbox that wanted it can be tried again later."""
    other = Sandbox(numbers=0, stock=0, port=int(sandbox.url.rsplit(":", 1)[1]))
    for _ in range(2):
        with pytest.raises(OSError, match="in use"):
            await other.start()


async def test_sandbox_needs_a_project() -> None:
    """An empty list of projects is a mistake."""
    with pytest.raises(ValueError, match="project"):
        Sandbox(project_id=[])


async def test_projects_are_kept_apart(clock: Any) -> None:
    """One key opens them all; each has numbers of its own."""
    import aiohttp

    from .conftest import Api

    async with (
        Sandbox(numbers=50, stock=20, clock=clock, project_id=["a", "b"]) as sandbox,
        aiohttp.ClientSession() as session,
    ):
        api = Api(sandbox, session)
        first, second = [
            (await api.get("activeNumbers?pageSize=50", project=project)).json["activeNumbers"]
            for project in ("a", "b")
        ]
        number = first[0]["phoneNumber"]
        await api.post(f"activeNumbers/{number}:release", project="a")

    assert ({"a"}, {"b"}) == tuple({n["projectId"] for n in page} for page in (first, second))
    assert [n["phoneNumber"] for n in first] != [n["phoneNumber"] for n in second]
    assert ["a"] == [entry.project_id for entry in sandbox.ledger]
    shown = sandbox.number(number, "a")
    assert shown is not None
    assert shown["expireAt"] is not None
