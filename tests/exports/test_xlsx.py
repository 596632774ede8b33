"""Excel workbooks: typed cells, text that stays text, limits of Excel, and sheets of a report."""

import io
import tempfile
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from products import every

from sinch_numbers import ActiveNumber
from sinch_numbers._core.serialization.converter import load
from sinch_numbers.audit import Finding, Report, Reports
from sinch_numbers.errors import InvalidArgumentError, OutputFileError
from sinch_numbers.exports import (
    NUMBERS,
    XlsxWriter,
    _xlsx_rows,
    table_of,
    write_xlsx,
    write_xlsx_report,
)

HOSTILE = [
    *("=1+1", "+1", "-1", "@SUM(A1)", "'=1", "007", "1e5", "true", "#N/A", "{=1}", "=cmd|'/c'!A"),
    *(
        "https://example.com",
        "a\nb",
        "\x1b[31m",
        "_x0041_",
        "a\ufffeb",
        "\ud800",
        "Zo\u00eb 受付 👩",
    ),
]


def number(**more: Any) -> ActiveNumber:
    return load(
        {
            "phoneNumber": "+12025550134",
            "money": {"currencyCode": "EUR", "amount": "2.50"},
            "paymentIntervalMonths": 1,
            "nextChargeDate": "2026-12-22T23:58:12.5+02:00",
            **more,
        },
        ActiveNumber,
    )


