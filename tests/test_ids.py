"""Test ids are readable, and the same in every process, so that tests can be distributed."""

import pytest
from case_ids import LONGEST, readable_id


class Thing:
    """An object whose `repr` holds its address."""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param({"a": 1, "b": {"c": [None]}}, "a=1, b=(c=(None))", id="a mapping"),
        pytest.param({"b", "a", "c"}, "a, b, c", id="a set"),
        pytest.param({}, "empty dict", id="an empty mapping"),
        pytest.param([b"\x00", "\x1b", "é"], r"\x00, \x1b, \xe9", id="control characters"),
        pytest.param([Thing()], "Thing", id="an object in a list"),
        pytest.param(Thing(), "Thing", id="an object"),
        pytest.param(ValueError("a bug"), "ValueError(a bug)", id="an exception"),
        pytest.param(lambda: None, "value", id="a lambda"),
        pytest.param(len, None, id="a function"),
        pytest.param("text", None, id="a text"),
        pytest.param(0.1, None, id="a float"),
        pytest.param(None, None, id="nothing"),
    ],
)
def test_values_have_readable_ids(value: object, expected: str | None) -> None:
    """Of their contents, without addresses; ``None`` leaves the id to pytest."""
    assert expected == readable_id(value, "value")


def test_long_values_are_cut() -> None:
    """An id fits on a line."""
    assert "x" * (LONGEST - 3) + "..." == readable_id(["x" * 100], "value")
