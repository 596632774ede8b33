"""
Lists of a command: where their items go, and in which format.

Without ``--output``, a list goes to stdout: as a table, or as JSON. Each ``--output`` is a file
whose suffix selects the format, or ``-`` for stdout. Files are opened before anything is sent, and
appear once the list is complete.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

import attrs
import typer

from sinch_numbers._core.pages_in_order import read_in_order
from sinch_numbers._core.pagination import Page, Pager
from sinch_numbers.audit import Progress
from sinch_numbers.cli._shared import output_files, progress
from sinch_numbers.cli._shared.list_options import ChosenColumns, chosen_columns, sorting
from sinch_numbers.cli._shared.options import CsvForm, file_rule
from sinch_numbers.cli._shared.output import Form, Output, StdoutFile, compact, explained_line
from sinch_numbers.cli._shared.output_files import OutputFile
from sinch_numbers.cli._shared.streams import flush_stdout, write_stderr
from sinch_numbers.cli._shared.table_printer import TablePrinter
from sinch_numbers.cli._views.lists import ListView, chosen_view
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


class _Array(JsonArrayWriter):
    """An array of items as they are printed."""

    def __init__(self, file: BinaryFile, encode: Callable[[Any], str]) -> None:
        super().__init__(file)
        self._encode = encode

    def encoded(self, value: object) -> str:
        return self._encode(value)


class _Lines(JsonLinesWriter):
    """Lines of items as they are printed."""

    def __init__(self, file: BinaryFile, encode: Callable[[Any], str]) -> None:
        super().__init__(file)
        self._encode = encode

    def encoded(self, value: object) -> str:
        return self._encode(value)


@attrs.frozen
class ItemForm(Generic[T]):
    """The form of the items of a list in files, and as JSON."""

    table: Table[T]
    encode: Callable[[T], str]
    """Return an item as one line of JSON."""
    csv: CsvForm


MakeWriter = Callable[[BinaryFile, ItemForm[Any]], RowWriter[Any]]
"""Starts writing a list to a file."""

FORMATS: Final[Mapping[str, MakeWriter]] = {
    ".csv": lambda file, form: CsvWriter(
        file, form.table, delimiter=form.csv.delimiter, bom=form.csv.bom
    ),
    ".json": lambda file, form: _Array(file, form.encode),
    ".jsonl": lambda file, form: _Lines(file, form.encode),
    ".md": lambda file, form: MarkdownWriter(file, form.table),
    ".parquet": lambda file, form: ParquetWriter(file, form.table),
    ".xlsx": lambda file, form: XlsxWriter(file, form.table),
}
"""Writers of lists, by suffix."""


@attrs.frozen
class Listing(Generic[T]):
    """The options of a command that lists, checked."""

    view: ListView[T]
    files: Sequence[OutputFile[MakeWriter]]
    stdout: bool
    csv: CsvForm = CsvForm()
    columns: ChosenColumns[T] | None = None
    sort: Callable[[Sequence[T]], list[T]] | None = None
    limit: int | None = None
    keep: Callable[[T], bool] | None = None
    """Whether an item is listed, for filters that the API does not have."""

    @property
    def api_limit(self) -> int | None:
        """Return the limit of each request's list; ``None`` if all items must be read."""
        return self.limit if self.sort is None and self.keep is None else None

    @contextmanager
    def opened(self, output: Output) -> "Iterator[Rows[T]]":
        """Open the files of the list, which are complete if the block succeeds."""
        form = self._form()
        with ExitStack() as stack:
            writers: list[tuple[Path | None, RowWriter[T]]] = [
                (file.path, stack.enter_context(file.write(binary, form)))
                for file, binary in stack.enter_context(output_files.opened(self.files))
            ]
            if self.stdout:
                writers.append((None, self._on_stdout(output, form)))
            rows = Rows(self, writers)
            try:
                yield rows
            except KeyboardInterrupt as error:
                if self.files:
                    error.add_note("no file was written: run the same command again")
                raise
            rows.close()
        if self.stdout and output.form is Form.TEXT:
            rows.print_count()

    def _form(self) -> ItemForm[T]:
        if self.columns is None:
            return ItemForm(self.view.table, self.view.encode or explained_line, self.csv)
        project = self.columns.project
        return ItemForm(self.columns.table, lambda item: compact(project(item)), self.csv)

    def _on_stdout(self, output: Output, form: ItemForm[T]) -> RowWriter[T]:
        if output.form is Form.JSON:
            return _Array(StdoutFile(), form.encode)
        if output.form is Form.JSONL:
            return _Lines(StdoutFile(), form.encode)
        if self.columns is not None:
            return TablePrinter(chosen_view(self.view, self.columns.table), output)
        return TablePrinter(self.view, output)


