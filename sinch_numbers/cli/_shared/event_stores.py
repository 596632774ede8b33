"""The store of a durable receiver, as the global options name it."""

from sinch_numbers.cli._shared.errors import ExitCode, fail
from sinch_numbers.cli._shared.session import Settings, default_path, named_store, store_name
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
    named = store_name(settings)
    return EventStore(default_path() if named is None else named[0])
