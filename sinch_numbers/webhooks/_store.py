"""Memory of a receiver: known events, and the latest timestamp per topic."""

import time
from collections import OrderedDict
from datetime import datetime
from typing import Protocol

__all__ = ["EventStore", "MemoryStore"]


class EventStore(Protocol):
    """
    Remembers events, so that what comes twice is handled once.

    Write one on top of your database to remember across restarts and processes; `claim` has
    to be atomic then. What fails in it makes the service send the event again.
    """

    async def claim(self, event_id: str) -> bool:
        """Remember *event_id*; return whether it was not remembered before."""
        ...

    async def forget(self, event_id: str) -> None:
        """Forget *event_id*: it was not handled, and may come again."""
        ...

    async def newest(self, topic: str) -> datetime | None:
        """Return the time of the latest news of *topic*, ``None`` when there was none."""
        ...

    async def advance(self, topic: str, moment: datetime) -> None:
        """Note that there was news of *topic* from *moment*; an older moment changes nothing."""
        ...


class MemoryStore:
    """
    Remembers in this process, and not for ever.

    The oldest are forgotten when there are more than *limit*, or after *lifetime* seconds.
    """

    def __init__(self, *, limit: int = 100_000, lifetime: float = 86_400.0) -> None:
        self._limit = limit
        self._lifetime = lifetime
        self._claimed: OrderedDict[str, float] = OrderedDict()
        self._newest: OrderedDict[str, datetime] = OrderedDict()

    async def claim(self, event_id: str) -> bool:
        """Remember *event_id*; return whether it was not remembered before."""
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
        """Forget *event_id*."""
        self._claimed.pop(event_id, None)

    async def newest(self, topic: str) -> datetime | None:
        """Return the time of the latest news of *topic*."""
        return self._newest.get(topic)

    async def advance(self, topic: str, moment: datetime) -> None:
        """Note that there was news of *topic* from *moment*."""
        known = self._newest.pop(topic, moment)
        self._newest[topic] = max(known, moment)
        if len(self._newest) > self._limit:
            self._newest.popitem(last=False)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {len(self._claimed)} events>"
