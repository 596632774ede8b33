"""Billable commands whose output fails or that get a signal: what took effect is named."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from billable_commands import (
    BUY,
    COMMANDS,
    FREE,
    ORDER,
    ORDERED,
    RENT,
    Command,
    arguments,
    effect_name,
    prepare,
)
from forked_commands import Commands, Piped

from sinch_numbers.sandbox import Sandbox

pytestmark = [pytest.mark.sandbox, pytest.mark.slow]

SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


class Shop:
    """A sandbox in which every command succeeds, and the commands on it."""

    def __init__(self, sandbox: Sandbox, directory: Path, commands: Commands) -> None:
        self.sandbox = sandbox
        self.directory = directory
        self._commands = commands
        self._before = 0
        prepare(sandbox)

    def start(self, command: Command) -> Piped:
        """Start *command* in a forked process, which takes less time."""
        return Piped(self._commands, self._argv(command))

    def run(
        self, command: Command, *options: str, setup: str = "", **streams: Any
    ) -> subprocess.Popen[bytes]:
        """Start *command* after *setup*, a part of a shell's command line such as ``>&-``."""
        return subprocess.Popen(
            [
                "bash",
                "-c",
                f'exec "$@" {setup}',
                "-",
                sys.executable,
                "-m",
                "sinch_numbers",
                *options,
                *self._argv(command),
            ],
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            **streams,
        )

    def _argv(self, command: Command) -> list[str]:
        argv = arguments(command, self.sandbox, self.directory)
        self.sandbox.calls.clear()
        self._before = len(self.sandbox.ledger)
        return argv

    def slow(self, command: Command, seconds: float = 0.6) -> None:
        """Answer the billable request late; it takes effect at once."""
        self.sandbox.faults.add("slow", method=command.method, path=command.path, seconds=seconds)

    def stall(self, command: Command) -> None:
        """Never answer the billable request; it takes effect at once."""
        self.sandbox.faults.add("stall", method=command.method, path=command.path)

    def reached(self, ending: str) -> None:
        """Wait until a request whose path ends so has arrived."""
        limit = time.monotonic() + 60
        while not any(call.endswith(ending) for call in list(self.sandbox.calls)):
            assert time.monotonic() < limit, self.sandbox.calls
            time.sleep(0.005)

    def billed(self, command: Command) -> None:
        """Wait until the billable request has taken effect."""
        limit = time.monotonic() + 60
        while not any(self._is_billable(command, call) for call in list(self.sandbox.calls)):
            assert time.monotonic() < limit, self.sandbox.calls
            time.sleep(0.005)
        time.sleep(0.05)

    def _is_billable(self, command: Command, call: str) -> bool:
        return call.startswith(command.method) and command.path in call

    def requests(self, command: Command) -> int:
        return sum(self._is_billable(command, call) for call in self.sandbox.calls)

    @property
    def effects(self) -> list[str]:
        """Return the numbers of what took effect since the start of the last command."""
        return [entry.phone_number for entry in self.sandbox.ledger[self._before :]]


@pytest.fixture
def shop(sandbox: Sandbox, tmp_path: Path, commands: Commands) -> Shop:
    return Shop(sandbox, tmp_path, commands)


def ended(process: "Piped | subprocess.Popen[bytes]") -> tuple[int, str, str]:
    out, err = process.communicate(timeout=60)
    reported = err.decode()
    print(process.returncode, out, reported)
    assert "Traceback" not in reported
    assert process.returncode is not None
    return process.returncode, (out or b"").decode(), reported


def after_the_price(reported: str) -> str:
    """Return the error, or the interrupt, on stderr: the consequence may name a number, too."""
    starts = ("sinch-numbers: ", '{"code":', '{"notice":"interrupted')
    return "\n".join(line for line in reported.splitlines() if line.startswith(starts))


@pytest.mark.parametrize(
    ("setup", "reason"),
    [
        pytest.param(">/dev/full", "No space left on device", id="full device"),
        pytest.param(">&-", "Bad file descriptor", id="closed"),
        pytest.param("1</dev/null", "Bad file descriptor", id="read-only"),
    ],
)
def test_each_stdout_that_certainly_fails_is_recognized(
    shop: Shop, setup: str, reason: str
) -> None:
    """Before any request that costs, with one line and exit code 1."""
    code, _, reported = ended(shop.run(RENT, setup=setup))

    assert (1, [], []) == (code, shop.sandbox.calls, shop.effects)
    assert f"sinch-numbers: cannot write to stdout: {reason}\n" == reported


@pytest.mark.parametrize("command", [pytest.param(one, id=one.id) for one in (RENT, ORDER, BUY)])
def test_a_file_that_fills_up_loses_nothing(shop: Shop, command: Command, tmp_path: Path) -> None:
    """If the output does not fit on the disk, stderr names the effect."""
    limit = 1 << 20  # enough for the journal

    def set_limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    (tmp_path / "out").write_bytes(bytes(limit - 10))
    with (tmp_path / "out").open("ab") as file:
        process = shop.run(
            command,
            *([] if command is RENT else ["--jsonl"]),
            stdout=file,
            preexec_fn=set_limit,
            env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        )
        code, _, reported = ended(process)

    assert 5 == code
    assert effect_name(command, shop.sandbox) in after_the_price(reported)
    assert "cannot write to stdout: File too large" in reported


