"""
A list of numbers that LibreOffice opens and saves again is still understood.

Run by name, where there is a LibreOffice: ``nox -s spreadsheet``. On Debian it is the package
``libreoffice-calc-nogui``.
"""

import csv
import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from sinch_numbers import ActiveNumber
from sinch_numbers._core.serialization.converter import load
from sinch_numbers.audit import InputFileError, read_expectations
from sinch_numbers.exports import NUMBERS, write_csv

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
