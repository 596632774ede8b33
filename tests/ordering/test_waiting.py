"""Intervals grow, end with the time limit, and are cut short by events about the order."""

import asyncio

import pytest

from sinch_numbers._core.notifier import Notifier
from sinch_numbers.ordering._waiting import Waiting

pytestmark = pytest.mark.anyio


async def test_intervals_grow_up_to_a_limit() -> None:
    """Twice as long each time, and sixty times the first at most."""
    waiting = Waiting(Notifier(), first=1e-6, wait=None)
    limits = []
    for _ in range(9):
        limits.append(round(waiting._polling.limit / 1e-6))
        assert await waiting.pause()

    assert [1, 2, 4, 8, 16, 32, 60, 60, 60] == limits


async def test_the_time_is_up_once() -> None:
    """It begins with the first interval; without any time there is no interval."""
    assert not await Waiting(Notifier(), first=1.0, wait=0.0).pause()
    waiting = Waiting(Notifier(), first=3600.0, wait=0.02)

    assert await waiting.pause()
    assert not await waiting.pause()


async def test_an_event_about_the_order_ends_an_interval() -> None:
    """Then intervals are short again."""
    notifier = Notifier()
    waiting = Waiting(notifier, first=3600.0, wait=None)
    waiting._polling._polls = 1

    async with asyncio.timeout(20):
        with waiting.listening("ours"):
            notifier.notify("another")
            notifier.notify("ours")
            assert await waiting.pause()

    assert 3600.0 == waiting._polling.limit


async def test_events_about_other_orders_do_not() -> None:
    """The interval takes its time."""
    notifier = Notifier()
    waiting = Waiting(notifier, first=0.01, wait=None)

    with waiting.listening("ours"):
        notifier.notify("another")
        assert await waiting.pause()

    assert 0.02 == waiting._polling.limit


async def test_nothing_is_left_afterwards() -> None:
    """The subscription ends with the wait."""
    notifier = Notifier()

    with Waiting(notifier, first=1.0, wait=0.0).listening("ours"):
        assert notifier._waiters
    assert not notifier._waiters
