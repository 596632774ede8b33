"""ValueRepr: enums that are shown as their value."""

from enum import Enum


class ValueRepr(Enum):
    """Base class of enums whose `repr` is that of their value."""

    def __repr__(self) -> str:
        return repr(self.value)
