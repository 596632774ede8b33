"""How fast a service may be asked is found out by trying, and little is refused."""

import random

import pytest

from sinch_numbers._core.rate_limit.pacer import Pacer


class Clock:
    """Stands in for the module `time`."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("sinch_numbers._core.rate_limit.pacer.time", clock)
    return clock


class Service:
    """Lets *rate* requests a second through, and as many at once after a pause."""

    def __init__(self, clock: Clock, rate: float) -> None:
        self._clock = clock
        self.rate = rate
        self._left = rate
        self._filled = clock.now
        self.served = self.refused = 0

    def ask(self) -> bool:
        now = self._clock.now
        self._left = min(self.rate, self._left + (now - self._filled) * self.rate)
        self._filled = now
        if self._left < 1:
            self.refused += 1
            return False
        self._left -= 1
        self.served += 1
        return True


def work(pace: Pacer, service: Service, clock: Clock, seconds: float) -> None:
    """Ask as fast as the pace allows, a millisecond apart where it does not mind."""
    end = clock.now + seconds
    while clock.now < end:
        clock.now += max(pace.turn(), 0.001)
        if service.ask():
            pace.on_success()
        else:
            pace.on_refusal()


def test_requests_go_as_they_come_until_one_is_refused(clock: Clock) -> None:
    """Who is not told to slow down does not."""
    pace = Pacer()
    for _ in range(10_000):
        pace.on_success()

    assert pace.rate is None
    assert {0.0} == {pace.turn() for _ in range(100)}


@pytest.mark.parametrize("rate", [10, 20, 50, 200, 1000])
def test_most_of_what_is_allowed_is_used_and_little_refused(clock: Clock, rate: float) -> None:
    """In the long run: at least nine tenths of it, and one in twenty refused at most."""
    service = Service(clock, rate)
    pace = Pacer()
    work(pace, service, clock, 10)
    service.served = service.refused = 0

    work(pace, service, clock, 120)

    assert service.served >= 0.9 * rate * 120
    assert service.refused <= 0.05 * (service.served + service.refused)


def slowed_down() -> Pacer:
    """Return a pace that has met a limit of a hundred a second."""
    pace = Pacer()
    for _ in range(100):
        pace.on_success()
    for _ in range(25):
        pace.on_refusal()
    return pace


def test_after_many_refusals_it_is_slower_than_what_went_well(clock: Clock) -> None:
    """At once, and by a good part."""
    assert slowed_down().rate == pytest.approx(70)


@pytest.mark.parametrize("share", [0.01, 0.04, 0.3])
def test_refusals_now_and_then_are_not_about_the_pace(clock: Clock, share: float) -> None:
    """A service that refuses some, however slowly it is asked, is asked on."""
    dice = random.Random(8)
    pace = Pacer()
    asked = 0
    end = clock.now + 60

    while clock.now < end:
        clock.now += max(pace.turn(), 0.01)
        asked += 1
        pace.on_refusal() if dice.random() < share else pace.on_success()

    assert asked >= 0.6 * 60 * 100


def test_turns_are_spaced(clock: Clock) -> None:
    """Each takes its place in line, and nobody a place twice."""
    pace = slowed_down()

    turns = [pace.turn() for _ in range(8)]

    assert pytest.approx([place / 70 for place in range(8)], abs=0.05) == turns


def test_a_limit_that_is_not_met_again_is_forgotten(clock: Clock) -> None:
    """One bad minute does not slow the whole day down."""
    pace = slowed_down()

    clock.now += 60

    assert pace.rate is None
    assert 0.0 == pace.turn()


def test_a_service_that_speeds_up_is_followed(clock: Clock) -> None:
    """What is allowed later is found out, too."""
    service = Service(clock, 50)
    pace = Pacer()
    work(pace, service, clock, 30)
    service.rate = 200
    work(pace, service, clock, 30)
    service.served = 0

    work(pace, service, clock, 60)

    assert service.served >= 0.9 * 200 * 60


def test_refusals_without_end_slow_it_to_a_crawl_not_to_a_stop(clock: Clock) -> None:
    """There is always a next turn, seconds away and not hours."""
    pace = Pacer()
    dice = random.Random(4)

    for _ in range(500):
        clock.now += dice.random()
        pace.on_refusal()

    assert pace.turn() <= 3.0
