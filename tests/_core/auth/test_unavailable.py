"""A call without a token: the error names the cause, and the token request alone is retried."""

import asyncio
import copy
import pickle
import socket
import ssl
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme
from products import named
from tcp_server import serving

from sinch_numbers import (
    APIConnectionError,
    APIReplyLostError,
    APIResponseError,
    APITimeoutError,
    AuthUnavailableError,
    Backoff,
    ClientClosedError,
    InternalServerError,
    NumbersClient,
    RateLimitError,
    SinchNumbersError,
    TLSError,
)
from sinch_numbers.sandbox import Sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

NUMBER = "+12025550134"
SECRET = "canary-secret"
QUICK = Backoff(first=0.0001, throttled=0.0001, longest=0.001)

CALLS: dict[str, Callable] = {
    "get": lambda client: client.active_numbers.get(NUMBER),
    "update": lambda client: client.active_numbers.update(NUMBER, display_name="x"),
    "rent": lambda client: client.available_numbers.rent(NUMBER),
    "rent_any": lambda client: client.available_numbers.rent_any(region_code="US", type="LOCAL"),
}


class TokenServer:
    """Counts token requests, and answers each in the same way: with nothing, or never."""

    def __init__(self, answer: str | None, expired: Path | None = None) -> None:
        self.answer = answer
        self.expired = expired
        self.requests = 0

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.requests += 1
        if self.answer == "hang":
            await reader.read()
        elif self.answer:
            writer.write(f"HTTP/1.1 {self.answer}\r\nContent-Length: 2\r\n\r\n{{}}".encode())
            await writer.drain()

    @asynccontextmanager
    async def client(self, **options) -> AsyncIterator[NumbersClient]:
        """Open a client that gets its tokens from this server."""
        tls: ssl.SSLContext | None = None
        if self.expired is not None:
            ca, past = trustme.CA(), datetime(2020, 1, 1, tzinfo=UTC)
            ca.cert_pem.write_to_path(str(self.expired))
            options["ca_bundle"] = self.expired
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            end = past + timedelta(days=9)
            ca.issue_cert("127.0.0.1", not_before=past, not_after=end).configure_cert(tls)
        async with serving(self.handle, tls) as port:
            scheme = "http" if tls is None else "https"
            timeout = 0.2 if self.answer == "hang" else 30.0
            settings = {"auth_url": f"{scheme}://127.0.0.1:{port}", "timeout": timeout} | options
            async with NumbersClient(
                "p", "k", SECRET, numbers_url="http://127.0.0.1:9", **settings
            ) as client:
                yield client


