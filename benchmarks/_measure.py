"""Contenders take turns; what counts is the ratio within a round, not the clock."""

import statistics
import time
from collections.abc import Callable, Mapping

import attrs
from rich.table import Table

Contender = Callable[[], int]
"""Does the work once, and returns how many units of it there were."""


@attrs.frozen
class Ratio:
    """How one contender stands to another: the rounds' median, least and most."""

    median: float
    least: float
    most: float

    def __str__(self) -> str:
        digits = 2 if self.median < 10 else 1
        return f"{self.median:.{digits}f} ({self.least:.{digits}f}-{self.most:.{digits}f})"


@attrs.frozen
class Figures:
    """What one contender reaches, round by round; mostly units a second."""

    name: str
    rates: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.rates)

    def ratios_to(self, other: "Figures") -> Ratio:
        """Compare round by round, which a drifting machine does not move."""
        ratios = [a / b for a, b in zip(self.rates, other.rates, strict=True)]
        return Ratio(statistics.median(ratios), min(ratios), max(ratios))

    def ratio_to(self, other: "Figures") -> float:
        """Return the median of the rounds' ratios."""
        return self.ratios_to(other).median


@attrs.frozen
class Comparison:
    """Contenders in one job, each beside the floor, and beside whoever else matters."""

    name: str
    title: str
    unit: str
    figures: tuple[Figures, ...]
    floor: str
    notes: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    """Who else each contender is compared to."""
    per: str = "/s"
    """What the unit is counted by; nothing where less is better."""

    def of(self, name: str) -> Figures | None:
        """Return the figures of the contender *name*, if it ran."""
        return next((one for one in self.figures if one.name == name), None)

    @property
    def references(self) -> tuple[Figures, ...]:
        """Return whom each contender is compared to."""
        found = [self.of(name) for name in (self.floor, *self.beside)]
        return tuple(one for one in found if one is not None)

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """Return the table as texts, the head first."""
        head = ("", self.unit + self.per, "min", "max")
        rows = [head + tuple(f"of {one.name}" for one in self.references)]
        for one in self.figures:
            measured = (one.median, min(one.rates), max(one.rates))
            ratios = (str(one.ratios_to(other)) for other in self.references)
            rows.append((one.name, *map(_written, measured), *ratios))
        return tuple(rows)

    def table(self) -> Table:
        """Return the figures for people."""
        head, *rows = self.rows
        table = Table(*head, caption="\n".join(self.notes) or None, title=self.title)
        for column in table.columns[1:]:
            column.justify = "right"
        for row in rows:
            table.add_row(*row)
        return table

    def markdown(self) -> str:
        """Return the figures for a page."""
        head, *rows = self.rows
        ruler = ("---", *("---:" for _ in head[1:]))
        lines = ["| " + " | ".join(row) + " |" for row in (head, ruler, *rows)]
        notes = [f"- {note}" for note in self.notes]
        return "\n".join([f"### {self.title}", "", *lines, *([""] if notes else []), *notes])

    def json(self) -> dict[str, object]:
        """Return the figures for machines."""
        return {
            "benchmark": self.name,
            "unit": self.unit + self.per,
            "floor": self.floor,
            "contenders": {
                one.name: {
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
    """Let each contender measure itself *rounds* times, in turns, every other round backwards."""
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
            started = time.perf_counter()  # who works may be another process
            units = contender()
            return units / (time.perf_counter() - started)

        return rate

    return take_turns({name: timed(one) for name, one in contenders.items()}, rounds)
