"""A sandbox in one terminal, a client in another: the variables it prints are all it takes."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from sinch_numbers import NumbersClient, OutcomeUnknownError, SmsConfiguration

pytestmark = pytest.mark.anyio

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
        assert await available.rent_first(region_code="SE", type="MOBILE")
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
