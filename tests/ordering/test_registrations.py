"""Registration data: fields in the spelling of the requirements or Python's, and no others."""

from collections.abc import Mapping
from typing import Any

import pytest
from products import every

from sinch_numbers import (
    InvalidArgumentError,
    NumberRequirements,
    NumbersClient,
    OrderIncompleteError,
)
from sinch_numbers._client.bodies.registrations import in_spelling_of, registration_data
from sinch_numbers.models import Extra
from sinch_numbers.ordering import OrderOutcome, order_numbers, resume_order
from sinch_numbers.sandbox import Sandbox

from .conftest import COMPANY, DATA, NUMBER, PERSON, SENDER, order

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

TEMPLATES = {
    "rules": [{"template": {"senderId": {}}}, {"template": {"firstName": {}, "tax_id": {}}}]
}
SCHEMA = {
    "schema": {
        "properties": {
            "data": {
                "prefixItems": [
                    {"items": {"properties": {"senderId": {}}}},
                    {"properties": {"firstName": {}, "tax_id": {}}},
                ]
            }
        }
    }
}
SHAPES = {"templates": TEMPLATES, "a JSON Schema": SCHEMA}


def snake(value: Any) -> Any:
    """Return *value* with keys in Python's spelling."""
    if isinstance(value, Mapping):
        return {
            "".join(f"_{c.lower()}" if c.isupper() else c for c in name): snake(member)
            for name, member in value.items()
        }
    return [snake(item) for item in value] if isinstance(value, list) else value


def renamed(fields: Mapping[str, Any], details: Mapping[str, Any]) -> tuple[Any, dict[str, str]]:
    requirements = NumberRequirements(fields=Extra(fields))
    found, violations = in_spelling_of(requirements, details)
    return found, {str(one.field): str(one.description) for one in violations}


@every("fields", list(SHAPES.values()))
def test_fields_are_sent_under_the_names_of_the_requirements(fields: Mapping[str, Any]) -> None:
    """Whatever their spelling, also in several entries for one rule."""
    entries = [[{"sender_id": "a"}, {"SenderID": "b"}], {"first_name": "c", "taxId": "d"}]

    found, violations = renamed(fields, {"Data": entries})

    expected = [[{"senderId": "a"}, {"senderId": "b"}], {"firstName": "c", "tax_id": "d"}]
    assert ({"data": expected}, {}) == (found, violations)


@every("fields", list(SHAPES.values()))
def test_unknown_fields_are_violations(fields: Mapping[str, Any]) -> None:
    """At their path, with a suggestion."""
    entries = [[{"senderIdd": "a"}], {"firstName": "c", "note": "d"}]

    _, violations = renamed(fields, {"data": entries, "remark": "x"})

    assert {
        "requestDetails.data[0][0].senderIdd": "is not a field; did you mean senderId?",
        "requestDetails.data[1].note": "is not a field",
        "requestDetails.remark": "is not a field",
    } == violations


@every("fields", list(SHAPES.values()))
def test_two_spellings_of_a_field_need_the_same_value(fields: Mapping[str, Any]) -> None:
    """Otherwise the service would take one of them."""
    same = {"senderId": "a", "sender_id": "a"}
    assert ({"data": [[{"senderId": "a"}]]}, {}) == renamed(fields, {"data": [[same]]})

    _, violations = renamed(fields, {"data": [[{"senderId": "a", "sender_id": "b"}]]})

    assert {"requestDetails.data[0][0].sender_id": "has another value than senderId"} == violations


@every(
    "fields",
    [
        {},
        {"schema": "/schema/x.json"},
        {"rules": "x"},
        {"rules": [None, 5, {}, {"template": None}, {"template": []}]},
        {"schema": {"properties": {"data": {"items": True}}}},
        {"schema": {"properties": 5}},
        {"schema": {"properties": {"data": {"prefixItems": "x", "items": 5}}}},
        {"schema": {"properties": {"data": {}, "a": {}}, "additionalProperties": True}},
    ],
)
def test_fields_of_an_unknown_form_are_left_to_the_service(fields: Mapping[str, Any]) -> None:
    """Where the requirements list no fields, or allow others, all are sent as they are."""
    details: dict[str, Any] = {"data": [{"anyThing": 1}, [{"any_thing": 2}], 5]}
    if "additionalProperties" in str(fields):
        details["other"] = {}

    assert (details, {}) == renamed(fields, details)


@every(
    ("details", "message"),
    [
        ("x", "expected a mapping"),
        ({"requestDetails": {"data": []}}, "expected the details without 'requestDetails'"),
        ({"request_details": {"data": []}}, "expected the details without 'request_details'"),
        ({"data": [{"senderId": 1, "sender_id": 2}]}, "one value for data.[0].senderId and"),
        ({"data": [object()]}, "JSON-serializable"),
    ],
)
def test_data_that_cannot_be_meant_is_rejected(details: Any, message: str) -> None:
    """Without requirements, only what no requirements could accept."""
    with pytest.raises(InvalidArgumentError) as rejected:
        registration_data(details, "request_details")

    assert message in str(rejected.value)
    assert "request_details" == rejected.value.argument


@pytest.mark.usefixtures("shop")
async def test_an_order_takes_registration_data_in_python_s_spelling(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """The service receives the names that its requirements list."""
    result = await order_numbers(client, **order(registration=snake(DATA)))

    assert OrderOutcome.COMPLETED is result.outcome
    (made,) = sandbox.project().orders.values()
    assert DATA == made.details["data"]


@pytest.mark.usefixtures("shop")
async def test_an_unknown_field_is_found_before_anything_is_ordered(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """With the suggestion in the error, for new and for resumed orders; not without the check."""
    wrong = [[{**SENDER, "senderName": "x"}], COMPANY, PERSON]
    with pytest.raises(OrderIncompleteError, match=r"senderName is not a field; .* senderId\?"):
        await order_numbers(client, **order(registration=wrong))
    assert 0 == len(sandbox.project().orders)

    made = await client.number_orders.create(region_code="AU", type="MOBILE", phone_number=NUMBER)
    with pytest.raises(OrderIncompleteError, match="senderName is not a field") as caught:
        await resume_order(client, made.id_number_order, registration=wrong)
    assert made.id_number_order == caught.value.order_id


@pytest.mark.usefixtures("shop")
async def test_a_registration_is_checked_against_requirements(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """If they are passed; an unknown field is rejected before the request."""
    orders = client.number_orders
    requirements = await orders.requirements(region_code="AU", type="MOBILE")
    made = await orders.create(region_code="AU", type="MOBILE", phone_number=NUMBER)

    stored = await orders.update_registration(
        made.id_number_order, request_details={"data": snake(DATA)}, requirements=requirements
    )
    assert {"data": DATA} == dict(stored.request_details)

    sandbox.calls.clear()
    wrong = {"data": [[SENDER], {**COMPANY, "town": "Hobart"}, PERSON]}
    with pytest.raises(InvalidArgumentError, match=r"data\[1\].town is not a field"):
        await orders.update_registration(
            made.id_number_order, request_details=wrong, requirements=requirements
        )
    assert [] == sandbox.calls
