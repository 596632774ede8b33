"""`TokenCache` renews tokens that expire at an awkward moment."""

import asyncio

import pytest

from sinch_numbers import AuthUnavailableError, Secret, Token
from sinch_numbers._core.auth.cache import TokenCache

pytestmark = pytest.mark.anyio


class Clock:
    """A fake of the module `time`: it stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("sinch_numbers._core.auth.cache.time", clock)
    return clock


async def test_a_token_that_expired_in_transit_is_always_replaced(clock: Clock) -> None:
    """The limit on forced renewals applies only to tokens refused before their expiry."""

    async def fetch(*, patiently: bool) -> Token:
        return Token(Secret("Bearer short"), 2.0)

    cache = TokenCache(fetch)
    worth = []

    for _ in range(3):
        token = await cache.get()
        clock.now += 2.1
        worth.append(cache.invalidate(token))

    assert [True, True, True] == worth


async def test_a_token_that_expires_during_its_renewal_is_fetched_patiently(clock: Clock) -> None:
    """One attempt is enough while the old token is valid, but not when it expires meanwhile."""
    asked = []

    async def fetch(*, patiently: bool) -> Token:
        asked.append(patiently)
        if len(asked) == 2:
            clock.now += 10.0
            raise AuthUnavailableError("not now")
        return Token(Secret(f"Bearer {len(asked)}"), 100.0)

    cache = TokenCache(fetch)
    await cache.get()
    clock.now += 95.0

    token = await cache.get()

    assert [True, False, True] == asked
    assert "Bearer 3" == token.authorization.reveal()


async def test_a_token_that_expires_before_waiters_see_the_failure_is_fetched_patiently(
    clock: Clock,
) -> None:
    """The attempt fails while the token is valid; its waiters run after the expiry."""
    asked = []

    def later() -> None:
        clock.now += 10.0

    async def fetch(*, patiently: bool) -> Token:
        asked.append(patiently)
        if len(asked) == 2:
            # Runs after this step of the fetch and before the next step of its waiters.
            asyncio.get_running_loop().call_soon(later)
            raise AuthUnavailableError("not now")
        return Token(Secret(f"Bearer {len(asked)}"), 100.0)

    cache = TokenCache(fetch)
    await cache.get()
    clock.now += 95.0

    token = await cache.get()

    assert [True, False, True] == asked
    assert "Bearer 3" == token.authorization.reveal()
