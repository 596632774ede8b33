"""Lists that are a table where it fits, and blocks of facts where its cells would be cut."""

from collections.abc import Iterable, Sequence

import attrs
from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.measure import Measurement
from rich.table import Table

from sinch_numbers.cli._views import tables


@attrs.frozen
class Listing:
    """
    Rows with the columns *names*; the first cell of a row is its subject.

    A terminal that is too narrow for the table shows a block for each row instead, so that phone
    numbers and IDs can be copied.
    """

    names: Sequence[str]
    rows: Sequence[Sequence[object]]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        table = self._table()
        if Measurement.get(console, options.update_width(10_000), table).maximum <= (
            options.max_width
        ):
            yield table
            return
        for row in self.rows:
            first, *others = row
            cells = [tables.safe(first, "bold"), *others]
            yield Group("", tables.facts(dict(zip(self.names, cells, strict=True))))

    def _table(self) -> Table:
        table = tables.table()
        for name in self.names:
            table.add_column(name, no_wrap=True)
        for first, *others in self.rows:
            table.add_row(tables.safe(first, "bold"), *(tables.safe(one) for one in others))
        return table


def listing(names: Sequence[str], rows: Iterable[Iterable[object]]) -> Listing:
    """Return *rows* with the columns *names*, to print."""
    return Listing(names, [tuple(row) for row in rows])
