"""Waits of commands: their options, progress, and exit codes."""

from typing import Annotated, Any

import attrs
import typer
from rich.console import RenderableType

from sinch_numbers._client.waiting import OnProgress, WaitOutcome, WaitProgress, WaitResult
from sinch_numbers._core.escaping import printable
from sinch_numbers.cli._shared.errors import ExitCode, print_error
from sinch_numbers.cli._shared.session import Session
from sinch_numbers.cli._shared.streams import write_stderr

Deadline = Annotated[
    float,
    typer.Option(
        "--deadline", min=0.0, metavar="SECONDS", help="Maximum wait; 0 reads the state once."
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


def announcing() -> OnProgress:
    """Return a progress function that prints each new state to stderr."""
    last: list[str] = []

    def announce(progress: WaitProgress) -> None:
        steps = ", ".join(f"{name} {state}" for name, state in progress.steps.items())
        state = " ".join(filter(None, (progress.state, steps and f"({steps})")))
        if state and last != [state]:
            last[:] = [state]
            write_stderr(f"{printable(f'{progress.subject}: {state}')}\n")

    return announce


def end(session: Session, result: WaitResult[Any], shown: RenderableType) -> None:
    """Print the result of a wait; exit with an error unless it succeeded."""
    fields = attrs.asdict(result, recurse=False)
    fields["error"] = None if result.error is None else str(result.error)
    session.output.one(fields, shown)
    if not result.ok:
        print_error(result.explanation)
        failed = result.outcome is WaitOutcome.FAILED
        raise typer.Exit(ExitCode.REJECTED if failed else ExitCode.OTHER)
