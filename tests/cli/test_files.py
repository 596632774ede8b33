"""Output files are complete or absent, however the command ends."""

import errno
import json
import os
import random
import resource
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sinch_numbers._core import atomic_files as files
from sinch_numbers._core.atomic_files import OutputFile, replaced
from sinch_numbers.errors import OutputFileError
from sinch_numbers.sandbox import Sandbox

Run = Callable[..., Any]

KILLED = Path(__file__).parent / "killed.py"
SEED = 20261
OLD = "the old content\n"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Return a file with some content, alone in a directory."""
    target = tmp_path / "numbers.jsonl"
    target.write_text(OLD)
    return target


@pytest.fixture
def project(sandbox: Sandbox) -> Sandbox:
    for place in range(3):
        sandbox.project().add_active(phone_number=f"+1202555010{place}", display_name="Café \x1b")
    return sandbox


def beside(target: Path) -> list[str]:
    """Return what else there is in the directory of *target*."""
    return sorted(file.name for file in target.parent.iterdir() if file != target)


def stop(why: BaseException) -> None:
    raise why


# What is written


@pytest.mark.sandbox
def test_json_lines_are_what_stdout_would_get(project: Sandbox, cli: Run, target: Path) -> None:
    """
    A file holds, byte for byte, what programs read from stdout.
    """
    shown = cli("--jsonl", "list", "--page-size", "2")
    ended = cli("--jsonl", "list", "--page-size", "2", "--output", str(target))

    assert (0, "", "") == (ended.code, ended.out, ended.err)
    assert shown.out == target.read_text()
    assert 3 == len([json.loads(line) for line in target.read_text().splitlines()])
    assert [] == beside(target)


@pytest.mark.slow
def test_an_audit_can_be_written(process: Run, target: Path) -> None:
    """
    The report goes to the file, and nothing to stdout.
    """
    ended = process("--sandbox", "audit", "--fail-on", "info", "-o", str(target))
    assert (3, "", "") == (ended.code, ended.out, ended.err)
    assert "summary" == json.loads(target.read_text().splitlines()[-1])["kind"]
    assert [] == beside(target)


@pytest.mark.sandbox
def test_a_hyphen_is_stdout(project: Sandbox, cli: Run, tmp_path: Path) -> None:
    """
    As for other programs; and there is nothing about stdout to be forced.
    """
    assert 3 == len(cli("--jsonl", "list", "-o", "-").lines)
    assert 2 == cli("list", "--force").code


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_a_file_that_is_not_complete_is_private(tmp_path: Path, umask: int) -> None:
    """Until a file is complete, only its owner can read it; the umask is not changed."""
    target = tmp_path / "new"
    before = os.umask(umask)
    try:
        with replaced(target, mode=0o644) as file:
            file.write("x")
            (waiting,) = tmp_path.iterdir()
            assert 0o600 == stat.S_IMODE(waiting.stat().st_mode)
        assert umask == os.umask(umask)
    finally:
        os.umask(before)

    assert 0o644 == stat.S_IMODE(target.stat().st_mode)


def test_it_is_on_the_disk_before_it_takes_the_place(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Content, place, directory: in any other order a power cut could leave half a file.
    """
    steps: list[str] = []
    sync, put = os.fsync, Path.replace

    def fsync(descriptor: int) -> None:
        kind = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        steps.append("directory" if kind else f"content of {os.fstat(descriptor).st_size}")
        sync(descriptor)

    def replace(waiting: Path, path: Path) -> Path:
        steps.append("place")
        return put(waiting, path)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    with replaced(target) as file:
        file.write("123")

    assert ["content of 3", "place", "directory"] == steps


# What is refused


def _link(path: Path) -> Path:
    (path / "file").write_text(OLD)
    (path / "link.jsonl").symlink_to("file")
    return path / "link.jsonl"


def _dangling(path: Path) -> Path:
    (path / "link.jsonl").symlink_to("nothing")
    return path / "link.jsonl"


def _circle(path: Path) -> Path:
    (path / "link.jsonl").symlink_to("link.jsonl")
    return path / "link.jsonl"


def _link_to_directory(path: Path) -> Path:
    (path / "link.jsonl").symlink_to(path)
    return path / "link.jsonl"


def _directory(path: Path) -> Path:
    (path / "a.jsonl").mkdir()
    return path / "a.jsonl"


def _socket(path: Path) -> Path:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path / "s.jsonl"))
    return path / "s.jsonl"


