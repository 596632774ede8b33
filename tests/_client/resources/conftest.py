"""
The same tests for both clients: the sync one is made to look async.

Its methods are generated, so most of its tests are slow ones.
"""

import inspect
from collections.abc import AsyncIterator, Callable
from typing import Any

import anyio
import pytest

from sinch_numbers import Backoff, NumbersClient, Page, SyncNumbersClient, SyncPager
from sinch_numbers.sandbox import Sandbox


class AwaitedPager:
    """A sync pager, walked in a worker thread."""

    def __init__(self, pager: SyncPager[Any]) -> None:
        self._pager = pager

    async def __aiter__(self) -> AsyncIterator[Any]:
        async for page in self.pages():
            for item in page.items:
                yield item

    async def pages(self, page_token: str | None = None) -> AsyncIterator[Page[Any]]:
        pages = self._pager.pages(page_token)
        while (page := await anyio.to_thread.run_sync(next, pages, None)) is not None:
            yield page


class Awaited:
    """A sync client (or group of operations) whose calls are awaited in a worker thread."""

    def __init__(self, twin: Any) -> None:
        self._twin = twin

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._twin, name)
        if not callable(value):
            return Awaited(value)
        if inspect.iscoroutinefunction(getattr(self._twin._core, name)):
            return self._awaited(value)
        return lambda *args, **kwargs: self._wrapped(value(*args, **kwargs))

    def _awaited(self, call: Callable[..., Any]) -> Callable[..., Any]:
        async def awaited(*args: Any, **kwargs: Any) -> Any:
            return await anyio.to_thread.run_sync(lambda: call(*args, **kwargs))

        return awaited

    def _wrapped(self, value: Any) -> Any:
        return AwaitedPager(value) if isinstance(value, SyncPager) else Awaited(value)


def settings(sandbox: Sandbox) -> dict[str, Any]:
    return {
        "project_id": "sandbox",
        "key_id": "sandbox",
        "key_secret": "sandbox",
        "numbers_url": sandbox.url,
        "imported_numbers_url": sandbox.imported_url,
        "auth_url": sandbox.auth_url,
        "timeout": 2.0,
        "settle_timeout": 0.1,
        "sole_renter": True,
        "backoff": Backoff(first=0.001, throttled=0.001, longest=0.01),
    }


@pytest.fixture
async def async_client(sandbox: Sandbox) -> AsyncIterator[NumbersClient]:
    """Open the async client."""
    async with NumbersClient(**settings(sandbox)) as client:
        yield client


@pytest.fixture(params=["async", pytest.param("sync", marks=pytest.mark.slow)])
async def client(
    request: pytest.FixtureRequest, sandbox: Sandbox, async_client: NumbersClient
) -> AsyncIterator[Any]:
    """Return each of both clients in turn, awaited alike."""
    if request.param == "async":
        yield async_client
        return
    twin = SyncNumbersClient(**settings(sandbox))
    yield Awaited(twin)
    await anyio.to_thread.run_sync(twin.close)
