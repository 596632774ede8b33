r"""
Markdown tables, as GitHub and GitLab render them.

Pipes, and characters that Markdown or HTML would interpret, are escaped; control characters are
shown as in CSV, for example as ``\n``. A row is one line.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Generic, TypeVar

from sinch_numbers._core.escaping import printable
from sinch_numbers.exports._columns import Kind, Table
from sinch_numbers.exports._csv_rows import amount_text, day_text, moment_text
from sinch_numbers.exports._output import Destination, opened
from sinch_numbers.exports._rows import BinaryFile, Writer

T = TypeVar("T")

_SPECIAL: Final = re.compile(r"[\\`*_\[\]<>|~&#$]")
_RIGHT: Final = (Kind.AMOUNT, Kind.COUNT)


class MarkdownWriter(Writer, Generic[T]):
    """
    Writer of a Markdown table.

    Args:
        file: An open binary file.
        table: The columns.

    Example::

        with output_file("numbers.md") as file, MarkdownWriter(file, NUMBERS) as writer:
            writer.write([number async for number in client.active_numbers.list(limit=20)])
    """

    def __init__(self, file: BinaryFile, table: Table[T]) -> None:
        self._file = file
        self._cells = [(column.read, _CELLS[column.kind]) for column in table.columns]
        self._row(markdown_text(name) for name in table.header)
        self._row("---:" if column.kind in _RIGHT else "---" for column in table.columns)

    def write(self, values: Iterable[T]) -> None:
        """
        Write *values* as rows.

        Args:
            values: The values of the rows.
        """
        for value in values:
            self._row(
                "" if (found := read(value)) is None else cell(found) for read, cell in self._cells
            )

    def _row(self, cells: Iterable[str]) -> None:
        self._file.write(f"| {' | '.join(cells)} |\n".encode())


def write_markdown(
    values: Iterable[T],
    file: Destination,
    table: Table[T],
    *,
    mode: int | None = None,
    force: bool = False,
) -> None:
    """
    Write *values* to *file* as a Markdown table, with the columns of *table*.

    *file* is an open binary file or a path. The file at a path is replaced as by `output_file`,
    with *mode* and *force*. Text is escaped, so that it is rendered as it is.

    Args:
        values: The values of the rows.
        file: An open binary file or a path.
        table: The columns.
        mode: Permissions of a new file, as for `output_file`.
        force: Whether to replace the target of a symlink, or a file of another user.

    Raises:
        OutputFileError: The file cannot be written.

    Example::

        report = await audit(client)
        write_markdown(report.findings, "findings.md", FINDINGS)
    """
    with opened(file, mode, force) as binary, MarkdownWriter(binary, table) as writer:
        writer.write(values)


def markdown_text(text: str) -> str:
    """Return *text* on one line, with the characters escaped that Markdown interprets."""
    return _SPECIAL.sub(r"\\\g<0>", printable(str(text))).strip()


_CELLS: Final[Mapping[Kind, Callable[[Any], str]]] = {
    Kind.PHONE_NUMBER: markdown_text,
    Kind.TEXT: markdown_text,
    Kind.WORDS: lambda words: markdown_text(" ".join(words)),
    Kind.COUNT: str,
    Kind.AMOUNT: amount_text,
    Kind.MOMENT: moment_text,
    Kind.DAY: day_text,
}
