"""Chaos tests: frequent faults, and results compared with the sandbox's ledger."""

import sys
from pathlib import Path

import pytest

# The designs are scripts, too, so they import each other by their bare names. Appended, so
# that nothing is shadowed.
sys.path.append(str(Path(__file__).parent))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
