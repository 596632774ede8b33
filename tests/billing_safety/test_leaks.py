"""Ended calls and closed clients leave no objects, tasks, or connections."""

import asyncio
import itertools
import random
import time

import pytest

from sinch_numbers import Backoff, NumbersClient, SinchNumbersError

pytestmark = pytest.mark.sandbox

CALLS = 2500
CYCLES = 100
AT_ONCE = 20
SEED = 60643
FINE = "+12025551000"
SLOW = "+12025551066"
TOGETHER = "+12025551055"


@pytest.mark.slow
@pytest.mark.parametrize("how", ["async", "sync"])
def test_calls_and_clients_leave_nothing_behind(script, service, how):
    """
    5,000 calls, 6 of 10 in error, and 100 clients: less than 4 MiB, and no objects, files,
    tasks or threads more than before.
    """
    told = script("leak", service.url, how, CALLS, CYCLES, AT_ONCE)
    print(f"{how}: {told}")

    assert CALLS * 6 // 10 == sum(told["failed"].values())
    assert {
        "NotFoundError",
        "InternalServerError",
        "BadRequestError",
        "APIResponseError",
        "APIReplyLostError",
        "RateLimitError",
    } == set(told["failed"])
    # How many connections an open client keeps differs from moment to moment. But one object
    # or file for each call would be thousands, and one for each client a hundred.
    for phase, objects, files in (("calls", 1000, AT_ONCE), ("cycles", 90, 0)):
        assert told[phase]["kib"] < 4 * 1024
        assert told[phase]["objects"] < objects
        assert told[phase]["files"] <= files
        assert 0 == told[phase]["threads"] == told[phase]["tasks"]
    assert 0 == told["whole"]["threads"] == told["whole"]["tasks"]
    assert told["whole"]["files"] <= 0


def client_at(service, **options):
    return NumbersClient(
        "p",
        "key",
        "secret",
        numbers_url=service.url,
        auth_url=service.url,
        max_concurrency=2,
        retries=0,
        timeout=5.0,
        settle_timeout=0.01,
        backoff=Backoff(first=0.0001, throttled=0.0001, longest=0.0002),
        **options,
    )


async def check_both_slots(client, service):
    """Make two calls that are answered only when both are under way, and never a third."""
    async with asyncio.timeout(60):
        for _ in range(20):  # refusals for haste may have slowed it down
            await client.active_numbers.get(FINE)
        while service.under_way:  # it may not have noticed yet who is gone
            await asyncio.sleep(0.001)
        service.most = 0
        await asyncio.gather(*(client.active_numbers.get(TOGETHER) for _ in range(2)))
        await asyncio.gather(*(client.active_numbers.get(FINE) for _ in range(20)))
    assert [2, 2] == [service.waiting, service.most]


@pytest.mark.anyio
@pytest.mark.parametrize("calls", [200, pytest.param(1000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("call", ["a read", "a rent"])
async def test_cancelled_calls_give_their_slots_back(service, call, calls):
    """
    Calls cancelled at random moments, of a client that may make two at a time.
    """
    rng = random.Random(SEED)
    before = len(asyncio.all_tasks())
    cancelled, odd = 0, []
    slow = (f"+1202555{n:05}66" for n in itertools.count())
    started = time.monotonic()
    async with client_at(service) as client:
        await client.active_numbers.get(FINE)
        send = client.active_numbers.get if call == "a read" else client.available_numbers.rent
        while cancelled < calls:
            # A cancelled rent keeps its number, so each rents another one.
            numbers = [SLOW] * 5 if call == "a read" else [next(slow) for _ in range(5)]
            tasks = [asyncio.create_task(send(number)) for number in numbers]
            for task in tasks:
                for _ in range(rng.randrange(6)):
                    await asyncio.sleep(0)
                if rng.random() < 0.1:
                    await asyncio.sleep(rng.uniform(0, 0.004))
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
            cancelled += sum(isinstance(one, asyncio.CancelledError) for one in ended)
            odd += [one for one in ended if isinstance(one, Exception)]
        await check_both_slots(client, service)
    seconds = time.monotonic() - started
    print(f"{call}, seed {SEED}: {cancelled} cancelled in {seconds:.1f} s")

    assert [] == odd
    assert before == len(asyncio.all_tasks())


@pytest.mark.anyio
@pytest.mark.parametrize("rounds", [10, pytest.param(100, marks=pytest.mark.slow)])
async def test_refused_calls_give_their_slots_back(service, rounds):
    """
    Errors of six kinds, of a client that may make two calls at a time.
    """
    failed = 0

    async def one(client, digit):
        nonlocal failed
        with pytest.raises(SinchNumbersError):
            await client.active_numbers.get(f"+1202555100{digit}")
        failed += 1

    async with client_at(service) as client:
        for _ in range(rounds):
            await asyncio.gather(*(one(client, 4 + place % 6) for place in range(20)))
        await check_both_slots(client, service)
    print(f"{failed} errors")

    assert 20 * rounds == failed