# name -> how to make it, what is wrong with it, what is wrong when it is forced
REFUSED: dict[str, tuple[Callable[[Path], Path], str, str | None]] = {
    "a link": (_link, "it is a symlink; --force replaces its target", None),
    "a link to nothing": (_dangling, "it is a symlink; --force replaces its target", None),
    "a link in a circle": (_circle, "it is a symlink; --force replaces its target", "symbolic"),
    "a link to a directory": (
        _link_to_directory, "it is a symlink; --force replaces its target", "it is a directory",
    ),
    "a directory": (_directory, "it is a directory", "it is a directory"),
    "a socket": (
        _socket,
        "it is not a regular file, a character device, or a pipe",
        "it is not a regular file, a character device, or a pipe",
    ),
    "below a file": (lambda _: KILLED / "x.jsonl", "Not a directory", "Not a directory"),
    "a name without end": (
        lambda path: path / ("x" * 300 + ".jsonl"), "File name too long", "too long",
    ),
    "steering the terminal": (
        lambda _: KILLED / "\x1b[31m" / "x.jsonl",
        "\\x1b[31m/x.jsonl: Not a directory",
        "Not a directory",
    ),
}  # fmt: skip


@pytest.mark.sandbox
@pytest.mark.parametrize("name", REFUSED)
def test_an_odd_target_is_refused(name: str, tmp_path: Path, sandbox: Sandbox, cli: Run) -> None:
    """
    In one line, as wrong usage, before anything is sent; and nothing is left behind.
    """
    make, problem, _ = REFUSED[name]
    path = make(tmp_path)
    before = sorted(tmp_path.iterdir())
    ended = cli("list", "--output", str(path))

    assert (2, "") == (ended.code, ended.out)
    assert ended.err.startswith("sinch-numbers: cannot write ")
    assert ended.err.endswith(f"{problem}\n")
    assert 1 == len(ended.err.splitlines())
    assert [] == sandbox.calls
    assert before == sorted(tmp_path.iterdir())


@pytest.mark.sandbox
@pytest.mark.parametrize("name", REFUSED)
def test_force_follows_links_and_no_more(
    name: str, tmp_path: Path, project: Sandbox, cli: Run
) -> None:
    """
    The link stays and its file is replaced; what can hold no list still cannot.
    """
    make, _, problem = REFUSED[name]
    path = make(tmp_path)
    ended = cli("--jsonl", "list", "--output", str(path), "--force")

    if problem is None:
        assert (0, "") == (ended.code, ended.err)
        assert path.is_symlink()
        assert 3 == len(path.read_text().splitlines())
    else:
        assert 2 == ended.code
        assert problem in ended.err
        assert 1 == len(ended.err.splitlines())


def test_a_file_of_somebody_else_is_left_alone(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A new file would be ours; only force may take it over.
    """
    monkeypatch.setattr(os, "geteuid", lambda: target.stat().st_uid + 1)
    with pytest.raises(OutputFileError, match="it is owned by another user"), replaced(target):
        pass
    assert OLD == target.read_text()

    with replaced(target, force=True) as file:
        file.write("new")
    assert "new" == target.read_text()


@pytest.mark.parametrize("name", ["", "a\0b"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    """
    Whatever Python makes of it, the error is ours.
    """
    with pytest.raises(OutputFileError) as refused, replaced(Path(name)):
        pass
    assert refused.value.begun is False


# What goes wrong on the way


@pytest.mark.parametrize(
    "error", [ValueError("x"), KeyboardInterrupt(), SystemExit(1), GeneratorExit()], ids=repr
)
def test_what_does_not_end_well_does_not_replace(target: Path, error: BaseException) -> None:
    """
    Errors and interrupts leave the old content, and no file beside it.
    """

    def write() -> None:
        with replaced(target) as file:
            file.write("new")
            stop(error)

    with pytest.raises(type(error)) as raised:
        write()
    assert error is raised.value
    assert (OLD, []) == (target.read_text(), beside(target))


def test_a_mode_that_cannot_be_set_leaves_nothing(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the new file cannot be made private, it is removed before anything is written."""
    before = sorted(target.parent.iterdir())
    monkeypatch.setattr(os, "fchmod", lambda *_: stop(OSError(errno.EPERM, "no modes here")))

    with pytest.raises(OutputFileError, match="no modes here") as caught, replaced(target):
        raise AssertionError("the block must not run")

    assert caught.value.begun is False
    assert before == sorted(target.parent.iterdir())


@pytest.mark.parametrize("call", ["fsync", "fchmod"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS])
def test_a_disk_that_fails_late_is_one_error(
    target: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int
) -> None:
    """
    It says what the system says, and the old content stays.
    """

    def write_and_break(file: OutputFile) -> None:
        file.write("new")
        monkeypatch.setattr(os, call, lambda *_: stop(OSError(code, os.strerror(code))))

    with pytest.raises(OutputFileError) as refused, replaced(target) as file:
        write_and_break(file)

    assert f"cannot write {target}: {os.strerror(code)}" == str(refused.value)
    assert refused.value.begun is True
    assert (OLD, []) == (target.read_text(), beside(target))


def test_a_directory_in_the_way_of_the_last_step_is_told(target: Path) -> None:
    """
    It was not there when it began.
    """

    def write() -> None:
        with replaced(target) as file:
            file.write("new")
            target.unlink()
            target.mkdir()

    with pytest.raises(OutputFileError, match="Is a directory"):
        write()
    assert [] == beside(target)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("what", "limit"),
    [(["list"], 0), (["list"], 50_000), (["list"], 4096), (["audit"], 1)],
    ids=repr,
)
def test_a_full_disk_leaves_the_old_file(
    what: list[str], limit: int, target: Path, process: Run
) -> None:
    """
    One line, exit code 1, the old content, and no half of the new one.
    """
    ended = process(
        "--sandbox",
        "--sandbox-numbers",
        "300",
        *what,
        "--output",
        str(target),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )

    assert (1, "") == (ended.code, ended.out)
    assert f"sinch-numbers: cannot write {target}: {os.strerror(errno.EFBIG)}\n" == ended.err
    assert (OLD, []) == (target.read_text(), beside(target))


