"""A sandbox in one terminal, a client in another: the variables it prints are all it takes."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from sinch_numbers import (
    AuthorisedPerson,
    BusinessAddress,
    DirectLoaInfo,
    NumbersClient,
    OutcomeUnknownError,
    SmsConfiguration,
)

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

ADDRESS = {
    "streetNumber": "77",
    "streetInfo": "Harbor Way",
    "city": "Portland",
    "state": "OR",
    "postalCode": "97209",
}


@pytest.fixture
def printed() -> Iterator[dict[str, str]]:
    """Run ``sinch-numbers sandbox`` elsewhere, and read what a shell would evaluate."""
    with subprocess.Popen(
        [sys.executable, "-m", "sinch_numbers", "sandbox", "--port", "0", "--numbers", "20"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        lines = [process.stdout.readline() for _ in range(6)]
        yield dict(line.removeprefix("export ").strip().split("=", 1) for line in lines)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=120)


async def test_every_operation(printed: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each call of the Numbers host works, from search to release."""
    for name in [name for name in os.environ if name.startswith("SINCH_")]:
        monkeypatch.delenv(name)
    for name, value in printed.items():
        monkeypatch.setenv(name, value)

    async with NumbersClient() as client:
        available, active = client.available_numbers, client.active_numbers
        assert await client.available_regions.list()
        (hit,) = await available.search(region_code="US", type="LOCAL", size=1)
        assert hit == await available.get(hit.phone_number)
        rented = await available.rent(hit.phone_number, sms_configuration=SmsConfiguration("plan"))
        number = rented.phone_number
        assert await available.rent_any(region_code="US", type="LOCAL")
        assert await available.rent_first(region_code="US", type="LOCAL")
        assert 23 == len([one async for one in active.list()])
        assert "x" == (await active.update(number, display_name="x")).display_name
        assert "x" == (await active.get(number)).display_name
        emergency = client.emergency_address
        assert await emergency.validate(number, display_name="x", address=ADDRESS)
        stored = await emergency.provision(number, display_name="x", address=ADDRESS)
        assert stored == await emergency.get(number)
        assert await emergency.deprovision(number) is None
        secret = await client.callback_configuration.update(hmac_secret="s" * 32)
        assert secret == await client.callback_configuration.get()
        assert (await active.release(number)).expire_at


async def test_every_operation_of_the_second_host(
    printed: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each call for imported numbers works, too; what people do is done by the control routes."""
    import aiohttp

    for name in [name for name in os.environ if name.startswith("SINCH_")]:
        monkeypatch.delenv(name)
    for name, value in printed.items():
        monkeypatch.setenv(name, value)
    control = f"{printed['SINCH_NUMBERS_URL']}/_sandbox"
    letter = DirectLoaInfo(
        authorised_person=AuthorisedPerson(first_name="A", last_name="B", email="a@example.net"),
        address=BusinessAddress(
            building_number="7", street="x", city="x", state="OR", postal_code="9", country="US"
        ),
        current_voice_carrier="x",
    )
    plain = {"region_code": "US", "service_plan_id": "plan"}
    one, two, three, four = (f"+1202555018{digit}" for digit in range(4))
    free = "+18335550144"
    kinds = {"type": "TYPE_TEXT_ENABLE", "service_plan_id": "plan", "campaign_id": ""}

    async with NumbersClient() as client, aiohttp.ClientSession() as session:

        async def steer(what: str, **given: object) -> None:
            async with session.post(f"{control}/{what}", json=given) as reply:
                assert reply.ok

        imported, orders = client.imported_numbers, client.hosting_orders
        qualified = client.qualified_numbers
        await imported.import_number(
            one, region_code="US", sms_configuration=SmsConfiguration("plan")
        )
        assert "x" == (await imported.update(one, display_name="x")).display_name
        assert "x" == (await imported.get(one)).display_name
        assert [one] == [number.phone_number async for number in imported.list()]
        await imported.delete(one)

        assert 2 == len(await qualified.add([two, free]))
        await steer("clock", advance=60)
        await steer("invoices", phoneNumber=free, action="accept")
        await qualified.send_voice_challenge(two)
        async with session.get(f"{control}/codes") as reply:
            codes = (await reply.json())["codes"]
        verified = await qualified.verify_voice_challenge(two, code=codes[two])
        assert verified == await qualified.get(two)
        assert 2 == len([number async for number in qualified.list(states="VERIFIED")])
        order_id = await qualified.text_enable([two], **plain, loa_info=letter)
        await qualified.text_enable_toll_free([free], **plain, loa_info=letter)
        await qualified.delete(free)
        await orders.import_numbers([three], **plain)
        await orders.text_enable([four], **plain, loa_info=letter)
        await orders.text_enable_toll_free(["+18335550145"], **plain, loa_info=letter)

        await steer("clock", advance=60)
        waiting = orders.list(states="WAITING_FOR_LOA_SIGNATURE", **kinds)
        assert 4 == len([order async for order in waiting])
        await steer("letters", hostingOrderId=order_id, action="sign")
        await steer("clock", advance=60)
        assert "COMPLETED" == (await orders.get(order_id)).state
        assert 1 == (await orders.report(order_id)).sms_provisioned
        (number,) = [number async for number in orders.numbers(order_id)]
        assert number == await orders.number(order_id, two)
        configuration = client.imported_callback_configuration
        assert await configuration.update(hmac_secret="s" * 32) == await configuration.get()


async def test_faults_can_be_steered_from_outside(
    printed: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sandbox's own routes break things on request, there as well."""
    import aiohttp

    for name, value in printed.items():
        monkeypatch.setenv(name, value)
    async with aiohttp.ClientSession() as session:
        faults = f"{printed['SINCH_NUMBERS_URL']}/_sandbox/faults"
        async with session.post(faults, json={"kind": "drop", "path": ":rentAny"}) as reply:
            assert reply.ok

    async with NumbersClient() as client:
        with pytest.raises(OutcomeUnknownError):
            await client.available_numbers.rent_any(region_code="US", type="LOCAL")
