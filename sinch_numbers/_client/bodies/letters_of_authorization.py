"""Letters of authorisation as arguments: complete, or refused before a byte is sent."""

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
    """Return the one member of a body that holds the letter of authorisation, complete."""
    if type(value) not in kinds:
        # Not quoted: it may hold names and addresses.
        wanted = " or ".join(kind.__name__ for kind in kinds)
        raise InvalidArgumentError(argument, f"{wanted}, not {type(value).__name__}")
    if missing := list(_missing(value)):
        raise InvalidArgumentError(argument, "every part; missing", missing)
    return {_LETTERS[type(value)]: converter.dump({argument: value})[argument]}


def _missing(part: Any, where: str = "") -> Iterator[str]:
    """Return the parts of a letter that are not strings, or empty."""
    for field in attrs.fields(type(part)):
        member, name = getattr(part, field.name), f"{where}{field.name}"
        if field.name in _LETTER_PARTS and isinstance(member, _LETTER_PARTS[field.name]):
            yield from _missing(member, f"{name}.")
        elif not isinstance(member, str) or not member.strip():
            yield name
