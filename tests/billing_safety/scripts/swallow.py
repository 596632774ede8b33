"""Read one number, and print the cost of the response: ``swallow.py URL number|token``."""

import asyncio
import json
import sys
import time
from pathlib import Path

from sinch_numbers import Backoff, NumbersClient, Secret, SinchNumbersError, Token

NUMBER = "+12025550134"


class FixedToken:
    async def get(self):
        return Token(Secret("Bearer t"), 3600.0)

    def invalidate(self, token):
        return False

    async def close(self):
        pass


def kib(name):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


async def main(url, what):
    options = {
        "numbers_url": url,
        "auth_url": url,
        "retries": 0,
        "timeout": 20.0,
        "backoff": Backoff(first=0.001, throttled=0.001, longest=0.002),
    }
    async with (
        NumbersClient("p", tokens=FixedToken(), **options) as warm,
        NumbersClient("p", "key", "secret", **options) as cold,
    ):
        await warm.active_numbers.get(NUMBER)  # modules, connection, buffers
        client = cold if what == "token" else warm
        before, started = kib("VmRSS"), time.process_time()
        try:
            await client.active_numbers.get("+12025550199")
            error = "none"
        except SinchNumbersError as failure:
            error = type(failure).__name__
        seconds = time.process_time() - started
    print(
        json.dumps(
            {
                "error": error,
                "seconds": seconds,
                "extra_mib": (kib("VmHWM") - before) / 1024,
            }
        )
    )


asyncio.run(main(*sys.argv[1:]))
