"""A sandbox in a process of its own, on a core of its own where there is one to spare."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import attrs

from benchmarks._clients import ClientArguments, client_arguments
from benchmarks._cores import pin
from benchmarks._target import Target

if TYPE_CHECKING:
    from sinch_numbers.sandbox.state import Project


@contextmanager
def sandbox_process(**settings: object) -> Iterator[dict[str, str]]:
    """
    Run a sandbox elsewhere; yield the environment that points a client to it.

    Besides what a `Sandbox` takes, *us_local* is how many numbers it holds of just that kind.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks._server", json.dumps(settings)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("the server has no pipes")
    pin(0)
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.stdin.close()  # the server ends when nobody holds the other end any more
        process.wait(timeout=10)
        process.stdout.close()


def sandbox_target(environment: Mapping[str, str], numbers: int) -> Target:
    """Return what points every contender to that server."""
    return Target(
        environment["SINCH_NUMBERS_URL"],
        numbers,
        project=environment["SINCH_PROJECT_ID"],
        auth_url=environment["SINCH_AUTH_URL"],
        key_id=environment["SINCH_KEY_ID"],
        key_secret=environment["SINCH_KEY_SECRET"],
    )


def settings(environment: Mapping[str, str]) -> ClientArguments:
    """Return the arguments of a client for that server."""
    return client_arguments(sandbox_target(environment, 0))


async def _serve(settings: dict[str, object]) -> None:
    from sinch_numbers.sandbox import Sandbox

    us_local = settings.pop("us_local", 0)
    async with Sandbox(**settings) as sandbox:  # type: ignore[arg-type]  # from our own JSON
        _plant(sandbox.project(), us_local)  # type: ignore[arg-type]  # the same
        print(json.dumps(sandbox.environment), flush=True)
        await asyncio.to_thread(sys.stdin.read)


def _plant(project: "Project", count: int) -> None:
    """Let *project* hold *count* numbers more, of one kind, over sixty area codes."""
    if not count:
        return
    template = project.add_active(phone_number="+12015550100", display_name="One of many")
    step = 9_000_000 // (count // 60 + 1)
    project.active.fill(
        attrs.evolve(template, phone_number=f"+1{201 + index % 60}{index // 60 * step + 2:07}")
        for index in range(count - 1)
    )


if __name__ == "__main__":
    pin(-1)
    asyncio.run(_serve(json.loads(sys.argv[1])))
