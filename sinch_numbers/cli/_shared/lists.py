"""
Lists of a command: where their items go, and in which format.

Without ``--output``, a list goes to stdout: as a table, or as JSON. Each ``--output`` is a file
whose suffix selects the format, or ``-`` for stdout. Files are opened before anything is sent, and
appear once the list is complete.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

import attrs
import typer
from rich.console import Group

from sinch_numbers._core.pagination import Pager
from sinch_numbers.cli._shared import output_files, progress
from sinch_numbers.cli._shared.options import CsvForm, file_rule
from sinch_numbers.cli._shared.output import Form, Output, StdoutFile, explained_line
from sinch_numbers.cli._shared.output_files import OutputFile
from sinch_numbers.cli._shared.session import Session
from sinch_numbers.cli._shared.streams import flush_stdout
from sinch_numbers.cli._views.lists import ListView
from sinch_numbers.exports import (
    BinaryFile,
    CsvWriter,
    JsonArrayWriter,
    JsonLinesWriter,
    MarkdownWriter,
    ParquetWriter,
    RowWriter,
    Table,
    XlsxWriter,
)

T = TypeVar("T")

MakeWriter = Callable[[BinaryFile, Table[Any], CsvForm], RowWriter[Any]]
"""Starts writing a list to a file."""


class _Array(JsonArrayWriter):
    """An array of items as they are printed: with explanations of error codes."""

    def encoded(self, value: object) -> str:
        return explained_line(value)


class _Lines(JsonLinesWriter):
    """Lines of items as they are printed: with explanations of error codes."""

    def encoded(self, value: object) -> str:
        return explained_line(value)


FORMATS: Final[Mapping[str, MakeWriter]] = {
    ".csv": lambda file, table, csv: CsvWriter(file, table, delimiter=csv.delimiter, bom=csv.bom),
    ".json": lambda file, _table, _csv: _Array(file),
    ".jsonl": lambda file, _table, _csv: _Lines(file),
    ".md": lambda file, table, _csv: MarkdownWriter(file, table),
    ".parquet": lambda file, table, _csv: ParquetWriter(file, table),
    ".xlsx": lambda file, table, _csv: XlsxWriter(file, table),
}
"""Writers of lists, by suffix."""


@attrs.frozen
class Listing(Generic[T]):
    """The options of a command that lists, checked."""

    view: ListView[T]
    files: Sequence[OutputFile[MakeWriter]]
    stdout: bool
    csv: CsvForm = CsvForm()

    @contextmanager
    def opened(self, session: Session) -> "Iterator[Rows[T]]":
        """Open the files of the list, which are complete if the block succeeds."""
        with ExitStack() as stack:
            writers: list[tuple[Path | None, RowWriter[T]]] = [
                (file.path, stack.enter_context(file.write(binary, self.view.table, self.csv)))
                for file, binary in stack.enter_context(output_files.opened(self.files))
            ]
            if self.stdout:
                writers.append((None, _on_stdout(self.view, session.output)))
            rows = Rows[T](writers, streams=self.stdout)
            try:
                yield rows
            except KeyboardInterrupt as error:
                if self.files:
                    error.add_note("no file was written: run the same command again")
                raise
            rows.close()


@attrs.frozen
class Rows(Generic[T]):
    """The items of a list, on their way to files and stdout."""

    _writers: Sequence[tuple[Path | None, RowWriter[T]]]
    _streams: bool = False
    """Whether items are printed as they arrive."""

    def add(self, items: Sequence[T]) -> None:
        """Add *items*."""
        for path, writer in self._writers:
            with output_files.unsupported_values(path):
                writer.write(items)
        flush_stdout()  # a reader of the pipe gets complete pages

    async def read(self, pager: Pager[T]) -> None:
        """Add all items of *pager*, page by page, and show the progress."""
        done = 0
        with progress.shown(beside_output=self._streams) as tell:
            async for page in pager.pages():
                if page.items:
                    self.add(page.items)
                done += len(page.items)
                if tell is not None:
                    tell("Reading", done, page.total_size)

    def close(self) -> None:
        """Complete all files."""
        for path, writer in self._writers:
            with output_files.unsupported_values(path):
                writer.close()


def listing(
    context: typer.Context,
    view: ListView[T],
    *,
    output: Sequence[Path] | None,
    force: bool,
) -> Listing[T]:
    """Check the options of a command that lists; exit if one is invalid."""
    rule = file_rule(context, force=force, files=output or ())
    files = output_files.files(output, FORMATS, rule, context.obj.form)
    return Listing(view, files, stdout=output_files.includes_stdout(output), csv=context.obj.csv)


def _on_stdout(view: ListView[T], output: Output) -> RowWriter[T]:
    if output.form is Form.TEXT:
        return _Drawn(view, output)
    make = _Array if output.form is Form.JSON else _Lines
    return make(StdoutFile())


class _Drawn(Generic[T]):
    """A list as a table on stdout: by page, if its pages have the same columns."""

    def __init__(self, view: ListView[T], output: Output) -> None:
        self._view = view
        self._output = output
        self._items: list[T] = []
        self._begun = False

    def write(self, items: Iterable[T]) -> None:
        found = list(items)
        draw = self._view.by_page
        if draw is None:
            self._items += found
            return
        first, self._begun = not self._begun, True
        advice = list(self._output.advice(found))
        self._output.draw(
            lambda console: Group(draw(found, width=console.width, heading=first), *advice)
        )

    def close(self) -> None:
        if self._items:
            advice = list(self._output.advice(self._items))
            self._output.show(Group(self._view.drawn(self._items), *advice))
        elif not self._begun:
            self._output.show(self._view.empty)

    def __enter__(self) -> "_Drawn[T]":
        return self

    def __exit__(self, *_: object) -> None:
        pass
