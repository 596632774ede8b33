"""Exit codes and messages of commands, also after failures."""

import gc
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

from sinch_numbers import (
    AlreadyOwnedError,
    APIConnectionError,
    APIReplyLostError,
    APIResponseError,
    APITimeoutError,
    AuthUnavailableError,
    InvalidArgumentError,
    OrderIncompleteError,
    OrderRefusedError,
    OutcomeUnknownError,
    OutOfStockError,
    RateLimitError,
    SinchNumbersError,
    TLSError,
    __version__,
)
from sinch_numbers._core.responses import refusal
from sinch_numbers._core.transport.base import Reply
from sinch_numbers.cli import main
from sinch_numbers.cli._shared.errors import MEANINGS, ExitCode, exit_code
from sinch_numbers.sandbox import Sandbox

pytestmark = pytest.mark.sandbox

Run = Callable[..., Any]

NUMBER = "+12025550101"


def test_the_exit_codes_are_told(cli: Run) -> None:
    """
    Who asks for help learns what the codes mean.
    """
    ended = cli("--help")

    assert 0 == ended.code
    for code in ExitCode:
        assert f"  {code.value:<3}  {MEANINGS[code]}" in ended.out


def _token_limited() -> AuthUnavailableError:
    """Return the error of a token service that is rate limited."""
    error = AuthUnavailableError("no token")
    error.__cause__ = RateLimitError("", status=429)
    return error


