"""Usage errors: one line, and the command whose help describes the valid usage."""

from typing import Any, Final

import typer

from sinch_numbers.cli._shared import problems
from sinch_numbers.cli._shared.exit_codes import ExitCode
from sinch_numbers.cli._shared.problems import Problem
from sinch_numbers.cli._shared.streams import write_stderr
from sinch_numbers.cli._shared.written_names import spelled

UsageError: Final[Any] = typer.BadParameter.__mro__[1]
"""The base class of typer's usage errors, which typer does not export."""


def report(error: Any) -> ExitCode:
    """Print a usage *error* to stderr, and return its exit code."""
    context = getattr(error, "ctx", None)
    path = "sinch-numbers" if context is None else context.command_path
    text = message(error)
    problems.report(
        Problem(
            code="usage",
            exit_code=ExitCode.USAGE,
            message=text,
            violations=[(_field(error), text)],
            next_step=f"{path} --help",
        )
    )
    if not problems.is_json():
        write_stderr(f"Try '{path} --help' for help.\n")
    return ExitCode.USAGE


def message(error: Any) -> str:
    """Return the message of a usage *error* in one line."""
    return " ".join(str(error.format_message()).split())


def _field(error: Any) -> str:
    """Return the option or argument that *error* is about; ``command`` if neither."""
    if hint := getattr(error, "param_hint", None):
        return str(hint).strip("'")
    parameter = getattr(error, "param", None)
    return "command" if parameter is None else spelled(parameter)
