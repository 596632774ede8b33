"""Keys and tokens."""

from types import SimpleNamespace
from typing import Any

import pytest

from sinch_numbers.sandbox import Clock, Sandbox
from sinch_numbers.sandbox._protocol import throttle

from .conftest import Api, basic

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

LIST = "activeNumbers"
STOPPED = SimpleNamespace(monotonic=lambda: 0.0)
"""Replaces the time of token buckets, so that a slow machine refills nothing."""


async def test_token_reply_is_exactly_this(api: Any) -> None:
    """Four members, as they were recorded."""
    answer = await api.token()

    token = answer.json.pop("access_token")
    assert 3 == len(token.split("."))
    expected = {"expires_in": 3599, "scope": "", "token_type": "bearer"}
    assert {**expected, "access_token": token} == answer.json


async def test_token_opens_the_api(api: Any) -> None:
    """A bearer token does, and so does the key pair itself."""
    assert 200 == (await api.get(LIST, headers=await api.bearer())).status
    assert 200 == (await api.get(LIST)).status


@pytest.mark.parametrize(
    ("options", "status", "error"),
    [
        ({"headers": basic("sandbox", "wrong")}, 401, "invalid_client"),
        ({"headers": basic("other", "sandbox")}, 401, "invalid_client"),
        ({"headers": basic("ключ", "é")}, 401, "invalid_client"),
        ({"headers": {"Authorization": "Basic !"}}, 401, "invalid_client"),
        ({"headers": {"Authorization": "Bearer x"}}, 401, "invalid_client"),
        ({"data": {"grant_type": "password"}}, 400, "unsupported_grant_type"),
        ({"data": {}}, 400, "unsupported_grant_type"),
        ({"data": b"\xff\xfe"}, 400, "unsupported_grant_type"),
    ],
)
async def test_token_is_refused_in_the_words_of_oauth(
    api: Any, options: dict[str, Any], status: int, error: str
) -> None:
    """The errors are OAuth's, not the API's."""
    answer = await api.token(**options)

    assert (status, error) == (answer.status, answer.json["error"])
    assert {"error", "error_description"} == set(answer.json)


async def test_outdated_token_is_told_apart_from_a_wrong_one(api: Any, sandbox: Sandbox) -> None:
    """The word "expired" is in the challenge when, and only when, a new token would help."""
    headers = await api.bearer()
    sandbox.clock.advance(3598)
    assert 200 == (await api.get(LIST, headers=headers)).status
    sandbox.clock.advance(1)
    outdated = await api.get(LIST, headers=headers)
    wrong = await api.get(LIST, headers={"Authorization": "Bearer eyJhIjoxfQ.x.y"})
    nothing = await api.get(LIST, headers={"Authorization": "Token x"})

    assert [401] * 3 == [answer.status for answer in (outdated, wrong, nothing)]
    challenge = outdated.headers["WWW-Authenticate"]
    assert (
        'Bearer error="invalid_token", '
        'error_description="Jwt expired at 2026-03-14T10:26:52.589793Z"'
    ) == challenge
    assert "expired" not in wrong.headers["WWW-Authenticate"]
    assert "Bearer" == nothing.headers["WWW-Authenticate"]
    assert "UNAUTHENTICATED" == outdated.json["error"]["status"]


async def test_tokens_can_be_expired_and_revoked(api: Any, sandbox: Sandbox) -> None:
    """All tokens so far, and none that is issued later."""
    first = await api.bearer()
    sandbox.expire_tokens()
    assert "expired" in (await api.get(LIST, headers=first)).headers["WWW-Authenticate"]

    second = await api.bearer()
    sandbox.revoke_tokens()
    assert "expired" not in (await api.get(LIST, headers=second)).headers["WWW-Authenticate"]
    assert 200 == (await api.get(LIST, headers=await api.bearer())).status


async def test_key_of_another_project_is_refused_without_a_word(api: Any) -> None:
    """403 with an empty message and no details."""
    answer = await api.get(LIST, project="somebody-else")

    assert 403 == answer.status
    error = {"code": 403, "message": "", "status": "PERMISSION_DENIED", "details": []}
    assert {"error": error} == answer.json


async def test_token_endpoint_can_be_throttled(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thirty at once, then 429 without a hint when to come back."""
    import aiohttp

    monkeypatch.setattr(throttle, "time", STOPPED)
    async with (
        Sandbox(numbers=0, stock=0, clock=clock, token_bucket=True) as sandbox,
        aiohttp.ClientSession() as session,
    ):
        api = Api(sandbox, session)
        answers = [await api.token() for _ in range(40)]

    assert [200] * 30 == [answer.status for answer in answers[:30]]
    assert 429 == answers[-1].status
    assert "Retry-After" not in answers[-1].headers


async def test_api_can_be_throttled(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """More calls a second than allowed meet 429; tokens are not counted."""
    import aiohttp

    monkeypatch.setattr(throttle, "time", STOPPED)
    async with (
        Sandbox(numbers=0, stock=0, clock=clock, rate_limit=5) as sandbox,
        aiohttp.ClientSession() as session,
    ):
        api = Api(sandbox, session)
        assert 200 == (await api.token()).status
        answers = [await api.get(LIST) for _ in range(12)]

    assert {200, 429} == {answer.status for answer in answers}
    assert "RESOURCE_EXHAUSTED" == answers[-1].json["error"]["status"]


def test_secrets_are_not_shown(clock: Clock) -> None:
    """No repr gives a secret away."""
    sandbox = Sandbox(numbers=0, stock=0, key_secret="hush", clock=clock)

    shown = f"{sandbox!r} {sandbox._world.keys!r} {sandbox.project()!r} {vars(sandbox._world)!r}"

    assert "hush" not in shown
    assert sandbox.project().hmac_secret not in shown
