r"""
Excel workbooks, with typed cells. The home of XlsxWriter.

Phone numbers and text are text cells, which are never evaluated as formulas, also after they are
edited. Amounts are numbers with the format of their currency, timestamps are dates in UTC. Control
characters are shown as in CSV, for example as ``\n``. Rows are written to temporary files, so that
memory use doesn't grow with the number of rows.
"""

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Generic, TypeVar

from sinch_numbers._core.escaping import printable
from sinch_numbers._core.os_reason import os_reason
from sinch_numbers.errors import InvalidArgumentError, MissingExtraError, OutputFileError
from sinch_numbers.exports._columns import Column, Kind, Table
from sinch_numbers.exports._csv_rows import day_text, moment_text
from sinch_numbers.exports._output import Destination, opened
from sinch_numbers.exports._rows import BinaryFile, Writer

T = TypeVar("T")

ROWS: Final = 1_048_576
"""Rows of a sheet, the heading included: Excel's limit."""
_LONGEST: Final = 32_767
"""Characters of a cell: Excel's limit."""
_DIGITS: Final = 15
"""Significant digits of a number: Excel's limit."""
_WIDEST: Final = 60
_CHUNK: Final = 1 << 20
_FIRST_DAY: Final = date(1900, 3, 1)
"""Before, Excel's calendar is wrong by a day, or has no dates."""
_CURRENCY: Final = re.compile(r"[A-Z]{3}", re.ASCII)
_NO_XML: Final = re.compile("[\ufffe\uffff]")
_FORMATS: Final[Mapping[Kind, str]] = {
    Kind.PHONE_NUMBER: "@",
    Kind.TEXT: "@",
    Kind.WORDS: "@",
    Kind.COUNT: "#,##0",
    Kind.AMOUNT: "#,##0.00################",
    Kind.MOMENT: 'yyyy-mm-dd hh:mm:ss "UTC"',
    Kind.DAY: "yyyy-mm-dd",
}
_WIDTHS: Final[Mapping[Kind, int]] = {Kind.MOMENT: 24, Kind.DAY: 11, Kind.AMOUNT: 14}


def require_xlsxwriter() -> Any:
    """Import and return xlsxwriter, or raise `MissingExtraError`."""
    try:
        import xlsxwriter
    except ImportError as error:
        raise MissingExtraError("Excel workbooks", "xlsx") from error
    return xlsxwriter


class Workbook:
    """An Excel workbook with a sheet for each table; written to *file* when it is closed."""

    def __init__(self, file: BinaryFile) -> None:
        self._file = file
        xlsxwriter = require_xlsxwriter()
        # Rows, and the complete workbook: a zip archive is written with jumps, unlike a pipe.
        self._directory = tempfile.TemporaryDirectory(prefix="sinch-numbers-")
        self._whole = Path(self._directory.name) / "whole.xlsx"
        options = {"constant_memory": True, "tmpdir": self._directory.name}
        self._book = xlsxwriter.Workbook(str(self._whole), options)
        self._failure: type[Exception] = xlsxwriter.exceptions.FileCreateError
        self._formats: dict[str, Any] = {}
        self._sheets: list[_Sheet[Any]] = []

    def sheet(self, table: Table[T], name: str | None = None) -> "_Sheet[T]":
        """Add a sheet for *table*, and for its rows beyond Excel's limit further ones."""
        with self.writing_temporary_files():
            sheet = _Sheet(self, table, name or table.name)
        self._sheets.append(sheet)
        return sheet

    def page(self, name: str) -> Any:
        """Add an empty sheet of XlsxWriter."""
        return self._book.add_worksheet(name[:31])

    def format(self, pattern: str, *, bold: bool = False) -> Any:
        """Return the cell format with the number format *pattern*."""
        key = f"{pattern}{bold}"
        if key not in self._formats:
            self._formats[key] = self._book.add_format({"num_format": pattern, "bold": bold})
        return self._formats[key]

    def close(self) -> None:
        """Complete the sheets, and write the file."""
        with self.discarding(), self.writing_temporary_files():
            for sheet in self._sheets:
                sheet.finish()
            try:
                self._book.close()
            except self._failure as error:
                raise error.args[0] from None  # the OSError
            with self._whole.open("rb") as whole:
                while chunk := whole.read(_CHUNK):
                    self._file.write(chunk)

    @contextmanager
    def discarding(self) -> Iterator[None]:
        """Remove the temporary files when the block ends."""
        try:
            yield
        finally:
            self.discard()

    def discard(self) -> None:
        """Remove the temporary files."""
        for page in self._book.worksheets():
            page._opt_close()  # noqa: SLF001 - an open file, which only `close` closes
        self._directory.cleanup()

    @contextmanager
    def writing_temporary_files(self) -> Iterator[None]:
        """Convert errors about temporary files to `OutputFileError`."""
        try:
            yield
        except OSError as error:
            where = Path(self._directory.name)
            raise OutputFileError(where, os_reason(error, str(error)), begun=True) from error


