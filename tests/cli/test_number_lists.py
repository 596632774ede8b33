"""Lists of numbers: formats, malformed entries, and commands for several numbers."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from products import every

from sinch_numbers.cli._shared.number_lists import parse_numbers
from sinch_numbers.sandbox import Sandbox

Run = Callable[..., Any]

NUMBERS = ("+12025550100", "+12025550101", "+12025550102")
ONE, TWO, THREE = NUMBERS
LOST = "+12025550199"


@pytest.fixture
def three(sandbox: Sandbox) -> Sandbox:
    for number in NUMBERS:
        sandbox.project().add_active(phone_number=number)
    return sandbox


@every(
    "text",
    [
        "\n".join(NUMBERS),
        "# ours\n\n+12025550100  # the desk\r\n  +12025550101\n+12025550102\n+12025550100\n",
        f"\ufeffphoneNumber\n{ONE}\n{TWO}\n{THREE}\n",
        f'display_name;Phone_Number\n\'=1+1;{ONE}\n\n# no\nb;{TWO}\n"c;d";{THREE}\n',
        "\n".join(json.dumps({"phoneNumber": number, "money": None}) for number in NUMBERS),
        "\n".join(json.dumps({"phone_number": number}) for number in NUMBERS),
        "\n".join(json.dumps(number) for number in NUMBERS),
        json.dumps([{"phoneNumber": number} for number in NUMBERS], indent=2),
        json.dumps(NUMBERS),
    ],
)
def test_every_format_has_its_numbers(text: str) -> None:
    """Lines, CSV, JSON Lines and an array: comments, blanks and repetitions don't count."""
    found = parse_numbers(text)

    assert (NUMBERS, ()) == (found.numbers, found.malformed)


@every(
    ("text", "places"),
    [
        (f"{ONE}\n12025550134\n# +1\n{TWO}\nfoo\n", ["line 2", "line 5"]),
        (f"name,phoneNumber\na,{ONE}\nb\n,\nc,1.2E+10\n", ["line 3", "line 4", "line 5"]),
        (f'{{"phoneNumber": "{ONE}"}}\n{{"phoneNumber": 12}}\n{{"x": 1}}\n{{', [2, 3, 4]),
        (f'["{ONE}", null, {{}}, 5]', ["entry 2", "entry 3", "entry 4"]),
        (f'["{ONE}"', ["entry 1"]),
        (ONE.replace("1", "\u0661"), ["line 1"]),
    ],
)
def test_every_malformed_entry_is_named(text: str, places: list[Any]) -> None:
    """All malformed entries are returned with their lines, not only the first."""
    expected = [place if isinstance(place, str) else f"line {place}" for place in places]

    found = parse_numbers(text)
    assert expected == [one.place for one in found.malformed]
    assert all("E.164" in one.problem for one in found.malformed)


@pytest.mark.sandbox
@pytest.mark.parametrize(
    "command", [["get"], ["update", "--display-name", "x"], ["release", "-y"]]
)
def test_malformed_numbers_are_reported_before_anything_is_sent(
    command: list[str], three: Sandbox, cli: Run
) -> None:
    """Each is one line with its place, also as JSON; the exit code is that of usage errors."""
    name, *options = command
    piped = f"{ONE}\n12025550101\nfoo\n"
    ended = cli(name, "-", *options, piped=piped)
    error = json.loads(cli("--json", name, "-", *options, piped=piped).err)

    assert (2, "", []) == (ended.code, ended.out, three.calls)
    first, second, last = ended.err.splitlines()
    assert first.startswith("sinch-numbers: stdin, line 2: expected a number in E.164")
    assert "+12025550101" in first
    assert "stdin, line 3: " in second
    assert last.endswith("2 malformed entries in stdin; nothing was sent")
    assert ["line 2", "line 3"] == [one["field"] for one in error["violations"]]


@pytest.mark.sandbox
@pytest.mark.parametrize("piped", ["", "\n# nothing\n", "phoneNumber\n"])
def test_an_empty_list_is_wrong_usage(piped: str, three: Sandbox, cli: Run) -> None:
    """Nothing is sent for an empty list, which may be a mistake of the pipe."""
    ended = cli("get", "-", piped=piped)

    assert (2, []) == (ended.code, three.calls)
    assert "no phone numbers in stdin" in ended.err


