"""
Progress events: why a call is slow, for programs that show it to a person.

An event is reported when a wait begins. Unlike the events of an observer, which are for metrics,
these name the phone number or order that the caller asked for.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from typing import ClassVar, Final

import attrs

from sinch_numbers._core.callbacks import call_plain, plain
from sinch_numbers._core.logging import logger, masked
from sinch_numbers.models._serializable import Serializable

__all__ = ["OnProgress", "ProgressEvent"]


TOKEN_PATH: Final = "/oauth2/token"  # noqa: S105 - a path


@attrs.frozen(kw_only=True)
class ProgressEvent(Serializable, ABC):
    """The beginning of a wait; ``event.text`` describes it in one line."""

    _is_logged: ClassVar = False
    """Whether the log has a warning about the wait, with its path."""

    subject: str | None = None
    """The phone number or order ID that the wait is about, if the caller named one."""

    @property
    @abstractmethod
    def text(self) -> str:
        """The event in plain words, without phone number, secret, or text of the service."""


OnProgress = Callable[[ProgressEvent], object]
"""A function that a client calls with each wait."""


class ProgressReporter:
    """Passes events to the log and to *callback*, whose exceptions are logged."""

    def __init__(self, callback: OnProgress | None = None) -> None:
        self._callback = callback and plain(callback, "on_progress")

    def __call__(self, event: ProgressEvent) -> None:
        """Report *event*."""
        if not event._is_logged:  # noqa: SLF001 - same module
            with suppress(Exception):  # an error of a log filter must not end the call
                logger.info("waiting: %s", masked(event.text))
        if self._callback is not None:
            try:
                call_plain(self._callback, "on_progress", event)
            except Exception:  # noqa: BLE001 - the call must not fail because of its callback
                with suppress(Exception):
                    logger.exception("on_progress failed")


UNREPORTED: Final = ProgressReporter()
"""Reports to the log only."""


def duration(seconds: float) -> str:
    """Return *seconds* for display: two digits below 10, whole seconds from there."""
    return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.2g} s"
