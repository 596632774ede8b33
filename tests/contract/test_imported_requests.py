"""Requests to the imported numbers' host match its OpenAPI description."""

import inspect
import json
from urllib.parse import parse_qsl, urlsplit

import pytest
from products import every

from sinch_numbers._client.resources import hosting_orders, imported_numbers, qualified_numbers
from sinch_numbers.models._fields import wire_name
from tests.openapi import (
    check_body,
    query_of,
)

from .imported_host import ASKED, OPERATIONS, any_yes, path_of, replying

pytestmark = pytest.mark.anyio


@every(("name", "body", "call"), ASKED)
async def test_every_example_of_a_request_is_what_a_call_sends(name, body, call):
    """Method, host, path, body and content type, as they are described."""
    client, transport = replying(200, any_yes(name))

    await call(client)

    [request] = transport.requests
    parts = urlsplit(request.url)
    assert (OPERATIONS[name]["method"], path_of(name)) == (request.method, parts.path)
    assert ("https", "imported.numbers.api.sinch.com") == (parts.scheme, parts.netloc)
    assert body == (None if request.body is None else json.loads(request.body))
    assert (body is not None) == ("Content-Type" in request.headers)


@pytest.mark.parametrize(("name", "body", "call"), ASKED)
async def test_a_body_is_sent_where_one_is_described(name, body, call):
    """It holds against the schema; where none is described none is sent."""
    client, transport = replying(200, any_yes(name))

    await call(client)

    check_body(OPERATIONS[name], body, transport.requests[0].body)


@every(("name", "body", "call"), ASKED)
async def test_query_names_are_those_described(name, body, call):
    """The calls above use every one there is, and words that the description knows."""
    client, transport = replying(200, any_yes(name))
    described = query_of(OPERATIONS[name])

    await call(client)

    query = parse_qsl(urlsplit(transport.requests[0].url).query, strict_parsing=bool(described))
    assert described.keys() == {name for name, _ in query}
    for member, value in query:
        parameter = described[member]
        if "example" in parameter:
            assert str(parameter["example"]) == value
        if "enum" in parameter["schema"]:
            assert value in parameter["schema"]["enum"]


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("listImportedNumbers", imported_numbers.ImportedNumbers.list),
        ("listHostingOrders", hosting_orders.HostingOrders.list),
        ("listHostingOrderNumbers", hosting_orders.HostingOrders.numbers),
        ("listQualifiedNumbers", qualified_numbers.QualifiedNumbers.list),
    ],
)
def test_query_arguments_exist_for_all_that_is_described(name, method):
    """Under the API's names, in Python's spelling; required where the service insists."""
    described = query_of(OPERATIONS[name])
    wanted = {n.removeprefix("numberPattern.") for n in described}
    wanted = {"numberPattern" if n == "pattern" else n for n in wanted} - {"pageToken"}
    parameters = inspect.signature(method).parameters
    names = {wire_name(n): p for n, p in parameters.items()}

    assert wanted == names.keys() - {"self", "limit", "onUnreadable", "hostingOrderId"}
    if name != "listImportedNumbers":  # whose requirement contradicts the reference itself
        assert {n for n, p in described.items() if p["required"]} == {
            n for n, p in names.items() if p.default is p.empty
        } - {"self", "hostingOrderId"}
