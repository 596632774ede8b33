"""Metadata of model fields: JSON keys, read-only marks, unknown keys."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

__all__ = ["Extra"]


class Extra(Mapping[str, Any]):
    """
    Members that this release does not know, as the API named and sent them.

    A mapping that cannot be changed and that, unlike `types.MappingProxyType`, can be pickled.
    """

    __slots__ = ("_members",)

    def __init__(self, members: Mapping[str, Any] | None = None) -> None:
        self._members: Final = dict(members or {})

    def __getitem__(self, name: str) -> Any:
        return self._members[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def __repr__(self) -> str:
        return f"Extra({self._members!r})"

    def __reduce__(self) -> tuple[type["Extra"], tuple[dict[str, Any]]]:
        return Extra, (self._members,)


NOTHING: Final = Extra()

_READ_ONLY: Final = "sinch_numbers.read_only"
_NUMBERED: Final = "sinch_numbers.numbered"
_ALSO_CALLED: Final = "sinch_numbers.alias"


def extra() -> Extra:
    """Declare the field that keeps a resource's unknown members."""
    field: Extra = attrs.field(default=NOTHING, hash=False, kw_only=True)
    return field


def read_only() -> Any:
    """Declare a field that the API sends and does not take back."""
    return attrs.field(default=None, kw_only=True, metadata={_READ_ONLY: True})


def numbered(default: Any = None) -> Any:
    """Declare a field of words for which the API may send numbers; those read as their digits."""
    return attrs.field(default=default, metadata={_NUMBERED: True})


def is_numbered(field: "attrs.Attribute[Any]") -> bool:
    """Whether *field* is read from numbers, too."""
    return _NUMBERED in field.metadata


def alias(name: str) -> Any:
    """Declare a field that the API may send under another *name*."""
    return attrs.field(default=None, metadata={_ALSO_CALLED: name})


def other_name(field: "attrs.Attribute[Any]") -> str | None:
    """Return the other name of *field* on the wire, if it has one."""
    name: str | None = field.metadata.get(_ALSO_CALLED)
    return name


def is_read_only(field: "attrs.Attribute[Any]") -> bool:
    """Whether *field* is left out of requests."""
    return _READ_ONLY in field.metadata or field.name == "extra"


def wire_name(name: str) -> str:
    """Return what the API calls the field *name*."""
    head, *tail = name.split("_")
    return head + "".join(word.capitalize() for word in tail)
