"""Sandbox in another process, on another core if there is one."""

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import attrs

from benchmarks._clients import ClientArguments, client_arguments
from benchmarks._cores import pin
from benchmarks._inventories import (
    BLOCK,
    INVENTORIES,
    UNIFORM,
    Number,
    block_digits,
    without_unknown,
)
from benchmarks._target import Target

if TYPE_CHECKING:
    from sinch_numbers.sandbox._state.numbers import ActiveNumber
    from sinch_numbers.sandbox._state.state import Project


@contextmanager
def sandbox_process(**settings: object) -> Iterator[dict[str, str]]:
    """
    Run a sandbox in another process; yield the environment variables for a client.

    Settings are the arguments of `Sandbox`. In addition, *inventory* selects the data of its
    numbers, *us_local* adds numbers of region US and type LOCAL, and *us_local_stock* adds
    available ones, from +12022000000 on. The uniform inventory is the sandbox's default data.
    The others are those of `_inventories`, without the fields that the sandbox doesn't
    support: the unknown ones.
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
        process.stdin.close()  # the server exits at EOF
        process.wait(timeout=10)
        process.stdout.close()


def sandbox_target(environment: Mapping[str, str], numbers: int) -> Target:
    """Return the sandbox as a target."""
    return Target(
        environment["SINCH_NUMBERS_URL"],
        numbers,
        project=environment["SINCH_PROJECT_ID"],
        auth_url=environment["SINCH_AUTH_URL"],
        key_id=environment["SINCH_KEY_ID"],
        key_secret=environment["SINCH_KEY_SECRET"],
    )


def settings(environment: Mapping[str, str]) -> ClientArguments:
    """Return the arguments of a client for the sandbox."""
    return client_arguments(sandbox_target(environment, 0))


async def _serve(settings: dict[str, Any]) -> None:
    from sinch_numbers.sandbox import Sandbox

    us_local = settings.pop("us_local", 0)
    us_local_stock = settings.pop("us_local_stock", 0)
    inventory = settings.pop("inventory", UNIFORM)
    count = settings.pop("numbers", 0)
    own = count if inventory == UNIFORM else 0
    async with Sandbox(numbers=own, **settings) as sandbox:
        project = sandbox.project()
        _plant(project, inventory, count - own)
        _plant_us_local(project, inventory, us_local)
        for number in range(us_local_stock):
            project.add_available(phone_number=f"+1202{2_000_000 + number}")
        print(json.dumps(sandbox.environment), flush=True)
        await asyncio.to_thread(sys.stdin.read)


def _plant(project: "Project", inventory: str, count: int) -> None:
    """Add *count* numbers of an inventory; contents repeat after 20,000."""
    if not count:
        return
    data = INVENTORIES[inventory]
    period = min(count, 20_000)
    templates = [sandbox_number(data.number(index)) for index in range(period)]
    project.active.fill(
        attrs.evolve(
            templates[index % period],
            phone_number=f"{templates[index % period].phone_number[:-4]}"
            f"{block_digits(index // BLOCK)}",
        )
        for index in range(count)
    )


def _plant_us_local(project: "Project", inventory: str, count: int) -> None:
    """Add *count* numbers of region US and type LOCAL, in sixty area codes."""
    if not count:
        return
    if inventory == UNIFORM:
        templates = [project.add_active(phone_number="+12015550100", display_name="One of many")]
        count -= 1
    else:
        data = (INVENTORIES[inventory].number(index) for index in range(20_000))
        templates = [
            sandbox_number(one)
            for one in data
            if (one["regionCode"], one["type"]) == ("US", "LOCAL")
        ]
    step = 9_000_000 // (count // 60 + 1)
    project.active.fill(
        attrs.evolve(
            templates[index % len(templates)],
            phone_number=f"+1{201 + index % 60}{index // 60 * step + 2:07}",
        )
        for index in range(count)
    )


def sandbox_number(number: Number) -> "ActiveNumber":
    """Return a number of an inventory as the sandbox holds it, without unknown fields."""
    from datetime import UTC, datetime

    from sinch_numbers.sandbox._state.fixtures import planted_active

    given = {
        re.sub("[A-Z]", lambda upper: f"_{upper[0].lower()}", key): value
        for key, value in without_unknown(number).items()
        if key != "projectId"
    }
    return planted_active(0, datetime.now(UTC), given)


if __name__ == "__main__":
    pin(-1)
    asyncio.run(_serve(json.loads(sys.argv[1])))
