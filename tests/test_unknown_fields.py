"""
Every field that the service sends is kept: in the model of its object, in JSON, and in exports.

For each object of each schema of both hosts, an unknown field is added; then it has to be found.
"""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import attrs
import pytest
from openapi import PROJECT, Description, answered, below_project, first_page
from products import every

from sinch_numbers import ActiveNumber, Page
from sinch_numbers._core.responses import Nothing, refusal
from sinch_numbers._core.serialization import converter
from sinch_numbers._core.serialization.jsonable import line, unknown_fields
from sinch_numbers._core.transport.base import Reply
from sinch_numbers.exports import NUMBERS, write_csv, write_json_lines
from sinch_numbers.models import Extra, NumberOrder, UnknownVoice
from sinch_numbers.models._fields import wire_name
from sinch_numbers.webhooks import parse_event

from .declared import declared, model_of

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("both_readers")]

HOSTS = [Description("numbers"), Description("imported-numbers")]
UNKNOWN = "unknownField"
TYPES = ("RTC", "EST", "FAX", "CONVAI")

Path = tuple[str | int, ...]


def complete(schema: dict[str, Any], name: str = "") -> Any:
    """Return a value of *schema* with every property, also in lists and alternatives."""
    if "allOf" in schema:
        return {k: v for part in schema["allOf"] for k, v in complete(part).items()}
    for alternatives in ("anyOf", "oneOf"):
        if alternatives in schema and "properties" not in schema:
            first = next(one for one in schema[alternatives] if one.get("type") != "null")
            return complete(first, name)
    kinds = schema.get("type", "object")
    match kinds if isinstance(kinds, str) else next(k for k in kinds if k != "null"):
        case "object":
            properties = schema.get("properties", {"freeForm": {"type": "string"}})
            return {name: complete(value, name) for name, value in properties.items()}
        case "array":
            return [complete(schema["items"]), complete(schema["items"])]
        case "string" if schema.get("format") == "date-time" or name.endswith("Time"):
            return "2026-03-14T09:26:53.589793Z"
        case "string" if name == "amount":
            return "1.50"
        case "string" if name == "projectId":
            return PROJECT
        case "string":
            return schema.get("const") or schema.get("enum", ["text"])[-1]
        case "integer":
            return 3
        case "boolean":
            return True
        case kind:
            raise AssertionError(f"{name}: {kind}")


def injected(node: Any, path: Path = ()) -> dict[Path, str]:
    """Add an unknown field to every object in *node*; return their values by path."""
    added = {}
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for name, value in items:
        if isinstance(value, dict | list):
            added |= injected(value, (*path, name))
    if isinstance(node, dict):
        node[UNKNOWN] = added[path] = f"kept of {'.'.join(map(str, path))}"
    return added


