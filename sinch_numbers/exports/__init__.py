"""
Export numbers and audit reports: CSV, JSON, JSON Lines, Markdown, Parquet, Excel and HTML::

    write_csv(report.findings, "findings.csv", FINDINGS)
    write_html(report, "audit.html", mode=0o640)

Parquet needs the extra ``parquet``, Excel ``xlsx``, and HTML ``html``.
"""

from sinch_numbers.exports._arrow import schema_of, to_arrow
from sinch_numbers.exports._columns import Column, Kind, Table
from sinch_numbers.exports._csv_reading import read_csv
from sinch_numbers.exports._csv_rows import CsvWriter, write_csv
from sinch_numbers.exports._finding_rows import FINDINGS, PROJECT_FINDINGS, project_findings
from sinch_numbers.exports._formats import require
from sinch_numbers.exports._html.render import write_html
from sinch_numbers.exports._json_lines import (
    JsonArrayWriter,
    JsonLinesWriter,
    write_json_array,
    write_json_lines,
)
from sinch_numbers.exports._json_report import write_json, write_report_lines
from sinch_numbers.exports._markdown_rows import MarkdownWriter, write_markdown
from sinch_numbers.exports._model_columns import projection, table_of
from sinch_numbers.exports._notifications import (
    NotificationResult,
    NotifyOn,
    NotifyOnInput,
    check_notification_urls,
    send_notifications,
)
from sinch_numbers.exports._number_rows import NUMBERS
from sinch_numbers.exports._output import output_file
from sinch_numbers.exports._parquet_rows import ParquetWriter, write_parquet
from sinch_numbers.exports._report_lines import report_lines
from sinch_numbers.exports._rows import BinaryFile, RowWriter
from sinch_numbers.exports._summary import markdown_summary, write_summary
from sinch_numbers.exports._xlsx_report import write_xlsx_report
from sinch_numbers.exports._xlsx_rows import XlsxWriter, write_xlsx

__all__ = [
    "FINDINGS",
    "NUMBERS",
    "PROJECT_FINDINGS",
    "BinaryFile",
    "Column",
    "CsvWriter",
    "JsonArrayWriter",
    "JsonLinesWriter",
    "Kind",
    "MarkdownWriter",
    "NotificationResult",
    "NotifyOn",
    "NotifyOnInput",
    "ParquetWriter",
    "RowWriter",
    "Table",
    "XlsxWriter",
    "check_notification_urls",
    "markdown_summary",
    "output_file",
    "project_findings",
    "projection",
    "read_csv",
    "report_lines",
    "require",
    "schema_of",
    "send_notifications",
    "table_of",
    "to_arrow",
    "write_csv",
    "write_html",
    "write_json",
    "write_json_array",
    "write_json_lines",
    "write_markdown",
    "write_parquet",
    "write_report_lines",
    "write_summary",
    "write_xlsx",
    "write_xlsx_report",
]