@pytest.mark.parametrize("enabled", [True, False])
def test_garbage_collection_is_restored(enabled: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command with the arguments of the process leaves garbage collection as it was."""
    monkeypatch.setattr(sys, "argv", ["sinch-numbers", "--version"])
    before = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    try:
        main()

        assert enabled == gc.isenabled()
    finally:
        (gc.enable if before else gc.disable)()


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (InvalidArgumentError("phone_number", "E.164"), 2),
        (OutcomeUnknownError("unknown"), 4),
        (OutOfStockError("none"), 6),
        (AlreadyOwnedError("+12025550101"), 7),
        (OrderIncompleteError("incomplete"), 7),
        (OrderRefusedError("refused"), 7),
        (APIConnectionError("refused"), 10),
        (TLSError("expired"), 10),
        (AuthUnavailableError("no token"), 10),
        (APIReplyLostError("lost"), 10),
        (APITimeoutError("timeout"), 10),
        (APIResponseError("not JSON"), 10),
        (_token_limited(), 9),
        (SinchNumbersError("other"), 1),
        *(
            (refusal(Reply(status, {}, b""), hide=()), code)
            for status, code in [
                (302, 10),
                (400, 7),
                (401, 8),
                (403, 8),
                (404, 6),
                (408, 10),
                (409, 7),
                (413, 7),
                (418, 7),
                (429, 9),
                (500, 10),
                (503, 10),
            ]
        ),
    ],
    ids=lambda value: (
        str(getattr(value, "status", type(value).__name__))
        if isinstance(value, Exception)
        else str(value)
    ),
)
def test_each_error_has_one_exit_code(error: SinchNumbersError, code: int) -> None:
    """
    The code tells the kind of the error.
    """
    assert code == exit_code(error)


def test_the_version_is_told(cli: Run) -> None:
    """
    The version needs neither command nor credentials.
    """
    assert f"sinch-numbers {__version__}\n" == cli("--version").out


@pytest.mark.parametrize(
    "argv", [["lst"], ["list", "--nonsense"], ["get"], ["list", "--limit", "0"]]
)
def test_wrong_usage_is_two(argv: list[str], sandbox: Sandbox, cli: Run) -> None:
    """
    A command line that makes no sense sends nothing.
    """
    assert 2 == cli(*argv).code
    assert [] == sandbox.calls


@pytest.mark.parametrize("argv", [["get", "12"], ["list", "-r", "USA"]])
def test_arguments_that_no_service_takes_are_usage(
    argv: list[str], sandbox: Sandbox, cli: Run
) -> None:
    """
    What the library refuses unsent is wrong usage, told in one line.
    """
    ended = cli(*argv)

    assert 2 == ended.code
    assert 1 == ended.err.count("\n")
    assert [] == sandbox.calls


@pytest.mark.slow
def test_missing_credentials_are_named(process: Run) -> None:
    """
    Without credentials the message says what to set, and what to try first.
    """
    ended = process("list", env={"SINCH_KEY_ID": "key"})

    assert 8 == ended.code
    assert "set SINCH_PROJECT_ID (or --project) and SINCH_KEY_SECRET, or run" in ended.err


def test_a_refusal_is_one_line(sandbox: Sandbox, cli: Run) -> None:
    """
    An error of the API is a readable line on stderr, and nothing on stdout.
    """
    ended = cli("get", NUMBER)

    assert (6, "") == (ended.code, ended.out)
    assert ended.err.startswith("sinch-numbers: 404 NOT_FOUND: ")
    assert 1 == ended.err.count("\n")


def test_what_is_wrong_with_a_field_is_told(sandbox: Sandbox, cli: Run) -> None:
    """
    Field violations are part of the line.
    """
    sandbox.project().add_active(phone_number=NUMBER, sms_configuration={"servicePlanId": "plan"})

    ended = cli("update", NUMBER, "--sms-plan", "another")

    assert 7 == ended.code
    assert "smsConfiguration" in ended.err


def test_no_connection_is_one(cli: Run, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox) -> None:
    """
    A service that is not there is a readable line, too.
    """
    monkeypatch.setenv("SINCH_NUMBERS_URL", "http://127.0.0.1:9")

    ended = cli("--timeout", "1", "regions")

    assert 10 == ended.code
    assert 1 == ended.err.count("\n")


def test_wrong_keys_say_what_to_check(
    sandbox: Sandbox, cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A refused key names the variables it came from, not its secret.
    """
    monkeypatch.setenv("SINCH_KEY_SECRET", "t0p-secret")

    ended = cli("--verbose", "regions")

    assert 8 == ended.code
    assert "check SINCH_PROJECT_ID (or --project), SINCH_KEY_ID and SINCH_KEY_SECRET" in ended.err
    assert "t0p-secret" not in ended.err


def test_the_project_can_be_named(sandbox: Sandbox, cli: Run) -> None:
    """
    --project goes before SINCH_PROJECT_ID.
    """
    cli("--project", "elsewhere", "regions")

    assert "/v1/projects/elsewhere/availableRegions" in sandbox.calls[-1]


def test_the_log_is_shown_on_request(sandbox: Sandbox, cli: Run) -> None:
    """
    --verbose tells of every request, and of no token.
    """
    quiet, loud = cli("regions"), cli("--verbose", "regions")

    assert "" == quiet.err
    assert re.search(r"GET \S*/availableRegions: 200", loud.err)
    assert "Bearer" not in loud.err
    assert quiet.out == loud.out


@pytest.mark.slow
def test_a_closed_pipe_ends_quietly() -> None:
    """
    When the reader goes away, so does the command, without a word.
    """
    with subprocess.Popen(
        [
            sys.executable,
            "-m",
            "sinch_numbers",
            "--sandbox",
            "--jsonl",
            "list",
            "--page-size",
            "50",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        told = running.stderr.read()
        running.wait(timeout=120)

    assert (141, b"") == (running.returncode, told)


@pytest.mark.slow
def test_a_pipe_that_was_never_read_ends_quietly() -> None:
    """
    It does not matter when the reader went away.
    """
    reading, writing = os.pipe()
    os.close(reading)

    ended = subprocess.run(
        [sys.executable, "-m", "sinch_numbers", "--sandbox", "audit"],
        stdout=writing,
        stderr=subprocess.PIPE,
        timeout=120,
        check=False,
    )
    os.close(writing)

    assert (141, b"") == (ended.returncode, ended.stderr)


@pytest.mark.slow
def test_an_interrupt_is_130(sandbox: Sandbox) -> None:
    """
    Ctrl-C ends a command that waits, in one line.
    """
    sandbox.faults.add("stall", path="availableRegions", times=9)

    with subprocess.Popen(
        [sys.executable, "-m", "sinch_numbers", "regions"], stderr=subprocess.PIPE, text=True
    ) as running:
        while not any("availableRegions" in call for call in sandbox.calls):
            time.sleep(0.02)
        running.send_signal(signal.SIGINT)
        _, told = running.communicate(timeout=120)

    assert (130, "sinch-numbers: interrupted\n") == (running.returncode, told)


@pytest.mark.slow
def test_an_interrupted_rent_says_that_it_may_have_happened(sandbox: Sandbox) -> None:
    """
    Who interrupts a billable call is told to look.
    """
    sandbox.faults.add("stall", method="POST", path=":rentAny")

    with subprocess.Popen(
        [sys.executable, "-m", "sinch_numbers", "rent-any", "-y"],
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        while not any(":rentAny" in call for call in sandbox.calls):
            time.sleep(0.02)
        running.send_signal(signal.SIGINT)
        _, told = running.communicate(timeout=120)

    assert 4 == running.returncode
    assert "outcome unknown: cancelled" in told
    assert "Traceback" not in told


@pytest.mark.slow
def test_without_the_extra_it_says_what_to_install() -> None:
    """
    Who has not installed the command line is told how to, in one line.
    """
    code = (
        "import sys; sys.modules['typer'] = None; "
        "from sinch_numbers.cli import main; sys.exit(main([]))"
    )

    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )

    assert 2 == ended.returncode
    assert "pip install 'sinch-numbers[cli]'" in ended.stderr
    assert 1 == ended.stderr.count("\n")


@pytest.mark.slow
def test_an_encoding_that_cannot_say_it_is_no_error(process: Run) -> None:
    """
    What the output cannot say is written as an escape.
    """
    ended = process("--sandbox", "list", env={"PYTHONIOENCODING": "ascii", "COLUMNS": "200"})

    assert 0 == ended.code
    assert "Zo\\xeb" in ended.out
    assert ended.out.isascii()
