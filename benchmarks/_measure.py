"""Measurements in turns, compared as ratios within a round."""

import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

import attrs
from rich.table import Table

from benchmarks._worker import GC_OFF

Contender = Callable[[], int]
"""Does the work once, and returns the number of units."""


@attrs.frozen
class Ratio:
    """Ratio of two contenders: median, minimum, and maximum of the rounds."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Iterable[float]) -> "Ratio":
        """Summarize the values of all rounds."""
        found = list(values)
        return cls(statistics.median(found), min(found), max(found))

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
        return Ratio.of(a / b for a, b in zip(self.rates, other.rates, strict=True))

    def ratio_to(self, other: "Figures") -> float:
        """Return the median of the rounds' ratios."""
        return self.ratios_to(other).median


def above(figures: Sequence[Figures], baseline: str) -> tuple[Figures, ...]:
    """Return the differences to *baseline*, round by round, without *baseline* itself."""
    base = next(one for one in figures if one.name == baseline)
    return tuple(
        Figures(one.name, tuple(a - b for a, b in zip(one.rates, base.rates, strict=True)))
        for one in figures
        if one is not base
    )


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
    collects: bool = True
    """Whether the garbage collector was enabled for all contenders."""

    def gc_mode(self, name: str) -> str:
        """Return the mode of the garbage collector while the contender *name* ran."""
        return "on" if self.collects and not name.endswith(GC_OFF) else "off"

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
        rows: list[tuple[str, ...]] = [head + tuple(f"of {one.name}" for one in self.references)]
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
        lines = markdown_table(self.rows, left=2)
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


def markdown_table(rows: Sequence[Sequence[str]], *, left: int = 1) -> list[str]:
    """Return the lines of a Markdown table; the columns after *left* are right-aligned."""
    head, *others = rows
    ruler = [*["---"] * left, *["---:"] * (len(head) - left)]
    return ["| " + " | ".join(row) + " |" for row in (head, ruler, *others)]


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
