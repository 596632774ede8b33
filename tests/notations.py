"""
The notations of absent values, in which reading tests run.

A module with ``absent = every_notation`` runs with production's notation in the fast lane, and in
the lane ``slow`` with each of the others.
"""

from functools import cache
from typing import Any

import cattrs
import pytest

from sinch_numbers._core.serialization.converter import make_converter

NOTATIONS = ("omit", "null", "empty_string", "empty_object")


@pytest.fixture(params=[None, *(pytest.param(name, marks=pytest.mark.slow) for name in NOTATIONS)],
                ids=["as production", *NOTATIONS])  # fmt: skip
def every_notation(request: pytest.FixtureRequest) -> Any:
    """Return the notation in which the sandbox of a test writes absent values."""
    return request.param


@cache
def readers() -> tuple[cattrs.Converter, ...]:
    """Return a converter with generated readers, and one with those of cattrs."""
    return make_converter(), make_converter(codegen=False)
