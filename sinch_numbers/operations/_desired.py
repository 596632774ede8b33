"""
The desired state of numbers, and the files that it is read from.

A row is a number. A field that is not given is not managed: it keeps its value. ``None`` means
that the field must be empty.
"""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from sinch_numbers._client.bodies.addresses import emergency_address as address_body
from sinch_numbers._core import arguments
from sinch_numbers.audit._expected import COLUMNS, Expectation, Expectations
from sinch_numbers.audit._files.expectations import (
    IGNORED,
    check_voice_target,
    read_cell,
    unescaped,
)
from sinch_numbers.audit._files.input_files import InputFileError, Row, read_rows
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.models import (
    EmergencyAddress,
    EmergencyAddressInput,
    NumberTypeInput,
    VoiceTypeInput,
)
from sinch_numbers.models._serializable import Serializable
from sinch_numbers.models._unset import UNSET, Maybe

__all__ = ["DesiredNumber", "DesiredStateError", "read_desired"]

ADDRESS: Final = (
    "street_number",
    "street_info",
    "location",
    "city",
    "state",
    "postal_code",
    "postal_code_plus_four",
)
"""The fields of an emergency address."""

_PREFIX: Final = "emergency_"
_ADDRESS_COLUMNS: Final = tuple(f"{_PREFIX}{name}" for name in ADDRESS)
_COLUMNS: Final = (*COLUMNS, "emergency_address", "emergency_display_name", *_ADDRESS_COLUMNS)
_SHOWN: Final = 20


@attrs.frozen
class DesiredNumber(Serializable):
    """
    The desired fields of a number.

    `UNSET` fields are not managed. ``None`` means empty: it removes a display name, callback URL,
    SMS service plan, campaign, or emergency address. The removal of a voice target is not
    documented by the vendor, so a plan rejects it; replacing one is possible.
    """

    phone_number: str
    display_name: Maybe[str | None] = attrs.field(default=UNSET, kw_only=True)
    region_code: Maybe[str] = attrs.field(default=UNSET, kw_only=True)
    """Only checked: the region of a number cannot be changed."""
    type: Maybe[NumberTypeInput] = attrs.field(default=UNSET, kw_only=True)
    """Only checked, as the region."""
    service_plan_id: Maybe[str | None] = attrs.field(default=UNSET, kw_only=True)
    campaign_id: Maybe[str | None] = attrs.field(default=UNSET, kw_only=True)
    voice_type: Maybe[VoiceTypeInput | None] = attrs.field(default=UNSET, kw_only=True)
    """Must match the target; ``None`` means that there must be no voice target."""
    app_id: Maybe[str | None] = attrs.field(default=UNSET, kw_only=True)
    trunk_id: Maybe[str | None] = attrs.field(default=UNSET, kw_only=True)
    service_id: Maybe[str | None] = attrs.field(default=UNSET, kw_only=True)
    callback_url: Maybe[str | None] = attrs.field(default=UNSET, kw_only=True)
    emergency_address: Maybe[EmergencyAddressInput | None] = attrs.field(
        default=UNSET, kw_only=True, repr=False
    )
    emergency_display_name: Maybe[str] = attrs.field(default=UNSET, kw_only=True, repr=False)
    """Name stored with the address. No read returns it, so it is never compared (default: the
    display name, else the number)."""
    released: Maybe[bool] = attrs.field(default=UNSET, kw_only=True)
    """``True`` releases the number, whose other fields are then ignored; ``False`` requires that
    it renews."""


class DesiredStateError(InvalidArgumentError):
    """A file of desired numbers that has errors; no request was sent."""

    problems: tuple[InputFileError, ...]
    """All errors of rows, or the one that prevents reading the file, each with its place."""

    def __init__(self, path: Path, problems: Iterable[InputFileError]) -> None:
        self.problems = tuple(problems)
        lines = [str(one) for one in self.problems[:_SHOWN]]
        if (more := len(self.problems) - _SHOWN) > 0:
            lines.append(f"and {more:,} more")
        expected = f"no errors, found {len(self.problems):,}: {'; '.join(lines)}"
        super().__init__(str(path), expected)


