"""Lines on stderr that explain why a command waits, if stderr is a terminal."""

import time
from typing import Final

from sinch_numbers._core.progress import OnProgress, ProgressEvent
from sinch_numbers._core.progress_events import RateLimitDelay, RetryDelay, StateWait
from sinch_numbers.cli._shared.problems import print_line, shows_progress
from sinch_numbers.errors import APIConnectionError

_NOTICED: Final = 1.0
"""Seconds of a delay from which a person wonders about it."""


def shown() -> OnProgress | None:
    """Return a callback for `NumbersClient`, ``None`` if stderr isn't a terminal."""
    return WaitLines() if shows_progress() else None


class WaitLines:
    """Prints noticeable wait events, each of them once."""

    def __init__(self) -> None:
        self._explained_until = 0.0
        self._states: dict[tuple[str, str | None], str | None] = {}

    def __call__(self, event: ProgressEvent) -> None:
        """Print *event*, unless the lines before explain it."""
        if self._is_news(event):
            about = f"{event.subject}: " if isinstance(event, StateWait) and event.subject else ""
            print_line(f"{about}{event.text}")

    def _is_news(self, event: ProgressEvent) -> bool:
        if isinstance(event, RetryDelay | RateLimitDelay):
            # Concurrent requests wait for the same reason.
            now = time.monotonic()
            if now < self._explained_until or not _is_noticed(event):
                return False
            self._explained_until = now + event.seconds
        elif isinstance(event, StateWait):
            about = event.awaited, event.subject
            if about in self._states and self._states[about] == event.state:
                return False
            self._states[about] = event.state
        return True


def _is_noticed(event: RetryDelay | RateLimitDelay) -> bool:
    """Whether a person wonders about *event*; a connection attempt may have taken seconds."""
    unreachable = isinstance(event, RetryDelay) and isinstance(event.error, APIConnectionError)
    return unreachable or event.seconds >= _NOTICED
