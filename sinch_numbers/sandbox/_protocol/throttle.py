"""Rate limiting."""

import time

__all__ = ["Bucket"]


class Bucket:
    """
    Token bucket: *room* requests at once, refilled at *rate* per second.

    It uses real time even when the sandbox's clock stands still, so that a caller that waits
    gets through.
    """

    def __init__(self, rate: float, room: float) -> None:
        self._rate = rate
        self._room = room
        self._left = room
        self._filled = time.monotonic()

    def take(self) -> bool:
        """Take a token; return whether one was available."""
        now = time.monotonic()
        self._left = min(self._room, self._left + (now - self._filled) * self._rate)
        self._filled = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
