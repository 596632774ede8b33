"""Exports to a path follow the rule of all files: mode, symlinks, missing directories."""

import io
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from products import every

from sinch_numbers import InvalidArgumentError, OutputFileError
from sinch_numbers.audit import Finding, Report
from sinch_numbers.exports import (
    FINDINGS,
    CsvWriter,
    output_file,
    write_csv,
    write_html,
    write_json,
    write_json_lines,
    write_parquet,
    write_report_lines,
)

Write = Callable[..., None]

WRITERS: dict[str, Callable[[Report], Callable[..., None]]] = {
    "csv": lambda report: lambda file, **more: write_csv(report.findings, file, FINDINGS, **more),
    "parquet": lambda report: (
        lambda file, **more: write_parquet(report.findings, file, FINDINGS, **more)
    ),
    "jsonl": lambda report: lambda file, **more: write_json_lines(report.findings, file, **more),
    "html": lambda report: lambda file, **more: write_html(report, file, **more),
    "json": lambda report: lambda file, **more: write_json(report, file, **more),
    "lines": lambda report: lambda file, **more: write_report_lines(report, file, **more),
}


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("name", WRITERS)
def test_a_path_gets_what_a_file_gets(
    name: str, made_up: Callable[..., Report], tmp_path: Path
) -> None:
    """A path, as a str or a `Path`, gets the same bytes, in a private file."""
    write = WRITERS[name](made_up())
    file = io.BytesIO()
    write(file)
    one, other = tmp_path / "new" / "one", tmp_path / "other"
    other.touch(0o666)
    before = os.umask(0)
    try:
        write(one)
        write(str(other), mode=0o640)
    finally:
        os.umask(before)

    assert [file.getvalue()] * 2 == [one.read_bytes(), other.read_bytes()]
    assert [0o600, 0o700, 0o640] == [mode_of(one), mode_of(one.parent), mode_of(other)]


@pytest.mark.parametrize("name", WRITERS)
def test_a_symlink_needs_force(name: str, made_up: Callable[..., Report], tmp_path: Path) -> None:
    """The target of a symlink is only replaced by force."""
    write = WRITERS[name](made_up())
    (tmp_path / "link").symlink_to("target")

    with pytest.raises(OutputFileError, match="it is a symlink") as caught:
        write(tmp_path / "link")
    assert (str(tmp_path / "link"), False) == (caught.value.file, caught.value.begun)
    write(tmp_path / "link", force=True)
    assert (tmp_path / "target").stat().st_size > 0


@pytest.mark.parametrize("name", WRITERS)
def test_a_mode_needs_a_path(name: str, made_up: Callable[..., Report]) -> None:
    """The mode of an open file is its owner's affair, and not ignored."""
    write, file = WRITERS[name](made_up()), io.BytesIO()

    with pytest.raises(InvalidArgumentError, match="mode: expected a path to write to"):
        write(file, mode=0o600)
    with pytest.raises(InvalidArgumentError, match="force: expected a path to write to"):
        write(file, force=True)
    assert b"" == file.getvalue()


@every("mode", [640, 0o2640, 0o200, -1, 6.4, "640", True])
def test_a_mode_is_validated(mode: Any, tmp_path: Path) -> None:
    """A mode that does not let the owner read is rejected by name, and nothing is written."""
    with pytest.raises(InvalidArgumentError, match=r"^mode: expected a mode such as 0o640"):
        write_csv([], tmp_path / "a.csv", FINDINGS, mode=mode)
    assert [] == list(tmp_path.iterdir())


def test_an_error_leaves_the_old_file(finding: Callable[..., Finding], tmp_path: Path) -> None:
    """An error among the values leaves the old file, and nothing beside it."""
    (tmp_path / "a.csv").write_text("old")

    def broken() -> Any:
        yield finding()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_csv(broken(), tmp_path / "a.csv", FINDINGS)
    assert [("a.csv", "old")] == [(one.name, one.read_text()) for one in tmp_path.iterdir()]


def test_a_writer_can_write_to_a_path(finding: Callable[..., Finding], tmp_path: Path) -> None:
    """A writer of rows takes the file of a path, which appears when all are written."""
    with output_file(tmp_path / "a.csv", mode=0o644) as file, CsvWriter(file, FINDINGS) as rows:
        rows.write([finding()])
        assert not (tmp_path / "a.csv").exists()

    assert 2 == len((tmp_path / "a.csv").read_text().splitlines())
    assert 0o644 == mode_of(tmp_path / "a.csv")
