"""Requests to the Numbers host match its OpenAPI description."""

import inspect
import json
from email import message_from_bytes
from urllib.parse import parse_qsl, urlsplit

import pytest
from products import every

from sinch_numbers._client.resources import active_numbers, available_numbers, available_regions
from sinch_numbers.models._fields import wire_name
from tests.openapi import (
    check_body,
    query_of,
)

from .numbers_host import ASKED, CALLS, NUMBER, OPERATIONS, UPLOAD, any_yes, filled, replying

pytestmark = pytest.mark.anyio


@every(("name", "body", "call"), ASKED)
async def test_every_example_of_a_request_is_what_a_call_sends(name, body, call):
    """Method, path, body and content type, as they are described."""
    operation = OPERATIONS[name]
    reply = any_yes(name)
    if name in ("rentNumber", "updateActiveNumber", "releaseActiveNumber", "getActiveNumber"):
        assert reply["phoneNumber"] == NUMBER
    client, transport = replying(200, reply)

    await call(client)

    [request] = transport.requests
    number = "+447700900321" if name == "getAvailableNumber" else NUMBER
    path = filled(operation["path"], number)
    parts = urlsplit(request.url)
    assert (operation["method"], path) == (request.method, parts.path)
    assert (parts.scheme, parts.netloc) == ("https", "numbers.api.sinch.com")
    assert body == (None if request.body is None else json.loads(request.body))
    assert (body is not None) == ("Content-Type" in request.headers)


@pytest.mark.parametrize(("name", "body", "call"), ASKED)
async def test_a_body_is_sent_where_one_is_described(name, body, call):
    """It holds against the schema; where none is described none is sent."""
    client, transport = replying(200, any_yes(name))

    await call(client)

    check_body(OPERATIONS[name], body, transport.requests[0].body)


async def test_an_upload_is_the_form_that_is_described():
    """The parts that the description names, and no others; what is required is there."""
    client, transport = replying(200, {})
    schema = OPERATIONS[UPLOAD]["requestBody"]["content"]["multipart/form-data"]

    await CALLS[UPLOAD][""](client)

    [request] = transport.requests
    async with request.body.opened() as stream:
        sent = b"".join([piece async for piece in stream.pieces])
    head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
    parts = message_from_bytes(head + sent).get_payload()
    form = {part.get_param("name", header="content-disposition"): part for part in parts}
    assert schema["schema"]["properties"].keys() == form.keys()
    assert schema["example"] == {
        name: part.get_payload(decode=True).decode() for name, part in form.items()
    }
    assert ("bill.pdf", "application/pdf") == (
        form["file"].get_filename(),
        form["file"].get_content_type(),
    )
    assert ("POST", filled(OPERATIONS[UPLOAD]["path"], "")) == (
        request.method,
        urlsplit(request.url).path,
    )
    assert len(sent) == stream.length


@every(("name", "body", "call"), ASKED)
async def test_query_names_are_those_described(name, body, call):
    """`capability` here, `capabilities` there; the calls above use every one there is."""
    client, transport = replying(200, any_yes(name))
    described = query_of(OPERATIONS[name])

    await call(client)

    query = parse_qsl(urlsplit(transport.requests[0].url).query, strict_parsing=bool(described))
    assert list(dict(query)) == [n for n in dict(query) if n in described]
    assert described.keys() == {name for name, _ in query}
    for member, parameter in described.items():
        if "example" in parameter:
            expected = parameter["example"]
            values = [value for n, value in query if n == member]
            assert [str(e) for e in (expected if isinstance(expected, list) else [expected])] == (
                values
            )


def test_query_arguments_exist_for_all_that_is_described():
    """Under the API's names, in Python's spelling."""
    for name, method in (
        ("searchAvailableNumbers", available_numbers.AvailableNumbers.search),
        ("listActiveNumbers", active_numbers.ActiveNumbers.list),
        ("listAvailableRegions", available_regions.AvailableRegions.list),
    ):
        wanted = {n.removeprefix("numberPattern.") for n in query_of(OPERATIONS[name])}
        wanted = {"numberPattern" if n == "pattern" else n for n in wanted} - {"pageToken"}
        names = {wire_name(n) for n in inspect.signature(method).parameters}
        assert wanted == names - {"self", "limit", "onUnreadable"}
