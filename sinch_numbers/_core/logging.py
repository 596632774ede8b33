"""The package's logger, the variable ``SINCH_LOG``, and masking of phone numbers in messages."""

import logging
import os
import re
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from sinch_numbers._core.escaping import printable, quoted

logger: Final = logging.getLogger("sinch_numbers")
logger.addHandler(logging.NullHandler())

_VARIABLE: Final = "SINCH_LOG"
_LEVELS: Final = ("debug", "info", "warning", "error")
_NUMBER: Final = re.compile(r"\+[0-9]+(?=[0-9]{4})")


def masked(text: object) -> str:
    """
    Return *text* with phone numbers masked except for their last four digits.

    Control characters are escaped, so a server's message cannot forge a log line.
    """
    hidden = _NUMBER.sub("+***", str(text))
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in hidden)


def _write(text: str) -> None:
    with suppress(OSError, ValueError, AttributeError):  # closed, or `None` without a console
        sys.stderr.write(text)
        sys.stderr.flush()


class StderrHandler(logging.Handler):
    """Log handler that writes safe lines to stderr, which a progress bar may replace."""

    def __init__(self, write: Callable[[str], object] = _write) -> None:
        super().__init__()
        self._write = write
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Write *record* as one line."""
        self._write(f"{printable(self.format(record))}\n")


def log_to_stderr(value: str | None) -> None:
    """Show the log on stderr, from the level *value* on; warn if it isn't a level."""
    level = (value or "").strip().lower()
    if not level:
        return
    if level not in _LEVELS:
        warnings.warn(
            f"{_VARIABLE}: expected {', '.join(_LEVELS[:-1])} or {_LEVELS[-1]}, "
            f"got {quoted(level)}; no log is shown",
            RuntimeWarning,
            stacklevel=2,
        )
        return
    logger.setLevel(level.upper())
    if not any(isinstance(handler, StderrHandler) for handler in logger.handlers):
        handler = StderrHandler()
        handler.addFilter(_unless_configured)
        logger.addHandler(handler)


def _unless_configured(_: logging.LogRecord) -> bool:
    """Whether the application has no handler that gets the records, too."""
    return not (logger.propagate and logging.root.handlers)


# A library configures no logging unless asked to; the variable asks for it.
log_to_stderr(os.environ.get(_VARIABLE))
