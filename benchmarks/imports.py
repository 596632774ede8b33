"""Startup time: the import, and the time to the first response."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from benchmarks._canned import canned_server
from benchmarks._fresh import fresh
from benchmarks._measure import Comparison, take_turns
from benchmarks._worker import JSON, OURS, VENDOR, can_run, left_out

CLIENT = f"{OURS}, NumbersClient"
SYNC = f"{OURS}, sync"
AIOHTTP = "aiohttp"

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
    ]
