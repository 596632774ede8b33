"""
Limits derived from fault rates: how many failed and unknown outcomes the faults explain.

A rate per operation follows from the shares of `weather` and the documented policy. The limit
is the smallest count that a binomial of that rate exceeds once in a million runs, so a breach
is a change of the policy and not bad luck. It distinguishes rates that differ by
several percent in 200 operations, and by half a percent in the 10,000 of the long lane.
"""

import itertools
import math
from functools import cache

import attrs
from weather import (
    AFTER,
    BLIND,
    LATE,
    NOTHING,
    POSTS,
    READS,
    REFUSED,
    STALE,
    THROTTLED,
    share_of,
)

ALARM = 1e-6
"""The probability of a count above its limit at the derived rate."""
LOOKS = (0, 1 / 60, 1 / 30, 1 / 15, 2 / 15, 4 / 15, 1 / 2, 1, 1.5, 2, 2.5, 3)
"""When `settlement.proven` reads, in multiples of the settle time."""
SECOND_LOOKS = LOOKS[:-2]
"""The reads after a second attempt: a call ends after four settle times."""
ABSENCES = 3
REFUSALS = 3
"""Retries after a 429."""


@attrs.frozen
class Limits:
    """Maximum numbers of failed and unknown outcomes."""

    failed: int
    unknown: int


@attrs.frozen
class Rates:
    """The probability that an operation ends as failed, and as unknown."""

    failed: float
    unknown: float

    def limits(self, operations: int, *, certain: Limits) -> Limits:
        """Return the limits for *operations* by chance and others that fault for *certain*."""
        return Limits(
            failed=at_most(operations, self.failed) + certain.failed,
            unknown=at_most(operations, self.unknown) + certain.unknown,
        )


def at_most(trials: int, rate: float) -> int:
    """Return the smallest count that a binomial exceeds with a chance below `ALARM`."""
    if rate <= 0.0:
        return 0
    if rate >= 1.0:
        return trials
    above = 1.0
    for hits in range(trials + 1):
        above -= math.exp(
            math.lgamma(trials + 1)
            - math.lgamma(hits + 1)
            - math.lgamma(trials - hits + 1)
            + hits * math.log(rate)
            + (trials - hits) * math.log1p(-rate)
        )
        if above < ALARM:
            return hits
    return trials


def planted(*, settled: bool) -> Limits:
    """
    Return the numbers of failed and unknown outcomes if each fault disturbs one POST.

    The definite errors fail, and so may a request that is repeated after an ambiguous one.
    The ambiguous ones stay unknown unless reads have *settled* them.
    """
    return Limits(
        failed=len(REFUSED) + len(THROTTLED) + len(NOTHING) * settled,
        unknown=0 if settled else len(AFTER) + len(LATE) + len(NOTHING),
    )


def without_reads(share: float) -> Rates:
    """
    Return the rates of a call that no read can settle: creating an order.

    Every ambiguous outcome stays unknown; a 429, a redirect, and a 401 are raised at once.
    """
    return Rates(
        failed=share_of((*REFUSED, *THROTTLED), POSTS, share),
        unknown=share_of((*AFTER, *LATE, *NOTHING), POSTS, share),
    )


def listed(share: float, *, blind: float) -> Rates:
    """
    Return the rates of a call that is settled by listing the numbers: `rent_any`.

    It is not repeated, so an ambiguous POST without effect fails once absence is proven.
    """
    unseen = min(1.0, blind) ** len(LOOKS)
    ambiguous = share_of((*AFTER, *LATE, *NOTHING), POSTS, share)
    return Rates(
        failed=share_of((*REFUSED, *THROTTLED, *NOTHING), POSTS, share),
        unknown=ambiguous * max(unseen, _unproven(blind)),
    )


def settled(
    *,
    effect: float,
    nothing: float,
    blind: float,
    stale: float = 0.0,
    throttled: float = 0.0,
    refused: float = 0.0,
) -> Rates:
    """
    Return the rates of a call that is settled by reading: `rent`, `release`, `rent_first`.

    Of its POSTs, *effect* and *nothing* are ambiguous, with and without effect. Of its reads,
    *blind* are evidence of nothing, and *stale* may show the past. An effect is unknown when
    no look shows it; absence is unknown unless three looks that span the settle time show it.
    Proven absent, the call is resent once, and after that it fails. A 429 is resent three
    times, after a read; a redirect and a 401 are raised at once.
    """
    unseen, unproven = min(1.0, blind + stale) ** len(LOOKS), _unproven(blind)
    unsettled = _unproven(blind, SECOND_LOOKS)
    again = nothing + throttled + refused
    second = Rates(failed=again * (1 - unsettled), unknown=effect * unseen + again * unsettled)
    rates = Rates(0.0, 0.0)
    for refusal in range(REFUSALS + 1):
        resent = throttled * (1 - blind)
        rates = Rates(
            failed=refused
            + nothing * (1 - unproven) * second.failed
            + (throttled * blind + resent * rates.failed if refusal else throttled),
            unknown=effect * unseen
            + nothing * (unproven + (1 - unproven) * second.unknown)
            + (resent * rates.unknown if refusal else 0.0),
        )
    return rates


def with_reads(share: float, *, blind: float, stale: float = 0.0) -> Rates:
    """Return the rates when a *share* of the POSTs goes wrong in one of the ways of `POSTS`."""
    return settled(
        effect=share_of((*AFTER, *LATE), POSTS, share),
        nothing=share_of(NOTHING, POSTS, share),
        throttled=share_of(THROTTLED, POSTS, share),
        refused=share_of(REFUSED, POSTS, share),
        blind=blind,
        stale=stale,
    )


def foul(share: float, reads: float) -> Rates:
    """Return the rates when *reads* of the reads also go wrong, in one of the ways of `READS`."""
    blind, stale = share_of(BLIND, READS, reads), share_of(STALE, READS, reads)
    return with_reads(share, blind=blind, stale=stale)


@cache
def _unproven(blind: float, looks: tuple[float, ...] = LOOKS) -> float:
    """Return the chance that *blind* reads keep an absence from being proven, exactly."""
    chance = 0.0
    for seen in itertools.product((True, False), repeat=len(looks)):
        times = [look for look, success in zip(looks, seen, strict=True) if success]
        # Each look may come up to a fifth later, so a span has to exceed the settle time.
        if len(times) < ABSENCES or times[-1] < 1.2 * times[0] + 1.0:
            chance += math.prod(1 - blind if success else blind for success in seen)
    return chance
