"""The command groups of the command line, which keep errors about its arguments short."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from typer.core import TyperGroup

from sinch_numbers._core.escaping import shortened

_LONGEST: Final = 600


class CommandGroup(TyperGroup):
    """A group whose errors show long arguments without their middle."""

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Parse the arguments of the group."""
        with _short_errors():
            return super().make_context(*args, **kwargs)

    def invoke(self, *args: Any, **kwargs: Any) -> Any:
        """Parse the arguments of a command, and run it."""
        with _short_errors():
            return super().invoke(*args, **kwargs)


@contextmanager
def _short_errors() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        # Typer's exceptions have a text; their classes are not public.
        if isinstance(message := getattr(error, "message", None), str):
            error.message = shortened(message, _LONGEST)  # type: ignore[attr-defined]  # checked
        raise
