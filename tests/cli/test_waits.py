"""A command explains why it waits to a person at a terminal, and to nothing else."""

from collections.abc import Callable
from typing import Any

import pytest

from sinch_numbers import (
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
        "provisioning: pending, waiting up to 600 s",
        "provisioning: pending, waiting up to 600 s",
        "provisioning, waiting up to 600 s",
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
    monkeypatch.setattr(waits.sys.stderr, "isatty", lambda: terminal)
    sandbox.project().add_active(phone_number="+12025550101")
    sandbox.faults.add("drop", method="POST", path=":release")

    ended = cli("release", "+12025550101", "--yes")

    assert 0 == ended.code
    assert terminal is ("verifying a lost response, up to 120 s\n" in ended.err)
