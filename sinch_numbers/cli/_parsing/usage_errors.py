"""Usage errors: one line, and the command whose help describes the valid usage."""

from typing import Any, Final

import typer

from sinch_numbers.cli._shared.errors import ExitCode, print_error
from sinch_numbers.cli._shared.streams import write_stderr

UsageError: Final[Any] = typer.BadParameter.__mro__[1]
"""The base class of typer's usage errors, which typer does not export."""


def report(error: Any) -> ExitCode:
    """Print a usage *error* to stderr, and return its exit code."""
    print_error(message(error))
    context = getattr(error, "ctx", None)
    path = "sinch-numbers" if context is None else context.command_path
    write_stderr(f"Try '{path} --help' for help.\n")
    return ExitCode.USAGE


def message(error: Any) -> str:
    """Return the message of a usage *error* in one line."""
    return " ".join(str(error.format_message()).split())