@pytest.mark.parametrize("name", SIGNALS)
@pytest.mark.parametrize("command", [pytest.param(one, id=one.id) for one in (RENT, ORDER, BUY)])
def test_an_outcome_that_stays_unknown_is_reported(
    shop: Shop, command: Command, name: str
) -> None:
    """After some seconds without a response the exit code is 4, with advice how to look."""
    shop.stall(command)
    process = shop.start(command)
    shop.billed(command)
    process.send_signal(getattr(signal, name))
    code, out, reported = ended(process)

    assert (4, "") == (code, out)
    assert "outcome unknown" in reported
    assert "sinch-numbers get " in reported or "sinch-numbers orders get " in reported


@pytest.mark.parametrize("name", SIGNALS)
def test_the_second_signal_exits_at_once(shop: Shop, name: str) -> None:
    """It does not wait, and still says that the outcome is unknown, and of what."""
    shop.stall(RENT)
    process = shop.start(RENT)
    shop.billed(RENT)
    process.send_signal(getattr(signal, name))
    lines = [process.stderr.readline(), process.stderr.readline()]
    assert b"interrupt again to exit at once" in lines[-1]
    process.send_signal(getattr(signal, name))
    code, _, reported = ended(process)

    assert 4 == code
    assert f"renting {FREE}: outcome unknown" in reported


@pytest.mark.parametrize(
    ("command", "name"),
    [
        pytest.param(command, name, id=f"{command.id}-{name}")
        for command, name in zip((*COMMANDS[:3], BUY), (*SIGNALS, "SIGINT"), strict=True)
    ],
)
def test_a_signal_before_the_request_is_130(shop: Shop, command: Command, name: str) -> None:
    """If nothing was sent for certain, the command says only that it was interrupted."""
    shop.sandbox.faults.add("stall", method="GET", path="availableNumbers", times=9)
    process = shop.start(command)
    limit = time.monotonic() + 60
    while not any("availableNumbers" in call for call in list(shop.sandbox.calls)):
        assert time.monotonic() < limit
        time.sleep(0.005)
    process.send_signal(getattr(signal, name))
    code, out, reported = ended(process)

    assert (130, "", "sinch-numbers: interrupted\n") == (code, out, reported)
    assert [] == shop.effects


@pytest.mark.parametrize("name", SIGNALS)
@pytest.mark.parametrize(
    "line", [ORDER.line, f"buy {ORDERED} --registration DATA --longest-pause 0.1"]
)
def test_a_signal_during_the_review_names_the_order(shop: Shop, line: str, name: str) -> None:
    """An order that was submitted is named, since it is billed once it is accepted."""
    stuck = [{"companyName": "stuck", "taxId": "12"}]
    (shop.directory / "DATA").write_text(json.dumps(stuck))
    process = shop.start(
        Command(line.replace("DATA", str(shop.directory / "DATA")), "POST", "submit")
    )
    shop.billed(ORDER)
    time.sleep(0.3)
    process.send_signal(getattr(signal, name))
    code, _, reported = ended(process)

    (order,) = shop.sandbox.project().orders
    assert 5 == code
    assert f"order {order}: took effect" in reported


def test_a_log_that_cannot_be_written_stops_nothing(shop: Shop) -> None:
    """``--verbose`` with a full stderr neither fails the rent nor hides its result."""
    with Path("/dev/full").open("wb") as full:
        process = subprocess.Popen(
            [sys.executable, "-m", "sinch_numbers", "--verbose", "rent", FREE, "--yes"],
            stdout=subprocess.PIPE,
            stderr=full,
        )
        out, _ = process.communicate(timeout=60)

    assert (0, [FREE]) == (process.returncode, shop.effects)
    assert FREE in out.decode()


@pytest.mark.parametrize(
    ("command", "setup"),
    [
        ("list", ">/dev/full"),
        ("--json list", ">&-"),
        ("regions", ">/dev/full"),
        ("--help", ">&-"),
        ("--version", ">/dev/full"),
    ],
)
def test_a_command_that_is_free_reports_a_failed_output(
    shop: Shop, command: str, setup: str
) -> None:
    """One line and exit code 1, without a traceback or a message of the interpreter."""
    process = subprocess.Popen(
        ["bash", "-c", f'exec "$@" {setup}', "-", sys.executable, "-m", "sinch_numbers",
         *command.split()],
        stderr=subprocess.PIPE,
    )  # fmt: skip
    code, _, reported = ended(process)

    assert 1 == code
    message = (
        json.loads(reported)["message"] if "--json" in command else reported.partition(": ")[2]
    )
    assert message.startswith("cannot write to stdout: ")
    assert 1 == reported.count("\n")
