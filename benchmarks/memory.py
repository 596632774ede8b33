"""Peak memory of a process that streams a million numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from benchmarks._canned import canned_server
from benchmarks._fresh import fresh
from benchmarks._inventories import REALISTIC
from benchmarks._measure import Comparison, above, take_turns
from benchmarks._target import Target
from benchmarks._worker import FAST, JSON, OURS, VENDOR, can_run, left_out

NUMBERS = 1_000_000
"""Numbers of the inventory that the bars are for; of the others a fifth."""
VENDOR_NUMBERS = 50_000
EMPTY = "aiohttp imported"
_ROUNDS = 2

_PEAK = """
import sys
if TARGET["without_orjson"]:
    sys.modules["orjson"] = None
{}
def peak():
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) / 1024 for line in status if line[:6] == "VmHWM:")
    except OSError:
        import resource
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return used / 1024 / (1024 if sys.platform == "darwin" else 1)
print(peak())
"""

_OURS = """
import asyncio
from sinch_numbers import NumbersClient
async def main():
    count = 0
    async with NumbersClient(
        TARGET["project_id"], "key", "secret", numbers_url=TARGET["url"], auth_url=TARGET["url"]
    ) as client:
        async for _ in client.active_numbers.list(page_size=1000):
            count += 1
    if count != TARGET["numbers"]:
        raise SystemExit("numbers are missing")
asyncio.run(main())
"""

_VENDOR = """
from sinch import SinchClient
client = SinchClient(project_id=TARGET["project_id"], key_id="key", key_secret="secret")
client.configuration.numbers_origin = client.configuration.auth_origin = TARGET["url"]
count = sum(1 for _ in client.numbers.list(page_size=1000).iterator())
if count != TARGET["numbers"]:
    raise SystemExit("numbers are missing")
"""

_BARE = """
import asyncio, json
import aiohttp
async def main():
    count, token = 0, ""
    async with aiohttp.ClientSession() as session:
        while True:
            query = "?pageSize=1000" + (token and "&pageToken=" + token)
            async with session.get(TARGET["numbers_url"] + "/activeNumbers" + query) as reply:
                page = json.loads(await reply.read())
            count += len(page["activeNumbers"])
            token = page["nextPageToken"]
            if not token:
                break
    if count != TARGET["numbers"]:
        raise SystemExit("numbers are missing")
asyncio.run(main())
"""

SCRIPTS: Mapping[str, tuple[str, int]] = {
    EMPTY: ("import aiohttp", NUMBERS),
    OURS: (_OURS, NUMBERS),
    FAST: (_OURS, NUMBERS),
    JSON: (_BARE, NUMBERS),
    VENDOR: (_VENDOR, VENDOR_NUMBERS),
}


def run(rounds: int, inventories: Sequence[str]) -> list[Comparison]:
    """Measure on each inventory, and return the comparisons."""
    rounds = min(rounds, _ROUNDS)  # peaks hardly vary
    with canned_server() as target:
        return [
            comparison
            for one in inventories
            for comparison in _run(
                rounds,
                replace(target, inventory=one),
                NUMBERS if one == REALISTIC else NUMBERS // 5,
            )
        ]


def _run(rounds: int, target: Target, count: int) -> list[Comparison]:
    peaks = take_turns(
        {
            name: fresh(
                _PEAK.format(script),
                replace(target, numbers=min(count, numbers)),
                numbers=min(count, numbers),
                without_orjson=name == OURS,
            )
            for name, (script, numbers) in SCRIPTS.items()
            if can_run(name)
        },
        rounds,
        warm_up=False,
    )
    title = f"peak memory, a list of {count:,} {target.inventory} numbers as a stream"
    notes = (
        *left_out(list(SCRIPTS)),
        f"less is better; {VENDOR}: {VENDOR_NUMBERS:,} numbers only, since it is slow",
    )
    return [
        Comparison(
            name,
            f"{title}, {of}",
            "MiB",
            figures,
            JSON,
            notes,
            (VENDOR,),
            per="",
            inventory=target.inventory,
        )
        for name, of, figures in (
            ("memory", f"above a process with {EMPTY}", above(peaks, EMPTY)),
            ("memory, total", "in total", peaks),
        )
    ]
