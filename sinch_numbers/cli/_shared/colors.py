"""
Whether output has colors and styles.

The first of these decides: ``--no-color``; ``NO_COLOR``; ``CLICOLOR_FORCE`` and ``FORCE_COLOR``;
``CLICOLOR=0``; ``TERM=dumb``; whether the stream is a terminal. Empty variables don't count, and
``0`` in those that force colors doesn't.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

_DISABLED: Final = ContextVar("disabled", default=False)


@contextmanager
def option_scope() -> Iterator[None]:
    """Limit the effect of `disable` to one command line."""
    token = _DISABLED.set(False)
    try:
        yield
    finally:
        _DISABLED.reset(token)


def disable() -> None:
    """Apply ``--no-color``."""
    _DISABLED.set(True)


def enabled(stream: Any) -> bool:
    """Whether text on *stream* may have colors and styles."""
    if _DISABLED.get() or os.environ.get("NO_COLOR"):
        return False
    if any(os.environ.get(name, "0") not in ("", "0") for name in _FORCING):
        return True
    if os.environ.get("CLICOLOR") == "0" or os.environ.get("TERM") == "dumb":
        return False
    return bool(stream.isatty())


_FORCING: Final = ("CLICOLOR_FORCE", "FORCE_COLOR")


def console_options(stream: Any) -> dict[str, Any]:
    """Return the arguments of a rich console on *stream* that decide about its colors."""
    if not enabled(stream):
        return {"color_system": None, "no_color": True}
    return {"color_system": "auto", "no_color": False, "force_terminal": True}
