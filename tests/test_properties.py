"""A property is checked with few examples in the fast lane, and with many in ``slow``."""

import pytest
from hypothesis import strategies as st
from properties import rule


def test_a_property_is_checked_in_both_lanes():
    """With few examples in the fast lane, and many in ``slow``; fixtures are passed on."""
    seen = []

    @rule(20, few=5, number=st.integers())
    def prop(number, other):
        seen.append((number, other))

    (mark,) = prop.pytestmark
    assert [(5,), (20,)] == [param.values for param in mark.args[1]]
    assert ["slow"] == [mark.name for mark in mark.args[1][1].marks]
    prop(examples=5, other="fixture")
    assert 5 == len(seen)
    assert {"fixture"} == {other for _, other in seen}
    first = list(seen)
    seen.clear()
    prop(examples=5, other="fixture")
    assert first == seen


def test_a_property_that_fails_says_so():
    """The failure comes through as it is."""

    @rule(20, few=5, number=st.integers())
    def prop(number):
        raise LookupError("found it")

    with pytest.raises(LookupError, match="found it"):
        prop(examples=5)
