"""JSON export of lists: one object per line, or one array. ASCII, lossless."""

import textwrap
from collections.abc import Iterable

from sinch_numbers._core.serialization.jsonable import line
from sinch_numbers.exports._output import Destination, opened
from sinch_numbers.exports._rows import BinaryFile, Writer
from sinch_numbers.models._serializable import Names


class _JsonWriter(Writer):
    def __init__(self, file: BinaryFile, *, names: Names = "api") -> None:
        self._file = file
        self._names: Names = names

    def encoded(self, value: object) -> str:
        """Return *value* as one line of JSON."""
        return line(value, names=self._names)


class JsonLinesWriter(_JsonWriter):
    """
    JSON Lines writer: one object per line, with the keys that *names* selects.

    Args:
        file: An open binary file.
        names: ``"api"`` for the API's keys, ``"python"`` for the names of attributes.

    Example::

        with output_file("numbers.jsonl") as file, JsonLinesWriter(file) as writer:
            async for page in client.active_numbers.list().pages():
                writer.write(page.items)
    """

    def write(self, values: Iterable[object]) -> None:
        """
        Write *values* as lines.

        Args:
            values: The values of the lines.
        """
        for value in values:
            self._file.write(f"{self.encoded(value)}\n".encode())


class JsonArrayWriter(_JsonWriter):
    """
    JSON writer: one array, with the keys that *names* selects.

    The array is only closed with the writer: a list that fails half-way is not valid JSON.
    Without *indent*, an item is one line.

    Args:
        file: An open binary file.
        names: ``"api"`` for the API's keys, ``"python"`` for the names of attributes.
        indent: Spaces of each level (default: an item is one line).

    Example::

        with output_file("numbers.json") as file:
            writer = JsonArrayWriter(file, indent=2)
            async for page in client.active_numbers.list().pages():
                writer.write(page.items)
            writer.close()  # as a with block does
    """

    _begun = False
    _closed = False

    def __init__(
        self, file: BinaryFile, *, names: Names = "api", indent: int | None = None
    ) -> None:
        super().__init__(file, names=names)
        self._indent = indent

    def encoded(self, value: object) -> str:
        """
        Return *value* as JSON, indented as an item.

        Called by the package.

        Args:
            value: The item.
        """
        text = line(value, names=self._names, indent=self._indent)
        return text if self._indent is None else textwrap.indent(text, " " * self._indent)

    def write(self, values: Iterable[object]) -> None:
        """
        Write *values* as items.

        Args:
            values: The items.
        """
        for value in values:
            before = ",\n" if self._begun else "[\n"
            self._file.write(f"{before}{self.encoded(value)}".encode())
            self._begun = True

    def close(self) -> None:
        """Close the array. Closing again has no effect."""
        if not self._closed:
            self._file.write(b"\n]\n" if self._begun else b"[]\n")
            self._closed = True


def write_json_lines(
    values: Iterable[object],
    file: Destination,
    *,
    names: Names = "api",
    mode: int | None = None,
    force: bool = False,
) -> None:
    """
    Write *values* to *file* as JSON Lines, one object per line.

    *file* is an open binary file or a path. The file at a path is replaced as by `output_file`,
    with *mode* and *force*.

    Keys are the API's, as in `to_dict`; with *names* ``"python"`` they are the field names, and
    the unknown fields of an object are in its ``extra``. Amounts are strings, times are ISO 8601
    in UTC.

    Args:
        values: The values of the lines.
        file: An open binary file or a path.
        names: ``"api"`` for the API's keys, ``"python"`` for the names of attributes.
        mode: Permissions of a new file, as for `output_file`.
        force: Whether to replace the target of a symlink, or a file of another user.

    Raises:
        OutputFileError: The file cannot be written.

    Example::

        numbers = await client.active_numbers.list().to_list()
        write_json_lines(numbers, "numbers.jsonl")
    """
    with opened(file, mode, force) as binary, JsonLinesWriter(binary, names=names) as writer:
        writer.write(values)


def write_json_array(
    values: Iterable[object],
    file: Destination,
    *,
    names: Names = "api",
    indent: int | None = None,
    mode: int | None = None,
    force: bool = False,
) -> None:
    """
    Write *values* to *file* as one JSON array.

    An item is one line, or several that begin with *indent* spaces per level. *file* is an open
    binary file or a path. The file at a path is replaced as by `output_file`, with *mode* and
    *force*. Keys are those of `write_json_lines`.

    Args:
        values: The items.
        file: An open binary file or a path.
        names: ``"api"`` for the API's keys, ``"python"`` for the names of attributes.
        indent: Spaces of each level (default: an item is one line).
        mode: Permissions of a new file, as for `output_file`.
        force: Whether to replace the target of a symlink, or a file of another user.

    Raises:
        OutputFileError: The file cannot be written.

    Example::

        numbers = await client.active_numbers.list().to_list()
        write_json_array(numbers, "numbers.json")
    """
    with (
        opened(file, mode, force) as binary,
        JsonArrayWriter(binary, names=names, indent=indent) as writer,
    ):
        writer.write(values)