def sheets(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def written(values: Any, table: Any = NUMBERS) -> Any:
    file = io.BytesIO()
    write_xlsx(values, file, table)
    return sheets(file.getvalue())


def cells(sheet: Any, row: int = 2) -> dict[str, Any]:
    header = [cell.value for cell in sheet[1]]
    return dict(zip(header, sheet[row], strict=True))


def test_cells_are_typed() -> None:
    """Numbers are text, money has the format of its currency, and dates are dates in UTC."""
    (sheet,) = written([number()]).worksheets
    row = cells(sheet)

    assert ("+12025550134", "s") == (row["phone_number"].value, row["phone_number"].data_type)
    assert (2.5, "[$EUR] #,##0.00################") == (
        row["amount"].value,
        row["amount"].number_format,
    )
    assert 1 == row["payment_interval_months"].value
    charge = row["next_charge_date"]
    assert "2026-12-22T21:58:12.500000" == charge.value.isoformat()
    assert charge.is_date
    assert "UTC" in charge.number_format
    assert row["expire_at"].value is None


def test_a_sheet_is_ready_to_use() -> None:
    """The heading is frozen and bold and has filters, and columns fit their texts."""
    (sheet,) = written([number(displayName="x" * 200, callbackUrl="y" * 30)]).worksheets

    assert ("numbers", "A2") == (sheet.title, sheet.freeze_panes)
    assert f"A1:{sheet.cell(2, sheet.max_column).coordinate}" == sheet.auto_filter.ref
    assert sheet["A1"].font.bold
    widths = {cell.value: sheet.column_dimensions[cell.column_letter].width for cell in sheet[1]}
    assert 13 < widths["phone_number"] < 20
    assert 60 < widths["display_name"] < 62
    assert 31 <= widths["callback_url"] < 35


def test_text_is_never_evaluated() -> None:
    """Any text is a text cell in the format of text, with control characters escaped."""
    file = io.BytesIO()
    table = table_of(ActiveNumber, ["phoneNumber", "displayName"])
    write_xlsx([ActiveNumber("+12025550134", display_name=name) for name in HOSTILE], file, table)

    with zipfile.ZipFile(io.BytesIO(file.getvalue())) as archive:
        xml = b"".join(archive.read(name) for name in archive.namelist() if "sheet" in name)
    assert b"<f>" not in xml
    assert b"hyperlink" not in xml
    (sheet,) = sheets(file.getvalue()).worksheets
    shown = [row[1] for row in sheet.iter_rows(min_row=2)]
    assert {("s", "@")} == {(cell.data_type, cell.number_format) for cell in shown}
    plain = [name for name in HOSTILE if name.isprintable() and name != "_x0041_"]
    assert plain == [cell.value for cell in shown if cell.value in plain]
    assert {r"a\nb", r"\x1b[31m", r"a\ufffeb", r"\ud800"} <= {cell.value for cell in shown}


def test_a_text_is_not_unescaped_by_excel() -> None:
    """``_x0041_`` in a text would be read as ``A``: its underscore is escaped in the file."""
    file = io.BytesIO()
    write_xlsx([number(displayName="_x0041_")], file, NUMBERS)

    with zipfile.ZipFile(io.BytesIO(file.getvalue())) as archive:
        assert b"_x005F_x0041_" in archive.read("xl/worksheets/sheet1.xml")


@every(
    ("field", "value"),
    [
        ("displayName", "x" * 32_768),
        ("money", {"currencyCode": "EUR", "amount": "1234567890123.456"}),
        ("paymentIntervalMonths", 10**15 + 1),
    ],
)
def test_values_beyond_excels_limits_are_errors(field: str, value: Any) -> None:
    """A value that Excel would cut or round is an error that names the column."""
    with pytest.raises(InvalidArgumentError, match="at most"):
        written([number(**{field: value})])


@every(
    ("amount", "code", "shown"),
    [
        ("0.1", "USD", "[$USD] #,##0.00################"),
        ("123456789012345", "USD", "[$USD] #,##0.00################"),
        ("-0.000000000000001", "JPY", "[$JPY] #,##0.00################"),
        ("1", 'E"R', "#,##0.00################"),
    ],
)
def test_amounts_are_exact(amount: str, code: str, shown: str) -> None:
    """Up to 15 digits are exact; a currency that is no code doesn't get into the format."""
    row = cells(written([number(money={"currencyCode": code, "amount": amount})]).worksheets[0])

    assert Decimal(amount) == Decimal(repr(row["amount"].value))
    assert shown == row["amount"].number_format


@every("moment", ["0001-01-01T00:00:00Z", "1900-02-28T12:00:00Z"])
def test_dates_before_excels_calendar_are_text(moment: str) -> None:
    """Excel has no dates before 1900, and wrong ones until its 29 February."""
    row = cells(written([number(expireAt=moment)]).worksheets[0])

    assert moment == row["expire_at"].value


def test_rows_beyond_a_sheet_go_to_further_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each sheet has the heading and its filter; none has more rows than Excel reads."""
    monkeypatch.setattr(_xlsx_rows, "ROWS", 4)
    book = written([number(phoneNumber=f"+1202555010{place}") for place in range(7)])

    assert ["numbers", "numbers 2", "numbers 3"] == book.sheetnames
    assert [4, 4, 2] == [sheet.max_row for sheet in book]
    assert {"phone_number"} == {sheet["A1"].value for sheet in book}
    assert [f"+1202555010{place}" for place in range(7)] == [
        cell.value for sheet in book for cell in sheet["A"][1:]
    ]
    assert "A2" == book["numbers 3"].freeze_panes


def test_an_empty_list_is_a_workbook() -> None:
    """It has the heading."""
    (sheet,) = written([]).worksheets

    assert (1, "phone_number") == (sheet.max_row, sheet["A1"].value)


def test_a_failed_list_leaves_no_temporary_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether it fails or not, the temporary files are removed, and nothing is written."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    file = io.BytesIO()

    def fail() -> None:
        with XlsxWriter(file, NUMBERS) as writer:
            writer.write([number()])
            assert [] != list(tmp_path.iterdir())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert (b"", []) == (file.getvalue(), list(tmp_path.iterdir()))
    written([number()])
    assert [] == list(tmp_path.iterdir())


def test_a_full_temporary_directory_is_an_output_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the directory, and is of the class of all output errors."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("xlsxwriter.worksheet.Worksheet.write_string", full)
    with pytest.raises(OutputFileError, match="No space left on device"):
        written([number()])


def test_a_report_has_a_sheet_for_each_part(
    finding: Callable[..., Finding], made_up: Callable[..., Report]
) -> None:
    """Numbers, findings, costs, and charges by month; the last three also of several projects."""
    report = made_up([finding(display_name="=1+1")])
    several = Reports(projects=(report, report), costs=report.costs, forecast=report.forecast)
    for found, count in ((report, 1), (several, 2)):
        file = io.BytesIO()
        write_xlsx_report(found, file, numbers=[number()])
        book = sheets(file.getvalue())

        assert ["numbers", "findings", "costs", "forecast"] == book.sheetnames
        assert 1 + count == book["findings"].max_row
        assert "=1+1" == cells(book["findings"])["display_name"].value
        assert 1 + count * len(report.costs.lines) == book["costs"].max_row
        assert 1 + count * len(report.forecast.lines) == book["forecast"].max_row
    file = io.BytesIO()
    write_xlsx_report(report, file)
    assert ["findings", "costs", "forecast"] == sheets(file.getvalue()).sheetnames
