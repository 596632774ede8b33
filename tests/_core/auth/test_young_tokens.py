"""Replays after a 401 for a young token, which a node may not know yet."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from types import SimpleNamespace

import pytest
from products import named

from sinch_numbers import AuthenticationError, Backoff, NotFoundError, NumbersClient
from sinch_numbers._core.retry import driver
from sinch_numbers.sandbox import Sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

QUICK = Backoff(first=0.001, throttled=0.001, longest=0.01)
TOKEN = "POST /oauth2/token"


class Clock:
    """The module `time` for the token cache; the clock stands still."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = time.monotonic()
        here = SimpleNamespace(monotonic=lambda: self.now)
        monkeypatch.setattr("sinch_numbers._core.auth.cache.time", here)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Record the delays of retries instead of sleeping."""
    delays: list[float] = []
    sleep = asyncio.sleep

    async def noted(seconds: float) -> None:
        delays.append(seconds)
        await sleep(0)

    monkeypatch.setattr("asyncio.sleep", noted)
    return delays


async def get(client: NumbersClient, sandbox: Sandbox) -> object:
    return await client.active_numbers.get(next(iter(sandbox.project().active)))


async def update(client: NumbersClient, sandbox: Sandbox) -> object:
    number = next(iter(sandbox.project().active))
    return await client.active_numbers.update(number, display_name="x")


async def rent(client: NumbersClient, sandbox: Sandbox) -> object:
    return await client.available_numbers.rent(next(iter(sandbox.project().stock)))


CALLS: dict[str, Callable] = {"get": get, "update": update, "rent": rent}


@pytest.fixture
async def opened(sandbox: Sandbox) -> AsyncIterator[Callable[..., NumbersClient]]:
    """Return a function that opens a client."""
    clients: list[NumbersClient] = []

    def open_client(**options) -> NumbersClient:
        settings = {"numbers_url": sandbox.url, "auth_url": sandbox.auth_url, "timeout": 2.0}
        clients.append(NumbersClient("sandbox", "sandbox", "sandbox", **settings | options))
        return clients[-1]

    yield open_client
    for client in clients:
        await client.close()


def requests(sandbox: Sandbox) -> int:
    """Return the number of requests to the API, without token requests."""
    return sum(call != TOKEN for call in sandbox.calls)


@pytest.mark.parametrize("call", named(CALLS))
@pytest.mark.parametrize("lagging", [1, 2, 3, 4])
async def test_a_token_that_becomes_known_is_used(
    sandbox: Sandbox, opened: Callable, clock: Clock, call: Callable, lagging: int
) -> None:
    """Up to four 401s for a new token are waited out, with the same token and one effect."""
    sandbox.faults.add("revoked_token", path="/v1/", times=lagging)
    client = opened(backoff=QUICK)

    assert await call(client, sandbox)

    assert (1, lagging + 1) == (sandbox.calls.count(TOKEN), requests(sandbox))
    assert (call is not get) == len(sandbox.ledger)
    assert () == client.unresolved


@pytest.mark.parametrize("call", named(CALLS))
async def test_a_token_that_stays_unknown_is_a_transient_error(
    sandbox: Sandbox, opened: Callable, clock: Clock, call: Callable
) -> None:
    """After five 401s the call fails, and isn't retried by its policy as well."""
    sandbox.faults.add("revoked_token", path="/v1/", times=1000)
    client = opened(backoff=QUICK)

    with pytest.raises(AuthenticationError) as caught:
        await call(client, sandbox)

    assert (True, False) == (caught.value.transient, caught.value.maybe_applied)
    assert not AuthenticationError.transient
    assert (1, 5) == (sandbox.calls.count(TOKEN), requests(sandbox))
    assert ([], ()) == (sandbox.ledger, client.unresolved)


