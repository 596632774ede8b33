"""One token for everybody, renewed before it ends."""

import asyncio
import copy
import os
import pickle
from itertools import pairwise

import pytest

from sinch_numbers import (
    APIConnectionError,
    AuthenticationError,
    AuthUnavailableError,
    ClientClosedError,
    NumbersClient,
    Secret,
    Token,
    TokenCache,
)
from sinch_numbers._core.auth.cache import _CachedToken
from sinch_numbers.sandbox import Sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]


class Clock:
    """Stands in for the module `time` in the module under test."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


class Service:
    """Hands out numbered tokens, or fails; counts how often it was asked."""

    def __init__(self, lifetime: float = 3600.0) -> None:
        self.lifetime = lifetime
        self.asked: list[bool] = []
        self.failure: Exception | None = None
        self.pause = 0.0
        self.answering = asyncio.Event()
        self.answering.set()

    async def fetch(self, *, patiently: bool) -> Token:
        self.asked.append(patiently)
        number = len(self.asked)
        await asyncio.sleep(self.pause)
        await self.answering.wait()
        if self.failure is not None:
            raise copy.copy(self.failure)
        return Token(Secret(f"Bearer {number}"), self.lifetime)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("sinch_numbers._core.auth.cache.time", clock)
    return clock


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def cache(service: Service) -> TokenCache:
    return TokenCache(service.fetch)


async def shown(cache: TokenCache) -> str:
    return (await cache.get()).authorization.reveal()


async def in_the_background() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def refused() -> AuthenticationError:
    return AuthenticationError("no such key", status=401)


async def test_a_thousand_cold_callers_fetch_once(cache: TokenCache, service: Service) -> None:
    """However many ask for the first token, one request answers them all."""
    service.pause = 0.01

    tokens = await asyncio.gather(*(shown(cache) for _ in range(1000)))

    assert {"Bearer 1"} == set(tokens)
    assert 1 == len(service.asked)


async def test_a_thousand_cold_calls_make_one_token_request(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """The same over the wire: one POST to the token endpoint."""
    number = next(iter(sandbox.project().active))

    numbers = await asyncio.gather(*(client.active_numbers.get(number) for _ in range(1000)))

    assert {number} == {one.phone_number for one in numbers}
    assert 1 == sandbox.calls.count("POST /oauth2/token")


async def test_cancelling_the_leader_cancels_nobody_else(
    cache: TokenCache, service: Service
) -> None:
    """Whoever asked first and left takes nothing away from the others."""
    service.answering.clear()
    callers = [asyncio.create_task(shown(cache)) for _ in range(100)]
    await in_the_background()
    callers[0].cancel()
    await in_the_background()
    service.answering.set()

    ends = await asyncio.gather(*callers, return_exceptions=True)

    assert isinstance(ends[0], asyncio.CancelledError)
    assert ["Bearer 1"] * 99 == ends[1:]
    assert 1 == len(service.asked)


async def test_cancelling_everybody_keeps_the_token(cache: TokenCache, service: Service) -> None:
    """A fetch that nobody waits for any more is finished and kept."""
    service.answering.clear()
    caller = asyncio.create_task(shown(cache))
    await in_the_background()
    caller.cancel()
    await in_the_background()
    service.answering.set()
    await in_the_background()

    assert "Bearer 1" == await shown(cache)
    assert 1 == len(service.asked)


async def test_one_failure_is_everybodys(cache: TokenCache, service: Service) -> None:
    """A hundred who waited for the same fetch fail together, without a convoy."""
    service.pause, service.failure = 0.005, AuthUnavailableError("down")

    ends = await asyncio.gather(*(shown(cache) for _ in range(100)), return_exceptions=True)

    assert {AuthUnavailableError} == {type(end) for end in ends}
    assert 100 == len({id(end) for end in ends})
    assert 1 == len(service.asked)


async def test_after_a_failure_the_next_caller_asks_again(
    cache: TokenCache, service: Service
) -> None:
    """An outage is not remembered."""
    service.failure = AuthUnavailableError("down")
    with pytest.raises(AuthUnavailableError):
        await shown(cache)
    service.failure = None

    assert "Bearer 2" == await shown(cache)


async def test_refused_credentials_are_not_tried_again_at_once(
    cache: TokenCache, service: Service, clock: Clock
) -> None:
    """A wrong key costs one request in five seconds, not one a call."""
    service.failure = refused()

    for _ in range(1000):
        with pytest.raises(AuthenticationError, match="no such key"):
            await cache.get()
    assert 1 == len(service.asked)

    clock.now += 5.1
    with pytest.raises(AuthenticationError):
        await cache.get()
    assert 2 == len(service.asked)


async def test_a_token_is_renewed_in_the_background(
    cache: TokenCache, service: Service, clock: Clock
) -> None:
    """Five minutes before its end the old token still serves while a new one is fetched."""
    assert "Bearer 1" == await shown(cache)

    clock.now += 3600 - 301
    assert "Bearer 1" == await shown(cache)
    await in_the_background()
    assert 1 == len(service.asked), "too early"

    clock.now += 301 - 240 + 1
    assert "Bearer 1" == await shown(cache)
    await in_the_background()
    assert [True, False] == service.asked
    assert "Bearer 2" == await shown(cache)


async def test_near_its_end_calls_wait_for_the_new_token(
    cache: TokenCache, service: Service, clock: Clock
) -> None:
    """In the last half minute a token is not handed out if a newer one can be had."""
    await cache.get()
    clock.now += 3600 - 29

    assert "Bearer 2" == await shown(cache)


@pytest.mark.parametrize("failure", [AuthUnavailableError("down"), LookupError("a bug")])
@pytest.mark.parametrize("left", [200, 59, 20, 1])
async def test_a_good_token_outlives_failing_renewals(
    cache: TokenCache,
    service: Service,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
    left: int,
    failure: Exception,
) -> None:
    """As long as the old token is good, an outage of the token service fails no call."""
    await cache.get()
    service.failure = failure
    clock.now += 3600 - left

    for _ in range(50):
        assert "Bearer 1" == await shown(cache)
        await in_the_background()

    assert [True, False] == service.asked
    assert [
        f"token renewal failed, the current token is still valid: {failure}"
    ] == caplog.messages


async def test_renewals_that_fail_are_spaced_and_told_once(
    cache: TokenCache, service: Service, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """In an outage: a try each half minute, in the last minute sooner; one warning."""
    await cache.get()
    service.failure = AuthUnavailableError("down")
    clock.now += 3300
    tries = []

    for left in range(300, 1, -1):
        asked = len(service.asked)
        assert "Bearer 1" == await shown(cache)
        await in_the_background()
        tries += [left] * (len(service.asked) - asked)
        clock.now += 1

    pauses = {left: left - following for left, following in pairwise(tries)}
    assert {30} == {pause for left, pause in pauses.items() if left > 60}
    assert 8 >= max(pause for left, pause in pauses.items() if left <= 60)
    assert tries[0] >= 240, "at the latest with four of the five minutes left"
    assert tries[-1] <= 9, "it goes on to the end"
    assert 1 == sum("renewal failed" in record.message for record in caplog.records)


async def test_past_its_end_a_token_is_gone(
    cache: TokenCache, service: Service, clock: Clock
) -> None:
    """Without a good token the failure is the callers', and the fetch is a patient one."""
    await cache.get()
    clock.now += 3601
    service.failure = AuthUnavailableError("down")

    with pytest.raises(AuthUnavailableError):
        await cache.get()

    assert [True, True] == service.asked


