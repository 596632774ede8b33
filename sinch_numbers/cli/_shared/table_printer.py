"""Lists as tables on stdout, for people."""

from collections.abc import Iterable
from typing import Generic, TypeVar

from rich.console import Group

from sinch_numbers.cli._shared.output import Output
from sinch_numbers.cli._views.lists import ListView
from sinch_numbers.exports._rows import Writer

T = TypeVar("T")


class TablePrinter(Writer, Generic[T]):
    """Prints a list page by page, if its pages have the same columns; otherwise at the end."""

    def __init__(self, view: ListView[T], output: Output) -> None:
        self._view = view
        self._output = output
        self._items: list[T] = []
        self._begun = False

    def write(self, values: Iterable[T]) -> None:
        """Print *values*, or keep them."""
        found = list(values)
        draw = self._view.by_page
        if draw is None:
            self._items += found
            return
        first, self._begun = not self._begun, True
        advice = list(self._output.advice(found))
        self._output.draw(
            lambda console: Group(draw(found, width=console.width, heading=first), *advice)
        )

    def close(self) -> None:
        """Print the kept rows, or a note that there are none."""
        if self._items:
            advice = list(self._output.advice(self._items))
            self._output.show(Group(self._view.drawn(self._items), *advice))
        elif not self._begun:
            self._output.show(self._view.empty)