@pytest.mark.sandbox
def test_several_numbers_are_a_list_in_their_order(three: Sandbox, cli: Run) -> None:
    """``get`` with several numbers, or with stdin, prints a list in every format."""
    given = [THREE, ONE, TWO]
    shown = cli("get", *given)
    document = json.loads(cli("--json", "get", *given).out)
    lines = cli("--jsonl", "get", "-", piped="\n".join(given)).lines

    assert given == [line.split()[0] for line in shown.lines if "+1" in line]
    assert given == [number["phoneNumber"] for number in document]
    assert document == [json.loads(line) for line in lines]
    assert [document[0]] == json.loads(cli("--json", "get", "-", piped=THREE).out)


@pytest.mark.sandbox
def test_each_failure_is_reported_and_the_worst_is_the_exit_code(
    three: Sandbox, cli: Run, tmp_path: Path
) -> None:
    """The others are printed and written, and the array is complete."""
    ended = cli("get", ONE, LOST, TWO, "-o", str(tmp_path / "n.json"), "-o", "-")

    assert 6 == ended.code
    assert [f"sinch-numbers: {LOST}: ", "sinch-numbers: 1 of 3 numbers not shown"] == [
        line[: len(f"sinch-numbers: {LOST}: ")] if LOST in line else line
        for line in ended.err.splitlines()
    ]
    found = json.loads((tmp_path / "n.json").read_text())
    assert [ONE, TWO] == [number["phoneNumber"] for number in found]

    three.faults.add("400", path=ONE)
    error = json.loads(cli("--json", "get", ONE, LOST, TWO).err)
    assert (7, [ONE, LOST]) == (
        error["exitCode"],
        [one["field"] for one in error["violations"]],
    )


@pytest.mark.sandbox
def test_a_wrong_key_is_reported_once(
    three: Sandbox, cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Errors that all numbers have in common end the command."""
    monkeypatch.setenv("SINCH_KEY_SECRET", "another-secret")
    ended = cli("get", *NUMBERS)

    assert (8, 1) == (ended.code, len(ended.err.splitlines()))


@pytest.mark.sandbox
def test_numbers_are_updated_from_a_list(three: Sandbox, cli: Run) -> None:
    """``update -`` gives all numbers the same values; the list may come from ``list``."""
    listed = cli("--jsonl", "list").out
    ended = cli("--jsonl", "update", "-", "--display-name", "Front desk", piped=listed)

    assert (0, ["Front desk"] * 3) == (
        ended.code,
        [json.loads(line)["displayName"] for line in ended.lines],
    )


@pytest.mark.sandbox
def test_release_confirms_once_with_the_count(three: Sandbox, cli: Run) -> None:
    """One question for all numbers; those that are already released are left out."""
    assert 0 == cli("release", ONE, "-y").code
    refused = cli("release", *NUMBERS, typed="n\n")
    assert 1 == refused.code
    assert "Release 2 numbers? [y/N]" in refused.err
    assert "1 of 3 numbers are already released" in refused.err

    ended = cli("--jsonl", "release", *NUMBERS, LOST, typed="y\n")

    assert 6 == ended.code
    assert set(NUMBERS) == {json.loads(line)["phoneNumber"] for line in ended.lines}
    assert all(json.loads(line)["expireAt"] for line in ended.lines)
    assert 3 == sum(":release" in call for call in three.calls)


@pytest.mark.sandbox
def test_numbers_on_stdin_cannot_be_confirmed_there(three: Sandbox, cli: Run) -> None:
    """``release -`` needs ``--yes``: stdin is used up, and a number is no answer."""
    ended = cli("release", "-", typed=f"{ONE}\ny\n")

    assert (2, "", []) == (ended.code, ended.out, three.calls)
    assert "use --yes" in ended.err
    assert 0 == cli("release", "-", "--yes", piped="\n".join(NUMBERS)).code
    assert 3 == sum(":release" in call for call in three.calls)


@pytest.mark.sandbox
@pytest.mark.parametrize(
    ("data", "code"),
    [(f"{ONE}\n".encode("utf-16"), 0), (f"{ONE}\n".encode("utf-8-sig"), 0), (b"\xff+1\n", 2)],
)
def test_stdin_has_any_encoding_of_spreadsheets(
    data: bytes, code: int, three: Sandbox, cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """UTF-8 with or without a byte order mark, and UTF-16; other bytes are wrong usage."""
    monkeypatch.setattr("io.StringIO", lambda _text: io.TextIOWrapper(io.BytesIO(data)))
    ended = cli("get", "-")

    assert code == ended.code
    assert ("it is not UTF-8" in ended.err) is bool(code)
