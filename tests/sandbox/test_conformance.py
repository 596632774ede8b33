"""The sandbox's responses match the API's OpenAPI description."""

import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from jsonschema import Draft202012Validator

from sinch_numbers.sandbox import Sandbox
from sinch_numbers.sandbox._state.emergency import EmergencyAddress
from tests.openapi import default_cases

from .conftest import Api

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

SPEC = json.loads((Path(__file__).parents[1] / "data" / "numbers.openapi.json").read_text())
PROJECT = "/v1/projects/{projectId}"
ADDRESS_ID = "01k5rb2c4d6e8f0g2h4j6k8m0n"
ADDRESS = {
    "displayName": "Warehouse",
    "address": {
        "streetNumber": "77",
        "streetInfo": "Harbour Way",
        "city": "Portland",
        "state": "OR",
        "postalCode": "97209",
    },
}
HELD, FREE, NOBODYS = "+12025550147", "+13035550001", "+12025550199"
FOUND = "+12025550148"  # has an emergency address
LINKS = {
    "smsConfiguration": {"servicePlanId": "p", "campaignId": "C1"},
    "voiceConfiguration": {"type": "EST", "trunkId": "t"},
    "callbackUrl": "https://hooks.example.net/",
}
ANY = {"regionCode": "US", "type": "LOCAL"}
SECRET = {"hmacSecret": "sandbox-hmac-secret-0123456789-abcd"}
ACTIVE = f"{PROJECT}/activeNumbers"
AVAILABLE = f"{PROJECT}/availableNumbers"
ORDERS = f"{PROJECT}/numberOrders"
ORDER = f"{ORDERS}/{{numberOrderId}}"
KIND = {"regionCode": "AU", "numberType": "MOBILE"}
MOBILE = "+61491570156"
ONE = {**KIND, "numberOrderOption": {"phoneNumbers": [MOBILE]}}
SEVERAL = {**KIND, "quantityOrderOption": {"requestedQuantity": 2}}
DATA = {
    "data": [
        [
            {
                "senderId": "ACME",
                "purposeOfTheTraffic": "Reminders",
                "intendedUseOfMobileNumbers": "Replies",
                "iConfirmThatMyBusinessHasAValidUseCaseForThisLn": True,
            }
        ],
        {
            "endBusinessName": "Acme",
            "endBusinessAddress": "4 Quay St",
            "city": "Hobart",
            "state": "TAS",
            "country": "AU",
            "postalCode": "7000",
        },
        {"firstName": "Ann", "lastName": "Example", "phoneNumber": "+61491570157"},
    ]
}
E911 = f"{ACTIVE}/{{phoneNumber}}/emergencyAddress"

