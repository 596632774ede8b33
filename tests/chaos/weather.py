"""Shares of faults: the share of requests that is disturbed, and the weight of each kind."""

import math
from collections.abc import Iterable
from itertools import count
from typing import Any

from sinch_numbers.sandbox._protocol.faults import Faults

Way = tuple[float, str, dict[str, Any]]
"""A weight, a kind of fault, and its settings."""

FOR_GOOD = 3600.0

AFTER: tuple[Way, ...] = (
    *((1.0, kind, {}) for kind in ("drop", "reset", "truncated", "garbage", "empty", "stall")),
    *((1.0, kind, {"executed": True}) for kind in ("500", "502", "408")),
)
"""Ambiguous, with effect: the request took effect, and no reply says so."""
LATEST = 0.15
"""Seconds until the last late effect: far below the settle timeout, for busy machines."""
LATE: tuple[Way, ...] = (
    *((0.5, "late_commit", {"seconds": late}) for late in (0.02, 0.05, 0.1, LATEST)),
    *((0.5, "late_commit", {"seconds": late, "hold": FOR_GOOD}) for late in (0.02, 0.1, LATEST)),
)
"""Ambiguous, with effect after the client has given up: after an end, or after a timeout."""
NOTHING: tuple[Way, ...] = tuple(
    (1.0, kind, {}) for kind in ("drop_before", "reset_before", "500", "503", "408")
)
"""Ambiguous, without effect."""
THROTTLED: tuple[Way, ...] = ((1.0, "429", {}),)
REFUSED: tuple[Way, ...] = tuple(
    (1.0, kind, {}) for kind in ("redirect", "expired_token", "revoked_token")
)
"""Definite errors. A 401 is one unless the client may fetch another token for it."""
POSTS: tuple[Way, ...] = (*AFTER, *LATE, *NOTHING, *THROTTLED, *REFUSED)

BLIND: tuple[Way, ...] = (
    *((2.0, kind, {}) for kind in ("500", "drop")),
    *((1.0, kind, {}) for kind in ("429", "503", "html")),
    *((1.0, kind, {}) for kind in ("403", "403_html", "404_html", "404_json")),
    *((1.0, kind, {}) for kind in ("expired_token", "revoked_token")),
)
"""A read that proves nothing: lost, failed, or answered by a gateway."""
STALENESS = 0.08
"""Age of a stale read, in seconds."""
STALE: tuple[Way, ...] = ((4.0, "stale", {"seconds": STALENESS}),)
"""A read that shows an earlier state."""
READS: tuple[Way, ...] = (*BLIND, *STALE)
SEARCHES: tuple[Way, ...] = tuple((1.0, kind, {}) for kind in ("500", "drop", "429", "503"))
"""Transient only, so that a search fails as rarely as its four attempts do together."""


def share_of(ways: Iterable[Way], whole: Iterable[Way], share: float) -> float:
    """Return the share of requests with one of *ways*, if *share* have one of the *whole*."""
    return share * sum(way[0] for way in ways) / sum(way[0] for way in whole)


def plant(faults: Faults, ways: Iterable[Way], **where: Any) -> None:
    """Disturb the first requests in each of these *ways* once, so that each occurs."""
    for _, kind, settings in ways:
        faults.add(kind, **where, **settings)


def brew(faults: Faults, ways: Iterable[Way], *, share: float, seed: int, **where: Any) -> None:
    """
    Disturb a *share* of the requests in one of these *ways*, each by its weight.

    Rules apply in order, so each gets its share of the requests that those before it leave.
    """
    ways = tuple(ways)
    whole = sum(weight for weight, _, _ in ways)
    left = 1.0
    for (weight, kind, settings), number in zip(ways, count(), strict=False):
        part = share * weight / whole
        probability = min(1.0, part / left) if left > 0 else 0.0
        faults.add(kind, probability=probability, seed=1000 * seed + number, **where, **settings)
        left -= part


def always(faults: Faults, kind: str, **where: Any) -> None:
    """Disturb every matching request in one way."""
    faults.add(kind, times=math.inf, **where)
