"""Contenders take turns; what counts is the ratio within a round, not the clock."""

import statistics
import time
from collections.abc import Awaitable, Callable, Mapping

import attrs
from rich.console import Console
from rich.table import Table

Contender = Callable[[], Awaitable[int]]
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


async def in_turns(contenders: Mapping[str, Contender], rounds: int) -> list[Figures]:
    """Run each contender once to warm up and then *rounds* times, in turns."""
    rates: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name, contender in contenders.items():
            started = time.perf_counter()
            units = await contender()
            if number:
                rates[name].append(units / (time.perf_counter() - started))
    return [Figures(name, tuple(measured)) for name, measured in rates.items()]


def show(title: str, unit: str, figures: list[Figures], floor: Figures) -> None:
    """Print *figures* as a table, each beside the *floor*."""
    table = Table("", f"{unit}/s", "min", "max", f"of {floor.name}", title=title)
    for column in table.columns[1:]:
        column.justify = "right"
    for one in figures:
        table.add_row(
            one.name,
            f"{one.median:,.0f}",
            f"{min(one.rates):,.0f}",
            f"{max(one.rates):,.0f}",
            f"{one.ratio_to(floor):.2f}",
        )
    Console().print(table)


def as_json(title: str, unit: str, figures: list[Figures], floor: Figures) -> dict[str, object]:
    """Return *figures* for machines."""
    return {
        "benchmark": title,
        "unit": f"{unit}/s",
        "floor": floor.name,
        "contenders": {
            one.name: {
                "median": round(one.median),
                "rounds": [round(rate) for rate in one.rates],
                "ratio": round(one.ratio_to(floor), 3),
            }
            for one in figures
        },
    }
