"""
Parquet export with typed columns: decimals, UTC timestamps and lists.

Rows are written in row groups, so memory use doesn't grow with the number of rows.
"""

from collections.abc import Iterable
from itertools import islice
from types import TracebackType
from typing import Any, Generic, TypeVar

from sinch_numbers.exports._arrow import BATCH, batch_of, require_pyarrow, schema_of
from sinch_numbers.exports._columns import Table
from sinch_numbers.exports._output import Destination, opened
from sinch_numbers.exports._rows import BinaryFile, Writer

T = TypeVar("T")


class ParquetWriter(Writer, Generic[T]):
    """
    Parquet writer.

    Args:
        file: An open binary file.
        table: The columns.

    Raises:
        MissingExtraError: pyarrow is missing, which the extra ``parquet`` installs.

    Example::

        with output_file("numbers.parquet") as file:
            writer = ParquetWriter(file, NUMBERS)
            async for page in client.active_numbers.list().pages():
                writer.write(page.items)
            writer.close()  # as a with block does
    """

    def __init__(self, file: BinaryFile, table: Table[T]) -> None:
        arrow = require_pyarrow()
        self._table = table
        self._schema = schema_of(table)
        self._waiting: list[T] = []
        self._sink = _Sink(file)
        self._file = arrow.parquet.ParquetWriter(
            arrow.PythonFile(self._sink, mode="w"), self._schema
        )

    def write(self, values: Iterable[T]) -> None:
        """
        Write *values* as rows.

        Args:
            values: The values of the rows.

        Raises:
            InvalidArgumentError: An amount has more than 20 digits before or 18 after the point,
                or a count more than 64 bits: values are never rounded.
        """
        rest = iter(values)
        while more := list(islice(rest, BATCH - len(self._waiting))):
            self._waiting += more
            if len(self._waiting) == BATCH:
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
        batch = batch_of(self._waiting, self._table, self._schema)
        self._waiting.clear()
        self._file.write_batch(batch)


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

    Args:
        values: The values of the rows.
        file: An open binary file or a path.
        table: The columns.
        mode: Permissions of a new file, as for `output_file`.
        force: Whether to replace the target of a symlink, or a file of another user.

    Raises:
        InvalidArgumentError: An amount has more than 20 digits before or 18 after the point, or a
            count more than 64 bits: values are never rounded.
        MissingExtraError: pyarrow is missing, which the extra ``parquet`` installs.
        OutputFileError: The file cannot be written.

    Example::

        report = await audit(client)
        write_parquet(report.findings, "findings.parquet", FINDINGS)
    """
    with opened(file, mode, force) as binary, ParquetWriter(binary, table) as writer:
        writer.write(values)


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
