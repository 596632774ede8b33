"""Asking before money is spent or something is lost."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from sinch_numbers._core.escaping import printable
from sinch_numbers.cli._shared.errors import ExitCode, print_error


def require_answer(*, yes: bool) -> None:
    """End the command, before anything is sent, where nobody is there to be asked."""
    if not yes and not sys.stdin.isatty():
        print_error("this needs to be confirmed, and stdin is no terminal: pass --yes to go ahead")
        raise typer.Exit(ExitCode.USAGE)


def confirm(consequence: str, question: str, *, yes: bool) -> None:
    """Say what follows from it, and end the command unless it is agreed to."""
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
        print_error("not confirmed, nothing was done")
        raise typer.Exit(ExitCode.REFUSED)


@contextmanager
def doubt_told(doing: str) -> Iterator[None]:
    """Say so when an interrupt leaves open whether something took effect."""
    try:
        yield
    except KeyboardInterrupt:
        print_error(f"interrupted while {doing}: it may or may not have happened, so look first")
        raise
