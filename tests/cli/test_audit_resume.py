"""``audit --resume`` continues interrupted audits, and reports incomplete ones."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal

from sinch_numbers.audit._checkpoint import Standing
from sinch_numbers.sandbox import Sandbox

pytestmark = pytest.mark.slow

Run = Callable[..., Any]

HINT = "interrupted; progress is saved: run the same command again to resume from "
LATE: dict[str, Any] = {"probability": 0.03, "seed": 143, "times": 1}
"""Strikes the 45th request that fits: partitions are counted, and some of the pages are read."""


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """Run a sandbox that the environment leads to, of many small pages."""
    with start_blocking_portal() as portal:
        sandbox = Sandbox(numbers=400, stock=0, provisioning=3600.0, max_page_size=5)
        portal.call(sandbox.start)
        for name, value in sandbox.environment.items():
            monkeypatch.setenv(name, value)
        yield sandbox
        portal.call(sandbox.stop)


def interrupted(sandbox: Sandbox, *argv: str) -> tuple[int, str]:
    """Run a command until a request gets no reply, interrupt it; return its code and message."""
    sandbox.faults.add("stall", path="activeNumbers", **LATE)
    with subprocess.Popen(
        [sys.executable, "-m", "sinch_numbers", *argv],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        while not sandbox.faults.applied and running.poll() is None:
            time.sleep(0.01)
        running.send_signal(signal.SIGINT)
        _, reported = running.communicate(timeout=30)
    sandbox.faults.clear()
    return running.returncode, json.loads(reported)["message"] if "--jsonl" in argv else reported


def without_times(lines: list[str]) -> list[dict[str, Any]]:
    reported = [json.loads(line) for line in lines]
    for one in reported:
        one.pop("startedAt", None)
        one.pop("finishedAt", None)
    return reported


def test_an_interrupted_audit_goes_on(sandbox: Sandbox, cli: Run, tmp_path: Path) -> None:
    """
    Ctrl-C leaves the file; the same command once more reads the rest, says what an audit in
    one go says, and removes it.
    """
    saved = tmp_path / "audit.state"
    command = ("--jsonl", "audit", "--no-history", "--concurrency", "1", "--resume", str(saved))

    ended = interrupted(sandbox, *command)
    assert (130, f"{HINT}{saved}") == ended
    read = Standing.loads(saved.read_text()).tally.numbers
    assert 0 < read < 400
    before = len(sandbox.calls)
    resumed = cli(*command)

    assert (0, "") == (resumed.code, resumed.err)
    asked = len(sandbox.calls) - before
    assert not saved.exists()
    at_once = cli("--jsonl", "audit", "--no-history")
    assert without_times(at_once.lines)[-1]["numbers"] == 400
    assert without_times(at_once.lines) == without_times(resumed.lines)
    assert asked < len(sandbox.calls) - before - asked


def test_several_projects_go_on(cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The option then names a directory, which is empty again in the end.
    """
    with start_blocking_portal() as portal:
        sandbox = Sandbox(
            numbers=200,
            stock=0,
            provisioning=3600.0,
            max_page_size=5,
            project_id=["alpha", "beta"],
        )
        portal.call(sandbox.start)
        for name, value in sandbox.environment.items():
            monkeypatch.setenv(name, value)
        projects, states = tmp_path / "projects.csv", tmp_path / "states"
        projects.write_text(
            "project_id,key_id,key_secret_env\n"
            "alpha,sandbox,SINCH_KEY_SECRET\nbeta,sandbox,SINCH_KEY_SECRET\n"
        )
        states.mkdir()
        command = (
            *("--jsonl", "audit", "--no-history"),
            *("--projects", str(projects), "--concurrency", "2"),
        )
        resume = ("--resume", str(states))

        code, reported = interrupted(sandbox, *command, *resume)
        assert (130, f"{HINT}{states}") == (code, reported)
        assert [] != list(states.iterdir())
        resumed = cli(*command, *resume)

        assert (0, "") == (resumed.code, resumed.err)
        assert [] == list(states.iterdir())
        at_once = cli(*command)
        assert without_times(at_once.lines) == without_times(resumed.lines)
        portal.call(sandbox.stop)


@pytest.mark.parametrize("resumed", [False, True])
def test_an_incomplete_inventory_is_1(
    resumed: bool, sandbox: Sandbox, cli: Run, tmp_path: Path
) -> None:
    """
    A page that cannot be read leaves a report with a gap: the table and the JSON say which,
    and the exit code that it is not the whole truth.
    """
    argv = ["audit", "--concurrency", "1"]
    if resumed:
        argv += ["--resume", str(tmp_path / "audit.state")]
        assert 130 == interrupted(sandbox, *argv)[0]
    for shape in ("table", "json"):
        sandbox.faults.clear()
        sandbox.faults.add("400", path="activeNumbers", **LATE)
        ended = cli(*(["--jsonl"] if shape == "json" else []), *argv)

        assert 1 == ended.code
        if shape == "table":
            assert "Inventory incomplete: " in ended.out
            assert " of 400 counted, failed: " in " ".join(ended.out.split())
        else:
            completeness = json.loads(ended.lines[-1])["completeness"]
            assert completeness["complete"] is False
            assert completeness["read"] < 400
            assert completeness["explanation"].startswith("incomplete: ")
    assert [] == list(tmp_path.iterdir())


def test_another_audits_file_is_wrong_usage(sandbox: Sandbox, cli: Run, tmp_path: Path) -> None:
    """
    Nothing is sent, and the file stays as it is.
    """
    saved = tmp_path / "audit.state"
    assert 130 == interrupted(sandbox, "audit", "--concurrency", "1", "--resume", str(saved))[0]
    text = saved.read_text()
    sandbox.calls.clear()

    for argv in (
        ("--months", "3", "--resume", str(saved)),
        ("--stuck-hours", "1", "--emergency", "--resume", str(saved)),
        ("--resume", str(tmp_path)),
        ("--resume", str(saved / "audit.state")),
    ):
        ended = cli("audit", *argv)
        assert (2, "") == (ended.code, ended.out)
        assert ended.err.startswith("sinch-numbers: --resume: expected ")
        assert 1 == len(ended.err.splitlines())
    assert text == saved.read_text()
    assert [] == sandbox.calls
