"""A sandbox in a process of its own, on a core of its own where there is one to spare."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager


@contextmanager
def sandbox_process(**settings: object) -> Iterator[dict[str, str]]:
    """Run a sandbox elsewhere; yield the environment that points a client to it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks._server", json.dumps(settings)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("the server has no pipes")
    _pin(0)
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.stdin.close()  # the server ends when nobody holds the other end any more
        process.wait(timeout=10)
        process.stdout.close()


def settings(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the arguments of a client for that server."""
    return {
        name: environment[f"SINCH_{name.upper()}"]
        for name in ("project_id", "key_id", "key_secret", "numbers_url", "auth_url")
    }


def _pin(number: int) -> None:
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        if len(cores) > 1:
            os.sched_setaffinity(0, {cores[number]})


async def _serve(settings: dict[str, object]) -> None:
    from sinch_numbers.sandbox import Sandbox

    async with Sandbox(**settings) as sandbox:  # type: ignore[arg-type]  # from our own JSON
        print(json.dumps(sandbox.environment), flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    _pin(-1)
    asyncio.run(_serve(json.loads(sys.argv[1])))
