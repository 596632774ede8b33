"""
Plan files: reviewable JSON with a content hash.

The hash is that of the canonical JSON of the plan: sorted keys, no blanks, ASCII. It detects
edits and truncation. It is not a signature: anyone who can edit the file can also compute it.
"""

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final, NoReturn

from sinch_numbers._core import arguments
from sinch_numbers._core.atomic_files import PRIVATE, replaced
from sinch_numbers._core.os_reason import os_reason
from sinch_numbers._core.serialization import json_text
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.models import EmergencyAddress, Money
from sinch_numbers.operations._desired import ADDRESS
from sinch_numbers.operations._plan import (
    Plan,
    PlanAction,
    PlannedNumber,
    PlanStep,
    RejectedNumber,
    StepAction,
    content_of,
    digest_of,
    number_content,
)
from sinch_numbers.operations._state import E911, SMS, TEXTS, VOICE

__all__ = ["PlanFileError", "read_plan", "save_plan"]

FORMAT: Final = "sinch-numbers-plan"
VERSION: Final = 1
_LARGEST: Final = 1 << 30
_FIELDS: Final = frozenset((*TEXTS, *SMS, *VOICE, E911, "released"))
_STEPS: Final = {
    StepAction.BUY: _FIELDS,
    StepAction.SET_EMERGENCY_ADDRESS: frozenset((E911,)),
    StepAction.UNLINK_SMS: frozenset(SMS),
    StepAction.UNLINK_CAMPAIGN: frozenset(("campaign_id",)),
    StepAction.UPDATE: frozenset((*TEXTS, *SMS, *VOICE)),
    StepAction.REMOVE_EMERGENCY_ADDRESS: frozenset((E911,)),
    StepAction.RELEASE: frozenset(("released",)),
}
"""The fields that each step may change."""


class PlanFileError(InvalidArgumentError):
    """A plan file that cannot be used; no request was sent."""

    def __init__(self, path: Path, expected: str, got: object = None) -> None:
        super().__init__(str(path), expected, got)
        self.file: str = str(path)


def save_plan(plan: Plan, path: Path | str, *, force: bool = False, mode: int = PRIVATE) -> None:
    """
    Write *plan* to the file *path*, which `read_plan` reads. No request is sent.

    The file is replaced atomically; see `OutputFileError`. *mode* are its permissions (default:
    0o600). Only *force* replaces the target of a symlink, or a file of another user.

    Args:
        plan: The plan.
        path: Path of the file.
        force: Whether to replace the target of a symlink, or a file of another user.
        mode: Permissions of the file.

    Raises:
        OutputFileError: The file cannot be written.
        InvalidArgumentError: *plan* is not a plan.

    Example::

        desired = [DesiredNumber("+12025550134", display_name="Front desk")]
        plan = await plan_changes(client, desired)
        save_plan(plan, "numbers.plan.json")
    """
    arguments.instance(plan, Plan, "plan")
    with replaced(Path(path), force=force, mode=mode) as file:
        file.write(document_text(plan, 2) + "\n")


def read_plan(path: Path | str) -> Plan:
    """
    Read the plan in the file *path*. No request is sent.

    Args:
        path: Path of the file.

    Raises:
        PlanFileError: The file cannot be read, is not a plan, has a version that this release does
            not read, or does not match its content hash: it was edited or truncated.

    Example::

        desired = [DesiredNumber("+12025550134", display_name="Front desk")]
        plan = await plan_changes(client, desired)
        save_plan(plan, "numbers.plan.json")
        report = await apply_plan(client, read_plan("numbers.plan.json"), journal="journal.db")
    """
    if not isinstance(path, str | os.PathLike):
        raise InvalidArgumentError("path", f"a path, not {type(path).__name__}")
    path = Path(path)
    try:
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        raise PlanFileError(path, "a readable file", os_reason(error, str(error))) from None
    try:
        document = json_text.decode_plainly(data)
    except (ValueError, RecursionError):
        raise PlanFileError(path, "a plan: a JSON file written by plan") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise PlanFileError(path, f"a plan: a JSON object with format {FORMAT}")
    if document.get("version") != VERSION:
        raise PlanFileError(path, f"a plan of version {VERSION}", document.get("version"))
    content = document.get("plan")
    if document.get("sha256") != digest_of(content) or set(document) != _KEYS:
        raise PlanFileError(
            path, "a plan that matches its content hash; it was edited: plan again"
        )
    try:
        return _plan(content)
    except _MalformedError as error:
        raise PlanFileError(path, str(error)) from None


_KEYS: Final = {"format", "version", "sha256", "plan"}


def document_text(plan: Plan, indent: int | None) -> str:
    """Return the JSON text of *plan*, with its content hash."""
    content = content_of(plan)
    document = {
        "format": FORMAT,
        "version": VERSION,
        "sha256": digest_of(content),
        "plan": content,
    }
    return json.dumps(document, indent=indent, allow_nan=False)


class _MalformedError(Exception):
    """A plan with a matching hash that this package cannot have written."""


def _malformed(key: str, expected: str) -> NoReturn:
    raise _MalformedError(f"{key} to be {expected}")


