"""A sandbox to audit, and numbers with this or that about them."""

import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sinch_numbers import ActiveNumber, NumbersClient
from sinch_numbers._core.serialization.converter import load
from sinch_numbers.sandbox import Sandbox

sys.path.append(str(Path(__file__).parent))

NOW = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def number() -> Any:
    """Return what makes a number of which nothing is wrong, but for what is given."""

    def make(**wire: Any) -> ActiveNumber:
        return load(
            {
                "phoneNumber": "+12025550101",
                "displayName": "Front desk",
                "regionCode": "US",
                "type": "LOCAL",
                "capability": ["SMS", "VOICE"],
                "money": {"currencyCode": "USD", "amount": "0.50"},
                "paymentIntervalMonths": 1,
                "smsConfiguration": {"servicePlanId": "plan", "campaignId": "C1"},
                "voiceConfiguration": {"type": "RTC", "appId": "app"},
                **wire,
            },
            ActiveNumber,
        )

    return make


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(numbers=0, stock=0) as sandbox:
        yield sandbox


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[NumbersClient]:
    async with NumbersClient(
        "sandbox",
        "sandbox",
        "sandbox",
        numbers_url=sandbox.url,
        auth_url=sandbox.url,
        retries=0,
    ) as client:
        yield client
