"""
Relative speed of hot paths on realistic data, measured in CPU time.

Each test compares our CPU time with that of the minimum that does the same work (`json`, or
bare aiohttp with `json`), in one process and in turns, with the garbage collector disabled for
both. The best of several short rounds counts for each side, so load on the machine doesn't
matter.

Bounds are about half of the median of ten runs: they fail when a hot path takes a bit more
than twice the time, and tolerate noise. Measured on 2 cores with Python 3.11, with other
processes running:

| | lowest | median | bound |
|---|---:|---:|---:|
| models, uniform | 0.54 | 0.62 | 0.33 |
| models, realistic | 0.32 | 0.35 | 0.17 |
| list, realistic | 0.30 | 0.40 | 0.19 |
| 64 gets at once, realistic | 0.63 | 0.74 | 0.33 |

Absolute figures are the task of `python -m benchmarks`.
"""

import asyncio
import gc
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import jsonschema
import pytest

from sinch_numbers import ActiveNumber, NumbersClient
from sinch_numbers._core.serialization import converter, json_text
from sinch_numbers.sandbox._api import wire
from sinch_numbers.sandbox._state.numbers import ActiveNumber as SandboxNumber

ROOT = Path(__file__).parent.parent
ROUNDS = 5
NUMBERS = 3_000
PAGE_SIZE = 1_000
GETS = 200
AT_ONCE = 64


@pytest.fixture(autouse=True)
def undisturbed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make `benchmarks` importable, and disable the garbage collector."""
    monkeypatch.syspath_prepend(ROOT)
    monkeypatch.chdir(ROOT)
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.fixture
def project() -> Iterator[tuple[str, str]]:
    """Run the canned server of the benchmarks; yield its URL and a project ID."""
    from benchmarks._canned import canned_server

    with canned_server() as target:
        yield target.url, f"{NUMBERS}-realistic-numbers-0-ms"


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
    """Return the keys of a number, and of the objects that it always has."""
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
    """Return the speed of *ours* as a fraction of the speed of *floor*."""
    taken = [(await cpu_time_of(floor), await cpu_time_of(ours)) for _ in range(ROUNDS)]
    return min(floor for floor, _ in taken) / min(ours for _, ours in taken)


@pytest.mark.slow
@pytest.mark.parametrize("inventory", ["uniform", "realistic", "diverse"])
def test_benchmark_numbers_have_the_fields_of_the_sandbox(inventory: str) -> None:
    """Benchmark numbers have the sandbox's keys, plus unknown fields in 1 % of them."""
    from benchmarks import _wire
    from benchmarks._inventories import INVENTORIES, without_unknown

    sandbox_number = wire.active_number(
        SandboxNumber(
            phone_number="+12025550134", next_charge_date=datetime.now(UTC), charge_day=1
        ),
        "project",
    )
    expected = members(json.loads(sandbox_number))
    page = json.loads(_wire.page(2 * PAGE_SIZE, PAGE_SIZE, PAGE_SIZE, inventory))
    numbers = page["activeNumbers"]
    one = _wire.one(INVENTORIES[inventory].phone_number(PAGE_SIZE + 7), inventory)
    assert one is not None
    known = [without_unknown(number) for number in numbers]
    unknown = sum(number != other for number, other in zip(numbers, known, strict=True))

    assert numbers[7] == json.loads(one)
    assert PAGE_SIZE == len({number["phoneNumber"] for number in numbers})
    assert [expected] * PAGE_SIZE == [members(number) for number in known]
    assert unknown == 0 if inventory == "uniform" else 3 <= unknown <= 20


@pytest.mark.slow
@pytest.mark.parametrize("inventory", ["uniform", "realistic", "diverse"])
def test_benchmark_numbers_conform_to_the_api_description(inventory: str) -> None:
    """Benchmark pages are valid against the OpenAPI description of the API."""
    from benchmarks import _wire

    api = json.loads((ROOT / "tests" / "data" / "numbers.openapi.json").read_text())
    schema = {
        "$ref": "#/components/schemas/ListActiveNumbersResponse",
        "components": api["components"],
    }
    page = json.loads(_wire.page(PAGE_SIZE, 0, PAGE_SIZE, inventory))
    page["activeNumbers"] = page["activeNumbers"][::10]
    errors = jsonschema.Draft202012Validator(schema).iter_errors(page)

    assert [] == [f"{error.json_path}: {error.message}" for error in errors]


@pytest.mark.slow
@pytest.mark.parametrize("inventory", ["uniform", "realistic", "diverse"])
def test_benchmark_numbers_are_read_without_losing_unknown_fields(inventory: str) -> None:
    """Models of benchmark numbers keep the phone number and unknown top-level fields."""
    from benchmarks import _wire
    from benchmarks._inventories import UNKNOWN_FIELDS

    numbers = json.loads(_wire.page(PAGE_SIZE, 0, PAGE_SIZE, inventory))["activeNumbers"]
    read = converter.load(numbers, tuple[ActiveNumber, ...])
    top = UNKNOWN_FIELDS[""]

    assert [
        (number["phoneNumber"], {top: number[top]} if top in number else {}) for number in numbers
    ] == [(number.phone_number, dict(number.extra)) for number in read]


@pytest.mark.slow
def test_realistic_customers_hold_different_quantities() -> None:
    """20,000 numbers belong to 3,000 customers; the largest 30 own 10 to 25 % of them."""
    from benchmarks._inventories import CUSTOMERS, customer_index

    owned = Counter(customer_index(slot) for slot in range(20_000))
    largest = sum(count for _, count in owned.most_common(30))

    assert CUSTOMERS == len(owned)
    assert 2_000 <= largest <= 5_000


@pytest.mark.parametrize(
    ("inventory", "bound"), [("uniform", 1 / 3), ("realistic", 0.17)], ids=["uniform", "realistic"]
)
def test_models_are_read_at_half_the_measured_speed(inventory: str, bound: float) -> None:
    """Parsing pages into models keeps *bound* of the speed of `json` alone."""
    from benchmarks import _wire

    bodies = [
        _wire.page(ROUNDS * PAGE_SIZE, start * PAGE_SIZE, PAGE_SIZE, inventory)
        for start in range(ROUNDS)
    ]

    def ours(body: bytes) -> object:
        return converter.load(json_text.decode(body)["activeNumbers"], tuple[ActiveNumber, ...])

    taken = [(cpu_time(partial(json.loads, one)), cpu_time(partial(ours, one))) for one in bodies]
    reached = min(floor for floor, _ in taken) / min(ours for _, ours in taken)

    assert reached >= bound, f"{reached:.3f} of the speed of json"


@pytest.mark.slow
@pytest.mark.anyio
async def test_a_list_keeps_half_its_measured_speed(
    client: NumbersClient, session: aiohttp.ClientSession
) -> None:
    """Iterating over a list keeps 0.19 of the speed of bare aiohttp with `json`."""
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
    assert reached >= 0.19, f"{reached:.3f} of the speed of a bare loop"


@pytest.mark.slow
@pytest.mark.anyio
async def test_concurrent_gets_keep_half_their_measured_speed(
    client: NumbersClient, session: aiohttp.ClientSession
) -> None:
    """Concurrent gets keep a third of the speed of bare aiohttp with `json`."""
    from benchmarks._inventories import INVENTORIES

    numbers = INVENTORIES["realistic"].phone_numbers(GETS)

    async def all_of(get: Callable[[str], Awaitable[object]]) -> None:
        left = iter(numbers)

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
