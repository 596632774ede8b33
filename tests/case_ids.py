"""Test ids for values that pytest would number: readable, and the same in every process."""

from collections.abc import Mapping, Set
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

LONGEST = 60


def readable_id(value: Any, argument: str) -> str | None:
    """
    Return an id for *value*, or ``None`` where pytest's own is readable and stable.

    Objects are named by their class and functions by their name, because their `repr` may
    hold an address; members of sets are sorted.
    """
    if isinstance(value, Mapping | Set | list | tuple | BaseException):
        return _cut(_shown(value)) or f"empty {type(value).__name__}"
    if isinstance(value, date | time | timedelta | Decimal):
        return _cut(_shown(value))
    name = getattr(value, "__name__", None)
    if name == "<lambda>":
        return argument
    if isinstance(value, str | bytes | int | float | complex | type | None) or name:
        return None
    return type(value).__name__


def _shown(value: Any) -> str:
    match value:
        case Mapping():
            return ", ".join(f"{_shown(key)}={_inner(one)}" for key, one in value.items())
        case Set():
            return ", ".join(sorted(map(_shown, value)))
        case list() | tuple():
            return ", ".join(map(_shown, value))
        case BaseException():
            return f"{type(value).__name__}({_shown(value.args)})"
        case datetime() | date() | time():
            return value.isoformat()
        case str():
            return ascii(str(value))[1:-1]
        case bytes():
            return ascii(value)[2:-1]
        case bool() | int() | float() | None | Decimal() | timedelta():
            return str(value)
    return getattr(value, "__name__", type(value).__name__)


def _inner(value: Any) -> str:
    return f"({_shown(value)})" if isinstance(value, Mapping | list | tuple) else _shown(value)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
