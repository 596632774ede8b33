"""The captures of responses that are in effect, by context."""

from contextvars import ContextVar
from typing import Any, Final

# Of `CapturedResponses`, which are imported when a program captures responses.
current_captures: Final[ContextVar[tuple[Any, ...]]] = ContextVar("captures", default=())
"""The blocks that capture the responses of the current task."""
