"""
For the tests of your own code: signed events, and pytest fixtures around the sandbox.

The fixtures are there once the package is installed; see `sinch_numbers.testing.plugin`.
Nothing of it is loaded before a test asks for it.
"""

from sinch_numbers.testing.events import SignedEvent, SignedEvents

__all__ = ["SignedEvent", "SignedEvents"]
