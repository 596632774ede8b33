"""An audit report as an Excel workbook: numbers, findings, costs, and charges by month."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Context
from typing import Any, Final, TypeVar

from sinch_numbers.audit import CostLine, ForecastLine, Report, Reports
from sinch_numbers.exports._columns import Column, Kind, Table
from sinch_numbers.exports._finding_rows import PROJECT_FINDINGS, project_findings
from sinch_numbers.exports._number_rows import NUMBERS
from sinch_numbers.exports._output import Destination, opened
from sinch_numbers.exports._xlsx_rows import Workbook
from sinch_numbers.models import ActiveNumber

T = TypeVar("T")
_EXCEL: Final = Context(prec=15)
"""The digits of Excel's numbers: a monthly cost may be a third of a price."""
_OfProject = tuple[str, T]
"""A project ID, and one of the project's lines."""


def _line(read: Callable[[Any], Any]) -> Callable[[_OfProject[Any]], Any]:
    return lambda one: read(one[1])


_KIND: Final[tuple[Column[Any], ...]] = (
    Column("currency_code", Kind.TEXT, _line(lambda line: line.currency_code)),
    Column("region_code", Kind.TEXT, _line(lambda line: line.region_code)),
    Column("type", Kind.TEXT, _line(lambda line: line.type)),
    Column("numbers", Kind.COUNT, _line(lambda line: line.numbers)),
)
_PROJECT: Final[Column[Any]] = Column("project_id", Kind.TEXT, lambda one: one[0])
_COSTS: Final[Table[_OfProject[CostLine]]] = Table(
    "costs",
    (
        _PROJECT,
        *_KIND,
        Column("monthly", Kind.AMOUNT, _line(lambda line: _EXCEL.plus(line.monthly))),
    ),
)
_FORECAST: Final[Table[_OfProject[ForecastLine]]] = Table(
    "forecast",
    (
        _PROJECT,
        Column("month", Kind.DAY, _line(lambda line: line.month)),
        *_KIND,
        Column("amount", Kind.AMOUNT, _line(lambda line: _EXCEL.plus(line.amount))),
    ),
)


def write_xlsx_report(
    found: Report | Reports,
    file: Destination,
    *,
    numbers: Iterable[ActiveNumber] | None = None,
    mode: int | None = None,
    force: bool = False,
) -> None:
    """
    Write an audit report to *file* as an Excel workbook.

    It has one sheet each for findings, costs, and the forecast of charges; with *numbers*, such
    as those of a list, the first sheet has them. Cells are typed as by `write_xlsx`.

    *file* is an open binary file or a path. The file at a path is replaced as by `output_file`,
    with *mode* and *force*.

    Raises the errors of `write_xlsx`.

    Args:
        found: The report of a project, or the reports of several.
        file: An open binary file or a path.
        numbers: The numbers of the first sheet (default: no such sheet).
        mode: Permissions of a new file, as for `output_file`.
        force: Whether to replace the target of a symlink, or a file of another user.

    Raises:
        InvalidArgumentError: A text or number does not fit into a cell, as for `write_xlsx`.
        MissingExtraError: XlsxWriter is missing, which the extra ``xlsx`` installs.
        OutputFileError: The file cannot be written.

    Example::

        write_xlsx_report(await audit(client), "audit.xlsx")
    """
    with opened(file, mode, force) as binary:
        book = Workbook(binary)
        with book.discarding():
            if numbers is not None:
                book.sheet(NUMBERS).write(numbers)
            book.sheet(PROJECT_FINDINGS).write(project_findings(found))
            book.sheet(_COSTS).write(_of(found, lambda report: report.costs.lines))
            book.sheet(_FORECAST).write(_of(found, lambda report: report.forecast.lines))
            book.close()


def _of(
    found: Report | Reports, lines: Callable[[Report], Iterable[T]]
) -> Iterator[_OfProject[T]]:
    for report in found.reports if isinstance(found, Reports) else (found,):
        for line in lines(report):
            yield report.project_id, line
