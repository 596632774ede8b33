"""Files that audits and lists are saved to: by suffix, several at once, whole or not at all."""

import csv
import io
import json
import os
import pty
import random
import resource
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pyarrow import parquet

from sinch_numbers.sandbox import Sandbox

pytestmark = pytest.mark.sandbox

Run = Callable[..., Any]

SEED = 20263
OLD = b"the old content\n"
REPORTS = ["a.html", "a.json", "a.jsonl", "a.csv", "a.md", "a.parquet", "a.xlsx"]
LISTS = ["l.csv", "l.json", "l.jsonl", "l.md", "l.parquet", "l.xlsx"]


@pytest.fixture
def project(sandbox: Sandbox) -> Sandbox:
    for place in range(5):
        sandbox.project().add_active(phone_number=f"+1202555010{place}", display_name="=1+1")
    return sandbox


def saves(directory: Path, names: list[str]) -> list[str]:
    return [word for name in names for word in ("--output", str(directory / name))]


@pytest.mark.slow
def test_an_audit_is_saved_in_every_format(project: Sandbox, cli: Run, tmp_path: Path) -> None:
    """
    One audit, many files that agree with each other; ``-`` also shows the report.
    """
    ended = cli("audit", *saves(tmp_path, REPORTS), "--output", "-")

    assert (0, "") == (ended.code, ended.err)
    assert "5 numbers (5 unlinked), " in ended.out
    assert sorted(REPORTS) == sorted(file.name for file in tmp_path.iterdir())
    document = json.loads((tmp_path / "a.json").read_bytes())
    *lines, summary = map(json.loads, (tmp_path / "a.jsonl").read_text().splitlines())
    rows = list(csv.DictReader(io.StringIO((tmp_path / "a.csv").read_text())))
    table = parquet.read_table(tmp_path / "a.parquet").to_pylist()
    numbers = [one["phoneNumber"] for one in document["findings"]]
    assert 5 == len(numbers) == summary["numbers"]
    assert numbers == [one["phoneNumber"] for one in lines]
    assert numbers == [row["phone_number"] for row in rows] == [r["phone_number"] for r in table]
    assert {"'=1+1"} == {row["display_name"] for row in rows}
    assert {"=1+1"} == {row["display_name"] for row in table}
    assert {project.environment["SINCH_PROJECT_ID"]} == {row["project_id"] for row in rows}
    page = (tmp_path / "a.html").read_text()
    assert [] == [number for number in numbers if number not in page]


def test_the_audit_is_read_once(project: Sandbox, cli: Run, tmp_path: Path) -> None:
    """
    Files cost no request, except a workbook, which has the list of the numbers.
    """
    cli("audit")
    plain = len(project.calls)
    cli("audit", *saves(tmp_path, [name for name in REPORTS if name != "a.xlsx"]))

    assert plain == len(project.calls) - plain
    cli("audit", *saves(tmp_path, ["a.xlsx"]))
    assert 3 * plain + 1 == len(project.calls)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert ["numbers", "findings", "costs", "forecast"] == book.sheetnames
    assert [6, 6] == [book["numbers"].max_row, book["findings"].max_row]


def test_lines_are_what_programs_read_from_stdout(
    project: Sandbox, cli: Run, tmp_path: Path
) -> None:
    """
    The files have what ``--jsonl`` and ``--json`` show, and the exit code is the same.
    """
    for form in ("jsonl", "json"):
        argv = (f"--{form}", "audit", "--fail-on", "warning", "-o", "-")
        ended = cli(*argv, *saves(tmp_path, [f"a.{form}"]))

        assert 3 == ended.code
        assert ended.out == (tmp_path / f"a.{form}").read_text()


def test_a_list_is_saved_instead_of_shown(project: Sandbox, cli: Run, tmp_path: Path) -> None:
    """
    Page by page, and rows agree with each other.
    """
    ended = cli("list", "--page-size", "2", *saves(tmp_path, LISTS))

    assert (0, "", "") == (ended.code, ended.out, ended.err)
    numbers = [f"+1202555010{place}" for place in range(5)]
    rows = list(csv.DictReader(io.StringIO((tmp_path / "l.csv").read_text())))
    assert numbers == [row["phone_number"] for row in rows]
    assert numbers == parquet.read_table(tmp_path / "l.parquet")["phone_number"].to_pylist()
    for form in ("json", "jsonl"):
        assert cli(f"--{form}", "list").out == (tmp_path / f"l.{form}").read_text()
    (sheet,) = openpyxl.load_workbook(tmp_path / "l.xlsx").worksheets
    assert numbers == [cell.value for cell in sheet["A"][1:]]
    heading, _, *cells = (tmp_path / "l.md").read_text().splitlines()
    assert heading.startswith(r"| phone\_number | project\_id | display\_name |")
    assert numbers == [row.split(" | ")[0].removeprefix("| ") for row in cells]


