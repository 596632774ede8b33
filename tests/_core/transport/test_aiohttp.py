"""The aiohttp transport: bytes sent, reuse of connections, and errors."""

import asyncio
import contextlib
import gc
import ssl
from collections.abc import AsyncIterator
from contextvars import copy_context
from pathlib import Path

import pytest
import trustme
from products import every
from tcp_server import serving

from sinch_numbers import (
    APIConnectionError,
    APIReplyLostError,
    APIResponseError,
    APITimeoutError,
    ClientClosedError,
    Request,
    Secret,
    TLSError,
)
from sinch_numbers._core.transport.aiohttp import AiohttpTransport, _is_readable

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]


class Wire:
    """A server that notes raw requests and answers as it is told."""

    def __init__(self) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
        self.close_after = False

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = 0
                for line in head.lower().split(b"\r\n"):
                    if line.startswith(b"content-length:"):
                        length = int(line.split(b":")[1])
                self.requests.append(head + await reader.readexactly(length))
                if self.answer:
                    writer.write(self.answer)
                    await writer.drain()
                if self.close_after or not self.answer:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    wire = Wire()
    async with serving(wire.handle) as port:
        wire.url = f"http://127.0.0.1:{port}"
        yield wire


@pytest.fixture
async def transport() -> AsyncIterator[AiohttpTransport]:
    transport = AiohttpTransport(connect_timeout=1.0)
    yield transport
    await transport.close()


def request(url: str, method: str = "GET", **settings) -> Request:
    settings = {"timeout": 2.0, "headers": {"Accept": "application/json"}} | settings
    return Request(method, url, authorization=Secret("Bearer t0ken"), **settings)


async def test_the_request_goes_as_it_stands(wire: Wire, transport: AiohttpTransport) -> None:
    """Path and query are sent as they were encoded, with the headers given and few more."""
    await transport.exchange(
        request(f"{wire.url}/a/+1202%2F..%2e?x=%2B&y=%20", "POST", body=b"{}")
    )
    head, body = wire.requests[0].split(b"\r\n\r\n")
    first, *headers = head.decode().split("\r\n")

    assert ("POST /a/+1202%2F..%2e?x=%2B&y=%20 HTTP/1.1", b"{}") == (first, body)
    assert "Authorization: Bearer t0ken" in headers
    assert {
        "Host",
        "Accept",
        "Authorization",
        "Content-Length",
        "Accept-Encoding",
        "User-Agent",
    } == {h.split(":")[0] for h in headers}


async def test_connections_are_reused_for_reads(wire: Wire, transport: AiohttpTransport) -> None:
    """Ten requests in a row need one connection."""
    for _ in range(10):
        await transport.exchange(request(wire.url))

    assert (10, 1) == (len(wire.requests), wire.connections)


@pytest.mark.parametrize("blocked", [False, True], ids=["seen", "not read yet"])
@pytest.mark.parametrize(
    "extra",
    [
        b'HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n"stolen"',
        b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        b"garbage\r\n\r\n",
    ],
    ids=["a late duplicate", "an idle timeout", "garbage"],
)
async def test_what_arrives_on_an_idle_connection_is_no_response(
    extra: bytes, blocked: bool, transport: AiohttpTransport
) -> None:
    """The next request goes over another connection, even if the event loop has read nothing."""
    writers: list[asyncio.StreamWriter] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        number = len(writers)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n%d" % number)

    async with serving(handle) as port:
        url = f"http://127.0.0.1:{port}"
        first = await transport.exchange(request(url))
        again = await transport.exchange(request(url))
        writers[0].write(extra)  # sent at once; the client reads it when the loop turns
        for _ in range(0 if blocked else 10):
            await asyncio.sleep(0.001)
        second = await transport.exchange(request(url))

    assert [b"1", b"1", b"2"] == [one.body for one in (first, again, second)]


