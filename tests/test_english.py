"""The prose of the package is plain engineering English."""

from collections import Counter

import pytest
from english import MARKERS, files, found, words

COUNTS = Counter(marker for marker, *_ in found(files([])))


@pytest.mark.parametrize("marker", MARKERS)
def test_phrases_to_avoid(marker: str) -> None:
    """No phrase occurs; ``python tests/english.py`` prints the places."""
    assert 0 == COUNTS[marker]


def test_the_markers_are_found() -> None:
    """The counter reads docstrings, comments, and messages: tens of thousands of words."""
    assert words(files([])) > 30_000
