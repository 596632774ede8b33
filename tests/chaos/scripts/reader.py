"""
Read numbers one by one, and print the counts of errors, seconds, and memory.

By ``reader.py CALLS WORKERS SLOTS TIMEOUT``.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from pathlib import Path

from sinch_numbers import NumbersClient, SinchNumbersError


def peak() -> int:
    """Return the peak memory of this process, in KiB."""
    # Not getrusage: its maximum includes the size of the parent process.
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


async def main(calls: int, concurrency: int, slots: int, timeout: float) -> None:
    errors: Counter[str] = Counter()
    wrong, longest = 0, 0.0
    async with NumbersClient(max_concurrency=slots, timeout=timeout, retries=0) as client:
        numbers = [number.phone_number async for number in client.active_numbers.list()]
        waiting = iter(range(calls))

        async def worker() -> None:
            nonlocal wrong, longest
            for index in waiting:
                wanted = numbers[index % len(numbers)]
                began = time.monotonic()
                try:
                    found = await client.active_numbers.get(wanted)
                except SinchNumbersError as error:
                    errors[type(error).__name__] += 1
                else:
                    wrong += found.phone_number != wanted
                longest = max(longest, time.monotonic() - began)

        started = time.monotonic()
        await asyncio.gather(*(worker() for _ in range(concurrency)))
        seconds = time.monotonic() - started
    print(
        json.dumps(
            {
                "errors": errors,
                "wrong": wrong,
                "longest": longest,
                "seconds": seconds,
                "peak_kib": peak(),
            }
        )
    )


asyncio.run(main(*map(int, sys.argv[1:4]), float(sys.argv[4])))
