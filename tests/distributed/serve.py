"""
Run a sandbox until nobody holds the other end of standard input: ``serve.py SETTINGS``.

Prints the environment that leads to it, as JSON.
"""

import asyncio
import json
import sys

from sinch_numbers.sandbox import Sandbox


async def main(settings):
    async with Sandbox(**settings) as sandbox:
        print(json.dumps(sandbox.environment), flush=True)
        await asyncio.to_thread(sys.stdin.read)


asyncio.run(main(json.loads(sys.argv[1])))
