"""Output on stdout: tables for people, or JSON for programs: one document, or lines."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from typing import Any, Final

import attrs
from rich.console import Console, Group, RenderableType

from sinch_numbers._core.serialization.jsonable import plain
from sinch_numbers.cli._shared.colors import console_options
from sinch_numbers.cli._shared.streams import writing_stdout
from sinch_numbers.cli._views import tables
from sinch_numbers.models import explanations

_READABLE: Final = 120
_UNBOUNDED: Final = 100_000


class Form(Enum):
    """The global format of stdout."""

    TEXT = "text"
    """Tables and sentences for people."""
    JSON = "json"
    """One JSON document: an object, or an array of a list's items."""
    JSONL = "jsonl"
    """One JSON object per line."""


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


def readable_width(console: Console) -> int:
    """Return the maximum width of a paragraph on *console*."""
    return min(console.width, _READABLE)


class StdoutFile:
    """Stdout as the binary file of a writer of ASCII; failures raise `StdoutError`."""

    def write(self, data: bytes, /) -> int:
        """Write *data*."""
        with writing_stdout():
            sys.stdout.write(data.decode("ascii"))
        return len(data)


def is_bounded(console: Console) -> bool:
    """Whether *console* has the width of a terminal; pipes and files have none."""
    return console.width < _UNBOUNDED


@attrs.frozen(kw_only=True)
class Output:
    """
    Writes the results of a command to stdout.

    Error codes and failure states are explained: below a table, each code once, and in the field
    ``explanations`` of a JSON object.
    """

    form: Form = Form.TEXT
    _explained: set[str] = attrs.field(factory=set, init=False)

    @property
    def as_json(self) -> bool:
        """Whether programs read the output."""
        return self.form is not Form.TEXT

    def one(self, value: object, shown: RenderableType) -> None:
        """Write a single *value*; *shown* is its form for people."""
        if self.as_json:
            self.json(value)
        else:
            self.show(Group(shown, *self.advice([value])))

    def many(self, values: Sequence[object], shown: RenderableType) -> None:
        """Write all *values* of a list; *shown* is their form for people."""
        if self.form is Form.JSONL:
            self.json(*values)
        elif self.form is Form.JSON:
            items = ",\n".join(map(explained_line, values))
            self._write(f"[\n{items}\n]\n" if values else "[]\n")
        else:
            self.show(Group(shown if values else "No results.", *self.advice(values)))

    def show(self, shown: RenderableType) -> None:
        """Write *shown* for people."""
        self.draw(lambda _: shown)

    def draw(self, drawn: Callable[[Console], RenderableType]) -> None:
        """Write the output for people, which *drawn* renders to fit a console."""
        console = stdout_console()
        rendered = drawn(console)
        with writing_stdout():
            if sys.stdout.isatty():
                console.print(rendered)
                return
            with console.capture() as captured:  # tables are padded, which programs don't expect
                console.print(rendered)
            rows = captured.get().removesuffix("\n").split("\n")
            sys.stdout.write("".join(f"{row.rstrip()}\n" for row in rows))

    def json(self, *values: object) -> None:
        """Write *values* as JSON, one per line."""
        self._write("".join(f"{explained_line(value)}\n" for value in values))

    def advice(self, values: Iterable[object]) -> Iterator[RenderableType]:
        """Yield a line for each error code in *values* that was not explained before."""
        for value in values:
            for why in explanations(value):
                if why.code not in self._explained:
                    self._explained.add(why.code)
                    yield tables.safe(why)

    def _write(self, text: str) -> None:
        with writing_stdout():
            sys.stdout.write(text)
            sys.stdout.flush()


def explained(value: object) -> Any:
    """Return *value* with the API's names, and explanations of the error codes in it."""
    data = plain(value, names="api")
    if found := explanations(value):
        return {**data, "explanations": plain(found, names="api")}
    return data


def explained_line(value: object) -> str:
    """Return `explained` as one line of JSON."""
    return compact(explained(value))


def compact(data: object) -> str:
    """Return JSON-ready *data* as one line of ASCII."""
    return json.dumps(data, separators=(",", ":"))
