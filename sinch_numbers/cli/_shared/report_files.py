"""Formats of audit reports, by suffix."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import attrs

from sinch_numbers._core.atomic_files import BinaryOutput
from sinch_numbers.audit import Report, Reports
from sinch_numbers.cli._shared.options import CsvForm
from sinch_numbers.cli._shared.output import Form, StdoutFile
from sinch_numbers.cli._shared.output_files import OutputFile, unsupported_values
from sinch_numbers.cli._shared.session import Session
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
    write_xlsx_report,
)
from sinch_numbers.models import ActiveNumber


@attrs.frozen
class Context:
    """Data of a report besides the results of its audit."""

    complete_files: Sequence[str] = ()
    """The names of the other files that have the full report."""
    numbers: Sequence[ActiveNumber] = ()
    """All numbers, for workbooks."""
    csv: CsvForm = CsvForm()


WriteReport = Callable[[Report | Reports, BinaryFile, Context], None]
"""Writes the results of an audit."""

REPORTS: Final[Mapping[str, WriteReport]] = {
    ".html": lambda found, file, more: write_html(found, file, also_in=more.complete_files),
    ".json": lambda found, file, _: write_json(found, file),
    ".jsonl": lambda found, file, _: write_report_lines(found, file),
    ".csv": lambda found, file, more: write_csv(
        project_findings(found),
        file,
        PROJECT_FINDINGS,
        delimiter=more.csv.delimiter,
        bom=more.csv.bom,
    ),
    ".md": lambda found, file, _: write_summary(found, file),
    ".parquet": lambda found, file, _: write_parquet(
        project_findings(found), file, PROJECT_FINDINGS
    ),
    ".xlsx": lambda found, file, more: write_xlsx_report(found, file, numbers=more.numbers),
}
"""Writers of an audit, by suffix."""


def save_report(
    csv: CsvForm,
    session: Session,
    found: Report | Reports,
    files: Sequence[tuple[OutputFile[WriteReport], BinaryOutput]],
) -> None:
    """Write the results of an audit to all of *files*; a workbook also has the numbers."""
    names = [file.path for file, _ in files]
    whole = [name.name for name in names if name.suffix.lower() != ".html"]
    more = Context(whole, csv=csv)
    if any(name.suffix.lower() == ".xlsx" for name in names):
        more = attrs.evolve(more, numbers=session.run(_numbers(session, found)))
    for file, binary in files:
        with unsupported_values(file.path):
            file.write(found, binary, more)


async def _numbers(session: Session, found: Report | Reports) -> list[ActiveNumber]:
    """Return the numbers of all projects that have a report, in the order of the projects."""
    reports = found.reports if isinstance(found, Reports) else (found,)
    projects = {report.project_id for report in reports}
    numbers: list[ActiveNumber] = []
    for client in session.clients:
        if client.project_id in projects:
            # An unreadable number is a finding already.
            pager = client.active_numbers.list(page_size=1000, on_unreadable=lambda _item: None)
            numbers += await pager.to_list()
    return numbers


def print_report(found: Report | Reports, form: Form) -> None:
    """Write the results of an audit to stdout, as JSON or JSON Lines."""
    if form is Form.JSON:
        write_json(found, StdoutFile())
    else:
        write_report_lines(found, StdoutFile())
    flush_stdout()
