"""Errors of commands: exceptions become a report on stderr and an exit code."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from sinch_numbers._core.billing.register import Unresolved
from sinch_numbers._core.items import UnreadableItem
from sinch_numbers.cli._shared.exit_codes import MEANINGS, ExitCode, exit_code
from sinch_numbers.cli._shared.problems import (
    Problem,
    check_command,
    fail,
    in_cli_words,
    print_error,
    report,
)
from sinch_numbers.cli._shared.streams import (
    StdoutError,
    redirect_to_devnull,
    writing_stdout,
)
from sinch_numbers.errors import (
    AuthenticationError,
    OrderIncompleteError,
    OrderRefusedError,
    OutcomeUnknownError,
    PermissionDeniedError,
    SinchNumbersError,
)

__all__ = [
    "MEANINGS",
    "ExitCode",
    "exit_code",
    "fail",
    "print_error",
    "print_left_out",
    "report_error",
    "reporting_errors",
    "sentence",
    "stdout_failed",
    "unknown_outcome",
]


@contextmanager
def reporting_errors(context: typer.Context | None = None) -> Iterator[None]:
    """
    Report errors on stderr, and convert them to exit codes.

    With the *context* of the command, errors name its options instead of inner arguments.
    """
    try:
        yield
        with writing_stdout():
            sys.stdout.flush()
    except SinchNumbersError as error:
        report_error(error, context)
        raise typer.Exit(exit_code(error)) from None
    except KeyboardInterrupt as error:
        fail("; ".join(("interrupted", *getattr(error, "__notes__", ()))), ExitCode.INTERRUPTED)
    except StdoutError as error:
        raise typer.Exit(stdout_failed(error)) from None


def report_error(error: SinchNumbersError, context: typer.Context | None = None) -> None:
    """Report *error*, which ends the command."""
    text = sentence(error, context)
    lines = [text]
    if isinstance(error, OrderIncompleteError | OrderRefusedError):
        # One line each, as there may be many.
        lines = [
            f"{problem.field or 'request'}: {problem.description or 'not accepted'}"
            for problem in error.problems
        ]
        lines.append(
            f"order {error.order_id} still exists" if error.order_id else "nothing was ordered"
        )
    report(Problem.of(error, context), *lines)


def stdout_failed(error: StdoutError) -> ExitCode:
    """Report that stdout cannot be written; return the exit code if nothing was billed."""
    redirect_to_devnull(sys.stdout)
    if error.is_closed_pipe:
        return ExitCode.PIPE_CLOSED
    message = f"cannot write to stdout: {error}"
    report(Problem(code="output_failed", exit_code=ExitCode.OTHER, message=message))
    return ExitCode.OTHER


def sentence(error: SinchNumbersError, context: typer.Context | None = None) -> str:
    """Describe *error* in one line, with the next step if known."""
    if isinstance(error, OutcomeUnknownError):
        return unknown_outcome(error, error.message)
    if isinstance(error, AuthenticationError | PermissionDeniedError):
        error.advice = _credentials(context)
    return in_cli_words(str(error), error, context)


def _credentials(context: typer.Context | None) -> str:
    file = None if context is None else context.params.get("projects")
    if file is not None:
        return f"check the project and its key in {file}: the key must belong to the project"
    return (
        "check SINCH_PROJECT_ID (or --project), SINCH_KEY_ID and SINCH_KEY_SECRET: the key must "
        "belong to the project"
    )


def print_left_out(item: UnreadableItem) -> None:
    """Report an item of a list that could not be read."""
    print_error(f"left out: {item}: {item.json}")


def unknown_outcome(call: OutcomeUnknownError | Unresolved, message: str) -> str:
    """Describe the unknown outcome of *call* in one line, and how to check it."""
    what = f"{call.method} {call.path}"
    look = check_command(call)
    if look is None:
        return (
            f"outcome unknown: {message} ({what}); the API cannot list orders, but an "
            "order that is not submitted expires"
        )
    about = f" for {call.phone_number}" if call.phone_number else ""
    when = f", sent at {call.first_sent_at:%Y-%m-%dT%H:%M:%SZ}" if call.first_sent_at else ""
    return f"outcome unknown{about}: {message} ({what}{when}); check before you retry: {look}"
