"""Pauses grow, end with their time, and are cut short by what concerns the order."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from sinch_numbers.ordering._waiting import Pauses

pytestmark = pytest.mark.anyio


class Event:
    def __init__(self, resource_id: str) -> None:
        self.resource_id = resource_id


async def given(*events: object) -> AsyncIterator[object]:
    for event in events:
        yield event


async def test_pauses_grow_up_to_a_limit() -> None:
    """Twice as long each time, and sixty times the first at most."""
    pauses = Pauses(first=1e-6, wait=None, events=None)
    limits = []
    for _ in range(9):
        limits.append(round(pauses._limit / 1e-6))
        assert await pauses.pause()

    assert [1, 2, 4, 8, 16, 32, 60, 60, 60] == limits


async def test_the_time_is_up_once() -> None:
    """It begins with the first pause, which no wait at all does not have."""
    assert not await Pauses(first=1.0, wait=0.0, events=None).pause()
    pauses = Pauses(first=3600.0, wait=0.02, events=None)

    assert await pauses.pause()
    assert not await pauses.pause()


@pytest.mark.parametrize("event", [Event("ours"), object(), None, "anything"])
async def test_an_event_ends_a_pause(event: object) -> None:
    """One about the order, or about nothing in particular; then pauses are short again."""
    pauses = Pauses(first=3600.0, wait=None, events=given(Event("another"), event))
    pauses._limit = 7200.0

    async with asyncio.timeout(20), pauses.listening("ours"):
        assert await pauses.pause()

    assert 3600.0 == pauses._limit


async def test_events_about_other_orders_do_not() -> None:
    """Nor does it matter that there are no more of them."""
    pauses = Pauses(first=0.01, wait=None, events=given(Event("another")))

    async with pauses.listening("ours"):
        assert await pauses.pause()
        assert not pauses._woken.is_set()


async def test_nobody_listens_afterwards() -> None:
    """What waits for events is gone with the order."""
    before = asyncio.all_tasks()

    async def never() -> AsyncIterator[object]:
        await asyncio.Event().wait()
        yield None

    async with Pauses(first=1.0, wait=0.0, events=never()).listening("ours"):
        assert 1 == len(asyncio.all_tasks() - before)
    assert set() == asyncio.all_tasks() - before
