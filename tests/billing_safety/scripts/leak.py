"""
Make calls and clients, and print the objects that remain.

By ``leak.py URL async|sync CALLS CYCLES AT_ONCE``.
"""

import asyncio
import gc
import json
import sys
import threading
import time
from pathlib import Path

from sinch_numbers import Backoff, NumbersClient, SinchNumbersError, SyncNumbersClient

QUICK = Backoff(first=0.0001, throttled=0.0001, longest=0.0002)
AT_ONCE = int(sys.argv[5])


def options(url):
    return {
        "project_id": "p",
        "key_id": "key",
        "key_secret": "secret",
        "numbers_url": url,
        "auth_url": url,
        "retries": 1,
        "deadline": 20.0,
        "backoff": QUICK,
    }


def number(place):
    return f"+1202555{1000 + place % 10:04}"


def measure():
    for _ in range(3):
        gc.collect()
    status = Path("/proc/self/status").read_text().splitlines()
    try:
        tasks = len(asyncio.all_tasks())
    except RuntimeError:
        tasks = 0
    return {
        "kib": next(int(line.split()[1]) for line in status if line.startswith("VmRSS:")),
        "objects": len(gc.get_objects()),
        "files": len(list(Path("/proc/self/fd").iterdir())),
        "threads": threading.active_count(),
        "tasks": tasks,
    }


def growth(before, after):
    return {name: after[name] - before[name] for name in before}


async def calls(client, count, failed):
    async def one(place):
        try:
            await client.active_numbers.get(number(place))
        except SinchNumbersError as error:
            failed[type(error).__name__] = failed.get(type(error).__name__, 0) + 1

    for start in range(0, count, AT_ONCE):
        await asyncio.gather(*(one(place) for place in range(start, start + AT_ONCE)))


async def cycles(url, count):
    for _ in range(count):
        async with NumbersClient(**options(url)) as client:
            await client.active_numbers.get(number(0))


async def in_loop(url, count, clients):
    failed, start = {}, measure()
    async with NumbersClient(**options(url)) as client:
        await calls(client, 1000, failed)
        failed.clear()
        before = measure()
        await calls(client, count, failed)
        after = measure()
    await cycles(url, 20)
    made = measure()
    await cycles(url, clients)
    return failed, growth(before, after), growth(made, measure()), growth(start, measure())


def sync_calls(client, count, failed):
    for place in range(count):
        try:
            client.active_numbers.get(number(place))
        except SinchNumbersError as error:
            failed[type(error).__name__] = failed.get(type(error).__name__, 0) + 1


def sync_cycles(url, count):
    for _ in range(count):
        with SyncNumbersClient(**options(url)) as client:
            client.active_numbers.get(number(0))


def without_loop(url, count, clients):
    failed = {}
    sync_cycles(url, 1)  # starts the loop that all clients share
    start = measure()
    with SyncNumbersClient(**options(url)) as client:
        sync_calls(client, 1000, failed)
        failed.clear()
        before = measure()
        sync_calls(client, count, failed)
        after = measure()
    sync_cycles(url, 20)
    made = measure()
    sync_cycles(url, clients)
    return failed, growth(before, after), growth(made, measure()), growth(start, measure())


def main(url, how, count, clients):
    started = time.monotonic()
    if how == "async":
        told = asyncio.run(in_loop(url, int(count), int(clients)))
    else:
        told = without_loop(url, int(count), int(clients))
    names = ("failed", "calls", "cycles", "whole")
    print(
        json.dumps(
            {
                **dict(zip(names, told, strict=True)),
                "seconds": round(time.monotonic() - started, 1),
            }
        )
    )


main(*sys.argv[1:5])
