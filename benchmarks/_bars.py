"""What the package holds itself to: ratios within one run, never the clock."""

from collections.abc import Iterable

import attrs

from benchmarks._measure import Comparison
from benchmarks._worker import FAST, JSON, ORJSON, OURS, VENDOR
from benchmarks.gets import BEST
from benchmarks.imports import SYNC
from benchmarks.inventory import PAGED, READ, SIZES
from benchmarks.rate import ALLOWED, WORKERS


@attrs.frozen
class Bar:
    """One thing to reach."""

    what: str
    comparison: str
    contender: str
    reference: str | None
    """Who it is a ratio to; without one the figure counts as it is."""
    bound: float
    aim: float

    @property
    def _less_is_better(self) -> bool:
        return self.aim < self.bound

    def measured(self, comparisons: Iterable[Comparison]) -> float | None:
        """Return the median of the rounds, or ``None`` where that was not measured."""
        for one in comparisons:
            if one.name != self.comparison or (ours := one.of(self.contender)) is None:
                continue
            if self.reference is None:
                return ours.median
            other = one.of(self.reference)
            return None if other is None else ours.ratio_to(other)
        return None

    def row(self, measured: float) -> tuple[str, str, str, str, str]:
        """Return the bar with what was measured, as texts."""
        sign = "<=" if self._less_is_better else ">="
        reached, aimed = (
            measured <= goal if self._less_is_better else measured >= goal
            for goal in (self.bound, self.aim)
        )
        verdict = "met, and the aim" if aimed else "met" if reached else "NOT met"
        return (
            self.what,
            f"{measured:.2f}",
            f"{sign} {self.bound:g}",
            f"{self.aim:g}",
            verdict,
        )


GROWN = f"{SIZES[-1]:,} numbers", f"{SIZES[0]:,} numbers"

BARS = (
    Bar("list, json, x the vendor's", "list", OURS, VENDOR, 6, 8),
    Bar("list, orjson, x the vendor's", "list", FAST, VENDOR, 8, 10),
    Bar("list, orjson, of bare aiohttp + orjson", "list", FAST, ORJSON, 0.35, 0.5),
    Bar("64 gets at once, x the vendor's best of 1 to 64 threads", "gets", OURS, BEST, 5.5, 7),
    Bar("64 gets at once, of bare aiohttp + json", "gets", OURS, JSON, 0.65, 0.8),
    Bar("sync get, x the vendor's", "sync get", OURS, VENDOR, 3, 4),
    Bar("sync list, x the vendor's", "sync list", OURS, VENDOR, 5.5, 8),
    Bar("import, of the vendor's time", "import", OURS, VENDOR, 0.15, 0.1),
    Bar("import to first reply, of the vendor's time", "first call", OURS, VENDOR, 0.35, 0.25),
    Bar("the same, sync", "first call", SYNC, VENDOR, 0.35, 0.25),
    Bar("a million numbers as a stream, MiB", "memory", OURS, None, 60, 30),
    Bar("the same, orjson", "memory", FAST, None, 60, 30),
    Bar("inventory at 50 ms, x page by page", "inventory", READ, PAGED, 15, 20),
    Bar("the same, x the ideal", "inventory, ideal", READ, None, 2, 1.5),
    Bar("95 % of one kind, x page by page", "inventory, lopsided", READ, PAGED, 15, 20),
    Bar("the same, x the ideal", "inventory, lopsided, ideal", READ, None, 2, 1.5),
    Bar("a number of 1,000,000, x one of 10,000", "inventory, growth", *GROWN, 1.2, 1),
    *(
        Bar(f"of the rate allowed, {n} workers", "rate", f"{n} workers", ALLOWED, 0.9, 0.95)
        for n in WORKERS
    ),
    *(
        Bar(f"of them refused, %, {n} workers", "refused", f"{n} workers", None, 5, 2)
        for n in WORKERS
    ),
)

HEAD = ("what", "measured", "bar", "aim", "verdict")


def rows(comparisons: Iterable[Comparison]) -> list[tuple[str, ...]]:
    """Return those bars that something was measured for."""
    found = list(comparisons)
    measured = ((bar, bar.measured(found)) for bar in BARS)
    return [bar.row(value) for bar, value in measured if value is not None]
