"""A sandbox elsewhere, and a sync client on it."""

from collections.abc import Iterator

import pytest
from anyio.from_thread import start_blocking_portal

from sinch_numbers import Backoff, SyncNumbersClient
from sinch_numbers.sandbox import Sandbox


@pytest.fixture
def elsewhere() -> Iterator[Sandbox]:
    """Run a sandbox in a thread of its own."""
    with start_blocking_portal() as portal:
        sandbox = Sandbox(numbers=40, stock=200, provisioning=0.05)
        with portal.wrap_async_context_manager(sandbox):
            yield sandbox


@pytest.fixture
def sync_client(elsewhere: Sandbox) -> Iterator[SyncNumbersClient]:
    with SyncNumbersClient(
        "sandbox",
        "sandbox",
        "sandbox",
        numbers_url=elsewhere.url,
        auth_url=elsewhere.auth_url,
        settle_timeout=0.1,
        sole_renter=True,
        backoff=Backoff(first=0.001, throttled=0.001, longest=0.01),
    ) as client:
        yield client
