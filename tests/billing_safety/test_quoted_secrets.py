"""A service that quotes secrets: none reaches an error, a log, a pickle, or the journal."""

import base64
import itertools
import json
import logging
import pickle
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from products import every

from sinch_numbers import (
    APIStatusError,
    NumbersClient,
    OutcomeUnknownError,
    Reply,
    Request,
    Secret,
    SinchNumbersError,
    Token,
    capture_responses,
)
from sinch_numbers.store import SQLiteStore

pytestmark = pytest.mark.anyio

MASK = "*" * 10
NUMBER = "+12025550134"

TOKENS = {
    "a letter": "t",
    "a digit": "4",
    "structure": '{"',
    "a quote": '"',
    "a name": "status",
    "a word": "of",
    "long": "canary.token-0123456789_abcdef",
    "with escapes": 'canary\\u0041"0/1%41&amp;2345',
}
"""Tokens are printable ASCII."""

Answer = Callable[[str], Reply]


def error(status: int, message: str, **more: Any) -> Reply:
    body = {"error": {"code": status, "message": message, "status": "S_CODE", **more}}
    return Reply(status, {"X-Request-Id": "req-1"}, json.dumps(body).encode())


MISSING = json.dumps(
    {
        "status": "NOT_FOUND",
        "details": [{"type": "ResourceInfo", "resourceName": NUMBER}],
    }
).encode()
PLACES: dict[str, tuple[Answer, str]] = {
    "message": (lambda t: error(400, f"this is not right: {t}"), "this is not right: {}"),
    "nested": (
        lambda t: error(
            400, "this is not right", details=[{"type": "New", "a": [{"b": f"x {t}"}]}]
        ),
        "this is not right",
    ),
    "field": (
        lambda t: error(
            400,
            "this is not right",
            details=[{"type": "BadRequest", "fieldViolations": [{"field": t, "description": t}]}],
        ),
        "this is not right",
    ),
    "request ID": (
        lambda t: Reply(400, {"X-Request-Id": f"id {t}"}, error(400, "this is not right").body),
        "this is not right",
    ),
    "ambiguous": (lambda t: error(503, f"this is not right: {t}"), "this is not right: {}"),
    "conflict": (lambda t: error(409, f"this is not right: {t}"), "this is not right: {}"),
    "HTML": (lambda t: Reply(502, {}, f"<p>no: {t} </p>".encode()), ""),
    "cut": (lambda t: Reply(500, {}, error(500, f"x {t}").body[:-40]), ""),
}


class Quoting:
    """Rejects billable requests with the given answer; every number is missing."""

    def __init__(self, answer: Reply) -> None:
        self._answer = answer

    async def exchange(self, request: Request) -> Reply:
        if request.method == "POST":
            return self._answer
        return Reply(404, {}, MISSING)

    async def close(self) -> None: ...


class Key:
    def __init__(self, token: str) -> None:
        self._token = Token(Secret(f"Bearer {token}"), 3600)

    async def get(self) -> Token:
        return self._token

    def invalidate(self, token: Token) -> bool:
        return False

    async def close(self) -> None: ...


_projects = itertools.count()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SQLiteStore]:
    """Open one store for all cases: each has its own project."""
    store = SQLiteStore(tmp_path / "numbers.db")
    yield store
    await store.close()


def shown(failure: SinchNumbersError) -> str:
    """Return all that a log, a tracker, or another process gets of an error."""
    cause = getattr(failure, "cause", None)
    parts = [str(failure), repr(failure), repr(vars(failure)), repr(pickle.dumps(failure, 0))]
    if isinstance(cause, SinchNumbersError):
        parts += [str(cause), repr(vars(cause))]
    return " ".join(parts)


