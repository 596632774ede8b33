"""Required speed, as ratios within one run instead of absolute times."""

from collections.abc import Iterable, Sequence

import attrs

from benchmarks._inventories import DIVERSE, REALISTIC, UNIFORM
from benchmarks._measure import Comparison
from benchmarks._worker import FAST, JSON, ORJSON, OURS, VENDOR
from benchmarks.gets import BEST
from benchmarks.imports import SYNC
from benchmarks.inventory import PAGED, READ, SIZES
from benchmarks.rate import ALLOWED, WORKERS


@attrs.frozen
class Bar:
    """A required and an aimed-at value."""

    what: str
    comparison: str
    contender: str
    reference: str | None
    """The contender that it is a ratio to; ``None`` for an absolute figure."""
    bound: float
    aim: float
    inventory: str | None = UNIFORM
    """The inventory that the values apply to; ``None`` if the data has no influence."""

    @property
    def _less_is_better(self) -> bool:
        return self.aim < self.bound

    def measured(
        self, comparisons: Iterable[Comparison], inventory: str | None = None
    ) -> float | None:
        """Return the median of the rounds on *inventory*, or ``None`` if it wasn't measured."""
        for one in comparisons:
            if one.name != self.comparison or (ours := one.of(self.contender)) is None:
                continue
            if inventory is not None and one.inventory != inventory:
                continue
            if self.reference is None:
                return ours.median
            other = one.of(self.reference)
            return None if other is None else ours.ratio_to(other)
        return None

    def row(self, comparisons: Sequence[Comparison]) -> tuple[str, ...] | None:
        """Return the cells of a table row, or ``None`` if nothing was measured."""
        measured = self.measured(comparisons, self.inventory)
        others = [
            None if self.inventory is None else self.measured(comparisons, one)
            for one in (REALISTIC, DIVERSE)
        ]
        if measured is None and not any(others):
            return None
        sign = "<=" if self._less_is_better else ">="
        return (
            self.what,
            _written(measured),
            f"{sign} {self.bound:g}",
            f"{self.aim:g}",
            "not measured" if measured is None else self._met(measured),
            self.inventory or "any",
            *map(_written, others),
        )

    def _met(self, measured: float) -> str:
        reached, aimed = (
            measured <= goal if self._less_is_better else measured >= goal
            for goal in (self.bound, self.aim)
        )
        return "met, and the aim" if aimed else "met" if reached else "NOT met"


def _written(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


GROWN = f"{SIZES[-1]:,} numbers", f"{SIZES[0]:,} numbers"

BARS = (
    Bar("list, json, x the vendor's", "list", OURS, VENDOR, 6, 8),
    Bar("list, orjson, x the vendor's", "list", FAST, VENDOR, 8, 10),
    Bar("list, orjson, of bare aiohttp + orjson", "list", FAST, ORJSON, 0.35, 0.5),
    Bar("64 gets at once, x the vendor's best of 1 to 64 threads", "gets", OURS, BEST, 5.5, 7),
    Bar("64 gets at once, of bare aiohttp + json", "gets", OURS, JSON, 0.65, 0.8),
    Bar("sync get, x the vendor's", "sync get", OURS, VENDOR, 3, 4),
    Bar("sync list, x the vendor's", "sync list", OURS, VENDOR, 5.5, 8),
    Bar("import, of the vendor's time", "import", OURS, VENDOR, 0.15, 0.1, None),
    Bar(
        "import to first reply, of the vendor's time", "first call", OURS, VENDOR, 0.35, 0.25, None
    ),
    Bar("the same, sync", "first call", SYNC, VENDOR, 0.35, 0.25, None),
    Bar("a million numbers as a stream, MiB", "memory", OURS, None, 60, 30),
    Bar("the same, orjson", "memory", FAST, None, 60, 30),
    Bar("inventory at 50 ms, x page by page", "inventory", READ, PAGED, 15, 20, None),
    Bar("the same, x the ideal", "inventory, ideal", READ, None, 2, 1.5, None),
    Bar("95 % of one kind, x page by page", "inventory, lopsided", READ, PAGED, 15, 20, None),
    Bar("the same, x the ideal", "inventory, lopsided, ideal", READ, None, 2, 1.5, None),
    Bar("a number of 1,000,000, x one of 10,000", "inventory, growth", *GROWN, 1.2, 1, None),
    *(
        Bar(f"of the rate allowed, {n} workers", "rate", f"{n} workers", ALLOWED, 0.9, 0.95, None)
        for n in WORKERS
    ),
    *(
        Bar(f"of them refused, %, {n} workers", "refused", f"{n} workers", None, 5, 2, None)
        for n in WORKERS
    ),
)

HEAD = ("what", "measured", "bar", "aim", "met", "inventory", "realistic", "diverse")


def rows(comparisons: Iterable[Comparison]) -> list[tuple[str, ...]]:
    """Return a row for each bar that was measured on at least one inventory."""
    found = list(comparisons)
    return [row for bar in BARS if (row := bar.row(found)) is not None]
