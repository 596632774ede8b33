"""
Values as Arrow tables, the form that pandas, polars, and Parquet share.

Columns are typed: decimals, UTC timestamps, and lists. The home of pyarrow.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from typing import Any, Final, TypeVar

from sinch_numbers.errors import InvalidArgumentError, MissingExtraError
from sinch_numbers.exports._columns import Column, Kind, Table

T = TypeVar("T")

BATCH: Final = 10_000
"""Rows that are converted at once."""
_WHOLE: Final = 20
_FRACTION: Final = 18
_LARGEST: Final = 2**63


def to_arrow(values: Iterable[T], table: Table[T]) -> Any:
    """
    Return *values* as a `pyarrow.Table`, with the columns of *table*.

    Phone numbers are text with their plus sign, amounts exact decimals, timestamps in UTC to the
    microsecond, and several words a list. One line makes a data frame.

    Args:
        values: The values of the rows, such as the numbers of a list.
        table: The columns, such as `NUMBERS` or `FINDINGS`.

    Raises:
        InvalidArgumentError: An amount has more than 20 digits before or 18 after the point, or a
            count more than 64 bits: values are never rounded.
        MissingExtraError: pyarrow is missing, which the extra ``parquet`` installs.

    Example::

        numbers = [number async for number in client.active_numbers.list()]
        print(to_arrow(numbers, NUMBERS).num_rows)
    """
    arrow, schema = require_pyarrow(), schema_of(table)
    rest = iter(values)
    batches = []
    while more := list(islice(rest, BATCH)):
        batches.append(batch_of(more, table, schema))
    return arrow.Table.from_batches(batches, schema=schema)


def batch_of(values: list[T], table: Table[T], schema: Any) -> Any:
    """Return *values* as a `pyarrow.RecordBatch` with the *schema* of *table*."""
    arrow = require_pyarrow()
    arrays = [
        arrow.array(_cells(column, values), type=field.type)
        for column, field in zip(table.columns, schema, strict=True)
    ]
    return arrow.record_batch(arrays, schema=schema)


def schema_of(table: Table[T]) -> Any:
    """
    Return the pyarrow schema of *table*.

    Args:
        table: The columns.

    Raises:
        MissingExtraError: pyarrow is missing, which the extra ``parquet`` installs.

    Example::

        print(schema_of(NUMBERS).names)
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
        Kind.DAY: arrow.date32(),
    }
    return arrow.schema([(column.name, types[column.kind]) for column in table.columns])


def require_pyarrow() -> Any:
    """Import and return pyarrow, or raise `MissingExtraError`."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise MissingExtraError("Arrow and Parquet", "parquet") from error
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
    Kind.DAY: lambda day, _name: day,
}
