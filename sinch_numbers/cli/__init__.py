"""The command line, installed by the extra ``sinch-numbers[cli]``."""

import gc
import os
import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """
    Run the command line with *argv* or the process's, and return the exit code.

    ``--help`` lists the exit codes. Raises nothing, not even on an interrupt.
    """
    if argv is None and "_SINCH_NUMBERS_COMPLETE" in os.environ:
        from sinch_numbers.cli._completion.candidates import respond

        return respond(sys.argv[1:])
    is_whole_process = argv is None and gc.isenabled()
    if is_whole_process:  # what is imported stays, so collecting it only takes time
        gc.disable()
    try:
        from sinch_numbers.cli._app import run
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("rich", "typer"):
            raise
        sys.stderr.write("The command line is not installed: pip install 'sinch-numbers[cli]'\n")
        return 2
    finally:
        if is_whole_process:
            gc.freeze()
            gc.enable()
    return run(argv)
