"""Enum arguments: case-insensitive lookup; errors list the valid values."""

from collections.abc import Iterable, Mapping, Sequence, Set
from enum import Enum
from functools import cache
from typing import Final, TypeVar

from sinch_numbers.errors import InvalidArgumentError

E = TypeVar("E", bound=Enum)
W = TypeVar("W", bound=str)

_SIMILAR: Final = 0.65
"""Minimum ratio, by `difflib`, of a word that is suggested: 1 is the same word."""

_LONGEST_WORD: Final = 100
"""Characters of a text from which it isn't a misspelled word; comparing it would take long."""


def choice(value: object, enum: type[E], argument: str) -> E:
    """
    Return the member of *enum* that *value* names.

    Case and the characters ``-`` and ``_`` don't matter. A value that is newer than this release
    must be a member of *enum*, which the constructor of an open enum returns.
    """
    if isinstance(value, str):
        found: E | None = _members(enum).get(folded(value))
        if found is not None:
            return found
    if isinstance(value, enum):
        return value
    raise rejected(argument, words_of(enum), value)


def optional_choice(value: object, enum: type[E], argument: str) -> E | None:
    """Return the member of *enum* that *value* names; ``None`` omits the argument."""
    return None if value is None else choice(value, enum, argument)


def choices(value: object, enum: type[E], argument: str) -> tuple[E, ...]:
    """Return the members of *enum* that *value* names: one, or a list or set of several."""
    if isinstance(value, str):
        return (choice(value, enum, argument),)
    if isinstance(value, Sequence | Set) and not isinstance(value, bytes | bytearray):
        return tuple([choice(one, enum, argument) for one in value])
    raise rejected(
        argument, words_of(enum), value, expected=f"{listed(words_of(enum))}, or a list"
    )


def optional_choices(value: object, enum: type[E], argument: str) -> tuple[E, ...] | None:
    """Return the members of *enum* that *value* names; ``None`` omits the argument."""
    return None if value is None else choices(value, enum, argument)


def word(value: object, words: Sequence[W], argument: str) -> W:
    """Return the one of *words* that *value* names; case, ``-`` and ``_`` don't matter."""
    if isinstance(value, str):
        for one in words:
            if folded(one) == folded(value):
                return one
    raise rejected(argument, words, value)


def rejected(
    argument: str, words: Iterable[str], value: object, *, expected: str | None = None
) -> InvalidArgumentError:
    """Return the error for *value*, which is not one of *words*; suggest the most similar one."""
    words = tuple(words)
    similar = suggestion(value, words)
    return InvalidArgumentError(argument, expected or listed(words), value, suggestion=similar)


def suggestion(value: object, words: Iterable[str]) -> str | None:
    """Return the one of *words* that *value* is most similar to; ``None`` if none is similar."""
    if not isinstance(value, str) or len(value) > _LONGEST_WORD:
        return None
    from difflib import get_close_matches  # slow to import, and only needed for errors

    by_key = {folded(one): one for one in words}
    close = get_close_matches(folded(value), by_key, n=1, cutoff=_SIMILAR)
    return by_key[close[0]] if close else None


def listed(words: Iterable[str]) -> str:
    """Return *words* as a list in English: ``a, b or c``."""
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last


def folded(text: str) -> str:
    """Return the form of *text* in which spellings are compared."""
    return str.__str__(text).casefold().replace("_", "").replace("-", "")


@cache
def _members(enum: type[E]) -> Mapping[str, E]:
    """Return the members of *enum* by the folded form of their values and names."""
    by_name = {folded(member.name): member for member in enum}
    return by_name | {folded(str(member.value)): member for member in enum}


@cache
def words_of(enum: type[Enum]) -> tuple[str, ...]:
    """Return the valid values of *enum*, without their common prefix."""
    return tuple(
        member.name if str(member.value).endswith(f"_{member.name}") else str(member.value)
        for member in enum
        if member.name != "UNSPECIFIED"
    )
