"""Deduplication in memory: the ids of received events, and the newest event of each topic."""

import time
from collections import OrderedDict
from datetime import datetime
from typing import Protocol

__all__ = ["DeduplicationStore", "MemoryStore"]


class DeduplicationStore(Protocol):
    """
    Store of event ids, so that duplicates are handled once.

    The events themselves wait in memory, and are lost with the process: for durable events, use an
    `EventStore`. If `claim` raises, the service sends the event again.
    """

    async def claim(self, event_id: str) -> bool:
        """Store *event_id*; return whether it is new."""
        ...

    async def forget(self, event_id: str) -> None:
        """Remove *event_id*: it was not handled, and would be accepted again."""
        ...

    async def newest(self, topic: str) -> datetime | None:
        """Return the time of the newest event of *topic*, ``None`` if there isn't one."""
        ...

    async def advance(self, topic: str, moment: datetime) -> None:
        """Record the time of an event of *topic*, unless a newer one is known."""
        ...


class MemoryStore:
    """
    In-memory deduplication store with a size limit.

    The oldest entries are removed when there are more than *limit*, or after *lifetime* seconds.
    """

    def __init__(self, *, limit: int = 100_000, lifetime: float = 86_400.0) -> None:
        self._limit = limit
        self._lifetime = lifetime
        self._claimed: OrderedDict[str, float] = OrderedDict()
        self._newest: OrderedDict[str, datetime] = OrderedDict()

    async def claim(self, event_id: str) -> bool:
        """Store *event_id*; return whether it is new."""
        now = time.monotonic()
        claimed = self._claimed
        while claimed and now - next(iter(claimed.values())) > self._lifetime:
            claimed.popitem(last=False)
        if event_id in claimed:
            return False
        claimed[event_id] = now
        if len(claimed) > self._limit:
            claimed.popitem(last=False)
        return True

    async def forget(self, event_id: str) -> None:
        """Remove *event_id*."""
        self._claimed.pop(event_id, None)

    async def newest(self, topic: str) -> datetime | None:
        """Return the time of the newest event of *topic*."""
        return self._newest.get(topic)

    async def advance(self, topic: str, moment: datetime) -> None:
        """Record the time of an event of *topic*, unless a newer one is known."""
        known = self._newest.pop(topic, moment)
        self._newest[topic] = max(known, moment)
        if len(self._newest) > self._limit:
            self._newest.popitem(last=False)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {len(self._claimed)} events>"
