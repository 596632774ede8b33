"""Failures before the first byte: their class and cause, and that `sent` stays false."""

import asyncio
import contextlib
import errno
import os
import resource
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
import trustme
from products import named
from tcp_server import serving

from sinch_numbers import (
    APIConnectionError,
    ClientClosedError,
    InvalidArgumentError,
    NumbersClient,
    ProxyError,
    Request,
    Secret,
    SinchNumbersError,
    TLSError,
    TooManyOpenFilesError,
)
from sinch_numbers._core.transport.aiohttp import AiohttpTransport
from sinch_numbers.sandbox import Sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

NUMBER = "+12025550134"


def request(url: str, **settings) -> Request:
    settings = {"authorization": Secret("Bearer t0ken"), "headers": {}, "timeout": 5.0} | settings
    return Request("POST", url, **settings)


async def failure_of(sent: Request, **settings) -> SinchNumbersError:
    transport = AiohttpTransport(**settings)
    try:
        with pytest.raises(SinchNumbersError) as caught:
            await transport.exchange(sent)
    finally:
        await transport.close()
    return caught.value


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """Serve on a port without an answer, and fail if a request arrives."""
    heads: list[bytes] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.read(65536))
        await reader.read()

    async with serving(handle) as port:
        yield port
    assert [] == [head for head in heads if b"HTTP" in head]


# Certificates


@pytest.fixture
def certificates(tmp_path: Path) -> Path:
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    (tmp_path / "empty.pem").touch()
    (tmp_path / "text.pem").write_text("no certificate")
    (tmp_path / "half.pem").write_text("-----BEGIN CERTIFICATE-----\nAAAA\n")
    (tmp_path / "broken.pem").write_text(
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    )
    (tmp_path / "binary.pem").write_bytes(bytes(range(256)))
    (tmp_path / "loop.pem").symlink_to(tmp_path / "loop.pem")
    (tmp_path / "key.pem").write_bytes(
        trustme.CA().issue_cert("x.example").private_key_pem.bytes()
    )
    return tmp_path


@pytest.mark.parametrize(
    ("bundle", "reason"),
    [
        ("missing.pem", "No such file or directory"),
        (".", "Is a directory"),
        ("ca.pem/ca.pem", "Not a directory"),
        ("loop.pem", "symbolic links"),
        ("empty.pem", "no valid PEM certificate"),
        ("text.pem", "no valid PEM certificate"),
        ("half.pem", "no valid PEM certificate"),
        ("broken.pem", "no valid PEM certificate"),
        ("binary.pem", "no valid PEM certificate"),
        ("key.pem", "no (valid PEM )?certificate"),
        ("a\0b.pem", "not a path"),
        ("a" * 300, "File name too long"),
    ],
    ids=lambda value: repr(value[:20]),
)
def test_a_ca_file_that_cannot_be_used_fails_the_construction(
    certificates: Path, bundle: str, reason: str
) -> None:
    """A client whose CA file is unusable isn't made; the error names argument, file and reason."""
    for given in (certificates / bundle, str(certificates / bundle)):
        with pytest.raises(InvalidArgumentError, match=f"ca_bundle: .*{reason}.*got ") as caught:
            NumbersClient("p", "k", "s", ca_bundle=given)
        assert "ca_bundle" == caught.value.argument
        assert (False, False) == (caught.value.transient, caught.value.maybe_applied)
        assert caught.value.__context__ is None


@pytest.mark.parametrize(
    "bundle", ["", "~/missing.pem", "~no-such-user/ca.pem", b"ca.pem", 5, True]
)
def test_a_ca_file_that_is_no_path_fails_the_construction(bundle: object) -> None:
    """Neither an empty text nor another type is a path."""
    with pytest.raises(InvalidArgumentError, match=r"ca_bundle: .*got ") as caught:
        NumbersClient("p", "k", "s", ca_bundle=bundle)

    assert "ca_bundle" == caught.value.argument