async def test_only_the_refused_token_is_forgotten(cache: TokenCache, clock: Clock) -> None:
    """A late 401 cannot throw away a token that is newer than the one it refused."""
    old = await cache.get()
    assert cache.invalidate(old)
    new = await cache.get()

    assert cache.invalidate(old), "the new one is worth a try"
    assert new is await cache.get()


async def test_a_refusal_forces_one_fetch_in_ten_seconds(cache: TokenCache, clock: Clock) -> None:
    """A project that refuses every token does not make the client hammer the token service."""
    assert cache.invalidate(await cache.get())
    assert not cache.invalidate(await cache.get())
    clock.now += 10
    assert cache.invalidate(await cache.get())


async def test_closing_stops_the_fetch(cache: TokenCache, service: Service) -> None:
    """What is under way ends with the client."""
    service.pause = 60
    caller = asyncio.create_task(cache.get())
    await asyncio.sleep(0)
    await asyncio.sleep(0)

    await cache.close()

    with pytest.raises(ClientClosedError):
        await caller


def test_two_loops_share_a_token(service: Service) -> None:
    """A cache may be used from one event loop after the other."""
    cache = TokenCache(service.fetch)

    assert ["Bearer 1"] * 2 == [asyncio.run(shown(cache)) for _ in range(2)]


