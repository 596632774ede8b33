"""The prose of the package is plain engineering English; the allowances only shrink."""

from collections import Counter

import pytest
from english import MARKERS, files, found, words

ALLOWED = {
    "there is none": 52,
    "whoever, whatever": 23,
    "tell, told": 60,
    "sentence that starts with What or Who": 48,
    "hear, heard": 3,
    "of its own": 36,
    "goes again": 8,
    "in doubt": 8,
    "nobody, somebody": 18,
    "is to be": 34,
    "in the end": 3,
    "what came of it": 4,
    "moment": 22,
    "held against": 2,
    "anew": 4,
    "once more": 4,
    "let be": 1,
    "likewise": 2,
}
"""How often a marker may occur in the package; 0 for all others."""

COUNTS = Counter(marker for marker, *_ in found(files([])))


@pytest.mark.parametrize("marker", MARKERS)
def test_phrases_to_avoid(marker: str) -> None:
    """
    No phrase becomes more frequent.

    ``python tests/english.py`` prints the places. If a count has fallen, lower its allowance.
    """
    assert ALLOWED.get(marker, 0) == COUNTS[marker]


def test_the_markers_are_found() -> None:
    """The counter reads docstrings, comments, and messages: tens of thousands of words."""
    assert words(files([])) > 30_000
