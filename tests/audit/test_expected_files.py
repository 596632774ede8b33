"""Files of expectations are read strictly, and every error names its place."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from sinch_numbers import UNSET, InvalidArgumentError
from sinch_numbers.audit import Expectation, InputFileError, read_expectations

CSV = """\
phone_number,display_name,region_code,type,campaign_id,voice_type,trunk_id,callback_url,released
+12025550101,"Front, desk",US,LOCAL,-,EST,east,,false
+4712345678,,NO,,,-,,-,TRUE
"""
ROWS: list[dict[str, Any]] = [
    {
        "phone_number": "+12025550101",
        "display_name": "Front, desk",
        "region_code": "US",
        "type": "LOCAL",
        "campaign_id": None,
        "voice_type": "EST",
        "trunk_id": "east",
        "released": False,
    },
    {
        "phone_number": "+4712345678",
        "region_code": "NO",
        "voice_type": None,
        "callback_url": None,
        "released": True,
    },
]
# Unquoted words that YAML itself would take for a number, a truth value and nothing.
YAML = """\
numbers:
  - phone_number: +12025550101
    display_name: Front, desk
    region_code: US
    type: LOCAL
    campaign_id: null
    voice_type: EST
    trunk_id: east
    released: false
  - {phone_number: +4712345678, region_code: NO, voice_type: ~, callback_url: , released: true}
