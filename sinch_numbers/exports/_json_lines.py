"""JSON Lines: an object a line, in ASCII, nothing lost."""

from collections.abc import Iterable

from sinch_numbers._core.serialization.jsonable import line
from sinch_numbers.exports._rows import BinaryFile, Writer


class JsonLinesWriter(Writer):
    """Writes values as JSON, each on a line of its own."""

    def __init__(self, file: BinaryFile) -> None:
        self._file = file

    def write(self, values: Iterable[object]) -> None:
        """Add *values*."""
        for value in values:
            self._file.write(f"{line(value)}\n".encode())


def write_json_lines(values: Iterable[object], file: BinaryFile) -> None:
    """
    Write *values* to *file*, a JSON object a line.

    Members have the names they have in Python, nested as they are there. Amounts are texts,
    times are ISO 8601 in UTC.
    """
    with JsonLinesWriter(file) as writer:
        writer.write(values)
