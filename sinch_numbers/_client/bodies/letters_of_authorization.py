"""Letters of authorization (LOA): validation and request bodies."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from sinch_numbers._core.serialization import converter
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.models import (
    AuthorisedPerson,
    BlanketLoaInfo,
    BusinessAddress,
    DirectLoaInfo,
    LoaInfo,
    ResellerLoaInfo,
)

_LETTERS: Final[Mapping[type, str]] = {
    DirectLoaInfo: "directLoaInfo",
    ResellerLoaInfo: "resellerLoaInfo",
    BlanketLoaInfo: "blanketLoaInfo",
}
_LETTER_PARTS: Final[Mapping[str, type]] = {
    "authorised_person": AuthorisedPerson,
    "address": BusinessAddress,
}


def letter(
    value: LoaInfo, kinds: tuple[type, ...] = tuple(_LETTERS), argument: str = "loa_info"
) -> dict[str, dict[str, Any]]:
    """Return the body field of a letter; raise if it is incomplete."""
    if type(value) not in kinds:
        # Don't quote the value: it may contain names and addresses.
        wanted = " or ".join(kind.__name__ for kind in kinds)
        raise InvalidArgumentError(argument, f"{wanted}, not {type(value).__name__}")
    if missing := list(_missing(value)):
        raise InvalidArgumentError(argument, f"values for {', '.join(missing)}")
    return {_LETTERS[type(value)]: converter.dump({argument: value})[argument]}


def _missing(part: Any, where: str = "") -> Iterator[str]:
    """Yield the fields of a letter that are empty or not strings."""
    for field in attrs.fields(type(part)):
        member, name = getattr(part, field.name), f"{where}{field.name}"
        if field.name == "extra":  # not sent
            continue
        if field.name in _LETTER_PARTS and isinstance(member, _LETTER_PARTS[field.name]):
            yield from _missing(member, f"{name}.")
        elif not isinstance(member, str) or not member.strip():
            yield name
