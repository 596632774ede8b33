"""One rule for every file of a command: mode, symlinks, missing directories, special files."""

import json
import os
import pty
import select
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from products import every, product

from sinch_numbers.cli._shared.options import octal
from sinch_numbers.sandbox import Sandbox

pytestmark = pytest.mark.sandbox

Run = Callable[..., Any]

NUMBER = "+12025550101"
LISTED = ("csv", "json", "jsonl", "md", "parquet", "xlsx")
REPORTS = [f"report.{suffix}" for suffix in ("html", *LISTED)]
LISTS = [f"list.{suffix}" for suffix in LISTED]
JOURNAL = [f"journal.db{suffix}" for suffix in ("", "-lock")]

# command -> its arguments, and the files that it writes
COMMANDS: dict[str, tuple[list[str], list[str]]] = {
    "audit": (
        ["audit", *(w for r in REPORTS for w in ("--output", r))],
        REPORTS,
    ),
    "list": (
        ["list", *(w for r in LISTS for w in ("--output", r))],
        LISTS,
    ),
    "release": (["release", NUMBER, "--yes"], JOURNAL),
}


@pytest.fixture
def home(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the current directory of the commands, of a project with one number."""
    sandbox.project().add_active(phone_number=NUMBER)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.chdir(home)
    monkeypatch.setenv("SINCH_STORE", str(home / "journal.db"))
    return home


def without_store(home: Path) -> list[Path]:
    """Return the files and directories in *home*, without those of the store."""
    return [path for path in home.rglob("*") if not path.name.startswith("journal.db")]


def modes(home: Path, files: list[str]) -> dict[str, str]:
    return {name: f"{stat.S_IMODE((home / name).stat().st_mode):o}" for name in files}


@product(
    command={name: name for name in COMMANDS},
    umask={f"umask {umask:03o}": umask for umask in (0o000, 0o022, 0o077)},
    before={"new": None, "readable": 0o644, "writable": 0o666},
)
def test_files_are_private(
    command: str, umask: int, before: int | None, home: Path, cli: Run
) -> None:
    """Every file has mode 0600, whatever the umask and the mode of an existing file."""
    argv, files = COMMANDS[command]
    if before is not None:
        for name in files:
            (home / name).touch()
            (home / name).chmod(before)
    old = os.umask(umask)
    try:
        ended = cli(*argv)
        after = os.umask(old)
    finally:
        os.umask(old)

    assert (0, umask) == (ended.code, after), ended.err
    assert dict.fromkeys(files, "600") == modes(home, files)


@product(command={name: name for name in COMMANDS}, mode=["640", "0664", "0o604"])
def test_the_mode_applies_to_every_file(command: str, mode: str, home: Path, cli: Run) -> None:
    """``--mode``, as a global option or after the command, replaces the default of all files."""
    argv, files = COMMANDS[command]
    before = os.umask(0o077)
    try:
        assert 0 == cli("--mode", mode, *argv).code
        found = [modes(home, files)]
        if command != "release":
            assert 0 == cli(*argv, "--mode", mode).code
            found.append(modes(home, files))
    finally:
        os.umask(before)

    assert [dict.fromkeys(files, f"{octal(mode):o}")] * len(found) == found


@every("mode", ["", "rw", "u=rw", "8", "888", "64", "2640", "1777", "0o", "-640", "6.4", "040"])
def test_a_mode_is_octal(mode: str, sandbox: Sandbox, cli: Run) -> None:
    """Anything but an octal mode that lets the owner read is rejected, and the option is named."""
    ended = cli("audit", "--output", "report.json", f"--mode={mode}")

    assert (2, "", []) == (ended.code, ended.out, sandbox.calls)
    assert "'--mode'" in ended.err
    assert "an octal mode such as 640" in " ".join(ended.err.replace("│", " ").split())


def test_the_journal_must_be_writable(home: Path, sandbox: Sandbox, cli: Run) -> None:
    """A mode with which the journal could not be used again is rejected by name."""
    ended = cli("--mode", "400", "release", NUMBER, "--yes")

    assert (2, []) == (ended.code, sandbox.calls)
    assert "mode: expected a mode such as 0o640 that lets the owner read and write" in ended.err


def test_missing_directories_are_created(home: Path, cli: Run) -> None:
    """Directories get mode 0700, and let in those who may read the files."""
    assert 0 == cli("list", "--output", "a/b/list.csv").code
    assert 0 == cli("list", "--output", "c/d/list.csv", "--mode", "640").code

    assert {"a": "700", "a/b": "700", "c": "750", "c/d": "750"} == modes(
        home, ["a", "a/b", "c", "c/d"]
    )


def test_a_failed_command_leaves_no_directory(home: Path, sandbox: Sandbox, cli: Run) -> None:
    """Directories that were created for a file are removed with it."""
    sandbox.faults.add("403")

    assert 8 == cli("audit", "--output", "a/b/report.csv", "--output", "c/report.json").code
    assert [] == without_store(home)


@pytest.mark.parametrize("option", ["--output", "--resume"])
def test_a_symlink_needs_force(option: str, home: Path, sandbox: Sandbox, cli: Run) -> None:
    """Whichever file it is for, a symlink is rejected before a request, and kept with force."""
    (home / "link.csv").symlink_to("target.csv")
    refused = cli("audit", option, "link.csv")
    assert (2, [], False) == (refused.code, sandbox.calls, (home / "target.csv").exists())
    assert "it is a symlink; --force replaces its target" in refused.err

    assert 0 == cli("audit", option, "link.csv", "--force").code
    assert (home / "link.csv").is_symlink()
    assert (option != "--resume") == (home / "target.csv").exists()


@pytest.mark.parametrize("resume", ["audit.state", "states"])
def test_progress_is_kept_until_the_report_is_written(
    resume: str, home: Path, sandbox: Sandbox, cli: Run
) -> None:
    """If the report cannot be written, the progress is still there; later it is removed."""
    (home / "projects.csv").write_text(
        f"project_id,key_id,key_secret_env\n{sandbox.environment['SINCH_PROJECT_ID']},"
        f"{sandbox.environment['SINCH_KEY_ID']},SINCH_KEY_SECRET\n"
    )
    argv = ["audit", "--resume", resume, *(["--projects", "projects.csv"] * (resume == "states"))]

    assert 1 == cli("--jsonl", *argv, "--output", "/dev/full").code
    kept = [path for path in without_store(home) if path.is_file()]
    assert 2 == len(kept)
    assert 0 == cli(*argv).code
    assert ["projects.csv"] == [path.name for path in without_store(home) if path.is_file()]


def test_recorded_webhooks_follow_the_rule(home: Path, sandbox: Sandbox, cli: Run) -> None:
    """A symlink for ``--record`` is rejected before the port is opened."""
    (home / "link").symlink_to("target")

    ended = cli("webhooks", "listen", "--port=0", "--record", "link")

    assert (2, [], False) == (ended.code, sandbox.calls, (home / "target").exists())
    assert "cannot write link: it is a symlink; --force replaces its target" in ended.err


# Devices and pipes


@pytest.mark.parametrize("device", ["/dev/null", "null.csv"])
def test_a_device_is_written(device: str, home: Path, cli: Run) -> None:
    """A character device takes the output as it is, also through a symlink."""
    (home / "null.csv").symlink_to("/dev/null")
    argv = ("--jsonl", "list", "--output", device)

    assert (0, "", "") == (lambda e: (e.code, e.out, e.err))(cli(*argv))
    assert (home / "null.csv").is_symlink()
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_a_full_device_is_an_error(home: Path, cli: Run) -> None:
    """A device that takes nothing ends the command with the reason."""
    (home / "full.csv").symlink_to("/dev/full")
    ended = cli("list", "--output", "full.csv")

    assert (1, "sinch-numbers: cannot write full.csv: No space left on device\n") == (
        ended.code,
        ended.err,
    )


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
def test_stdout_can_be_named(name: str, home: Path, cli: Run) -> None:
    """The names of stdout get what stdout would get, wherever it leads."""
    shown = cli("--jsonl", "list").out

    assert (0, shown, "") == (lambda e: (e.code, e.out, e.err))(
        cli("--jsonl", "list", "--output", name)
    )


def test_a_pipe_gets_the_list(home: Path, cli: Run) -> None:
    """A named pipe is written, and stays."""
    shown = cli("--jsonl", "list").out
    os.mkfifo(home / "pipe.jsonl")
    got: list[str] = []
    reader = threading.Thread(target=lambda: got.append((home / "pipe.jsonl").read_text()))
    reader.start()
    ended = cli("list", "--output", "pipe.jsonl")
    reader.join(10)

    assert (0, [shown]) == (ended.code, got)
    assert (home / "pipe.jsonl").is_fifo()


# Interruptions


@pytest.mark.slow
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
@pytest.mark.parametrize("resumed", [True, False])
def test_a_signal_leaves_nothing_half_written(name: str, resumed: bool, tmp_path: Path) -> None:
    """
    A signal leaves the old report and no temporary file, and stderr describes how to resume.
    """
    with start_blocking_portal() as portal:
        sandbox = Sandbox(numbers=400, stock=0, provisioning=3600.0, max_page_size=5)
        portal.call(sandbox.start)
        late = {"probability": 0.03, "seed": 131, "times": 1}  # after some pages
        sandbox.faults.add("stall", path="activeNumbers", **late)
        (tmp_path / "old.html").write_text("old")
        argv = ["audit", "--concurrency", "1", "--output", "old.html", "--output", "new/a.csv"]
        if resumed:
            argv += ["--resume", "states/audit.state"]
        with subprocess.Popen(
            [sys.executable, "-m", "sinch_numbers", *argv],
            cwd=tmp_path,
            env={**os.environ, **sandbox.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as running:
            while not sandbox.faults.applied and running.poll() is None:
                time.sleep(0.01)
            running.send_signal(getattr(signal, name))
            out, err = running.communicate(timeout=30)
        portal.call(sandbox.stop)

    hint = (
        "progress is saved: run the same command again to resume from states/audit.state"
        if resumed
        else "nothing was saved; --resume FILE saves the progress of an audit"
    )
    assert (130, "", f"sinch-numbers: interrupted; {hint}\n") == (running.returncode, out, err)
    assert "old" == (tmp_path / "old.html").read_text()
    left = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*"))
    states = ["states", "states/audit.state"] if resumed else []
    assert ["old.html", *states] == left
    if resumed:
        assert "audit" in json.loads((tmp_path / "states/audit.state").read_text())
        assert {"states": "700", "states/audit.state": "600"} == modes(tmp_path, states)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_during_a_list_leaves_the_old_file(name: str, tmp_path: Path) -> None:
    """A list that is stopped exits with 130 and leaves no temporary file."""
    (tmp_path / "list.csv").write_text("old")
    argv = ["--sandbox", "list", "--page-size", "10", "--output", "list.csv"]
    with subprocess.Popen(
        [sys.executable, "-m", "sinch_numbers", *argv],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        while len(list(tmp_path.iterdir())) < 2 and running.poll() is None:
            time.sleep(0.002)
        running.send_signal(getattr(signal, name))
        _, err = running.communicate(timeout=30)

    hint = "no file was written: run the same command again"
    assert 130 == running.returncode
    # The hint is missing if the signal comes right after the file was created.
    assert err in (f"sinch-numbers: interrupted; {hint}\n", "sinch-numbers: interrupted\n")
    assert ["list.csv"] == [path.name for path in tmp_path.iterdir()]
    assert "old" == (tmp_path / "list.csv").read_text()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_terminal_is_left_in_order(name: str, tmp_path: Path) -> None:
    """An audit in a terminal, with its progress bar, shows the cursor again after a signal."""
    with start_blocking_portal() as portal:
        sandbox = Sandbox(numbers=400, stock=0, provisioning=3600.0, max_page_size=5)
        portal.call(sandbox.start)
        sandbox.faults.add("stall", path="activeNumbers", probability=0.03, seed=131, times=1)
        ours, theirs = pty.openpty()
        argv = ["audit", "--concurrency", "1", "--output", "/dev/stdout", "--resume", "state"]
        with subprocess.Popen(
            [sys.executable, "-m", "sinch_numbers", *argv],
            cwd=tmp_path,
            env={**os.environ, **sandbox.environment, "TERM": "xterm"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        ) as running:
            os.close(theirs)
            while not sandbox.faults.applied and running.poll() is None:
                time.sleep(0.01)
            running.send_signal(getattr(signal, name))
            shown = b""
            with suppress(OSError):  # the other end is closed
                while select.select([ours], [], [], 30)[0] and (more := os.read(ours, 65536)):
                    shown += more
        os.close(ours)
        portal.call(sandbox.stop)

    assert 130 == running.returncode
    assert b"\x1b[?25l" in shown
    assert b"\x1b[?25h" in shown.rpartition(b"\x1b[?25l")[2]
    assert b"run the same command again to resume from state" in shown
    assert ["state"] == [path.name for path in tmp_path.iterdir()]


@pytest.mark.slow
def test_a_redirected_stdout_is_not_truncated(tmp_path: Path) -> None:
    """``/dev/stdout`` of a file that the shell opened for appending keeps what is there."""
    log = tmp_path / "log"
    log.write_text("before\n")
    argv = ["--sandbox", "--sandbox-numbers", "3", "--jsonl", "list", "--output", "/dev/stdout"]
    with log.open("a") as file:
        ended = subprocess.run(
            [sys.executable, "-m", "sinch_numbers", *argv], stdout=file, check=False, timeout=60
        )

    assert 0 == ended.returncode
    before, *numbers = log.read_text().splitlines()
    assert ("before", 3) == (before, len([json.loads(line) for line in numbers]))
