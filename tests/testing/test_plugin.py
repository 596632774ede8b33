"""The pytest fixtures: for plain and async tests, and not started if unused."""

import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sinch_numbers.testing import SignedEvents, plugin
from sinch_numbers.webhooks._events import verify_signature

PLUGIN = "sinch_numbers.testing.plugin"
ROOT = Path(__file__).parent.parent.parent

USERS = '''
import anyio
import pytest

from sinch_numbers import NumbersClient, OutcomeUnknownError, SmsConfiguration, SyncNumbersClient
from sinch_numbers.webhooks import Receiver, serve
from sinch_numbers.webhooks import parse_event, verify_signature


@pytest.fixture
def sandbox():
    return "mine"


@pytest.fixture
def client():
    return "mine"


def test_own_fixtures_stay(sandbox, client):
    assert ("mine", "mine") == (sandbox, client)


def test_sync(sinch_sync_client, sinch_sandbox):
    number = sinch_sync_client.available_numbers.rent_first(region_code="US", type="LOCAL")
    assert [number.phone_number] == [entry.phone_number for entry in sinch_sandbox.ledger]


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_async(sinch_client, sinch_faults):
    sinch_faults.queue("drop")
    with pytest.raises(OutcomeUnknownError) as caught:
        await sinch_client.available_numbers.rent_first(region_code="US", type="LOCAL")
    assert caught.value.candidates
    assert ["drop"] == sinch_faults.applied


@pytest.fixture
async def kept_open(sinch_client):
    """Keep the loop of the test open for longer than the client."""
    yield await sinch_client.available_regions.list()


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_async_fixtures(kept_open, sinch_client):
    assert kept_open == await sinch_client.available_regions.list()


def test_own_loop(sinch_client):
    assert anyio.run(sinch_client.available_regions.list)


def test_environment(sinch_environment):
    with SyncNumbersClient() as client:
        assert client.available_regions.list()


@pytest.mark.sinch_sandbox(numbers=7, stock=0)
class TestMarked:
    def test_of_the_class(self, sinch_sync_client):
        assert 7 == len(list(sinch_sync_client.active_numbers.list()))

    @pytest.mark.sinch_sandbox(numbers=3)
    def test_of_its_own(self, sinch_sync_client, sinch_sandbox):
        assert 3 == len(list(sinch_sync_client.active_numbers.list()))
        assert 0 == len(sinch_sandbox.project().stock)


@pytest.mark.sinch_sandbox(rent_policy="legacy")
def test_rent_policy(sinch_sync_client):
    number = sinch_sync_client.available_numbers.rent_first(region_code="SE", type="MOBILE")
    assert "SE" == number.region_code


@pytest.mark.sinch_sandbox(numbers=1, absent="empty_object")
def test_absent(sinch_sync_client, sinch_sandbox):
    (number,) = sinch_sync_client.active_numbers.list()
    assert number.expire_at is None
    assert {} == sinch_sandbox.number(number.phone_number)["expireAt"]


@pytest.mark.sinch_sandbox(provisioning=3600)
def test_clock(sinch_sync_client, sinch_clock):
    number = sinch_sync_client.available_numbers.rent_first(
        region_code="US", type="LOCAL", sms_configuration=SmsConfiguration("plan")
    )
    assert number.sms_configuration.service_plan_id is None
    sinch_clock.advance(3600)
    number = sinch_sync_client.active_numbers.get(number.phone_number)
    assert "plan" == number.sms_configuration.service_plan_id


def test_signed_events(sinch_events, sinch_sandbox):
    made = sinch_events.number("+12025550134", failure_code="TFN_NOT_ALLOWED")
    secret = sinch_sandbox.project().hmac_secret
    assert verify_signature(made.body, made.headers["X-Sinch-Signature"], secret)
    assert "TFN_NOT_ALLOWED" == parse_event(made.body).failure_code


@pytest.mark.sinch_sandbox(provisioning=60)
def test_webhooks(sinch_sync_client, sinch_clock, sinch_webhooks):
    taken = []

    async def run():
        async with serve(Receiver(taken.append, sinch_webhooks.secret)) as url:
            sinch_webhooks.deliver_to(url)
            await anyio.to_thread.run_sync(rent)
            await anyio.to_thread.run_sync(sinch_webhooks.wait)

    def rent():
        sinch_sync_client.available_numbers.rent_first(
            region_code="US", type="LOCAL", sms_configuration=SmsConfiguration("fail")
        )
        sinch_clock.advance(60)

    anyio.run(run)
    assert ["FAILED"] == [event.status for event in taken]
    assert [200] == [one.status for one in sinch_webhooks.deliveries]
'''

