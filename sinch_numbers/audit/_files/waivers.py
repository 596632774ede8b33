"""
Files of waivers, in TOML. Each table is a waiver, with the fields of `Waiver`::

    [[waivers]]
    rule = "unused"
    number = "+1202*"
    reason = "reserved for the campaign in autumn"
    owner = "marketing"
    expires = 2026-12-31
"""

import os
import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from sinch_numbers._core.choices import suggestion
from sinch_numbers._core.os_reason import os_reason
from sinch_numbers.audit._files.input_files import InputFileError
from sinch_numbers.audit._waivers import Waiver, Waivers
from sinch_numbers.errors import InvalidArgumentError

__all__ = ["read_waivers"]

_KEYS: Final = ("rule", "number", "reason", "owner", "expires")
_REQUIRED: Final = ("rule", "reason")
_HEADER: Final = re.compile(r"\s*\[\[\s*[\"']?waivers[\"']?\s*\]\]")
_LINE: Final = re.compile(r"\(at line (\d+)")


def read_waivers(path: str | os.PathLike[str]) -> Waivers:
    """
    Read the waivers in the TOML file *path*. No request is sent.

    Args:
        path: Path of the TOML file.

    Raises:
        InputFileError: The file cannot be read or is not a file of waivers; the message has the
            line and the valid keys.

    Example::

        waiver = "{ rule = 'unused', reason = 'kept', expires = 2027-09-01 }"
        Path("waivers.toml").write_text(f"waivers = [{waiver}]")
        report = await audit(client, waivers=read_waivers("waivers.toml"))
    """
    try:
        where = Path(path)
    except TypeError:
        raise InvalidArgumentError("path", "the path of a file", path) from None
    text = _text(where)
    try:
        root = tomllib.loads(text)
    except RecursionError:
        raise InputFileError(where, "TOML that is not nested too deeply") from None
    except tomllib.TOMLDecodeError as error:
        line = _LINE.search(str(error))
        place = f"line {line[1]}" if line else None
        raise InputFileError(where, f"TOML ({error})", place=place) from None
    entries = root.pop("waivers", [])
    if root:
        name = next(iter(root))
        raise InputFileError(
            where, "tables [[waivers]], and no other keys", name, place=_line_of(text, 0, name)
        )
    if not isinstance(entries, list):
        raise InputFileError(where, "tables [[waivers]]", type(entries).__name__)
    places = _Places(text, len(entries))
    return Waivers(_waiver(where, places, index, entry) for index, entry in enumerate(entries))


class _Places:
    """The lines of the tables and keys of a file, which the parser does not report."""

    def __init__(self, text: str, count: int) -> None:
        self._text = text
        lines = text.split("\n")
        headers = [number for number, line in enumerate(lines) if _HEADER.match(line)]
        # Otherwise they are inline tables, or a header is in a string.
        self._headers = headers if len(headers) == count else None

    def of(self, index: int, key: str | None = None) -> str:
        """Return the line of a table, or of a key in it."""
        if self._headers is None:
            return f"entry {index + 1}"
        start = self._headers[index]
        following = self._headers[index + 1 : index + 2]
        if key is not None and (line := _line_of(self._text, start, key, *following)):
            return line
        return f"line {start + 1}"


def _line_of(text: str, start: int, key: str, end: int | None = None) -> str | None:
    pattern = re.compile(rf"\s*[\[\"']*{re.escape(key)}\b")
    for number, line in enumerate(text.split("\n")[start:end], start + 1):
        if pattern.match(line):
            return f"line {number}"
    return None


def _waiver(path: Path, places: _Places, index: int, entry: object) -> Waiver:
    if not isinstance(entry, Mapping):
        raise InputFileError(path, "a table", entry, place=places.of(index))
    for key in entry:
        if key not in _KEYS:
            similar = suggestion(key, _KEYS)
            hint = f"; did you mean {similar}?" if similar else ""
            expected = f"one of the keys {', '.join(_KEYS)}{hint}"
            raise InputFileError(path, expected, key, place=places.of(index, key))
    for key in _REQUIRED:
        if key not in entry:
            raise InputFileError(path, f"the key {key}", place=places.of(index))
    values: dict[str, Any] = {
        key: _value(path, places.of(index, key), key, value) for key, value in entry.items()
    }
    try:
        return Waiver(**values, place=f"{path.name}, {places.of(index)}")
    except InvalidArgumentError as error:
        raise InputFileError(
            path,
            error.expected,
            entry[error.argument],
            place=places.of(index, error.argument),
            column=error.argument,
        ) from None


def _value(path: Path, place: str, key: str, value: object) -> object:
    if key == "expires":
        # A datetime is a date, too.
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        expected = "a date without quotes, such as 2026-12-31"
    elif isinstance(value, str):
        return value
    else:
        expected = "a string"
    raise InputFileError(path, expected, value, place=place, column=key)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        problem = "a file in UTF-8"
    except (OSError, ValueError) as error:
        problem = f"a readable file ({os_reason(error, str(error))})"
    raise InputFileError(path, problem)
