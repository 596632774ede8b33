"""
The notations of absent values, in which reading tests run.

A module with ``absent = every_notation`` runs with production's notation in the fast lane, and in
the lane ``slow`` with each of the others.
"""

from typing import Any

import pytest

NOTATIONS = ("omit", "null", "empty_string", "empty_object")


@pytest.fixture(params=[None, *(pytest.param(name, marks=pytest.mark.slow) for name in NOTATIONS)],
                ids=["as production", *NOTATIONS])  # fmt: skip
def every_notation(request: pytest.FixtureRequest) -> Any:
    """Return the notation in which the sandbox of a test writes absent values."""
    return request.param