def test_two_loops_can_wait_at_once(service: Service) -> None:
    """A loop that ended while it fetched leaves nothing that the next one trips over."""
    cache = TokenCache(service.fetch)
    service.pause = 60

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(cache.get(), 0.01)

    asyncio.run(give_up())
    service.pause = 0

    assert "Bearer 2" == asyncio.run(shown(cache))


@pytest.mark.posix
def test_a_forked_child_keeps_the_token(service: Service) -> None:
    """A child goes on with the parent's token and renews it at a time of its own."""
    cache = TokenCache(service.fetch)
    asyncio.run(shown(cache))
    child = os.fork()
    if not child:
        kept = asyncio.run(shown(cache)) == "Bearer 1" and len(service.asked) == 1
        os._exit(0 if kept else 1)

    assert 0 == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_neither_cache_nor_token_can_be_pickled(service: Service) -> None:
    """Tokens stay in memory."""
    with pytest.raises(TypeError, match="not picklable"):
        pickle.dumps(Token(Secret("Bearer x"), 1))


async def test_an_expired_token_is_replaced_unseen(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """When the service calls a token expired, the call goes again with a new one."""
    await client.available_regions.list()
    sandbox.expire_tokens()

    assert await client.available_regions.list()

    assert 2 == sandbox.calls.count("POST /oauth2/token")


async def test_fifty_refused_at_once_fetch_once(
    client: NumbersClient, sandbox: Sandbox, clock: Clock
) -> None:
    """Calls that all meet the same revoked token share one new one."""
    await client.available_regions.list()
    sandbox.revoke_tokens()
    clock.now += 10

    await asyncio.gather(*(client.available_regions.list() for _ in range(50)))

    assert 2 == sandbox.calls.count("POST /oauth2/token")


async def test_tokens_that_never_work_end_in_the_refusal(
    client: NumbersClient, sandbox: Sandbox, clock: Clock
) -> None:
    """A project that refuses every token makes one token request in ten seconds."""
    sandbox.faults.add("revoked_token", path="/v1/", times=1000)

    for tokens in range(1, 5):
        for _ in range(3):
            with pytest.raises(AuthenticationError):
                await client.available_regions.list()
            assert tokens == sandbox.calls.count("POST /oauth2/token")
            clock.now += 3.3333
        clock.now += 0.001


async def test_a_wrong_secret_is_told_as_such(sandbox: Sandbox) -> None:
    """The token service's refusal reaches the caller as it is."""
    async with NumbersClient(
        "sandbox", "sandbox", "wrong", numbers_url=sandbox.url, auth_url=sandbox.auth_url
    ) as client:
        with pytest.raises(AuthenticationError) as caught:
            await client.available_regions.list()

    assert (401, "invalid_client") == (caught.value.status, caught.value.code)
    assert "/oauth2/token" == caught.value.path
    assert not caught.value.maybe_applied


@pytest.mark.parametrize("fault", ["drop", "503", "garbage", "empty", "html", "429"])
async def test_a_failing_token_service_cannot_have_applied_the_call(
    client: NumbersClient, sandbox: Sandbox, fault: str
) -> None:
    """Whatever breaks while a token is fetched: the call itself did not leave."""
    sandbox.faults.add(fault, path="/oauth2/token", times=1000)
    number = next(iter(sandbox.project().stock))

    with pytest.raises(AuthUnavailableError) as caught:
        await client.available_numbers.rent(number)

    assert (True, False) == (caught.value.transient, caught.value.maybe_applied)
    assert ["POST /oauth2/token"] * 8 == sandbox.calls
    assert [] == sandbox.ledger


async def test_no_token_service_is_a_connection_error(sandbox: Sandbox) -> None:
    """Auth trouble is caught along with all that never left."""
    async with NumbersClient(
        "sandbox", "sandbox", "sandbox", numbers_url=sandbox.url, auth_url="http://127.0.0.1:9"
    ).with_options(timeout=0.5) as client:
        client.tokens._fetch = quick(client.tokens._fetch)
        with pytest.raises(APIConnectionError, match="could not get an access token"):
            await client.available_regions.list()


async def test_a_deadline_ends_the_wait_for_a_token(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """Whoever has little time does not wait for the patience of others; the fetch goes on."""
    sandbox.faults.add("slow", seconds=0.3, path="/oauth2/token")
    patient = asyncio.create_task(client.available_regions.list())
    await asyncio.sleep(0)

    with pytest.raises(AuthUnavailableError, match="before the deadline"):
        await client.with_options(deadline=0.05).available_regions.list()

    assert await patient
    assert 1 == sandbox.calls.count("POST /oauth2/token")


def quick(fetch):
    async def once(*, patiently: bool) -> Token:
        return await fetch(patiently=False)

    return once


async def test_basic_sends_the_key_and_fetches_nothing(sandbox: Sandbox) -> None:
    """``auth="basic"`` needs no token."""
    async with NumbersClient(
        "sandbox", "sandbox", "sandbox", auth="basic", numbers_url=sandbox.url
    ) as client:
        assert await client.available_regions.list()

    assert ["GET /v1/projects/sandbox/availableRegions"] == sandbox.calls


async def test_clients_can_share_a_token(sandbox: Sandbox) -> None:
    """Given another client's tokens, a client fetches none of its own."""
    async with NumbersClient(
        "sandbox", "sandbox", "sandbox", numbers_url=sandbox.url, auth_url=sandbox.auth_url
    ) as first:
        await first.available_regions.list()
        async with NumbersClient(
            "sandbox", numbers_url=sandbox.url, tokens=first.tokens
        ) as second:
            await second.available_regions.list()
        await first.available_regions.list()

    assert 1 == sandbox.calls.count("POST /oauth2/token")


async def test_what_is_made_of_a_cache_is_asked_itself():
    """A short cut for tokens at hand takes none around a `get` of somebody else's making."""

    class Counted(TokenCache):
        gets = 0

        async def get(self) -> Token:
            self.gets += 1
            return await super().get()

    async with (
        Sandbox(numbers=1, stock=0) as sandbox,
        NumbersClient(
            "sandbox", "sandbox", "sandbox", numbers_url=sandbox.url, auth_url=sandbox.auth_url
        ) as other,
    ):
        tokens = Counted(other.tokens._fetch)
        async with NumbersClient(
            "sandbox", tokens=tokens, numbers_url=sandbox.url, auth_url=sandbox.auth_url
        ) as client:
            for _ in range(3):
                await client.available_regions.list()
        await tokens.close()

    assert 3 == tokens.gets


def test_a_token_is_renewed_in_a_window_before_its_end() -> None:
    """At a random time in the last fifth of its life, at most five minutes before the end."""
    for lifetime, window in ((3600.0, 300.0), (300.0, 60.0)):
        token = Token(Secret("Bearer x"), lifetime)
        renewals = [_CachedToken.of(token, since=0.0, fetched_at=0.0).renew_at for _ in range(300)]

        assert lifetime - window <= min(renewals)
        assert max(renewals) <= lifetime - 0.8 * window
        assert max(renewals) - min(renewals) > 0.1 * window


async def test_a_fetched_token_is_logged_without_its_text(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """With its lifetime, at level debug."""

    async def fetch(*, patiently: bool) -> Token:
        return Token(Secret("Bearer c4nary"), 60.0)

    with caplog.at_level("DEBUG", "sinch_numbers"):
        await TokenCache(fetch).get()

    assert "token fetched, valid for 60 s" in caplog.messages
    assert "c4nary" not in caplog.text


async def test_an_unexpected_exception_is_no_outage() -> None:
    """It is raised as it is, and later calls neither wait for it nor name it as their cause."""

    async def broken(*, patiently: bool) -> Token:
        raise LookupError("a bug")

    cache = TokenCache(broken)
    for _ in range(2):
        with pytest.raises(LookupError, match="a bug"):
            await cache.get()

    assert cache.last_failure() is None
