"""Shared by the tests of cassettes: a search for private values in any encoding."""

import base64
import binascii
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import unquote, unquote_plus

from sinch_numbers import Secret
from sinch_numbers._core.transport.base import Reply, Request

NUMBERS_URL = "https://numbers.api.sinch.com"
IMPORTED_URL = "https://imported.numbers.api.sinch.com"
PROJECT = f"{NUMBERS_URL}/v1/projects/a-real-project"
IMPORTED = f"{IMPORTED_URL}/v1/projects/a-real-project"
KEY_ID, KEY_SECRET = "a-real-key-id", "a/real+key~secret"
BASIC = Secret("Basic " + base64.b64encode(f"{KEY_ID}:{KEY_SECRET}".encode()).decode())
BEARER = Secret("Bearer a-real.access.token")


class Canned:
    """A transport with given outcomes, in order; the requests that it got are in `requests`."""

    def __init__(self, outcomes: Iterable[Reply | Exception]) -> None:
        self._outcomes = iter(outcomes)
        self.requests: list[Request] = []

    async def exchange(self, request: Request) -> Reply:
        self.requests.append(request)
        request.sent = True
        if not (request.body is None or isinstance(request.body, bytes)):
            async with request.body.opened() as stream:
                async for _ in stream.pieces:
                    pass
        outcome = next(self._outcomes)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def close(self) -> None:
        pass


def request(
    method: str,
    url: str,
    body: Any = None,
    *,
    content_type: str = "application/json",
    authorization: Secret = BEARER,
) -> Request:
    headers = {"Content-Type": content_type} if body is not None else {}
    if body is not None and not isinstance(body, bytes):
        body = json.dumps(body).encode()
    return Request(method, url, headers, authorization, body)


def reply(body: Any, status: int = 200, **headers: str) -> Reply:
    if not isinstance(body, bytes):
        body = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return Reply(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


def texts(value: Any) -> Iterator[str]:
    """Yield every str in *value*, of JSON, also names of fields and JSON inside strings."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from texts(name)
            yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)
    elif isinstance(value, str):
        yield value
        inner = None
        if value[:1] in '{["':
            try:
                inner = json.loads(value)
            except ValueError:
                inner = re.findall(r'"((?:[^"\\]|\\.)*)"', value)
                inner = [one.encode().decode("unicode_escape", "replace") for one in inner]
        yield from texts(inner)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield str(value)


def decodings(text: str) -> Iterator[str]:
    """Yield *text* as it is, and decoded in every way that a reader may try."""
    yield text
    yield unquote(text)
    yield unquote_plus(text)
    yield re.sub(r"[\s().\-/]", "", unquote(text))
    for word in re.findall(r"[A-Za-z0-9+/_-]{8,}={0,2}", text):
        for decode in (base64.b64decode, base64.urlsafe_b64decode, binascii.unhexlify):
            try:
                yield decode(word + "=" * (-len(word) % 4)).decode()
            except ValueError:
                continue


def found_in(cassette: str, private: Iterable[str]) -> set[str]:
    """Return those of *private* that a cassette contains, in any encoding."""
    haystack = "\n".join(
        one
        for text in (cassette, *texts(json.loads(cassette)))
        for one in (decodings(text) if text is not cassette else [text])
    ).casefold()
    return {one for one in private if one.casefold() in haystack}


def spellings(number: str) -> set[str]:
    """Return what would give *number* away: its digits, with and without the country code."""
    return {number[1:], number[2:], number[-8:]}
