"""
For the tests of your own code: signed events, and pytest fixtures around the sandbox.

The fixtures are there once the package is installed; see `sinch_numbers.testing.plugin`.
Nothing of it is loaded before a test asks for it.
"""

from typing import TYPE_CHECKING, Any

from sinch_numbers._core.lazy import load

if TYPE_CHECKING:
    from sinch_numbers.testing._events import SignedEvent, SignedEvents

__all__ = ["SignedEvent", "SignedEvents"]


_HOMES = dict.fromkeys(__all__, "sinch_numbers.testing._events")


def __getattr__(name: str) -> Any:
    return load(__name__, _HOMES, name)
