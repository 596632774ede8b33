"""Properties: a few examples in the fast lane, all of them in `slow`."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings

QUICK = 100


def rule(examples: int, **strategies: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """
    Turn a function into a property test of *examples* examples, of which the fast lane tries 100.

    The examples are derived from the function itself, so each run tries the same ones.
    """

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        @pytest.mark.parametrize(
            "examples",
            [
                pytest.param(QUICK, id=f"{QUICK} examples"),
                pytest.param(examples, id=f"{examples} examples", marks=pytest.mark.slow),
            ],
        )
        def test(examples: int) -> None:
            settings(max_examples=examples)(given(**strategies)(function))()

        test.__name__ = test.__qualname__ = function.__name__
        test.__doc__ = function.__doc__
        test.__module__ = function.__module__
        return test

    return decorate
