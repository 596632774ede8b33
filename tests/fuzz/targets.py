"""
Fuzz targets: functions of bytes that raise only typed errors.

Each takes what a service could send, hands it to the code that reads it, and lets through
only the errors that the code says it raises. All else is a finding.
"""

import json
import math
import sys
from pathlib import Path

from sinch_numbers._core.auth.cache import Token
from sinch_numbers._core.auth.oauth import _token
from sinch_numbers._core.pagination import ListModel, PageGuard
from sinch_numbers._core.pipeline import read
from sinch_numbers._core.responses import refusal
from sinch_numbers._core.retry.retry_after import parse_retry_after
from sinch_numbers._core.serialization import json_text
from sinch_numbers._core.serialization.converter import load
from sinch_numbers._core.transport.base import Reply
from sinch_numbers.errors import APIResponseError, APIStatusError, PaginationError
from sinch_numbers.models import (
    ActiveNumber,
)
from sinch_numbers.models._fields import wire_name
from sinch_numbers.models._secret import Secret

sys.path.append(str(Path(__file__).parents[1]))  # for runs without pytest
sys.path.append(str(Path(__file__).parents[2]))
import malformed

from tests.declared import list_models, response_models

CONTRACTS = sorted((Path(__file__).parent.parent / "data").glob("*.openapi.json"))

MODELS = response_models()
LISTS = list_models()
STATUSES = (400, 401, 403, 404, 408, 409, 429, 500, 501, 503, 302, 999)
HIDDEN = (Secret("canary/é"), Secret(""))


class FindingError(Exception):
    """What came back is not what the code promises."""


def decode(data):
    """Any bytes are JSON or a `ValueError`, which says why in one short line."""
    try:
        decoded = json_text.decode(data)
    except ValueError as error:
        if type(error) is not json_text.JSONTextError or len(str(error)) > 200:
            raise FindingError(f"{error!r}") from error
        return
    if type(decoded) not in (dict, list, str, int, float, bool, type(None)):
        raise FindingError(f"it is a {type(decoded)}")
    json_text.encode(decoded)  # what was read can be written


def parse(data):
    """Any bytes are read as any model, or are an `APIResponseError`."""
    try:
        payload = json_text.decode(data)
    except ValueError:
        return
    for model in MODELS:
        try:
            found = load(payload, model)
        except APIResponseError as error:
            if "Error" in str(error):  # named by its class: nobody thought of it
                raise FindingError(str(error)) from error
            continue
        if type(found) is not model:
            raise FindingError(f"{model.__name__} is a {type(found)}")
        hash(found)
        repr(found)


def reply(data):
    """Any body of a success is a model or an `APIResponseError`; the first byte picks it."""
    choices = (*MODELS, *LISTS)
    model = choices[data[0] % len(choices)] if data else ActiveNumber
    try:
        found = read(Reply(200, {}, data[1:]), model)
        if isinstance(model, ListModel):
            check_page(found, json_text.decode(data[1:]), model)
            return
    except PaginationError:
        return
    except APIResponseError as error:
        if len(str(error)) > 100_000:
            raise FindingError("the error is endless") from error
        return
    if type(found) is not model:
        raise FindingError(f"{model.__name__} is a {type(found)}")


def check_page(page, document, model):
    """Check that each item of a list is read, or reported as it was sent."""
    sent = document.get(wire_name(model.items)) or []
    if len(sent) != len(page.items) + len(page.unreadable):
        raise FindingError("an item is lost")
    for item in page.unreadable:
        repr((item, str(item), item.json))
    PageGuard().after(page)


def refuse(data):
    """Any body of a refusal is an `APIStatusError`; the first byte picks the status."""
    status = STATUSES[data[0] % len(STATUSES)] if data else 400
    error = refusal(Reply(status, {}, data[1:]), hide=HIDDEN)
    if not isinstance(error, APIStatusError) or error.status != status:
        raise FindingError(f"{error!r}")
    shown = f"{error}{error.body}{error.code}{error.details!r}"
    if "canary/é" in shown:
        raise FindingError("it shows a secret")
    if not isinstance(error.message, str) or not isinstance(error.code, str | None):
        raise FindingError("message or code is no text")
    if not all(type(detail).__name__ in shown for detail in error.details):
        raise FindingError("a detail cannot be shown")


def wait(data):
    """``Retry-After`` is seconds to wait, or nothing; a line feed parts it from ``Date``."""
    asked, _, date = data.decode("latin-1").partition("\n")
    seconds = parse_retry_after({"Retry-After": asked, "Date": date})
    if seconds is None:
        return
    if type(seconds) is not float or not 0 <= seconds < math.inf:
        raise FindingError(f"{seconds!r} seconds")


def token(data):
    """Any token reply is a token good for a time, or a text that says what is wrong."""
    found = _token(data)
    if isinstance(found, Token):
        text = found.authorization.reveal()
        if not (text.isascii() and text.isprintable() and text.startswith("Bearer ")):
            raise FindingError(f"authorised by {text!r}")
        if not 1 <= found.lifetime <= 86400:
            raise FindingError(f"good for {found.lifetime} s")
    elif type(found) is not str or len(found) > 200:
        raise FindingError(f"{found!r}")


TARGETS = {one.__name__: one for one in (decode, parse, reply, refuse, wait, token)}


def corpus(longest):
    """Return texts of at most *longest* bytes: examples of the contracts, and malformed ones."""
    found = []

    def walk(value):
        if isinstance(value, dict):
            if "example" in value:
                found.append(value["example"])
            examples = value.get("examples")
            if isinstance(examples, dict):
                found.extend(one["value"] for one in examples.values() if "value" in one)
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    for contract in CONTRACTS:
        walk(json.loads(contract.read_text()))
    texts = [json.dumps(one, ensure_ascii=False).encode() for one in found]
    texts += [json.dumps({"error": one}).encode() for one in ("x", None, {"details": [{}]})]
    texts += [
        b'\xef\xbb\xbf{"a":1e999}',
        b'{"a":"\\ud83d\\ude00\\ud800"}',
        b'{"hmacSecret":"canary/\\u00e9"}',
        b'{"a":NaN,"a":-0.0}',
        b"[" * 900 + b"]" * 900,
        b'{"access_token":"x","expires_in":1e308,"token_type":"BEARER"}',
        b'{"access_token":"x","expires_in":1%b}' % (b"0" * 400),
    ]
    tables = (
        malformed.NOT_JSON,
        malformed.REPEATED_KEYS,
        malformed.ERROR_BODIES,
        malformed.UNREADABLE_ADDRESSES,
        malformed.NOT_TOKENS,
        malformed.NOT_EVENTS,
    )
    for table in tables:
        for entry in table.values():
            body = entry[0] if isinstance(entry, tuple) else entry
            texts.append(body if isinstance(body, bytes) else json.dumps(body).encode())
    return sorted({*(text for text in texts if len(text) <= longest), *malformed.WAITS})
