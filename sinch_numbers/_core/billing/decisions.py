"""
Decisions about one billable call: which action follows an event. Pure, without I/O.

`Claim` and `Retry` run a call by these decisions, `recover` an entry of the journal. A test
explores all sequences of events of several callers, with crashes and late effects.

Two rules carry the guarantees. A number that the project rents after an ambiguous request
confirms the call only if no one else can have rented it: the caller is the only renter, the
number was claimed, and a read between claim and request returned 404. And a request is sent
again only if every earlier one certainly had no effect: it was not sent, it was rejected, or
three reads that span the settle timeout found nothing. If the second request is then rejected,
it may be because of the first, so the outcome is unknown unless a read confirms it.
"""

from enum import Enum
from typing import Final

import attrs

__all__ = ["READ_TIMES", "Action", "Event", "Progress", "step"]

READ_TIMES: Final = (0, 1 / 60, 1 / 30, 1 / 15, 2 / 15, 4 / 15, 1 / 2, 1, 1.5, 2, 2.5, 3)
"""Times of the verifying reads after the first, in multiples of the settle timeout."""
_ABSENCES: Final = 3


class Event(Enum):
    """An event of a call."""

    CLAIMED = "the claim is durable"
    HELD = "another operation claims the subject, and the deadline has passed"
    OWNED = "another operation owns the subject"
    BEFORE_ABSENT = "a read before the request returned the service's own 404"
    BEFORE_PRESENT = "a read before the request found the number"

    NOT_SENT = "the request was certainly not sent"
    THROTTLED = "the response is 429"
    REJECTED = "the response rejects the request"
    TAKEN = "the response is the service's own 404: the subject is not available"
    APPLIED = "the response reports success for the subject"
    APPLIED_ELSEWHERE = "the response reports success for another subject"
    AMBIGUOUS = "the request may have taken effect"
    NO_RETRY = "deadline, retry budget, or body forbid the retry"

    READ_ABSENT = "a read shows no effect"
    READ_PROOF = "a read shows an effect that only this call can have caused"
    READ_MATCH = "a read shows the requested state"
    READ_OTHER = "a read shows a state that this call cannot have caused"
    READ_GONE = "a read shows that the project does not have the subject"
    READ_AGAIN = "a read shows that the project got the subject again"
    READ_FAILED = "a read failed, which proves nothing"

    TAKEN_OVER = "the owner of the entry is gone"


class Action(Enum):
    """The next step of a call."""

    READ_BEFORE = "read the subject before the request"
    SEND = "send the request"
    RESEND = "send the request again, after a delay"
    RESEND_IF_ABSENT = "after a delay, read once; send again if the subject is absent"
    READ = "read the subject again when the next read is due"

    RETURN = "return the response"
    RETURN_READ = "return what the read found"
    FAIL = "raise the error: the call had no effect"
    FAIL_BUSY = "raise: another operation claims the subject"
    FAIL_OWNED = "raise: the project got the subject by another operation"
    FAIL_UNKNOWN = "raise: the outcome is unknown"
    FAIL_ELSEWHERE = "raise: the call took effect on another subject"


FINAL: Final = frozenset(
    {
        Action.RETURN,
        Action.RETURN_READ,
        Action.FAIL,
        Action.FAIL_BUSY,
        Action.FAIL_OWNED,
        Action.FAIL_UNKNOWN,
        Action.FAIL_ELSEWHERE,
    }
)
"""The actions that end a call."""


@attrs.frozen(kw_only=True)
class Progress:
    """The part of a call's history that decisions depend on."""

    acquires: bool
    """
    Whether success gives the project a subject that others may get too, such as a number.

    Otherwise the requested state is what the caller wants, even if another call caused it.
    """
    exclusive: bool
    """Whether every renter of the project uses the same journal."""
    settle_timeout: float
    """Seconds after which an abandoned request can no longer take effect."""
    readable: bool = True
    """Whether a read can show the effect."""
    named: bool = True
    """Whether the caller names the subject, so that it can be read before the request."""
    read_before: bool = False
    """Whether the caller wants a read before the request, without exclusivity."""
    max_retries: int = 3
    may_repeat: bool = True
    """Whether a request that is proven to have had no effect may be repeated."""
    absent_before: bool = False
    """Whether the subject was absent after the claim and before the latest request."""
    doubt: bool = False
    """Whether a request may have taken effect, or may still do so."""
    retries: int = 0
    """Retries of requests that certainly had no effect."""
    checking: bool = False
    """Whether the next read follows a 429, not an ambiguous request."""
    repeated: bool = False
    """Whether the request was repeated after absence was proven."""
    taken: bool = False
    """Whether the subject was not available to a repeated request: ours, or another caller's."""
    gone: bool = False
    """Whether a read showed that the project did not have the subject of a release."""
    reads: int = 0
    """Reads since the latest ambiguous request."""
    absences: int = 0
    absent_since: float = 0.0
    """Time of the first of the absences."""
    not_before: float = 0.0
    """Time before which an absence proves nothing: the owner may still have been sending."""


