"""
A list of numbers that LibreOffice opens and saves again is still understood, and workbooks open.

Run by name, where there is a LibreOffice: ``nox -s spreadsheet``. On Debian it is the package
``libreoffice-calc-nogui``.
"""

import csv
import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pypdf
import pytest

from sinch_numbers import ActiveNumber
from sinch_numbers._core.serialization.converter import load
from sinch_numbers.audit import InputFileError, read_expectations
from sinch_numbers.exports import NUMBERS, table_of, write_csv, write_xlsx

CSV = "Text - txt - csv (StarCalc)"
AS_TEXT = "/".join(f"{column}/2" for column in range(1, len(NUMBERS.columns) + 1))
UTF_8, UTF_16 = 76, 65535
COMMA, SEMICOLON, TAB = 44, 59, 9
NAMES = [
    *("Front desk", "=1+1", "+44 desk", "-", "--", "@SUM(A1)", "'=1+1", "'tis", "  padded "),
    *(
        'Zoë, "quoted"',
        "line\nbreak",
        "a\tb",
        "Zoe\u0308",
        "Front\xa0desk",
        "受付 👩\u200d🚒",
        "a;b",
    ),
    *("true", "1-2", "2026-03-14", "007", "1e5", "12345678901234567890", "C:\\temp", "\u200b"),
]


def number(place: int, name: str) -> ActiveNumber:
    return load(
        {
            "phoneNumber": f"+1202555{place:04d}",
            "displayName": name,
            "regionCode": "US",
            "type": "LOCAL",
            "capability": ["SMS", "VOICE"],
            "money": {"currencyCode": "EUR", "amount": "1.50"},
            "nextChargeDate": "2026-12-22T23:58:12Z",
            "smsConfiguration": {"servicePlanId": name, "campaignId": ""},
            "voiceConfiguration": {"type": "RTC", "appId": f"0{place}e12"},
        },
        ActiveNumber,
    )


@pytest.fixture(scope="module")
def numbers() -> list[ActiveNumber]:
    return [number(place, name) for place, name in enumerate(NAMES)]


@pytest.fixture
def saved(numbers: list[ActiveNumber], tmp_path: Path) -> Path:
    """Return the list, as the package writes it."""
    write_csv(numbers, tmp_path / "numbers.csv", NUMBERS)
    return tmp_path / "numbers.csv"


@pytest.fixture(scope="session")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("profile")


@pytest.fixture
def convert(profile: Path, tmp_path: Path) -> Any:
    """Return what opens a file in LibreOffice and saves it as *to*."""

    def run(path: Path, to: str, *, opened: str | None = None) -> Path:
        where = tmp_path / f"from {path.suffix[1:]}" / to.partition(":")[0]
        subprocess.run(
            [
                shutil.which("soffice") or "soffice",
                f"-env:UserInstallation={profile.as_uri()}",
                "--headless",
                *([] if opened is None else [f"--infilter={opened}"]),
                *("--convert-to", to, "--outdir", str(where), str(path)),
            ],
            check=True,
            capture_output=True,
            timeout=180,
        )
        (found,) = where.iterdir()
        return found

    return run


def drift(numbers: list[ActiveNumber], path: Path) -> list[str]:
    expected = read_expectations(path)
    assert len(numbers) == len(expected)
    found = [expected.difference(one) for one in numbers]
    return [str(field) for one in found if one is not None for field in one.fields]


@pytest.mark.parametrize("encoding", [UTF_8, UTF_16], ids=["UTF-8", "UTF-16"])
@pytest.mark.parametrize(
    "separator", [COMMA, SEMICOLON, TAB], ids=["commas", "semicolons", "tabs"]
)
def test_columns_of_text_are_kept(
    separator: int, encoding: int, saved: Path, numbers: list[ActiveNumber], convert: Any
) -> None:
    """Opened as text and saved as CSV, in any form, the list differs from no number."""
    again = convert(
        saved, f"csv:{CSV}:{separator},34,{encoding},1", opened=f"{CSV}:44,34,76,1,{AS_TEXT}"
    )

    assert [] == drift(numbers, again)


