"""Output: tables for people, or one JSON object a line for programs."""

import os
import sys
from collections.abc import Sequence
from typing import Final

import attrs
from rich.console import Console, RenderableType

from sinch_numbers.cli import tables
from sinch_numbers.cli.plain import line
from sinch_numbers.models import ActiveNumber

_READABLE: Final = 120
_UNBOUNDED: Final = 1000


class PlainConsole(Console):
    """A console that takes nothing in a text for markup, and leaves a closed pipe to us."""

    def on_broken_pipe(self) -> None:
        """Raise, where the original ends the process."""
        raise BrokenPipeError


def stdout_console() -> Console:
    """
    Return the console that writes to stdout.

    Where that is no terminal, rows are never broken: other programs read them.
    """
    fixed = sys.stdout.isatty() or "COLUMNS" in os.environ
    return PlainConsole(
        file=sys.stdout,
        markup=False,
        emoji=False,
        highlight=False,
        width=None if fixed else _UNBOUNDED,
    )


def readable_width(console: Console) -> int:
    """Return how wide a paragraph may be on *console*."""
    return min(console.width, _READABLE)


@attrs.frozen(kw_only=True)
class Output:
    """Shows what a command found."""

    as_json: bool

    def one(self, value: object, shown: RenderableType) -> None:
        """Show a single *value*: *shown* is what people see of it."""
        if self.as_json:
            self.json(value)
        else:
            stdout_console().print(shown)

    def many(self, values: Sequence[object], shown: RenderableType) -> None:
        """Show *values*, an object a line for programs: *shown* is what people see."""
        if self.as_json:
            self.json(*values)
        else:
            stdout_console().print(shown if values else "Nothing fits.")

    def page(self, numbers: Sequence[ActiveNumber], *, first: bool) -> None:
        """Show a page of a list that goes on; only the first one has a heading."""
        if self.as_json:
            self.json(*numbers)
        elif first and not numbers:
            stdout_console().print("Nothing fits.")
        else:
            console = stdout_console()
            console.print(tables.active_numbers(numbers, width=console.width, heading=first))

    def json(self, *values: object) -> None:
        """Write *values* as JSON, each on a line of its own."""
        sys.stdout.write("".join(f"{line(value)}\n" for value in values))
        sys.stdout.flush()