CASES: list[tuple[str, str, dict[str, Any], int]] = [
    ("get", AVAILABLE, {"query": "?regionCode=US&type=LOCAL"}, 200),
    ("get", AVAILABLE, {"query": "?regionCode=ZZ&type=LOCAL"}, 200),
    ("get", AVAILABLE, {"query": "?regionCode=US&type=PAGER"}, 400),
    ("get", AVAILABLE, {}, 400),
    ("get", f"{AVAILABLE}/{{phoneNumber}}", {"number": FREE}, 200),
    ("get", f"{AVAILABLE}/{{phoneNumber}}", {"number": NOBODYS}, 404),
    ("post", f"{AVAILABLE}/{{phoneNumber}}:rent", {"number": FREE, "body": LINKS}, 200),
    ("post", f"{AVAILABLE}/{{phoneNumber}}:rent", {"number": FREE}, 200),
    ("post", f"{AVAILABLE}/{{phoneNumber}}:rent", {"number": NOBODYS, "body": {}}, 404),
    ("post", f"{AVAILABLE}/{{phoneNumber}}:rent", {"number": MOBILE}, 400),
    ("post", f"{AVAILABLE}:rentAny", {"body": {**ANY, **LINKS}}, 200),
    ("post", f"{AVAILABLE}:rentAny", {"body": {**ANY, "type": "MOBILE"}}, 400),
    ("get", ACTIVE, {}, 200),
    ("get", ACTIVE, {"query": "?pageSize=1000"}, 200),
    ("get", ACTIVE, {"query": "?pageSize=2"}, 200),
    ("get", ACTIVE, {"query": "?pageToken=x"}, 400),
    ("get", f"{ACTIVE}/{{phoneNumber}}", {"number": HELD}, 200),
    ("get", f"{ACTIVE}/{{phoneNumber}}", {"number": NOBODYS}, 404),
    ("get", f"{ACTIVE}/{{phoneNumber}}", {"number": "12"}, 400),
    ("patch", f"{ACTIVE}/{{phoneNumber}}", {"number": HELD, "body": LINKS}, 200),
    (
        "patch",
        f"{ACTIVE}/{{phoneNumber}}",
        {"number": HELD, "body": {"voiceConfiguration": {"type": "FAX", "serviceId": "s"}}},
        200,
    ),
    ("patch", f"{ACTIVE}/{{phoneNumber}}", {"number": HELD, "body": {"displayName": 1}}, 400),
    ("post", f"{ACTIVE}/{{phoneNumber}}:release", {"number": HELD}, 200),
    ("post", f"{ACTIVE}/{{phoneNumber}}:release", {"number": NOBODYS}, 404),
    ("get", E911, {"number": HELD}, 404),
    ("get", E911, {"number": FOUND}, 200),
    ("post", f"{E911}:deprovision", {"number": FOUND}, 200),
    ("post", f"{E911}:validate", {"number": HELD, "body": {}}, 400),
    ("post", f"{E911}:provision", {"number": HELD, "body": ADDRESS}, 200),
    ("post", f"{E911}:provision", {"number": HELD, "body": {}}, 400),
    ("post", f"{E911}:validate", {"number": HELD, "body": ADDRESS}, 200),
    ("post", f"{E911}:deprovision", {"number": HELD}, 404),
    ("get", f"{PROJECT}/availableRegions", {}, 200),
    ("get", f"{PROJECT}/availableRegions", {"query": "?types=TOLL_FREE"}, 200),
    ("get", f"{PROJECT}/callbackConfiguration", {}, 200),
    ("get", f"{PROJECT}/callbackConfiguration", {"project": "nope"}, 404),
    ("patch", f"{PROJECT}/callbackConfiguration", {"body": SECRET}, 200),
    ("patch", f"{PROJECT}/callbackConfiguration", {"body": {"hmacSecret": "x"}}, 400),
    ("post", f"{ORDERS}:lookupNumberRequirements", {"body": KIND}, 200),
    ("post", f"{ORDERS}:lookupNumberRequirements", {"body": {**KIND, "regionCode": "US"}}, 404),
    ("post", f"{ORDERS}:lookupNumberRequirements", {"body": {}}, 400),
    ("post", f"{ORDERS}:createNumberOrder", {"body": {**ONE, **LINKS}}, 200),
    ("post", f"{ORDERS}:createNumberOrder", {"body": SEVERAL}, 200),
    ("post", f"{ORDERS}:createNumberOrder", {"body": KIND}, 400),
    ("get", ORDER, {}, 200),
    ("get", ORDER, {"order": "01k"}, 404),
    ("get", f"{ORDER}/registration", {}, 200),
    ("get", f"{ORDER}/registration", {"order": "01k"}, 404),
    ("put", f"{ORDER}/registration", {"body": {"requestDetails": DATA}}, 200),
    ("put", f"{ORDER}/registration", {"body": {"requestDetails": {}}}, 400),
    ("post", f"{ORDER}/attachments/{{attachmentId}}", {"upload": 10}, 200),
    ("post", f"{ORDER}/attachments/{{attachmentId}}", {"upload": 0}, 400),
    ("post", f"{ORDER}/attachments/{{attachmentId}}", {"upload": 11_000_000}, 413),
    ("post", f"{ORDER}/attachments/{{attachmentId}}", {"order": "01k", "upload": 1}, 404),
    ("post", f"{ORDER}/submit", {"order": "01k"}, 404),
    ("get", ACTIVE, {"project": "nope"}, 403),
    ("get", ACTIVE, {"headers": {"Authorization": "Bearer x"}}, 401),
    ("get", ACTIVE, {"fault": "429"}, 429),
    ("get", ACTIVE, {"fault": "500"}, 500),
]
CASES += default_cases(SPEC, CASES)


GONE = {"quantityOrdersSupported"}
"""Members that the reference of October 2026 does not have any more; clients still read them."""


def strict(schema: Any) -> Any:
    """Return the schema with every property required: the service leaves nothing out."""
    if isinstance(schema, dict):
        made = {name: strict(part) for name, part in schema.items() if name != "not"}
        if isinstance(schema.get("properties"), dict):
            made["required"] = sorted(schema["properties"].keys() - GONE)
        return made
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    return schema


# The request-only and optional parts are not part of replies, so strictness is safe.
STRICT = {"schemas": strict(SPEC["components"]["schemas"])}


def resolved(node: Any) -> Any:
    while "$ref" in node:
        target = SPEC
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node


def check(method: str, path: str, status: int, document: Any) -> None:
    """Hold a reply against the schema for its operation and status."""
    responses = SPEC["paths"][path][method]["responses"]
    response = resolved(responses[str(status) if str(status) in responses else "default"])
    if "content" not in response:
        return  # nothing is said about the body
    schema = response["content"]["application/json"]["schema"]
    components = STRICT if status == 200 else SPEC["components"]
    validator = Draft202012Validator({**schema, "components": components})
    assert [] == [
        f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)
    ]