async def test_idle_connections_are_checked_without_poll(
    transport: AiohttpTransport, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows has none, and `select` may reject the descriptor."""
    await transport.exchange(request(wire.url))
    monkeypatch.setattr("sinch_numbers._core.transport.aiohttp._new_poll", None)
    await transport.exchange(request(wire.url))
    assert 1 == wire.connections

    assert not _is_readable(1_000_000)
    assert _is_readable(-1)


async def test_billable_calls_get_a_connection_of_their_own(
    wire: Wire, transport: AiohttpTransport
) -> None:
    """No server can be about to close a connection that was just opened."""
    for _ in range(10):
        await transport.exchange(request(wire.url, "POST", fresh=True))

    assert (10, 10) == (len(wire.requests), wire.connections)


async def test_an_idle_close_race_leaves_no_billable_call_in_doubt(
    wire: Wire, transport: AiohttpTransport
) -> None:
    """A server that closes right after each reply, unannounced, breaks no billable call."""
    wire.close_after = True
    for _ in range(100):
        await transport.exchange(request(wire.url, "POST", fresh=True))

    assert (100, 100) == (len(wire.requests), wire.connections)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "POST"])
async def test_a_broken_connection_is_not_sent_over_again(
    wire: Wire, transport: AiohttpTransport, method: str
) -> None:
    """One exchange is one request: what aiohttp would send again by itself is not."""
    wire.answer = b""
    sent = request(wire.url, method)

    with pytest.raises(APIReplyLostError):
        await transport.exchange(sent)

    assert (1, True) == (len(wire.requests), sent.sent)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_redirect_is_followed(
    wire: Wire, transport: AiohttpTransport, status: int
) -> None:
    """A redirect is a reply like any other."""
    there = f"Location: {wire.url}/elsewhere"
    wire.answer = f"HTTP/1.1 {status} X\r\n{there}\r\nContent-Length: 0\r\n\r\n".encode()

    reply = await transport.exchange(request(wire.url, "POST", body=b"{}"))

    assert (status, 1) == (reply.status, len(wire.requests))


async def test_no_cookie_is_kept(wire: Wire, transport: AiohttpTransport) -> None:
    """What a server wants remembered is forgotten."""
    wire.answer = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 2\r\n\r\n{}"
    for _ in range(2):
        await transport.exchange(request(wire.url))

    assert b"cookie" not in b"".join(wire.requests).lower()


async def test_the_environment_decides_nothing(
    wire: Wire, transport: AiohttpTransport, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Neither proxy variables nor a netrc have any effect."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login u password p\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://u:p@127.0.0.1:9")

    await transport.exchange(request(wire.url))

    assert b"Authorization: Bearer t0ken" in wire.requests[0]
    assert b"Proxy-Authorization" not in wire.requests[0]


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://no.such.host.invalid"])
async def test_who_cannot_be_reached_was_sent_nothing(
    transport: AiohttpTransport, url: str
) -> None:
    """Refused and unresolved alike: the request never left."""
    sent = request(url)

    with pytest.raises(APIConnectionError, match="could not connect to"):
        await transport.exchange(sent)

    assert not sent.sent


async def test_silence_ends_in_time() -> None:
    """A server that accepts and says nothing costs the attempt's time, and may have acted."""
    transport = AiohttpTransport(read_timeout=600.0)

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with serving(silent) as port:
        url = f"http://127.0.0.1:{port}"
        patient = asyncio.create_task(transport.exchange(request(url, timeout=600.0)))
        started = asyncio.get_running_loop().time()

        with pytest.raises(APITimeoutError, match=r"within 0\.2 s"):
            async with asyncio.timeout(60):
                await transport.exchange(request(url, timeout=0.2))

        assert asyncio.get_running_loop().time() - started >= 0.2
        assert not patient.done(), "it was the attempt's own time that ended it"
        patient.cancel()
        await transport.close()


@pytest.mark.parametrize("part", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"])
async def test_a_reply_that_stops_coming_is_not_waited_for(part: bytes) -> None:
    """Silence, at the start or amid a reply, ends it before the attempt's time is over."""
    transport = AiohttpTransport(read_timeout=0.2)

    async def stalling(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(part)
        await reader.read()  # until the client leaves
        writer.close()
        await writer.wait_closed()
        gone.set()

    gone = asyncio.Event()
    async with serving(stalling) as port, asyncio.timeout(60):
        with pytest.raises(APITimeoutError, match=r"no data for 0\.2 s"):
            await transport.exchange(request(f"http://127.0.0.1:{port}", timeout=600.0))
        await gone.wait()  # its connection is of no use any more
        await transport.close()


@pytest.mark.slow
async def test_a_reply_that_keeps_coming_is_waited_for() -> None:
    """What comes slowly, but comes, is no silence."""
    transport = AiohttpTransport(read_timeout=1.0)

    async def dripping(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n")
        for _ in range(30):
            writer.write(b"x")
            await asyncio.sleep(0.05)
        await reader.read()
        writer.close()
        await writer.wait_closed()
        gone.set()

    gone = asyncio.Event()
    async with serving(dripping) as port:
        reply = await transport.exchange(request(f"http://127.0.0.1:{port}", timeout=600.0))

        assert b"x" * 30 == reply.body
        await transport.close()
        await gone.wait()


CODINGS = {
    "br": "br",
    "BR": "br",
    "zstd": "zstd",
    "deflate": "deflate",
    "compress": "compress",
    "gzip, br": "gzip, br",
    "x-\x1b[31m": "x-\\x1b[31m",
    "y" * 200: "y" * 40,
}
"""Content encodings that the client doesn't accept, and how errors name them."""


@pytest.mark.parametrize("status", ["200 OK", "400 Bad Request", "503 Unavailable"])
@every(("coding", "name"), CODINGS.items())
async def test_an_unsupported_encoding_is_named(
    wire: Wire, status: str, coding: str, name: str
) -> None:
    """Whether aiohttp rejects it or the client does; a broken gzip is a lost response instead."""
    transport = AiohttpTransport()
    head = f"HTTP/1.1 {status}\r\nContent-Length: 3\r\nContent-Encoding: "
    wire.answer = f"{head}{coding}\r\n\r\nabc".encode("latin-1")
    expected = f"has the unsupported content encoding '{name}', expected gzip or none"
    with pytest.raises(APIResponseError) as caught:
        await transport.exchange(request(wire.url))
    assert expected in str(caught.value)

    wire.answer = f"{head}gzip\r\n\r\nabc".encode()
    with pytest.raises(APIReplyLostError, match="the response was lost: invalid gzip encoding"):
        await transport.exchange(request(wire.url))
    wire.answer = f"HTTP/1.1 {status[:2]}\r\n\r\n".encode()
    with pytest.raises(APIReplyLostError, match="the response was lost: invalid HTTP"):
        await transport.exchange(request(wire.url))
    await transport.close()


async def test_requests_do_not_wait_for_each_others_connections() -> None:
    """The limiter limits concurrency, the transport does not."""
    together = asyncio.Barrier(3)

    async def answer_when_all_have_arrived(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await together.wait()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        writer.close()

    transport = AiohttpTransport()
    async with serving(answer_when_all_have_arrived) as port, asyncio.timeout(60):
        url = f"http://127.0.0.1:{port}"
        replies = await asyncio.gather(*(transport.exchange(request(url)) for _ in range(3)))
        await transport.close()

    assert [b"{}"] * 3 == [reply.body for reply in replies]


async def test_a_task_keeps_no_request(transport: AiohttpTransport, wire: Wire) -> None:
    """A request holds the token; after the exchange, the context of the task has no reference."""
    await transport.exchange(request(wire.url))

    held = [one for one in copy_context().values() if type(one).__name__ == "_RequestContext"]
    assert [] == held


async def test_cancelled_before_it_left(transport: AiohttpTransport) -> None:
    """A request that is cancelled while it connects does not count as sent."""
    sent = request("http://127.0.0.1:9")
    task = asyncio.create_task(transport.exchange(sent))
    await asyncio.sleep(0)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert not sent.sent


async def test_a_closed_transport_says_so(wire: Wire) -> None:
    """What is asked after the end is a typed error, and nothing is sent."""
    transport = AiohttpTransport()
    await transport.exchange(request(wire.url))
    await transport.close()
    await transport.close()

    with pytest.raises(ClientClosedError):
        await transport.exchange(request(wire.url))
    assert 1 == len(wire.requests)


def test_each_loop_gets_connections_of_its_own() -> None:
    """A transport outlives the loop it was used in, and cleans up after it."""
    transport = AiohttpTransport()

    async def once(*, close: bool = False) -> int:
        wire = Wire()
        wire.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
        async with serving(wire.handle) as port:
            status = (await transport.exchange(request(f"http://127.0.0.1:{port}"))).status
        if close:
            await transport.close()
        return status

    assert [200, 200] == [asyncio.run(once()), asyncio.run(once(close=True))]
    gc.collect()


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def server_context(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


@pytest.fixture
def bundle(authority: trustme.CA, tmp_path: Path) -> Path:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


async def over_tls(context: ssl.SSLContext, bundle: Path | None) -> int:
    transport = AiohttpTransport(ca_bundle=bundle, connect_timeout=1.0)
    async with serving(Wire().handle, context) as port:
        try:
            return (await transport.exchange(request(f"https://127.0.0.1:{port}"))).status
        finally:
            await transport.close()


async def test_a_named_authority_is_trusted(authority: trustme.CA, bundle: Path) -> None:
    """A private certificate authority can be named."""
    assert 200 == await over_tls(server_context(authority, "127.0.0.1"), bundle)


async def test_an_unknown_authority_is_not(authority: trustme.CA) -> None:
    """A certificate that nobody vouches for is refused before anything is sent."""
    with pytest.raises(TLSError) as caught:
        await over_tls(server_context(authority, "127.0.0.1"), None)
    assert not caught.value.transient


async def test_another_host_is_not_trusted(authority: trustme.CA, bundle: Path) -> None:
    """A certificate for somebody else is refused."""
    with pytest.raises(TLSError):
        await over_tls(server_context(authority, "example.org"), bundle)


async def test_outdated_tls_is_not_trusted() -> None:
    """A server that knows no newer TLS than 1.1 answers with an alert, and is refused."""

    async def outdated(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(bytes.fromhex("15 03 01 00 02 02 46"))  # alert: protocol version
        await writer.drain()
        await reader.read()

    transport = AiohttpTransport()
    async with serving(outdated) as port:
        with pytest.raises(TLSError):
            await transport.exchange(request(f"https://127.0.0.1:{port}"))
        await transport.close()


async def test_a_silent_handshake_ends_in_time() -> None:
    """A server that accepts and never answers the handshake was sent nothing."""

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    transport = AiohttpTransport(connect_timeout=0.2)
    async with serving(silent) as port:
        with pytest.raises(APIConnectionError):
            await transport.exchange(request(f"https://127.0.0.1:{port}"))
        await transport.close()


async def test_session_keys_are_not_written(
    authority: trustme.CA, bundle: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """``SSLKEYLOGFILE`` does not make the client give its keys away."""
    keys = tmp_path / "keys"
    monkeypatch.setenv("SSLKEYLOGFILE", str(keys))

    assert 200 == await over_tls(server_context(authority, "127.0.0.1"), bundle)

    assert not keys.exists()


async def test_a_proxy_is_used_for_what_leaves_the_machine(wire: Wire) -> None:
    """A named proxy is asked to connect; its password goes nowhere else."""
    proxy = wire.url.replace("http://", "http://user:pa55@")
    wire.answer = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"
    transport = AiohttpTransport(proxy=Secret(proxy))

    with pytest.raises(APIConnectionError) as caught:
        await transport.exchange(request("https://numbers.example"))
    await transport.close()

    assert wire.requests[0].startswith(b"CONNECT numbers.example:443 ")
    assert b"t0ken" not in wire.requests[0]
    assert "pa55" not in repr(caught.value)


async def test_a_proxy_is_not_used_for_this_machine(wire: Wire) -> None:
    """The sandbox is always reached directly."""
    transport = AiohttpTransport(proxy=Secret("http://127.0.0.1:9"))

    assert 200 == (await transport.exchange(request(wire.url))).status
    await transport.close()
