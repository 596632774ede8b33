"""
Parquet export with typed columns: decimals, UTC timestamps and lists.

Rows are written in row groups, so memory use doesn't grow with the number of rows.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from types import TracebackType
from typing import Any, Final, Generic, TypeVar

from sinch_numbers.errors import InvalidArgumentError, MissingExtraError
from sinch_numbers.exports._columns import Column, Kind, Table
from sinch_numbers.exports._output import Destination, opened
from sinch_numbers.exports._rows import BinaryFile, Writer

T = TypeVar("T")

_GROUP: Final = 10_000
_WHOLE: Final = 20
_FRACTION: Final = 18
_LARGEST: Final = 2**63


class ParquetWriter(Writer, Generic[T]):
    """
    Parquet writer.

    Raises `MissingExtraError` without pyarrow, which the extra ``parquet`` installs.
    """

    def __init__(self, file: BinaryFile, table: Table[T]) -> None:
        self._arrow = require_pyarrow()
        from pyarrow import parquet

        self._columns = table.columns
        self._schema = schema_of(table)
        self._waiting: list[T] = []
        self._sink = _Sink(file)
        self._file = parquet.ParquetWriter(
            self._arrow.PythonFile(self._sink, mode="w"), self._schema
        )

    def write(self, values: Iterable[T]) -> None:
        """
        Write *values* as rows.

        Raises `InvalidArgumentError` for an amount with more than 20 digits before or 18 after
        the
        point, and for a count of more than 64 bits: values are never rounded.
        """
        rest = iter(values)
        while more := list(islice(rest, _GROUP - len(self._waiting))):
            self._waiting += more
            if len(self._waiting) == _GROUP:
                self._write_group()

    def close(self) -> None:
        """Write the footer. Closing again has no effect."""
        if not self._file.is_open:
            return
        if self._waiting:
            self._write_group()
        self._file.close()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        super().__exit__(kind, error, traceback)
        # When an unfinished pyarrow writer is discarded, it writes the footer anyway.
        self._sink.deaf = True

    def _write_group(self) -> None:
        arrays = [
            self._arrow.array(_cells(column, self._waiting), type=field.type)
            for column, field in zip(self._columns, self._schema, strict=True)
        ]
        self._waiting.clear()
        self._file.write_batch(self._arrow.record_batch(arrays, schema=self._schema))


def write_parquet(
    values: Iterable[T],
    file: Destination,
    table: Table[T],
    *,
    mode: int | None = None,
    force: bool = False,
) -> None:
    """
    Write *values* to *file* as Parquet, with the columns of *table*.

    *file* is an open binary file or a path. The file at a path is replaced as by `output_file`,
    with *mode* and *force*.

    Raises `MissingExtraError` without pyarrow, which the extra ``parquet`` installs, and
    `InvalidArgumentError` for an amount with more than 20 digits before or 18 after the point,
    and for a count of more than 64 bits: values are never rounded.
    """
    with opened(file, mode, force) as binary, ParquetWriter(binary, table) as writer:
        writer.write(values)


def schema_of(table: Table[T]) -> Any:
    """
    Return the pyarrow schema of *table*.

    Raises `MissingExtraError` without pyarrow, which the extra ``parquet`` installs.
    """
    arrow = require_pyarrow()
    text = arrow.string()
    types = {
        Kind.PHONE_NUMBER: text,
        Kind.TEXT: text,
        Kind.WORDS: arrow.list_(text),
        Kind.COUNT: arrow.int64(),
        Kind.AMOUNT: arrow.decimal128(_WHOLE + _FRACTION, _FRACTION),
        Kind.MOMENT: arrow.timestamp("us", tz="UTC"),
    }
    return arrow.schema([(column.name, types[column.kind]) for column in table.columns])


def require_pyarrow() -> Any:
    """Import and return pyarrow, or raise `MissingExtraError`."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise MissingExtraError("Parquet", "parquet") from error
    return pyarrow


def _cells(column: Column[T], values: Iterable[T]) -> list[Any]:
    as_arrow, name = _CELLS[column.kind], column.name
    return [None if found is None else as_arrow(found, name) for found in map(column.read, values)]


def _text(text: str, _name: str) -> str:
    # A lone surrogate can't be encoded as UTF-8; one such name must not fail the whole file.
    return text.encode("utf-8", "backslashreplace").decode()


def _words(words: Iterable[str], name: str) -> list[str]:
    return [_text(word, name) for word in words]


def _moment(moment: datetime, _name: str) -> datetime:
    return moment.astimezone(UTC)


def _count(count: int, name: str) -> int:
    if not -_LARGEST <= count < _LARGEST:
        raise InvalidArgumentError(name, "a 64-bit integer", count)
    return count


def _amount(amount: Decimal, name: str) -> Decimal:
    exponent = amount.as_tuple().exponent
    fits = isinstance(exponent, int) and exponent >= -_FRACTION and amount.adjusted() < _WHOLE
    if not fits:
        expected = f"at most {_WHOLE} digits before and {_FRACTION} after the decimal point"
        raise InvalidArgumentError(name, expected, amount)
    return amount


_CELLS: Final[Mapping[Kind, Callable[[Any, str], Any]]] = {
    Kind.PHONE_NUMBER: _text,
    Kind.TEXT: _text,
    Kind.WORDS: _words,
    Kind.COUNT: _count,
    Kind.AMOUNT: _amount,
    Kind.MOMENT: _moment,
}


class _Sink:
    """File adapter for pyarrow, which asks for the position and closes its file."""

    closed = False
    deaf = False
    """Whether further writes are discarded."""

    def __init__(self, file: BinaryFile) -> None:
        self._file = file
        self._written = 0

    def write(self, data: Any) -> int:
        plain = bytes(data)
        if not self.deaf:
            self._file.write(plain)
        self._written += len(plain)
        return len(plain)

    def tell(self) -> int:
        return self._written

    def flush(self) -> None:
        """Do nothing; the caller owns the file."""

    def close(self) -> None:
        """Do nothing; the caller owns the file."""
