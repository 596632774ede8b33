"""A sandbox of its own, for other programs to talk to."""

import json
import pty
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from os import close, read
from typing import Any

import pytest

pytestmark = pytest.mark.slow

Run = Callable[..., Any]


@contextmanager
def started(*options: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """Start the command ``sandbox``; yield its process, and the environment that it prints."""
    with subprocess.Popen(
        [sys.executable, "-m", "sinch_numbers", "sandbox", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        lines = [running.stdout.readline() for _ in range(6)]
        assert all(line.startswith("export SINCH_") for line in lines)
        yield running, dict(line.removeprefix("export ").strip().split("=", 1) for line in lines)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_it_tells_how_to_reach_it_and_ends_with_ctrl_c(process: Run, name: str) -> None:
    """
    What it prints leads other processes to it; Ctrl-C, or another signal, is its normal end.
    """
    with started("--numbers", "12") as (running, environment):
        listed = process("--jsonl", "list", env=environment)
        running.send_signal(getattr(signal, name))
        _, err = running.communicate(timeout=120)

    assert 12 == len(listed.lines)
    assert 0 == running.returncode
    assert f"Sandbox running at {environment['SINCH_NUMBERS_URL']}; press Ctrl-C to stop.\n" == err


def test_a_port_in_use_is_told(process: Run) -> None:
    """
    Where it cannot listen, it says so in one line.
    """
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = process("sandbox", "--port", str(taken.getsockname()[1]))

    assert 1 == ended.code
    assert ended.err.startswith("sinch-numbers: cannot listen on port")
    assert 1 == ended.err.count("\n")


def test_the_seed_decides_what_it_rents(process: Run) -> None:
    """
    The same seed shows the same numbers, another one others.
    """
    few = ["--sandbox", "--sandbox-numbers", "3"]
    first = process(*few, "--sandbox-seed", "1", "list")

    assert first.out == process(*few, "--sandbox-seed", "1", "list").out
    assert first.out != process(*few, "--sandbox-seed", "2", "list").out


def test_the_rent_policy_is_an_option(process: Run) -> None:
    """
    Renting outside US LOCAL is rejected unless the policy is ``legacy``; other values are usage
    errors of both options.
    """
    rent = ["rent-first", "--region", "SE", "--type", "mobile", "--yes"]

    assert "400 INVALID_ARGUMENT" in process("--sandbox", *rent).err
    rented = process("--sandbox", "--sandbox-rent-policy", "legacy", *rent)
    assert (0, True) == (rented.code, "SE MOBILE" in rented.out)
    for wrong in (
        ["--sandbox", "--sandbox-rent-policy", "none", *rent],
        ["sandbox", "--rent-policy", "none"],
    ):
        ended = process(*wrong)
        assert 2 == ended.code
        assert "'none' is not us-local or legacy" in ended.err


def test_the_sandbox_of_other_programs_has_a_rent_policy(process: Run) -> None:
    """
    The command ``sandbox`` passes its policy on to the sandbox it serves.
    """
    rent = ["rent-first", "--region", "SE", "--type", "mobile", "--yes"]
    with started("--numbers", "0", "--rent-policy", "legacy") as (running, environment):
        rented = process(*rent, env=environment)
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=120)

    assert (0, True) == (rented.code, "SE MOBILE" in rented.out)


def test_the_notation_of_absent_values_is_an_option(process: Run) -> None:
    """
    The sandbox of other programs writes absent values as selected; other values are usage errors.
    """
    with started("--numbers", "1", "--absent", "empty-object") as (running, environment):
        url = f"{environment['SINCH_NUMBERS_URL']}/_sandbox"
        with urllib.request.urlopen(url) as reply:
            settings = json.load(reply)["settings"]
        listed = process("--jsonl", "list", env=environment)
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=120)
    ended = process("sandbox", "--absent", "none")

    assert "empty_object" == settings["absent"]
    assert [None] == [json.loads(line)["expireAt"] for line in listed.lines]
    assert 2 == ended.code
    assert "absent must be 'omit', 'null', 'empty_string', 'empty_object'" in ended.err


def test_progress_is_shown_on_a_terminal_only() -> None:
    """
    The bar is on stderr, where somebody watches, and stdout is free of it.
    """
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [
            sys.executable,
            "-m",
            "sinch_numbers",
            "--sandbox",
            "--sandbox-numbers",
            "5000",
            "audit",
        ],
        stdout=subprocess.PIPE,
        stderr=theirs,
    ) as running:
        close(theirs)
        shown = b""
        until = time.monotonic() + 30
        while time.monotonic() < until:
            if not select.select([ours], [], [], 1)[0]:
                continue
            try:
                shown += read(ours, 65536)
            except OSError:  # the other end is closed
                break
        assert running.stdout is not None
        out = running.stdout.read()
    close(ours)

    assert b"/5000" in shown
    assert b"\x1b[" not in out
    assert b"5,000 numbers" in out
