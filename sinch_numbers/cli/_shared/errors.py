"""Exit codes, and errors as single lines."""

import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import IntEnum

import typer

from sinch_numbers._core.atomic_files import OutputFileError
from sinch_numbers._core.escaping import printable
from sinch_numbers.errors import (
    AuthenticationError,
    BadRequestError,
    InvalidArgumentError,
    OrderIncompleteError,
    OrderRefusedError,
    OutcomeUnknownError,
    SinchNumbersError,
)

_LONGEST = 600


class ExitCode(IntEnum):
    """The exit codes of the command line."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    FINDINGS = 3
    OUTCOME_UNKNOWN = 4
    INTERRUPTED = 130
    PIPE_CLOSED = 141


# Typer only breaks lines at empty lines.
EPILOG = "\n\n".join(
    (
        "Exit codes:",
        "0  success",
        "1  rejected by the API or its reviewers, API unreachable, not confirmed,",
        "   output file not written, or incomplete audit",
        "2  invalid usage or missing credentials; nothing was sent",
        "3  the audit has findings of the --fail-on severity or higher",
        "4  unknown outcome of a billable call: check before you retry",
        "130  interrupted",
        "141  output pipe closed by the reader",
    )
)


@contextmanager
def reporting_errors() -> Iterator[None]:
    """Print errors as one line to stderr, and convert them to exit codes."""
    try:
        yield
        sys.stdout.flush()
    except (OrderIncompleteError, OrderRefusedError) as error:
        for problem in error.problems:  # one line each, as there may be many
            print_error(f"{problem.field or 'request'}: {problem.description or 'not accepted'}")
        print_error(
            f"order {error.order_id} still exists" if error.order_id else "nothing was ordered"
        )
        raise typer.Exit(exit_code(error)) from None
    except SinchNumbersError as error:
        print_error(sentence(error))
        raise typer.Exit(exit_code(error)) from None
    except OutputFileError as error:
        print_error(str(error))
        raise typer.Exit(ExitCode.REFUSED if error.begun else ExitCode.USAGE) from None
    except KeyboardInterrupt:
        print_error("interrupted")
        raise typer.Exit(ExitCode.INTERRUPTED) from None
    except BrokenPipeError:
        redirect_to_devnull(sys.stdout)
        raise typer.Exit(ExitCode.PIPE_CLOSED) from None


def exit_code(error: SinchNumbersError) -> ExitCode:
    """Return the exit code for *error*."""
    if isinstance(error, OutcomeUnknownError):
        return ExitCode.OUTCOME_UNKNOWN
    if isinstance(error, InvalidArgumentError):
        return ExitCode.USAGE
    return ExitCode.REFUSED


def sentence(error: SinchNumbersError) -> str:
    """Describe *error* in one line: what happened and, if known, how to proceed."""
    if isinstance(error, OutcomeUnknownError):
        return _in_doubt(error)
    parts = [str(error)]
    if isinstance(error, BadRequestError):
        parts += [
            f"{violation.field or 'request'}: {violation.description or 'not accepted'}"
            for violation in error.field_violations
        ]
    if isinstance(error, AuthenticationError):
        parts.append("check SINCH_KEY_ID and SINCH_KEY_SECRET")
    parts += getattr(error, "__notes__", [])
    if error.request_id:
        parts.append(f"request id {error.request_id}")
    return "; ".join(parts)


def print_error(text: str) -> None:
    """Write *text* to stderr as one safe line."""
    text = printable(text)
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST]}..."
    try:
        print(f"sinch-numbers: {text}", file=sys.stderr, flush=True)  # noqa: T201
    except BrokenPipeError:
        redirect_to_devnull(sys.stderr)


def redirect_to_devnull(stream: object) -> None:
    """Discard the remaining output of *stream*, whose reader is gone."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())  # type: ignore[attr-defined]  # suppressed if missing
        os.close(nowhere)


def _in_doubt(error: OutcomeUnknownError) -> str:
    what = f"{error.method} {error.path}"
    number = error.phone_number
    path = error.path or ""
    if path.endswith(":createNumberOrder"):
        return (
            f"outcome unknown: {error.message} ({what}); the API cannot list orders, but an "
            "order that is not submitted expires"
        )
    if "/numberOrders/" in path:
        order_id = path.partition("/numberOrders/")[2].partition("/")[0]
        look = f"orders get {shlex.quote(order_id)}"
    elif "/hostingOrders" in what or ":textEnable" in what:
        look = "hosting list"
    elif "/qualifiedNumbers" in what or "/importedNumbers" in what:
        group = "qualified" if "/qualifiedNumbers" in what else "imported"
        look = f"{group} get {shlex.quote(number)}" if number else f"{group} list"
    elif number is None:
        look = "list"
    elif "/emergencyAddress" in what:
        look = f"emergency get {shlex.quote(number)}"
    else:
        look = f"get {shlex.quote(number)}"
    about = f" for {number}" if number else ""
    when = f", sent at {error.first_sent_at:%Y-%m-%dT%H:%M:%SZ}" if error.first_sent_at else ""
    return (
        f"outcome unknown{about}: {error.message} ({what}{when}); "
        f"check before you retry: sinch-numbers {look}"
    )
