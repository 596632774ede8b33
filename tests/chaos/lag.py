"""
Lag: reads that are older, or effects that are later, than the settle timeout.

Reads that show no effect then prove nothing, which is the documented limit of the proof. No call
may buy a second number. Under stale reads the outcome must stay unknown; a late effect can be
denied, if it comes after the proof of its absence, and their number is printed.

    python tests/chaos/lag.py --calls 1000 --seed 2
"""

import argparse
import asyncio
import random
import sys
from collections import Counter

from results import Result

from sinch_numbers import (
    ActiveNumber,
    AlreadyOwnedError,
    Backoff,
    NumbersClient,
    OutcomeUnknownError,
    OutOfStockError,
    SinchNumbersError,
)
from sinch_numbers.sandbox import Sandbox

SETTLE = 0.1
LAGS = {"stale reads": 30 * SETTLE, "late effects": 6 * SETTLE}
QUICK = Backoff(first=0.001, throttled=0.001, longest=0.01)
AT_ONCE = 20
ONE = "no call buys a second number"
REPORTED = "every purchase is returned, or reported as unknown with its number"
UNKNOWN = "stale reads leave the outcome unknown"


async def lag(kind: str, calls: int, seed: int) -> Result:
    """Rent under a lag of *kind*: one response of each call is lost."""
    result = Result(f"lag/{kind}", seed)
    dice = random.Random(seed)
    ends: list[ActiveNumber | OutcomeUnknownError] = []
    denied: list[SinchNumbersError] = []
    taken: list[str] = []
    async with Sandbox(numbers=0, stock=0) as sandbox:
        if kind == "stale reads":
            sandbox.faults.add("stale", seconds=LAGS[kind], probability=1.0)
        for number in range(calls):
            sandbox.project().add_available(phone_number=f"+1202{5_550_000 + number}")
        async with NumbersClient(
            **options(sandbox), settle_timeout=SETTLE, timeout=1.0, backoff=QUICK, sole_renter=True
        ) as client:
            numbers = [
                number.phone_number
                for number in await client.available_numbers.search(
                    region_code="US", type="LOCAL", size=calls
                )
            ]
            # The first response for every second number is lost, or its effect is late.
            for number in dice.sample(numbers, len(numbers) // 2):
                posts = {"method": "POST", "path": f"/{number}:rent", "times": 1}
                if kind == "stale reads":
                    sandbox.faults.add("drop", **posts)
                else:
                    sandbox.faults.add("late_commit", seconds=LAGS[kind], **posts)
            dice.shuffle(numbers)

            async def work() -> None:
                while numbers:
                    number, named = numbers.pop(), len(numbers) % 2 == 0
                    if not named:
                        call = client.available_numbers.rent_first(region_code="US", type="LOCAL")
                    else:
                        call = client.available_numbers.rent(number)
                    try:
                        ends.append(await call)
                    except OutcomeUnknownError as error:
                        ends.append(error)
                    except (AlreadyOwnedError, OutOfStockError):
                        taken.append(number)  # by another call of this client
                    except SinchNumbersError as error:
                        denied.append(error)

            await asyncio.gather(*(work() for _ in range(AT_ONCE)))
        await asyncio.sleep(2 * LAGS["late effects"])
        billed = Counter(one.phone_number for one in sandbox.ledger if one.operation == "rent")
    reported = {end.phone_number for end in ends}
    unknown = sum(isinstance(end, OutcomeUnknownError) for end in ends)
    result.note(
        calls=len(ends),
        denied=len(denied),
        taken=len(taken),
        billed=billed.total(),
        unknown=unknown,
    )
    result.hold(ONE, billed.total() <= len(ends) + len(denied) and max(billed.values()) == 1)
    if kind == "stale reads":
        result.hold(REPORTED, set(billed) <= reported)
        result.hold(UNKNOWN, unknown > 0)
    return result.done()


def options(sandbox: Sandbox) -> dict[str, str]:
    return {
        "project_id": "sandbox",
        "key_id": "sandbox",
        "key_secret": "sandbox",
        "numbers_url": sandbox.url,
        "auth_url": sandbox.auth_url,
    }


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Lags beyond the settle timeout.")
    parser.add_argument("--calls", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    results = [asyncio.run(lag(kind, given.calls, given.seed)) for kind in LAGS]
    return int(any(result.breaches for result in results))


if __name__ == "__main__":
    sys.exit(main())
