"""Many numbers, webhooks astray, a receiver that restarts: each outcome is reported truly."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from random import Random
from typing import Any

import pytest

from sinch_numbers import (
    ActiveNumber,
    Backoff,
    NumberEvent,
    NumbersClient,
    RtcVoice,
    SmsConfiguration,
    WaitOutcome,
    WaitResult,
)
from sinch_numbers.sandbox import Clock, Sandbox
from sinch_numbers.webhooks import MemoryStore, Receiver, serve

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

SEED = 20260314
LINKS = (
    {"plan": "p", "app": "a"},
    {"plan": "p", "campaign": "C1", "app": "a"},
    {"plan": "fail", "app": "a"},
    {"plan": "p", "campaign": "EXCEEDED_10DLC_LIMIT", "app": "a"},
    {"plan": "p", "app": "fail"},
)


@pytest.fixture(params=[40, pytest.param(200, marks=pytest.mark.slow)])
def count(request: pytest.FixtureRequest) -> int:
    """Return how many numbers are rented."""
    return int(request.param)


@pytest.fixture
async def sandbox(count: int) -> AsyncIterator[Sandbox]:
    async with Sandbox(numbers=0, stock=0, clock=Clock(running=False)) as sandbox:
        for n in range(count):
            sandbox.project().add_available(phone_number=f"+1303555{n:04}")
        yield sandbox


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[NumbersClient]:
    async with NumbersClient(
        "sandbox",
        "sandbox",
        "sandbox",
        numbers_url=sandbox.url,
        auth_url=sandbox.auth_url,
        settle_timeout=0.1,
        sole_renter=True,
        max_concurrency=32,
        backoff=Backoff(first=0.001, throttled=0.001, longest=0.01),
    ) as client:
        yield client


async def rent_all(client: NumbersClient, sandbox: Sandbox) -> list[str]:
    """Rent all there is, over a service that loses replies."""
    sandbox.faults.add("drop", path=":rent", probability=0.05, seed=SEED)
    sandbox.faults.add("503", method="GET", probability=0.05, seed=SEED)
    numbers = sorted(sandbox.project().stock)
    slots = asyncio.Semaphore(16)

    async def rent(place: int, number: str) -> None:
        links = LINKS[place % len(LINKS)]
        async with slots:
            await client.available_numbers.rent(
                number,
                sms_configuration=SmsConfiguration(links["plan"], links.get("campaign")),
                voice_configuration=RtcVoice(links["app"]),
            )

    async with asyncio.TaskGroup() as group:
        for place, number in enumerate(numbers):
            group.create_task(rent(place, number))
    assert len(numbers) == sum(entry.operation == "rent" for entry in sandbox.ledger)
    return numbers


def truth(sandbox: Sandbox, number: str) -> WaitOutcome:
    """Return how it ended on the other side of the wire."""
    active = sandbox.project().get(number)
    jobs = (
        active.sms_configuration.scheduled_provisioning,
        active.voice_configuration.scheduled_voice_provisioning,
    )
    failed = any(job is not None and job.status == "FAILED" for job in jobs)
    return WaitOutcome.FAILED if failed else WaitOutcome.SUCCEEDED


async def steps(sandbox: Sandbox) -> AsyncIterator[int]:
    """Let the time pass that provisioning takes, bit by bit."""
    for step in range(8):
        sandbox.clock.advance(0.25)
        yield step


async def test_woken_by_webhooks(client: NumbersClient, sandbox: Sandbox) -> None:
    """
    Duplicates, late ones, overtaken ones, two restarts in between: nothing is lost or twice.

    Numbers are hardly polled: what ends the waiting is the events.
    """
    print("seed", SEED)
    handled: Counter[str] = Counter()
    dice = Random(SEED)
    store = MemoryStore()  # what a database would be: it outlives the receiver

    async def handle(event: Any) -> None:
        if dice.random() < 0.1:
            raise RuntimeError("the handler fails")
        assert isinstance(event, NumberEvent)
        handled[event.event_id or ""] += 1
        await client.notify(event)

    def receiver() -> Receiver:
        return Receiver(
            handle,
            sandbox.project().hmac_secret,
            store=store,
            on_stale=handle,
            attempts=20,
            initial_delay=0.001,
        )

    sandbox.webhooks.pause = 0.01
    sandbox.webhooks.disturb(duplicate=0.3, reorder=0.3, delay=0.5, seconds=0.05, seed=SEED)
    numbers = await rent_all(client, sandbox)
    ended: list[WaitResult[ActiveNumber]] = []

    async def wait(number: str) -> None:
        ended.append(
            await client.active_numbers.wait_until_provisioned(
                number, sms=True, voice=True, longest_pause=3600.0, deadline=120.0
            )
        )

    async with asyncio.TaskGroup() as group:
        # All of them look once, and then hardly ever again.
        for number in numbers:
            group.create_task(wait(number))
        while sum(call.startswith("GET") for call in sandbox.calls) < len(numbers):
            await asyncio.sleep(0.001)
        port = 0
        for restart in range(3):
            async with serve(receiver(), port=port) as url:
                sandbox.webhooks.url = url
                port = int(url.rpartition(":")[2])
                if restart == 0:
                    sandbox.clock.advance(2)
                if restart < 2:
                    while len(handled) < 0.3 * len(numbers) * (restart + 1):
                        await asyncio.sleep(0.001)
                    continue
                await sandbox.webhooks.settled()
                sandbox.webhooks.send_again()
                await sandbox.webhooks.settled()
            sandbox.webhooks.calm()
        # A reply may have been under way when its event came: told once more, it is read again.
        for number in numbers:
            await client.notify(NumberEvent(resource_id=number))

    assert sorted(numbers) == sorted(one.subject for one in ended)
    assert {one.subject: one.outcome for one in ended} == {
        number: truth(sandbox, number) for number in numbers
    }
    told = len(sandbox.project().events)
    attempts = len(sandbox.webhooks.deliveries)
    print(f"{told} events in {attempts} deliveries, {handled.total()} handled")
    assert (told, {1}) == (len(handled), set(handled.values()))
    assert told < attempts


async def test_polling_alone(client: NumbersClient, sandbox: Sandbox, count: int) -> None:
    """Without a single webhook the same is reached."""
    numbers = await rent_all(client, sandbox)
    waiting = asyncio.create_task(
        client.active_numbers.wait_until_all_provisioned(
            numbers, sms=True, voice=True, longest_pause=0.1, deadline=120.0
        )
    )
    async for _ in steps(sandbox):
        calls = len(sandbox.calls)
        while len(sandbox.calls) < calls + len(numbers) // 4 and not waiting.done():
            await asyncio.sleep(0.001)
    ended = await waiting

    assert numbers == list(ended)
    assert {number: one.outcome for number, one in ended.items()} == {
        number: truth(sandbox, number) for number in numbers
    }
    outcomes = Counter(one.outcome for one in ended.values())
    assert Counter({"succeeded": 2 * count // 5, "failed": 3 * count // 5}) == outcomes