def step(call: Progress, event: Event, at: float = 0.0) -> tuple[Progress, Action]:
    """Return the progress after *event* at the time *at* in seconds, and the next action."""
    match event:
        case Event.CLAIMED:
            before = call.acquires and call.named and (call.exclusive or call.read_before)
            return call, Action.READ_BEFORE if before else Action.SEND
        case Event.HELD:
            return call, Action.FAIL_BUSY
        case Event.OWNED | Event.BEFORE_PRESENT:
            return call, Action.FAIL_OWNED
        case Event.BEFORE_ABSENT:
            return attrs.evolve(call, absent_before=True), Action.SEND
        case Event.APPLIED:
            return call, Action.RETURN
        case Event.APPLIED_ELSEWHERE:
            return call, Action.FAIL_ELSEWHERE
        case Event.NOT_SENT if call.retries < call.max_retries:
            return attrs.evolve(call, retries=call.retries + 1), Action.RESEND
        case Event.THROTTLED if _may_resend_throttled(call):
            call = attrs.evolve(call, retries=call.retries + 1, checking=True)
            return call, Action.RESEND_IF_ABSENT
        case Event.NOT_SENT | Event.THROTTLED | Event.REJECTED | Event.TAKEN | Event.NO_RETRY:
            # In doubt, a rejection may mean that an earlier request took effect.
            call = attrs.evolve(call, checking=False)
            if not call.doubt:
                return call, Action.FAIL
            return _verify(attrs.evolve(call, taken=event is Event.TAKEN))
        case Event.AMBIGUOUS | Event.TAKEN_OVER:
            return _verify(attrs.evolve(call, doubt=True, taken=False))
        case _:
            return _after_check(call, event) if call.checking else _after_read(call, event, at)


def _may_resend_throttled(call: Progress) -> bool:
    # By contract a 429 had no effect. In doubt, reads must decide before anything is sent.
    readable = call.readable and call.named
    return readable and not call.doubt and call.retries < call.max_retries


def _verify(call: Progress) -> tuple[Progress, Action]:
    call = attrs.evolve(call, reads=0, absences=0)
    return call, Action.READ if call.readable else Action.FAIL_UNKNOWN


def _after_check(call: Progress, event: Event) -> tuple[Progress, Action]:
    """Decide after the read that follows a 429; no earlier request had an effect."""
    call = attrs.evolve(call, checking=False)
    if event is Event.READ_PROOF:
        return call, Action.RETURN_READ
    if event is Event.READ_ABSENT:
        return call, Action.SEND
    if event in (Event.READ_FAILED, Event.READ_GONE, Event.READ_AGAIN):
        return call, Action.FAIL  # a request without a successful read could be a second one
    # The request was not processed, so another caller got the subject.
    foreign = call.acquires or event is Event.READ_OTHER
    return call, Action.FAIL_OWNED if foreign else Action.RETURN_READ


def _after_read(call: Progress, event: Event, at: float) -> tuple[Progress, Action]:
    """Decide after a read that follows an ambiguous request."""
    call = attrs.evolve(call, reads=call.reads + 1)
    if event is Event.READ_PROOF:
        return call, Action.RETURN_READ
    if event is Event.READ_OTHER:
        return call, Action.FAIL_OWNED
    if event is Event.READ_AGAIN or (event is Event.READ_ABSENT and call.gone):
        return call, Action.FAIL_UNKNOWN  # a second request could be about another rent
    if event is Event.READ_MATCH:
        confirmed = not call.acquires or (call.exclusive and call.absent_before)
        return call, Action.RETURN_READ if confirmed else Action.FAIL_UNKNOWN
    if event in (Event.READ_ABSENT, Event.READ_GONE) and at >= call.not_before:
        since = call.absent_since if call.absences else at
        gone = event is Event.READ_GONE
        call = attrs.evolve(call, absences=call.absences + 1, absent_since=since, gone=gone)
        # A request can take effect after the client gave up on it: retrying after a single
        # negative read caused 782 duplicates in 3,000 simulated `rent_any` calls.
        if call.absences >= _ABSENCES and at - since >= call.settle_timeout:
            if gone:
                # The request may have ended the rent at once. Recovery closes the entry: no
                # later read can show more, and nothing is paid any more.
                return call, Action.FAIL_UNKNOWN if call.may_repeat else Action.FAIL
            if call.taken:
                return call, Action.FAIL_UNKNOWN  # reads may lag by more than the timeout
            if call.may_repeat and call.named and not call.repeated and call.max_retries:
                return attrs.evolve(call, repeated=True, absent_before=True), Action.RESEND
            return call, Action.FAIL
    return call, Action.READ if call.reads < len(READ_TIMES) else Action.FAIL_UNKNOWN
