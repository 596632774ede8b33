"""The store of a durable receiver, as the global options name it."""

import os

from sinch_numbers.cli._shared.errors import ExitCode, fail
from sinch_numbers.cli._shared.session import Settings, default_path, named_store
from sinch_numbers.store import SQLiteStore
from sinch_numbers.webhooks import EventStore


def event_store(settings: Settings) -> EventStore:
    """Open the store of a receiver, which must exist."""
    if settings.no_store:
        fail("the events of a receiver are in its store: leave out --no-store", ExitCode.USAGE)
    store = named_store(settings) or SQLiteStore(default_path())
    # A mistyped path would create an empty store, which has no events.
    if isinstance(store, SQLiteStore) and not store.path.exists():
        fail(f"no store at {store.path}: name that of the receiver with --store", ExitCode.USAGE)
    where = settings.store or os.environ.get("SINCH_STORE") or default_path()
    return EventStore(where)