"""
TOML = """\
[[numbers]]
phone_number = "+12025550101"
display_name = "Front, desk"
"""
EXPECTED = [Expectation(**row) for row in ROWS]


def written(directory: Path, name: str, content: str | bytes) -> Path:
    path = directory / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("n.csv", CSV),
        ("n.CSV", "\ufeff" + CSV.replace("\n", "\r\n") + "\r\n"),
        ("n.json", json.dumps(ROWS)),
        ("n.json", json.dumps({"numbers": ROWS})),
        ("n.jsonl", "\n".join(map(json.dumps, ROWS)) + "\n\n"),
        ("n.yaml", YAML),
        ("n.yml", YAML.partition("\n")[2]),
    ],
    ids=["csv", "csv of a spreadsheet", "json", "json object", "jsonl", "yaml", "yaml list"],
)
def test_all_formats_say_the_same(name: str, content: str, tmp_path: Path) -> None:
    """
    What is empty is not compared, what is null (in CSV a dash) has to be empty.
    """
    found = list(read_expectations(written(tmp_path, name, content)))

    assert EXPECTED == found
    assert found[0].callback_url is UNSET
    assert found[1].callback_url is None


def test_toml_can_be_read(tmp_path: Path) -> None:
    """
    TOML has no null, and is a format like the others for the rest.
    """
    found = read_expectations(str(written(tmp_path, "n.toml", TOML)))

    assert [Expectation("+12025550101", display_name="Front, desk")] == list(found)


@pytest.mark.parametrize(
    ("name", "content"), [("n.csv", "phone_number\n"), ("n.json", "[]"), ("n.jsonl", "\n")]
)
def test_a_list_may_be_empty(name: str, content: str, tmp_path: Path) -> None:
    """
    To expect nothing is something to say.
    """
    assert 0 == len(read_expectations(written(tmp_path, name, content)))


def test_what_csv_cannot_say_json_can(tmp_path: Path) -> None:
    """
    Names that are a dash, a formula or full of blanks are just names in JSON.
    """
    rows = [
        {"phone_number": f"+1202555010{place}", "display_name": name}
        for place, name in enumerate(("-", "=A1", " desk "))
    ]
    found = read_expectations(written(tmp_path, "n.json", json.dumps(rows)))

    assert ["-", "=A1", " desk "] == [one.display_name for one in found]


def test_cells_are_unescaped(tmp_path: Path) -> None:
    """Cells are read as the export writes them: apostrophes and escapes stand for the text."""
    cells = {
        "'=A1": "=A1",
        "'-": "-",
        "''+1": "'+1",
        "'tis": "'tis",
        r"a\nb": "a\nb",
        r"\x20desk\xa0": " desk\xa0",
        r"C:\\temp": r"C:\temp",
        r"C:\Users": r"C:\Users",
        r"\x41\u0041": r"\x41\u0041",
        r"\ud800": "\ud800",
    }
    rows = "".join(f'+120255501{10 + n},"{cell}"\n' for n, cell in enumerate(cells))
    path = written(tmp_path, "n.csv", f"phone_number,display_name\n{rows}")

    assert list(cells.values()) == [one.display_name for one in read_expectations(path)]


@pytest.mark.parametrize("word", ["TRUE", "WAHR", "vrai", "Verdadero", "VERO"])
def test_truth_is_understood_as_spreadsheets_write_it(word: str, tmp_path: Path) -> None:
    """Boolean values may be in the language of the spreadsheet."""
    path = written(tmp_path, "n.csv", f"phone_number;released\n+12025550101;{word}\n")

    assert [True] == [one.released for one in read_expectations(path)]


HEAD = "phone_number,display_name,type,voice_type,app_id,trunk_id,released\n"
GOOD = "+12025550101,,,,,,\n"


@pytest.mark.parametrize(
    ("row", "column", "expected"),
    [
        ("12025550101,,,,,,", "phone_number", "a number in E.164"),
        ("12025550102,,,,,,", "phone_number", "(the plus sign is missing: format the column as"),
        ("\uff0b12025550102,,,,,,", "phone_number", "a number in E.164"),
        ("+12025550102,,,,1.23457E+15,,", "app_id", "not a number that a spreadsheet has rounded"),
        (" +12025550102,,,,,,", "phone_number", "no leading or trailing blanks"),
        ('"+1 202 555 0102",,,,,,', "phone_number", "a number in E.164"),
        ('"=""+12025550102""",,,,,,', "phone_number", "not a formula"),
        ("1.20255E+10,,,,,,", "phone_number", "E.164, such as +12025550134 (a spreadsheet has"),
        ('"1,20255E+10",,,,,,', "phone_number", "(a spreadsheet has rounded it"),
        (",desk,,,,,", "phone_number", "a value"),
        ("-,desk,,,,,", "phone_number", "a value"),
        ("+12025550101,,,,,,", "phone_number", "duplicate of line 2"),
        ("+12025550102,=A1,,,,,", "display_name", "not a formula"),
        ("+12025550102,desk ,,,,,", "display_name", "no leading or trailing blanks"),
        ("+12025550102,,landline,,,,", "type", "MOBILE, LOCAL or TOLL_FREE"),
        ("+12025550102,,-,,,,", "type", "MOBILE, LOCAL or TOLL_FREE"),
        ("+12025550102,,,PHONE,,,", "voice_type", "RTC, EST or FAX"),
        ("+12025550102,,,,,,perhaps", "released", "true or false"),
        ("+12025550102,,,,,,-", "released", "true or false"),
        ("+12025550102,,,,a,t,", "app_id", "a single voice target"),
        ("+12025550102,,,RTC,,t,", "trunk_id", "a single voice target"),
        ("+12025550102,,,-,,t,", "trunk_id", "a single voice target"),
    ],
)
def test_a_cell_that_is_wrong_is_named(
    row: str, column: str, expected: str, tmp_path: Path
) -> None:
    """
    The error names file, line and column, and says what was expected.
    """
    path = written(tmp_path, "n.csv", f"{HEAD}{GOOD}{row}\n")

    with pytest.raises(InputFileError) as caught:
        read_expectations(path)

    error = caught.value
    assert (str(path), "line 3", column) == (error.file, error.place, error.column)
    assert expected in error.expected
    assert str(error).startswith(f"{path}, line 3, {column}: expected ")
    assert isinstance(error, InvalidArgumentError)


