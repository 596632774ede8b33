"""
A sandbox in a process of its own, by ``elsewhere.py NUMBERS LATENCY [STOCK]``.

It ends when its standard input does.
"""

import asyncio
import json
import sys

from sinch_numbers.sandbox import Sandbox


async def main(numbers: int, latency: float, stock: int) -> None:
    async with Sandbox(numbers=numbers, stock=0, latency=latency) as sandbox:
        for number in range(stock):
            sandbox.project().add_available(phone_number=f"+1202{2_000_000 + number}")
        print(json.dumps(sandbox.environment), flush=True)
        await asyncio.to_thread(sys.stdin.read)


asyncio.run(main(int(sys.argv[1]), float(sys.argv[2]), int([*sys.argv, "0"][3])))
