"""
Input files with rows: CSV, JSON, JSON Lines, YAML and TOML.

Parsing is strict: unknown content is an error that names the line or entry. Rows are objects in a
list, or in the only list of an object; TOML only supports the latter. An empty CSV cell means that
the field is not set; ``-`` in CSV and TOML, and ``null`` in JSON and YAML, mean that it is empty.

CSV files may have been saved by a spreadsheet: with a byte order mark, in UTF-16, with semicolons
or tabs between the cells, and with rows and columns of empty cells.
"""

import codecs
import csv
import io
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

import attrs

from sinch_numbers._core.os_reason import os_reason
from sinch_numbers._core.serialization import json_text
from sinch_numbers.audit._files import yaml_text
from sinch_numbers.audit._files.entry_lines import json_lines, toml_lines
from sinch_numbers.errors import InvalidArgumentError

__all__ = ["InputFileError"]

Entry: TypeAlias = tuple[str, Iterable[tuple[str, object]]]
"""A position in a file, and the fields there."""

_CSV: Final = ".csv"
_BOM: Final = "\ufeff"
_UTF16: Final = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_SEPARATORS: Final = ",;\t"
# Excel's first line, which names the separator.
_NAMED: Final = re.compile(rf"sep=([{_SEPARATORS}])\r?\n", re.IGNORECASE)
_NOT_SAID: Final = object()


class InputFileError(InvalidArgumentError):
    """An input file that cannot be parsed; no request was sent."""

    file: str
    """The path as given."""
    place: str | None
    """The line or entry, such as ``line 7, entry 2``; ``None`` for the file as a whole."""
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
    is_export: bool = False
    """Whether the file has columns that are ignored."""

    @property
    def is_csv(self) -> bool:
        """Whether the file is a CSV file, whose cells may be escaped."""
        return self.path.suffix.lower() == _CSV

    def text(self, column: str) -> str | None:
        """Return the text in *column*, ``None`` if empty; else raise `InputFileError`."""
        value = self.cells.get(column)
        if value is None or (isinstance(value, str) and value):
            return value
        raise self.error(column, "a string, or null if empty", value)

    def error(self, column: str, expected: str, got: object = None) -> InputFileError:
        """Return the error for an unexpected value in *column*."""
        return InputFileError(self.path, expected, got, place=self.place, column=column)


def read_rows(
    path: Path,
    columns: Collection[str],
    required: Collection[str],
    ignored: Collection[str] = (),
    problems: "list[InputFileError] | None" = None,
) -> list[Row]:
    """
    Read the rows of the file *path*; its suffix determines the format.

    Columns of a CSV file that are *ignored* are left out. With a list of *problems*, the errors of
    rows are added to it, and the other rows are returned.

    Raises `InputFileError` when it cannot be read or parsed, when a row has a column that is not
    in *columns*, or a duplicate one, or lacks one that is *required*.
    """
    suffix = path.suffix.lower()
    is_export = False
    if suffix == _CSV:
        table = _csv(path, _text(path), columns, required, ignored, problems)
        is_export, entries = table.is_export, iter(table.entries)
    elif suffix in _READERS:
        entries = _READERS[suffix](path, _text(path))
    else:
        suffixes = ", ".join((_CSV, *_READERS))
        raise InputFileError(path, f"a file name with one of the suffixes {suffixes}")
    rows = []
    for place, given_entry in entries:
        try:
            members = list(given_entry)
            _check_names(path, place, [name for name, _ in members], columns)
            cells = {name: value for name, value in members if value is not _NOT_SAID}
            for name in required:
                if cells.get(name) is None:
                    raise InputFileError(path, "a value", place=place, column=name)
        except InputFileError as error:
            _report(error, problems)
        else:
            rows.append(Row(path, place, cells, is_export))
    return rows


def _report(error: InputFileError, problems: list[InputFileError] | None) -> None:
    """Add *error* to *problems*, or raise it without a list."""
    if problems is None:
        raise error
    problems.append(error)


def _check_names(path: Path, place: str, names: Sequence[str], columns: Collection[str]) -> None:
    for name in names:
        if name not in columns:
            raise InputFileError(path, f"one of {', '.join(columns)}", name, place=place)
        if names.count(name) > 1:
            raise InputFileError(path, "unique columns", place=place, column=name)


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise InputFileError(path, "a readable file", os_reason(error, str(error))) from None
    encoding = next((name for mark, name in _UTF16 if data.startswith(mark)), "utf-8")
    # Without a byte order mark: all formats start with a character of ASCII.
    if data[1:2] == b"\0":
        encoding = "utf-16-le"
    elif data[:1] == b"\0" and len(data) > 1:
        encoding = "utf-16-be"
    try:
        return data.decode(encoding).lstrip(_BOM)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(encoding, "replace")
        place = f"line {before.count(chr(10)) + 1}, byte {error.start}"
    expected = "UTF-8" if encoding == "utf-8" else "UTF-8, or complete UTF-16"
    raise InputFileError(path, expected, place=place)