@pytest.mark.parametrize("form", ["xlsx", "ods"])
def test_a_workbook_keeps_the_list(
    form: str, saved: Path, numbers: list[ActiveNumber], convert: Any
) -> None:
    """Saved as a workbook and exported from there, the list differs from no number."""
    workbook = convert(saved, form, opened=f"{CSV}:44,34,76,1,{AS_TEXT}")
    again = convert(workbook, f"csv:{CSV}:44,34,76,1")

    assert [] == drift(numbers, again)


def test_a_lost_plus_sign_is_an_error(saved: Path, convert: Any) -> None:
    """Opened without column types, phone numbers lose their plus sign: the error says so."""
    again = convert(saved, f"csv:{CSV}:44,34,76,1", opened=f"{CSV}:44,34,76,1")

    with pytest.raises(InputFileError, match="the plus sign is missing") as caught:
        read_expectations(again)
    assert ("line 2", "phone_number") == (caught.value.place, caught.value.column)


def test_nothing_is_evaluated(saved: Path, convert: Any) -> None:
    """Opened without column types, no cell is evaluated as a formula."""
    again = convert(saved, f"csv:{CSV}:44,34,76,1,,0,false,true,true", opened=f"{CSV}:44,34,76,1")
    rows = csv.DictReader(io.StringIO(again.read_text(encoding="utf-8"), newline=""))
    names = [row["display_name"] for row in rows]

    for name in ("=1+1", "+44 desk", "-", "--", "@SUM(A1)"):
        assert f"'{name}" in names
    assert "2" not in names


# Workbooks


def values(path: Path) -> list[dict[str, str]]:
    """Return the rows that LibreOffice exported as CSV, as they are shown."""
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


def test_a_workbook_opens_with_its_types(
    numbers: list[ActiveNumber], tmp_path: Path, convert: Any
) -> None:
    """Phone numbers keep their plus sign, amounts and dates their formats; text is as it was."""
    write_xlsx(numbers, tmp_path / "numbers.xlsx", NUMBERS)
    rows = values(convert(tmp_path / "numbers.xlsx", f"csv:{CSV}:44,34,76,1"))

    assert [one.phone_number for one in numbers] == [row["phone_number"] for row in rows]
    assert {"2026-12-22 23:58:12 UTC"} == {row["next_charge_date"] for row in rows}
    assert {"EUR 1.50"} == {row["amount"].replace("EUR1", "EUR 1") for row in rows}
    plain = [name for name in NAMES if name.isprintable()]
    assert plain == [row["display_name"] for row in rows if row["display_name"] in plain]


def test_a_workbook_evaluates_nothing(tmp_path: Path, convert: Any) -> None:
    """Saved again by LibreOffice, the workbook has no formula, and the texts are the same."""
    table = table_of(ActiveNumber, ["phoneNumber", "displayName"])
    names = ["=1+1", "+1+1", "@SUM(A1)", '=HYPERLINK("http://example.com")', "007"]
    numbers = [number(place, name) for place, name in enumerate(names)]
    write_xlsx(numbers, tmp_path / "numbers.xlsx", table)
    again = convert(tmp_path / "numbers.xlsx", "xlsx:Calc MS Excel 2007 XML")

    (sheet,) = openpyxl.load_workbook(again).worksheets
    cells = [row[1] for row in sheet.iter_rows(min_row=2)]
    assert names == [cell.value for cell in cells]
    assert {"s"} == {cell.data_type for cell in cells}
    assert sheet.auto_filter.ref


def test_a_workbook_can_be_printed(tmp_path: Path, convert: Any) -> None:
    """Converted to PDF, each number is on a page as it is, with its plus sign."""
    table = table_of(ActiveNumber, ["phoneNumber", "money.amount", "nextChargeDate"])
    numbers = [number(place, "Desk") for place in range(120)]
    write_xlsx(numbers, tmp_path / "numbers.xlsx", table)
    page = convert(tmp_path / "numbers.xlsx", "pdf:calc_pdf_Export")

    text = "".join(sheet.extract_text() for sheet in pypdf.PdfReader(page).pages)
    assert [] == [one.phone_number for one in numbers if one.phone_number not in text]
    assert 120 == text.count("2026-12-22 23:58:12 UTC")
    assert "1.50" in text
    assert "###" not in text
