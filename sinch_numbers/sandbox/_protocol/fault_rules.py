"""Fault rules as text, such as ``429,path=/availableRegions,times=inf``."""

import math
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["FAULT_SETTINGS", "parsed"]


def parsed(rule: str) -> tuple[str, dict[str, Any]]:
    """
    Return the kind and the settings of a rule: ``KIND`` or ``KIND,NAME=VALUE,...``.

    The names are those of the arguments of `Faults.add`. Raises `ValueError` for others, and for
    values of another type.
    """
    kind, *given = (part.strip() for part in rule.split(","))
    settings: dict[str, Any] = {}
    for part in given:
        name, equals, text = part.partition("=")
        name = name.strip().replace("-", "_")
        read = FAULT_SETTINGS.get(name)
        if read is None or not equals:
            names = ", ".join(FAULT_SETTINGS)
            msg = f"fault rule {rule!r}: {part!r} must be NAME=VALUE with one of {names}"
            raise ValueError(msg)
        if name in settings:
            msg = f"fault rule {rule!r}: {name} is given twice"
            raise ValueError(msg)
        try:
            settings[name] = read(text.strip())
        except ValueError as error:
            msg = f"fault rule {rule!r}: {name} must be {error}"
            raise ValueError(msg) from None
    return kind, settings


def _text(text: str) -> str:
    if not text:
        raise ValueError("given")
    return text


def _method(text: str) -> str:
    method = text.upper()
    if method not in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        raise ValueError("GET, POST, PUT, PATCH or DELETE")
    return method


def _integer(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError("an integer") from None


def _number(text: str, most: float, expected: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number <= most:
        raise ValueError(expected)
    return number


def _seconds(text: str) -> float:
    return _number(text, 1e9, "a number of seconds")


def _times(text: str) -> float:
    return _number(text, math.inf, "a number of times, or inf")


def _probability(text: str) -> float:
    return _number(text, 1, "a probability from 0 to 1")


def _flag(text: str) -> bool:
    flag = {"true": True, "false": False}.get(text.lower())
    if flag is None:
        raise ValueError("true or false")
    return flag


FAULT_SETTINGS: Mapping[str, Callable[[str], Any]] = {
    "method": _method,
    "path": _text,
    "times": _times,
    "probability": _probability,
    "seed": _integer,
    "seconds": _seconds,
    "executed": _flag,
    "hold": _seconds,
    "retry_after": _text,
    "item": _integer,
    "member": _text,
    "location": _text,
}
"""Arguments of `Faults.add` besides the kind, and the functions that read them."""
