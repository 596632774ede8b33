"""Required speed: mostly ratios within one run, instead of absolute times."""

from collections.abc import Iterable, Sequence
from functools import partial

import attrs

from benchmarks._inventories import DIVERSE, NAMES, REALISTIC
from benchmarks._measure import Comparison, Ratio
from benchmarks._worker import FAST, GC_OFF, JSON, ORJSON, OURS, VENDOR
from benchmarks.gets import BEST
from benchmarks.imports import SYNC
from benchmarks.inventory import READ, SIZES
from benchmarks.pagination import FASTEST, SLOWEST
from benchmarks.rate import ALLOWED, WORKERS
from benchmarks.store import LIMIT, SQLITE


@attrs.frozen
class Bar:
    """A required value and a goal, for the median of the rounds."""

    what: str
    comparison: str
    contender: str
    reference: str | None
    """The contender that it is a ratio to; ``None`` for an absolute figure."""
    bound: float
    goal: float | None
    inventory: str | None = REALISTIC
    """The inventory that the values apply to; ``None`` if the data has no influence."""
    at_most: bool = False
    """Whether the values are maxima instead of minima."""
    in_readme: bool = False

    def measured(
        self, comparisons: Iterable[Comparison], inventory: str | None = None
    ) -> Ratio | None:
        """Return median, minimum, and maximum of the rounds, or ``None`` if not measured."""
        for one in comparisons:
            if one.name != self.comparison or (ours := one.of(self.contender)) is None:
                continue
            if inventory is not None and one.inventory != inventory:
                continue
            if self.reference is None:
                return Ratio.of(ours.rates)
            other = one.of(self.reference)
            return None if other is None else ours.ratios_to(other)
        return None

    def row(self, comparisons: Sequence[Comparison]) -> tuple[str, ...] | None:
        """Return the cells of a table row, or ``None`` if nothing was measured."""
        measured = self.measured(comparisons, self.inventory)
        by_inventory = [
            self.measured(comparisons, one) if self.inventory == REALISTIC else None
            for one in NAMES
        ]
        if measured is None and not any(by_inventory):
            return None
        return (
            self.what,
            _written(measured and measured.median),
            _written(measured and self.worst(measured)),
            self._bound,
            "-" if self.goal is None else f"{self.goal:g}",
            "not measured" if measured is None else self.verdict(measured),
            self.inventory or "any",
            *(_written(one and one.median) for one in by_inventory),
        )

    def miss(self, comparisons: Iterable[Comparison]) -> str:
        """Return the value and the bar if it is not met in each round, else an empty str."""
        measured = self.measured(comparisons, self.inventory)
        if measured is None or self._meets(self.worst(measured), self.bound):
            return ""
        worst = f"worst round {_written(self.worst(measured))}"
        return (
            f"{self.what}: {_written(measured.median)} ({worst}), bar {self._bound}: "
            f"{self.verdict(measured)}"
        )

    @property
    def _bound(self) -> str:
        return f"{'<=' if self.at_most else '>='} {self.bound:g}"

    def worst(self, measured: Ratio) -> float:
        """Return the value of the worst round."""
        return measured.most if self.at_most else measured.least

    def verdict(self, measured: Ratio) -> str:
        """Return whether the median, and the worst round, meet the bar."""
        if not self._meets(measured.median, self.bound):
            return "NOT met"
        if not self._meets(self.worst(measured), self.bound):
            return "met, but not in each round"
        aimed = self.goal is not None and self._meets(measured.median, self.goal)
        return "met, and the goal" if aimed else "met"

    def _meets(self, value: float, limit: float) -> bool:
        return value <= limit if self.at_most else value >= limit


