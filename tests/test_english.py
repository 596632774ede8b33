"""The prose of the package is plain engineering English; the allowances only shrink."""

from collections import Counter

import pytest
from english import MARKERS, files, found, words

ALLOWED = {
    "there is none": 34,
    "whoever, whatever": 5,
    "tell, told": 14,
    "sentence that starts with What or Who": 23,
    "hear, heard": 1,
    "of its own": 11,
    "goes again": 6,
    "in doubt": 8,
    "nobody, somebody": 8,
    "is to be": 15,
    "in the end": 2,
    "what came of it": 1,
    "moment": 4,
    "anew": 2,
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