class _Sheet(Generic[T]):
    """The sheet of a table: heading, typed rows, filter, and column widths."""

    def __init__(self, book: Workbook, table: Table[T], name: str) -> None:
        self._book = book
        self._name = name
        self._columns = [_Cell(book, column, table) for column in table.columns]
        self._header = table.header
        self._count = 0
        self._begin()

    def write(self, values: Iterable[T]) -> None:
        """Write *values* as rows."""
        for value in values:
            with self._book.writing_temporary_files():
                if self._row == ROWS:
                    self.finish()
                    self._begin()
                for place, cell in enumerate(self._columns):
                    cell.write(self._page, self._row, place, value)
                self._row += 1

    def finish(self) -> None:
        """Set the range of the filter and the widths of columns."""
        last = len(self._columns) - 1
        self._page.autofilter(0, 0, self._row - 1, last)
        for place, cell in enumerate(self._columns):
            self._page.set_column(place, place, cell.width, cell.format)

    def _begin(self) -> None:
        self._count += 1
        number = "" if self._count == 1 else f" {self._count}"
        self._page = self._book.page(f"{self._name[: 31 - len(number)]}{number}")
        self._page.freeze_panes(1, 0)
        heading = self._book.format("@", bold=True)
        for place, name in enumerate(self._header):
            self._page.write_string(0, place, name, heading)
        self._row = 1


class _Cell(Generic[T]):
    """The cells of a column."""

    def __init__(self, book: Workbook, column: Column[T], table: Table[T]) -> None:
        self._book = book
        self._column = column
        self._write = _WRITERS[column.kind]
        self._currency = _currency_of(column, table)
        self._longest = len(column.name) + 3  # and the arrow of the filter
        self.format = book.format(_FORMATS[column.kind])

    @property
    def width(self) -> int:
        """Return the width of the column in characters."""
        return max(min(self._longest, _WIDEST), _WIDTHS.get(self._column.kind, 8))

    def write(self, page: Any, row: int, place: int, value: T) -> None:
        """Write the cell of *value*; an absent one stays empty."""
        found = self._column.read(value)
        if found is None:
            return
        cell = self._write(found, self._column.name)
        if isinstance(cell, str):
            self._longest = max(self._longest, len(cell) + 1)
            page.write_string(row, place, cell, self._book.format("@"))
        elif isinstance(cell, date):
            page.write_datetime(row, place, cell, self.format)
        else:
            page.write_number(row, place, cell, self._number_format(value))

    def _number_format(self, value: T) -> Any:
        code = self._currency and self._currency(value)
        if not code or not _CURRENCY.fullmatch(str(code)):
            return self.format
        return self._book.format(f"[${code}] {_FORMATS[self._column.kind]}")


