"""Lines on stderr that explain why a command waits, if stderr is a terminal."""

import sys
import time
from typing import Final

from sinch_numbers._core.escaping import printable
from sinch_numbers._core.progress import (
    OnProgress,
    ProgressEvent,
    RateLimitDelay,
    RetryDelay,
    StateWait,
)
from sinch_numbers.cli._shared.streams import write_stderr

_NOTICED: Final = 1.0
"""Seconds of a delay from which a person wonders about it."""


def shown() -> OnProgress | None:
    """Return a callback for `NumbersClient`, ``None`` if stderr isn't a terminal."""
    return WaitLines() if sys.stderr.isatty() else None


class WaitLines:
    """Prints events that a person notices, each of them once."""

    def __init__(self) -> None:
        self._explained_until = 0.0
        self._states: dict[tuple[str, str | None], str | None] = {}

    def __call__(self, event: ProgressEvent) -> None:
        """Print *event*, unless the lines before explain it."""
        if self._is_news(event):
            write_stderr(f"{printable(event.text)}\n")

    def _is_news(self, event: ProgressEvent) -> bool:
        if isinstance(event, RetryDelay | RateLimitDelay):
            # Concurrent requests wait for the same reason.
            now = time.monotonic()
            if event.seconds < _NOTICED or now < self._explained_until:
                return False
            self._explained_until = now + event.seconds
        elif isinstance(event, StateWait):
            about = event.awaited, event.subject
            if about in self._states and self._states[about] == event.state:
                return False
            self._states[about] = event.state
        return True
