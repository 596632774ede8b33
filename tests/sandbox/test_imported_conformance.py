"""Responses of the sandbox's second host match the OpenAPI description."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from jsonschema import Draft202012Validator

from sinch_numbers.sandbox import Clock, Sandbox
from tests.openapi import default_cases

from .conftest import Api

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

SPEC = json.loads(
    (Path(__file__).parents[1] / "data" / "imported-numbers.openapi.json").read_text()
)
PROJECT = "/v1/projects/{projectId}"
NUMBERS = f"{PROJECT}/importedNumbers"
ORDERS = f"{PROJECT}/hostingOrders"
ORDER = f"{ORDERS}/{{hostingOrderId}}"
QUALIFIED = f"{PROJECT}/qualifiedNumbers"
CALLBACK = f"{PROJECT}/callbackConfiguration"
ONE = "/{phoneNumber}"

LINKED, FREE, NOBODYS, PENDING, VERIFIED, TOLL_FREE, CALLED = (
    "+12025550171", "+12025550172", "+12025550199", "+12025550181", "+12025550182",
    "+18335550144", "+12025550183",
)  # fmt: skip
LETTER = {
    "authorisedPerson": {"firstName": "Ada", "lastName": "Example", "email": "ada@example.net"},
    "address": {
        "buildingNumber": "77",
        "street": "Harbor Way",
        "city": "Portland",
        "state": "OR",
        "postalCode": "97209",
        "country": "US",
    },
    "currentVoiceCarrier": "Example Telecom",
}
LINKS = {"servicePlanId": "p", "campaignId": "C1"}
SMS = {"smsConfiguration": LINKS}
IMPORT = {"phoneNumber": FREE, "regionCode": "US", **SMS}
BATCH = {"numbers": [FREE], "regionCode": "US", **LINKS}
ENABLE = {**BATCH, "directLoaInfo": LETTER, "scheduledOsrUpdateTime": "2026-03-20T15:00:00Z"}
ENABLE_VERIFIED = {**ENABLE, "numbers": [VERIFIED]}
FREE_OF_TOLL = {
    "projectId": "sandbox",
    "numbers": [TOLL_FREE],
    "regionCode": "US",
    "servicePlanId": "p",
    "directLoaInfo": LETTER,
}
SECRET = {"hmacSecret": "sandbox-hmac-secret-0123456789-abcd"}
LIST_ORDERS = "?states=WAITING_FOR_LOA_SIGNATURE&type=TYPE_TEXT_ENABLE&servicePlanId=p&campaignId="
CODE = {"code": "0000"}

Case = tuple[str, str, dict[str, Any], int]
CASES: list[Case] = [
    ("get", NUMBERS, {}, 200),
    ("get", NUMBERS, {"query": "?numberPattern.pattern=55&numberPattern.searchPattern=END"}, 200),
    ("get", NUMBERS, {"query": "?numberPattern.searchPattern=CONTAINS"}, 400),
    ("get", NUMBERS, {"query": "?pageToken=x"}, 400),
    ("post", NUMBERS, {"body": IMPORT}, 200),
    ("post", NUMBERS, {"body": {**IMPORT, "phoneNumber": LINKED}}, 409),
    ("post", NUMBERS, {"body": {**IMPORT, "regionCode": "SE"}}, 400),
    ("post", NUMBERS, {"body": {"phoneNumber": FREE, "regionCode": "US"}}, 400),
    ("get", NUMBERS + ONE, {"number": LINKED}, 200),
    ("get", NUMBERS + ONE, {"number": NOBODYS}, 404),
    ("patch", NUMBERS + ONE, {"number": LINKED, "body": {"displayName": "x"}}, 200),
    ("patch", NUMBERS + ONE, {"number": LINKED, "body": SMS}, 400),
    ("patch", NUMBERS + ONE, {"number": NOBODYS, "body": {"displayName": "x"}}, 404),
    ("delete", NUMBERS + ONE, {"number": LINKED}, 200),
    ("delete", NUMBERS + ONE, {"number": NOBODYS}, 404),
    ("get", ORDERS, {"query": LIST_ORDERS}, 200),
    ("get", ORDERS, {"query": "?states=DRAFT"}, 400),
    ("get", ORDER, {}, 200),
    ("get", ORDER, {"order": "none"}, 404),
    ("get", f"{ORDER}/report", {}, 200),
    ("get", f"{ORDER}/report", {"order": "none"}, 404),
    ("get", f"{ORDER}/numbers", {"query": "?osrUpdateState=WAITING"}, 200),
    ("get", f"{ORDER}/numbers", {"order": "none"}, 404),
    ("get", f"{ORDER}/numbers{ONE}", {"number": CALLED}, 200),
    ("get", f"{ORDER}/numbers{ONE}", {"number": NOBODYS}, 404),
    ("post", f"{ORDERS}:importNumbers", {"body": BATCH}, 200),
    ("post", f"{ORDERS}:importNumbers", {"body": {**BATCH, "numbers": [LINKED]}}, 409),
    ("post", f"{ORDERS}:importNumbers", {"body": {**BATCH, "numbers": [FREE, FREE]}}, 400),
    ("post", f"{ORDERS}:textEnableNumbers", {"body": ENABLE}, 200),
    ("post", f"{ORDERS}:textEnableNumbers", {"body": {**ENABLE, "blanketLoaInfo": {}}}, 400),
    ("post", f"{ORDERS}:textEnableNumbers", {"body": {**ENABLE, "numbers": [CALLED]}}, 409),
    ("post", f"{ORDERS}:textEnableTollFreeNumbers", {"body": FREE_OF_TOLL}, 200),
    ("post", f"{ORDERS}:textEnableTollFreeNumbers", {"body": ENABLE}, 400),
    ("get", CALLBACK, {}, 200),
    ("get", CALLBACK, {"project": "nope"}, 404),
    ("patch", CALLBACK, {"body": SECRET}, 200),
    ("patch", CALLBACK, {"body": {"hmacSecret": 5}}, 400),
    ("get", QUALIFIED, {"query": "?states=GLOBAL_PROCESS_STATE_VERIFIED"}, 200),
    ("get", QUALIFIED, {"query": "?states=VERIFIED"}, 400),
    ("get", QUALIFIED, {}, 400),
    ("get", QUALIFIED + ONE, {"number": VERIFIED}, 200),
    ("get", QUALIFIED + ONE, {"number": NOBODYS}, 404),
    ("delete", QUALIFIED + ONE, {"number": VERIFIED}, 200),
    ("delete", QUALIFIED + ONE, {"number": NOBODYS}, 404),
    ("post", f"{QUALIFIED}:addNumbers", {"body": {"phoneNumbers": [FREE, VERIFIED]}}, 200),
    ("post", f"{QUALIFIED}:addNumbers", {"body": {"phoneNumbers": []}}, 400),
    ("post", f"{QUALIFIED}:textEnableNumbers", {"body": ENABLE_VERIFIED}, 200),
    ("post", f"{QUALIFIED}:textEnableNumbers", {"body": ENABLE}, 404),
    ("post", f"{QUALIFIED}:textEnableNumbers", {"body": {**ENABLE, "numbers": [PENDING]}}, 400),
    ("post", f"{QUALIFIED}:textEnableTollFreeNumbers", {"body": FREE_OF_TOLL}, 200),
    ("post", f"{QUALIFIED}:textEnableTollFreeNumbers", {"body": {}}, 400),
    ("post", f"{QUALIFIED}{ONE}:sendVoiceChallenge", {"number": PENDING}, 200),
    ("post", f"{QUALIFIED}{ONE}:sendVoiceChallenge", {"number": NOBODYS}, 404),
    ("post", f"{QUALIFIED}{ONE}:sendVoiceChallenge", {"number": VERIFIED}, 400),
    ("post", f"{QUALIFIED}{ONE}:verifyVoiceChallenge", {"number": CALLED, "code": True}, 200),
    ("post", f"{QUALIFIED}{ONE}:verifyVoiceChallenge", {"number": PENDING, "body": CODE}, 400),
    ("post", f"{QUALIFIED}{ONE}:verifyVoiceChallenge", {"number": NOBODYS, "body": CODE}, 404),
    ("get", NUMBERS, {"project": "nope"}, 403),
    ("get", NUMBERS, {"headers": {"Authorization": "Bearer x"}}, 401),
    ("get", NUMBERS, {"fault": "429"}, 429),
    ("get", NUMBERS, {"fault": "500"}, 500),
]  # fmt: skip
CASES += default_cases(SPEC, CASES)


def resolved(node: Any) -> Any:
    while "$ref" in node:
        target = SPEC
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node


def told(value: Any) -> Any:
    """Return a reply without its nulls: described for the sister host, likely on this one."""
    if isinstance(value, dict):
        return {name: told(member) for name, member in value.items() if member is not None}
    return [told(item) for item in value] if isinstance(value, list) else value


def closed(schema: Any) -> Any:
    """Return the schema with no member allowed that it does not name."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "allOf" in schema:
        parts = [resolved(part) for part in schema["allOf"]]
        members = {n: member for part in parts for n, member in part["properties"].items()}
        return closed({"type": "object", "properties": members})
    made = {name: closed(part) for name, part in schema.items()}
    if isinstance(schema.get("properties"), dict):
        made["additionalProperties"] = False
    return made


