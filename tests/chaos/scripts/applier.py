"""
A process that applies a plan, by ``applier.py PLAN STORE METHOD``, and prints the report as JSON.

The sandbox is that of the environment variables.
"""

import asyncio
import json
import logging
import sys
from typing import Any

from sinch_numbers import Backoff, NumbersClient
from sinch_numbers.operations import apply_plan, read_plan


async def main(plan: str, store: str, method: Any) -> None:
    async with NumbersClient(
        store=store,
        timeout=1.0,
        settle_timeout=0.3,
        backoff=Backoff(first=0.001, throttled=0.001, longest=0.01),
    ) as client:
        report = await apply_plan(
            client,
            read_plan(plan),
            allow_buy=True,
            allow_release=True,
            budget="100000.00",
            method=method,
            longest_pause=0.2,
        )
    print(json.dumps(report.to_dict(names="python")))


logging.disable(logging.WARNING)
asyncio.run(main(*sys.argv[1:]))
