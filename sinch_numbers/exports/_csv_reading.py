"""Reading a CSV export back as an Arrow table."""

import os
from collections.abc import Callable, Mapping
from datetime import date
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, TypeVar

from sinch_numbers._core.csv_cells import unescape
from sinch_numbers._core.serialization.exact import exact_decimal, exact_int
from sinch_numbers._core.serialization.timestamps import parse_timestamp
from sinch_numbers.audit._files.input_files import Row, read_rows
from sinch_numbers.exports._arrow import require_pyarrow, to_arrow
from sinch_numbers.exports._columns import Column, Kind, Table

T = TypeVar("T")


def read_csv(file: str | os.PathLike[str], table: Table[T]) -> Any:
    """
    Read a CSV export as a `pyarrow.Table`, with the types of `to_arrow`.

    Other readers take a phone number for an integer, which loses its plus sign, and leave the
    escapes in place. Empty cells are null, also where `to_arrow` has an empty list. The file may
    lack columns of *table*, and may have been saved by a spreadsheet.

    Args:
        file: Path of a file with the suffix ``.csv``, as `write_csv` writes it.
        table: The columns that the file was written with.

    Raises:
        InputFileError: A value cannot be read, a column is unknown, or the file cannot be read;
            the message has the line and the column.
        MissingExtraError: pyarrow is missing, which the extra ``parquet`` installs.

    Example::

        numbers = await client.active_numbers.list().to_list()
        write_csv(numbers, "numbers.csv", NUMBERS)
        print(read_csv("numbers.csv", NUMBERS).num_rows)
    """
    require_pyarrow()
    rows = read_rows(Path(file), columns=table.header, required=())
    kinds = {column.name: column.kind for column in table.columns}
    cells = [{name: _value(row, name, kind) for name, kind in kinds.items()} for row in rows]
    columns = tuple(Column(name, kind, itemgetter(name)) for name, kind in kinds.items())
    return to_arrow(cells, Table(table.name, columns))


def _value(row: Row, name: str, kind: Kind) -> Any:
    cell = row.cells.get(name)
    if cell is None:
        return None
    expected, read = _READERS[kind]
    try:
        value = read(str(cell))
    except ValueError:
        value = None
    if value is None:
        raise row.error(name, expected, cell)
    return value


_READERS: Final[Mapping[Kind, tuple[str, Callable[[str], Any]]]] = {
    Kind.PHONE_NUMBER: ("a phone number", unescape),
    Kind.TEXT: ("text", unescape),
    Kind.WORDS: ("words", lambda cell: unescape(cell).split()),
    Kind.COUNT: ("an integer", exact_int),
    Kind.AMOUNT: ("an amount", exact_decimal),
    Kind.MOMENT: ("an ISO 8601 timestamp", parse_timestamp),
    Kind.DAY: ("an ISO 8601 date", date.fromisoformat),
}