@attrs.frozen
class _Table:
    """The rows of a CSV file, and whether it has ignored columns."""

    entries: Sequence[Entry]
    is_export: bool


def _csv(
    path: Path,
    text: str,
    columns: Collection[str],
    required: Collection[str],
    ignored: Collection[str],
    problems: list[InputFileError] | None,
) -> _Table:
    rows = _csv_rows(path, text)
    place, heading = next(rows, ("", []))
    if not heading:
        raise InputFileError(path, "a header line")
    # Spreadsheets may capitalize words, and add blanks and empty columns.
    heading = [name.strip().lower() for name in heading]
    known = [name for name in heading if name and name not in ignored]
    # Checked here, since there may be no rows.
    _check_names(path, place, known, columns)
    for name in required:
        if name not in known:
            raise InputFileError(path, f"a column {name}", place=place)
    entries = []
    for place, cells in rows:
        try:
            entries.append((place, _csv_members(path, place, heading, cells, ignored)))
        except InputFileError as error:
            _report(error, problems)
    return _Table(entries, any(name in ignored for name in heading))


def _csv_rows(path: Path, text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the rows that are not blank, each with its first line."""
    named = _NAMED.match(text)
    separator = named[1] if named else _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            place, line = f"line {line}", reader.line_num + 1
            is_first_of_excel = named is not None and reader.line_num == 1
            if any(cell.strip() for cell in cells) and not is_first_of_excel:
                yield place, cells
    except csv.Error as error:
        raise InputFileError(path, f"CSV ({error})", place=f"line {reader.line_num}") from None


def _separator(text: str) -> str:
    """Return the separator of the header line, whose names contain none."""
    blank = f'{_SEPARATORS}" '
    header = next((line for line in text.splitlines() if line.strip(blank)), "")
    return max(_SEPARATORS, key=header.count)


def _csv_members(
    path: Path, place: str, heading: list[str], cells: list[str], ignored: Collection[str]
) -> list[tuple[str, object]]:
    while len(cells) > len(heading) and not cells[-1].strip():
        cells = cells[:-1]
    if len(cells) != len(heading):
        raise InputFileError(path, f"{len(heading)} cells", len(cells), place=place)
    members: list[tuple[str, object]] = []
    for number, (name, cell) in enumerate(zip(heading, cells, strict=True), 1):
        if name in ignored:
            continue
        column = name or f"column {number}"
        if cell != cell.strip():
            raise InputFileError(
                path, "no leading or trailing blanks", cell, place=place, column=column
            )
        if cell.startswith("="):
            raise InputFileError(path, "a value, not a formula", cell, place=place, column=column)
        if name:
            members.append((name, {"": _NOT_SAID, "-": None}.get(cell, cell)))
        elif cell:
            raise InputFileError(
                path, "a name in the header line", cell, place=place, column=column
            )
    return members


def _json(path: Path, text: str) -> Iterator[Entry]:
    return _entries(path, _decoded(path, text, None), json_lines(text))


def _json_lines(path: Path, text: str) -> Iterator[Entry]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield f"line {number}", _line(path, f"line {number}", line)


def _line(path: Path, place: str, line: str) -> Iterator[tuple[str, object]]:
    """Yield the fields of *line*; an error is raised when they are read, not listed."""
    yield from _members(path, place, _decoded(path, line, place))


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
    return ((place, _with_null(entry)) for place, entry in _entries(path, root, toml_lines(text)))


def _with_null(entry: Iterable[tuple[str, object]]) -> Iterator[tuple[str, object]]:
    """Yield the fields of *entry*; TOML has no null."""
    for name, value in entry:
        yield name, None if value == "-" else value


def _entries(path: Path, root: object, lines: Sequence[int]) -> Iterator[Entry]:
    if isinstance(root, dict) and len(root) == 1:
        root = next(iter(root.values()))
    if not isinstance(root, list):
        raise InputFileError(path, "a list of objects")
    # In a file of one line, lines say nothing.
    is_known = len(lines) == len(root) and lines[-1:] != [1]
    for number, entry in enumerate(root, 1):
        place = f"line {lines[number - 1]}, entry {number}" if is_known else f"entry {number}"
        yield place, _later(path, place, entry)


def _later(path: Path, place: str, entry: object) -> Iterator[tuple[str, object]]:
    """Yield the fields of *entry*; an error is raised when they are read, not listed."""
    yield from _members(path, place, entry)


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
