"""
UNSET: marks a request field as omitted, as distinct from null.

A request field can be omitted (`UNSET`), cleared (``None``, sent as ``null``) or set to a
value. The API treats the three differently, and so does every optional argument that
accepts ``None``.
"""

import enum
from typing import Final, Literal, TypeAlias, TypeVar

__all__ = ["UNSET", "Maybe"]

T = TypeVar("T")


class Unset(enum.Enum):
    """Type of `UNSET`: a single-member enum, so that type checkers can narrow it."""

    UNSET = "UNSET"
    """The value of arguments that are not given."""

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return self.name


UNSET: Final = Unset.UNSET
"""Default of an argument that was not passed: the field is omitted."""

Maybe: TypeAlias = T | Unset
"""A value or `UNSET`."""
