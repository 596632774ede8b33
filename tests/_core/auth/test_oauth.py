"""Responses of the token endpoint: a token or a typed error."""

import json
import logging
import time
from datetime import UTC, datetime
from email.utils import format_datetime
from types import SimpleNamespace

import malformed
import pytest
from malformed import TOKEN as GOOD
from products import every, named

from sinch_numbers import (
    AuthenticationError,
    AuthUnavailableError,
    Backoff,
    RateLimitError,
    Reply,
    Request,
    Secret,
    Token,
)
from sinch_numbers._core.auth.oauth import TokenService

pytestmark = pytest.mark.anyio


class Endpoint:
    """Answers with what it is given, the last of it again and again."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)
        self.requests: list[Request] = []

    async def exchange(self, request: Request) -> Reply:
        self.requests.append(request)
        return self.replies[min(len(self.requests), len(self.replies)) - 1]

    async def close(self) -> None: ...


def replied(body: object, status: int = 200, **headers: str) -> Reply:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Reply(status, headers, raw)


def service_at(endpoint: Endpoint) -> TokenService:
    return TokenService(
        endpoint,
        "https://auth.example",
        "key",
        Secret("s3cret"),
        headers={"User-Agent": "test"},
        timeout=1.0,
        backoff=Backoff(first=0.0001, throttled=0.0001, longest=0.001),
    )


async def fetch(endpoint: Endpoint, *, patiently: bool = False) -> Token:
    return await service_at(endpoint).fetch(patiently=patiently)


async def test_the_request_is_the_documented_one() -> None:
    """The key travels as Basic, the grant as a form."""
    endpoint = Endpoint(replied(GOOD))
    await fetch(endpoint)
    (request,) = endpoint.requests

    assert ("POST", "https://auth.example/oauth2/token") == (request.method, request.url)
    assert b"grant_type=client_credentials" == request.body
    assert "application/x-www-form-urlencoded" == request.headers["Content-Type"]
    assert "Basic a2V5OnMzY3JldA==" == request.authorization.reveal()


@pytest.mark.parametrize(("expires_in", "lifetime"), named(malformed.TOKEN_LIFETIMES))
async def test_a_lifetime_makes_sense_or_is_five_minutes(
    expires_in: object, lifetime: float
) -> None:
    """A lifetime is capped at a day, and one that cannot be is taken for five minutes."""
    token = await fetch(Endpoint(replied(GOOD | {"expires_in": expires_in})))

    assert lifetime == token.lifetime


async def test_only_the_text_of_the_token_is_needed() -> None:
    """Missing members have defaults."""
    token = await fetch(Endpoint(replied({"access_token": "abc"})))

    assert ("Bearer abc", 300) == (token.authorization.reveal(), token.lifetime)


@every("body", named(malformed.NOT_TOKENS))
async def test_a_hostile_token_is_refused_and_not_quoted(body: object) -> None:
    """What cannot be a token never becomes a header, nor part of an error."""
    with pytest.raises(AuthUnavailableError) as caught:
        await fetch(Endpoint(replied(body)))

    assert "X: y" not in repr(caught.value)
    assert "abc" not in str(caught.value)


@pytest.mark.parametrize("status", [400, 401, 403])
async def test_refused_credentials_are_not_retried(status: int) -> None:
    """The service's word on the key is final."""
    endpoint = Endpoint(replied({"error": "invalid_client", "error_description": "no"}, status))

    with pytest.raises(Exception, match="no") as caught:
        await fetch(endpoint, patiently=True)

    assert (status, "invalid_client") == (caught.value.status, caught.value.code)
    assert 1 == len(endpoint.requests)


async def test_an_echoed_secret_is_masked() -> None:
    """A service that quotes the key's secret does not get it into an error."""
    endpoint = Endpoint(replied({"error": "x", "error_description": "s3cret is wrong"}, 401))

    with pytest.raises(AuthenticationError) as caught:
        await fetch(endpoint)

    assert "********** is wrong" == caught.value.message
    assert "s3cret" not in caught.value.body


@pytest.mark.parametrize("status", [429, 500, 502, 503])
async def test_a_busy_service_is_asked_up_to_eight_times(status: int) -> None:
    """The gateway refuses bursts without saying for how long; patience gets a token."""
    busy = replied(b"", status)

    token = await fetch(Endpoint(*[busy] * 7, replied(GOOD)), patiently=True)
    assert "Bearer abc" == token.authorization.reveal()

    endpoint = Endpoint(busy)
    with pytest.raises(AuthUnavailableError) as caught:
        await fetch(endpoint, patiently=True)
    assert (8, 8) == (len(endpoint.requests), caught.value.attempts)


async def test_without_patience_one_try_is_all() -> None:
    """A renewal in the background leaves its repetition to the cache."""
    endpoint = Endpoint(replied(b"", 503))

    with pytest.raises(AuthUnavailableError):
        await fetch(endpoint)

    assert 1 == len(endpoint.requests)


async def test_a_wait_beyond_patience_is_not_begun() -> None:
    """Asked to wait for a minute, the caller hears it at once."""
    endpoint = Endpoint(replied(b"", 429, **{"Retry-After": "59"}))

    with pytest.raises(AuthUnavailableError) as caught:
        await fetch(endpoint, patiently=True)

    assert (1, 59) == (len(endpoint.requests), caught.value.retry_after)
    assert not isinstance(caught.value, RateLimitError)


@pytest.mark.parametrize(
    ("off", "told"),
    [
        (3600, ["local clock differs from the service's by +3600 s"]),
        (-301, ["local clock differs from the service's by -301 s"]),
        (300, []),
        (-300, []),
    ],
)
async def test_a_clock_that_is_off_is_told_once(
    off: int, told: list[str], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine whose clock is minutes off hears of it: much else will fail there."""
    there = datetime(2026, 3, 1, 12, tzinfo=UTC)
    here = SimpleNamespace(time=lambda: there.timestamp() + off, monotonic=time.monotonic)
    monkeypatch.setattr("sinch_numbers._core.auth.oauth.time", here)
    caplog.set_level(logging.WARNING, "sinch_numbers")
    service = service_at(Endpoint(replied(GOOD, Date=format_datetime(there, usegmt=True))))

    for _ in range(3):
        await service.fetch(patiently=False)

    assert told == [record.getMessage() for record in caplog.records]


def test_delays_are_four_times_those_of_calls() -> None:
    """The gateway allows ten token requests a second."""
    assert 0.0004 == service_at(Endpoint())._backoff.first


async def test_a_bug_is_not_taken_for_an_unavailable_service() -> None:
    """Only errors of the SDK become `AuthUnavailableError`."""

    class Broken(Endpoint):
        async def exchange(self, request):
            raise ZeroDivisionError("a bug")

    with pytest.raises(ZeroDivisionError):
        await fetch(Broken(), patiently=True)
