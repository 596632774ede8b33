"""Comparison of a described value with the model that was read from it."""

import re
from typing import Any

import attrs

from sinch_numbers import models
from sinch_numbers.models import (
    OpenEnum,
)
from sinch_numbers.models._fields import wire_name
from sinch_numbers.models._secret import Secret

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")


def as_described(value: Any) -> Any:
    """Return what a reply says, nothing left out but what says nothing: null, "", [], {}."""
    if isinstance(value, dict):
        described = {name: as_described(member) for name, member in value.items()}
        return {name: member for name, member in described.items() if member not in (None, (), {})}
    if isinstance(value, list):
        return tuple(as_described(item) for item in value)
    if isinstance(value, str) and TIME.fullmatch(value):
        # Six digits, three or none: they mean the same.
        return f"{value[:19]}{value[19:-1] or '.'}".ljust(26, "0") + "Z"
    return None if value == "" else value


def as_read(model: Any) -> Any:
    """Return the values of a model under the API's names, without absent ones."""
    if isinstance(model, Secret):
        return model.reveal()
    if isinstance(model, tuple):
        return tuple(as_read(item) for item in model)
    if isinstance(model, models.Extra):
        return as_described(dict(model))
    if hasattr(model, "isoformat"):
        return model.isoformat(timespec="microseconds").replace("+00:00", "Z")
    if isinstance(model, (str, int)) or model is None:
        return model
    if not attrs.has(type(model)):
        return str(model)
    members = {
        wire_name(field.name): as_read(getattr(model, field.name))
        for field in attrs.fields(type(model))
        if field.name != "extra"
    }
    if isinstance(getattr(type(model), "type", None), OpenEnum):
        members["type"] = model.type
    return {name: member for name, member in members.items() if member not in (None, (), {})}
