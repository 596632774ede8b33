"""JSON Lines export: one ASCII JSON object per line, lossless."""

from collections.abc import Iterable

from sinch_numbers._core.serialization.jsonable import line
from sinch_numbers.exports._output import Destination, opened
from sinch_numbers.exports._rows import BinaryFile, Writer


class JsonLinesWriter(Writer):
    """JSON Lines writer: one object per line."""

    def __init__(self, file: BinaryFile) -> None:
        self._file = file

    def write(self, values: Iterable[object]) -> None:
        """Write *values* as lines."""
        for value in values:
            self._file.write(f"{line(value)}\n".encode())


def write_json_lines(
    values: Iterable[object],
    file: Destination,
    *,
    mode: int | None = None,
    force: bool = False,
) -> None:
    """
    Write *values* to *file* as JSON Lines, one object per line.

    *file* is an open binary file or a path. The file at a path is replaced as by `output_file`,
    with *mode* and *force*.

    Keys are the Python field names, with the same nesting. Unknown fields of an object are in
    its ``extra``. Amounts are strings, times are ISO 8601 in UTC.
    """
    with opened(file, mode, force) as binary, JsonLinesWriter(binary) as writer:
        writer.write(values)
