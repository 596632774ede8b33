"""
Fast path for long lists: decode and read the items of a response in groups.

Decoded at once, a page of 1,000 numbers is 5,000 dicts and lists, all alive until the last model
is made: Python's cyclic garbage collector runs several times meanwhile, and traverses all of
them. The containers of a group are freed before the next group is decoded.

Groups are cut at commas between items, found by a pattern. The pattern may also match inside an
item, or inside a str: then the group before the comma is not valid JSON, and the caller decodes
the whole response. The first group starts between two items, and valid JSON ends where it
starts, so each valid group ends between two items, too.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, Final, TypeVar

from sinch_numbers._core.serialization import json_text

T = TypeVar("T")

_GROUP: Final = 16 * 1024
"""Minimum bytes of a group but the last. From 8 to 32 KiB make no difference."""
_START: Final = rb'\s*\{\s*"%b"\s*:\s*\[\s*(?=\{\s*("[^"\\]+")\s*:)'
_BETWEEN: Final = rb"\}\s*(,)\s*\{\s*%b\s*:"
_END: Final = re.compile(rb"\]\s*(?:\}\s*\Z|(,)\s*\")")


def read_in_groups(
    body: bytes, name: str, read: Callable[[list[Any]], Sequence[T] | None]
) -> tuple[list[T], dict[str, Any]] | None:
    """
    Return the items of the list *name* of a JSON object, and the other members of the object.

    *read* returns what it reads of a group, or ``None``. Returns ``None`` if *body* is short, is
    not an object that starts with *name*, or if a group cannot be read: then the caller decodes
    *body* at once, which reports errors.
    """
    if not json_text.is_large(body) or (start := _start(name).match(body)) is None:
        return None
    end = body.rfind(b"]")
    if end < 0 or (after := _END.match(body, end)) is None:
        return None
    found: list[T] = []
    try:
        others = json_text.decode(b"{" + body[after.end(1) :]) if after[1] else {}
        if name in others:  # a duplicate key, of which the last one counts
            return None
        for group in _groups(body, start.end(), end, _between(start[1])):
            items = read(json_text.decode_large(group))
            if items is None:
                return None
            found += items
    except Exception:  # noqa: BLE001 - any error is reported by the caller, about the whole body
        return None
    return found, others


def _groups(body: bytes, start: int, end: int, between: re.Pattern[bytes]) -> Iterator[bytes]:
    """Yield the items between *start* and *end* as JSON arrays."""
    text = memoryview(body)
    while start <= end:
        found = between.search(body, start + _GROUP, end)
        cut = end if found is None else found.start(1)
        yield b"".join((b"[", text[start:cut], b"]"))
        start = cut + 1


@cache
def _start(name: str) -> re.Pattern[bytes]:
    return re.compile(_START % re.escape(name.encode()))


def _between(key: bytes) -> re.Pattern[bytes]:
    return re.compile(_BETWEEN % re.escape(key))
