"""
Mapping arguments: a model, or a mapping with its fields, becomes the JSON of a request.

A mapping has the keys of the API, those of the model, or both. Errors name the argument and the
key as the caller wrote it, and don't quote values: some are personal data.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import attrs

from sinch_numbers._core import arguments
from sinch_numbers._core.choices import listed, suggestion
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.models._fields import is_read_only, wire_name


def body_of(value: object, model: type, argument: str) -> dict[str, Any]:
    """
    Return the fields of *value*, a *model* or a mapping, under the API's names.

    The fields of a model that are ``None`` are omitted, and those of a mapping are ``null``.
    """
    if isinstance(value, Mapping):
        given = named(value, request_fields(model), argument)
    elif isinstance(value, model):
        given = {
            name: (name, member)
            for name in request_fields(model)
            if (member := getattr(value, name)) is not None
        }
    else:
        kind = type(value).__name__
        raise InvalidArgumentError(argument, f"{model.__name__} or a mapping, not {kind}")
    nested = nested_models(model)
    return {
        wire_name(name): (
            body_of(member, nested[name], f"{argument}.{key}")
            if name in nested
            else text_or_null(member, f"{argument}.{key}")
        )
        for name, (key, member) in given.items()
    }


def named(
    mapping: Mapping[Any, Any], fields: Iterable[str], argument: str
) -> dict[str, tuple[str, Any]]:
    """Return the keys and values of *mapping* by the names of its *fields*, in Python."""
    names = {spelling: name for name in fields for spelling in (name, wire_name(name))}
    found: dict[str, tuple[str, Any]] = {}
    for key, member in mapping.items():
        name = names.get(key) if isinstance(key, str) else None
        if name is None:
            raise _unknown_key(key, names, argument)
        other, before = found.setdefault(name, (str.__str__(key), member))
        if before != member:
            raise InvalidArgumentError(argument, f"one value for {other} and {key}, not two")
    return found


def text_or_null(value: object, argument: str) -> str | None:
    """Validate a str, or the ``None`` that is sent as ``null``, without quoting the value."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise InvalidArgumentError(argument, f"a str, not {type(value).__name__}")
    return arguments.text(value, argument)


@cache
def request_fields(model: Any) -> tuple[str, ...]:
    """Return the fields of *model* that requests have."""
    return tuple(
        field.name for field in attrs.fields(model) if field.init and not is_read_only(field)
    )


@cache
def nested_models(model: Any) -> Mapping[str, type]:
    """Return the models of the fields of *model* that are models."""
    return {f.name: f.type for f in attrs.fields(model) if f.type and attrs.has(f.type)}


def _unknown_key(key: object, names: Mapping[str, str], argument: str) -> InvalidArgumentError:
    similar = suggestion(key, names)
    hint = ""
    if similar is not None:
        name = names[similar]
        hint = f" (did you mean {name if '_' in str(key) else wire_name(name)}?)"
    known = listed(dict.fromkeys(names.values())) if names else "no keys"
    return InvalidArgumentError(argument, f"the keys {known}{hint}", key)
