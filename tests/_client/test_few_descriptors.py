"""A process with few file descriptors."""

import asyncio
import os
import subprocess
import sys

import pytest

from sinch_numbers.sandbox import Sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.slow, pytest.mark.sandbox]

SCRIPT = """
import asyncio, os, resource, sys
from sinch_numbers import Backoff, NumbersClient, SinchNumbersError

number, left, *wanted = sys.argv[1:]

async def call(client):
    await client.active_numbers.get(number)  # imports, token, event loop
    await client.available_numbers.rent(wanted.pop())
    highest = max(map(int, os.listdir("/dev/fd")))
    resource.setrlimit(resource.RLIMIT_NOFILE, (highest + int(left), highest + int(left)))
    calls = [client.active_numbers.get(number) for _ in range(200)]
    calls += [client.available_numbers.rent(one) for one in wanted]
    results = await asyncio.gather(*calls, return_exceptions=True)
    failed = [one for one in results if isinstance(one, Exception)]
    spent = client._context.budget.spent
    print(len(results) - len(failed), "done", len(failed), "failed", "spent", spent, failed[:1])

async def main():
    async with NumbersClient(retries=0, sole_renter=True) as client:
        await call(client)

asyncio.run(main())
"""


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_more_calls_than_descriptors(host: str) -> None:
    """With eight descriptors, 200 reads and 20 rents at once succeed, without retries."""
    async with Sandbox(numbers=2, stock=40, latency=0.01, rent_policy="legacy") as sandbox:
        project = sandbox.project()
        environment = {
            name: value.replace("127.0.0.1", host) for name, value in sandbox.environment.items()
        }
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", SCRIPT, next(iter(project.active)), "8"),
            *list(project.stock)[:21],
            env=os.environ | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        out, err = await process.communicate()

        assert ("220 done 0 failed spent 0.0 []\n", "") == (out.decode(), err.decode())
        assert 2 + 21 == len(project.active)
