"""
Files of expected numbers.

A row is a number: ``phone_number``, and any other columns of `Expectation`. Columns missing from a
row, and empty CSV cells, are not compared. ``null``, in CSV ``-``, means that the field must be
empty::

    phone_number,display_name,service_plan_id,callback_url
    +12025550134,Front desk,my-service-plan,-
"""

from pathlib import Path
from typing import Any, Final

from sinch_numbers._core import arguments
from sinch_numbers.audit._expected import COLUMNS, Expectation, Expectations
from sinch_numbers.audit._files.input_files import Row, read_rows
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.models import NumberType, VoiceType

_TARGETS: Final = {"app_id": "RTC", "trunk_id": "EST", "service_id": "FAX"}


def read_expectations(path: Path | str) -> Expectations:
    """
    Read the expectations in a CSV, JSON, JSON Lines, YAML or TOML file.

    The suffix is ``.csv``, ``.json``, ``.jsonl``, ``.yaml``, ``.yml`` or ``.toml``.

    Raises `InputFileError`, with the line or entry, when the file at *path* cannot be read or
    parsed. YAML requires the extra ``yaml``.
    """
    path = Path(path)
    found: dict[str, tuple[str, Expectation]] = {}
    for row in read_rows(path, COLUMNS, ("phone_number",)):
        expectation = _expectation(row)
        number = expectation.phone_number
        if number in found:
            raise row.error(
                "phone_number", f"unique phone numbers (duplicate of {found[number][0]})", number
            )
        found[number] = row.place, expectation
    return Expectations(expectation for _, expectation in found.values())


def _expectation(row: Row) -> Expectation:
    given: dict[str, Any] = {column: _READ.get(column, _text)(row, column) for column in row.cells}
    targets = [column for column in _TARGETS if given.get(column)]
    for column in targets:
        # No number can match, so it would always be reported.
        kind = given.get("voice_type", _TARGETS[column])
        if len(targets) > 1 or kind != _TARGETS[column]:
            raise row.error(column, "a single voice target that matches voice_type")
    return Expectation(**given)


def _text(row: Row, column: str) -> str | None:
    return row.text(column)


def _number(row: Row, column: str) -> str:
    try:
        return arguments.phone_number(row.cells[column])
    except InvalidArgumentError as error:
        raise row.error(column, error.expected, row.cells[column]) from None


def _region(row: Row, column: str) -> str:
    try:
        return arguments.region_code(row.cells[column])
    except InvalidArgumentError as error:
        raise row.error(column, error.expected, row.cells[column]) from None


def _type(row: Row, column: str) -> NumberType:
    word = row.text(column)
    if word not in list(NumberType):
        raise row.error(column, f"one of {', '.join(NumberType)}", word)
    return NumberType(word)


def _voice_type(row: Row, column: str) -> VoiceType | None:
    word = row.text(column)
    if word is None:
        return None
    if word not in list(VoiceType):
        raise row.error(column, f"one of {', '.join(VoiceType)}", word)
    return VoiceType(word)


def _truth(row: Row, column: str) -> bool:
    value = row.cells[column]
    if isinstance(value, str) and value.lower() in ("true", "false"):
        value = value.lower() == "true"
    if not isinstance(value, bool):
        raise row.error(column, "true or false", value)
    return value


_READ: Final = {
    "phone_number": _number,
    "region_code": _region,
    "type": _type,
    "voice_type": _voice_type,
    "released": _truth,
}

__all__ = ["read_expectations"]
