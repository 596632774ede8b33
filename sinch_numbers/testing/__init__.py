"""
For the tests of your own code: signed events, and pytest fixtures around the sandbox.

The fixtures are there once the package is installed; see `sinch_numbers.testing.plugin`.
Nothing of it is loaded before a test asks for it.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sinch_numbers.testing.events import SignedEvent, SignedEvents

__all__ = ["SignedEvent", "SignedEvents"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from sinch_numbers.testing import events

        return getattr(events, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
