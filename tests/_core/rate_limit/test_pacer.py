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


def slowed_down(limit: int = 100) -> Pacer:
    """Return a pace that has met a limit of so many requests per second."""
    pace = Pacer()
    for _ in range(limit):
        pace.on_success()
    for _ in range(limit // 4):
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


def refused(pace: Pacer, times: int) -> None:
    for _ in range(times):
        pace.on_refusal()


def test_five_refusals_in_a_row_slow_down_and_four_do_not(clock: Clock) -> None:
    """A success in between starts the count again."""
    pace = Pacer()
    pace.on_success()

    refused(pace, 4)
    pace.on_success()
    refused(pace, 4)
    unchanged = pace.rate
    pace.on_refusal()

    assert unchanged is None
    assert pace.rate is not None


@pytest.mark.parametrize(
    ("responses", "refusals", "slower"), [(60, 20, True), (60, 19, False), (57, 19, False)]
)
def test_a_third_of_sixty_responses_slows_down(
    clock: Clock, responses: int, refusals: int, slower: bool
) -> None:
    """Fewer responses are no sample, and a smaller share has other causes than the rate."""
    pace = Pacer()
    successes = responses - refusals
    for _ in range(successes - refusals + 1):  # the others keep the refusals apart
        pace.on_success()
    for _ in range(refusals - 1):
        pace.on_refusal()
        pace.on_success()
    pace.on_refusal()

    assert slower is (pace.rate is not None)


def test_refusals_within_a_second_lower_the_rate_once(clock: Clock) -> None:
    """Those of one burst have the same cause; a second later they count again."""
    pace = slowed_down()
    lowered = pace.rate
    clock.now += 0.999
    refused(pace, 20)
    within = pace.rate
    clock.now += 0.001
    refused(pace, 1)
    pace.on_success()
    refused(pace, 1)

    assert lowered is not None
    assert within is not None
    assert within >= lowered
    assert pace.rate is not None
    assert pace.rate < lowered


def test_the_limit_is_reached_again_after_the_recovery(clock: Clock) -> None:
    """As of TCP CUBIC: after the cube root of 0.3 / 0.4 of the limit in seconds."""
    pace = slowed_down(400)

    clock.now += (400 * 0.3 / 0.4) ** (1 / 3)

    assert pace.rate == pytest.approx(400)


def test_a_lower_rate_does_not_keep_turns_that_were_given_away(clock: Clock) -> None:
    """The queue of a moment ago may be gone: the next turn is one interval away."""
    pace = slowed_down()
    for _ in range(500):
        pace.turn()
    clock.now += 2.0
    for _ in range(100):
        pace.on_success()
    refused(pace, 20)

    assert pace.rate is not None
    assert pace.turn() == pytest.approx(1 / pace.rate)


def test_the_rate_is_measured_over_the_last_second(clock: Clock) -> None:
    """A success one second ago counts no more."""
    pace = Pacer()
    for _ in range(100):
        pace.on_success()
    clock.now += 1.0
    for _ in range(10):
        pace.on_success()
    refused(pace, 5)

    assert pace.rate == pytest.approx(0.7 * 10)


def test_one_second_of_successes_is_kept(clock: Clock) -> None:
    """An audit of a million numbers does not keep a million timestamps."""
    pace = Pacer()
    for _ in range(10_000):
        clock.now += 0.01
        pace.on_success()

    assert len(pace._successes) <= 101
