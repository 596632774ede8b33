"""Decisions about a billable call: each event, after each history, and the action that follows."""

from typing import Any

import attrs
import pytest
from products import every

from sinch_numbers._core.billing.decisions import (
    FINAL,
    READ_TIMES,
    Action,
    Event,
    Progress,
    step,
)
from sinch_numbers._core.billing.settlement import _LIMIT, _LONGEST_JITTER

SETTLE = 30.0
RENT = {"acquires": True, "exclusive": True}
SHARED = {"acquires": True, "exclusive": False}
RELEASE = {"acquires": False, "exclusive": True}

E, A = Event, Action
PROVEN = [(E.READ_ABSENT, 0.0), (E.READ_ABSENT, 10.0), (E.READ_ABSENT, SETTLE)]
READING = [A.READ, A.READ]

# Reason -> the call, its events (with their times, if they matter), and the action after each.
TABLE: dict[str, tuple[dict[str, Any], list[Any], list[Action]]] = {
    # Claims
    "a renter without exclusivity cannot use a read before": (SHARED, [E.CLAIMED], [A.SEND]),
    "the only renter needs an absence before the request": (RENT, [E.CLAIMED], [A.READ_BEFORE]),
    "a change needs no read before": (RELEASE, [E.CLAIMED], [A.SEND]),
    "the caller wants the number to be new": (
        {**SHARED, "read_before": True}, [E.CLAIMED], [A.READ_BEFORE]
    ),
    "the number was absent": (
        RENT, [E.CLAIMED, E.BEFORE_ABSENT], [A.READ_BEFORE, A.SEND]
    ),
    "the number is there already": (
        RENT, [E.CLAIMED, E.BEFORE_PRESENT], [A.READ_BEFORE, A.FAIL_OWNED]
    ),
    "another call is under way": (RENT, [E.HELD], [A.FAIL_BUSY]),
    "another call got the number": (RENT, [E.OWNED], [A.FAIL_OWNED]),
    # Responses
    "the response is a success": (RENT, [E.APPLIED], [A.RETURN]),
    "the response is a success about another number": (
        RENT, [E.APPLIED_ELSEWHERE], [A.FAIL_ELSEWHERE]
    ),
    "a first rejection is certain": (RENT, [E.REJECTED], [A.FAIL]),
    "a request that was not sent is retried three times": (
        RENT, [E.NOT_SENT] * 4, [A.RESEND] * 3 + [A.FAIL]
    ),
    "retries that the caller forbids": ({**RENT, "max_retries": 0}, [E.NOT_SENT], [A.FAIL]),
    "no time is left for the retry": (RENT, [E.NOT_SENT, E.NO_RETRY], [A.RESEND, A.FAIL]),
    # 429
    "one read decides after a 429": (
        RENT, [E.THROTTLED, E.READ_ABSENT], [A.RESEND_IF_ABSENT, A.SEND]
    ),
    "a 429 is retried three times": (
        RENT,
        [E.THROTTLED, E.READ_ABSENT] * 3 + [E.THROTTLED],
        [A.RESEND_IF_ABSENT, A.SEND] * 3 + [A.FAIL],
    ),
    "a 429 had no effect, so a number that is found is another caller's": (
        RENT,
        [E.CLAIMED, E.BEFORE_ABSENT, E.THROTTLED, E.READ_MATCH],
        [A.READ_BEFORE, A.SEND, A.RESEND_IF_ABSENT, A.FAIL_OWNED],
    ),
    "a 429, and the number has another configuration": (
        SHARED, [E.THROTTLED, E.READ_OTHER], [A.RESEND_IF_ABSENT, A.FAIL_OWNED]
    ),
    "a 429, and another change contradicts the call": (
        RELEASE, [E.THROTTLED, E.READ_OTHER], [A.RESEND_IF_ABSENT, A.FAIL_OWNED]
    ),
    "a 429, and the number is gone": (
        RELEASE, [E.THROTTLED, E.READ_GONE], [A.RESEND_IF_ABSENT, A.FAIL]
    ),
    "a 429 in spite of which the call had its effect": (
        SHARED, [E.THROTTLED, E.READ_PROOF], [A.RESEND_IF_ABSENT, A.RETURN_READ]
    ),
    "a 429 that no read confirms": (
        RENT, [E.THROTTLED, E.READ_FAILED], [A.RESEND_IF_ABSENT, A.FAIL]
    ),
    "a 429 of a change that is made already": (
        RELEASE, [E.THROTTLED, E.READ_MATCH], [A.RESEND_IF_ABSENT, A.RETURN_READ]
    ),
    "a 429 for which there is no time left": (
        RENT, [E.THROTTLED, E.NO_RETRY], [A.RESEND_IF_ABSENT, A.FAIL]
    ),
    "a 429 of a call that no read shows": (
        {**RELEASE, "readable": False}, [E.THROTTLED], [A.FAIL]
    ),
    "a 429 after an ambiguous request does not clear it": (
        {**RENT, "doubt": True}, [E.THROTTLED, E.READ_FAILED], [A.READ, A.READ]
    ),
    # Ambiguous requests
    "an effect that no read shows": (
        {**RELEASE, "readable": False}, [E.AMBIGUOUS], [A.FAIL_UNKNOWN]
    ),
    "a tag proves the effect, whoever else rents": (
        SHARED, [E.AMBIGUOUS, E.READ_PROOF], [A.READ, A.RETURN_READ]
    ),
    "the only renter finds the number that was absent before": (
        RENT,
        [E.CLAIMED, E.BEFORE_ABSENT, E.AMBIGUOUS, E.READ_MATCH],
        [A.READ_BEFORE, A.SEND, A.READ, A.RETURN_READ],
    ),
    "without an absence before, the number may be older": (
        RENT, [E.AMBIGUOUS, E.READ_MATCH], [A.READ, A.FAIL_UNKNOWN]
    ),
    "where others rent, a number that is found may be theirs": (
        {**SHARED, "absent_before": True}, [E.AMBIGUOUS, E.READ_MATCH], [A.READ, A.FAIL_UNKNOWN]
    ),
    "the requested state is what a change is for": (
        RELEASE, [E.AMBIGUOUS, E.READ_MATCH], [A.READ, A.RETURN_READ]
    ),
    "a number with another configuration is another caller's": (
        RENT, [E.AMBIGUOUS, E.READ_OTHER], [A.READ, A.FAIL_OWNED]
    ),
    "a change that another one contradicts": (
        RELEASE, [E.AMBIGUOUS, E.READ_OTHER], [A.READ, A.FAIL_OWNED]
    ),
    "a number that was rented again is not released a second time": (
        RELEASE, [E.AMBIGUOUS, E.READ_AGAIN], [A.READ, A.FAIL_UNKNOWN]
    ),
    "a number that is gone is not released a second time": (
        RELEASE,
        [E.AMBIGUOUS, *((E.READ_GONE, at) for _, at in PROVEN)],
        [A.READ, *READING, A.FAIL_UNKNOWN],
    ),
    "recovery closes the release of a number that is gone": (
        {**RELEASE, "may_repeat": False},
        [E.TAKEN_OVER, *((E.READ_GONE, at) for _, at in PROVEN)],
        [A.READ, *READING, A.FAIL],
    ),
    "a number that was gone and is there again is not released a second time": (
        RELEASE, [E.AMBIGUOUS, E.READ_GONE, E.READ_ABSENT], [A.READ, A.READ, A.FAIL_UNKNOWN]
    ),
    "three absences over the settle timeout prove that nothing happened": (
        RENT, [E.AMBIGUOUS, *PROVEN], [A.READ, *READING, A.RESEND]
    ),
    "two absences are not enough": (
        RENT,
        [E.AMBIGUOUS, (E.READ_ABSENT, 0.0), (E.READ_ABSENT, 2 * SETTLE)],
        [A.READ, A.READ, A.READ],
    ),
    "three absences in less than the settle timeout are not enough": (
        RENT,
        [E.AMBIGUOUS, *PROVEN[:2], (E.READ_ABSENT, SETTLE - 0.01)],
        [A.READ, A.READ, A.READ, A.READ],
    ),
    "failed reads between absences change nothing": (
        RENT,
        [E.AMBIGUOUS, PROVEN[0], E.READ_FAILED, PROVEN[1], E.READ_FAILED, PROVEN[2]],
        [A.READ, *[A.READ] * 4, A.RESEND],
    ),
    "the number was absent when the request is repeated": (
        RENT,
        [E.AMBIGUOUS, *PROVEN, E.AMBIGUOUS, E.READ_MATCH],
        [A.READ, *READING, A.RESEND, A.READ, A.RETURN_READ],
    ),
    "a request is repeated once": (
        RENT,
        [E.AMBIGUOUS, *PROVEN, E.AMBIGUOUS, *PROVEN],
        [A.READ, *READING, A.RESEND, A.READ, *READING, A.FAIL],
    ),
    "a recovery repeats nothing": (
        {**RENT, "may_repeat": False}, [E.TAKEN_OVER, *PROVEN], [A.READ, *READING, A.FAIL]
    ),
    "a caller without retries": (
        {**RENT, "max_retries": 0}, [E.AMBIGUOUS, *PROVEN], [A.READ, *READING, A.FAIL]
    ),
    "a rejection after an ambiguous request may be the echo of its success": (
        RENT,
        [E.AMBIGUOUS, *PROVEN, E.REJECTED, E.READ_MATCH],
        [A.READ, *READING, A.RESEND, A.READ, A.RETURN_READ],
    ),
    "a number that is taken after an ambiguous request, and that no read finds": (
        RENT,
        [E.AMBIGUOUS, *PROVEN, E.TAKEN, *PROVEN],
        [A.READ, *READING, A.RESEND, A.READ, *READING, A.FAIL_UNKNOWN],
    ),
    "another rejection after an ambiguous request without effect": (
        RENT,
        [E.AMBIGUOUS, *PROVEN, E.REJECTED, *PROVEN],
        [A.READ, *READING, A.RESEND, A.READ, *READING, A.FAIL],
    ),
    "absences while the owner may still be sending prove nothing": (
        {**RENT, "may_repeat": False, "not_before": 100.0},
        [E.TAKEN_OVER, *PROVEN, *((E.READ_ABSENT, 100.0 + at) for _, at in PROVEN)],
        [A.READ, *[A.READ] * 3, *READING, A.FAIL],
    ),
    "reads that fail leave the outcome unknown": (
        RENT,
        [E.AMBIGUOUS] + [E.READ_FAILED] * len(READ_TIMES),
        [A.READ] * len(READ_TIMES) + [A.FAIL_UNKNOWN],
    ),
}  # fmt: skip


