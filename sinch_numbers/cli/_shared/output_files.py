"""Output files of a command; the suffix determines the format."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, Generic, TypeVar

import attrs
import typer

from sinch_numbers._core.atomic_files import BinaryOutput
from sinch_numbers.audit import Report, Reports
from sinch_numbers.cli._shared.errors import ExitCode, fail
from sinch_numbers.cli._shared.options import FileRule, Target
from sinch_numbers.errors import InvalidArgumentError, MissingExtraError, OutputFileError
from sinch_numbers.exports import (
    NUMBERS,
    PROJECT_FINDINGS,
    BinaryFile,
    CsvWriter,
    JsonLinesWriter,
    ParquetWriter,
    RowWriter,
    project_findings,
    require,
    write_csv,
    write_html,
    write_json,
    write_parquet,
    write_report_lines,
)
from sinch_numbers.models import ActiveNumber

T = TypeVar("T")

Complete = Callable[[Report | Reports, BinaryFile, Sequence[str]], None]
"""Writes the results of an audit; the last argument names the complete files."""

REPORTS: Final[Mapping[str, Complete]] = {
    ".html": lambda found, file, others: write_html(found, file, also_in=others),
    ".json": lambda found, file, _: write_json(found, file),
    ".jsonl": lambda found, file, _: write_report_lines(found, file),
    ".csv": lambda found, file, _: write_csv(project_findings(found), file, PROJECT_FINDINGS),
    ".parquet": lambda found, file, _: write_parquet(
        project_findings(found), file, PROJECT_FINDINGS
    ),
}
"""Writers for an audit, by suffix."""

MakeWriter = Callable[[BinaryFile], RowWriter[ActiveNumber]]
"""Starts writing a list of numbers."""

LISTS: Final[Mapping[str, MakeWriter]] = {
    ".csv": lambda file: CsvWriter(file, NUMBERS),
    ".jsonl": JsonLinesWriter,
    ".parquet": lambda file: ParquetWriter(file, NUMBERS),
}
"""Writers for a list of numbers, by suffix."""


@attrs.frozen
class Saving(Generic[T]):
    """An output file and its writer."""

    target: Target
    write: T


def savings(
    paths: Sequence[Path] | None,
    formats: Mapping[str, T],
    rule: FileRule,
) -> tuple[Saving[T], ...]:
    """Return the output file and writer for each of *paths*; exit if one is invalid."""
    found = []
    for path in paths or ():
        if path.suffix.lower() not in formats:
            raise typer.BadParameter(f"--save {path}: suffix must be one of {', '.join(formats)}")
        try:
            require(path.suffix.lower())
        except MissingExtraError as error:
            fail(str(error), ExitCode.USAGE)
        found.append(Saving(Target(path, rule.force, rule.mode), formats[path.suffix.lower()]))
    return tuple(found)


@contextmanager
def opened(savings: Sequence[Saving[T]]) -> Iterator[tuple[tuple[Saving[T], BinaryOutput], ...]]:
    """Yield each of *savings* with its file; files appear if the block succeeds."""
    with ExitStack() as stack:
        yield tuple(
            (
                saving,
                stack.enter_context(saving.target.replaced()).binary,
            )
            for saving in savings
        )


def save_report(
    found: Report | Reports, files: Sequence[tuple[Saving[Complete], BinaryOutput]]
) -> None:
    """Write the results of an audit to all of *files*."""
    names = [saving.target.path for saving, _ in files]
    whole = [name.name for name in names if name.suffix.lower() != ".html"]
    for saving, file in files:
        with _told(saving.target.path):
            saving.write(found, file, whole)


@contextmanager
def lists(
    savings: Sequence[Saving[MakeWriter]],
) -> Iterator[Callable[[Sequence[ActiveNumber]], None] | None]:
    """Yield a function that adds numbers to the files; ``None`` without *savings*."""
    with ExitStack() as stack:
        paths = [saving.target.path for saving in savings]
        writers = [
            stack.enter_context(saving.write(file))
            for saving, file in stack.enter_context(opened(savings))
        ]

        def add(numbers: Sequence[ActiveNumber]) -> None:
            for path, writer in zip(paths, writers, strict=True):
                with _told(path):
                    writer.write(numbers)

        try:
            yield add if writers else None
        except KeyboardInterrupt as error:
            if writers:
                error.add_note("no file was written: run the same command again")
            raise
        for path, writer in zip(paths, writers, strict=True):
            with _told(path):
                writer.close()


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Convert errors about unsupported values to `OutputFileError`."""
    try:
        yield
    except InvalidArgumentError as error:
        raise OutputFileError(path, error.message, begun=True) from error
