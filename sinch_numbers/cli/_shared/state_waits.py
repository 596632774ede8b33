"""Waits for a state: the options of commands, and their exit codes."""

from typing import Annotated, Any

import typer
from rich.console import RenderableType

from sinch_numbers._client.wait_results import WaitOutcome, WaitResult
from sinch_numbers.cli._shared.errors import ExitCode, fail
from sinch_numbers.cli._shared.session import Session

WaitTimeout = Annotated[
    float,
    typer.Option(
        "--wait-timeout",
        min=0.0,
        metavar="SECONDS",
        help="Maximum wait; 0 reads the state once.",
    ),
]
LongestPause = Annotated[
    float,
    typer.Option(
        "--longest-pause",
        min=0.001,
        metavar="SECONDS",
        help="Maximum interval between reads; the first ones are shorter.",
    ),
]


def end(session: Session, result: WaitResult[Any], shown: RenderableType) -> None:
    """Print the result of a wait; exit with an error unless it succeeded."""
    session.output.one(result, shown)
    if not result.ok:
        fail(result.explanation, *code_of(result))


def code_of(result: WaitResult[Any]) -> tuple[ExitCode, str]:
    """Return the exit code of a wait that did not succeed, and its word in JSON."""
    if result.outcome is WaitOutcome.FAILED:
        return ExitCode.REJECTED, "wait_failed"
    return ExitCode.OTHER, "wait_timeout"
