"""Columns: what a value looks like as a row, the same for every format."""

import enum
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import attrs

T = TypeVar("T")


class Kind(enum.Enum):
    """Type of a column, which each format maps to its own types."""

    PHONE_NUMBER = "phone number"
    """A number in E.164, plus sign included."""
    TEXT = "text"
    WORDS = "words"
    """Any number of words."""
    COUNT = "count"
    """A whole number."""
    AMOUNT = "amount"
    """An exact decimal."""
    MOMENT = "moment"
    """A point in time."""


@attrs.frozen
class Column(Generic[T]):
    """One column of a table of *T*."""

    name: str
    kind: Kind
    read: Callable[[T], Any]
    """Returns what a value has here, ``None`` for nothing."""


@attrs.frozen
class Table(Generic[T]):
    """How values of one type become rows. Columns keep their order; new ones come last."""

    name: str
    """Plural name of the rows."""
    columns: tuple[Column[T], ...]

    @property
    def header(self) -> tuple[str, ...]:
        """Return the names of the columns."""
        return tuple(column.name for column in self.columns)