def test_a_list_goes_to_stdout_as_well(project: Sandbox, cli: Run, tmp_path: Path) -> None:
    """
    With ``-`` among the files, the table is shown, too.
    """
    ended = cli("list", "--output", str(tmp_path / "l.csv"), "--output", "-")

    assert (0, "") == (ended.code, ended.err)
    assert 5 == ended.out.count("+1202555010")
    assert 6 == len((tmp_path / "l.csv").read_text().splitlines())


def test_an_empty_project_has_empty_files(sandbox: Sandbox, cli: Run, tmp_path: Path) -> None:
    """
    Which say what would be in them.
    """
    assert 0 == cli("list", *saves(tmp_path, LISTS)).code
    assert 0 == cli("audit", *saves(tmp_path, REPORTS)).code

    assert (tmp_path / "l.csv").read_text().startswith("phone_number,project_id,")
    assert 0 == parquet.read_table(tmp_path / "l.parquet").num_rows
    assert "" == (tmp_path / "l.jsonl").read_text()
    assert [] == json.loads((tmp_path / "l.json").read_text())
    assert 2 == len((tmp_path / "l.md").read_text().splitlines())
    assert [] == json.loads((tmp_path / "a.json").read_text())["findings"]
    assert 1 == len((tmp_path / "a.csv").read_text().splitlines())


