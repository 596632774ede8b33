"""Escaping of untrusted text for terminals, spreadsheets, and HTML pages."""

import unicodedata
from typing import Final

# Zero-width joiners only change how adjacent characters are drawn; names and emoji need them.
_JOINERS: Final = frozenset("\u200c\u200d")
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


def _unsafe(character: str) -> bool:
    return character not in _JOINERS and unicodedata.category(character) in _UNSAFE


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
