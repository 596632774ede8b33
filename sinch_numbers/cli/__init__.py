"""The command line, installed by the extra ``sinch-numbers[cli]``."""

import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """
    Run the command line with *argv* or the process's, and return the exit code.

    ``--help`` lists the exit codes. Raises nothing, not even on an interrupt.
    """
    try:
        from sinch_numbers.cli._app import run
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("rich", "typer"):
            raise
        sys.stderr.write("The command line is not installed: pip install 'sinch-numbers[cli]'\n")
        return 2
    return run(argv)