def kept(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield the unknown fields in a model, each in the ``extra`` of its object."""
    if isinstance(value, tuple | list):
        for number, item in enumerate(value):
            yield from kept(item, (*path, number))
    elif isinstance(value, UnknownVoice):
        yield from kept(value.fields, path)
    elif isinstance(value, Extra | dict):  # free-form: an unknown field is one of many
        for name, member in value.items():
            yield from [(path, member)] if name == UNKNOWN else kept(member, (*path, name))
    elif attrs.has(type(value)):
        for field in attrs.fields(type(value)):
            inside = path if field.name == "extra" else (*path, wire_name(field.name))
            yield from kept(getattr(value, field.name), inside)


def typed(node: Any, voice: str) -> Any:
    """Replace the type of voice configurations, and of their provisioning, by *voice*."""
    if isinstance(node, list):
        return [typed(item, voice) for item in node]
    if not isinstance(node, dict):
        return node
    members = {name: typed(value, voice) for name, value in node.items()}
    return {**members, "type": voice} if "trunkId" in node else members


RESPONSES = [
    pytest.param(model_of(operation), schema["schema"], id=name)
    for host in HOSTS
    for name, described in host.operations.items()
    if (schema := described["responses"]["200"].get("content", {}).get("application/json"))
    and (
        operation := declared(host.url)[described["method"], below_project(described["path"])]
    ).returns
    is not Nothing
]
UNWRAPPED = {"_Hits", "_Regions", "_Added", "_Opened"}
"""Models of responses whose content a method returns without its envelope."""


@pytest.mark.parametrize("voice", TYPES)
@every(("model", "schema"), RESPONSES)
def test_an_unknown_field_of_any_object_is_kept(
    model: type, schema: dict[str, Any], voice: str
) -> None:
    """In the model of the object, in its JSON, and in JSON Lines."""
    document = typed(complete(schema), voice)
    known = dict(kept(converter.load(document, model)))
    added = injected(document)
    if model.__name__ in UNWRAPPED:
        del added[()]

    read = converter.load(document, model)

    file = io.BytesIO()
    write_json_lines([read], file)
    assert {} == known
    assert added == dict(kept(read))
    for text in (line(read), file.getvalue().decode()):
        assert set(added.values()) == {one for one in added.values() if json.dumps(one) in text}


PAGES = {
    "listActiveNumbers": lambda client: client.active_numbers.list(),
    "listImportedNumbers": lambda client: client.imported_numbers.list(),
    "listQualifiedNumbers": lambda client: client.qualified_numbers.list(states="ELIGIBLE"),
    "listHostingOrderNumbers": lambda client: client.hosting_orders.numbers("order"),
}


@every(("name", "call"), PAGES.items())
async def test_an_unknown_field_of_a_page_is_kept(name: str, call: Any) -> None:
    """It is in the ``extra`` of the page that a pager returns."""
    described = next(host.operations[name] for host in HOSTS if name in host.operations)
    document = complete(described["responses"]["200"]["content"]["application/json"]["schema"])
    added = injected(document)
    client, _ = answered(200, json.dumps(document).encode())

    page = await call(client).page()

    assert isinstance(page, Page)
    assert {UNKNOWN: added[()]} == page.extra
    assert page == await first_page(call(client))


EVENTS = [
    {"eventId": "1", "resourceId": "r", "resourceType": kind, "status": "FAILED"}
    for kind in ("ACTIVE_NUMBER", "NUMBER_ORDER", "IMPORTED_NUMBER", "HOSTING_ORDER_NUMBER")
]


@every("event", EVENTS)
def test_an_unknown_field_of_an_event_is_kept(event: dict[str, Any]) -> None:
    """At any depth."""
    read = parse_event(json.dumps({**event, "new": {"er": [1]}}).encode())

    assert {"new": {"er": [1]}} == read.extra
    assert '"extra":{"new":{"er":[1]}}' in line(read)


DETAILS = [
    {"type": "BadRequest", "fieldViolations": [{"field": "a"}, {"field": "b"}]},
    {"type": "ResourceInfo", "resourceName": "n"},
    {"type": "ContentTooLarge", "resourceName": "n"},
    {"type": "Eclipse", "of": {"the": "sun"}},
]


@every("detail", DETAILS)
def test_an_unknown_field_of_an_error_detail_is_kept(detail: dict[str, Any]) -> None:
    """In the ``extra`` of the detail, and of each field violation."""
    document = json.loads(json.dumps(detail))
    added = injected(document)

    error = refusal(Reply(400, {}, json.dumps({"error": {"details": [document]}}).encode()))

    (read,) = error.details
    found = getattr(read, "fields", None)
    assert added == dict(kept(read if found is None else found))


@pytest.mark.parametrize("voice", TYPES)
def test_unknown_fields_of_a_number_are_a_column(voice: str) -> None:
    """A row has the unknown fields of all objects of its number, nested as they were."""
    schema = HOSTS[0].operations["getActiveNumber"]["responses"]["200"]["content"]
    document = typed(complete(schema["application/json"]["schema"]), voice)
    added = injected(document)
    number = converter.load(document, ActiveNumber)
    file = io.BytesIO()

    write_csv([number], file, NUMBERS)

    (row,) = csv.DictReader(io.StringIO(file.getvalue().decode()))
    assert unknown_fields(number) == json.loads(row["extra"])
    assert added == dict(kept(json.loads(row["extra"])))


def test_unknown_fields_of_a_list_are_in_order() -> None:
    """An item without unknown fields has an empty object in its place."""
    numbers = [{"phoneNumber": "+1"}, {"phoneNumber": "+2", "numberPrice": {"new": 1}}]
    order = converter.load({"idNumberOrder": "o", "orderNumbers": numbers}, NumberOrder)

    assert {"orderNumbers": [{}, {"numberPrice": {"new": 1}}]} == unknown_fields(order)
    assert {} == unknown_fields(converter.load({"idNumberOrder": "o"}, NumberOrder))
