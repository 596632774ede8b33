r"""
CSV cells: text that no spreadsheet evaluates or changes, and that can be read back exactly.

Text that a spreadsheet would evaluate as a formula gets an apostrophe in front. Control
characters, and blanks at either end, are escaped, for example as ``\n`` and ``\x20``. A backslash
is only escaped where it would otherwise be read as part of an escape.
"""

import re
from typing import Final

from sinch_numbers._core.escaping import printable
from sinch_numbers.errors import InvalidArgumentError

_DELIMITERS: Final = "\t,;|:!#$%&*/?@^_~"
"""Punctuation, except what is a part of quotes, formulas, numbers, and times."""
# Some spreadsheets strip leading whitespace, and some accept full-width signs. With an apostrophe
# already in front, another one is added, so that reading removes only that.
_FORMULA: Final = re.compile(r"'*\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
# Fast path: most cells.
_PLAIN: Final = re.compile(r"[A-Za-z0-9](?:[^\\]*[^\\ ])?")
_ESCAPE: Final = re.compile(r"\\(?:(\\)|([tnr])|x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8}))")
_LETTERS: Final = {"t": "\t", "n": "\n", "r": "\r"}


def valid_delimiter(delimiter: object, argument: str = "delimiter") -> str:
    """Return *delimiter* if it is one character that can separate cells."""
    if isinstance(delimiter, str) and len(delimiter) == 1 and delimiter in _DELIMITERS:
        return delimiter
    raise InvalidArgumentError(
        argument, f"a tab, or one of {' '.join(_DELIMITERS[1:])}", delimiter
    )


def escape(text: str) -> str:
    """Return *text* as the content of a cell, on one line."""
    if text.isascii() and text.isprintable() and _PLAIN.fullmatch(text):
        return text
    shown = printable(text)
    if _unescape(shown) != text:
        shown = printable(text.replace("\\", "\\\\"))
    trimmed = shown.rstrip()
    shown = trimmed + _blanks(shown[len(trimmed) :])
    if _FORMULA.match(text):
        return f"'{shown}"
    trimmed = shown.lstrip()
    return _blanks(shown[: len(shown) - len(trimmed)]) + trimmed


def unescape(cell: str) -> str:
    """Return the text that `escape` converted to *cell*."""
    text = _unescape(cell)
    return text[1:] if text.startswith("'") and _FORMULA.match(text, 1) else text


def _unescape(cell: str) -> str:
    return _ESCAPE.sub(_character, cell) if "\\" in cell else cell


def _character(found: re.Match[str]) -> str:
    backslash, letter, *codes = found.groups()
    if backslash:
        return "\\"
    if letter:
        return _LETTERS[letter]
    code = int(next(code for code in codes if code), 16)
    character = chr(code) if code <= 0x10FFFF else ""
    # Only those that `escape` writes: other sequences are text.
    escaped = character and (character.isspace() or printable(character) != character)
    return character if escaped else found[0]


def _blanks(blanks: str) -> str:
    return "".join(
        f"\\x{ord(one):02x}" if ord(one) < 0x100 else f"\\u{ord(one):04x}" for one in blanks
    )