@pytest.mark.parametrize(
    ("name", "content", "place", "expected"),
    [
        ("n.csv", "", None, "a header line"),
        ("n.csv", "phone_number,phone\n", "line 1", "one of phone_number, display_name"),
        ("n.csv", "phone_number,\n+12025550101,x\n", "line 2, column 2", "a name in the header"),
        ("n.csv", "phone_number;name\n+12025550101;desk\n", "line 1", "one of"),
        ("n.csv", "phone_number,display_name\n+12025550101;x\n", "line 2", "2 cells"),
        ("n.csv", "display_name\n", "line 1", "a column phone_number"),
        ("n.csv", "phone_number,phone_number\n", "line 1", "unique columns"),
        ("n.csv", "phone_number,display_name\n+12025550101\n", "line 2", "2 cells"),
        ("n.csv", "phone_number\n+12025550101,desk\n", "line 2", "1 cells"),
        ("n.csv", 'phone_number\n"+12025550101\n', "line 2", "CSV"),
        ("n.csv", 'phone_number,display_name\n+12025550101,"a\nb"\n1,\n', "line 4", "E.164"),
        ("n.csv", b"phone_number\n\xff\n", "byte 13", "UTF-8"),
        ("n.csv", "phone_number,display_name\n1,\n2,Zoë\n".encode("cp1252"), "line 3", "UTF-8"),
        ("n.csv", "phone_number\n+1".encode("utf-16")[:-1], "line 2", "UTF-16"),
        ("n.json", b'\xff\xfe["', None, "JSON"),
        ("n.json", "", None, "JSON"),
        ("n.json", "[", None, "JSON"),
        ("n.json", "[" * 100_000, None, "JSON"),
        ("n.json", '"+12025550101"', None, "a list"),
        ("n.json", '{"a": [], "b": []}', None, "a list"),
        ("n.json", "[1]", "entry 1", "an object"),
        ("n.json", '[{"phone_number": "+12025550101", "name": 1}]', "entry 1", "one of"),
        ("n.json", '[{"phone_number": 12025550101}]', "entry 1", "E.164"),
        ("n.json", '[{"phone_number": null}]', "entry 1", "a value"),
        ("n.json", "[{}]", "entry 1", "a value"),
        ("n.json", '[{"phone_number": "+12025550101", "app_id": ""}]', "entry 1", "a string"),
        ("n.json", '[{"phone_number": "+12025550101", "app_id": {}}]', "entry 1", "a string"),
        ("n.json", '[{"phone_number": "+12025550101", "released": 1}]', "entry 1", "true or"),
        ("n.json", '[{"phone_number": "+1", "phone_number": "+12025550101"}]', None, "duplicate"),
        ("n.json", '[{"phone_number": "+12025550101", "app_id": "\\ud800"}]', None, "JSON"),
        ("n.jsonl", '{"phone_number": "+12025550101"}\nnull\n', "line 2", "an object"),
        ("n.jsonl", '{"phone_number": "+12025550101"}\n\n{\n', "line 3", "JSON"),
        ("n.yaml", "- phone_number: +12025550101\n  type: [LOCAL]\n", "line 2", "a string"),
        ("n.yaml", "- phone_number: +12025550101\n  type: !!int 1\n", "line 2", "a string"),
        (
            "n.yaml",
            "- phone_number: +12025550101\n  phone_number: +1\n",
            "line 1",
            "unique columns",
        ),
        ("n.yaml", "- phone_number: +12025550101\n- +12025550102\n", "line 2", "a mapping"),
        ("n.yaml", "- &a [*a]\n", "line 1", "a mapping"),
        ("n.yaml", "a: [\n", "line 2", "YAML"),
        ("n.yaml", "[" * 1_000, None, "YAML"),
        pytest.param("n.yaml", "[" * 20_000, None, "YAML", marks=pytest.mark.slow, id="very deep"),
        ("n.yaml", "\x00", None, "YAML"),
        ("n.yaml", "--- []\n--- []\n", "line 2", "YAML"),
        ("n.yaml", "", None, "a list"),
        ("n.yaml", "- phone_number: !!python/object/apply:os.getcwd []\n", "line 1", "a string"),
        ("n.toml", "a = \n", None, "TOML"),
        ("n.toml", "a = 1\n", None, "a list"),
        ("n.txt", "", None, ".csv, .json, .jsonl, .yaml, .yml, .toml"),
        ("n", "", None, "one of the suffixes"),
    ],
)
def test_a_file_that_is_wrong_is_refused(
    name: str, content: str | bytes, place: str | None, expected: str, tmp_path: Path
) -> None:
    """
    Whatever is wrong is one typed error with a place, never one of a library.
    """
    with pytest.raises(InputFileError) as caught:
        read_expectations(written(tmp_path, name, content))

    found = str(caught.value)
    assert expected in found
    if place is not None:
        assert place in found


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """
    So is a directory, and a name that no file can have.
    """
    (tmp_path / "d.csv").mkdir()

    for path in (tmp_path / "none.csv", tmp_path / "d.csv", Path("\0.csv")):
        with pytest.raises(InputFileError, match="a readable file"):
            read_expectations(path)


def test_without_its_library_yaml_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    YAML is an extra, and its absence a typed error.
    """
    monkeypatch.setitem(sys.modules, "yaml", None)

    with pytest.raises(InputFileError, match=r"pip install 'sinch-numbers\[yaml\]'"):
        read_expectations(written(tmp_path, "n.yaml", YAML))