async def test_the_delays_double_from_a_quarter_of_a_second(
    sandbox: Sandbox, opened: Callable, clock: Clock, slept: list[float]
) -> None:
    """Four delays, at most five seconds in total, whatever the backoff of calls is."""
    sandbox.faults.add("revoked_token", path="/v1/", times=1000)
    for backoff in (Backoff(), Backoff(first=5.0)):
        slept.clear()
        with pytest.raises(AuthenticationError):
            await get(opened(backoff=backoff), sandbox)
        waits = [seconds for seconds in slept if seconds]

        assert 4 == len(waits)
        assert all(0.25 * 2**n <= seconds <= 1.25 * 0.25 * 2**n for n, seconds in enumerate(waits))
        assert sum(waits) <= 5.0


async def test_no_replay_begins_after_the_deadline(
    sandbox: Sandbox, opened: Callable, clock: Clock
) -> None:
    """A delay that would outlive the deadline ends the call with the error."""
    sandbox.faults.add("revoked_token", path="/v1/", times=1000)
    with pytest.raises(AuthenticationError) as caught:
        await get(opened(deadline=0.2), sandbox)

    assert caught.value.transient
    assert (1, 1) == (sandbox.calls.count(TOKEN), requests(sandbox))


@pytest.mark.parametrize("age", [0.0, 9.9, 10.0, 60.0])
async def test_an_old_token_is_replaced_instead(
    sandbox: Sandbox, opened: Callable, clock: Clock, age: float
) -> None:
    """From ten seconds on, a 401 means that the token is invalid."""
    client = opened(backoff=QUICK)
    await get(client, sandbox)
    clock.now += age
    sandbox.faults.add("revoked_token", path="/v1/", times=1)

    await get(client, sandbox)

    assert (2 if age >= 10 else 1, 3) == (sandbox.calls.count(TOKEN), requests(sandbox))


async def test_a_token_that_replaced_an_old_one_may_be_unknown(
    sandbox: Sandbox, opened: Callable, clock: Clock
) -> None:
    """The new token is young: its 401s are waited out."""
    client = opened(backoff=QUICK)
    await get(client, sandbox)
    clock.now += 10
    sandbox.faults.add("revoked_token", path="/v1/", times=4)

    await get(client, sandbox)

    assert (2, 1 + 5) == (sandbox.calls.count(TOKEN), requests(sandbox))


async def test_a_token_that_ages_during_the_replays_is_replaced(
    sandbox: Sandbox, opened: Callable, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A 401 counts by the age of the token when it arrives."""
    client = opened(backoff=QUICK)
    await get(client, sandbox)
    clock.now += 9
    run_again = driver.run_again

    async def late(*arguments: object) -> object:
        clock.now += 1
        return await run_again(*arguments)

    monkeypatch.setattr(driver, "run_again", late)
    sandbox.faults.add("revoked_token", path="/v1/", times=2)

    await get(client, sandbox)

    assert (2, 1 + 3) == (sandbox.calls.count(TOKEN), requests(sandbox))


async def test_a_young_token_that_is_called_expired_is_replaced_at_once(
    sandbox: Sandbox, opened: Callable, clock: Clock, slept: list[float]
) -> None:
    """A node that knows when a token expired knows the token."""
    sandbox.faults.add("expired_token", path="/v1/", times=1)
    await get(opened(), sandbox)

    assert (2, 2) == (sandbox.calls.count(TOKEN), requests(sandbox))
    assert [] == [seconds for seconds in slept if seconds]


async def test_basic_authentication_is_not_replayed(sandbox: Sandbox, opened: Callable) -> None:
    """A key isn't new to any node."""
    sandbox.faults.add("revoked_token", path="/v1/", times=1000)

    with pytest.raises(AuthenticationError) as caught:
        await get(opened(auth="basic"), sandbox)

    assert (False, 1) == (caught.value.transient, requests(sandbox))


async def test_another_answer_ends_the_replays(
    sandbox: Sandbox, opened: Callable, clock: Clock
) -> None:
    """A 404 after a 401 is the answer to the call."""
    sandbox.faults.add("revoked_token", path="/v1/", times=1)

    with pytest.raises(NotFoundError):
        await opened(backoff=QUICK).active_numbers.get("+12025550199")

    assert 2 == requests(sandbox)
