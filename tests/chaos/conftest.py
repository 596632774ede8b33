"""Chaos tests: many faults and kills; results are compared with the sandbox's ledger."""

import sys
from pathlib import Path

import pytest

# The designs are also scripts, so they import each other as top-level modules. Appended, so
# that no other module is shadowed.
sys.path.append(str(Path(__file__).parent))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
