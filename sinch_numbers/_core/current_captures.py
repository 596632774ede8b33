"""The captures of responses that are in effect, by context."""

from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sinch_numbers._core.captured import CapturedResponses

current_captures: Final[ContextVar["tuple[CapturedResponses, ...]"]] = ContextVar(
    "captures", default=()
)
"""The blocks that capture the responses of the current task."""
