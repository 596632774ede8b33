"""
Speed, as far as a test can tell: never by the clock on the wall.

What counts is CPU time beside that of the least that could do the same, in the same process
and by turns. Of several short rounds the best counts for each, so a busy machine does not
matter. The bounds are about half of what is measured: they see a hot path that has become
slow, not a noise. What is fast, and how fast, is for the benchmarks to say.
"""

import asyncio
import gc
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sinch_numbers import ActiveNumber, NumbersClient, converter, json_text
from sinch_numbers.sandbox import wire
from sinch_numbers.sandbox.numbers import ActiveNumber as SandboxNumber

ROOT = Path(__file__).parent.parent
ROUNDS = 5
NUMBERS = 3_000
PAGE_SIZE = 1_000
GETS = 200
AT_ONCE = 64


@pytest.fixture(autouse=True)
def undisturbed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let benchmarks be imported, and the collector not walk what other tests left."""
    monkeypatch.syspath_prepend(ROOT)
    monkeypatch.chdir(ROOT)
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture
def project() -> Iterator[tuple[str, str]]:
    """Run the canned server of the benchmarks; give its address and a project there."""
    from benchmarks._canned import canned_server

    with canned_server() as target:
        yield target.url, f"{NUMBERS}-numbers-0-ms"


@pytest.fixture
async def client(project: tuple[str, str]) -> AsyncIterator[NumbersClient]:
    url, project_id = project
    async with NumbersClient(project_id, "key", "secret", numbers_url=url, auth_url=url) as ours:
        yield ours


@pytest.fixture
async def session(project: tuple[str, str]) -> AsyncIterator[aiohttp.ClientSession]:
    url, project_id = project
    base = f"{url}/v1/projects/{project_id}/"
    async with aiohttp.ClientSession(base, connector=aiohttp.TCPConnector(limit=0)) as bare:
        yield bare


def members(number: dict[str, Any]) -> dict[str, set[str]]:
    """Return the members of a number, and of the objects that it always has."""
    inner = ("money", "smsConfiguration", "voiceConfiguration")
    return {"": set(number)} | {name: set(number[name]) for name in inner}


def cpu_time(job: Callable[[], object]) -> float:
    started = time.process_time()
    job()
    return time.process_time() - started


async def cpu_time_of(job: Callable[[], Awaitable[object]]) -> float:
    started = time.process_time()
    await job()
    return time.process_time() - started


async def speed(
    ours: Callable[[], Awaitable[object]], floor: Callable[[], Awaitable[object]]
) -> float:
    """Return how fast *ours* is, as a part of how fast the floor is."""
    taken = [(await cpu_time_of(floor), await cpu_time_of(ours)) for _ in range(ROUNDS)]
    return min(floor for floor, _ in taken) / min(ours for _, ours in taken)


def test_what_is_measured_is_what_the_service_sends() -> None:
    """The canned numbers have the very members of the sandbox's, and no model loses any."""
    from benchmarks import _wire

    sandbox_number = wire.active_number(
        SandboxNumber(
            phone_number="+12025550134", next_charge_date=datetime.now(UTC), charge_day=1
        ),
        "project",
    )
    expected = members(json.loads(sandbox_number))
    canned = json.loads(_wire.page(2 * PAGE_SIZE, PAGE_SIZE, PAGE_SIZE))
    read = converter.load(canned["activeNumbers"], tuple[ActiveNumber, ...])

    for number in (*canned["activeNumbers"], json.loads(_wire.one(b"+12025550134"))):
        assert expected == members(number)
    assert [number["phoneNumber"] for number in canned["activeNumbers"]] == [
        number.phone_number for number in read
    ]
    assert PAGE_SIZE == len({number.phone_number for number in read})
    assert not any(number.extra for number in read)


def test_models_are_read_at_a_third_of_the_speed_of_json_or_faster() -> None:
    """A page's text becomes models in at most three times what its JSON alone takes."""
    from benchmarks import _wire

    body = _wire.page(PAGE_SIZE, 0, PAGE_SIZE)

    def ours() -> object:
        return converter.load(json_text.decode(body)["activeNumbers"], tuple[ActiveNumber, ...])

    taken = [(cpu_time(lambda: json.loads(body)), cpu_time(ours)) for _ in range(2 * ROUNDS)]
    reached = min(floor for floor, _ in taken) / min(ours for _, ours in taken)

    assert reached >= 1 / 3, f"{reached:.3f} of the speed of json"


@pytest.mark.slow
@pytest.mark.anyio
async def test_a_list_keeps_a_third_of_the_speed_of_a_bare_loop(
    client: NumbersClient, session: aiohttp.ClientSession
) -> None:
    """Walking a list costs at most three times what bare aiohttp and json take for it."""
    counts = set()

    async def ours() -> None:
        counts.add(len([one async for one in client.active_numbers.list(page_size=PAGE_SIZE)]))

    async def floor() -> None:
        count, token = 0, "0"
        while token:
            query = {"pageSize": str(PAGE_SIZE), "pageToken": token}
            async with session.get("activeNumbers", params=query) as reply:
                page = json.loads(await reply.read())
            count, token = count + len(page["activeNumbers"]), page["nextPageToken"]
        counts.add(count)

    reached = await speed(ours, floor)

    assert {NUMBERS} == counts
    assert reached >= 1 / 3, f"{reached:.3f} of the speed of a bare loop"


@pytest.mark.slow
@pytest.mark.anyio
async def test_gets_at_once_keep_a_third_of_the_speed_of_bare_ones(
    client: NumbersClient, session: aiohttp.ClientSession
) -> None:
    """Calls at once cost at most three times what bare aiohttp and json take for them."""
    from benchmarks._wire import phone_numbers

    async def all_of(get: Callable[[str], Awaitable[object]]) -> None:
        left = iter(phone_numbers(GETS))

        async def worker() -> None:
            for number in left:
                await get(number)

        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(worker())

    async def bare(number: str) -> object:
        async with session.get(f"activeNumbers/{number}") as reply:
            return json.loads(await reply.read())

    reached = await speed(lambda: all_of(client.active_numbers.get), lambda: all_of(bare))

    assert reached >= 1 / 3, f"{reached:.3f} of the speed of bare gets"
