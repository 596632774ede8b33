r"""
Visible differences: escapes of invisible and look-alike characters.

Many characters look like others: decomposed letters, dashes, blanks, digits and letters of other
scripts. `visible` escapes those that never show, `contrast` also those in which two texts differ.
"""

import unicodedata
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import islice, takewhile
from typing import Final

import attrs

from sinch_numbers._core.escaping import printable

_IDEOGRAPHIC_SPACE: Final = "\u3000"
_JOINERS: Final = frozenset("\u200c\u200d")
_SHAPELESS: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters, marks, and symbols that are drawn as a blank, or not at all."""
_ATTACHED: Final = frozenset(("Mn", "Me", "Cf"))
_LONGEST: Final = 300
"""Characters that are aligned, which takes quadratic time: 0.1 s for this many."""
_SHOWN: Final = 3

# Shapes by the Latin letter, digit, or sign. NFKC covers full-width, mathematical and ligated
# forms, and `unicodedata` the digits and dashes.
_SIMILAR: Final = {
    "A": "\u0391\u0410", "B": "\u0392\u0412", "C": "\u0421", "E": "\u0395\u0415", "G": "\u050c",
    "H": "\u0397\u041d", "I": "\u0399\u0406\u04c0", "J": "\u0408", "K": "\u039a\u041a",
    "M": "\u039c\u041c", "N": "\u039d", "O": "\u039f\u041e\u0555", "P": "\u03a1\u0420",
    "Q": "\u051a", "S": "\u0405\u054f", "T": "\u03a4\u0422", "U": "\u054d", "V": "\u0474",
    "W": "\u051c", "X": "\u03a7\u0425", "Y": "\u03a5\u04ae", "Z": "\u0396",
    "a": "\u0251\u03b1\u0430", "c": "\u0441", "d": "\u0501", "e": "\u0435", "g": "\u0261\u0581",
    "h": "\u04bb\u0570", "i": "\u0131\u0269\u03b9\u0456", "j": "\u0237\u0458\u0575",
    "k": "\u03ba", "l": "\u01c0\u04cf", "n": "\u0578", "o": "\u03bf\u043e\u0585",
    "p": "\u03c1\u0440", "q": "\u051b\u0566", "s": "\u0455", "u": "\u03c5\u057d",
    "v": "\u03bd\u0475", "w": "\u03c9\u051d", "x": "\u03c7\u0445", "y": "\u03b3\u0443",
    "3": "\u0417", "6": "\u0431", "-": "\u02d7\u2043\u2212\u2500\u30fc",
    "'": "`\u00b4\u02bc\u2018\u2019\u2032\u2035\u055a", '"': "\u201c\u201d\u201e\u2033",
    "/": "\u2044\u2215\u29f8", "\\": "\u2216\u29f5", ":": "\u02d0\u05c3\u2236\ua789",
    "!": "\u01c3", "*": "\u2217", "~": "\u223c", "|": "\u2223", ",": "\u201a",
    "\u00b7": "\u2022\u2219\u22c5",
}  # fmt: skip
_SHAPES: Final = {other: shape for shape, others in _SIMILAR.items() for other in others}
_ASCII: Final = str.maketrans("I1|0`", "lllO'")
"""Characters of ASCII that many fonts draw alike."""


_Cluster = tuple[int, str]
"""A character with the marks attached to it, and its position."""


@attrs.frozen
class Contrast:
    """Two texts, escaped so that they look different if they are."""

    one: str
    other: str
    hint: str = ""
    """The code points that look alike, if there are any."""


def visible(text: object, *, ends: bool = True) -> str:
    """
    Return *text* on one line, with all characters escaped that a screen doesn't show.

    Escaped are, besides those of `printable`, decomposed letters, blanks other than the space and
    the ideographic space, characters without a shape, spaces after a space, and with *ends*
    spaces at either end.
    """
    text = str(text)
    plain = text.isascii() and text.isprintable() and "  " not in text
    if plain and (not ends or text == text.strip(" ")):
        return text
    return "".join(_escaped(text, frozenset(), ends))


def contrast(one: str, other: str) -> Contrast:
    """
    Escape two texts as `visible` does, and also look-alike characters that differ.

    Backslashes are doubled, so that no text looks like an escape.
    """
    pairs = [] if one == other else list(_alike(one, other))
    hints = list(dict.fromkeys(f"{_named(a)} and {_named(b)}" for _, _, a, b in pairs))
    more = ", ..." if len(hints) > _SHOWN else ""
    marked = frozenset(first for first, _, _, _ in pairs), frozenset(pair[1] for pair in pairs)
    return Contrast(
        "".join("\\\\" if part == "\\" else part for part in _escaped(one, marked[0])),
        "".join("\\\\" if part == "\\" else part for part in _escaped(other, marked[1])),
        f"look alike: {', '.join(islice(hints, _SHOWN))}{more}" if hints else "",
    )


def _escaped(text: str, marked: frozenset[int], ends: bool = True) -> Iterator[str]:
    """Yield *text* with escapes, also in the clusters that start at *marked*."""
    start, end = 0, len(text)
    if ends:
        end = len(text.rstrip(" "))
        start = min(len(text) - len(text.lstrip(" ")), end)
    for place, cluster in _clusters(text):
        decomposed = not unicodedata.is_normalized("NFC", cluster)
        for index, character in enumerate(cluster, place):
            if character == " ":
                hidden = not start <= index < end or text[index - 1 : index] == " "
            elif character.isascii():
                hidden = not character.isprintable()
            else:
                hidden = decomposed or place in marked or _is_hidden(text, index)
            yield _code(character) if hidden else character


def _is_hidden(text: str, index: int) -> bool:
    character = text[index]
    if character in _JOINERS:  # between letters of some scripts, and in emoji
        around = text[max(index - 1, 0) : index], text[index + 1 : index + 2]
        return any(not one or one.isascii() for one in around)
    if unicodedata.category(character) == "Zs":
        return character != _IDEOGRAPHIC_SPACE
    return character in _SHAPELESS or printable(character) != character


def _code(character: str) -> str:
    return "\\x20" if character == " " else character.encode("unicode_escape").decode("ascii")


def _clusters(text: str) -> Iterator[_Cluster]:
    """Yield the characters of *text* with the marks attached to them, and their positions."""
    start = 0
    for index in range(1, len(text) + 1):
        if index == len(text) or not _is_attached(text[index]):
            yield start, text[start:index]
            start = index


def _is_attached(character: str) -> bool:
    if character.isascii():
        return False
    is_jamo = "\u1160" <= character <= "\u11ff"  # vowels and final consonants of Hangul
    return is_jamo or unicodedata.category(character) in _ATTACHED or character in _SHAPELESS


def _alike(one: str, other: str) -> Iterator[tuple[int, int, str, str]]:
    """Yield the clusters that look alike and are not the same, with their positions."""
    if one.isascii() and other.isascii():
        if one.translate(_ASCII) == other.translate(_ASCII):
            for index, (a, b) in enumerate(zip(one, other, strict=True)):
                if a != b:
                    yield index, index, a, b
        return
    left, right = map(_shapes, _different(list(_clusters(one)), list(_clusters(other))))
    matcher = SequenceMatcher(
        None, [shape for shape, _, _ in left], [shape for shape, _, _ in right], autojunk=False
    )
    for block in matcher.get_matching_blocks():
        for offset in range(block.size):
            _, first, a = left[block.a + offset]
            _, second, b = right[block.b + offset]
            if a != b:
                yield first, second, a, b


def _different(one: list[_Cluster], other: list[_Cluster]) -> tuple[list[_Cluster], ...]:
    """Return the clusters after the common beginning and before the common end, up to a limit."""
    start = sum(1 for _ in takewhile(_is_same, zip(one, other, strict=False)))
    one, other = one[start:], other[start:]
    ends = zip(reversed(one), reversed(other), strict=False)
    end = sum(1 for _ in takewhile(_is_same, ends))
    return one[: len(one) - end][:_LONGEST], other[: len(other) - end][:_LONGEST]


def _is_same(pair: tuple[_Cluster, _Cluster]) -> bool:
    return pair[0][1] == pair[1][1]


def _shapes(clusters: list[_Cluster]) -> list[tuple[str, int, str]]:
    """Return the shape of each cluster, one character an entry, with position and cluster."""
    return [(shape, place, cluster) for place, cluster in clusters for shape in _shape(cluster)]


def _shape(cluster: str) -> str:
    shown = "".join(
        one for one in cluster if unicodedata.category(one) != "Cf" and one not in _SHAPELESS
    )
    return "".join(map(_drawn, unicodedata.normalize("NFKC", shown))).translate(_ASCII)


def _drawn(character: str) -> str:
    if character.isascii():
        return character
    if (digit := unicodedata.digit(character, None)) is not None:
        return str(digit)
    category = unicodedata.category(character)
    if category in ("Pd", "Zs"):
        return "-" if category == "Pd" else " "
    return _SHAPES.get(character, character)


def _named(cluster: str) -> str:
    codes = " ".join(f"U+{ord(character):04X}" for character in cluster)
    name = unicodedata.name(cluster, "") if len(cluster) == 1 else ""
    return f"{codes} {name}".rstrip()
