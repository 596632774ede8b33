"""Rent policies: US LOCAL only by default, every available number with ``legacy``."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest
from products import every

from sinch_numbers.sandbox import Clock, Project, Sandbox
from sinch_numbers.sandbox._state.regions import REGIONS
from sinch_numbers.sandbox._state.requirements import REQUIREMENTS

from .conftest import Api

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

KINDS = [(region.code, offer.type) for region in REGIONS for offer in region.offers]
FOREIGN = [kind for kind in KINDS if kind != ("US", "LOCAL")]


@pytest.fixture
async def sandbox(clock: Clock) -> AsyncIterator[Sandbox]:
    """Run a sandbox without an option, with one available number of each region and type."""
    async with Sandbox(numbers=0, stock=len(KINDS), clock=clock) as sandbox:
        yield sandbox


@pytest.fixture
async def legacy(clock: Clock) -> AsyncIterator[Api]:
    """Run the same sandbox with the policy ``legacy``."""
    async with (
        Sandbox(numbers=0, stock=len(KINDS), clock=clock, rent_policy="legacy") as sandbox,
        aiohttp.ClientSession() as session,
    ):
        yield Api(sandbox, session)


def number_of(sandbox: Sandbox, kind: tuple[str, str]) -> str:
    stock = sandbox.project().stock.values()
    (number,) = [one.phone_number for one in stock if (one.region_code, one.type) == kind]
    return number


async def test_us_local_can_be_rented(api: Any, sandbox: Sandbox) -> None:
    """By its phone number and as any matching number."""
    number = number_of(sandbox, ("US", "LOCAL"))

    assert 200 == (await api.post(f"availableNumbers/{number}:rent")).status

    other = sandbox.project().add_available().phone_number
    answer = await api.post("availableNumbers:rentAny", {"regionCode": "US", "type": "LOCAL"})
    assert other == answer.json["phoneNumber"]


@every("kind", FOREIGN)
async def test_other_numbers_are_rejected_as_by_rent_any(
    api: Any, sandbox: Sandbox, kind: tuple[str, str]
) -> None:
    """The 400 is the one of ``:rentAny``; nothing is billed and the number stays available."""
    number = number_of(sandbox, kind)

    answer = await api.post(f"availableNumbers/{number}:rent")
    any_of_the_kind = await api.post(
        "availableNumbers:rentAny", {"regionCode": kind[0], "type": kind[1]}
    )

    assert (400, "INVALID_ARGUMENT") == (answer.status, answer.json["error"]["status"])
    assert any_of_the_kind.json == answer.json
    assert [] == sandbox.ledger
    assert number == number_of(sandbox, kind)


async def test_unavailable_number_is_still_not_found(api: Any) -> None:
    """Without an available number there is no region to check."""
    assert 404 == (await api.post("availableNumbers/+447400999999:rent")).status


async def test_legacy_rents_every_available_number(legacy: Api) -> None:
    """All regions and types can be rented by their phone number."""
    numbers = list(legacy.sandbox.project().stock)

    for number in numbers:
        assert 200 == (await legacy.post(f"availableNumbers/{number}:rent")).status

    assert numbers == [entry.phone_number for entry in legacy.sandbox.ledger]


async def test_legacy_rents_any_us_local_number_only(legacy: Api) -> None:
    """The service always limited ``:rentAny``, so the policy does not change it."""
    for kind in KINDS:
        body = {"regionCode": kind[0], "type": kind[1]}
        expected = 200 if kind == ("US", "LOCAL") else 400
        assert expected == (await legacy.post("availableNumbers:rentAny", body)).status


@pytest.mark.parametrize(
    "kind", [kind for kind in FOREIGN if kind not in REQUIREMENTS], ids="-".join
)
async def test_an_order_rents_what_rent_rejects(
    api: Any, sandbox: Sandbox, clock: Clock, kind: tuple[str, str]
) -> None:
    """The policy is about the two rent operations: completed orders rent in every region."""
    number = number_of(sandbox, kind)
    body = {
        "regionCode": kind[0],
        "numberType": kind[1],
        "numberOrderOption": {"phoneNumbers": [number]},
    }
    order = (await api.post("numberOrders:createNumberOrder", body)).json["idNumberOrder"]
    await api.post(f"numberOrders/{order}/submit")
    clock.advance(2.0)

    assert 200 == (await api.get(f"activeNumbers/{number}")).status


@pytest.mark.parametrize("make", [Sandbox, lambda **option: Project("p", clock=Clock(), **option)],
                         ids=["Sandbox", "Project"])  # fmt: skip
@pytest.mark.parametrize("value", ["", "US_LOCAL", "us-local", "none", None, True, ["legacy"]])
def test_unknown_policy_is_an_error(make: Callable[..., object], value: object) -> None:
    """The error names the option, its values, and what was given."""
    with pytest.raises(ValueError, match="rent_policy must be 'us_local' or 'legacy'") as caught:
        make(rent_policy=value)

    assert str(caught.value).endswith(f"not {value!r}")


async def test_overview_shows_the_policy(api: Any, legacy: Api) -> None:
    """Programs that use a sandbox in another process can read its policy."""
    policies = [
        (await one.get("/_sandbox")).json["settings"]["rent_policy"] for one in (api, legacy)
    ]

    assert ["us_local", "legacy"] == policies
