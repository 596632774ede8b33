"""
Rent numbers, one after the other: a worker of `fleet.py`, by ``renter.py SETTINGS``.

The settings are JSON: ``calls`` per client, ``clients`` in this process, the ``order`` in which
candidates are tried (``shuffled``, as clients do it, or the ``same``), and options of the client.
Prints one JSON line for each call: the number, or the error and the number it may be.
"""

import asyncio
import json
import logging
import random
import sys
from typing import Any

from sinch_numbers import Backoff, NumbersClient, OutcomeUnknownError, SinchNumbersError

QUICK = Backoff(first=0.005, throttled=0.005, longest=0.05)


async def work(client: NumbersClient, calls: int) -> None:
    """Rent *calls* numbers; print what the caller is told."""
    for _ in range(calls):
        told: dict[str, Any] = {}
        try:
            number = await client.available_numbers.rent_first(region_code="US", type="LOCAL")
            told["rented"] = number.phone_number
        except OutcomeUnknownError as error:
            told["unknown"] = error.phone_number
        except SinchNumbersError as error:
            told["failed"] = type(error).__name__
        print(json.dumps(told), flush=True)


async def main() -> None:
    settings = json.loads(sys.argv[1])
    calls, count = settings.pop("calls"), settings.pop("clients")
    if settings.pop("order") == "same":
        setattr(random, "shuffle", list.sort)  # noqa: B010  # a type checker would object
    clients = [NumbersClient(backoff=QUICK, timeout=1.0, **settings) for _ in range(count)]
    try:
        await asyncio.gather(*(work(client, calls) for client in clients))
    finally:
        for client in clients:
            await client.close()


logging.disable(logging.CRITICAL)
asyncio.run(main())