@pytest.mark.slow
@every(("token", "place"), itertools.product(TOKENS.values(), PLACES.values()))
async def test_no_quoted_token_is_shown_or_kept(
    token: str, place: tuple[Answer, str], tmp_path: Path, store: SQLiteStore, caplog: Any
) -> None:
    """Neither by the error, its pickle, the log, nor the journal; the rest stays readable."""
    answer, message = place
    caplog.clear()
    caplog.set_level(logging.DEBUG, "sinch_numbers")
    async with NumbersClient(
        f"p-{next(_projects)}",
        tokens=Key(token),
        transport=Quoting(answer(token)),
        store=store,
        settle_timeout=0.001,
        retries=0,
    ) as client:
        with pytest.raises(SinchNumbersError) as caught:
            await client.available_numbers.rent(NUMBER)
        entries = await client.operations(open_only=False)
        kept = b" ".join(file.read_bytes() for file in tmp_path.iterdir())

    failure = caught.value
    status = failure.cause if isinstance(failure, OutcomeUnknownError) else failure
    if isinstance(status, APIStatusError):
        assert message.format(MASK) == status.message
        if status.code is not None:
            assert "S_CODE" == status.code
    log = " ".join(record.getMessage() for record in caplog.records)
    journal = repr(entries)
    if len(token) >= 8:
        texts = {"error": shown(failure), "log": log, "journal": journal, "store": repr(kept)}
        spellings = {token, json.dumps(token)[1:-1], repr(token)[1:-1]}
        assert [] == [w for w, text in texts.items() if any(s in text for s in spellings)]


PASSWORDS = {"long": "canary-key-0123/+4567", "short": "pw1"}


@every(("password", "quote"), itertools.product(
    PASSWORDS.values(),
    [
        lambda pair, password: f"Basic {pair}",
        lambda pair, password: f"user key-id:{password}",
        lambda pair, password: f"password {password}",
        lambda pair, password: f"unpadded {pair.rstrip('=')} ",
    ],
))  # fmt: skip
async def test_basic_credentials_are_masked_in_any_form(
    password: str, quote: Callable[[str, str], str]
) -> None:
    """The service decodes them, so it can quote the password."""
    pair = base64.b64encode(f"key-id:{password}".encode()).decode()
    answer = error(400, quote(pair, password))
    async with NumbersClient(
        "p", "key-id", password, auth="basic", transport=Quoting(answer)
    ) as client:
        with pytest.raises(APIStatusError) as caught:
            await client.request("POST", "/x")

    for text in (str(caught.value), caught.value.body):
        assert MASK in text
        assert password not in text
        assert pair.rstrip("=") not in text


@every("secret", ["canary-0123456789", 'canary"\\0123/4567', "482193"])
async def test_secrets_of_a_request_are_masked(secret: str, tmp_path_factory: Any) -> None:
    """Of its body, wherever they are in it, and of extra fields."""
    answer = error(400, f"pin {secret} is wrong", details=[{"type": "New", "pin": secret}])
    path = tmp_path_factory.mktemp("store") / "numbers.db"
    async with NumbersClient(
        "p", tokens=Key("token"), transport=Quoting(answer), store=path
    ) as client:
        nested = {"a": {"b": [Secret(secret)]}}
        extra = client.with_options(extra_body=nested)
        for call in (client.request("POST", "/x", json=nested), extra.request("POST", "/x")):
            with pytest.raises(APIStatusError) as caught:
                await call
            assert f"pin {MASK} is wrong" == caught.value.message
            assert secret not in shown(caught.value)
        kept = [file.read_bytes() for file in path.parent.iterdir()]

    assert not [content for content in kept if secret.encode() in content]


async def test_a_response_that_quotes_a_token_in_a_header_is_masked() -> None:
    """Also that of a successful call."""
    token = "canary.token-0123456789"
    answer = Reply(200, {"X-Debug": f"Authorization: Bearer {token}"}, b"{}")
    async with NumbersClient("p", tokens=Key(token), transport=Quoting(answer)) as client:
        with capture_responses() as responses:
            await client.request("POST", "/x")

    assert f"Authorization: Bearer {MASK}" == responses[0].headers["x-debug"]
    assert "canary" not in repr(pickle.dumps(responses[0]))
