"""Model field declarations: wire names, read-only fields, unknown fields."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

__all__ = ["Extra"]


class Extra(Mapping[str, Any]):
    """
    Unknown response fields, as the API named and sent them.

    An immutable mapping that, unlike `types.MappingProxyType`, can be pickled.

    Created by the package.

    Args:
        members: The fields by their names in the API.
        unreadable: Names of known fields whose values could not be read.

    Example::

        number = await client.active_numbers.get("+12025550134")
        print(dict(number.extra))
    """

    __slots__ = ("_members", "unreadable")

    unreadable: tuple[str, ...]
    """
    Names of known fields whose values could not be read, and are here as the API sent them.

    Only in results of calls that change something: there, an odd field must not hide a success.
    """

    def __init__(
        self, members: Mapping[str, Any] | None = None, unreadable: tuple[str, ...] = ()
    ) -> None:
        self._members: Final = dict(members or {})
        self.unreadable = unreadable

    def __getitem__(self, name: str) -> Any:
        return self._members[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def __repr__(self) -> str:
        return f"Extra({self._members!r})"

    def __reduce__(self) -> tuple[type["Extra"], tuple[dict[str, Any], tuple[str, ...]]]:
        return Extra, (self._members, self.unreadable)


NOTHING: Final = Extra()

_READ_ONLY: Final = "sinch_numbers.read_only"
_NUMBERED: Final = "sinch_numbers.numbered"
_FILLED: Final = "sinch_numbers.filled"
FILLED: Final = {_FILLED: True}
"""Metadata of a required str or enum field that must not be empty either."""
_CODES: Final = frozenset(("id", "id_number_order", "nnid", "error_code", "internal_failure_code"))
_ALSO_CALLED: Final = "sinch_numbers.alias"


def extra() -> Extra:
    """Declare the field that holds a resource's unknown response fields."""
    field: Extra = attrs.field(default=NOTHING, hash=False, kw_only=True)
    return field


def read_only() -> Any:
    """Declare a read-only field: present in responses, omitted from requests."""
    return attrs.field(default=None, kw_only=True, metadata={_READ_ONLY: True})


def is_filled(field: "attrs.Attribute[Any]") -> bool:
    """Whether *field* is required and must not be empty."""
    return _FILLED in field.metadata


def numbered(default: Any = None) -> Any:
    """Declare an enum field that also accepts numbers, read as their digits."""
    return attrs.field(default=default, metadata={_NUMBERED: True})


def is_numbered(field: "attrs.Attribute[Any]") -> bool:
    """
    Whether *field* also accepts numbers, read as their digits: an identifier, or a code.

    Other strings may have lost a plus sign or leading zeros as numbers, such as phone numbers
    (the ``resource_id`` of an event is one) and postal codes.
    """
    name = field.name
    if name.endswith("_id"):
        return name != "resource_id"
    return _NUMBERED in field.metadata or name in _CODES


def alias(name: str) -> Any:
    """Declare a field that the API may also send under the alias *name*."""
    return attrs.field(default=None, metadata={_ALSO_CALLED: name})


def other_name(field: "attrs.Attribute[Any]") -> str | None:
    """Return the wire alias of *field*, if it has one."""
    name: str | None = field.metadata.get(_ALSO_CALLED)
    return name


def is_read_only(field: "attrs.Attribute[Any]") -> bool:
    """Whether *field* is omitted from requests."""
    return _READ_ONLY in field.metadata or field.name == "extra"


def wire_name(name: str) -> str:
    """Return the API's camelCase name of the field *name*."""
    head, *tail = name.split("_")
    return head + "".join(word.capitalize() for word in tail)