class _EnoughError(Exception):
    """The limit of a list is reached."""


class Rows(Generic[T]):
    """The items of a list, on their way to files and stdout."""

    def __init__(
        self, listing: Listing[T], writers: Sequence[tuple[Path | None, RowWriter[T]]]
    ) -> None:
        self._listing = listing
        self._writers = writers
        self._waiting: list[T] = []
        self._written = 0
        self._read = 0
        self._total: int | None = 0
        self._report_progress: Progress | None = None

    def add(self, items: Sequence[T]) -> None:
        """Add *items*: those that the filters keep, up to the limit, or later in their order."""
        self._read += len(items)
        if self._listing.keep is not None:
            items = [item for item in items if self._listing.keep(item)]
        if self._listing.sort is not None:
            self._waiting += items
            return
        self._write(items)

    async def read(self, *pagers: Pager[T]) -> None:
        """Add all items of *pagers*, in their order; several are read concurrently."""
        begun: set[int] = set()

        def take(number: int, page: Page[T]) -> None:
            if number not in begun:
                begun.add(number)
                known = self._total is not None and page.total_size is not None
                self._total = (self._total or 0) + (page.total_size or 0) if known else None
            self.add(page.items)
            if self._report_progress is not None:
                self._report_progress("Reading", self._read, self._total)
            if self._is_full:
                raise _EnoughError

        streams = self._listing.stdout and self._listing.sort is None
        with progress.shown(beside_output=streams) as report_progress, suppress(_EnoughError):
            self._report_progress = report_progress
            await read_in_order(pagers, take)

    @property
    def _is_full(self) -> bool:
        limit = self._listing.limit
        return self._listing.sort is None and limit is not None and self._written >= limit

    def _write(self, items: Sequence[T]) -> None:
        if self._listing.limit is not None:
            items = items[: self._listing.limit - self._written]
        if not items:
            return
        self._written += len(items)
        for path, writer in self._writers:
            with output_files.unsupported_values(path):
                writer.write(items)
        flush_stdout()  # a reader of the pipe gets complete pages

    def close(self) -> None:
        """Complete all files."""
        if self._listing.sort is not None:
            self._write(self._listing.sort(self._waiting))
        for path, writer in self._writers:
            with output_files.unsupported_values(path):
                writer.close()

    def print_count(self) -> None:
        """Print how many of all items are listed, if stderr is a terminal."""
        if self._written and sys.stderr.isatty():
            total = max(self._total or 0, self._read)
            write_stderr(f"{self._written:,} of {total:,}\n")


def listing(
    context: typer.Context,
    view: ListView[T],
    *,
    output: Sequence[Path] | None,
    force: bool,
    columns: Sequence[Sequence[str]] | None = None,
    sort: Sequence[Sequence[str]] | None = None,
    limit: int | None = None,
    keep: Callable[[T], bool] | None = None,
) -> Listing[T]:
    """Check the options of a command that lists; exit if one is invalid."""
    rule = file_rule(context, force=force, files=output or ())
    return Listing(
        view,
        output_files.files(output, FORMATS, rule, context.obj.form),
        stdout=output_files.includes_stdout(output),
        csv=context.obj.csv,
        columns=chosen_columns(view.model, columns),
        sort=sorting(view.model, sort),
        limit=limit,
        keep=keep,
    )