def _plan(content: Any) -> Plan:
    names = ("project_id", "origin", "created_at", "unchanged", "unmanaged", "numbers", "rejected")
    given = _object(content, "plan", names)
    created = given["created_at"]
    try:
        created_at = datetime.fromisoformat(_text(created, "created_at"))
    except ValueError:
        _malformed("created_at", "a time with a time zone")
    if created_at.tzinfo is None:
        _malformed("created_at", "a time with a time zone")
    numbers = tuple(
        _number(one, f"numbers[{index}]") for index, one in enumerate(_list(given, "numbers"))
    )
    rejected = tuple(
        _rejected(one, f"rejected[{index}]") for index, one in enumerate(_list(given, "rejected"))
    )
    names_met = [*(one.phone_number for one in numbers), *(one.phone_number for one in rejected)]
    if len(set(names_met)) < len(names_met):
        _malformed("numbers", "unique")
    return Plan(
        project_id=_text(given["project_id"], "project_id"),
        origin=_text(given["origin"], "origin"),
        created_at=created_at.astimezone(UTC),
        numbers=numbers,
        rejected=rejected,
        unchanged=_count(given["unchanged"], "unchanged"),
        unmanaged=None if given["unmanaged"] is None else _count(given["unmanaged"], "unmanaged"),
    )


def _number(content: Any, place: str) -> PlannedNumber:
    given = _object(content, place, tuple(number_content(_EXAMPLE)))
    before = given["before"]
    steps = tuple(
        _step(one, f"{place}.steps[{index}]") for index, one in enumerate(_list(given, "steps"))
    )
    action = given["action"]
    if action not in set(map(str, PlanAction)) or not steps:
        _malformed(f"{place}.action", f"{', '.join(map(str, PlanAction))}, with steps")
    first = steps[0].action
    if (first == StepAction.BUY) is not (action == "buy") or (action == "buy") is not (
        before is None
    ):
        _malformed(f"{place}.steps", "those of the action")
    if any(step.action == StepAction.BUY for step in steps[1:]) or (
        any(step.action == StepAction.RELEASE for step in steps)
        and (action != "release" or len(steps) > 1)
    ):
        _malformed(f"{place}.steps", "those of the action")
    number = PlannedNumber(
        phone_number=_phone_number(given["phone_number"], place),
        action=PlanAction(action),
        before=None if before is None else _state(before, f"{place}.before", _FIELDS),
        steps=steps,
        emergency_display_name=_optional(given, "emergency_display_name", place),
        region_code=_optional(given, "region_code", place),
        type=_optional(given, "type", place),
        setup_price=_price(given["setup_price"], f"{place}.setup_price"),
        price=_price(given["price"], f"{place}.price"),
        notes=tuple(_text(one, f"{place}.notes") for one in _list(given, "notes")),
    )
    if dict(number.after) != given["after"] or "released" not in number.after:
        _malformed(f"{place}.after", "the state after the last step")
    if action == "buy" and (number.price is None or number.setup_price is None):
        _malformed(f"{place}.price", "the price of the purchase")
    return number


_EXAMPLE: Final = PlannedNumber(phone_number="", action=PlanAction.UPDATE, before={}, steps=())


def _rejected(content: Any, place: str) -> RejectedNumber:
    given = _object(content, place, ("phone_number", "reasons"))
    return RejectedNumber(
        phone_number=_phone_number(given["phone_number"], place),
        reasons=tuple(_text(one, f"{place}.reasons") for one in _list(given, "reasons")),
    )


def _step(content: Any, place: str) -> PlanStep:
    given = _object(content, place, ("action", "set"))
    action = given["action"]
    if action not in set(map(str, StepAction)):
        _malformed(f"{place}.action", "a known step")
    kind = StepAction(action)
    return PlanStep(action=kind, set=_state(given["set"], f"{place}.set", _STEPS[kind]))


def _state(content: Any, place: str, allowed: frozenset[str]) -> dict[str, Any]:
    if not isinstance(content, dict) or not content.keys() <= allowed:
        _malformed(place, f"an object with the keys {', '.join(sorted(allowed))}")
    for name, value in content.items():
        if name == "released":
            is_valid = isinstance(value, bool)
        elif name == E911 and value is not None:
            _address(value, f"{place}.{name}")
            is_valid = True
        else:
            is_valid = value is None or isinstance(value, str)
        if not is_valid:
            _malformed(f"{place}.{name}", "a str, or null")
    return dict(content)


def _address(value: Any, place: str) -> None:
    if not isinstance(value, dict) or not value.keys() <= set(ADDRESS):
        _malformed(place, f"an object with the keys {', '.join(ADDRESS)}")
    for name, text in value.items():
        _text(text, f"{place}.{name}")


def address_of(values: Mapping[str, Any]) -> EmergencyAddress:
    """Return the address that a state has as *values*."""
    given: dict[str, Any] = {name: values.get(name) for name in ADDRESS}
    return EmergencyAddress(**given)


def _object(content: Any, place: str, names: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(content, dict) or set(content) != set(names):
        _malformed(place, f"an object with the keys {', '.join(names)}")
    return dict(content)


def _list(given: Mapping[str, Any], key: str) -> list[Any]:
    value = given[key]
    if not isinstance(value, list):
        _malformed(key, "a list")
    return value


def _text(value: Any, place: str) -> str:
    if not isinstance(value, str) or not value:
        _malformed(place, "a non-empty str")
    return value


def _optional(given: Mapping[str, Any], key: str, place: str) -> str | None:
    value = given[key]
    return None if value is None else _text(value, f"{place}.{key}")


def _count(value: Any, place: str) -> int:
    if type(value) is not int or not 0 <= value < _LARGEST:
        _malformed(place, "a count")
    return value


def _phone_number(value: Any, place: str) -> str:
    try:
        return arguments.phone_number(value)
    except InvalidArgumentError:
        _malformed(f"{place}.phone_number", "a phone number in E.164")


def _price(value: Any, place: str) -> Money | None:
    if value is None:
        return None
    given = _object(value, place, ("currency_code", "amount"))
    try:
        amount = Decimal(_text(given["amount"], place))
    except InvalidOperation:
        _malformed(place, "an amount")
    if not amount.is_finite() or amount < 0:
        _malformed(place, "an amount")
    return Money(_text(given["currency_code"], place), amount)
