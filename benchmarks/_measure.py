"""Contenders take turns; what counts is the ratio within a round, not the clock."""

import statistics
import time
from collections.abc import Callable, Mapping

import attrs
from rich.table import Table

Contender = Callable[[], int]
"""Does the work once, and returns how many units of it there were."""


@attrs.frozen
class Figures:
    """Units a second of one contender, round by round."""

    name: str
    rates: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.rates)

    def ratio_to(self, other: "Figures") -> float:
        """Return the median of the rounds' ratios, which a drifting machine does not move."""
        return statistics.median(a / b for a, b in zip(self.rates, other.rates, strict=True))


@attrs.frozen
class Comparison:
    """Contenders in one job, each beside the floor."""

    name: str
    title: str
    unit: str
    figures: tuple[Figures, ...]
    floor: str
    notes: tuple[str, ...] = ()

    @property
    def _floor(self) -> Figures:
        return next(one for one in self.figures if one.name == self.floor)

    def table(self) -> Table:
        """Return the figures for people."""
        caption = "\n".join(self.notes) or None
        table = Table("", f"{self.unit}/s", "min", "max", f"of {self.floor}", caption=caption)
        table.title = self.title
        for column in table.columns[1:]:
            column.justify = "right"
        for one in self.figures:
            table.add_row(
                one.name,
                f"{one.median:,.0f}",
                f"{min(one.rates):,.0f}",
                f"{max(one.rates):,.0f}",
                f"{one.ratio_to(self._floor):.2f}",
            )
        return table

    def json(self) -> dict[str, object]:
        """Return the figures for machines."""
        return {
            "benchmark": self.name,
            "unit": f"{self.unit}/s",
            "floor": self.floor,
            "contenders": {
                one.name: {
                    "median": round(one.median),
                    "rounds": [round(rate) for rate in one.rates],
                    "ratio": round(one.ratio_to(self._floor), 3),
                }
                for one in self.figures
            },
            "notes": self.notes,
        }


def in_turns(contenders: Mapping[str, Contender], rounds: int) -> tuple[Figures, ...]:
    """Run each contender once to warm up and then *rounds* times, in turns."""
    rates: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name, contender in contenders.items():
            started = time.perf_counter()
            units = contender()
            if number:
                rates[name].append(units / (time.perf_counter() - started))
    return tuple(Figures(name, tuple(measured)) for name, measured in rates.items())
