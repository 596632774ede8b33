"""Properties: a few examples in the fast lane, all of them in `slow`."""

import functools
import inspect
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings

QUICK = 100


def rule(
    examples: int, *, few: int = QUICK, explore: bool = False, **strategies: Any
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """
    Turn a function into a property test; the fast lane tries *few* of its *examples*.

    The examples are derived from the function itself, so each run tries the same ones. With
    *explore* the run in `slow` draws different examples each time; Hypothesis prints how to
    repeat a failure. Other arguments of the function are fixtures.
    """

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        # Without a deadline: the time of one example depends on the load of the machine.
        runs = {
            few: settings(max_examples=few, derandomize=True, deadline=None),
            examples: settings(
                max_examples=examples, derandomize=not explore, deadline=None, print_blob=True
            ),
        }

        @functools.wraps(function)
        def test(examples: int, **fixtures: Any) -> None:
            runs[examples](given(**strategies)(function))(**fixtures)

        own = inspect.Parameter("examples", inspect.Parameter.KEYWORD_ONLY)
        fixtures = [
            parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
            for name, parameter in inspect.signature(function).parameters.items()
            if name not in strategies
        ]
        test.__signature__ = inspect.Signature([own, *fixtures])  # type: ignore[attr-defined]  # pytest reads it
        params = [
            pytest.param(few, id=f"{few} examples"),
            pytest.param(examples, id=f"{examples} examples", marks=pytest.mark.slow),
        ]
        return pytest.mark.parametrize("examples", params)(test)

    return decorate
