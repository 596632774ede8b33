"""Stores of all kinds, empty."""

import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from sinch_numbers._core.billing.journal import OperationStore
from sinch_numbers._core.billing.memory import MemoryStore
from sinch_numbers.store import PostgresStore, SQLiteStore

sys.path.append(str(Path(__file__).parent))


@pytest.fixture
def make_store(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], OperationStore]:
    """Return a function that opens the store of the test another time."""
    kind = getattr(request, "param", "sqlite")
    if kind == "memory":
        shared = MemoryStore()
        return lambda: shared
    if kind == "sqlite":
        return lambda: SQLiteStore(tmp_path / "numbers.db")
    dsn = request.getfixturevalue("postgres_dsn")
    return lambda: PostgresStore(dsn)


@pytest.fixture
async def store(make_store: Callable[[], Any]) -> AsyncIterator[Any]:
    store = make_store()
    yield store
    await store.close()