class XlsxWriter(Writer, Generic[T]):
    """
    Writer of a workbook with one table.

    Args:
        file: An open binary file.
        table: The columns.

    Raises:
        MissingExtraError: XlsxWriter is missing, which the extra ``xlsx`` installs.

    Example::

        with output_file("numbers.xlsx") as file:
            writer = XlsxWriter(file, NUMBERS)
            async for page in client.active_numbers.list().pages():
                writer.write(page.items)
            writer.close()  # as a with block does
    """

    def __init__(self, file: BinaryFile, table: Table[T]) -> None:
        self._book = Workbook(file)
        self._is_open = True
        try:
            self._sheet = self._book.sheet(table)
        except BaseException:
            self._book.discard()
            raise

    def write(self, values: Iterable[T]) -> None:
        """
        Write *values* as rows; beyond 1,048,575, on further sheets.

        Args:
            values: The values of the rows.

        Raises:
            InvalidArgumentError: A text has more than 32,767 characters, or a number more than 15
                digits, which Excel would round.
        """
        self._sheet.write(values)

    def close(self) -> None:
        """Write the file. Closing again has no effect."""
        if self._is_open:
            self._is_open = False
            self._book.close()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        super().__exit__(kind, error, traceback)
        if self._is_open:
            self._is_open = False
            self._book.discard()


def write_xlsx(
    values: Iterable[T],
    file: Destination,
    table: Table[T],
    *,
    mode: int | None = None,
    force: bool = False,
) -> None:
    """
    Write *values* to *file* as an Excel workbook, with the columns of *table*.

    *file* is an open binary file or a path. The file at a path is replaced as by `output_file`,
    with *mode* and *force*. The header is frozen and has filters. Phone numbers are text with
    their plus sign, amounts are numbers in the format of their currency, and times are dates in
    UTC. No text is evaluated as a formula.

    Args:
        values: The values of the rows.
        file: An open binary file or a path.
        table: The columns.
        mode: Permissions of a new file, as for `output_file`.
        force: Whether to replace the target of a symlink, or a file of another user.

    Raises:
        InvalidArgumentError: A text has more than 32,767 characters, or a number more than 15
            digits, which Excel would round.
        MissingExtraError: XlsxWriter is missing, which the extra ``xlsx`` installs.
        OutputFileError: The file cannot be written.

    Example::

        numbers = await client.active_numbers.list().to_list()
        write_xlsx(numbers, "numbers.xlsx", NUMBERS)
    """
    with opened(file, mode, force) as binary, XlsxWriter(binary, table) as writer:
        writer.write(values)


def _currency_of(column: Column[T], table: Table[T]) -> Callable[[T], Any] | None:
    """Return the reader of the currency of an amount: the code beside it, or the only one."""
    if column.kind is not Kind.AMOUNT:
        return None
    readers = {other.name: other.read for other in table.columns}
    path = column.name.rpartition(".")[0]
    for name in (f"{path}.currencyCode", "currency_code", "currencyCode"):
        if name in readers:
            return readers[name]
    return None


def _text(text: object, name: str) -> str:
    shown = _NO_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", printable(str(text)))
    if len(shown) > _LONGEST:
        expected = f"at most {_LONGEST:,} characters, which a cell holds"
        raise InvalidArgumentError(name, expected, shown)
    return shown


def _words(words: Iterable[str], name: str) -> str:
    return _text(" ".join(words), name)


def _number(number: int | Decimal, name: str) -> float:
    if len(Decimal(number).normalize().as_tuple().digits) > _DIGITS:
        raise InvalidArgumentError(name, f"at most {_DIGITS} digits", number)
    return float(number)


def _moment(moment: datetime, _name: str) -> datetime | str:
    known = moment.astimezone(UTC).replace(tzinfo=None)
    return known if known.date() >= _FIRST_DAY else moment_text(moment)


def _day(day: date, _name: str) -> date | str:
    return day if day >= _FIRST_DAY else day_text(day)


_WRITERS: Final[Mapping[Kind, Callable[[Any, str], Any]]] = {
    Kind.PHONE_NUMBER: _text,
    Kind.TEXT: _text,
    Kind.WORDS: _words,
    Kind.COUNT: _number,
    Kind.AMOUNT: _number,
    Kind.MOMENT: _moment,
    Kind.DAY: _day,
}
