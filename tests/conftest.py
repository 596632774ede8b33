"""The lanes, a clean environment for every test, and a sandbox with a client on it."""

import gc
import os
from collections.abc import AsyncIterator
from functools import cache, partial
from typing import Any

import hypothesis
import pytest
from case_ids import readable_id

from sinch_numbers import Backoff, NumbersClient
from sinch_numbers._core.billing import memory
from sinch_numbers._core.serialization import converter
from sinch_numbers.sandbox import Sandbox

# Registered already where the package is installed; here also from a bare checkout.
pytest_plugins = ["sinch_numbers.testing.plugin", "hermetic", "platforms", "postgres"]

QUICK = Backoff(first=0.001, throttled=0.001, longest=0.01)

LANES = ("unit", "sandbox", "slow")

LONGEST = {"test_walkthrough.py", "test_snippets.py", "test_hermetic.py", "test_designs.py"}
"""Modules whose tests take up to a minute each: run last, they would leave workers idle."""

# Each example of a property takes as long as the machine lets it, and each run tries the same.
hypothesis.settings.register_profile("repeatable", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("repeatable")


def pytest_xdist_auto_num_workers() -> int:
    """Run one worker more than there are cores: tests wait for a third of their time."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put every test without a lane into the lane `unit`, and the longest tests first."""
    items.sort(key=lambda item: item.path.name not in LONGEST)
    for item in items:
        if not any(item.get_closest_marker(lane) for lane in LANES):
            item.add_marker("unit")


def pytest_collection() -> None:
    """Collect no garbage while tests are collected: all that comes into being stays."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Exempt thousands of collected tests from garbage collection, which then takes less time."""
    gc.freeze()
    gc.enable()


def pytest_runtest_setup() -> None:
    """Forget the numbers that earlier tests rented: sandboxes reuse ports and numbers."""
    memory.SHARED.clear()


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name the values of a parametrization that pytest would number."""
    return readable_id(val, argname)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def absent() -> Any:
    """Return production's notation of absent values; `notations` has the others."""
    return None


@pytest.fixture
async def sandbox(absent: Any) -> AsyncIterator[Sandbox]:
    """Run a project of a few numbers, with a stock to rent from."""
    async with Sandbox(numbers=40, stock=200, provisioning=0.05, absent=absent) as sandbox:
        yield sandbox


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[NumbersClient]:
    """Open a client that gives up soon and proves absence within a tenth of a second."""
    async with NumbersClient(
        "sandbox",
        "sandbox",
        "sandbox",
        numbers_url=sandbox.url,
        imported_numbers_url=sandbox.imported_url,
        auth_url=sandbox.auth_url,
        timeout=2.0,
        settle_timeout=0.1,
        backoff=QUICK,
        sole_renter=True,
        max_concurrency=32,  # both ends of a connection count against `ulimit -n`
    ) as client:
        yield client


PLAIN = cache(partial(converter.make_converter, codegen=False))


@pytest.fixture(params=[True, False], ids=["codegen", "cattrs"])
def both_readers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read models by the generated readers, and by the functions of cattrs."""
    if not request.param:
        monkeypatch.setattr(converter, "_converter", PLAIN())
        monkeypatch.setattr(converter, "structure_hook", PLAIN().get_structure_hook)
