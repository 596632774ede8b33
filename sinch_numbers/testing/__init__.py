"""
Test helpers: signed webhook events, recordings of real calls, and pytest fixtures for a sandbox.

The fixtures are available once the package is installed; see `sinch_numbers.testing.plugin`.
Nothing is imported before a test requests a fixture.
"""

from typing import TYPE_CHECKING

from sinch_numbers._core.lazy import attach

if TYPE_CHECKING:
    from sinch_numbers.testing._comparison import *
    from sinch_numbers.testing._events import *
    from sinch_numbers.testing._recorder import *
    from sinch_numbers.testing._replayer import *
    from sinch_numbers.testing._served import *

attach(__name__)
