"""Host and service whose clocks differ by an hour: billable calls are verified all the same."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import attrs
import pytest

from sinch_numbers import NumbersClient, OperationState, Reply, Request
from sinch_numbers._core.transport.aiohttp import AiohttpTransport
from sinch_numbers.sandbox import Clock, Sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

HOURS = {"service ahead": 1, "service behind": -1}


class Dated(AiohttpTransport):
    """Transport whose responses have the ``Date`` of the sandbox's clock, as the service does."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    async def exchange(self, request: Request) -> Reply:
        reply = await super().exchange(request)
        date = format_datetime(self._clock.now(), usegmt=True)
        return attrs.evolve(reply, headers={**reply.headers, "Date": date})


@pytest.fixture(params=HOURS.values(), ids=HOURS)
async def sandbox(request: pytest.FixtureRequest) -> AsyncIterator[Sandbox]:
    """Run a sandbox whose clock is off by an hour."""
    clock = Clock(datetime.now(UTC) + timedelta(hours=request.param))
    async with Sandbox(numbers=0, stock=60, clock=clock) as sandbox:
        yield sandbox


@pytest.fixture
async def client(sandbox: Sandbox, tmp_path: Path) -> AsyncIterator[NumbersClient]:
    """Open a client with a store."""
    async with NumbersClient(
        "sandbox",
        "sandbox",
        "sandbox",
        numbers_url=sandbox.url,
        auth_url=sandbox.auth_url,
        transport=Dated(sandbox.clock),
        settle_timeout=0.1,
        store=tmp_path / "numbers.db",
    ) as client:
        yield client


@pytest.mark.parametrize("operation", ["rent_any", "rent_first"])
async def test_a_lost_response_is_confirmed(
    client: NumbersClient, sandbox: Sandbox, operation: str
) -> None:
    """Rent instants are compared with the time at the service only."""
    sandbox.faults.queue("drop")

    rent: Any = getattr(client.available_numbers, operation)
    rented = await rent(region_code="US", type="LOCAL")

    assert [rented.phone_number] == [one.phone_number for one in sandbox.ledger]


async def test_a_number_that_was_rented_before_is_not_taken_for_the_result(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """Not even if it was rented within the hour by which the clocks differ."""
    earlier = sandbox.project().add_available(phone_number="+12025550100").phone_number
    async with NumbersClient(
        "sandbox", "sandbox", "sandbox", numbers_url=sandbox.url, auth_url=sandbox.auth_url
    ) as other:
        await other.available_numbers.rent(earlier)
    sandbox.clock.advance(timedelta(minutes=30))
    sandbox.faults.queue("drop")

    rented = await client.available_numbers.rent_any(region_code="US", type="LOCAL")

    assert earlier != rented.phone_number
    assert 2 == len(sandbox.ledger)


async def test_an_interrupted_call_is_recovered(client: NumbersClient, sandbox: Sandbox) -> None:
    """The journal has the time at the service beside that of the store."""
    sandbox.faults.queue("stall")
    call = asyncio.create_task(client.available_numbers.rent_first(region_code="US", type="LOCAL"))
    while not sandbox.ledger:
        await asyncio.sleep(0.01)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call

    (recovered,) = await client.recover()

    assert OperationState.APPLIED is recovered.entry.state
    assert sandbox.ledger[0].phone_number == recovered.result.phone_number