@pytest.mark.slow
def test_an_interrupt_leaves_the_old_file(target: Path) -> None:
    """
    Ctrl-C while numbers are still coming: exit code 130, and nothing beside the file.
    """
    seed = SEED
    print(f"seed {seed}")
    rng = random.Random(seed)
    codes = []
    for _ in range(3):
        process = _listing(target)
        _wait_for_a_temporary(target, process)
        time.sleep(rng.uniform(0, 0.05))
        process.send_signal(signal.SIGINT)
        codes.append(process.wait(60))
        assert [] == beside(target)
        assert codes[-1] == 0 or target.read_text() == OLD
        target.write_text(OLD)

    assert set() == set(codes) - {0, 130}


# What ends it at once


@pytest.mark.slow
@pytest.mark.parametrize(("how", "kills"), [("atomic", 200), ("naive", 40)])
def test_kills_leave_whole_files(how: str, kills: int, tmp_path: Path) -> None:
    """
    However it is killed, the target is absent, old or new, but whole; without all the care
    it is not, so the test can tell.
    """
    ended = subprocess.run(
        [sys.executable, KILLED, tmp_path, str(kills), str(SEED), how],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    seen = json.loads(ended.stdout)
    print(f"{how}, {kills} kills, seed {SEED}: {seen}")

    assert [] == seen["strange"]
    if how == "naive":
        assert seen["corrupt"] > 0
        return
    assert 0 == seen["corrupt"]
    assert kills == seen["absent"] + seen["old"] + seen["new"]
    assert min(seen["absent"], seen["old"], seen["new"], seen["temporaries"]) > 0


@pytest.mark.slow
def test_a_killed_command_leaves_a_whole_file(target: Path) -> None:
    """
    The same for the command itself: what is there is the old list or the complete new one.
    """
    rng = random.Random(SEED)
    seen = {"old": 0, "new": 0}
    for _ in range(3):
        target.write_text(OLD)
        process = _listing(target)
        _wait_for_a_temporary(target, process)
        time.sleep(rng.uniform(0, 0.4))
        process.kill()
        process.wait(60)
        text = target.read_text()
        if text != OLD:
            numbers = [json.loads(line)["phoneNumber"] for line in text.splitlines()]
            assert 3000 == len(set(numbers))
        seen["old" if text == OLD else "new"] += 1
        for left in beside(target):
            assert Path(left).match(".sinch-numbers-*.tmp")
            (target.parent / left).unlink()
    print(f"3 kills, seed {SEED}: {seen}")


def _listing(target: Path) -> "subprocess.Popen[bytes]":
    command = ["--sandbox", "--jsonl", "list", "--page-size", "100", "--output", str(target)]
    return subprocess.Popen(
        [sys.executable, "-m", "sinch_numbers", *command], stderr=subprocess.DEVNULL
    )


def _wait_for_a_temporary(target: Path, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while not beside(target):
        assert process.poll() is None, "it ended before it was looked at"
        assert time.monotonic() < deadline
        time.sleep(0.002)


def test_names_of_waiting_files_are_never_used_twice(target: Path) -> None:
    """
    Two at once write two files; who is done last, wins.
    """
    with replaced(target) as first:
        first.write("first")
        with replaced(target) as second:
            second.write("second")
            assert 2 == len(beside(target))
        assert "second" == target.read_text()
    assert ("first", []) == (target.read_text(), beside(target))


def test_a_waiting_file_is_not_inherited(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    It is made new, through no link, for this process only.
    """
    asked: list[int] = []
    opened = os.open

    def note(path: Any, flags: int, *more: Any, **named: Any) -> int:
        asked.append(flags)
        return opened(path, flags, *more, **named)

    monkeypatch.setattr(files.os, "open", note)
    with replaced(target):
        pass

    for flag in (os.O_EXCL, os.O_CREAT, os.O_NOFOLLOW, os.O_CLOEXEC):
        assert flag == asked[0] & flag
