"""Values of the sandbox as plain JSON, and back: attrs classes, times, amounts and containers."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import attrs

__all__ = ["Dumper", "SnapshotError", "load"]

_MICROSECOND = timedelta(microseconds=1)


class SnapshotError(ValueError):
    """A snapshot doesn't have the expected form."""


class Dumper:
    """Converts values to JSON values; those of the classes *frozen* are converted once."""

    def __init__(self, *frozen: type) -> None:
        self._frozen = frozen
        self._known: dict[int, tuple[object, Any]] = {}
        self._used: dict[int, tuple[object, Any]] = {}

    def dump(self, value: Any) -> Any:
        """Return *value* as JSON values."""
        self._used = {}
        dumped = self._dump(value)
        self._known = self._used
        return dumped

    def _dump(self, value: Any) -> Any:
        kind = type(value)
        if kind in (str, int, float, bool, NoneType):
            return value
        if kind in self._frozen:
            known = self._known.get(id(value)) or (value, self._fields(value))
            self._used[id(value)] = known
            return known[1]
        if attrs.has(kind):
            return self._fields(value)
        if isinstance(value, Mapping):
            return {str(key): self._dump(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self._dump(item) for item in value]
        if isinstance(value, datetime):
            return value.isoformat()
        if isinstance(value, timedelta):
            return value // _MICROSECOND
        return str(value)  # an amount

    def _fields(self, value: Any) -> dict[str, Any]:
        kind: Any = type(value)
        return {name: self._dump(getattr(value, name)) for name in _names(kind)}


def load(kind: Any, value: Any, where: str = "") -> Any:
    """
    Return the value of type *kind* that was dumped as *value*.

    Raises `SnapshotError`, which names the place *where* the form differs.
    """
    if kind is Any:
        return value
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _load_optional(arguments, value, where)
    if attrs.has(kind):
        return _load_attributes(kind, value, where)
    if origin in (list, tuple):
        return origin(_load_items(origin, arguments, value, where))
    if origin in (dict, Mapping):
        if not isinstance(value, dict):
            raise _unexpected(where, "an object", value)
        return {key: load(arguments[1], item, f"{where}.{key}") for key, item in value.items()}
    return _load_plain(kind, value, where)


def _load_items(origin: Any, arguments: tuple[Any, ...], value: Any, where: str) -> Iterator[Any]:
    if not isinstance(value, list):
        raise _unexpected(where, "a list", value)
    kinds = arguments
    if origin is list or arguments[-1] is Ellipsis:
        kinds = (arguments[0],) * len(value)
    if len(kinds) != len(value):
        raise _unexpected(where, f"a list of {len(kinds)}", value)
    for index, (kind, item) in enumerate(zip(kinds, value, strict=True)):
        yield load(kind, item, f"{where}[{index}]")


def _load_optional(kinds: tuple[Any, ...], value: Any, where: str) -> Any:
    if value is None and NoneType in kinds:
        return None
    (kind,) = (one for one in kinds if one is not NoneType)
    return load(kind, value, where)


def _load_attributes(kind: Any, value: Any, where: str) -> Any:
    if not isinstance(value, dict):
        raise _unexpected(where, "an object", value)
    hints, names = _hints(kind), _names(kind)
    if value.keys() != set(names):
        raise _unexpected(where, f"the fields {', '.join(names)}", sorted(value))
    arguments = {name: load(hints[name], value[name], f"{where}.{name}") for name in names}
    return kind(**arguments)


def _load_plain(kind: Any, value: Any, where: str) -> Any:
    expected, convert = _PLAIN.get(kind, (kind, None))
    if type(value) is not expected and not (expected is float and type(value) is int):
        raise _unexpected(where, f"a value of type {expected.__name__}", value)
    try:
        return value if convert is None else convert(value)
    except (ValueError, ArithmeticError):
        raise _unexpected(where, f"a {kind.__name__}", value) from None


def _time(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment.astimezone(UTC)


def _duration(microseconds: int) -> timedelta:
    return timedelta(microseconds=microseconds)


_PLAIN: Mapping[Any, tuple[Any, Callable[[Any], Any]]] = {
    datetime: (str, _time),
    timedelta: (int, _duration),
    Decimal: (str, Decimal),
}


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(kind))


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _unexpected(where: str, expected: str, value: object) -> SnapshotError:
    shown = repr(value)
    if len(shown) > 60:
        shown = f"{shown[:60]}…"
    return SnapshotError(f"{where.lstrip('.') or 'the file'} must be {expected}, not {shown}")
