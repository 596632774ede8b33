"""Street names as postal services write them: types and directions abbreviated."""

import re
from collections.abc import Mapping

from sinch_numbers.sandbox._state.street_types import (
    CANADIAN_TYPES,
    DIRECTIONS,
    FRENCH_DIRECTIONS,
    FRENCH_TYPES,
    STREET_TYPES,
)

__all__ = ["candidates", "is_known", "standard"]

_MADE_UP = re.compile(
    r"\b(bogus|fake|fictional|imaginary|invalid|missing|non-?existent|no ?such|nowhere|unknown)\b",
    re.IGNORECASE,
)
_WITHOUT_TYPE = {"bowery", "broadway", "embarcadero", "esplanade", "strand"}
_WITH_DIRECTION = {"lenox rd": "NE"}
"""Streets that are only known with their direction."""
_USUAL = ("St", "Ave", "Rd")


def standard(street: str, *, canada: bool) -> str:
    """Return a street name with its type and directions abbreviated."""
    words = street.split()
    types = CANADIAN_TYPES if canada else STREET_TYPES
    if canada and (french := _french(words)) is not None:
        return " ".join(french)
    if _is_numbered(words, types):
        return " ".join(words)
    after = _trailing(words, DIRECTIONS)
    name, end = words[: len(words) - len(after)], _joined(after, DIRECTIONS)
    kind: list[str] = []
    if len(name) > 1 and (known := types.get(_plain(name[-1]))):
        kind = [_styled(name.pop(), known)]
    return " ".join([*_leading(name), *kind, *end])


def is_known(street: str, *, canada: bool) -> bool:
    """Return whether a street exists, as far as the sandbox is concerned."""
    words = [_plain(word) for word in standard(street, canada=canada).split()]
    types = CANADIAN_TYPES if canada else STREET_TYPES
    if _MADE_UP.search(street) or " ".join(words) in _WITH_DIRECTION:
        return False
    rest = words[: len(words) - len(_trailing(words, DIRECTIONS))]
    return (
        _is_numbered(words, types)
        or (canada and _french(words) is not None)
        or not _WITHOUT_TYPE.isdisjoint(rest)
        or (len(rest) > 1 and (rest[-1] in types or rest[0] in types))
    )


def candidates(street: str, *, canada: bool) -> list[str]:
    """Return known streets that resemble an unknown one."""
    written = standard(street, canada=canada)
    words = [_plain(word) for word in written.split()]
    direction = _WITH_DIRECTION.get(" ".join(words))
    if direction is not None:
        return [f"{written} {direction}"]
    if not words or _MADE_UP.search(street):
        return ["Main St"]
    return [f"{written} {kind}" for kind in _USUAL]


def _french(words: list[str]) -> list[str] | None:
    """Return a name in French order, type first; ``None`` for another order."""
    kind = FRENCH_TYPES.get(_plain(words[0])) if len(words) > 1 else None
    after = _trailing(words, FRENCH_DIRECTIONS)
    name = words[1 : len(words) - len(after)]
    if kind is None or (not after and _plain(words[-1]) in CANADIAN_TYPES):
        return None
    return [_styled(words[0], kind), *name, *_joined(after, FRENCH_DIRECTIONS)]


def _is_numbered(words: list[str], types: Mapping[str, str]) -> bool:
    """Return whether a name ends with a number after its type, such as ``Highway 61``."""
    return len(words) > 1 and words[-1][:1].isdigit() and _plain(words[-2]) in types


def _trailing(words: list[str], directions: Mapping[str, str]) -> list[str]:
    """Return the directions at the end, leaving at least two words for the name."""
    count = 0
    while count < 2 and len(words) - count > 2 and _plain(words[-1 - count]) in directions:
        count += 1
    return words[len(words) - count :]


def _leading(name: list[str]) -> list[str]:
    """Abbreviate the directions at the start, leaving at least one word for the name."""
    count = 0
    while count < 2 and len(name) - count > 1 and _plain(name[count]) in DIRECTIONS:
        count += 1
    return [*_joined(name[:count], DIRECTIONS), *name[count:]]


def _joined(words: list[str], directions: Mapping[str, str]) -> list[str]:
    """Abbreviate directions; ``North East`` is one direction in two words."""
    short = [directions[_plain(word)] for word in words]
    joined = "".join(short).lower()
    return [directions[joined]] if len(short) == 2 and joined in directions else short


def _plain(word: str) -> str:
    return word.strip(".,").lower()


def _styled(word: str, abbreviation: str) -> str:
    """Return *abbreviation* in the case of *word*."""
    if word.isupper():
        return abbreviation.upper()
    return abbreviation.lower() if word.islower() else abbreviation
