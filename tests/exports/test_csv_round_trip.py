"""A list of numbers that is saved as CSV, also by a spreadsheet, differs from no number."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from products import every, examples

from sinch_numbers import ActiveNumber
from sinch_numbers._core.csv_cells import escape, unescape
from sinch_numbers._core.serialization.converter import load
from sinch_numbers.audit import read_expectations
from sinch_numbers.audit._expected import COLUMNS
from sinch_numbers.audit._files.expectations import IGNORED
from sinch_numbers.exports import NUMBERS, write_csv

from .conftest import HOSTILE

NAMES = [
    *HOSTILE,
    *("-", "'-", "''=1", "'tis", "  padded ", "\u3000wide\u3000", "\xa0", " ", "line\nbreak"),
    *(r"a\nb", r"C:\temp", r"C:\\temp", "\\", "\\\n", r"\x20", r"\u200b", "true", "1e5", "007"),
    *("Zoë", "Zoe\u0308", "+44 desk", "a;b", "a\tb", 'a"b', "sep=;", "phone_number"),
]


def number(place: int, **wire: Any) -> ActiveNumber:
    return load({"phoneNumber": f"+1202555{place:04d}", **wire}, ActiveNumber)


def linked(place: int, text: str) -> ActiveNumber:
    """Return a number with *text* in every field that is compared and can be any text."""
    voices = [
        {"type": "RTC", "appId": text},
        {"type": "EST", "trunkId": text},
        {"type": "FAX", "serviceId": text},
        {"type": "RTC", "appId": ""},
        {"type": "CONVAI", "agentId": text},
    ]
    return number(
        place,
        displayName=text,
        regionCode="US",
        type=("LOCAL", "MOBILE", "SHORT_CODE")[place % 3],
        capability=["SMS"],
        smsConfiguration={"servicePlanId": text, "campaignId": text},
        voiceConfiguration=voices[place % len(voices)],
        callbackUrl=text,
        expireAt="2026-04-14T09:26:53Z" if place % 2 else None,
        money={"currencyCode": "EUR", "amount": "1.50"},
        newMember=text.encode("utf-8", "replace").decode(),
    )


def csv_of(numbers: list[ActiveNumber]) -> str:
    file = io.BytesIO()
    write_csv(numbers, file, NUMBERS)
    return file.getvalue().decode()


def drift(numbers: list[ActiveNumber], path: Path) -> list[str]:
    """Return the differences of *numbers* from the expectations in *path*."""
    expected = read_expectations(path)
    assert {one.phone_number for one in numbers} == {one.phone_number for one in expected}
    found = [expected.difference(one) for one in numbers]
    return [str(field) for one in found if one is not None for field in one.fields]


def saved_by_a_spreadsheet(text: str, **dialect: Any) -> str:
    """Return the same cells as another program would save them."""
    file = io.StringIO()
    writer = csv.writer(file, **dialect)
    writer.writerows(csv.reader(io.StringIO(text, newline="")))
    return file.getvalue()


REWRITTEN: dict[str, Callable[[str], bytes]] = {
    "as written": str.encode,
    "a byte order mark": lambda text: text.encode("utf-8-sig"),
    "semicolons": lambda text: saved_by_a_spreadsheet(text, delimiter=";").encode(),
    "tabs in UTF-16": lambda text: saved_by_a_spreadsheet(text, delimiter="\t").encode("utf-16"),
    "UTF-16 without a mark": lambda text: text.encode("utf-16-le"),
    "UTF-16, big-endian": lambda text: ("\ufeff" + text).encode("utf-16-be"),
    "all cells quoted": lambda text: saved_by_a_spreadsheet(text, quoting=csv.QUOTE_ALL).encode(),
    "a named separator": lambda text: (
        b"sep=;\r\n" + saved_by_a_spreadsheet(text, delimiter=";").encode()
    ),
    "carriage returns": lambda text: text.replace("\n", "\r").encode(),
    "rows of empty cells": lambda text: (
        ",,\n" + text.replace("\n", "\n , ,\n\n") + "," * 60 + "\n"
    ).encode(),
    "columns of empty cells": lambda text: text.replace("\n", ",,\n").encode(),
    "a heading in capitals": lambda text: text.replace(
        "phone_number,project_id,display_name", "Phone_Number , PROJECT_ID,Display_name", 1
    ).encode(),
}


def test_the_columns_of_a_list_are_known() -> None:
    """Each column of the export is compared or ignored, and none is both."""
    assert set(NUMBERS.header) <= {*COLUMNS, *IGNORED}
    assert set() == set(COLUMNS) & set(IGNORED)


@pytest.mark.parametrize("form", REWRITTEN)
def test_a_saved_list_is_no_drift(form: str, tmp_path: Path) -> None:
    """The unchanged list differs from no number, in whichever form it is saved."""
    numbers = [linked(place, name) for place, name in enumerate(NAMES)]
    path = tmp_path / "numbers.csv"
    path.write_bytes(REWRITTEN[form](csv_of(numbers)))

    assert [] == drift(numbers, path)


def test_pending_links_are_no_drift(tmp_path: Path) -> None:
    """A voice type without a target, and a job in progress, are not expected."""
    job = {"status": "WAITING", "servicePlanId": "plan", "campaignId": "C1"}
    call = {"status": "WAITING", "type": "EST", "trunkId": "trunk"}
    numbers = [
        number(1, voiceConfiguration={"type": "RTC", "appId": ""}),
        number(2, smsConfiguration={"servicePlanId": "", "scheduledProvisioning": job}),
        number(3, voiceConfiguration={"type": "EST", "scheduledVoiceProvisioning": call}),
        number(4),
    ]
    path = tmp_path / "numbers.csv"
    path.write_text(csv_of(numbers))

    assert [] == drift(numbers, path)


def test_a_changed_cell_is_drift(tmp_path: Path) -> None:
    """An edit of the saved list is found."""
    numbers = [linked(0, "Front desk")]
    path = tmp_path / "numbers.csv"
    path.write_text(csv_of(numbers).replace(",Front desk,US,", ",Back office,US,"))

    assert ["display_name is 'Front desk', not 'Back office'"] == drift(numbers, path)


@every("text", NAMES)
def test_a_cell_is_read_back(text: str) -> None:
    """A cell is one line without blanks at its ends, and stands for exactly one text."""
    cell = escape(text)

    assert text == unescape(cell)
    assert cell == cell.strip()
    assert 1 == len(cell.splitlines() or [""])
    assert cell[:1] not in tuple("=+-@")


_TEXT = st.text(
    st.one_of(st.sampled_from("\\xunrt0a2'=+-@ \t\n\r\x85\xa0\u3000\u200b\ud800"), st.characters())
)


@examples(200, 4_000, 20_000, text=_TEXT)
def test_any_text_is_read_back(text: str) -> None:
    """No two texts have the same cell."""
    cell = escape(text)

    assert text == unescape(cell)
    assert cell == cell.strip()