@every(
    ("call", "events", "actions"), [pytest.param(*row, id=reason) for reason, row in TABLE.items()]
)
def test_the_action_after_each_event(
    call: dict[str, Any], events: list[Any], actions: list[Action]
) -> None:
    """The history and the event decide, for the reason that the case is named after."""
    progress = Progress(settle_timeout=SETTLE, **call)
    taken = []
    for event in events:
        event, at = event if isinstance(event, tuple) else (event, 0.0)
        progress, action = step(progress, event, at)
        taken.append(action)

    assert actions == taken
    assert not FINAL & {*taken[:-1]}


def test_the_table_has_every_event_and_every_action() -> None:
    """A new one is missed here."""
    events = {
        event[0] if isinstance(event, tuple) else event
        for _, row, _ in TABLE.values()
        for event in row
    }

    assert set(Event) == events
    assert set(Action) == {action for *_, row in TABLE.values() for action in row}


def test_nothing_is_sent_in_doubt() -> None:
    """After an ambiguous request, no single event but a proof of absence leads to a request."""
    sending = {Action.SEND, Action.RESEND, Action.RESEND_IF_ABSENT}
    before = {Event.CLAIMED, Event.BEFORE_ABSENT}
    for acquires in (True, False):
        for exclusive in (True, False):
            call = Progress(acquires=acquires, exclusive=exclusive, settle_timeout=SETTLE)
            doubtful, _ = step(call, Event.AMBIGUOUS)
            for event in set(Event) - before - {Event.NOT_SENT}:
                assert step(doubtful, event, 1e9)[1] not in sending, event


def test_progress_is_not_changed_in_place() -> None:
    """A decision returns a new history, so that a search of all sequences can go back."""
    call = Progress(acquires=True, exclusive=True, settle_timeout=SETTLE)

    doubtful, _ = step(call, Event.AMBIGUOUS)

    assert doubtful == attrs.evolve(call, doubt=True)
    assert not call.doubt


def test_the_read_times_begin_at_once_and_end_at_the_limit() -> None:
    """Three reads always span the settle timeout; with jitter, the last one ends in time."""
    assert sorted(READ_TIMES) == list(READ_TIMES)
    assert READ_TIMES[0] == 0
    assert 0.9 * _LIMIT >= READ_TIMES[-1] * _LONGEST_JITTER
    assert 3 <= sum(at >= 1 for at in READ_TIMES)
