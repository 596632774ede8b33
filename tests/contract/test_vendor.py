"""The client agrees with the unit tests of the vendor's SDKs, or the table says why not."""

import json
import tomllib
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from products import every

from sinch_numbers import InvalidArgumentError, Page, models
from sinch_numbers._core.serialization.converter import make_converter
from sinch_numbers.models._secret import Secret
from sinch_numbers.webhooks import parse_event
from tests.openapi import PROJECT, below_project, first_page

from . import numbers_host
from .numbers_host import NUMBER, replying
from .test_table import exists

pytestmark = pytest.mark.anyio

FOLDER = Path(__file__).parent
CASES = tomllib.loads((FOLDER / "vendor_cases.toml").read_text(encoding="utf-8"))
TABLE = tomllib.loads((FOLDER / "vendor.toml").read_text(encoding="utf-8"))
READER = make_converter()
IDS = {f"{kind}:{case['id']}" for kind, cases in CASES.items() for case in cases}
ANSWERS = {
    "get": {"phoneNumber": "+12025550147"},
    "available_numbers.get": {**numbers_host.any_yes("getAvailableNumber"), "phoneNumber": NUMBER},
    "search": {"availableNumbers": []},
    "list": {"activeNumbers": [], "availableRegions": []},
}


def built(value: Any, new: Mapping[str, str]) -> Any:
    """Return an argument with the *new* values as members of their enums."""
    if isinstance(value, dict):
        return {name: built(inner, new) for name, inner in value.items()}
    if isinstance(value, list):
        return [built(inner, new) for inner in value]
    return getattr(models, new[str(value)])(value) if str(value) in new else value


def call(client: Any, case: Mapping[str, Any]) -> Any:
    """Start the call of *case*; a list is read to its first page."""
    group, _, method = case["call"].partition(".")
    arguments = built(case["arguments"], case.get("new", {}))
    started = getattr(getattr(client, group), method)(**arguments)
    return first_page(started) if hasattr(started, "pages") else started


def value_at(model: Any, path: str) -> Any:
    """Return the field at a dotted *path* as plain data."""
    for name in path.split("."):
        model = model[name] if isinstance(model, Mapping) else getattr(model, name)
    match model:
        case datetime():
            return model.isoformat(timespec="microseconds")
        case Decimal():
            return str(model)
        case Secret():
            return model.reveal()
        case tuple():
            return [str(one) for one in model]
    return model


def check(model: Any, case: Mapping[str, Any]) -> None:
    """Compare a model with the values of *case*."""
    read = {path: value_at(model, path) for path in case.get("read", {})}
    assert case.get("read", {}) == read
    assert [] == [path for path in case.get("none", []) if value_at(model, path) is not None]
    if "class" in case:
        assert case["class"] == type(model).__name__


@every("case", CASES["request"])
async def test_a_call_sends_what_the_vendor_asserts(case):
    """Method, path, query, and body."""
    method = case["call"].partition(".")[2]
    answer = ANSWERS.get(case["call"]) or ANSWERS.get(method, ANSWERS["get"])
    client, transport = replying(200, answer)

    await call(client, case)

    [request] = transport.requests
    parts = urlsplit(request.url)
    path = below_project(parts.path.replace(PROJECT, "{projectId}"))
    assert case["sends"] == f"{request.method} {path}"
    query = parse_qs(parts.query)
    if case["call"] == "active_numbers.list":
        query.pop("pageToken", None)  # of the helper that reads one page
    assert case.get("query", {}) == query
    assert case.get("body") == (None if request.body is None else json.loads(request.body))


@every("case", CASES["response"])
def test_a_response_is_read_as_the_vendor_asserts(case):
    """Each field of the model has the value that was sent."""
    check(READER.structure(case["body"], getattr(models, case["model"])), case)


@every("case", CASES["page"])
async def test_a_list_is_read_as_the_vendor_asserts(case):
    """Its items, its token, and its count."""
    client, _ = replying(200, case["body"])

    result = await call(client, case)

    items = result.items if isinstance(result, Page) else result
    assert case["items"] == [
        getattr(one, "phone_number", None) or one.region_code for one in items
    ]
    if isinstance(result, Page):
        assert (case.get("token"), case["total"]) == (result.next_page_token, result.total_size)


@every("case", CASES["event"])
def test_a_webhook_is_read_as_asserted(case):
    """Its class and its fields."""
    check(parse_event(json.dumps(case["body"]).encode()), case)


def listed(covered: Any) -> list[str]:
    return [covered] if isinstance(covered, str) else covered


ROWS = [
    (f"{file['sdk']} {file['path']}::{name}", covered)
    for file in TABLE["file"]
    for name, covered in file["tests"].items()
]


@every(("name", "covered"), ROWS)
def test_a_test_of_the_vendor_is_covered(name, covered):
    """By a case here, by another test, or not at all for the reason in the table."""
    for one in listed(covered):
        kind, _, target = one.partition(":")
        if kind in CASES:
            assert one in IDS, one
        elif kind == "test":
            assert exists(target), one
        else:
            assert kind in ("differs", "none")
            assert target.strip().endswith("."), one


def test_every_case_is_in_the_table():
    """A case that covers no test of the vendor is unused."""
    used = {
        one for _, covered in ROWS for one in ([covered] if isinstance(covered, str) else covered)
    }

    assert IDS <= used
    assert len(ROWS) > 130


async def test_only_text_is_a_secret():
    """A number is not sent as a secret."""
    client, transport = replying(200, {})

    with pytest.raises(InvalidArgumentError):
        await client.callback_configuration.update(hmac_secret=12345)

    assert [] == transport.requests
