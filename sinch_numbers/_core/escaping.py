"""Escaping of untrusted text for terminals, spreadsheets, and HTML pages."""

import unicodedata
from collections.abc import Sequence
from typing import Final

# Zero-width joiners only change how adjacent characters are drawn; names and emoji need them.
_JOINERS: Final = frozenset("\u200c\u200d")
_SHORT: Final = 80
"""Characters of a value that a message shows."""
_GAP: Final = "..."
_UNSAFE: Final = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))


def printable(text: object) -> str:
    """
    Return *text* on one line, with terminal control characters escaped.

    Escaped are control characters, line breaks, bidirectional controls, zero-width characters,
    and lone surrogates.
    """
    text = str(text)
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escaped(character) if _unsafe(character) else character for character in text)


def shortened(text: str, limit: int = _SHORT) -> str:
    """Return *text*, without its middle if it is longer than *limit*; both ends stay visible."""
    if len(text) <= limit:
        return text
    end = (limit - len(_GAP)) // 2
    return f"{text[: limit - len(_GAP) - end]}{_GAP}{text[-end:]}"


def joined(names: Sequence[str]) -> str:
    """Return *names* as an enumeration: ``a, b and c``."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def quoted(value: object, limit: int = _SHORT) -> str:
    """Return the repr of *value*, shortened; never raises."""
    try:
        if isinstance(value, str | bytes | list | tuple) and len(value) > 2 * limit:
            # Cut first: the repr of a str of 10 MB takes another 10 MB.
            value = value[:limit] + value[-limit:]  # type: ignore[operator]  # of one type
        return shortened(repr(value), limit)
    except Exception:  # noqa: BLE001 - of the caller's class, or an int of too many digits
        return f"a value of type {type(value).__name__}"


def _unsafe(character: str) -> bool:
    return character not in _JOINERS and unicodedata.category(character) in _UNSAFE


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
