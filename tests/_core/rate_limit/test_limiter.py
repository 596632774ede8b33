"""Rate limiter: bounded concurrency, and no requests during a Retry-After."""

import asyncio
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinch_numbers import NumbersClient, RateLimitError, Reply, Request, Secret, Token
from sinch_numbers._core.rate_limit.limiter import RateLimiter
from sinch_numbers.sandbox import Sandbox

pytestmark = pytest.mark.anyio

SLOW_DOWN = RateLimitError("slow down", status=429)


async def test_no_more_than_the_limit_at_once() -> None:
    """A hundred callers go through a gate for five, five by five."""
    limiter, inside, most = RateLimiter(5), 0, 0

    async def pass_through() -> None:
        nonlocal inside, most
        await limiter.acquire(None)
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0)
        inside -= 1
        limiter.release()

    await asyncio.gather(*(pass_through() for _ in range(100)))

    assert 5 == most


async def test_the_wait_in_the_queue_is_told() -> None:
    """Time in the queue is nobody's attempt: it is told apart."""
    limiter = RateLimiter(1)
    await limiter.acquire(None)
    asyncio.get_running_loop().call_later(0.05, limiter.release)

    assert await limiter.acquire(None) > 0


async def test_a_turn_of_the_pace_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The slot is held meanwhile, and the wait is reported with that in the queue."""
    limiter, slept = RateLimiter(1), []

    async def sleep(seconds: float) -> None:
        slept.append((seconds, limiter._inside()))

    monkeypatch.setattr(limiter._pacer, "turn", lambda: 0.25)
    monkeypatch.setattr("sinch_numbers._core.rate_limit.limiter.asyncio.sleep", sleep)

    assert await limiter.acquire(None) == pytest.approx(0.25)
    assert [(0.25, 1)] == slept


async def test_a_closed_gate_is_left_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """No request starts early, and they spread over a tenth of the wait."""
    slept = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        limiter._closed = None

    monkeypatch.setattr("sinch_numbers._core.rate_limit.limiter.asyncio.sleep", sleep)
    for _ in range(200):
        limiter = RateLimiter(1)
        limiter.close_for(100.0, SLOW_DOWN)
        await limiter.acquire(None)

    assert 99.9 < min(slept) < 102 < 108 < max(slept) <= 110


async def test_a_pause_holds_everybody() -> None:
    """One was told to slow down, so all of them do."""
    limiter = RateLimiter(5)
    started = time.monotonic()
    limiter.close_for(0.1, SLOW_DOWN)

    async def pass_through() -> None:
        await limiter.acquire(None)
        assert time.monotonic() - started >= 0.1
        limiter.release()

    await asyncio.gather(*(pass_through() for _ in range(5)))


async def test_a_pause_holds_those_in_the_queue_too() -> None:
    """Whoever gets a slot while the gate is closed gives it back and waits."""
    limiter = RateLimiter(1)
    await limiter.acquire(None)
    queued = asyncio.create_task(limiter.acquire(None))
    await asyncio.sleep(0)
    started = time.monotonic()
    limiter.close_for(0.1, SLOW_DOWN)
    limiter.release()

    await queued

    assert time.monotonic() - started >= 0.1


async def test_a_pause_beyond_the_deadline_is_the_refusal() -> None:
    """Who cannot wait that long hears at once what the service said."""
    limiter = RateLimiter(5)
    limiter.close_for(60, SLOW_DOWN)

    with pytest.raises(RateLimitError, match="slow down") as caught:
        await limiter.acquire(time.monotonic() + 1)

    assert SLOW_DOWN is not caught.value


async def test_a_shorter_pause_does_not_open_the_gate() -> None:
    """The longest wait that was asked for counts."""
    limiter = RateLimiter(5)
    started = time.monotonic()
    limiter.close_for(0.1, SLOW_DOWN)
    limiter.close_for(0, SLOW_DOWN)

    await limiter.acquire(None)

    assert time.monotonic() - started >= 0.1


def test_each_loop_has_slots_of_its_own() -> None:
    """A loop that ended with its slots taken takes none from the next."""
    limiter = RateLimiter(1)
    asyncio.run(limiter.acquire(None))

    assert 0.0 == asyncio.run(limiter.acquire(None))


async def test_a_refusal_halves_what_may_be_through() -> None:
    """Half of those that were through, once for a burst of refusals; never less than one."""
    limiter = RateLimiter(100)
    for _ in range(40):
        await limiter.acquire(None)

    limiter.close_for(0, SLOW_DOWN)
    limiter.close_for(0, SLOW_DOWN)

    assert 20 == limiter.allowed


async def test_calm_rounds_win_it_back() -> None:
    """Each round that the service takes without complaint allows one more, up to the limit."""
    limiter = RateLimiter(8)
    for _ in range(8):
        await limiter.acquire(None)
    limiter.close_for(0, SLOW_DOWN)
    grown = [limiter.allowed]
    for _ in range(5):
        for _ in range(limiter.allowed + 1):
            limiter.on_success()
        grown.append(limiter.allowed)

    assert [4, 5, 6, 7, 8, 8] == grown


async def test_who_waits_is_let_in_as_the_limit_grows() -> None:
    """A slot that was won back goes to the longest waiting."""
    limiter = RateLimiter(2)
    for _ in range(2):
        await limiter.acquire(None)
    limiter.close_for(0, SLOW_DOWN)
    limiter.release()
    waiting = asyncio.create_task(limiter.acquire(None))
    for _ in range(5):
        await asyncio.sleep(0)
    assert not waiting.done()

    limiter.on_success()
    await asyncio.wait_for(waiting, 10)


async def test_order_is_kept() -> None:
    """First come, first served."""
    limiter, order = RateLimiter(1), []

    async def take(number: int) -> None:
        await limiter.acquire(None)
        order.append(number)
        await asyncio.sleep(0)
        limiter.release()

    await asyncio.gather(*(take(number) for number in range(50)))

    assert list(range(50)) == order


@given(steps=st.lists(st.integers(0, 3), max_size=60), limit=st.integers(1, 4))
def test_no_slot_is_ever_lost(steps: list[int], limit: int) -> None:
    """Whatever is cancelled, refused and left, and when: in the end all slots are free."""

    async def main() -> None:
        limiter, inside, waiting = RateLimiter(limit), 0, []
        for step in steps:
            if step == 0:
                waiting.append(asyncio.create_task(limiter.acquire(None)))
            elif step == 1 and inside:
                limiter.release()
                inside -= 1
            elif step == 2 and waiting:
                waiting.pop(0).cancel()
            elif step == 3:
                limiter.on_success()
            await asyncio.sleep(0)
            done = [task for task in waiting if task.done()]
            inside += len(done)
            waiting = [task for task in waiting if not task.done()]
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        inside += sum(not task.cancelled() for task in waiting)
        for _ in range(inside):
            limiter.release()
        for _ in range(limit):
            await asyncio.wait_for(limiter.acquire(None), 10)

    asyncio.run(main())


class Clock:
    """Stands in for the module `time`: it moves when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return self.now


