"""Reasons of waits are printed to stderr on a terminal only."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from products import every

from sinch_numbers import (
    Backoff,
    ClaimWait,
    OutcomeCheck,
    ProgressEvent,
    RateLimitDelay,
    RateLimitError,
    RetryDelay,
    StateWait,
)
from sinch_numbers.cli._shared import waits
from sinch_numbers.sandbox import Sandbox

LIMITED = RateLimitError("", status=429)


def retry(seconds: float, attempt: int = 2) -> RetryDelay:
    return RetryDelay(
        seconds=seconds, attempt=attempt, max_attempts=4, error=LIMITED, method="GET", path="/x"
    )


def held(seconds: float) -> RateLimitDelay:
    return RateLimitDelay(seconds=seconds, method="GET", path="/x")


def polled(state: str | None, subject: str = "+12025550134") -> StateWait:
    return StateWait(
        subject=subject, awaited="provisioning", state=state, elapsed=1.0, at_most=600.0
    )


@pytest.fixture
def lines(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that reports events at given times, and returns the lines printed."""
    clock = [0.0]
    monkeypatch.setattr(waits.time, "monotonic", lambda: clock[0])
    explain = waits.WaitLines()

    def report(*events: tuple[float, ProgressEvent]) -> list[str]:
        for clock[0], event in events:
            explain(event)
        return capfd.readouterr().err.splitlines()

    return report


def test_a_delay_is_a_line(lines: Any) -> None:
    """If it takes a second or longer."""
    assert ["rate limited, retrying in 20 s (2 of 4)"] == lines(
        (1.0, retry(0.9)), (2.0, retry(20))
    )


def test_delays_at_the_same_time_are_one_line(lines: Any) -> None:
    """Concurrent requests wait for the same reason; a later delay is a new one."""
    assert ["rate limited, waiting 20 s", "rate limited, retrying in 5 s (3 of 4)"] == lines(
        (1.0, held(20)), (1.1, held(19.9)), (2.0, retry(18)), (21.5, retry(5, attempt=3))
    )


def test_a_state_is_a_line_when_it_changes(lines: Any) -> None:
    """Of each number, and not after each poll."""
    events = [
        polled("pending"),
        polled("pending"),
        polled("pending", "+12025550135"),
        polled(None),
    ]

    assert [
        "+12025550134: waiting for provisioning: pending, up to 600 s",
        "+12025550135: waiting for provisioning: pending, up to 600 s",
        "+12025550134: waiting for provisioning, up to 600 s",
    ] == lines(*enumerate(events))


def test_each_other_wait_is_a_line(lines: Any) -> None:
    """They happen once per call."""
    events = OutcomeCheck(operation="rentNumber", at_most=30.0), ClaimWait(op_id="a", at_most=None)

    assert [
        "verifying a lost response, up to 30 s",
        "waiting for another operation to end",
    ] == lines(*enumerate(events))


@pytest.mark.sandbox
@pytest.mark.parametrize("terminal", [True, False], ids=["terminal", "pipe"])
def test_a_command_explains_a_lost_response(
    sandbox: Sandbox, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, terminal: bool
) -> None:
    """On a terminal only: what reads a pipe gets errors and nothing else."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    sandbox.project().add_active(phone_number="+12025550101")
    sandbox.faults.add("drop", method="POST", path=":release")

    ended = cli("release", "+12025550101", "--yes")

    assert 0 == ended.code
    assert terminal is ("verifying a lost response, up to 120 s\n" in ended.err)


@pytest.mark.sandbox
def test_an_unreachable_host_is_named_at_once(
    sandbox: Sandbox, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the first retry, however short the delay is; for the token service, too."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setattr(Backoff, "pause", lambda *_: 0.01)
    monkeypatch.setenv("SINCH_NUMBERS_URL", "http://127.0.0.1:9")

    api = cli("--retries", "1", "get", "+12025550101")
    monkeypatch.setenv("SINCH_AUTH_URL", "http://127.0.0.1:9")
    token = cli("--retries", "1", "get", "+12025550101")

    assert api.err.startswith("host unreachable, retrying in ")
    assert "(2 of 2)\n" in api.err
    assert token.err.startswith("access token: host unreachable, retrying in ")
    assert (10, 10) == (api.code, token.code)


@pytest.mark.sandbox
@every("options", [["--quiet"], ["--json"], []])
def test_progress_is_hidden_by_quiet_and_json_in_pipes(
    options: list[str], sandbox: Sandbox, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With --json on a terminal, reasons for delays are notices; in a pipe there are none."""
    monkeypatch.setattr(Backoff, "pause", lambda *_: 0.01)
    monkeypatch.setenv("SINCH_NUMBERS_URL", "http://127.0.0.1:9")
    reported = "host unreachable, retrying in 0.01 s (2 of 2)"
    for terminal in (True, False):
        monkeypatch.setattr(sys.stderr, "isatty", lambda terminal=terminal: terminal)
        ended = cli(*options, "--retries", "1", "get", "+12025550101")
        *before, _error = ended.err.splitlines()
        expected = {"--json": [f'{{"notice":"{reported}"}}'], "--quiet": []}
        shown = expected.get("".join(options), [reported]) if terminal else []
        assert (10, shown) == (ended.code, before)


@pytest.mark.sandbox
def test_a_list_in_a_file_has_a_progress_bar(
    sandbox: Sandbox, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """On a terminal, while stdout is not one; results never go to stderr."""
    for digit in range(5):
        sandbox.project().add_active(phone_number=f"+1202555010{digit}")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("FORCE_COLOR", "1")

    file = cli("list", "--output", str(tmp_path / "numbers.csv"), "--page-size", "2")
    piped = cli("--jsonl", "list")
    quiet = cli("--quiet", "list", "--output", str(tmp_path / "numbers.csv"))

    assert "Reading" in file.err
    assert 5 == len(piped.lines)
    assert "+12025550101" not in piped.err + file.err
    assert "" == quiet.err
