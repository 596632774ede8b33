"""Not too many at once, and none while the service asks to wait."""

import asyncio
import time

import pytest

from sinch_numbers import NumbersClient, RateLimitError
from sinch_numbers.sandbox import Sandbox
from sinch_numbers.throttle import Throttle

pytestmark = pytest.mark.anyio

SLOW_DOWN = RateLimitError("slow down", status=429)


async def test_no_more_than_the_limit_at_once() -> None:
    """A hundred callers go through a gate for five, five by five."""
    throttle, inside, most = Throttle(5), 0, 0

    async def pass_through() -> None:
        nonlocal inside, most
        await throttle.enter(None)
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0)
        inside -= 1
        throttle.leave()

    await asyncio.gather(*(pass_through() for _ in range(100)))

    assert 5 == most


async def test_the_wait_in_the_queue_is_told() -> None:
    """Time in the queue is nobody's attempt: it is told apart."""
    throttle = Throttle(1)
    await throttle.enter(None)
    asyncio.get_running_loop().call_later(0.05, throttle.leave)

    assert await throttle.enter(None) >= 0.04


async def test_a_pause_holds_everybody() -> None:
    """One was told to slow down, so all of them do."""
    throttle = Throttle(5)
    throttle.pause(0.1, SLOW_DOWN)
    started = time.monotonic()

    await asyncio.gather(*(throttle.enter(None) for _ in range(5)))

    assert time.monotonic() - started >= 0.1


async def test_a_pause_holds_those_in_the_queue_too() -> None:
    """Whoever gets a slot while the gate is closed gives it back and waits."""
    throttle = Throttle(1)
    await throttle.enter(None)
    queued = asyncio.create_task(throttle.enter(None))
    await asyncio.sleep(0)
    started = time.monotonic()
    throttle.pause(0.1, SLOW_DOWN)
    throttle.leave()

    await queued

    assert time.monotonic() - started >= 0.1


async def test_a_pause_beyond_the_deadline_is_the_refusal() -> None:
    """Who cannot wait that long hears at once what the service said."""
    throttle = Throttle(5)
    throttle.pause(60, SLOW_DOWN)

    with pytest.raises(RateLimitError, match="slow down") as caught:
        await throttle.enter(time.monotonic() + 1)

    assert SLOW_DOWN is not caught.value


async def test_a_shorter_pause_does_not_open_the_gate() -> None:
    """The longest wait that was asked for counts."""
    throttle = Throttle(5)
    throttle.pause(0.1, SLOW_DOWN)
    throttle.pause(0, SLOW_DOWN)
    started = time.monotonic()

    await throttle.enter(None)

    assert time.monotonic() - started >= 0.1


def test_each_loop_has_slots_of_its_own() -> None:
    """A loop that ended with its slots taken takes none from the next."""
    throttle = Throttle(1)
    asyncio.run(throttle.enter(None))

    assert 0.0 == asyncio.run(throttle.enter(None))


async def test_a_thousand_calls_do_not_time_out_in_the_queue(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """The wait for a slot counts neither as an attempt nor against the deadline."""
    sandbox.faults.add("slow", seconds=0.08, path="/availableRegions", times=5000)
    hurried = client.with_options(timeout=0.5, deadline=0.5)

    regions = await asyncio.gather(
        *(hurried.available_regions.list() for _ in range(1000)), return_exceptions=True
    )

    assert {tuple} == {type(one) for one in regions}


async def test_one_refusal_slows_the_whole_client(client: NumbersClient, sandbox: Sandbox) -> None:
    """While one call waits as it was told, no other is sent."""
    sandbox.faults.add("429", retry_after="1", path="/availableRegions")
    started = time.monotonic()
    refused = asyncio.create_task(client.available_regions.list())
    while len(sandbox.calls) < 2:
        await asyncio.sleep(0.001)
    await asyncio.sleep(0.02)

    await asyncio.gather(refused, *(client.available_regions.list() for _ in range(10)))

    assert time.monotonic() - started >= 1.0