UNUSED = """
import sys

def test_nothing_is_loaded():
    heavy = {"aiohttp", "attrs", "cattrs", "sinch_numbers.sandbox"} & set(sys.modules)
    assert set() == heavy
"""


@pytest.fixture
def users(tmp_path: Path) -> Callable[..., str]:
    """Run the tests of a user, with every warning an error."""

    def run(text: str, *options: str) -> str:
        (tmp_path / "test_users.py").write_text(text)
        (tmp_path / "pytest.ini").write_text(
            "[pytest]\nfilterwarnings = error\naddopts = --strict-markers\n"
        )
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", PLUGIN, "-q", *options, str(tmp_path)],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            cwd=tmp_path,
            env={**_environment(), "PYTHONPATH": str(ROOT)},
        )
        assert 0 == done.returncode, done.stdout + done.stderr
        return done.stdout

    return run


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if "SINCH" not in name}


@pytest.mark.slow
def test_the_tests_of_a_user(users: Callable[..., str]) -> None:
    """All fixtures, in plain tests, in async ones, and beside fixtures of the user's own."""
    assert "13 passed" in users(USERS)


@pytest.mark.slow
def test_it_costs_nothing_unused(users: Callable[..., str]) -> None:
    """Where no test asks for a fixture, nothing of the package is loaded."""
    assert "1 passed" in users(UNUSED, "-p", "no:anyio")


@pytest.mark.slow
def test_every_fixture_is_prefixed_and_told(users: Callable[..., str]) -> None:
    """No name can clash with a user's, and each is explained."""
    names = {
        name
        for name, value in vars(plugin).items()
        if type(value).__name__ == "FixtureFunctionDefinition" and not name.startswith("_")
    }
    assert names
    assert all(name.startswith("sinch_") for name in names)
    assert all(f"``{name}``" in (plugin.__doc__ or "") for name in names)
    listed = users(UNUSED, "-p", "no:anyio", "--markers")
    assert "@pytest.mark.sinch_sandbox(**settings)" in listed


def test_pytest_finds_it_where_the_package_is_installed() -> None:
    """The entry point has the module's name, so that naming it twice loads it once."""
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert {PLUGIN: PLUGIN} == project["entry-points"]["pytest11"]


def test_made_up_events() -> None:
    """Each has a name and a time of its own, and a genuine signature."""
    events = SignedEvents("made-up-secret-0123456789", project_id="p")
    made = [
        events.number("+12025550134"),
        events.number("+12025550134", "PROVISIONING_TO_CAMPAIGN", failure_code="INVALID_NNID"),
        events.order("order", "REJECTED"),
        events.imported("+12025550134", failure_code="CAMPAIGN_EXPIRED", extra=1),
        events.number("+12025550134", status="NEW", eventId="mine"),
    ]
    read = [one.event for one in made]

    assert all(verify_signature(one.body, one.signature, events.secret) for one in made)
    assert ["SUCCEEDED", "FAILED", "REJECTED", "FAILED", "NEW"] == [one.status for one in read]
    assert 5 == len({one.event_id for one in read})
    assert sorted(one.timestamp for one in read if one.timestamp) == [
        one.timestamp for one in read
    ]
    assert {"p"} == {one.project_id for one in read}
    assert "made-up" not in repr(events) + repr(vars(events))
