"""An outage: retries must not overload the service when it recovers."""

import asyncio
import random
import time

from limits import Limits, at_most, settled
from promises import FAILED, UNKNOWN
from results import Result
from weather import Way, brew, share_of
from wires import FixedToken, Puppet, Tap

from sinch_numbers import Backoff, NumbersClient, OutcomeUnknownError, SinchNumbersError
from sinch_numbers._core.transport.aiohttp import AiohttpTransport
from sinch_numbers._core.transport.base import Reply, Request
from sinch_numbers.sandbox import Sandbox

QUICK = Backoff(first=0.001, throttled=0.001, longest=0.01)
NUMBER = "+12025550147"
DOWN = Reply(503, {}, b"")
UP = Reply(200, {}, f'{{"phoneNumber": "{NUMBER}", "projectId": "chaos"}}'.encode())
SHARE = 0.59
WAYS: tuple[Way, ...] = tuple((1.0, kind, {}) for kind in ("503", "drop", "reset", "truncated"))
"""The first is without effect, the others are with effect; all of them are ambiguous."""
TOTAL_BAR = 1.05
HALF_BAR = 1.30


async def amplification(
    calls: int, seed: int, *, failing: float, concurrency: int = 100
) -> Result:
    """Send *calls* reads of which *failing* fail on the wire, then let the service recover."""
    result = Result(f"outage/{failing:.0%}", seed)
    dice = random.Random(seed)
    share = failing

    def answer(_: Request) -> Reply:
        return DOWN if dice.random() < share else UP

    wire = Puppet(answer)
    attempts = failed = starved = 0
    async with NumbersClient(
        "chaos", tokens=FixedToken(), transport=wire, backoff=QUICK, max_concurrency=concurrency
    ) as client:
        waiting = iter(range(calls))

        async def worker() -> None:
            nonlocal attempts, failed, starved
            for _ in waiting:
                try:
                    await client.active_numbers.get(NUMBER)
                except SinchNumbersError as error:
                    attempts += error.attempts
                    failed += 1
                    starved += error.quota_exhausted

        await asyncio.gather(*(worker() for _ in range(concurrency)))
        sent = wire.count
        share = 0.0
        recovered = time.monotonic()
        await client.active_numbers.get(NUMBER)
        recovery = time.monotonic() - recovered
        recovering = wire.count - sent
    factor = sent / calls
    # Every call fails with its first attempt when no quota is left for a second one.
    limit = at_most(calls, failing)
    result.note(
        calls=calls,
        requests=sent,
        amplification=round(factor, 4),
        failed=failed,
        failed_limit=limit,
        starved=starved,
        recovery_ms=round(1000 * recovery, 1),
    )
    bar = TOTAL_BAR if failing == 1.0 else HALF_BAR
    result.hold(f"at most {bar} requests for each call", factor <= bar)
    result.hold("the first call after recovery succeeds at once", recovering == 1)
    result.hold("no more calls fail than their first attempts", failed <= limit)
    if failing == 1.0:
        result.hold("every request is an attempt that an error reports", sent == attempts)
        result.hold("nothing succeeds in an outage", failed == calls)
    return result.done()


async def counted(calls: int, seed: int) -> Result:
    """Hold the requests that reach a sandbox against those that the client knows of."""
    result = Result("outage/wire", seed)
    tap = Tap(AiohttpTransport())
    async with (
        Sandbox(numbers=0, stock=0) as sandbox,
        NumbersClient(
            "sandbox",
            "sandbox",
            "sandbox",
            numbers_url=sandbox.url,
            auth_url=sandbox.auth_url,
            sole_renter=True,
            transport=tap,
            backoff=QUICK,
            settle_timeout=0.05,
            timeout=2.0,
        ) as client,
    ):
        held = [sandbox.project().add_active().phone_number for _ in range(calls)]
        free = [sandbox.project().add_available().phone_number for _ in range(calls // 10)]
        faults = sandbox.faults
        brew(faults, WAYS, share=SHARE, seed=seed)
        failed = 0

        async def update(number: str) -> None:
            nonlocal failed
            try:
                await client.active_numbers.update(number, display_name="stormy")
            except SinchNumbersError:
                failed += 1

        await asyncio.gather(*(update(number) for number in held))
        ends = await asyncio.gather(
            *(client.available_numbers.rent(number) for number in free), return_exceptions=True
        )
        unknown = sum(isinstance(end, OutcomeUnknownError) for end in ends)
        unrented = sum(isinstance(end, SinchNumbersError) for end in ends) - unknown
        received = sum("oauth2" not in call for call in sandbox.calls)
    sent = sum(request.sent for request in tap.requests)
    # A read that settles an outcome can be given up before it is sent.
    kept_back = [one for one in tap.requests if not one.sent and one.method != "GET"]
    rates = settled(
        effect=share_of(WAYS[1:], WAYS, SHARE),
        nothing=share_of(WAYS[:1], WAYS, SHARE),
        blind=SHARE,
    )
    limits = rates.limits(len(free), certain=Limits(failed=0, unknown=0))
    # An update fails with its first attempt when no quota is left for a second one.
    updates = at_most(calls, SHARE)
    result.note(
        calls=calls + len(free),
        attempts=len(tap.requests),
        sent=sent,
        received=received,
        updates_failed=failed,
        updates_limit=updates,
        rents_failed=unrented,
        rents_limit=limits.failed,
        unknown=unknown,
        unknown_limit=limits.unknown,
    )
    result.hold("no more updates fail than their first attempts", failed <= updates)
    result.hold(FAILED, unrented <= limits.failed)
    result.hold(UNKNOWN, unknown <= limits.unknown)
    result.hold("what is received is what was sent, no more", received == sent)
    result.hold("every change that was attempted was sent", not kept_back)
    return result.done()
