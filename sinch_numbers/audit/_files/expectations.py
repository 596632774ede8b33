"""
Files of expected numbers.

A row is a number: ``phone_number``, and any other columns of `Expectation`. Columns missing from a
row, and empty CSV cells, are not compared. ``null``, in CSV and TOML ``-``, means that the field
must be empty::

    phone_number,display_name,service_plan_id,callback_url
    +12025550134,Front desk,my-service-plan,-

The CSV file of a list of numbers can be read, too: its other columns are ignored, and its escapes
are those of `csv_cells`.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import attrs

from sinch_numbers._core import arguments
from sinch_numbers._core.choices import choice
from sinch_numbers._core.csv_cells import unescape
from sinch_numbers.audit._expected import COLUMNS, Expectation, Expectations
from sinch_numbers.audit._files.input_files import Row, read_rows
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.models import NumberType, OpenEnum, VoiceType

E = TypeVar("E", bound=OpenEnum)

IGNORED: Final = (
    "project_id",
    "capability",
    "status",
    "currency_code",
    "amount",
    "payment_interval_months",
    "next_charge_date",
    "expire_at",
    "scheduled_service_plan_id",
    "scheduled_campaign_id",
    "sms_provisioning_status",
    "sms_error_codes",
    "sms_last_updated_time",
    "scheduled_voice_type",
    "scheduled_app_id",
    "scheduled_trunk_id",
    "scheduled_service_id",
    "voice_provisioning_status",
    "voice_last_updated_time",
    "extra",
)
"""Columns of a list of numbers saved as CSV that an expectation doesn't have."""

_IDS: Final = ("service_plan_id", "campaign_id", "app_id", "trunk_id", "service_id")
# Spreadsheets show long numbers like this, in the language's notation, and save what they show.
_ROUNDED: Final = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]+", re.ASCII)
_TRUE: Final = ("true", "wahr", "vrai", "verdadero", "verdadeiro", "vero", "waar")
_FALSE: Final = ("false", "falsch", "faux", "falso", "onwaar")
"""Boolean values as spreadsheets write them: English, German, French, Spanish, ..., Dutch."""

_TARGETS: Final = {"app_id": "RTC", "trunk_id": "EST", "service_id": "FAX"}


def read_expectations(path: Path | str) -> Expectations:
    """
    Read the expectations in a CSV, JSON, JSON Lines, YAML or TOML file.

    The suffix is ``.csv``, ``.json``, ``.jsonl``, ``.yaml``, ``.yml`` or ``.toml``. A list of
    numbers saved as CSV can be read as it is, or after a spreadsheet saved it again: with
    semicolons or tabs, in UTF-16, with empty rows.

    Args:
        path: Path of the file; the suffix is its format.

    Raises:
        InputFileError: The file cannot be read or parsed; the message has the line or entry.

    Example::

        Path("expected.json").write_text('[{"phone_number": "+12025550134", "type": "LOCAL"}]')
        report = await audit(client, expected=read_expectations("expected.json"))
    """
    if not isinstance(path, str | os.PathLike):
        raise InvalidArgumentError("path", f"a path, not {type(path).__name__}")
    path = Path(path)
    found: dict[str, tuple[str, Expectation]] = {}
    for row in read_rows(path, COLUMNS, ("phone_number",), IGNORED):
        expectation = _expectation(unescaped(row))
        number = expectation.phone_number
        if number in found:
            raise row.error(
                "phone_number", f"unique phone numbers (duplicate of {found[number][0]})", number
            )
        found[number] = row.place, expectation
    return Expectations(expectation for _, expectation in found.values())


def _expectation(row: Row) -> Expectation:
    given: dict[str, Any] = {column: read_cell(row, column) for column in row.cells}
    check_voice_target(row, given)
    return Expectation(**given)


def unescaped(row: Row) -> Row:
    """Return *row* with the text that the cells of a CSV file stand for."""
    if not row.is_csv:
        return row
    cells = {
        column: unescape(cell) if isinstance(cell, str) else cell
        for column, cell in row.cells.items()
    }
    return attrs.evolve(row, cells=cells)


def read_cell(row: Row, column: str) -> Any:
    """Return the value of a column of `Expectation`; raise `InputFileError` if malformed."""
    return _READ.get(column, _text)(row, column)


def check_voice_target(row: Row, given: Mapping[str, Any]) -> None:
    """Raise `InputFileError` unless *given*, the values of *row*, have one voice target."""
    targets = [column for column in _TARGETS if given.get(column)]
    for column in targets:
        # No number can match, so it would always be reported.
        kind = given.get("voice_type", _TARGETS[column])
        if len(targets) > 1 or kind != _TARGETS[column]:
            raise row.error(column, "a single voice target that matches voice_type")


def _text(row: Row, column: str) -> str | None:
    text = row.text(column)
    if column in _IDS and row.is_csv and text is not None and _ROUNDED.fullmatch(text):
        raise row.error(column, "an ID, not a number that a spreadsheet has rounded", text)
    return text


def _number(row: Row, column: str) -> str:
    value = row.cells[column]
    try:
        return arguments.phone_number(value)
    except InvalidArgumentError as error:
        raise row.error(column, error.expected + _loss(value), value) from None


def _loss(value: object) -> str:
    """Describe how a spreadsheet has changed a phone number, if it has."""
    if not isinstance(value, str):
        return ""
    if _ROUNDED.fullmatch(value.lstrip("+")):
        return " (a spreadsheet has rounded it: format the column as text)"
    if re.fullmatch(r"[1-9][0-9]{6,14}", value, re.ASCII):
        return " (the plus sign is missing: format the column as text in a spreadsheet)"
    return ""


def _region(row: Row, column: str) -> str:
    try:
        return arguments.region_code(row.cells[column])
    except InvalidArgumentError as error:
        raise row.error(column, error.expected, row.cells[column]) from None


def _type(row: Row, column: str) -> NumberType:
    return _word(row, column, row.text(column), NumberType)


def _voice_type(row: Row, column: str) -> VoiceType | None:
    word = row.text(column)
    if word is None:
        return None
    return _word(row, column, word, VoiceType)


def _word(row: Row, column: str, word: str | None, enum: type[E]) -> E:
    try:
        # An export may have a value that this release doesn't know.
        return choice(enum(word) if row.is_export and word else word, enum, column)
    except InvalidArgumentError as error:
        raise row.error(column, error.expected, word) from None


def _truth(row: Row, column: str) -> bool:
    value = row.cells[column]
    if isinstance(value, str) and value.lower() in (*_TRUE, *_FALSE):
        value = value.lower() in _TRUE
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
