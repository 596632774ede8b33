"""Tokens with a lifetime of four seconds, from a service that fails one time in three, or more."""

import asyncio
import itertools
import time
from typing import Any
from urllib.parse import urlsplit

from proxy import FaultProxy
from results import Result
from weather import brew, plant

from sinch_numbers import (
    AuthenticationError,
    AuthUnavailableError,
    Backoff,
    NumbersClient,
    SinchNumbersError,
)
from sinch_numbers.sandbox import Fault, Faults, Sandbox

LIFETIME = 4
RENEWED_AFTER = 0.8 * LIFETIME
"""Minimum seconds until a token is renewed."""
SLOTS = 60
"""Concurrent calls: with many more, a call on a busy machine takes as long as a token is valid."""
TIMEOUT = 20.0
IN_A_ROW = 6
"""Maximum failures of the token service in a row: after more than seven, a call fails."""
TOKEN = "/oauth2/token"
QUICK = Backoff(first=0.01, throttled=0.02, longest=0.2)


async def storm(
    calls: int,
    seed: int,
    *,
    seconds: float,
    latency: float = 0.0,
    failing: float = 0.3,
    concurrency: int = 200,
) -> Result:
    """
    Read *calls* times within about *seconds*, while tokens expire and fetches fail.

    With a *latency*, tokens also expire between the client and the service.
    """
    result = Result(f"token storm/{'far' if latency else 'near'}/{failing:.0%}", seed)
    async with (
        Sandbox(numbers=0, stock=0, token_lifetime=LIFETIME) as sandbox,
        FaultProxy("127.0.0.1", urlsplit(sandbox.url).port or 0, seed=seed) as proxy,
        NumbersClient(
            "sandbox",
            "sandbox",
            "sandbox",
            numbers_url=proxy.url if latency else sandbox.url,
            auth_url=sandbox.auth_url,
            backoff=QUICK,
            timeout=TIMEOUT,
            max_concurrency=SLOTS,
        ) as client,
    ):
        held = sandbox.project().add_active().phone_number
        proxy.add("latency", seconds=latency, jitter=latency, upstream=True)
        faults = sandbox.faults
        ways = [(1.0, kind, {}) for kind in ("500", "drop", "429")]
        plant(faults, ways, path=TOKEN, method="POST")  # so that some fetches certainly fail
        brew(faults, ways, share=failing, seed=seed, path=TOKEN, method="POST")
        spare(faults)
        errors: list[SinchNumbersError] = []
        waiting = iter(range(calls))
        started = time.monotonic()

        async def worker() -> None:
            for number in waiting:
                due = started + seconds * number / calls
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                try:
                    await client.active_numbers.get(held)
                except SinchNumbersError as error:
                    errors.append(error)

        await asyncio.gather(*(worker() for _ in range(concurrency)))
        took = time.monotonic() - started
        fetches = sum(call == f"POST {TOKEN}" for call in sandbox.calls)
        faulted = len(faults.applied)
    ideal = 1 + took / RENEWED_AFTER
    result.note(
        calls=calls,
        token_posts=fetches,
        faulted=faulted,
        ideal=round(ideal, 1),
        refused=sum(isinstance(error, AuthenticationError) for error in errors),
        unavailable=sum(isinstance(error, AuthUnavailableError) for error in errors),
        other=sum(
            not isinstance(error, AuthenticationError | AuthUnavailableError) for error in errors
        ),
    )
    result.hold("every kind of failure struck", faulted >= len(ways))
    result.hold("no call fails without a token", not errors)
    result.hold(
        "a token is fetched when it is due, and again after each failure",
        fetches <= 1.2 * ideal + faulted,
    )
    return result.done()


def spare(faults: Faults) -> None:
    """Let a token request succeed after `IN_A_ROW` failures."""
    strike, failed = faults.strike, 0

    def sparing(method: str, path: str, query: Any = None) -> Fault | None:
        nonlocal failed
        fault = None if path == TOKEN and failed == IN_A_ROW else strike(method, path, query)
        if path == TOKEN:
            failed = failed + 1 if fault else 0
        return fault

    faults.strike = sparing  # type: ignore[method-assign]  # no rule can do that


async def revoked(calls: int, seed: int, *, every: int = 50, concurrency: int = 50) -> Result:
    """Revoke all tokens from time to time: each generation is renewed once for all callers."""
    result = Result("tokens revoked", seed)
    async with (
        Sandbox(numbers=0, stock=0) as sandbox,
        NumbersClient(
            "sandbox",
            "sandbox",
            "sandbox",
            numbers_url=sandbox.url,
            auth_url=sandbox.auth_url,
            backoff=QUICK,
            timeout=TIMEOUT,
        ) as client,
    ):
        held = sandbox.project().add_active().phone_number
        client.tokens._forced_refresh_interval = 0.0  # type: ignore[attr-defined]  # a TokenCache
        errors: list[SinchNumbersError] = []
        waiting = iter(range(calls))
        revocations = itertools.count()

        async def worker() -> None:
            for number in waiting:
                if number % every == every - 1:
                    next(revocations)
                    sandbox.revoke_tokens()
                try:
                    await client.active_numbers.get(held)
                except SinchNumbersError as error:
                    errors.append(error)

        await asyncio.gather(*(worker() for _ in range(concurrency)))
        fetches = sum(call == f"POST {TOKEN}" for call in sandbox.calls)
    generations = 1 + next(revocations)
    result.note(calls=calls, generations=generations, token_posts=fetches, errors=len(errors))
    result.hold("one fetch for each generation", fetches <= generations)
    return result.done()
