"""How many requests are let through in which time."""

import time

__all__ = ["Bucket"]


class Bucket:
    """
    A token bucket: *room* requests at once, refilled at *rate* per second.

    It goes by real time even when the sandbox's clock stands still; a caller that waits
    has to get through.
    """

    def __init__(self, rate: float, room: float) -> None:
        self._rate = rate
        self._room = room
        self._left = room
        self._filled = time.monotonic()

    def take(self) -> bool:
        """Let a request through, or not."""
        now = time.monotonic()
        self._left = min(self._room, self._left + (now - self._filled) * self._rate)
        self._filled = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
