"""
UNSET: the third state of a request field.

In a request, a field can be left out (`UNSET`), erased (``None``, sent as ``null``)
or set to a value. The API distinguishes the three, and so does every optional argument
that may also be ``None``.
"""

import enum
from typing import Final, Literal, TypeAlias, TypeVar

__all__ = ["UNSET", "Maybe"]

T = TypeVar("T")


class Unset(enum.Enum):
    """The type of `UNSET`; an enumeration of one, so that type checkers can narrow it."""

    UNSET = "UNSET"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return self.name


UNSET: Final = Unset.UNSET
"""Says that an argument was not given; it is not mentioned in the request."""

Maybe: TypeAlias = T | Unset
"""A value, or `UNSET`."""
