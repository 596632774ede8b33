"""Emergency addresses, regions, and the callback configuration."""

import pytest
from notations import every_notation

from sinch_numbers import (
    AuthenticationError,
    BadRequestError,
    EmergencyAddress,
    InvalidArgumentError,
    NotFoundError,
    NumbersClient,
    PermissionDeniedError,
    Secret,
    ValidationResult,
)
from sinch_numbers.sandbox import Sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

absent = every_notation

ADDRESS = EmergencyAddress(
    street_number="77",
    street_info="Harbor Way",
    city="Portland",
    state="OR",
    postal_code="97209",
)


@pytest.fixture
async def number(client: NumbersClient) -> str:
    rented = await client.available_numbers.rent_first(region_code="US", type="LOCAL")
    return rented.phone_number


async def test_an_address_comes_and_goes(client: NumbersClient, number: str) -> None:
    """Provisioned, read, removed, gone."""
    emergency = client.emergency_address
    stored = await emergency.provision(number, display_name="Warehouse", address=ADDRESS)

    assert ADDRESS == stored == await emergency.get(number)
    assert await emergency.deprovision(number) is None
    with pytest.raises(NotFoundError, match="Missing E911 feature"):
        await emergency.get(number)


async def test_an_address_is_validated(client: NumbersClient, number: str) -> None:
    """The result is data, and nothing is stored."""
    validated = await client.emergency_address.validate(
        number, display_name="Warehouse", address=ADDRESS
    )

    assert ValidationResult.EXACT_MATCH == validated.validation_result
    assert (ADDRESS, None, ()) == (
        validated.validated_address,
        validated.corrected_address,
        validated.candidate_addresses,
    )
    with pytest.raises(NotFoundError):
        await client.emergency_address.get(number)


@pytest.mark.parametrize("operation", ["validate", "provision"])
@pytest.mark.parametrize("missing", ["streetNumber", "streetInfo", "city", "state", "postalCode"])
async def test_an_address_without_a_required_part_is_not_sent(
    client: NumbersClient, sandbox: Sandbox, operation: str, missing: str
) -> None:
    """The part is named."""
    whole = {
        "streetNumber": "77",
        "streetInfo": "Harbor Way",
        "city": "Portland",
        "state": "OR",
        "postalCode": "97209",
    }
    with pytest.raises(InvalidArgumentError, match=f"missing, got .'{missing}'."):
        await getattr(client.emergency_address, operation)(
            "+12025550134", display_name="x", address=whole | {missing: ""}
        )
    assert [] == sandbox.calls


@pytest.mark.parametrize("fault", ["drop", "503", "drop_before"])
async def test_deprovisioning_in_doubt(
    client: NumbersClient, sandbox: Sandbox, number: str, fault: str
) -> None:
    """Removing twice is no error when the first time worked."""
    await client.emergency_address.provision(number, display_name="x", address=ADDRESS)
    sandbox.faults.queue(fault)

    assert await client.emergency_address.deprovision(number) is None
    with pytest.raises(NotFoundError):
        await client.emergency_address.get(number)


async def test_deprovisioning_what_is_not_there(client: NumbersClient, number: str) -> None:
    """At the first try it is the truth."""
    with pytest.raises(NotFoundError):
        await client.emergency_address.deprovision(number)


async def test_regions(client: NumbersClient) -> None:
    """All of them, or those with at least one of the types."""
    everywhere = await client.available_regions.list()
    some = await client.available_regions.list(types=["TOLL_FREE"])

    assert {r.region_code for r in some} == {
        r.region_code for r in everywhere if "TOLL_FREE" in r.types
    }
    assert {r.region_code for r in some} < {r.region_code for r in everywhere}
    assert some == await client.available_regions.list(types="TOLL_FREE")


async def test_the_callback_secret(client: NumbersClient) -> None:
    """It is replaced and read, and shows itself only when asked to."""
    secret = "a-new-secret-of-at-least-32-letters"
    updated = await client.callback_configuration.update(hmac_secret=secret)

    assert updated == await client.callback_configuration.get()
    assert Secret(secret) == updated.hmac_secret
    assert secret not in repr(updated)


async def test_a_secret_that_the_service_does_not_take(client: NumbersClient) -> None:
    """Its form is the service's to judge; what it quotes back is masked."""
    with pytest.raises(BadRequestError) as caught:
        await client.callback_configuration.update(hmac_secret="too$hort")

    assert "too$hort" not in f"{caught.value} {caught.value.body} {caught.value.details}"


@pytest.mark.parametrize("fault", ["drop", "503"])
async def test_the_secret_in_doubt(client: NumbersClient, sandbox: Sandbox, fault: str) -> None:
    """A lost reply to a change of the secret is settled by reading it."""
    sandbox.faults.add(fault, method="PATCH")
    secret = "another-secret-of-at-least-32-letters"

    updated = await client.callback_configuration.update(hmac_secret=secret)

    assert Secret(secret) == updated.hmac_secret


async def test_a_project_that_is_not_the_keys(sandbox: Sandbox) -> None:
    """A 403 without a message gets the call, and the same advice as a wrong key."""
    async with NumbersClient(
        "elsewhere", "sandbox", "sandbox", numbers_url=sandbox.url, auth_url=sandbox.auth_url
    ) as client:
        with pytest.raises(PermissionDeniedError) as caught:
            await client.available_regions.list()

    call = "403 PERMISSION_DENIED (GET /v1/projects/elsewhere/availableRegions)"
    assert f"{call}; {AuthenticationError.advice}; request id {caught.value.request_id}" == str(
        caught.value
    )
    assert "SINCH_PROJECT_ID" in str(caught.value)
