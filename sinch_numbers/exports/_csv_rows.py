r"""
CSV export, safe to open in spreadsheets.

UTF-8, comma-separated, one row per line, column names first. Cells that a spreadsheet would
evaluate as a formula get an apostrophe prefix. Control characters that affect terminals or
break lines are escaped, for example as ``\n``, and so are blanks at the ends of a text, as
``\x20``. `sinch_numbers.audit.read_expectations` reads the original text back. JSON and Parquet
keep text unchanged.
"""

import codecs
import csv
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final, Generic, TypeVar

from sinch_numbers._core.csv_cells import escape, valid_delimiter
from sinch_numbers.exports._columns import Kind, Table
from sinch_numbers.exports._output import Destination, opened
from sinch_numbers.exports._rows import BinaryFile, Writer

T = TypeVar("T")

_E164: Final = re.compile(r"\+[0-9]{1,15}", re.ASCII)


class CsvWriter(Writer, Generic[T]):
    """
    CSV writer.

    Cells are separated by *delimiter*, one character. With *bom*, the file begins with a byte
    order mark, by which spreadsheets recognize UTF-8.

    Args:
        file: An open binary file.
        table: The columns.
        delimiter: Separator of cells, one character.
        bom: Whether the file begins with a byte order mark, by which spreadsheets recognize UTF-8.

    Raises:
        InvalidArgumentError: *delimiter* is not one character that can separate cells.

    Example::

        with output_file("numbers.csv") as file, CsvWriter(file, NUMBERS) as writer:
            async for page in client.active_numbers.list().pages():
                writer.write(page.items)
    """

    def __init__(
        self, file: BinaryFile, table: Table[T], *, delimiter: str = ",", bom: bool = False
    ) -> None:
        separator = valid_delimiter(delimiter)
        self._cells = [(column.read, _CELLS[column.kind]) for column in table.columns]
        if bom:
            file.write(codecs.BOM_UTF8)
        self._rows = csv.writer(_Encoded(file), delimiter=separator, lineterminator="\n")
        self._rows.writerow(table.header)

    def write(self, values: Iterable[T]) -> None:
        """
        Write *values* as rows.

        Args:
            values: The values of the rows.
        """
        cells = self._cells
        self._rows.writerows(
            ["" if (found := read(value)) is None else cell(found) for read, cell in cells]
            for value in values
        )


def write_csv(
    values: Iterable[T],
    file: Destination,
    table: Table[T],
    *,
    delimiter: str = ",",
    bom: bool = False,
    mode: int | None = None,
    force: bool = False,
) -> None:
    r"""
    Write *values* to *file* as CSV, with the columns of *table*.

    *file* is an open binary file or a path. The file at a path is replaced as by `output_file`,
    with *mode* and *force*.

    Cells that a spreadsheet would evaluate get an apostrophe prefix. Control characters that
    affect terminals or break lines are escaped, for example as ``\n``, and so are blanks at the
    ends of a text. ``None`` is an empty cell, lists are joined with spaces, amounts are exact,
    times are ISO 8601 in UTC. The text is UTF-8, with a byte order mark if *bom*; spreadsheets in
    some countries expect a *delimiter* such as ``;``.

    Args:
        values: The values of the rows.
        file: An open binary file or a path.
        table: The columns.
        delimiter: Separator of cells, one character.
        bom: Whether the file begins with a byte order mark.
        mode: Permissions of a new file, as for `output_file`.
        force: Whether to replace the target of a symlink, or a file of another user.

    Raises:
        InvalidArgumentError: *delimiter* is not one character that can separate cells.
        OutputFileError: The file cannot be written.

    Example::

        numbers = await client.active_numbers.list().to_list()
        write_csv(numbers, "numbers.csv", NUMBERS)
    """
    separator = valid_delimiter(delimiter)
    with (
        opened(file, mode, force) as binary,
        CsvWriter(binary, table, delimiter=separator, bom=bom) as writer,
    ):
        writer.write(values)


def _phone_number(number: str) -> str:
    # A plus sign followed only by digits can't be a harmful formula.
    return number if _E164.fullmatch(number) else escape(number)


def moment_text(moment: datetime) -> str:
    """Return a datetime as ISO 8601 in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def day_text(day: date) -> str:
    """Return *day* as ISO 8601."""
    return day.isoformat()


def _words(words: Iterable[Any]) -> str:
    return escape(" ".join(words))


def amount_text(amount: Decimal) -> str:
    """Return *amount* with all digits."""
    return f"{amount:f}"


_CELLS: Final[Mapping[Kind, Callable[[Any], str]]] = {
    Kind.PHONE_NUMBER: _phone_number,
    Kind.TEXT: escape,
    Kind.WORDS: _words,
    Kind.COUNT: str,
    Kind.AMOUNT: amount_text,
    Kind.MOMENT: moment_text,
    Kind.DAY: day_text,
}


class _Encoded:
    """Text-to-bytes adapter for the `csv` module."""

    def __init__(self, file: BinaryFile) -> None:
        self._file = file

    def write(self, text: str) -> None:
        self._file.write(text.encode())
