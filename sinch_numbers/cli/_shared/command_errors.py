"""Runs the command tree; errors of the option parser become reports like all others."""

import sys
import traceback
from collections.abc import Sequence
from typing import Any, Final

import typer

from sinch_numbers.cli._shared import problems
from sinch_numbers.cli._shared.exit_codes import ExitCode
from sinch_numbers.cli._shared.problems import Problem
from sinch_numbers.cli._shared.written_names import spelled

_JSON_OPTIONS: Final = frozenset(("--json", "--jsonl"))


def run_command(command: Any, argv: Sequence[str] | None, name: str) -> int:
    """
    Run *command* with the arguments *argv*, and return its exit code.

    With ``--json`` or ``--jsonl``, errors of the option parser and bugs are one JSON object, too.
    """
    given = list(sys.argv[1:] if argv is None else argv)
    # The options may be anywhere, and errors occur before they are parsed.
    options = given[: given.index("--")] if "--" in given else given
    problems.begin(as_json=not _JSON_OPTIONS.isdisjoint(options))
    arguments = None if argv is None else given
    try:
        if problems.is_json():
            code = _run_for_programs(command, arguments, name)
        else:
            command(args=arguments, prog_name=name)
            code = ExitCode.DONE
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    problems.end(code)
    return int(code)


def _run_for_programs(command: Any, argv: list[str] | None, name: str) -> int:
    try:
        ended = command.main(args=argv, prog_name=name, standalone_mode=False)
    except typer.Abort:
        return ExitCode.OTHER
    except OSError:
        raise  # of stdout, which the caller reports
    except Exception as error:  # noqa: BLE001 - also a bug is an error for programs
        # The classes of typer's exceptions are not public.
        usage = getattr(error, "format_message", None)
        if usage is None:
            return _bug(error)
        return _misused(error, usage())
    return ended if isinstance(ended, int) else ExitCode.DONE


def _misused(error: Any, message: str) -> int:
    """Report an error of the option parser."""
    context = error.ctx
    path = "sinch-numbers" if context is None else context.command_path
    parameter, field = getattr(error, "param", None), getattr(error, "option_name", None)
    if parameter is not None:
        field = spelled(parameter)
    text = message.strip()
    problems.report(
        Problem(
            code="usage",
            exit_code=ExitCode.USAGE,
            message=text.splitlines()[0] if text.startswith("Usage:") else text,
            violations=[(str(field or "command"), str(getattr(error, "message", "") or text))],
            next_step=f"{path} --help",
        )
    )
    return int(error.exit_code)


def _bug(error: Exception) -> int:
    """Report an exception that no command expects, with its traceback as notice."""
    for text in traceback.format_exception(error):
        for row in text.splitlines():
            problems.print_error(row)
    message = f"{type(error).__name__}: {error}"
    problems.report(Problem(code="bug", exit_code=ExitCode.OTHER, message=message))
    return ExitCode.OTHER