def read_desired(path: Path | str) -> tuple[DesiredNumber, ...]:
    """
    Read the desired state in a CSV, JSON, JSON Lines, YAML or TOML file.

    The columns are those of `DesiredNumber`; an emergency address has one column for each of its
    fields, such as ``emergency_street_number``, or, in JSON and TOML, is an object
    ``emergency_address``. A column that is absent, and an empty CSV cell, is not managed.
    ``null``, in CSV and TOML ``-``, means that the field must be empty. A file of expectations,
    and a list of numbers saved as CSV, can be read as they are. No request is sent.

    Args:
        path: Path of the file; the suffix is its format.

    Raises:
        DesiredStateError: The file cannot be read; it has all errors with their lines or entries.
        InvalidArgumentError: *path* is not a path.

    Example::

        Path("desired.json").write_text('[{"phone_number": "+12025550134", "display_name": "A"}]')
        plan = await plan_changes(client, read_desired("desired.json"))
    """
    if not isinstance(path, str | os.PathLike):
        raise InvalidArgumentError("path", f"a path, not {type(path).__name__}")
    path = Path(path)
    problems: list[InputFileError] = []
    found: dict[str, tuple[str, DesiredNumber]] = {}
    try:
        rows = read_rows(path, _COLUMNS, ("phone_number",), IGNORED, problems)
    except InputFileError as error:
        raise DesiredStateError(path, [*problems, error]) from None
    for row in rows:
        before = len(problems)
        number = _desired(unescaped(row), problems)
        if number is None or len(problems) > before:
            continue
        if number.phone_number in found:
            place = found[number.phone_number][0]
            expected = f"unique phone numbers (duplicate of {place})"
            problems.append(row.error("phone_number", expected, number.phone_number))
        found[number.phone_number] = row.place, number
    if problems:
        raise DesiredStateError(path, problems)
    return tuple(number for _, number in found.values())


def _desired(row: Row, problems: list[InputFileError]) -> DesiredNumber | None:
    """Return the desired number of *row*; add all of its errors to *problems*."""
    given: dict[str, Any] = {}
    for column in row.cells:
        try:
            if column == "emergency_address":
                given[column] = _nested(row, column)
            elif column == "emergency_display_name":
                if (name := row.text(column)) is not None:
                    given[column] = name
            else:
                given[column] = read_cell(row, column)
        except InputFileError as error:
            problems.append(error)
    try:
        check_voice_target(row, given)
        address = {name: given.pop(f"{_PREFIX}{name}", None) for name in ADDRESS}
        if any(address.values()):
            if "emergency_address" in given:
                raise row.error("emergency_address", "no columns of the address beside it")
            given["emergency_address"] = EmergencyAddress(**address)
        number = DesiredNumber(**given) if "phone_number" in given else None
        if number is not None:
            checked(number)
    except InputFileError as error:
        problems.append(error)
    except InvalidArgumentError as error:
        problems.append(row.error(error.argument, error.expected))
    else:
        return number
    return None


def _nested(row: Row, column: str) -> EmergencyAddress | Mapping[str, Any] | None:
    value = row.cells[column]
    if value is None or (isinstance(value, Mapping) and not row.is_csv):
        return value
    expected = "- (columns such as emergency_street_number have the address)"
    raise row.error(column, expected if row.is_csv else "an object, or null to remove it")


def checked(number: DesiredNumber) -> DesiredNumber:
    """Return *number* with valid fields, and the address as a model."""
    arguments.instance(number, DesiredNumber, "desired")
    values = {
        name: getattr(number, name) for name in COLUMNS if getattr(number, name) is not UNSET
    }
    (expectation,) = Expectations([Expectation(**values)])
    values = {name: getattr(expectation, name) for name in values}
    for name in ("display_name", "service_plan_id", "campaign_id", "callback_url", *_TARGETS):
        if values.get(name) is not None:
            values[name] = arguments.filled_text(values[name], name)
    given = [name for name in _TARGETS if values.get(name) is not None]
    kind = values.get("voice_type", UNSET)
    if len(given) > 1 or (given and kind is not UNSET and kind != _TARGETS[given[0]]):
        raise InvalidArgumentError(given[-1], "a single voice target that matches voice_type")
    if kind not in (UNSET, None) and not given:
        raise InvalidArgumentError("voice_type", "a target: app_id, trunk_id, or service_id")
    if values.get("campaign_id") is not None and values.get("service_plan_id", "") is None:
        raise InvalidArgumentError("campaign_id", "a service plan, which a campaign requires")
    if number.emergency_display_name is not UNSET:
        name = arguments.filled_text(number.emergency_display_name, "emergency_display_name")
        values["emergency_display_name"] = name
    if number.emergency_address is not UNSET:
        values["emergency_address"] = _address(number.emergency_address)
    return DesiredNumber(**values)


_TARGETS: Final[Mapping[str, str]] = {"app_id": "RTC", "trunk_id": "EST", "service_id": "FAX"}


def _address(value: EmergencyAddressInput | None) -> EmergencyAddress | None:
    if value is None:
        return None
    try:
        body = address_body("-", value)["address"]
    except InvalidArgumentError as error:
        raise InvalidArgumentError("emergency_address", error.expected) from None
    return EmergencyAddress.from_dict({name: text for name, text in body.items() if text})


def checked_all(desired: Iterable[DesiredNumber]) -> dict[str, DesiredNumber]:
    """Return *desired* by number; raise `InvalidArgumentError` if it is malformed."""
    if isinstance(desired, str | Mapping) or not isinstance(desired, Iterable):
        kind = type(desired).__name__
        raise InvalidArgumentError("desired", f"a list of DesiredNumber, not {kind}")
    found: dict[str, DesiredNumber] = {}
    for one in desired:
        number = checked(one)
        if number.phone_number in found:
            raise InvalidArgumentError("desired", "unique phone numbers", number.phone_number)
        found[number.phone_number] = number
    return found