@pytest.fixture
async def full(clock: Any) -> AsyncIterator[Api]:
    """Run a sandbox with an inventory, and two numbers that are known by name."""
    async with (
        Sandbox(numbers=200, stock=200, clock=clock) as sandbox,
        aiohttp.ClientSession() as session,
    ):
        sandbox.project().add_active(phone_number=HELD)
        sandbox.project().add_active(phone_number=FOUND)
        sandbox.project().emergency_addresses[FOUND] = EmergencyAddress(street_number="77")
        sandbox.project().add_available(phone_number=FREE)
        sandbox.project().add_available(phone_number=MOBILE, region_code="AU", type="MOBILE")
        yield Api(sandbox, session)


async def an_order(full: Api) -> str:
    full.sandbox.project().add_available(
        phone_number="+61491570199", region_code="AU", type="MOBILE"
    )
    option = {"numberOrderOption": {"phoneNumbers": ["+61491570199"]}}
    return (await full.post("numberOrders:createNumberOrder", {**KIND, **option})).json[
        "idNumberOrder"
    ]


def form(size: int) -> aiohttp.FormData:
    data = aiohttp.FormData({"documentType": "Utility bill"})
    content = io.BytesIO(b"x" * size)
    data.add_field("file", content, filename="bill.pdf", content_type="application/pdf")
    return data


@pytest.mark.parametrize(
    ("method", "path", "case", "status"), CASES, ids=[f"{c[0]} {c[1][24:]} {c[3]}" for c in CASES]
)
async def test_replies_fit_the_description(
    full: Api, method: str, path: str, case: dict[str, Any], status: int
) -> None:
    """Every operation, when it works and when it does not; errors have all four members."""
    if "fault" in case:
        full.sandbox.faults.add(case["fault"])
    url = path.replace("{projectId}", case.get("project", "sandbox"))
    url = url.replace("{phoneNumber}", case.get("number", "")) + case.get("query", "")
    order = case.get("order") or await an_order(full) if "{numberOrderId}" in url else ""
    url = url.replace("{numberOrderId}", order).replace("{attachmentId}", ADDRESS_ID)
    options = {"json": case["body"]} if "body" in case else {}
    if "upload" in case:
        options["data"] = form(case["upload"])

    answer = await full.send(method, url, headers=case.get("headers", {}), **options)

    assert status == answer.status, answer.text
    check(method, path, status, answer.json)
    if status >= 400:
        error = answer.json["error"]
        assert {"code", "message", "status", "details"} == error.keys()
        assert status == error["code"]
        documented = SPEC["paths"][path][method]["x-documented-statuses"]
        seen = [404] if path.endswith(":lookupNumberRequirements") else []
        assert status in (*documented, *seen, 401, 429)


async def test_token_fits_the_description(full: Api) -> None:
    """The token endpoint too, and its errors."""
    for options in ({}, {"data": {}}, {"headers": {"Authorization": "Basic eDp5"}}):
        answer = await full.token(**options)
        check("post", "/oauth2/token", answer.status, answer.json)


async def test_emergency_address_fits_the_description(full: Api) -> None:
    """Once there is one, it can be read and removed."""
    path = f"activeNumbers/{HELD}/emergencyAddress"
    await full.post(f"{path}:provision", ADDRESS)
    read = await full.get(path)
    removed = await full.post(f"{path}:deprovision")

    check("get", E911, read.status, read.json)
    check("post", f"{E911}:deprovision", removed.status, removed.json)
    assert (200, 200) == (read.status, removed.status)


async def test_a_completed_order_fits_the_description(full: Api) -> None:
    """Its registration is full by then, with a document and a remark."""
    order = await an_order(full)
    path = f"numberOrders/{order}"
    await full.send("PUT", f"{path}/registration", json={"requestDetails": DATA})
    await full.send("POST", f"{path}/attachments/{ADDRESS_ID}", data=form(10))
    submitted = await full.post(f"{path}/submit")
    full.sandbox.project().orders.decide(order, "REJECTED", "Not today.")
    read = await full.get(f"{path}/registration")

    check("post", f"{ORDER}/submit", submitted.status, submitted.json)
    check("get", f"{ORDER}/registration", read.status, read.json)
    assert (200, 200, 1, 1) == (
        submitted.status,
        read.status,
        len(read.json["attachments"]),
        len(read.json["logs"]),
    )


def test_every_operation_has_a_case() -> None:
    """All that is described."""
    described = {
        (method, path)
        for path, item in SPEC["paths"].items()
        for method in item
        if method in ("get", "post", "patch", "put", "delete")
    }

    assert described == {(c[0], c[1]) for c in CASES} | {("post", "/oauth2/token")}
