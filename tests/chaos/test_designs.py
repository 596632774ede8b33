"""Each design of the chaos kit, small enough for every commit; `run.py` has the long lane."""

import asyncio

import cancelling
import exits
import machine
import outage
import point_reads
import pytest
import reading
import token_storm
from billable import MODES, Harness, violations
from orders import Orders

from sinch_numbers import AuthUnavailableError, Secret, Token
from sinch_numbers.auth import TokenCache

pytestmark = pytest.mark.anyio

OPS = 400
CANARY_OPS = 400
CANARY_FLOOR = CANARY_OPS // 30  # a hundred in three thousand


@pytest.mark.parametrize("mode", MODES)
async def test_no_billable_call_lies_in_foul_weather(mode: str) -> None:
    """
    Half of the POSTs and a fifth of the reads go wrong: nothing is billed twice, no effect is
    denied, none invented, and what stays unknown can be settled afterwards.
    """
    result = await Harness(mode, OPS, seed=1).run()

    assert [] == result.breaches
    assert 0 == violations(result)


async def test_what_stays_unknown_can_be_settled_later() -> None:
    """When hardly any read gets through, the caller is told so, and told the truth later."""
    result = await Harness("rent", 150, seed=1, reads_at_fault=0.98).run()

    assert [] == result.breaches
    assert result.figures["unknown"] > 0


@pytest.mark.parametrize("mode", MODES[1:])
async def test_who_stops_waiting_can_still_find_out(mode: str) -> None:
    """Of calls that are cancelled on their way, those that took effect are unresolved."""
    result = await Harness(mode, 150, seed=1, impatient=0.3).run()

    assert [] == result.breaches
    assert result.figures["abandoned"] > 0


@pytest.mark.parametrize("mode", ["rent", "rent_any"])
async def test_the_harness_sees_what_blind_resending_does(mode: str) -> None:
    """Sending everything again does harm that the same harness counts: it is not blind."""
    result = await Harness(mode, CANARY_OPS, seed=1, naive=True).run()

    assert violations(result) >= CANARY_FLOOR
    assert result.breaches


async def test_no_order_is_created_twice() -> None:
    """Half of the creations go wrong: each is sent once, and each doubt is on record."""
    result = await Orders(OPS, seed=1).run()

    assert [] == result.breaches
    assert result.figures["unknown"] > 0


async def test_the_harness_sees_what_blind_ordering_does() -> None:
    """Sending creations again orders twice, and the same harness counts it."""
    result = await Orders(CANARY_OPS, seed=1, naive=True).run()

    assert result.figures["duplicated"] >= CANARY_FLOOR


async def test_a_call_can_be_cancelled_anywhere() -> None:
    """What was received is flagged as sent and listed as unresolved; nothing is leaked."""
    result = await cancelling.sweep(6, seed=1)

    assert [] == result.breaches


@pytest.mark.parametrize(
    ("latency", "failing"), [(0.0, 0.3), (0.1, 0.65)], ids=["near", "far, and worse"]
)
async def test_tokens_end_and_fetches_fail_unnoticed(latency: float, failing: float) -> None:
    """No call fails for want of a token, and no token is fetched before its time."""
    result = await token_storm.storm(1500, seed=2, seconds=4.5, latency=latency, failing=failing)

    assert [] == result.breaches


class Clock:
    """Stands in for the module `time`: it moves when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("sinch_numbers.auth.time", clock)
    return clock


async def test_a_token_that_ended_on_its_way_is_replaced_every_time(clock: Clock) -> None:
    """The limit on forced renewals is for tokens that are refused before their time."""

    async def fetch(*, patiently: bool) -> Token:
        return Token(Secret("Bearer short"), 2.0)

    cache = TokenCache(fetch)
    worth = []

    for _ in range(3):
        token = await cache.get()
        clock.now += 2.1
        worth.append(cache.invalidate(token))

    assert [True, True, True] == worth


async def test_a_token_that_ends_while_it_is_renewed_is_renewed_in_earnest(clock: Clock) -> None:
    """One try is enough with a good token at hand, but not when it ended during that try."""
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


async def test_a_token_that_ends_before_a_failure_is_heard_of_is_renewed_in_earnest(
    clock: Clock,
) -> None:
    """The one try is over while the token is good, and who waited for it hears of that later."""
    asked = []

    def later() -> None:
        clock.now += 10.0

    async def fetch(*, patiently: bool) -> Token:
        asked.append(patiently)
        if len(asked) == 2:
            # After this step of the fetch, but before the next one of whoever waits for it.
            asyncio.get_running_loop().call_soon(later)
            raise AuthUnavailableError("not now")
        return Token(Secret(f"Bearer {len(asked)}"), 100.0)

    cache = TokenCache(fetch)
    await cache.get()
    clock.now += 95.0

    token = await cache.get()

    assert [True, False, True] == asked
    assert "Bearer 3" == token.authorization.reveal()


async def test_revoked_tokens_are_renewed_once() -> None:
    """However many calls meet the refusal, one fetch answers each revocation."""
    result = await token_storm.revoked(1000, seed=1)

    assert [] == result.breaches


@pytest.mark.parametrize("failing", [1.0, 0.5])
async def test_an_outage_is_not_made_worse(failing: float) -> None:
    """Ten thousand calls are hardly more requests than that, and recovery is immediate."""
    result = await outage.amplification(10_000, seed=1, failing=failing)

    assert [] == result.breaches


async def test_nothing_is_sent_behind_our_back() -> None:
    """What a service receives are the attempts that the client knows of, one for one."""
    result = await outage.counted(300, seed=1)

    assert [] == result.breaches


def test_any_sequence_of_calls_agrees_with_the_model() -> None:
    """Model, service and reports are the same after every step, faults or not."""
    result = machine.explore(examples=100, steps=15)

    assert [] == result.breaches


def test_however_a_program_ends_it_ends_as_it_means_to() -> None:
    """
    Closed or not, at exit, with a call under way, by an error or a signal: with the code that
    is Python's own, and without a word.
    """
    result = exits.matrix(2)

    assert [] == result.breaches


def test_a_hundred_readers_cost_little_memory() -> None:
    """Five thousand reads by a hundred workers: no error, and at most 150 MiB."""
    result = point_reads.many(5_000)

    assert [] == result.breaches


def test_who_waits_for_a_slot_does_not_time_out() -> None:
    """The time of an attempt starts when it does, however long the queue was."""
    result = point_reads.queued()

    assert [] == result.breaches


async def test_an_inventory_survives_faults_and_kills() -> None:
    """Killed three times among failing pages and ending tokens, it is complete all the same."""
    result = await asyncio.to_thread(reading.killed, 20_000, 1, page_size=200)

    assert [] == result.breaches
