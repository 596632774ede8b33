"""
A sandbox in a process of its own, by ``elsewhere.py NUMBERS LATENCY``.

It ends when its standard input does.
"""

import asyncio
import json
import sys

from sinch_numbers.sandbox import Sandbox


async def main(numbers: int, latency: float) -> None:
    async with Sandbox(numbers=numbers, stock=0, latency=latency) as sandbox:
        print(json.dumps(sandbox.environment), flush=True)
        await asyncio.to_thread(sys.stdin.read)


asyncio.run(main(int(sys.argv[1]), float(sys.argv[2])))