class Slow:
    """A transport whose every exchange takes a second of *clock*; it notes what it was given."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.timeouts: list[float] = []

    async def exchange(self, request: Request) -> Reply:
        self.timeouts.append(request.timeout)
        await asyncio.sleep(0)
        self.clock.now += 1.0
        return Reply(200, {}, b'{"availableRegions": []}')

    async def close(self) -> None: ...


class Key:
    """An authorizer with one token."""

    async def get(self) -> Token:
        return Token(Secret("Bearer t0ken"), 3600)

    def invalidate(self, token: Token) -> bool:
        return False

    async def close(self) -> None: ...


@pytest.mark.parametrize(("timeout", "deadline"), [(1.5, 90.0), (30.0, 1.5), (1.5, 1.5)])
async def test_a_thousand_calls_do_not_time_out_in_the_queue(
    monkeypatch: pytest.MonkeyPatch, timeout: float, deadline: float
) -> None:
    """The wait for a slot counts neither as an attempt nor against the deadline."""
    clock = Clock()
    for module in ("pipeline", "rate_limit.limiter"):
        monkeypatch.setattr(f"sinch_numbers._core.{module}.time", clock)
    slow = Slow(clock)
    async with NumbersClient(
        "p", tokens=Key(), transport=slow, max_concurrency=1, timeout=timeout, deadline=deadline
    ) as client:
        await asyncio.gather(*(client.available_regions.list() for _ in range(1000)))

    assert [1.5] * 1000 == slow.timeouts
    assert 2000.0 == clock.now


@pytest.mark.slow
@pytest.mark.sandbox
async def test_one_refusal_slows_the_whole_client(client: NumbersClient, sandbox: Sandbox) -> None:
    """While one call waits as it was told, no other is sent."""
    sandbox.faults.add("429", retry_after="1", path="/availableRegions")
    refused = asyncio.create_task(client.available_regions.list())
    while client._context.limiter._closed is None:
        await asyncio.sleep(0.001)
    closed_until = client._context.limiter._closed.until
    sent = len(sandbox.calls)
    others = [asyncio.create_task(client.available_regions.list()) for _ in range(10)]

    while time.monotonic() < closed_until:
        assert sent == len(sandbox.calls)
        await asyncio.sleep(0.02)
    await asyncio.gather(refused, *others)

    assert sent + 11 == len(sandbox.calls)
