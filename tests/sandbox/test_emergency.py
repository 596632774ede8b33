"""Emergency addresses."""

from typing import Any

import pytest
from products import every

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
        *(
            ({"displayName": name, "address": ADDRESS}, "displayName")
            for name in (1, "", " ", None, ["x"])
        ),
        ({"displayName": "x", "address": "77 Harbor Way"}, "address"),
        *(
            ({**BODY, "address": {**ADDRESS, member: value}}, f"address.{member}")
            for member in ADDRESS
            for value in ("", " ", None, 7)
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


@every(
    ("change", "result", "corrected", "candidates"),
    [
        ({}, "EXACT_MATCH", {}, []),
        ({"streetInfo": "Main St"}, "EXACT_MATCH", {}, []),
        ({"streetInfo": "MAIN ST"}, "EXACT_MATCH", {}, []),
        ({"streetInfo": "Main Street"}, "NEAR_MATCH", {"streetInfo": "Main St"}, []),
        ({"streetInfo": "Lenox Road NE"}, "NEAR_MATCH", {"streetInfo": "Lenox Rd NE"}, []),
        ({"streetInfo": "Lenox Rd NE"}, "EXACT_MATCH", {}, []),
        ({"streetInfo": "Lenox Road"}, "NO_MATCH", {}, [{"streetInfo": "Lenox Rd NE"}]),
        ({"state": "or"}, "NEAR_MATCH", {"state": "OR"}, []),
        ({"state": "Oregon"}, "NEAR_MATCH", {"state": "OR"}, []),
        ({"city": " Portland "}, "NEAR_MATCH", {"city": "Portland"}, []),
        ({"streetInfo": "Nowhere Lane"}, "NO_MATCH", {}, [{"streetInfo": "Main St"}]),
        (
            {"streetInfo": "Lenox"},
            "NO_MATCH",
            {},
            [{"streetInfo": f"Lenox {kind}"} for kind in ("St", "Ave", "Rd")],
        ),
        (
            {"streetNumber": "none", "location": "2nd floor"},
            "NO_MATCH",
            {},
            [{"streetNumber": number, "location": ""} for number in ("1", "100")],
        ),
        (
            {"streetInfo": "Chemin Royal Est", "state": "QC", "postalCode": "g1a1a1"},
            "NEAR_MATCH",
            {"streetInfo": "Ch Royal E", "postalCode": "G1A 1A1"},
            [],
        ),
    ],
)
async def test_result_follows_from_the_address(
    api: Any,
    change: dict[str, str],
    result: str,
    corrected: dict[str, str],
    candidates: list[dict[str, str]],
) -> None:
    """A match is exact, near with a correction, or none with candidates; nothing is stored."""
    given = {**FULL, **change}
    body = {**BODY, "address": {**ADDRESS, **change}}

    validated = (await api.post(f"{PATH}:validate", body)).json

    assert {
        "phoneNumber": NUMBER,
        "displayName": "Warehouse",
        "validatedAddress": given,
        "validationResult": result,
        "validationMessage": {
            "EXACT_MATCH": "Address is a perfect match",
            "NEAR_MATCH": "Address is a near match",
            "NO_MATCH": "Address doesn't match any known address",
        }[result],
        "correctedAddress": {**given, **corrected} if corrected else EMPTY,
        "candidateAddresses": [{**given, **candidate} for candidate in candidates],
    } == validated
    assert 404 == (await api.get(PATH)).status


async def test_corrected_address_can_be_provisioned(api: Any) -> None:
    """The corrected address is stored as it is, and an exact match from then on."""
    near = {**BODY, "address": {**ADDRESS, "streetInfo": "South Harbor Boulevard"}}
    corrected = (await api.post(f"{PATH}:validate", near)).json["correctedAddress"]

    stored = await api.post(f"{PATH}:provision", {**BODY, "address": corrected})
    again = (await api.post(f"{PATH}:validate", {**BODY, "address": corrected})).json

    assert {**FULL, "streetInfo": "S Harbor Blvd"} == stored.json == (await api.get(PATH)).json
    assert "EXACT_MATCH" == again["validationResult"]


@every("region", ["GB", "SE", "AU"])
@every("verb", ["provision", "validate"])
async def test_emergency_addresses_are_limited_to_two_countries(
    api: Any, sandbox: Sandbox, verb: str, region: str
) -> None:
    """Numbers outside the US and Canada are rejected, and nothing is stored."""
    number = sandbox.project().add_active(region_code=region, phone_number="+447700900123")
    path = f"activeNumbers/{number.phone_number}/emergencyAddress"

    answer = await api.post(f"{path}:{verb}", BODY)

    assert 400 == answer.status
    assert "phoneNumber" == answer.json["error"]["details"][0]["fieldViolations"][0]["field"]
    assert 404 == (await api.get(path)).status


async def test_canadian_numbers_have_emergency_addresses(api: Any, sandbox: Sandbox) -> None:
    """Canada is served like the US."""
    number = sandbox.project().add_active(region_code="CA", phone_number="+14165550123")
    path = f"activeNumbers/{number.phone_number}/emergencyAddress"
    address = {**ADDRESS, "streetInfo": "Main St", "state": "ON", "postalCode": "M5V 2T6"}

    answer = await api.post(f"{path}:provision", {**BODY, "address": address})

    assert (200, "ON") == (answer.status, answer.json["state"])


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