CAUSES = {
    "nobody listens": (None, "http://127.0.0.1:9", APIConnectionError, "Connection refused"),
    "no such host": (None, "https://auth.invalid", APIConnectionError, "name was not resolved"),
    "an expired certificate": ("expired", None, TLSError, "certificate has expired"),
    "HTTP 503": ("503 Down", None, InternalServerError, "HTTP 503"),
    "HTTP 429": ("429 Busy", None, RateLimitError, "HTTP 429"),
    "no token": ("200 OK", None, APIResponseError, "access_token is not printable"),
    "closes": ("", None, APIReplyLostError, "the response was lost"),
    "hangs": ("hang", None, APITimeoutError, r"no response within 0\.2 s"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def no_resolver(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let names fail to resolve at once: a real resolver may take seconds."""
    resolve = socket.getaddrinfo

    def getaddrinfo(host: object, *rest: Any, **options: Any) -> Any:
        if host == "auth.invalid":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return resolve(host, *rest, **options)

    monkeypatch.setattr("socket.getaddrinfo", getaddrinfo)


@pytest.mark.parametrize(("answer", "url", "cause", "reason"), named(CAUSES))
@pytest.mark.parametrize("ended_by", ["the last attempt", "the deadline"])
async def test_the_cause_of_a_missing_token_is_named(
    tmp_path: Path,
    answer: str | None,
    url: str | None,
    cause: type[SinchNumbersError],
    reason: str,
    ended_by: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Message and cause say what failed last, after all attempts or at the deadline."""

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    expired = tmp_path / "ca.pem" if answer == "expired" else None
    options = {} if url is None else {"auth_url": url}
    late = ended_by == "the deadline"
    options["backoff"] = Backoff(first=5.0, throttled=20.0) if late else QUICK
    async with TokenServer(answer, expired).client(**options) as client:
        if late:  # share the fetch of another call, whose first attempt has failed
            patient = asyncio.create_task(client.active_numbers.get(NUMBER))
            async with asyncio.timeout(60):
                while client.tokens.last_failure() is None:
                    await asyncio.sleep(0.01)
            # A lasting cause ends the fetch, so the call below begins another one.
            client = client.with_options(deadline=0.02 if cause.transient else 5.0)
        with pytest.raises(AuthUnavailableError, match=reason) as caught:
            await client.available_numbers.rent(NUMBER)
        if late:
            patient.cancel()
        assert () == client.unresolved

    error = caught.value
    # The next attempt would fail by the same certificate.
    assert (cause is not TLSError, False) == (error.transient, error.maybe_applied)
    for one in (error, error.copy(), copy.deepcopy(error), pickle.loads(pickle.dumps(error))):
        assert cause is type(one.__cause__)
        assert one.__cause__.__traceback__ is None
        assert str(error) == str(one)
    assert error.__cause__.__context__ is None
    assert SECRET not in "".join(traceback.format_exception(error))


async def test_without_a_failed_attempt_the_deadline_is_the_cause() -> None:
    """Before the first attempt has ended, there is only the deadline to name."""
    async with TokenServer("hang").client(timeout=30.0, deadline=0.05) as client:
        with pytest.raises(
            AuthUnavailableError, match="before the deadline: no response"
        ) as caught:
            await client.active_numbers.get(NUMBER)

    assert caught.value.__cause__ is None
    assert caught.value.transient


@pytest.mark.parametrize("call", named(CALLS))
@pytest.mark.parametrize(("retries", "requests"), [(None, 8), (0, 1), (6, 7), (20, 8)])
async def test_a_call_makes_at_most_eight_token_requests(
    call: Callable, retries: int | None, requests: int
) -> None:
    """The retries of a call don't multiply those of its token request, but limit them."""
    server = TokenServer("503 Down")
    async with server.client(backoff=QUICK, retries=retries) as client:
        with pytest.raises(AuthUnavailableError) as caught:
            await call(client)

    assert (requests, 1) == (server.requests, caught.value.attempts)


@pytest.mark.parametrize("call", named(CALLS))
async def test_a_rejected_key_makes_one_token_request(call: Callable) -> None:
    """The rejection is remembered for five seconds, and isn't transient."""
    server = TokenServer("401 Unauthorized")
    async with server.client(backoff=QUICK) as client:
        for _ in range(5):
            with pytest.raises(SinchNumbersError, match="401") as caught:
                await call(client)
            assert not caught.value.transient

    assert 1 == server.requests


async def test_a_token_lost_to_a_second_fetch_is_not_retried_either(sandbox: Sandbox) -> None:
    """A call whose token expired makes eight token requests more, not eight for each retry."""
    async with NumbersClient(
        "sandbox", "sandbox", "sandbox",
        numbers_url=sandbox.url, auth_url=sandbox.auth_url, backoff=QUICK,
    ) as client:  # fmt: skip
        await client.available_regions.list()
        sandbox.faults.add("503", path="/oauth2/token", times=1000)
        sandbox.expire_tokens()

        with pytest.raises(AuthUnavailableError, match="HTTP 503"):
            await client.available_regions.list()

    assert 1 + 8 == sandbox.calls.count("POST /oauth2/token")


async def test_a_closed_client_is_not_an_unavailable_service() -> None:
    """The token request of a closed client says that the client is closed."""
    async with TokenServer("503 Down").client(backoff=QUICK) as client:
        await client.close()

        with pytest.raises(ClientClosedError):
            await client.active_numbers.get(NUMBER)
