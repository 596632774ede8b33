"""
Lists of phone numbers, from the command line, a file, or stdin.

One number per line; or CSV, JSON Lines, or a JSON array with the column ``phoneNumber`` or
``phone_number``, as ``list --output`` writes them. Blank lines and comments, which begin with
``#``, are ignored, and a repeated number counts once.
"""

import csv
import io
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import attrs
import typer

from sinch_numbers._core import arguments
from sinch_numbers._core.csv_cells import unescape
from sinch_numbers._core.os_reason import os_reason
from sinch_numbers.cli._shared.exit_codes import ExitCode
from sinch_numbers.cli._shared.problems import Problem, fail, report
from sinch_numbers.errors import InvalidArgumentError

STDIN: Final = "-"
_COLUMNS: Final = ("phonenumber", "phone_number")
_SEPARATORS: Final = ",;\t"


@attrs.frozen
class Malformed:
    """An entry that is not a phone number."""

    place: str
    """The line or entry, such as ``line 7``."""
    problem: str


@attrs.frozen
class NumberList:
    """The numbers of a text, in their order, and its malformed entries."""

    numbers: tuple[str, ...]
    malformed: tuple[Malformed, ...] = ()


def given_numbers(given: Sequence[str]) -> tuple[str, ...]:
    """
    Return the numbers *given* as arguments, where ``-`` is the list on stdin; each once.

    Exits with `ExitCode.USAGE` if one is malformed, after a report of all of them.
    """
    if list(given).count(STDIN) > 1:
        raise typer.BadParameter("- can be given once: stdin is read once")
    found: list[str] = []
    for one in given:
        found += read_numbers(STDIN) if one == STDIN else [arguments.phone_number(one)]
    return tuple(dict.fromkeys(found))


def read_numbers(source: str) -> tuple[str, ...]:
    """
    Return the numbers in the file *source*; ``-`` is stdin.

    Exits with `ExitCode.USAGE` if there are none, or after a report of all malformed entries.
    """
    name = "stdin" if source == STDIN else source
    found = parse_numbers(_text(source, name))
    if found.malformed:
        lines = [f"{name}, {one.place}: {one.problem}" for one in found.malformed]
        count = len(lines)
        message = f"{count} malformed {'entry' if count == 1 else 'entries'} in {name}"
        problem = Problem(
            code="usage",
            exit_code=ExitCode.USAGE,
            message=f"{message}; nothing was sent",
            violations=[(one.place, one.problem) for one in found.malformed],
        )
        report(problem, *lines, problem.message)
        raise typer.Exit(ExitCode.USAGE)
    if not found.numbers:
        fail(f"no phone numbers in {name}", ExitCode.USAGE)
    return found.numbers


def parse_numbers(text: str) -> NumberList:
    """Return the numbers in *text*, in any of the formats."""
    numbers: dict[str, None] = {}
    malformed: list[Malformed] = []
    for place, value in _entries(text.removeprefix("\ufeff")):
        try:
            numbers[arguments.phone_number(value)] = None
        except InvalidArgumentError as error:
            malformed.append(Malformed(place, error.message.partition(": ")[2]))
    return NumberList(tuple(numbers), tuple(malformed))


def _text(source: str, name: str) -> str:
    try:
        data = _stdin() if source == STDIN else Path(source).read_bytes()
        # Spreadsheets on Windows save UTF-16, with a byte order mark.
        is_utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
        return data.decode("utf-16" if is_utf16 else "utf-8")
    except UnicodeDecodeError:
        fail(f"cannot read {name}: it is not UTF-8", ExitCode.USAGE)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        fail(f"cannot read {name}: {os_reason(error, str(error))}", ExitCode.USAGE)


def _stdin() -> bytes:
    binary = getattr(sys.stdin, "buffer", None)
    return sys.stdin.read().encode() if binary is None else bytes(binary.read())


def _entries(text: str) -> Iterator[tuple[str, Any]]:
    if text.lstrip().startswith("["):
        yield from _array(text)
        return
    lines = [
        (number, line.strip())
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    if lines and (heading := _heading(lines[0][1])):
        yield from _csv(lines[1:], *heading)
        return
    for number, line in lines:
        place = f"line {number}"
        if line.startswith("{"):
            yield place, _member(_decoded(line))
        else:
            yield place, line.partition("#")[0].strip().strip('"')


def _array(text: str) -> Iterator[tuple[str, Any]]:
    found = _decoded(text)
    if not isinstance(found, list):
        yield "entry 1", "text that is not valid JSON"
        return
    for number, entry in enumerate(found, 1):
        yield f"entry {number}", _member(entry)


def _heading(line: str) -> tuple[str, int] | None:
    """Return the separator of a CSV file with the heading *line*, and the column of numbers."""
    for separator in _SEPARATORS:
        names = [name.strip().lower() for name in next(csv.reader([line], delimiter=separator))]
        for column in _COLUMNS:
            if column in names:
                return separator, names.index(column)
    return None


def _csv(
    lines: Sequence[tuple[int, str]], separator: str, column: int
) -> Iterator[tuple[str, Any]]:
    # Exports escape line breaks, but spreadsheets may save cells with them.
    reader = csv.reader(io.StringIO("\n".join(line for _, line in lines)), delimiter=separator)
    before = 0
    for cells in reader:
        place = f"line {lines[before][0]}"
        before = reader.line_num
        yield place, unescape(cells[column]).strip() if column < len(cells) else ""


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _member(entry: Any) -> Any:
    """Return the phone number of an object; other entries are the number themselves."""
    if not isinstance(entry, dict):
        return entry
    return next((entry[name] for name in ("phoneNumber", "phone_number") if name in entry), entry)
