"""
Rent numbers, one after the other: a worker of `fleet.py`, by ``renter.py SETTINGS``.

The settings are JSON: ``calls`` per client, ``clients`` in this process, the ``order`` in which
candidates are tried (``shuffled``, as clients do it, or the ``same``), ``buys`` for purchases by
orders instead of rents (``"forgetfully"``: without a wait for the orders, and without a report of
those that are not completed), and options of the client. Prints one JSON line for each call: the
number, or the error and the number or order it may be.
"""

import asyncio
import json
import logging
import random
import sys
from typing import Any

from sinch_numbers import (
    Backoff,
    NumbersClient,
    OutcomeUnknownError,
    PurchaseIncompleteError,
    SinchNumbersError,
)

QUICK = Backoff(first=0.005, throttled=0.005, longest=0.05)


async def work(client: NumbersClient, calls: int, *, buys: bool | str) -> None:
    """Rent or buy *calls* numbers; print what the caller receives."""
    forgets = buys == "forgetfully"
    for _ in range(calls):
        report: dict[str, Any] = {}
        try:
            if buys:
                (number,) = await client.buy(
                    region_code="US",
                    type="LOCAL",
                    max_monthly_price=1,
                    deadline=0.0 if forgets else 60.0,
                    longest_pause=0.01,
                )
            else:
                number = await client.available_numbers.rent_first(region_code="US", type="LOCAL")
            report["rented"] = number.phone_number
        except OutcomeUnknownError as error:
            order = str(error.path).partition("/numberOrders/")[2].removesuffix("/submit")
            report["unknown"] = error.phone_number or order
        except PurchaseIncompleteError as error:
            report["incomplete"] = [] if forgets else [*error.order_ids, *error.phone_numbers]
        except SinchNumbersError as error:
            report["failed"] = type(error).__name__
        print(json.dumps(report), flush=True)


async def main() -> None:
    settings = json.loads(sys.argv[1])
    calls, count = settings.pop("calls"), settings.pop("clients")
    buys = settings.pop("buys", False)
    if settings.pop("order") == "same":
        setattr(random, "shuffle", list.sort)  # noqa: B010  # a type checker would object
    clients = [NumbersClient(backoff=QUICK, timeout=1.0, **settings) for _ in range(count)]
    try:
        await asyncio.gather(*(work(client, calls, buys=buys) for client in clients))
    finally:
        for client in clients:
            await client.close()


logging.disable(logging.CRITICAL)
asyncio.run(main())
