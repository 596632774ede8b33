"""Output: tables for people, or one JSON object per line for programs."""

import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

import attrs
from rich.console import Console, Group, RenderableType

from sinch_numbers._core.atomic_files import OutputFile
from sinch_numbers._core.serialization.jsonable import line, plain
from sinch_numbers.cli._shared.colors import console_options
from sinch_numbers.cli._shared.streams import writing_stdout
from sinch_numbers.cli._views import tables
from sinch_numbers.models import ActiveNumber, explanations

_READABLE: Final = 120
_UNBOUNDED: Final = 100_000


class PlainConsole(Console):
    """Console without markup, which raises `BrokenPipeError` instead of exiting."""

    def on_broken_pipe(self) -> None:
        """Raise `BrokenPipeError`; the base class would exit the process."""
        raise BrokenPipeError


def stdout_console() -> Console:
    """
    Return the console that writes to stdout.

    If stdout isn't a terminal, rows are never wrapped, since other programs read them.
    """
    fixed = sys.stdout.isatty() or "COLUMNS" in os.environ
    return PlainConsole(
        file=sys.stdout,
        markup=False,
        emoji=False,
        highlight=False,
        width=None if fixed else _UNBOUNDED,
        **console_options(sys.stdout),
    )


def _text_console(text: io.StringIO) -> Console:
    """Return a console that writes unwrapped rows without colors to *text*."""
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
    """Return the maximum width of a paragraph on *console*."""
    return min(console.width, _READABLE)


def is_bounded(console: Console) -> bool:
    """Whether *console* has the width of a terminal; pipes and files have none."""
    return console.width < _UNBOUNDED


@attrs.frozen(kw_only=True)
class Output:
    """
    Writes the results of a command to stdout or to a *file*.

    Error codes and failure states are explained: below a table, each code once, and in the field
    ``explanations`` of a JSON object.
    """

    as_json: bool
    file: OutputFile | None = None
    _explained: set[str] = attrs.field(factory=set, init=False)

    def one(self, value: object, shown: RenderableType) -> None:
        """Write a single *value*; *shown* is its form for people."""
        if self.as_json:
            self.json(value)
        else:
            self.show(Group(shown, *self._advice([value])))

    def many(self, values: Sequence[object], shown: RenderableType) -> None:
        """Write *values*, one JSON object per line; *shown* is their form for people."""
        if self.as_json:
            self.json(*values)
        else:
            self.show(Group(shown if values else "No results.", *self._advice(values)))

    def page(self, numbers: Sequence[ActiveNumber], *, first: bool) -> None:
        """Write one page of a longer list; only the first page has a heading."""
        if self.as_json:
            self.json(*numbers)
        elif first and not numbers:
            self.show("No matching numbers.")
        else:
            advice = list(self._advice(numbers))
            self.draw(
                lambda console: Group(
                    tables.active_numbers(numbers, width=console.width, heading=first), *advice
                )
            )

    def show(self, shown: RenderableType) -> None:
        """Write *shown* for people."""
        self.draw(lambda _: shown)

    def draw(self, drawn: Callable[[Console], RenderableType]) -> None:
        """Write the output for people, which *drawn* renders to fit a console."""
        if self.file is None:
            console = stdout_console()
            rendered = drawn(console)
            with writing_stdout():
                console.print(rendered)
            return
        text = io.StringIO()
        console = _text_console(text)
        console.print(drawn(console))
        rows = text.getvalue().removesuffix("\n").split("\n")
        self.file.write("".join(f"{row.rstrip()}\n" for row in rows))

    def json(self, *values: object) -> None:
        """Write *values* as JSON, one per line."""
        text = "".join(f"{explained_line(value)}\n" for value in values)
        if self.file is not None:
            self.file.write(text)
            return
        with writing_stdout():
            sys.stdout.write(text)
            sys.stdout.flush()

    def _advice(self, values: Iterable[object]) -> Iterator[RenderableType]:
        """Yield a line for each error code in *values* that was not explained before."""
        for value in values:
            for why in explanations(value):
                if why.code not in self._explained:
                    self._explained.add(why.code)
                    yield tables.safe(why)


def explained_line(value: object) -> str:
    """Return *value* as one line of JSON, with explanations of the error codes in it."""
    if found := explanations(value):
        return line({**plain(value), "explanations": found})
    return line(value)
