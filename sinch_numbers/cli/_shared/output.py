"""Output: tables for people, or one JSON object a line for programs."""

import io
import os
import sys
from collections.abc import Callable, Sequence
from typing import Final

import attrs
from rich.console import Console, RenderableType

from sinch_numbers._core.atomic_files import OutputFile
from sinch_numbers._core.serialization.jsonable import line
from sinch_numbers.cli._views import tables
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


def _text_console(text: io.StringIO) -> Console:
    """Return a console that writes to *text*: rows whole, and no colours, whoever asks."""
    return Console(
        file=text,
        markup=False,
        emoji=False,
        highlight=False,
        width=_UNBOUNDED,
        color_system=None,
        force_terminal=False,
        legacy_windows=False,
    )


def readable_width(console: Console) -> int:
    """Return how wide a paragraph may be on *console*."""
    return min(console.width, _READABLE)


@attrs.frozen(kw_only=True)
class Output:
    """Shows what a command found, on stdout or in a *file*."""

    as_json: bool
    file: OutputFile | None = None

    def one(self, value: object, shown: RenderableType) -> None:
        """Show a single *value*: *shown* is what people see of it."""
        if self.as_json:
            self.json(value)
        else:
            self.show(shown)

    def many(self, values: Sequence[object], shown: RenderableType) -> None:
        """Show *values*, an object a line for programs: *shown* is what people see."""
        if self.as_json:
            self.json(*values)
        else:
            self.show(shown if values else "Nothing fits.")

    def page(self, numbers: Sequence[ActiveNumber], *, first: bool) -> None:
        """Show a page of a list that goes on; only the first one has a heading."""
        if self.as_json:
            self.json(*numbers)
        elif first and not numbers:
            self.show("Nothing fits.")
        else:
            self.draw(
                lambda console: tables.active_numbers(numbers, width=console.width, heading=first)
            )

    def show(self, shown: RenderableType) -> None:
        """Write *shown* as people read it."""
        self.draw(lambda _: shown)

    def draw(self, drawn: Callable[[Console], RenderableType]) -> None:
        """Write what people read, which is *drawn* to fit a console."""
        if self.file is None:
            console = stdout_console()
            console.print(drawn(console))
            return
        text = io.StringIO()
        console = _text_console(text)
        console.print(drawn(console))
        rows = text.getvalue().removesuffix("\n").split("\n")
        self.file.write("".join(f"{row.rstrip()}\n" for row in rows))

    def json(self, *values: object) -> None:
        """Write *values* as JSON, each on a line of its own."""
        text = "".join(f"{line(value)}\n" for value in values)
        if self.file is not None:
            self.file.write(text)
            return
        sys.stdout.write(text)
        sys.stdout.flush()
