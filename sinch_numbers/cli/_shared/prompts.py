"""Confirmation prompts before billable or irreversible actions."""

import sys

from sinch_numbers._core.escaping import printable
from sinch_numbers.cli._shared.errors import ExitCode, fail
from sinch_numbers.cli._shared.problems import print_line
from sinch_numbers.cli._shared.streams import write_stderr


def require_answer(*, yes: bool) -> None:
    """Exit before any request if a confirmation is required but impossible."""
    if not yes and not sys.stdin.isatty():
        fail("confirmation required but stdin is not a terminal; use --yes", ExitCode.USAGE)


def confirm(consequence: str, question: str, *, yes: bool) -> None:
    """Print the consequence, and exit unless the question is confirmed."""
    print_line(consequence)
    if yes:
        return
    require_answer(yes=yes)
    write_stderr(f"{printable(question)} [y/N] ")
    answer = sys.stdin.readline()
    if not answer.endswith("\n"):
        write_stderr("\n")
    if answer.strip().lower() not in ("y", "yes"):
        fail("not confirmed; nothing was done", ExitCode.OTHER)
