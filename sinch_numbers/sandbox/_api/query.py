"""Parse and validate query parameters."""

from collections.abc import Mapping, Sequence

from sinch_numbers.sandbox._protocol.errors import not_a_value, violation
from sinch_numbers.sandbox._state.matching import (
    CAPABILITIES,
    NUMBER_TYPES,
    SEARCH_PATTERNS,
    Filter,
)

__all__ = ["limit", "listing_filter", "order", "search_filter", "words"]

Query = Mapping[str, Sequence[str]]


def search_filter(query: Query) -> Filter:
    """Read the filter of an available number search: region and type are required."""
    for name in ("regionCode", "type"):
        if not _text(query, name):
            raise violation(name, "is required")
    return _filter(query, "capabilities")


def listing_filter(query: Query) -> Filter:
    """Read the filter of an active number list: every parameter is optional."""
    return _filter(query, "capability")


def words(query: Query, name: str, allowed: Sequence[str]) -> frozenset[str]:
    """Read a list of enum values: repeated parameters, comma-separated, or both."""
    found = [word for value in query.get(name, ()) for word in value.split(",") if word]
    for word in found:
        if word not in allowed:
            raise not_a_value(name, word)
    return frozenset(found)


def limit(query: Query, name: str, *, default: int, most: int) -> int:
    """Read a page size: a positive number, silently capped at *most*."""
    text = _text(query, name)
    if not text:
        return min(default, most)
    # Ten digits are enough; converting more costs time.
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text)):
        raise violation(name, "must be a positive number")
    return min(int(text), most)


def order(query: Query) -> str:
    """Read the sort order, by phone number by default."""
    wanted = _word(query, "orderBy", ("phoneNumber", "displayName"))
    return wanted or "phoneNumber"


def _filter(query: Query, capability: str) -> Filter:
    return Filter(
        region_code=_text(query, "regionCode") or None,
        type=_word(query, "type", NUMBER_TYPES) or None,
        capability=words(query, capability, CAPABILITIES),
        pattern=_text(query, "numberPattern.pattern"),
        search_pattern=_word(query, "numberPattern.searchPattern", SEARCH_PATTERNS) or "START",
    )


def _text(query: Query, name: str) -> str:
    values = query.get(name)
    return values[0] if values else ""


def _word(query: Query, name: str, allowed: Sequence[str]) -> str:
    word = _text(query, name)
    if word and word not in allowed:
        raise not_a_value(name, word)
    return word
