"""Startup time: the import, the time to the first response, and its most expensive imports."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import replace

from benchmarks._canned import canned_server
from benchmarks._fresh import fresh, import_times
from benchmarks._measure import Comparison, Figures, take_turns
from benchmarks._target import Target
from benchmarks._worker import JSON, OURS, VENDOR, can_run, left_out

CLIENT = f"{OURS}, NumbersClient"
SYNC = f"{OURS}, sync"
AIOHTTP = "aiohttp"
BACKEND = "anyio._backends._asyncio"
LISTED = 10
ALL_IMPORTS = "all imports"
LISTING = "first call, imports"

_TIMED = """
import os, time
clock = time.process_time if os.environ.get("BENCHMARK_CLOCK") else time.perf_counter
started = clock()
{}
print(1000 * (clock() - started))
"""

IMPORTS: Mapping[str, str] = {
    OURS: "import sinch_numbers",
    CLIENT: "from sinch_numbers import NumbersClient",
    VENDOR: "import sinch",
    AIOHTTP: "import aiohttp",
}

_OURS = """
import asyncio
from sinch_numbers import NumbersClient
async def main():
    async with NumbersClient(
        TARGET["project_id"], "key", "secret", numbers_url=TARGET["url"], auth_url=TARGET["url"]
    ) as client:
        await client.active_numbers.get(TARGET["phone_number"])
asyncio.run(main())
"""

_SYNC = """
from sinch_numbers import SyncNumbersClient
with SyncNumbersClient(
    TARGET["project_id"], "key", "secret", numbers_url=TARGET["url"], auth_url=TARGET["url"]
) as client:
    client.active_numbers.get(TARGET["phone_number"])
"""

_VENDOR = """
from sinch import SinchClient
client = SinchClient(project_id=TARGET["project_id"], key_id="key", key_secret="secret")
client.configuration.numbers_origin = client.configuration.auth_origin = TARGET["url"]
client.numbers.get(TARGET["phone_number"])
"""

_BARE = """
import asyncio, json
import aiohttp
async def main():
    async with aiohttp.ClientSession() as session:
        async with session.post(TARGET["token_url"]) as reply:
            token = json.loads(await reply.read())["access_token"]
        async with session.get(
            TARGET["numbers_url"] + "/activeNumbers/" + TARGET["phone_number"],
            headers={"Authorization": "Bearer " + token},
        ) as reply:
            json.loads(await reply.read())
asyncio.run(main())
"""

FIRST_CALLS: Mapping[str, str] = {OURS: _OURS, SYNC: _SYNC, VENDOR: _VENDOR, JSON: _BARE}


def run(rounds: int, inventories: Sequence[str]) -> list[Comparison]:
    """Measure on the first inventory; only one number is read."""
    notes = (*left_out([VENDOR]), "each time in a fresh process; less is better")
    lazily = f"{OURS} imports names lazily; {VENDOR} imports all at once"
    with canned_server() as server:
        target = replace(server, inventory=inventories[0])
        imported, called = (
            take_turns(
                {
                    name: fresh(_TIMED.format(script), target)
                    for name, script in scripts.items()
                    if can_run(name)
                },
                max(rounds, 5),
            )
            for scripts in (IMPORTS, FIRST_CALLS)
        )
        listed = [
            _most_expensive(how, FIRST_CALLS[name], target, max(rounds, 5))
            for how, name in (("async", OURS), ("sync", SYNC))
        ]
    return [
        Comparison(
            "import", "import", "ms", imported, AIOHTTP, (*notes, lazily), (VENDOR,), per=""
        ),
        Comparison(
            "first call",
            "import, construct, token and first get",
            "ms",
            called,
            JSON,
            notes,
            (VENDOR,),
            per="",
            inventory=inventories[0],
        ),
        *listed,
    ]


def _most_expensive(how: str, script: str, target: Target, rounds: int) -> Comparison:
    return Comparison(
        f"{LISTING}, {how}",
        f"most expensive imports until the first response, {how}",
        "ms",
        most_expensive([import_times(script, target) for _ in range(rounds)]),
        ALL_IMPORTS,
        (
            "each without the imports nested in it; `-X importtime` slows imports down",
            f"{BACKEND}, which is imported during the call, is always listed",
        ),
        per="",
        inventory=target.inventory,
    )


def most_expensive(rounds: Sequence[Mapping[str, float]]) -> tuple[Figures, ...]:
    """
    Return the total of each round, and its `LISTED` most expensive modules by median.

    anyio's backend, which is imported during the first call, is added if it isn't among them.
    A module that a round doesn't import counts as 0 ms.
    """
    names = {name for one in rounds for name in one}
    by_name = {name: tuple(one.get(name, 0.0) for one in rounds) for name in sorted(names)}
    ordered = sorted(by_name, key=lambda name: statistics.median(by_name[name]), reverse=True)
    listed = [*ordered[:LISTED], *(name for name in ordered[LISTED:] if name == BACKEND)]
    return (
        Figures(ALL_IMPORTS, tuple(sum(one.values()) for one in rounds)),
        *(Figures(name, by_name[name]) for name in listed),
    )
