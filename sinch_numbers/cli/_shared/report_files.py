"""Formats of audit reports, by suffix."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from sinch_numbers._core.atomic_files import BinaryOutput
from sinch_numbers.audit import Report, Reports
from sinch_numbers.cli._shared.output import Form, StdoutFile
from sinch_numbers.cli._shared.output_files import OutputFile, unsupported_values
from sinch_numbers.cli._shared.streams import flush_stdout
from sinch_numbers.exports import (
    PROJECT_FINDINGS,
    BinaryFile,
    project_findings,
    write_csv,
    write_html,
    write_json,
    write_parquet,
    write_report_lines,
    write_summary,
)

WriteReport = Callable[[Report | Reports, BinaryFile, Sequence[str]], None]
"""Writes the results of an audit; the last argument names the complete files."""

REPORTS: Final[Mapping[str, WriteReport]] = {
    ".html": lambda found, file, others: write_html(found, file, also_in=others),
    ".json": lambda found, file, _: write_json(found, file),
    ".jsonl": lambda found, file, _: write_report_lines(found, file),
    ".csv": lambda found, file, _: write_csv(project_findings(found), file, PROJECT_FINDINGS),
    ".md": lambda found, file, _: write_summary(found, file),
    ".parquet": lambda found, file, _: write_parquet(
        project_findings(found), file, PROJECT_FINDINGS
    ),
}
"""Writers of an audit, by suffix."""


def save_report(
    found: Report | Reports, files: Sequence[tuple[OutputFile[WriteReport], BinaryOutput]]
) -> None:
    """Write the results of an audit to all of *files*."""
    names = [file.path for file, _ in files]
    whole = [name.name for name in names if name.suffix.lower() != ".html"]
    for file, binary in files:
        with unsupported_values(file.path):
            file.write(found, binary, whole)


def print_report(found: Report | Reports, form: Form) -> None:
    """Write the results of an audit to stdout, as JSON or JSON Lines."""
    if form is Form.JSON:
        write_json(found, StdoutFile())
    else:
        write_report_lines(found, StdoutFile())
    flush_stdout()