@pytest.fixture
async def full(clock: Clock) -> AsyncIterator[Api]:
    """Run a sandbox with numbers in every condition, and an order that waits for a signature."""
    async with (
        Sandbox(numbers=0, stock=0, clock=clock) as sandbox,
        aiohttp.ClientSession() as session,
    ):
        host = sandbox.project().imported
        host.numbers.add(LINKED, service_plan_id="q", campaign_id="C9")
        host.qualified.plant(PENDING, state="VERIFICATION_PENDING")
        host.qualified.plant(VERIFIED)
        host.qualified.plant(TOLL_FREE)
        host.qualified.plant(CALLED, state="VERIFICATION_PENDING")
        host.qualified.call(CALLED)
        api = Api(sandbox, session)
        order = {**ENABLE, "campaignId": "", "numbers": [CALLED]}
        placed = await api.post(
            "/imported/v1/projects/sandbox/hostingOrders:textEnableNumbers", order
        )
        assert 200 == placed.status
        clock.advance(60)
        yield api


@pytest.mark.parametrize(
    ("method", "path", "case", "status"), CASES, ids=[f"{c[0]} {c[1][24:]} {c[3]}" for c in CASES]
)
async def test_replies_fit_the_description(
    full: Api, method: str, path: str, case: dict[str, Any], status: int
) -> None:
    """Every operation, when it works and when it does not; most errors are flat here."""
    host = full.sandbox.project().imported
    if "fault" in case:
        full.sandbox.faults.add(case["fault"])
    url = path.replace("{projectId}", case.get("project", "sandbox"))
    url = url.replace("{phoneNumber}", case.get("number", ""))
    url = url.replace("{hostingOrderId}", case.get("order", next(iter(host.orders.all()))))
    options = {"json": case["body"]} if "body" in case else {}
    if "code" in case:
        options["json"] = {"code": host.qualified.voice_codes[case["number"]]}

    answer = await full.send(
        method,
        "/imported" + url + case.get("query", ""),
        headers=case.get("headers", {}),
        **options,
    )

    assert status == answer.status, answer.text
    responses = SPEC["paths"][path][method]["responses"]
    response = resolved(responses.get(str(status)) or responses["default"])
    if status == 200 and method == "delete":
        assert answer.text in ("", "{}")
        return
    schema = response["content"]["application/json"]["schema"]
    components = {"schemas": closed(SPEC["components"]["schemas"])}
    validator = Draft202012Validator({**schema, "components": components})
    assert [] == [
        f"{error.json_path}: {error.message}" for error in validator.iter_errors(told(answer.json))
    ]
    if status >= 400 and path == CALLBACK:
        assert status == answer.json["error"]["code"]
    elif status >= 400:
        assert str(status) == answer.json["code"]
        assert {"code", "message", "status"} <= answer.json.keys()


def test_every_operation_has_a_case_of_success_and_one_of_failure() -> None:
    """All that is described."""
    described = {
        (method, path)
        for path, item in SPEC["paths"].items()
        for method in item
        if method in ("get", "post", "patch", "put", "delete")
    }

    assert described == {(c[0], c[1]) for c in CASES if c[3] == 200}
    assert described == {(c[0], c[1]) for c in CASES if c[3] >= 400}
