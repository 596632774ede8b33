"""The path of a call: few files, each step once per attempt, and backoff makes every retry."""

import asyncio
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType, SimpleNamespace
from typing import Any

import backoff
import pytest

import sinch_numbers
from sinch_numbers import Backoff, NumbersClient, OutcomeUnknownError
from sinch_numbers.sandbox import Sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

PACKAGE = Path(sinch_numbers.__file__).parent
STEPS = ("Retry", "Read", "RateLimit", "Authenticate", "Send")


class Trace:
    """The functions of the client that were entered; the sandbox is not the client."""

    def __init__(self) -> None:
        self.files: set[str] = set()
        self.entered: Counter[str] = Counter()
        self._frames: set[FrameType] = set()

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        path = Path(frame.f_code.co_filename)
        if event != "call" or not path.is_relative_to(PACKAGE):
            return
        name = path.relative_to(PACKAGE).as_posix()
        if name.startswith("sandbox/") or frame in self._frames:
            return  # a coroutine that is resumed is the same frame
        self._frames.add(frame)
        self.files.add(name)
        self.entered[f"{name} {frame.f_code.co_qualname}"] += 1

    def steps(self) -> dict[str, int]:
        """Return how often each step was entered."""
        return {name: self.entered[f"_core/pipeline.py {name}.__call__"] for name in STEPS}


@contextmanager
def traced() -> Iterator[Trace]:
    trace, previous = Trace(), sys.getprofile()
    sys.setprofile(trace)
    try:
        yield trace
    finally:
        sys.setprofile(previous)


async def a_number(client: NumbersClient) -> str:
    """Return a number of the project, once the client is warm."""
    numbers = [number async for number in client.active_numbers.list(limit=1)]
    await client.active_numbers.get(numbers[0].phone_number)
    return numbers[0].phone_number


async def test_a_warm_get_enters_nine_files(client: NumbersClient) -> None:
    """A reader can follow a call; no step is entered twice."""
    number = await a_number(client)

    with traced() as trace:
        await client.active_numbers.get(number)

    assert 5 < len(trace.files) <= 9, sorted(trace.files)
    assert dict.fromkeys(STEPS, 1) == trace.steps()
    assert 1 == trace.entered["_core/pipeline.py Pipeline.run"]


async def test_each_attempt_passes_each_step_once(client: NumbersClient, sandbox: Sandbox) -> None:
    """Two failures make three attempts; the call itself is entered once."""
    number = await a_number(client)
    sandbox.faults.add("503", method="GET", times=2)

    with traced() as trace:
        await client.active_numbers.get(number)

    assert {"Retry": 1, "Read": 3, "RateLimit": 3, "Authenticate": 3, "Send": 3} == trace.steps()
    assert 1 == trace.entered["_core/pipeline.py Pipeline.run"]


async def test_a_401_replays_only_the_exchange(client: NumbersClient, sandbox: Sandbox) -> None:
    """The attempt stays one attempt."""
    number = await a_number(client)
    sandbox.faults.add("expired_token", method="GET", times=1)

    with traced() as trace:
        await client.active_numbers.get(number)

    assert {"Retry": 1, "Read": 1, "RateLimit": 1, "Authenticate": 1, "Send": 2} == trace.steps()


class Sleeps:
    """Stands in for the sleep of backoff, and takes no time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.delays: list[float] = []
        module: Any = sys.modules[f"{backoff.__name__}._async"]
        monkeypatch.setattr(
            module, "asyncio", SimpleNamespace(**vars(asyncio) | {"sleep": self.sleep})
        )

    async def sleep(self, delay: float) -> None:
        self.delays.append(delay)
        await asyncio.sleep(0)


def slow_client(sandbox: Sandbox) -> NumbersClient:
    """Return a client whose delays no test could wait for."""
    return NumbersClient(
        "sandbox",
        "sandbox",
        "sandbox",
        numbers_url=sandbox.url,
        auth_url=sandbox.auth_url,
        deadline=None,
        settle_timeout=10_000.0,
        backoff=Backoff(first=10_000.0, throttled=0.01, longest=10_000.0),
    )


async def read(client: NumbersClient) -> object:
    return await client.active_numbers.list(limit=1).page()


async def update(client: NumbersClient) -> object:
    (number,) = (await client.active_numbers.list(limit=1).page()).items
    return await client.active_numbers.update(number.phone_number, display_name="Front desk")


async def rent(client: NumbersClient) -> object:
    (hit,) = await client.available_numbers.search(region_code="US", type="LOCAL", size=1)
    return await client.available_numbers.rent(hit.phone_number)


@pytest.mark.parametrize(
    ("call", "method", "path", "faults", "retries"),
    [
        pytest.param(read, "GET", "activeNumbers", ["503", "drop"], 2, id="read"),
        pytest.param(update, "PATCH", "activeNumbers/", ["drop_before"], 1, id="idempotent"),
        pytest.param(rent, "POST", ":rent", ["429", "429"], 2, id="billable, refused"),
    ],
)
async def test_backoff_makes_every_retry_of_a_call(
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    call: Callable[[NumbersClient], Awaitable[object]],
    method: str,
    path: str,
    faults: list[str],
    retries: int,
) -> None:
    """Without its sleep, hours of delays take no time at all."""
    sleeps = Sleeps(monkeypatch)
    async with slow_client(sandbox) as client:
        await read(client)  # with a token
        for fault in faults:
            sandbox.faults.add(fault, method=method, path=path, times=1)
        await asyncio.wait_for(call(client), 20)

    assert retries == len(sleeps.delays)


async def test_backoff_makes_every_read_of_a_verification(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rent in doubt is read until the reads have spanned the settle timeout."""
    sleeps = Sleeps(monkeypatch)
    async with slow_client(sandbox) as client:
        sandbox.faults.add("drop_before", path=":rent", times=1)
        with pytest.raises(OutcomeUnknownError):
            await asyncio.wait_for(rent(client), 20)  # no time passes, so nothing is proven

    assert 11 == len(sleeps.delays)


async def test_backoff_makes_every_retry_of_a_token_request(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The token service is asked again after delays of backoff, too."""
    sleeps = Sleeps(monkeypatch)
    async with NumbersClient(
        "sandbox", "sandbox", "sandbox", numbers_url=sandbox.url, auth_url=sandbox.auth_url,
        backoff=Backoff(first=1.0, throttled=1.0, longest=1.0),
    ) as client:  # fmt: skip
        sandbox.faults.add("503", path="/oauth2/token", times=3)
        await read(client)

    assert 3 == len(sleeps.delays)
