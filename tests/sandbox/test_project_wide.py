"""Regions, and the secret that signs webhooks."""

import re
from typing import Any

import pytest

from sinch_numbers.sandbox import Sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

SECRET = "sandbox-hmac-secret-0123456789-abcd"


async def regions(api: Any, query: str = "") -> dict[str, list[str]]:
    answer = await api.get(f"availableRegions{query}")
    return {region["regionCode"]: region["types"] for region in answer.json["availableRegions"]}


async def test_regions(api: Any) -> None:
    """At least fifteen, each with its name and types."""
    found = (await api.get("availableRegions")).json["availableRegions"]

    assert 15 <= len(found)
    united_states = {
        "regionCode": "US",
        "regionName": "United States",
        "types": ["LOCAL", "TOLL_FREE"],
    }
    assert united_states in found


async def test_types_of_regions_mean_or(api: Any) -> None:
    """A region that fits shows all of its types, also those that were not asked for."""
    everything = await regions(api)

    free = await regions(api, "?types=TOLL_FREE")
    either = await regions(api, "?types=TOLL_FREE&types=MOBILE")

    assert {code: types for code, types in everything.items() if "TOLL_FREE" in types} == free
    assert either == await regions(api, "?types=MOBILE,TOLL_FREE")
    assert free.keys() < either.keys() < everything.keys()
    assert 400 == (await api.get("availableRegions?types=PAGER")).status


async def test_secret_can_be_replaced(api: Any, sandbox: Sandbox) -> None:
    """There is one from the start, different for every project, and it obeys the rule."""
    first = (await api.get("callbackConfiguration")).json
    changed = await api.patch("callbackConfiguration", {"hmacSecret": SECRET})

    assert "sandbox" == first["projectId"]
    assert re.fullmatch("[a-zA-Z0-9-]{32,64}", first["hmacSecret"])
    assert {"projectId": "sandbox", "hmacSecret": SECRET} == changed.json
    assert changed.json == (await api.get("callbackConfiguration")).json
    assert SECRET == sandbox.project().hmac_secret
    assert ["update_callback_configuration"] == [entry.operation for entry in sandbox.ledger]


@pytest.mark.parametrize(
    "secret", ["", None, 5, "a" * 31, "a" * 65, "a" * 31 + "$", "a" * 32 + "\n", "é" * 32]
)
async def test_secret_has_a_rule(api: Any, sandbox: Sandbox, secret: Any) -> None:
    """32 to 64 letters, digits or hyphens."""
    answer = await api.patch("callbackConfiguration", {"hmacSecret": secret})

    assert 400 == answer.status
    assert [] == sandbox.ledger


async def test_secret_of_an_unknown_project(api: Any) -> None:
    """This resource answers 404, and repeats the project."""
    for answer in (
        await api.get("callbackConfiguration", project="nope"),
        await api.patch("callbackConfiguration", {}, project="nope"),
    ):
        message = "Could not find project with ID: nope"
        detail = answer.json["error"]["details"][0]
        assert (404, message, message) == (answer.status, answer.message, detail["description"])
        assert ("CallbackConfiguration", "") == (detail["resourceType"], detail["resourceName"])
