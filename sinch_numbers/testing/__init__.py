"""
Test helpers for your own code: signed events, pytest fixtures for a sandbox.

The fixtures are available once the package is installed; see `sinch_numbers.testing.plugin`.
Nothing is imported before a test requests a fixture.
"""

from typing import TYPE_CHECKING, Any

from sinch_numbers._core.lazy import load

if TYPE_CHECKING:
    from sinch_numbers.testing._events import SignedEvent, SignedEvents

__all__ = ["SignedEvent", "SignedEvents"]


_HOMES = dict.fromkeys(__all__, "sinch_numbers.testing._events")


def __getattr__(name: str) -> Any:
    return load(__name__, _HOMES, name)
