"""Columns of any model: its fields and sub-fields, under the API's names with dots."""

import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, Final, Generic, TypeVar, Union, get_args, get_origin

import attrs

from sinch_numbers._core.choices import suggestion
from sinch_numbers._core.serialization.jsonable import line, plain, unknown_fields
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.exports._columns import Column, Kind, Table
from sinch_numbers.models import ActiveNumber
from sinch_numbers.models._fields import wire_name
from sinch_numbers.models._number_status import status_of
from sinch_numbers.models._secret import Secret

T = TypeVar("T")

_UNKNOWN: Final = "extra"
_SCALARS: Final[Mapping[type, Kind]] = {
    int: Kind.COUNT,
    Decimal: Kind.AMOUNT,
    datetime: Kind.MOMENT,
}
_COMPUTED: Final[Mapping[type, Mapping[str, Callable[[Any], Any]]]] = {
    ActiveNumber: {"status": status_of},
}
"""Columns that are not fields of the API, by model."""


@attrs.frozen
class Field(Generic[T]):
    """A field or sub-field of a model."""

    name: str
    """The API's name, with dots before those of sub-fields."""
    kind: Kind | None
    """The type of the column; ``None`` for an object or a list of objects."""
    read: Callable[[T], Any]
    """Return the value, or ``None``."""

    @property
    def column(self) -> Column[T]:
        """Return the field as a column; an object is JSON."""
        if self.kind is not None:
            return Column(self.name, self.kind, self.read)
        read = self.read

        def as_json(value: T) -> str | None:
            found = read(value)
            return None if found is None or found == () else line(found, names="api")

        return Column(self.name, Kind.TEXT, as_json)


def table_of(model: type[T], columns: Sequence[str] | None = None) -> Table[T]:
    """
    Return the columns of *model*, such as `ImportedNumber`, named as in the API.

    A sub-field has the name of its field and a dot in front, such as ``money.amount``. An object
    or a list of objects is a column with JSON, ``extra`` has the unknown fields. `ActiveNumber`
    also has ``status``, the overall status of the number.

    Args:
        model: The class of the rows.
        columns: Names of columns, in the order of the table (default: all fields and sub-fields
            that are not objects).

    Raises:
        InvalidArgumentError: A name is unknown or repeated; the message lists the valid ones.

    Example::

        table = table_of(ActiveNumber, ["phoneNumber", "money.amount", "status"])
        write_csv([number async for number in client.active_numbers.list()], "numbers.csv", table)
    """
    fields = fields_of(model)
    if columns is not None:
        chosen = [field.column for field in chosen_fields(model, columns)]
    else:
        inner = {name.rpartition(".")[0] for name in fields}
        chosen = [field.column for name, field in fields.items() if name not in inner]
    return Table(f"{model.__name__}s", tuple(chosen))


def projection(model: type[T], columns: Sequence[str]) -> Callable[[T], dict[str, Any]]:
    """
    Return a function that reduces a value to *columns*, as JSON-ready data.

    Sub-fields stay in their objects: ``money.amount`` becomes ``{"money": {"amount": "2.00"}}``.

    Args:
        model: The class of the values.
        columns: Names of columns, as for `table_of`.

    Raises:
        InvalidArgumentError: A name is unknown or repeated; the message lists the valid ones.

    Example::

        reduced = projection(ActiveNumber, ["phoneNumber", "money.amount"])
        async for number in client.active_numbers.list():
            print(reduced(number))
    """
    fields = chosen_fields(model, columns)

    def project(value: T) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for field in fields:
            *outer, name = field.name.split(".")
            inside = found
            for step in outer:
                inside = inside.setdefault(step, {})
            inside[name] = plain(field.read(value), names="api")
        return found

    return project


def chosen_fields(model: type[T], columns: Sequence[str]) -> list[Field[T]]:
    """Return the fields named *columns*; raise `InvalidArgumentError` if one is not valid."""
    fields = fields_of(model)
    by_key = {name.casefold(): field for name, field in fields.items()}
    found: list[Field[T]] = []
    for name in columns:
        field = by_key.get(name.strip().casefold())
        if field is None:
            similar = suggestion(name, fields)
            hint = f" (did you mean {similar}?)" if similar else ""
            raise InvalidArgumentError("columns", f"{', '.join(fields)}{hint}", name)
        if field in found:
            raise InvalidArgumentError("columns", "each column once", name)
        if any(_overlap(field.name, other.name) for other in found):
            raise InvalidArgumentError("columns", "a field or its sub-fields, not both", name)
        found.append(field)
    if not found:
        raise InvalidArgumentError("columns", "at least one of " + ", ".join(fields))
    return found


def fields_of(model: Any) -> Mapping[str, Field[Any]]:
    """Return the fields and sub-fields of *model* by their names."""
    return _fields_of(model)


@cache
def _fields_of(model: type[Any]) -> Mapping[str, Field[Any]]:
    found = {field.name: field for field in _fields((model,), (), ())}
    for name, read in _COMPUTED.get(model, {}).items():
        found[name] = Field(name, Kind.TEXT, read)
    if any(field.name == _UNKNOWN for field in attrs.fields(model)):
        found[_UNKNOWN] = Field(_UNKNOWN, None, lambda value: unknown_fields(value) or None)
    return found


def _fields(
    models: Sequence[Any], path: tuple[str, ...], names: tuple[str, ...]
) -> Iterator[Field[Any]]:
    fields: dict[str, Any] = {}
    for model in models:
        for field in attrs.fields(model):
            if field.name not in ("extra", "fields"):
                fields.setdefault(field.name, field)
    for name, field in fields.items():
        inner, full = (*path, name), (*names, wire_name(name))
        kind = _kind(name, field.type)
        yield Field(".".join(full), kind, _reader(inner))
        if kind is None and get_origin(field.type) is not tuple:
            yield from _fields([one for one in _types(field.type) if attrs.has(one)], inner, full)


def _kind(name: str, hint: Any) -> Kind | None:
    """Return the kind of column for a field; ``None`` for objects, and lists of objects."""
    if get_origin(hint) is tuple:
        (item, *_) = get_args(hint)
        return Kind.WORDS if isinstance(item, type) and issubclass(item, str) else None
    types = _types(hint)
    (first, *others) = types or (object,)
    if others or not isinstance(first, type):
        return None
    if first is bool or issubclass(first, str | Enum | Secret):
        return Kind.PHONE_NUMBER if name == "phone_number" else Kind.TEXT
    for scalar, kind in _SCALARS.items():
        if issubclass(first, scalar):
            return kind
    return Kind.DAY if issubclass(first, date) else None


def _types(hint: Any) -> list[Any]:
    """Return the types in *hint*, without ``None``."""
    if get_origin(hint) in (Union, types.UnionType):
        return [one for one in get_args(hint) if one is not types.NoneType]
    return [hint]


def _reader(path: tuple[str, ...]) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        for name in path:
            # A sub-field that this kind of object doesn't have is absent, too.
            value = getattr(value, name, None)
            if value is None:
                return None
        if isinstance(value, bool):
            return str(value).lower()
        return plain(value, names="api") if isinstance(value, Secret) else value

    return read


def _overlap(one: str, other: str) -> bool:
    return one.startswith(f"{other}.") or other.startswith(f"{one}.")
