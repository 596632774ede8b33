"""
Input files with rows: CSV, JSON, JSON Lines, YAML and TOML.

Parsing is strict: unknown content is an error that names the line or entry. Rows are objects in a
list, or in the only list of an object; TOML only supports the latter. An empty CSV cell means that
the field is not set; ``-``, or ``null`` in the other formats, means that it is empty.
"""

import csv
import io
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

import attrs

from sinch_numbers._core.os_reason import os_reason
from sinch_numbers._core.serialization import json_text
from sinch_numbers.audit._files import yaml_text
from sinch_numbers.errors import InvalidArgumentError

__all__ = ["InputFileError"]

Entry: TypeAlias = tuple[str, Iterable[tuple[str, object]]]
"""A position in a file, and the fields there."""

_CSV: Final = ".csv"
_BOM: Final = "\ufeff"
_NOT_SAID: Final = object()


class InputFileError(InvalidArgumentError):
    """An input file that cannot be parsed; no request was sent."""

    file: str
    """The path as given."""
    place: str | None
    """The line or entry, such as ``line 7``; ``None`` for the file as a whole."""
    column: str | None
    """The column or field, if the error is about one."""

    def __init__(
        self,
        path: Path,
        expected: str,
        got: object = None,
        *,
        place: str | None = None,
        column: str | None = None,
    ) -> None:
        where = ", ".join(part for part in (str(path), place, column) if part)
        super().__init__(where, expected, got)
        self.file = str(path)
        self.place = place
        self.column = column


@attrs.frozen
class Row:
    """A row and its position in the file. Fields that are not set are not in *cells*."""

    path: Path
    place: str
    cells: Mapping[str, object]

    def text(self, column: str) -> str | None:
        """Return the text in *column*, ``None`` if empty; else raise `InputFileError`."""
        value = self.cells.get(column)
        if value is None or (isinstance(value, str) and value):
            return value
        raise self.error(column, "a string, or null if empty", value)

    def error(self, column: str, expected: str, got: object = None) -> InputFileError:
        """Return the error for an unexpected value in *column*."""
        return InputFileError(self.path, expected, got, place=self.place, column=column)


def read_rows(path: Path, columns: Collection[str], required: Collection[str]) -> list[Row]:
    """
    Read the rows of the file *path*; its suffix determines the format.

    Raises `InputFileError` when it cannot be read or parsed, when a row has a column that is not
    in *columns*, or a duplicate one, or lacks one that is *required*.
    """
    suffix = path.suffix.lower()
    rows = []
    if suffix == _CSV:
        entries = _csv(path, _text(path), columns, required)
    elif suffix in _READERS:
        entries = _READERS[suffix](path, _text(path))
    else:
        suffixes = ", ".join((_CSV, *_READERS))
        raise InputFileError(path, f"a file name with one of the suffixes {suffixes}")
    for place, given_entry in entries:
        members = list(given_entry)
        _check_names(path, place, [name for name, _ in members], columns)
        cells = {name: value for name, value in members if value is not _NOT_SAID}
        for name in required:
            if cells.get(name) is None:
                raise InputFileError(path, "a value", place=place, column=name)
        rows.append(Row(path, place, cells))
    return rows


def _check_names(path: Path, place: str, names: Sequence[str], columns: Collection[str]) -> None:
    for name in names:
        if name not in columns:
            raise InputFileError(path, f"one of {', '.join(columns)}", name, place=place)
        if names.count(name) > 1:
            raise InputFileError(path, "unique columns", place=place, column=name)


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8").removeprefix(_BOM)
    except UnicodeDecodeError as error:
        problem = f"byte {error.start}"
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise InputFileError(path, "a readable file", os_reason(error, str(error))) from None
    raise InputFileError(path, "UTF-8", place=problem)


def _csv(
    path: Path, text: str, columns: Collection[str], required: Collection[str]
) -> Iterator[Entry]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    heading: list[str] | None = None
    line = 1
    try:
        for cells in reader:
            place, line = f"line {line}", reader.line_num + 1
            if not cells:
                continue
            if heading is None:
                heading = cells
                # Checked here, since there may be no rows.
                _check_names(path, place, heading, columns)
                for name in required:
                    if name not in heading:
                        raise InputFileError(path, f"a column {name}", place=place)
                continue
            if len(cells) != len(heading):
                raise InputFileError(path, f"{len(heading)} cells", len(cells), place=place)
            yield place, _csv_members(path, place, heading, cells)
    except csv.Error as error:
        raise InputFileError(path, f"CSV ({error})", place=f"line {reader.line_num}") from None
    if heading is None:
        raise InputFileError(path, "a header line")


def _csv_members(
    path: Path, place: str, heading: list[str], cells: list[str]
) -> Iterator[tuple[str, object]]:
    for name, cell in zip(heading, cells, strict=True):
        if cell != cell.strip():
            raise InputFileError(
                path, "no leading or trailing blanks", cell, place=place, column=name
            )
        if cell.startswith("="):
            raise InputFileError(path, "a value, not a formula", cell, place=place, column=name)
        yield name, {"": _NOT_SAID, "-": None}.get(cell, cell)


def _json(path: Path, text: str) -> Iterator[Entry]:
    return _entries(path, _decoded(path, text, None))


def _json_lines(path: Path, text: str) -> Iterator[Entry]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            place = f"line {number}"
            yield place, _members(path, place, _decoded(path, line, place))


def _decoded(path: Path, text: str, place: str | None) -> Any:
    try:
        # The fast decoder doesn't detect duplicate keys.
        return json_text.decode_plainly(text.encode("utf-8"))
    except RecursionError:
        problem = "nested too deeply"
    except ValueError as error:
        problem = str(error)
    raise InputFileError(path, f"JSON ({problem})", place=place)


def _yaml(path: Path, text: str) -> Iterator[Entry]:
    try:
        yield from yaml_text.entries(text)
    except yaml_text.NotInstalledError as error:
        raise InputFileError(path, str(error)) from None
    except yaml_text.YamlError as error:
        raise InputFileError(path, error.expected, place=error.place) from None


def _toml(path: Path, text: str) -> Iterator[Entry]:
    try:
        root = tomllib.loads(text)
    except RecursionError:
        raise InputFileError(path, "TOML that is not nested too deeply") from None
    except tomllib.TOMLDecodeError as error:
        raise InputFileError(path, f"TOML ({error})") from None
    return _entries(path, root)


def _entries(path: Path, root: object) -> Iterator[Entry]:
    if isinstance(root, dict) and len(root) == 1:
        root = next(iter(root.values()))
    if not isinstance(root, list):
        raise InputFileError(path, "a list of objects")
    for number, entry in enumerate(root, 1):
        yield f"entry {number}", _members(path, f"entry {number}", entry)


def _members(path: Path, place: str, entry: object) -> Iterable[tuple[str, object]]:
    if not isinstance(entry, dict):
        raise InputFileError(path, "an object", place=place)
    return entry.items()


_READERS: Final = {
    ".json": _json,
    ".jsonl": _json_lines,
    ".yaml": _yaml,
    ".yml": _yaml,
    ".toml": _toml,
}
