"""Emergency addresses."""

from typing import Any

import pytest

from sinch_numbers.sandbox import Sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

NUMBER = "+12025550147"
PATH = f"activeNumbers/{NUMBER}/emergencyAddress"
ADDRESS = {
    "streetNumber": "77",
    "streetInfo": "Harbor Way",
    "city": "Portland",
    "state": "OR",
    "postalCode": "97209",
}
FULL = {**ADDRESS, "location": "", "postalCodePlusFour": ""}
EMPTY = dict.fromkeys(FULL, "")
BODY = {"displayName": "Warehouse", "address": ADDRESS}


@pytest.fixture(autouse=True)
def number(sandbox: Sandbox) -> None:
    sandbox.project().add_active(phone_number=NUMBER)


async def test_address_comes_and_goes(api: Any, sandbox: Sandbox) -> None:
    """Set it, read it with all seven members, remove it."""
    assert FULL == (await api.post(f"{PATH}:provision", BODY)).json
    assert FULL == (await api.get(PATH)).json
    assert 200 == (await api.post(f"{PATH}:provision", BODY)).status
    assert {} == (await api.post(f"{PATH}:deprovision")).json
    assert 404 == (await api.get(PATH)).status
    assert 404 == (await api.post(f"{PATH}:deprovision")).status
    assert ["provision_emergency_address", "deprovision_emergency_address"] == [
        entry.operation for entry in sandbox.ledger
    ]


async def test_number_without_address(api: Any) -> None:
    """The refusal has its own words and names nothing."""
    answer = await api.get(PATH)

    detail = {
        "type": "ResourceInfo",
        "resourceType": "EmergencyAddress",
        "resourceName": "",
        "owner": "",
        "description": "Missing E911 feature",
    }
    error = {
        "code": 404,
        "message": "Missing E911 feature",
        "status": "NOT_FOUND",
        "details": [detail],
    }
    assert (404, {"error": error}) == (answer.status, answer.json)


@pytest.mark.parametrize("verb", ["provision", "validate"])
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "displayName"),
        ({"displayName": "x"}, "address"),
        ({"displayName": 1, "address": ADDRESS}, "displayName"),
        ({"displayName": "x", "address": "77 Harbor Way"}, "address"),
        *(
            ({**BODY, "address": {**ADDRESS, member: value}}, f"address.{member}")
            for member in ADDRESS
            for value in ("", None, 7)
        ),
        ({**BODY, "address": {**ADDRESS, "location": []}}, "address.location"),
    ],
)
async def test_what_an_address_needs(
    api: Any, sandbox: Sandbox, verb: str, body: Any, field: str
) -> None:
    """A name and five members; the first that is missing or wrong is named."""
    answer = await api.post(f"{PATH}:{verb}", body)

    assert 400 == answer.status
    assert field == answer.json["error"]["details"][0]["fieldViolations"][0]["field"]
    assert [] == sandbox.ledger


@pytest.mark.parametrize(
    ("change", "result", "message", "corrected", "candidates"),
    [
        ({}, "EXACT_MATCH", "", EMPTY, 0),
        (
            {"streetInfo": "Harbour Str.", "state": "or"},
            "NEAR_MATCH",
            "Corrected to valid address|Corrected address abbreviations|Changed address component",
            {**FULL, "streetInfo": "Harbor Street"},
            0,
        ),
        (
            {"streetInfo": "Nowhere Lane"},
            "NO_MATCH",
            "Invalid address - no correction found|Address is Invalid",
            EMPTY,
            2,
        ),
        (
            {"streetNumber": "none"},
            "NO_MATCH",
            "Invalid address - no correction found|Address is Invalid",
            EMPTY,
            2,
        ),
    ],
)
async def test_verdict_follows_from_the_words(
    api: Any,
    change: dict[str, str],
    result: str,
    message: str,
    corrected: dict[str, str],
    candidates: int,
) -> None:
    """Exact, near with a correction, or none with suggestions; nothing is stored."""
    body = {**BODY, "address": {**ADDRESS, **change}}

    validated = (await api.post(f"{PATH}:validate", body)).json

    assert candidates == len(validated.pop("candidateAddresses"))
    assert {
        "phoneNumber": NUMBER,
        "displayName": "Warehouse",
        "validatedAddress": {**FULL, **change},
        "validationResult": result,
        "validationMessage": message,
        "correctedAddress": corrected,
    } == validated
    assert 404 == (await api.get(PATH)).status


async def test_address_of_a_number_that_is_not_held(api: Any) -> None:
    """The number is what is missing."""
    path = "activeNumbers/+12025550199/emergencyAddress"
    for answer in (
        await api.get(path),
        await api.post(f"{path}:provision", BODY),
        await api.post(f"{path}:validate", BODY),
        await api.post(f"{path}:deprovision"),
    ):
        assert 404 == answer.status
        assert "ActiveNumber" == answer.json["error"]["details"][0]["resourceType"]
