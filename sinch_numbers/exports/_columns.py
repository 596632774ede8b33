"""Table and column definitions shared by all row formats."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

import attrs

from sinch_numbers.models._value_repr import ValueRepr

T = TypeVar("T")


class Kind(ValueRepr):
    """Type of a column; each format has its own representation."""

    PHONE_NUMBER = "phone number"
    """Phone number in E.164, plus sign included."""
    TEXT = "text"
    WORDS = "words"
    """List of strings."""
    COUNT = "count"
    """Integer."""
    AMOUNT = "amount"
    """Exact decimal."""
    MOMENT = "moment"
    """Datetime."""
    DAY = "day"
    """Date without a time."""


@attrs.frozen
class Column(Generic[T]):
    """Column of a table of *T*."""

    name: str
    kind: Kind
    read: Callable[[T], Any]
    """Returns the value of the column, or ``None``."""


@attrs.frozen
class Table(Generic[T]):
    """Maps values of one type to rows. Column order is stable; new columns go last."""

    name: str
    """Plural name of the rows."""
    columns: tuple[Column[T], ...]

    @property
    def header(self) -> tuple[str, ...]:
        """Return the column names."""
        return tuple(column.name for column in self.columns)
