"""Measurements in turns, compared as ratios within a round."""

import statistics
import time
from collections.abc import Callable, Mapping

import attrs
from rich.table import Table

from benchmarks._worker import GC_OFF, JSON, ORJSON, VENDOR

Contender = Callable[[], int]
"""Does the work once, and returns the number of units."""

PAUSED = "on, off in pages"
"""The mode of the garbage collector in our client: disabled while a large body is read."""
PAUSED_NOTE = (
    "gc: the client disables the garbage collector while it reads a page; "
    "rows with 'gc off' have it disabled throughout"
)


@attrs.frozen
class Ratio:
    """Ratio of two contenders: median, minimum, and maximum of the rounds."""

    median: float
    least: float
    most: float

    def __str__(self) -> str:
        digits = 2 if self.median < 10 else 1
        return f"{self.median:.{digits}f} ({self.least:.{digits}f}-{self.most:.{digits}f})"


@attrs.frozen
class Figures:
    """Measurements of one contender by round, mostly in units per second."""

    name: str
    rates: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.rates)

    def ratios_to(self, other: "Figures") -> Ratio:
        """Compare round by round, so that a change in the machine's speed cancels out."""
        ratios = [a / b for a, b in zip(self.rates, other.rates, strict=True)]
        return Ratio(statistics.median(ratios), min(ratios), max(ratios))

    def ratio_to(self, other: "Figures") -> float:
        """Return the median of the rounds' ratios."""
        return self.ratios_to(other).median


@attrs.frozen
class Comparison:
    """Measurements of several contenders at one job, with ratios to the floor and others."""

    name: str
    title: str
    unit: str
    figures: tuple[Figures, ...]
    floor: str
    notes: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    """Other contenders to compare with."""
    per: str = "/s"
    """What the unit is divided by; empty if less is better."""
    inventory: str = ""
    """The inventory that was read; empty if the job reads no numbers."""
    pages: bool = False
    """Whether the job reads pages, during which our client disables the garbage collector."""
    collects: bool = True
    """Whether the garbage collector was enabled for all contenders."""

    def gc_mode(self, name: str) -> str:
        """Return the mode of the garbage collector while the contender *name* ran."""
        if not self.collects or name.endswith(GC_OFF):
            return "off"
        others = name.startswith((JSON, ORJSON)) or name.partition(",")[0] == VENDOR
        return PAUSED if self.pages and not others else "on"

    def of(self, name: str) -> Figures | None:
        """Return the figures of the contender *name*, or ``None`` if it didn't run."""
        return next((one for one in self.figures if one.name == name), None)

    @property
    def references(self) -> tuple[Figures, ...]:
        """Return the figures that each contender is compared to."""
        found = [self.of(name) for name in (self.floor, *self.beside)]
        return tuple(one for one in found if one is not None)

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """Return the cells of the table, header first."""
        head = ("", "gc", self.unit + self.per, "min", "max")
        rows = [head + tuple(f"of {one.name}" for one in self.references)]
        for one in self.figures:
            measured = (one.median, min(one.rates), max(one.rates))
            ratios = (str(one.ratios_to(other)) for other in self.references)
            rows.append((one.name, self.gc_mode(one.name), *map(_written, measured), *ratios))
        return tuple(rows)

    def table(self) -> Table:
        """Return a table for the terminal."""
        head, *rows = self.rows
        table = Table(*head, caption="\n".join(self.notes) or None, title=self.title)
        for column in table.columns[2:]:
            column.justify = "right"
        for row in rows:
            table.add_row(*row)
        return table

    def markdown(self) -> str:
        """Return a Markdown table."""
        head, *rows = self.rows
        ruler = ("---", "---", *("---:" for _ in head[2:]))
        lines = ["| " + " | ".join(row) + " |" for row in (head, ruler, *rows)]
        notes = [f"- {note}" for note in self.notes]
        return "\n".join([f"### {self.title}", "", *lines, *([""] if notes else []), *notes])

    def json(self) -> dict[str, object]:
        """Return the figures as a JSON object."""
        return {
            "benchmark": self.name,
            "inventory": self.inventory,
            "unit": self.unit + self.per,
            "floor": self.floor,
            "contenders": {
                one.name: {
                    "gc": self.gc_mode(one.name),
                    "median": float(f"{one.median:.6g}"),
                    "rounds": [float(f"{rate:.6g}") for rate in one.rates],
                    "ratio": {
                        other.name: float(f"{one.ratio_to(other):.4g}")
                        for other in self.references
                    },
                }
                for one in self.figures
            },
            "notes": self.notes,
        }


def _written(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.{1 if value >= 10 else 2}f}"


def take_turns(
    contenders: Mapping[str, Callable[[], float]], rounds: int, *, warm_up: bool = True
) -> tuple[Figures, ...]:
    """Call each contender *rounds* times in turns, every other round in reverse order."""
    measured: dict[str, list[float]] = {name: [] for name in contenders}
    if warm_up:
        for contender in contenders.values():
            contender()
    for number in range(rounds):
        order = list(contenders)[:: -1 if number % 2 else 1]
        for name in order:
            measured[name].append(contenders[name]())
    return tuple(Figures(name, tuple(values)) for name, values in measured.items())


def in_turns(contenders: Mapping[str, Contender], rounds: int) -> tuple[Figures, ...]:
    """Run each contender once to warm up and then *rounds* times, in turns."""

    def timed(contender: Contender) -> Callable[[], float]:
        def rate() -> float:
            started = time.perf_counter()  # the work may be in another process
            units = contender()
            return units / (time.perf_counter() - started)

        return rate

    return take_turns({name: timed(one) for name, one in contenders.items()}, rounds)
