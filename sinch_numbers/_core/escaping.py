"""Text from elsewhere, made safe to show: in a terminal, in a spreadsheet, on a page."""

import unicodedata
from typing import Final

# Joiners change how neighbours are drawn and nothing else; names and emoji need them.
_JOINERS: Final = frozenset("\u200c\u200d")
_UNSAFE: Final = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))


def printable(text: object) -> str:
    """
    Return *text* on one line, with everything escaped that would steer a terminal.

    That is control characters, line breaks, what turns the direction of writing, what has
    no width, and halves of characters.
    """
    text = str(text)
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escaped(character) if _unsafe(character) else character for character in text)


def _unsafe(character: str) -> bool:
    return character not in _JOINERS and unicodedata.category(character) in _UNSAFE


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
