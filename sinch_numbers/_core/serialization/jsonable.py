"""Conversion of models to JSON with Python's field names, for exports and CLI."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, get_args

import attrs

from sinch_numbers.models import Extra, UnknownVoice
from sinch_numbers.models._fields import NOTHING, wire_name
from sinch_numbers.models._secret import Secret


def plain(value: object) -> Any:
    """
    Return *value* as JSON-serializable data.

    Models become objects with Python's field names, including the type of a voice
    configuration, and ``extra`` if there are unknown fields, at any depth. Amounts are strings,
    timestamps ISO 8601 in UTC, secrets masked.
    """
    if value is None or type(value) is str:  # fast path for most values
        return value
    match value:
        case bool() | int() | float():
            return value
        case Enum():
            return plain(value.value)
        case str():
            return str(value)
        case Decimal():
            return f"{value:f}"
        case Secret():
            return str(value)
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case Mapping():
            return {str(name): plain(member) for name, member in value.items()}
        case tuple() | list():
            return [plain(member) for member in value]
        case _ if attrs.has(type(value)):
            return _members(value)
        case _:
            raise TypeError(f"{type(value).__name__} is not JSON-serializable")


def line(value: object) -> str:
    """
    Return *value* as one line of JSON, in ASCII.

    ASCII is independent of the output's encoding, and safe on terminals.
    """
    return json.dumps(plain(value), separators=(",", ":"))


def unknown_fields(model: Any) -> dict[str, Any]:
    """
    Return the unknown fields of *model* and of the models in it, under the API's names.

    Fields of nested models are in objects under the name of their field, those of lists in lists
    of the same length. Of an unknown voice type, all fields except the type are unknown.
    """
    if isinstance(model, UnknownVoice):
        return {name: value for name, value in model.fields.items() if name != "type"}
    extra = getattr(model, "extra", NOTHING)
    # Most objects share `NOTHING`: its identity is cheaper to check than its length.
    found = {} if extra is NOTHING else dict(extra)
    for field, name in _models_in(type(model)):
        value = getattr(model, field)
        if isinstance(value, tuple):
            several = [unknown_fields(item) for item in value]
            if any(several):
                found[name] = several
        elif value is not None and (inner := unknown_fields(value)):
            found[name] = inner
    return found


@cache
def _models_in(cls: type) -> tuple[tuple[str, str], ...]:
    """Return the fields of *cls* that hold models, with their names in the API."""
    return tuple(
        (field.name, wire_name(field.name))
        for field in attrs.fields(cls)
        if _holds_models(field.type)
    )


def _holds_models(kind: Any) -> bool:
    return attrs.has(kind) or any(map(_holds_models, get_args(kind)))


def _members(value: Any) -> dict[str, Any]:
    members = {field.name: getattr(value, field.name) for field in attrs.fields(type(value))}
    if "type" not in members and hasattr(value, "type"):  # a class variable of voice variants
        members = {"type": value.type, **members}
    extra = members.get("extra", True)
    if extra is NOTHING or not extra:
        del members["extra"]
    return {
        name: dict(member) if isinstance(member, Extra) else plain(member)
        for name, member in members.items()
    }