def test_an_unreadable_ca_file_fails_the_construction(
    certificates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason of the operating system is in the error."""

    def deny(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")  # root may read anything

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", deny)
    with pytest.raises(InvalidArgumentError, match=r"ca_bundle: .*Permission denied"):
        NumbersClient("p", "k", "s", ca_bundle=certificates / "ca.pem")


def test_a_tilde_in_the_ca_file_means_the_home_directory(
    certificates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a shell, which doesn't expand it inside of quotes."""
    monkeypatch.setenv("HOME", str(certificates))

    assert NumbersClient("p", "k", "s", ca_bundle="~/ca.pem")
    assert NumbersClient("p", "k", "s", ca_bundle=Path("~/ca.pem"))


async def test_the_ca_file_is_read_only_once(certificates: Path, port: int) -> None:
    """A file that is gone after the construction breaks no call: the server isn't trusted yet."""
    transport = AiohttpTransport(ca_bundle=certificates / "ca.pem")
    (certificates / "ca.pem").unlink()
    sent = request(f"https://127.0.0.1:{port}", timeout=0.2)

    with pytest.raises(APIConnectionError, match="timed out"):
        await transport.exchange(sent)
    await transport.close()

    assert not sent.sent


@contextlib.contextmanager
def no_files_left() -> Iterator[None]:
    """Use up the file descriptors of the process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    taken = [os.open(os.devnull, os.O_RDONLY)]
    resource.setrlimit(resource.RLIMIT_NOFILE, (taken[0] + 50, hard))
    try:
        with contextlib.suppress(OSError):
            while True:
                taken.append(os.dup(taken[0]))
        yield
    finally:
        for one in taken:
            os.close(one)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_too_many_open_files_may_pass(port: int, scheme: str) -> None:
    """Without a free file descriptor nothing is sent, and the next attempt works as before."""
    transport = AiohttpTransport()
    sent = request(f"{scheme}://127.0.0.1:{port}", timeout=0.2)
    with no_files_left(), pytest.raises(TooManyOpenFilesError, match="Too many open") as caught:
        await transport.exchange(sent)

    assert (True, False, False) == (caught.value.transient, caught.value.maybe_applied, sent.sent)
    if scheme == "https":  # the context isn't one without certificates for good
        with pytest.raises(APIConnectionError, match="timed out"):
            await transport.exchange(sent)
        assert transport._ssl.cert_store_stats()["x509"]
    await transport.close()


def test_too_many_open_files_are_not_the_fault_of_the_ca_file(certificates: Path) -> None:
    """The construction may succeed later."""
    with no_files_left(), pytest.raises(APIConnectionError, match="ca_bundle: Too many") as caught:
        NumbersClient("p", "k", "s", ca_bundle=certificates / "ca.pem")

    assert caught.value.transient


@pytest.mark.parametrize(
    ("certificate", "reason"),
    [
        (
            "of another host",
            "IP address mismatch, certificate is not valid for '127.0.0.1'; check the host of the",
        ),
        ("expired", "certificate has expired; the server needs a valid one, unless this machine"),
        ("of the future", "certificate is not yet valid; the server needs a valid one, unless"),
        (
            "of an unknown CA",
            "unable to get local issuer certificate; add the server's CA certificate to the file",
        ),
        ("of itself", "self-signed certificate; add the server's CA certificate to the file"),
        ("missing", "wrong version number; the response is not TLS: check scheme and port of the"),
    ],
)
async def test_a_server_that_is_not_trusted_is_told_why(
    tmp_path: Path, certificate: str, reason: str
) -> None:
    """The error has the reason that OpenSSL gives."""
    ca, past = trustme.CA(), datetime(2020, 1, 1, tzinfo=UTC)
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    issued = {
        "of another host": lambda: ca.issue_cert("other.example"),
        "expired": lambda: ca.issue_cert(
            "127.0.0.1", not_before=past, not_after=past + timedelta(days=9)
        ),
        "of the future": lambda: ca.issue_cert(
            "127.0.0.1", not_before=datetime.now(UTC) + timedelta(days=9)
        ),
        "of an unknown CA": lambda: trustme.CA().issue_cert("127.0.0.1"),
    }
    tls: ssl.SSLContext | None = None
    if certificate in issued:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        issued[certificate]().configure_cert(tls)
    elif certificate == "of itself":
        other = trustme.CA()
        pem = tmp_path / "own.pem"
        pem.write_bytes(other.private_key_pem.bytes() + other.cert_pem.bytes())
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(pem)

    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

    async with serving(plain, tls) as port:
        sent = request(f"https://127.0.0.1:{port}")
        error = await failure_of(sent, ca_bundle=tmp_path / "ca.pem")

    assert f"TLS verification failed for 127.0.0.1:{port}: {reason}" in error.message
    assert (TLSError, False, False, False) == (
        type(error),
        error.transient,
        error.maybe_applied,
        sent.sent,
    )


async def test_a_connection_that_is_closed_during_the_handshake_is_not_sent() -> None:
    """A server that speaks no TLS at all may come back, and the reason is in plain words."""

    async def closing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)

    async with serving(closing) as port:
        sent = request(f"https://127.0.0.1:{port}")
        error = await failure_of(sent)

    assert (APIConnectionError, True, False) == (type(error), error.transient, sent.sent)
    start = f"could not connect to 127.0.0.1:{port}: the TLS handshake failed: "
    assert error.message.startswith(start)
    assert error.message.endswith(("connection closed by the peer", "Connection reset by peer"))


# Requests that cannot be sent


@pytest.mark.parametrize(
    ("settings", "argument"),
    named(
        {
            "a token with a line break": ({"authorization": Secret("Bearer a\r\nX: y")}, "tokens"),
            "a token with half a character": ({"authorization": Secret("a\ud800")}, "tokens"),
            "a token of bytes": ({"authorization": Secret(b"Bearer a")}, "tokens"),
            "a value with a line break": ({"headers": {"X": "a\nb"}}, "headers"),
            "a value with a null": ({"headers": {"X": "a\0"}}, "headers"),
            "half a character": ({"headers": {"X": "\udc80"}}, "headers"),
            "a value that is a number": ({"headers": {"X": 1}}, "headers"),
            "a value that is missing": ({"headers": {"X": None}}, "headers"),
            "a name with a line break": ({"headers": {"X\r\nY": "a"}}, "headers"),
            "a name that is a number": ({"headers": {1: "a"}}, "headers"),
        }
    ),
)
async def test_a_header_that_cannot_be_sent_is_an_invalid_argument(
    port: int, settings: dict, argument: str
) -> None:
    """A header of a wrapper or of another authorizer is checked before a connection is opened."""
    sent = request(f"http://127.0.0.1:{port}", **settings)

    error = await failure_of(sent)

    assert (InvalidArgumentError, argument) == (type(error), getattr(error, "argument", None))
    assert not sent.sent


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:99999",
        "http://127.0.0.1:x",
        "http://",
        "http:///path",
        "http://a..b",
        f"http://{'a' * 64}.example",
        "http://127.1",
        "http://[::1",
        "ftp://127.0.0.1",
        "//127.0.0.1",
        "",
    ],
)
async def test_an_address_that_cannot_be_reached_is_permanent(url: str) -> None:
    """What aiohttp, yarl, idna or the resolver reject is not sent and not retried."""
    sent = request(url)

    error = await failure_of(sent)

    assert APIConnectionError is type(error)
    assert (False, False, False) == (error.transient, error.maybe_applied, sent.sent)
    assert error.__context__ is None


@pytest.mark.parametrize(
    ("broken", "reason", "transient"),
    named(
        {
            "not found": (
                socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
                r"not resolved \(Name or service not known\)",
                True,
            ),
            "a failing server": (
                socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"),
                r"not resolved \(Temporary failure",
                True,
            ),
            "no reason": (OSError(), r"not resolved \(OSError\)", True),
            "too many files": (OSError(errno.EMFILE, "x"), "not resolved", True),
            "too late": (TimeoutError(), "timed out", True),
            "no threads": (RuntimeError("can't start new thread"), "RuntimeError", True),
            "IDNA": (UnicodeError("label empty or too long"), "UnicodeError", False),
            "a port": (OverflowError("port must be 0-65535"), "OverflowError", False),
            "a bug": (AssertionError("t0ken"), "AssertionError", False),
            "another bug": (TypeError("t0ken"), "TypeError", False),
        }
    ),
)
async def test_a_failing_resolver_is_a_connection_error(
    monkeypatch: pytest.MonkeyPatch, broken: Exception, reason: str, transient: bool
) -> None:
    """Whatever the resolver raises, nothing was sent, and no text of unknown origin is quoted."""

    async def resolve(*_: object, **__: object) -> None:
        raise broken

    monkeypatch.setattr(aiohttp.ThreadedResolver, "resolve", resolve)
    monkeypatch.setattr(aiohttp.connector, "DefaultResolver", aiohttp.ThreadedResolver)
    sent = request("http://numbers.example")

    error = await failure_of(sent)

    too_many = getattr(broken, "errno", None) == errno.EMFILE
    assert (TooManyOpenFilesError if too_many else APIConnectionError) is type(error)
    assert "could not connect to numbers.example" in error.message
    with pytest.raises(APIConnectionError, match=reason):
        raise error
    assert "t0ken" not in error.message
    assert (transient, False, False) == (error.transient, error.maybe_applied, sent.sent)


@pytest.mark.parametrize("failing", ["ThreadedResolver", "TCPConnector", "ClientSession"])
async def test_a_session_that_cannot_be_opened_is_a_connection_error(
    monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    """The objects of aiohttp are made at the first request; nothing was sent if that fails."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.ENFILE, "x")

    if failing == "TCPConnector":
        monkeypatch.setattr("sinch_numbers._core.transport.aiohttp._Connector", refuse)
    elif failing == "ThreadedResolver":
        monkeypatch.setattr(aiohttp.connector, "DefaultResolver", refuse)
    else:
        monkeypatch.setattr(aiohttp, failing, refuse)
    sent = request("http://127.0.0.1:9")

    error = await failure_of(sent)

    assert (TooManyOpenFilesError, True, False) == (type(error), error.transient, sent.sent)
    assert "Too many open files in system" in error.message


async def test_a_tls_context_that_cannot_be_made_is_a_tls_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A library without a usable protocol is permanent, and nothing was sent."""

    def fail(*_: object) -> None:
        raise ssl.SSLError(1, "[SSL: LIBRARY_HAS_NO_CIPHERS] library has no ciphers")

    monkeypatch.setattr(ssl.SSLContext, "load_default_certs", fail)
    sent = request("https://127.0.0.1:9")

    error = await failure_of(sent)

    assert (TLSError, False, False) == (type(error), error.transient, sent.sent)


@pytest.mark.parametrize("closed", ["transport", "session", "connector"])
async def test_what_is_closed_sends_nothing(port: int, closed: str) -> None:
    """A closed transport says so; a session that somebody else closed is a connection error."""
    transport = AiohttpTransport()
    with contextlib.suppress(APIConnectionError):
        await transport.exchange(request("http://127.0.0.1:9"))
    (resources,) = transport._by_loop.values()
    if closed == "transport":
        await transport.close()
    elif closed == "session":
        await resources.pooled.close()
    else:
        await resources.pooled.connector.close()
    sent = request(f"http://127.0.0.1:{port}")

    with pytest.raises(SinchNumbersError) as caught:
        await transport.exchange(sent)
    await transport.close()

    expected = ClientClosedError if closed == "transport" else APIConnectionError
    assert (expected, False, False) == (type(caught.value), caught.value.maybe_applied, sent.sent)


async def test_a_connection_that_the_server_closed_at_once_carried_nothing(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection that is closing before the request is written was not used."""
    connect = aiohttp.TCPConnector.connect

    async def connect_and_lose(self, *arguments: object) -> object:
        connection = await connect(self, *arguments)
        connection.transport.close()
        return connection

    monkeypatch.setattr(aiohttp.TCPConnector, "connect", connect_and_lose)
    sent = request(f"http://127.0.0.1:{port}", fresh=True)

    error = await failure_of(sent)

    assert (APIConnectionError, True, False) == (type(error), error.transient, sent.sent)
    assert "connection closed by the peer" in error.message


async def test_a_request_that_was_sent_stays_sent() -> None:
    """A wrapper that sends a request again doesn't make the first attempt undone."""
    sent = request("http://127.0.0.1:9", sent=True)

    error = await failure_of(sent)

    assert (True, True) == (sent.sent, error.maybe_applied)


# Proxies


@pytest.mark.parametrize(
    ("answer", "reason", "transient"),
    named(
        {
            "authentication": (
                b"407 Proxy Authentication Required",
                "407: it requires a valid user name and password, in the proxy's URL",
                False,
            ),
            "forbidden": (b"403 No", "403: its rules don't allow numbers.example", False),
            "too many": (b"429 Too Many Requests", "responded 429", True),
            "unreachable": (b"502 Bad", "502: it could not reach numbers.example", True),
            "unavailable": (b"503 Busy", "503: it is unavailable", True),
            "late": (b"504 Late", "504: numbers.example did not respond to it", True),
            "a redirect": (b"302 \x1b[31mFound\x07", "responded 302", False),
            "no HTTP": (None, "invalid HTTP", True),
            "nothing": (b"", "", True),
        }
    ),
)
async def test_a_proxy_that_opens_no_tunnel_carried_nothing(
    answer: bytes | None, reason: str, transient: bool
) -> None:
    """The proxy is named, and only a ``CONNECT`` was sent."""
    heads: list[bytes] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        if answer is None:
            writer.write(b"220 mail.example ESMTP\r\n\r\n")
        elif answer:
            writer.write(b"HTTP/1.1 " + answer + b"\r\nContent-Length: 0\r\n\r\n")

    async with serving(proxy) as port:
        sent = request("https://numbers.example", fresh=True)
        error = await failure_of(sent, proxy=Secret(f"http://u:p4ss@127.0.0.1:{port}"))

    assert [b"CONNECT"] == [head.split()[0] for head in heads]
    assert (ProxyError, transient) == (type(error), error.transient)
    assert (
        f"could not connect to numbers.example through the proxy http://127.0.0.1:{port}: "
        in str(error)
    )
    assert reason in error.message
    assert str(error).isprintable()
    assert (False, False) == (error.maybe_applied, sent.sent)
    assert error.status == (int(answer[:3]) if answer else None)


@pytest.mark.parametrize(
    ("offered", "reason"),
    named(
        {
            "Basic": ('Basic realm="\x1b[31m"', "a valid user name and password"),
            "one of several": ("Negotiate\r\nProxy-Authenticate: basic", "a valid user name"),
            "another": ("NTLM", "NTLM authentication, which is not supported"),
            "others": (
                "Negotiate\r\nProxy-Authenticate: NTLM",
                "Negotiate or NTLM authentication, which is not supported",
            ),
            "no word": ("\x1b[31m", "a valid user name and password"),
        }
    ),
)
async def test_an_authentication_that_is_not_supported_is_named(offered: str, reason: str) -> None:
    """A proxy that offers no basic authentication can't be satisfied by another password."""

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 407 No\r\nProxy-Authenticate: {offered}\r\nContent-Length: 0\r\n\r\n"
        writer.write(head.encode())

    async with serving(proxy) as port:
        error = await failure_of(
            request("https://numbers.example"), proxy=Secret(f"http://u:p4ss@127.0.0.1:{port}")
        )

    assert f"the proxy responded 407: it requires {reason}" in error.message
    assert str(error).isprintable()


@pytest.mark.parametrize("auth", ["oauth", "basic"])
async def test_a_wrong_password_of_a_proxy_is_not_retried(auth: str) -> None:
    """One connection is refused, and neither the call nor the token request is repeated."""
    connections = 0

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n")

    async with serving(proxy) as port:
        url = f"http://u:p4ss@127.0.0.1:{port}"
        async with NumbersClient("p", "k", "s", auth=auth, proxy=url) as client:
            with pytest.raises(APIConnectionError, match="the proxy responded 407") as caught:
                await client.active_numbers.get(NUMBER)

    assert (1, 1, False) == (connections, caught.value.attempts, caught.value.transient)
    assert (ProxyError, 407) == (
        type(caught.value.__cause__ or caught.value),
        getattr(caught.value.__cause__ or caught.value, "status", None),
    )


async def test_a_proxy_that_nobody_runs_is_named() -> None:
    """The error says which of the two hosts refused the connection."""
    sent = request("https://numbers.example")

    error = await failure_of(sent, proxy=Secret("http://u:p4ss@127.0.0.1:9"))

    way = "numbers.example through the proxy http://127.0.0.1:9"
    assert f"could not connect to {way}: Connection refused" == error.message
    assert (ProxyError, None, True) == (type(error), error.status, error.transient)


# Calls


CALLS: dict[str, Callable] = {
    "get": lambda client: client.active_numbers.get(NUMBER),
    "update": lambda client: client.active_numbers.update(NUMBER, display_name="x"),
    "rent": lambda client: client.available_numbers.rent(NUMBER),
    "rent_any": lambda client: client.available_numbers.rent_any(region_code="US", type="LOCAL"),
}


@pytest.mark.parametrize("call", named(CALLS))
@pytest.mark.parametrize("auth", ["oauth", "basic"])
async def test_a_call_that_was_not_sent_had_no_effect(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, call: Callable, auth: str
) -> None:
    """Even a billable call needs no verification if aiohttp fails before it connects."""

    def refuse(*_: object, **__: object) -> None:
        raise ValueError("a header that aiohttp rejects")

    monkeypatch.setattr(aiohttp, "ClientRequest", refuse)
    monkeypatch.setattr(
        aiohttp.ClientSession.__init__,
        "__kwdefaults__",
        {
            **aiohttp.ClientSession.__init__.__kwdefaults__,
            "request_class": refuse,
        },
    )
    async with NumbersClient(
        "sandbox",
        "sandbox",
        "sandbox",
        auth=auth,
        numbers_url=sandbox.url,
        auth_url=sandbox.auth_url,
    ) as client:
        with pytest.raises(APIConnectionError) as caught:
            await call(client)

        assert not caught.value.maybe_applied
        assert 1 == caught.value.attempts
        assert () == client.unresolved
    assert [] == sandbox.calls
