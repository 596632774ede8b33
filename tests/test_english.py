"""The prose of the package is plain engineering English."""

import pytest
from english import files, found, words

pytestmark = pytest.mark.slow


def test_no_phrase_to_avoid_occurs() -> None:
    """No marker is found, in docstrings, comments, and messages: tens of thousands of words."""
    everything = files([])
    assert [] == list(found(everything))
    assert words(everything) > 30_000
