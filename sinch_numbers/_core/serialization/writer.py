"""
Writing values as JSON-ready data: complete, with either naming, and with masked secrets.

One cattrs converter per naming. The body of a request is written by `converter`, which leaves
out read-only fields and reveals secrets.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache, partial
from inspect import get_annotations
from types import NoneType
from typing import Any, Final, get_origin

import attrs
import cattrs
from cattrs.gen import make_dict_unstructure_fn, override

from sinch_numbers._core.serialization.converter import is_typed_detail, write_datetime
from sinch_numbers.errors import SinchNumbersError
from sinch_numbers.models import UnknownDetail, UnknownEvent, UnknownVoice
from sinch_numbers.models._fields import wire_name
from sinch_numbers.models._secret import Secret
from sinch_numbers.models._serializable import Names, computed
from sinch_numbers.models._unset import UNSET

Rename = Callable[[str], str]

_PLAIN: Final = frozenset((int, float, bool, NoneType))
_AS_SENT: Final = (UnknownDetail, UnknownEvent, UnknownVoice)
"""Classes whose ``fields`` are the complete JSON object."""


@cache
def writer(names: Names) -> Callable[[Any], Any]:
    """Return the function that writes any value of this package with *names*."""
    c = cattrs.Converter(unstructure_fallback_factory=_fallback)
    rename = wire_name if names == "api" else str
    c.register_unstructure_hook_factory(attrs.has, partial(_write_attrs, names=names))
    c.register_unstructure_hook(Exception, partial(_write_error, c.unstructure, rename))
    # By class: cattrs has a hook for str, which takes precedence over predicates.
    c.register_unstructure_hook(str, str.__str__)
    c.register_unstructure_hook(Enum, lambda member: c.unstructure(member.value))
    c.register_unstructure_hook(
        Mapping, lambda value: {_key(key): c.unstructure(one) for key, one in value.items()}
    )
    for sequence in (tuple, list, set, frozenset):
        c.register_unstructure_hook(sequence, lambda value: [c.unstructure(one) for one in value])
    c.register_unstructure_hook(Secret, str)
    c.register_unstructure_hook(Decimal, "{:f}".format)
    c.register_unstructure_hook(date, date.isoformat)
    c.register_unstructure_hook(datetime, write_datetime if names == "api" else _isoformat)
    if names == "api":
        for whole in _AS_SENT:
            c.register_unstructure_hook(whole, lambda value: c.unstructure(value.fields))
    return c.unstructure


def _fallback(cls: Any) -> Callable[[Any], Any]:
    """Return plain JSON values as they are; raise `TypeError` for unknown classes."""
    if cls in _PLAIN:
        return lambda value: value
    raise TypeError(f"{cls.__name__} is not JSON-serializable")


def _key(key: object) -> str:
    return str(key.value if isinstance(key, Enum) else key)


def _isoformat(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _write_attrs(cls: Any, c: cattrs.Converter, *, names: Names) -> Callable[[Any], Any]:
    rename = wire_name if names == "api" else str
    more = computed(cls, names)
    # Written by the class of the value, not of the field: so a secret is masked in any field.
    overrides: dict[str, Any] = {
        field.name: override(
            rename=rename(field.name),
            omit=_is_left_out(field, more),
            omit_if_default=field.default is UNSET,
            unstruct_hook=c.unstructure,
        )
        for field in attrs.fields(cls)
    }
    write_fields = make_dict_unstructure_fn(cls, c, _cattrs_include_init_false=True, **overrides)
    tag = {"type": cls.__name__} if names == "api" and is_typed_detail(cls) else {}

    def write(value: Any) -> dict[str, Any]:
        members = {**tag, **write_fields(value)}
        for key, name in more.items():
            members[rename(key)] = c.unstructure(getattr(value, name))
        extra = getattr(value, "extra", None)
        if extra:
            unknown = c.unstructure(extra)
            members.update(unknown if names == "api" else {"extra": unknown})
        return members

    return write


def _is_left_out(field: "attrs.Attribute[Any]", more: Collection[str]) -> bool:
    """Whether *field* is written elsewhere, or is a function."""
    return field.name in ("extra", *more) or get_origin(field.type) is Callable


def _write_error(
    unstructure: Callable[[Any], Any], rename: Rename, error: Exception
) -> dict[str, Any]:
    members: dict[str, Any] = {"error": type(error).__name__}
    if not isinstance(error, SinchNumbersError):
        return {**members, "message": str(error)}
    cls: Any = type(error)
    for name in attributes(cls):
        members[rename(name)] = unstructure(getattr(error, name, None))
    return members


@cache
def attributes(cls: Any) -> tuple[str, ...]:
    """Return the public attributes of an error: the annotated ones, base class first."""
    found: dict[str, None] = {}
    for base in reversed(cls.__mro__):
        if issubclass(base, SinchNumbersError):
            found |= dict.fromkeys(get_annotations(base))
    return tuple(name for name in found if not name.startswith("_"))
