"""Compact JSON, as the service writes it."""

from collections.abc import Callable
from json import JSONEncoder
from typing import Any

__all__ = ["encode"]

encode: Callable[[Any], str] = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
