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
        """
        Store *event_id*; return whether it is new.

        Called by the package.

        Args:
            event_id: ID of the event.
        """
        ...

    async def forget(self, event_id: str) -> None:
        """
        Remove *event_id*: it was not handled, and would be accepted again.

        Called by the package.

        Args:
            event_id: ID of the event.
        """
        ...

    async def newest(self, topic: str) -> datetime | None:
        """
        Return the time of the newest event of *topic*, ``None`` if there isn't one.

        Called by the package.

        Args:
            topic: The number and kind of provisioning.
        """
        ...

    async def advance(self, topic: str, timestamp: datetime) -> None:
        """
        Record the time of an event of *topic*, unless a newer one is known.

        Called by the package.

        Args:
            topic: The number and kind of provisioning.
            timestamp: The time of the event.
        """
        ...


class MemoryStore:
    """
    In-memory deduplication store with a size limit.

    The oldest entries are removed when there are more than *limit*, or after *lifetime* seconds.

    Args:
        limit: Maximum number of event ids.
        lifetime: Seconds after which an event id is removed.

    Example::

        receiver = Receiver(print, "s" * 32, store=MemoryStore(limit=10_000))
    """

    def __init__(self, *, limit: int = 100_000, lifetime: float = 86_400.0) -> None:
        self._limit = limit
        self._lifetime = lifetime
        self._claimed: OrderedDict[str, float] = OrderedDict()
        self._newest: OrderedDict[str, datetime] = OrderedDict()

    async def claim(self, event_id: str) -> bool:
        """
        Store *event_id*; return whether it is new.

        Called by the package.

        Args:
            event_id: ID of the event.
        """
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
        """
        Remove *event_id*.

        Called by the package.

        Args:
            event_id: ID of the event.
        """
        self._claimed.pop(event_id, None)

    async def newest(self, topic: str) -> datetime | None:
        """
        Return the time of the newest event of *topic*.

        Called by the package.

        Args:
            topic: The number and kind of provisioning.
        """
        return self._newest.get(topic)

    async def advance(self, topic: str, timestamp: datetime) -> None:
        """
        Record the time of an event of *topic*, unless a newer one is known.

        Called by the package.

        Args:
            topic: The number and kind of provisioning.
            timestamp: The time of the event.
        """
        known = self._newest.pop(topic, timestamp)
        self._newest[topic] = max(known, timestamp)
        if len(self._newest) > self._limit:
            self._newest.popitem(last=False)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {len(self._claimed)} events>"
