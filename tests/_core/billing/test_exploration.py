"""All histories of a few callers keep the promises of billable calls, within the stated bounds."""

from collections.abc import Callable
from typing import Any

import pytest
from exploration import Rules, ViolationError, explore

from sinch_numbers._core.billing.decisions import Action, Event, Progress, step

WITHIN = {
    "exclusive": {},
    "not exclusive": {"exclusive": False},
    "not exclusive, with a stranger": {"exclusive": False, "stranger": True},
    "two crashes": {"crashes": 2, "callers": ("A",)},
    "three faults": {"faults": 3, "callers": ("A",), "failing_reads": 3},
    "a power failure": {"power_failures": 1, "crashes": 0},
    "a power failure, not exclusive": {"power_failures": 1, "exclusive": False, "crashes": 0},
}
MORE = {
    "two candidates": {"numbers": 2},
    "two candidates and a stranger": {
        "numbers": 2,
        "exclusive": False,
        "stranger": True,
        "faults": 1,
        "failing_reads": 0,
    },
    "two crashes of two callers": {"crashes": 2, "failing_reads": 2},
    "a power failure and two candidates": {
        "power_failures": 1,
        "numbers": 2,
        "crashes": 0,
        "faults": 1,
    },
    "two power failures": {"power_failures": 2, "crashes": 1, "callers": ("A",)},
    "a power failure, a crash, and a stranger": {
        "power_failures": 1,
        "exclusive": False,
        "stranger": True,
        "faults": 1,
    },
    "three callers": {"callers": ("A", "B", "C"), "faults": 1},
    "a longer settle timeout": {"settle": 4, "latest": 1, "stalest": 2},
}
BEYOND = {
    "an effect later than the settle timeout": {"latest": 3},
    "an effect that becomes visible later": {"settle": 3, "latest": 2, "stalest": 2},
    "reads staler than the settle timeout": {"stalest": 3},
    "a stranger in spite of exclusivity": {"stranger": True},
    "clocks that differ by more than the margin": {"clock_errs": True},
    "a request before its entry is durable": {"power_failures": 1, "durable_sending": False},
}


@pytest.mark.parametrize("rules", WITHIN.values(), ids=WITHIN)
def test_within_the_bounds_nothing_is_lost_or_given_twice(rules: dict[str, Any]) -> None:
    """No number has two owners, none is billed and unrecorded, and no caller buys a second."""
    worlds = explore(Rules(**rules))

    print(f"{worlds} worlds")
    assert worlds > 500


@pytest.mark.slow
@pytest.mark.parametrize("rules", MORE.values(), ids=MORE)
def test_larger_worlds(rules: dict[str, Any]) -> None:
    """The same, with several candidates, callers, and crashes."""
    worlds = explore(Rules(**rules))

    print(f"{worlds} worlds")
    assert worlds > 500


@pytest.mark.parametrize("rules", BEYOND.values(), ids=BEYOND)
def test_each_bound_is_necessary(rules: dict[str, Any]) -> None:
    """Beyond any of them some history breaks a promise: they are documented as conditions."""
    with pytest.raises(ViolationError):
        explore(Rules(**rules))


def presence_confirms(call: Progress, event: Event, at: float = 0.0) -> tuple[Progress, Action]:
    """Take any rented number that a read finds for the call's own."""
    if event is Event.READ_MATCH and not call.checking:
        return call, Action.RETURN_READ
    return step(call, event, at)


def one_absence_suffices(call: Progress, event: Event, at: float = 0.0) -> tuple[Progress, Action]:
    """Take a single 404 for proof that the request had no effect."""
    if event is Event.READ_ABSENT and not call.checking:
        return call, Action.FAIL
    return step(call, event, at)


def unknown_is_no_effect(call: Progress, event: Event, at: float = 0.0) -> tuple[Progress, Action]:
    """Go on after an outcome that stayed unknown."""
    call, action = step(call, event, at)
    return call, Action.FAIL if action is Action.FAIL_UNKNOWN else action


@pytest.mark.parametrize(
    ("policy", "rules"),
    [
        (presence_confirms, {"exclusive": False, "stranger": True}),
        (one_absence_suffices, {}),
        (unknown_is_no_effect, {"exclusive": False, "stranger": True}),
    ],
)
def test_a_broken_policy_is_found(
    policy: Callable[..., tuple[Progress, Action]], rules: dict[str, Any]
) -> None:
    """The exploration can fail."""
    with pytest.raises(ViolationError):
        explore(Rules(step=policy, **rules))