def _written(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


least, most = Bar, partial(Bar, at_most=True)
GROWN = f"{SIZES[-1]:,} numbers", f"{SIZES[0]:,} numbers"
FIRST = "import to first response"

BARS = (
    least("list, json, x the vendor's", "list", OURS, VENDOR, 6, 8, in_readme=True),
    least("list, orjson, x the vendor's", "list", FAST, VENDOR, 8, 10, in_readme=True),
    least(
        "list, orjson, x the vendor's, diverse data",
        "list",
        FAST,
        VENDOR,
        7,
        9,
        DIVERSE,
        in_readme=True,
    ),
    least(
        "list, slowest / fastest of the inventories",
        *("list, inventories", SLOWEST, FASTEST, 0.8, 0.9, None),
    ),
    least(
        "list, orjson, of bare aiohttp + orjson", "list", FAST, ORJSON, 0.5, 0.6, in_readme=True
    ),
    most(
        "list, orjson, time a number, x that of bare aiohttp + orjson, both with gc off",
        *("list", ORJSON + GC_OFF, FAST + GC_OFF, 2.6, 2.2),  # rates: the ratio of times inverted
    ),
    least(
        "64 gets at once, x the vendor's best of 1 to 64 threads",
        *("gets", OURS, BEST, 6, 7.5),
        in_readme=True,
    ),
    least("64 gets at once, of bare aiohttp + json", "gets", OURS, JSON, 0.8, 0.9, in_readme=True),
    least("sync get, x the vendor's", "sync get", OURS, VENDOR, 3.5, 4.5, in_readme=True),
    least("sync list, x the vendor's", "sync list", OURS, VENDOR, 6, 9, in_readme=True),
    most("import, of the vendor's time", "import", OURS, VENDOR, 0.15, 0.1, None),
    *(
        most(
            f"{FIRST}, {how}, of the vendor's time",
            *("first call", name, VENDOR, 0.33, 0.25),
            in_readme=name == OURS,
        )
        for how, name in (("async", OURS), ("sync", SYNC))
    ),
    *(
        most(
            f"a million numbers as a stream, {text}, MiB above aiohttp alone",
            *("memory", name, None, 20, 10),
            in_readme=name == FAST,
        )
        for text, name in (("json", OURS), ("orjson", FAST))
    ),
    *(
        bar
        for name, what in (("inventory", "inventory"), ("inventory, lopsided", "95 % of one kind"))
        for bar in (
            least(
                f"{what} at 50 ms, x the vendor's paging",
                *(name, READ, VENDOR, 8, 12),
                in_readme=name == what,
            ),
            most(
                f"{what} at 50 ms, x the ideal time",
                *(f"{name}, ideal", READ, None, 1.8, 1.4),
            ),
        )
    ),
    most("a number of 1,000,000, x one of 10,000", "inventory, growth", *GROWN, 1.2, 1),
    most(
        "rent with SQLite journal, ms added",
        "store, added",
        SQLITE,
        None,
        2,
        0.5,
        None,
        in_readme=True,
    ),
    most(
        f"rent with SQLite journal, ms added, of {LIMIT}",
        "store, added",
        SQLITE,
        LIMIT,
        1,
        None,
        None,
    ),
    *(
        least(
            f"of the rate allowed, {n} workers",
            *("rate", f"{n} workers", ALLOWED, 0.9, 0.95, None),
            in_readme=n == WORKERS[-1],
        )
        for n in WORKERS
    ),
    *(
        most(f"of them refused, %, {n} workers", "refused", f"{n} workers", None, 5, 2, None)
        for n in WORKERS
    ),
)

HEAD = ("what", "measured", "worst round", "bar", "goal", "met", "data", *NAMES)


def missed(comparisons: Iterable[Comparison]) -> list[str]:
    """Return a line for each bar that the median, or one of the rounds, does not meet."""
    found = list(comparisons)
    return [line for bar in BARS if (line := bar.miss(found))]


def rows(comparisons: Iterable[Comparison]) -> list[tuple[str, ...]]:
    """Return a row for each bar that was measured on at least one inventory."""
    found = list(comparisons)
    return [row for bar in BARS if (row := bar.row(found)) is not None]
