"""Confirmation prompts before billable or irreversible actions."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from sinch_numbers._core.escaping import printable
from sinch_numbers.cli._shared.errors import ExitCode, print_error


def require_answer(*, yes: bool) -> None:
    """Exit before any request if a confirmation is required but impossible."""
    if not yes and not sys.stdin.isatty():
        print_error("confirmation required but stdin is not a terminal; use --yes")
        raise typer.Exit(ExitCode.USAGE)


def confirm(consequence: str, question: str, *, yes: bool) -> None:
    """Print the consequence, and exit unless the question is confirmed."""
    sys.stderr.write(f"{printable(consequence)}\n")
    sys.stderr.flush()
    if yes:
        return
    require_answer(yes=yes)
    sys.stderr.write(f"{printable(question)} [y/N] ")
    sys.stderr.flush()
    answer = sys.stdin.readline()
    if not answer.endswith("\n"):
        sys.stderr.write("\n")
    if answer.strip().lower() not in ("y", "yes"):
        print_error("not confirmed; nothing was done")
        raise typer.Exit(ExitCode.REFUSED)


@contextmanager
def doubt_told(doing: str) -> Iterator[None]:
    """Report that the outcome is unknown when an interrupt arrives during a request."""
    try:
        yield
    except KeyboardInterrupt:
        print_error(f"interrupted while {doing}: outcome unknown, check before you retry")
        raise