# What is refused


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (
            ["audit", "--output", "{}/a.xls"],
            "one of .html, .json, .jsonl, .csv, .md, .parquet, .xlsx; - is stdout",
        ),
        (["audit", "--output", "{}/a"], "suffix must be one of"),
        (["audit", "--output", "{}/a.csv", "--output", "{}/a.txt"], "suffix must be one of"),
        (["list", "--output", "{}/a.html"], "one of .csv, .json, .jsonl, .md, .parquet, .xlsx; -"),
        (["list", "--output", "/dev/null"], "--output /dev/null: the suffix must be one of"),
        (["regions", "-o", "{}/a.html"], "one of .csv, .json, .jsonl, .md, .parquet, .xlsx; -"),
        (["--json", "--jsonl", "list"], "--json and --jsonl cannot be combined"),
        (["audit", "--output", "{}/a.csv", "--output", "{}/a.csv"], "specified twice"),
        (["audit", "--output", "{}/a.csv", "-o", "{}/a.csv"], "specified twice"),
        (["audit", "--output", "{}/a.json", "--resume", "{}/a.json"], "specified twice"),
        (["audit", "--output", "{}/a.csv", "--resume", "{}/./a.csv"], "specified twice"),
        (["list", "--output", "{}/a.csv", "--output", "{0}/../{0.name}/a.csv"], "specified twice"),
        (["audit", "--force"], "--force requires --output or --resume"),
        (["audit", "--output", "{}/link.csv/a.csv"], "Not a directory"),
        (["audit", "--output", "{}/link.csv"], "it is a symlink"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_saved_is_wrong_usage(
    argv: list[str], told: str, sandbox: Sandbox, cli: Run, tmp_path: Path
) -> None:
    """
    Before anything is sent; and no file is made, those that could have been included.
    """
    (tmp_path / "link.csv").symlink_to("/dev/null/elsewhere")
    ended = cli(*(word.format(tmp_path) for word in argv))

    assert (2, "") == (ended.code, ended.out)
    assert told in " ".join(ended.err.replace("│", " ").split())
    assert [] == sandbox.calls
    assert ["link.csv"] == [file.name for file in tmp_path.iterdir()]


@pytest.mark.parametrize(
    ("name", "module", "extra"),
    [
        ("a.parquet", "pyarrow", "parquet"),
        ("a.html", "jinja2", "html"),
        ("a.xlsx", "xlsxwriter", "xlsx"),
    ],
)
def test_a_missing_extra_is_wrong_usage(
    name: str,
    module: str,
    extra: str,
    sandbox: Sandbox,
    cli: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    One line says what to install, before anything is sent; the other formats need nothing.
    """
    monkeypatch.setitem(sys.modules, module, None)
    ended = cli("audit", "--output", str(tmp_path / name))

    assert (2, "") == (ended.code, ended.out)
    assert f"pip install 'sinch-numbers[{extra}]'\n" in ended.err
    assert 1 == len(ended.err.splitlines())
    assert [] == sandbox.calls == list(tmp_path.iterdir())
    assert 0 == cli("audit", *saves(tmp_path, ["a.csv", "a.json", "a.jsonl"])).code


def test_force_replaces_what_a_link_leads_to(project: Sandbox, cli: Run, tmp_path: Path) -> None:
    """
    As for ``--output``.
    """
    (tmp_path / "link.csv").symlink_to("file")
    (tmp_path / "file").write_bytes(OLD)

    assert 0 == cli("audit", "--force", "--output", str(tmp_path / "link.csv")).code
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "file").read_text().startswith("project_id,rule,")


# What goes wrong on the way


@pytest.mark.parametrize("command", ["audit", "list"])
def test_a_refusal_leaves_the_old_files(
    command: str, project: Sandbox, cli: Run, tmp_path: Path
) -> None:
    """
    All of them, with nothing beside them.
    """
    names = REPORTS if command == "audit" else LISTS
    for name in names:
        (tmp_path / name).write_bytes(OLD)
    project.faults.add("403")
    ended = cli(command, *saves(tmp_path, names))

    assert 8 == ended.code
    assert {OLD} == {file.read_bytes() for file in tmp_path.iterdir()}
    assert sorted(names) == sorted(file.name for file in tmp_path.iterdir())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "name"),
    [("audit", "a.html"), ("audit", "a.csv"), ("list", "l.parquet"), ("list", "l.csv")],
)
def test_a_full_disk_is_one_line(command: str, name: str, process: Run, tmp_path: Path) -> None:
    """
    Exit code 1, the old file, and no half of the new one, whichever library was writing.
    """
    target = tmp_path / name
    target.write_bytes(OLD)
    ended = process(
        "--sandbox",
        command,
        "--output",
        str(target),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
    )

    assert 1 == ended.code
    assert f"sinch-numbers: cannot write {target}: File too large\n" == ended.err
    assert ([name], OLD) == ([file.name for file in tmp_path.iterdir()], target.read_bytes())


def test_what_a_format_has_no_place_for_is_one_line(
    project: Sandbox, cli: Run, tmp_path: Path
) -> None:
    """
    An amount that Parquet would have to round: exit code 1, and the old file.
    """
    target = tmp_path / "l.parquet"
    target.write_bytes(OLD)
    project.project().add_active(money={"amount": f"0.{'1' * 19}", "currencyCode": "USD"})
    ended = cli("list", "--output", str(target))

    assert (1, "") == (ended.code, ended.out)
    assert ended.err.startswith(f"sinch-numbers: cannot write {target}: amount: expected at most")
    assert 1 == len(ended.err.splitlines())
    assert ([target], OLD) == (list(tmp_path.iterdir()), target.read_bytes())


@pytest.mark.slow
def test_a_kill_leaves_whole_files(tmp_path: Path) -> None:
    """
    What is there is the old file or the complete new one, at whatever moment it ends.
    """
    print(f"seed {SEED}")
    rng = random.Random(SEED)
    seen = {"old": 0, "new": 0}
    for _ in range(3):
        for name in LISTS:
            (tmp_path / name).write_bytes(OLD)
        argv = ["--sandbox", "list", "--page-size", "100", *saves(tmp_path, LISTS)]
        running = subprocess.Popen(
            [sys.executable, "-m", "sinch_numbers", *argv], stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 20
        while not any(tmp_path.glob(".sinch-numbers-*.tmp")):
            assert running.poll() is None, "it ended before it was looked at"
            assert time.monotonic() < deadline
            time.sleep(0.002)
        time.sleep(rng.uniform(0, 0.6))
        running.send_signal(signal.SIGKILL)
        running.wait(10)
        for name in LISTS:
            content = (tmp_path / name).read_bytes()
            assert content == OLD or 3000 == _rows(name, content)
            seen["old" if content == OLD else "new"] += 1
        for left in tmp_path.glob(".sinch-numbers-*.tmp"):
            left.unlink()
        assert sorted(LISTS) == sorted(file.name for file in tmp_path.iterdir())
    print(seen)
    assert 3 * len(LISTS) == sum(seen.values())


def _rows(name: str, content: bytes) -> int:
    if name.endswith(".parquet"):
        return int(parquet.read_table(io.BytesIO(content)).num_rows)
    if name.endswith(".xlsx"):
        return openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].max_row - 1
    if name.endswith(".json"):
        return len(json.loads(content))
    return len(content.splitlines()) - {".csv": 1, ".md": 2}.get(Path(name).suffix, 0)


# Progress


@pytest.mark.slow
def test_progress_is_shown_to_somebody_only(process: Run, tmp_path: Path) -> None:
    """
    Saving or not: a terminal sees how far it is, a pipe hears nothing.
    """
    assert "" == process("--sandbox", "audit", *saves(tmp_path, REPORTS)).err

    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "sinch_numbers", "--sandbox", "audit", *saves(tmp_path, REPORTS)],
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm"},
    ) as running:
        os.close(theirs)
        shown = b""
        while select.select([ours], [], [], 20)[0]:
            try:
                more = os.read(ours, 65536)
            except OSError:  # nobody is at the other end any more
                break
            if not more:
                break
            shown += more
    os.close(ours)

    assert 0 == running.returncode
    assert b"numbers" in shown
    assert b"3000/3000" in shown
