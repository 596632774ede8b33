"""Escaping of values in messages: one line, shortened in the middle."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinch_numbers._core.escaping import joined, quoted, shortened


@given(st.text(max_size=300), st.integers(min_value=10, max_value=200))
def test_a_shortened_text_shows_both_ends(text: str, limit: int) -> None:
    """A text within the limit is unchanged; a longer one has exactly the limit."""
    short = shortened(text, limit)

    if len(text) <= limit:
        assert text == short
    else:
        end = (limit - 3) // 2
        assert limit == len(short)
        assert "..." == short[-end - 3 : -end]
        assert text.startswith(short[: -end - 3])
        assert text.endswith(short[-end:])


@given(st.one_of(st.text(max_size=200), st.binary(max_size=200), st.lists(st.integers())))
def test_a_quoted_value_is_its_shortened_repr(value: Any) -> None:
    """Cutting the value first makes no difference to what is shown."""
    assert shortened(repr(value), 40) == quoted(value, 40)


class _Broken:
    def __repr__(self) -> str:
        raise ZeroDivisionError


class _Text(str):
    __slots__ = ()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (_Broken(), "a value of type _Broken"),
        (10**5000, "a value of type int"),
        ([_Broken()], "a value of type list"),
        (_Text("x" * 500), f"'{'x' * 38}...{'x' * 37}'"),
        ("\udc80\n", "'\\udc80\\n'"),
    ],
    ids=["broken repr", "too many digits", "broken item", "subclass of str", "lone surrogate"],
)
def test_every_value_can_be_quoted(value: object, expected: str) -> None:
    """Making the text of an error must not raise another one."""
    assert expected == quoted(value)


@pytest.mark.parametrize(
    ("names", "expected"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
    ids=len,
)
def test_names_are_enumerated(names: list[str], expected: str) -> None:
    """With commas, and the last one with "and"."""
    assert expected == joined(names)
