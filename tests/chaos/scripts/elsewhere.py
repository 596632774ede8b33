"""
A sandbox in another process, by ``elsewhere.py NUMBERS LATENCY [STOCK [PROVISIONING]]``.

It ends when its standard input ends.
"""

import asyncio
import json
import sys

from sinch_numbers.sandbox import Sandbox


async def main(numbers: int, latency: float, stock: int, provisioning: float) -> None:
    async with Sandbox(
        numbers=numbers, stock=0, latency=latency, provisioning=provisioning
    ) as sandbox:
        for number in range(stock):
            sandbox.project().add_available(phone_number=f"+1202{2_000_000 + number}")
        print(json.dumps(sandbox.environment), flush=True)
        await asyncio.to_thread(sys.stdin.read)


given = [*sys.argv[1:], *("", "", "0", "1")[len(sys.argv) - 1 :]]
asyncio.run(main(int(given[0]), float(given[1]), int(given[2]), float(given[3])))
