"""Faults by the share: how much of the traffic goes wrong, and in which ways how often."""

from collections.abc import Iterable
from itertools import count
from typing import Any

from sinch_numbers.sandbox.faults import Faults

Way = tuple[float, str, dict[str, Any]]
"""A weight, a kind of fault, and its settings."""

FOR_GOOD = 3600.0

AFTER: tuple[Way, ...] = (
    *((1.0, kind, {}) for kind in ("drop", "reset", "truncated", "garbage", "empty", "stall")),
    *((1.0, kind, {"executed": True}) for kind in ("500", "502", "408")),
)
"""The request took effect, the reply does not say so."""
BEFORE: tuple[Way, ...] = tuple(
    (1.0, kind, {})
    for kind in ("drop_before", "reset_before", "500", "503", "429", "redirect", "408")
)
"""The request took no effect, and the reply may not say so either."""
LATE: tuple[Way, ...] = (
    *((0.5, "late_commit", {"seconds": late}) for late in (0.02, 0.1, 0.25, 0.45)),
    *((0.5, "late_commit", {"seconds": late, "hold": FOR_GOOD}) for late in (0.02, 0.2, 0.45)),
)
"""The request takes effect after the client has given up: after an end, or after a timeout."""
READS: tuple[Way, ...] = (
    (2.0, "500", {}),
    (2.0, "drop", {}),
    (1.0, "429", {}),
    (1.0, "503", {}),
    (4.0, "stale", {"seconds": 0.08}),
)
"""A read that tells nothing, or what was true a moment ago."""
LATEST = 0.45


def brew(faults: Faults, ways: Iterable[Way], *, share: float, seed: int, **where: Any) -> None:
    """
    Let a *share* of the requests go wrong in one of these *ways*, each by its weight.

    Rules are asked in order, so each gets its share of what those before it have left.
    """
    ways = tuple(ways)
    whole = sum(weight for weight, _, _ in ways)
    left = 1.0
    for (weight, kind, settings), number in zip(ways, count(), strict=False):
        part = share * weight / whole
        faults.add(kind, probability=part / left, seed=1000 * seed + number, **where, **settings)
        left -= part
