"""Exit codes, and errors as single lines."""

import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import Final

import typer

from sinch_numbers._core.billing.register import Unresolved
from sinch_numbers._core.escaping import printable, shortened
from sinch_numbers._core.items import UnreadableItem
from sinch_numbers.cli._shared.streams import (
    StdoutError,
    redirect_to_devnull,
    write_stderr,
    writing_stdout,
)
from sinch_numbers.cli._shared.written_names import written
from sinch_numbers.errors import (
    AlreadyOwnedError,
    APIConnectionError,
    APIReplyLostError,
    APIResponseError,
    APIStatusError,
    AuthenticationError,
    BudgetExceededError,
    InternalServerError,
    InvalidArgumentError,
    MissingCredentialsError,
    NotFoundError,
    OrderIncompleteError,
    OrderRefusedError,
    OutcomeUnknownError,
    OutOfStockError,
    OutputFileError,
    PermissionDeniedError,
    PurchaseIncompleteError,
    RateLimitError,
    SinchNumbersError,
    UnexpectedResultError,
)
from sinch_numbers.models import NumberOrderState

_LONGEST = 600


class ExitCode(IntEnum):
    """
    The exit codes of the command line.

    `OUTCOME_UNKNOWN` and `OUTPUT_FAILED` win over all others.
    """

    DONE = 0
    OTHER = 1
    USAGE = 2
    FINDINGS = 3
    OUTCOME_UNKNOWN = 4
    OUTPUT_FAILED = 5
    NOT_FOUND = 6
    REJECTED = 7
    CREDENTIALS = 8
    RATE_LIMITED = 9
    UNREACHABLE = 10
    UNREADABLE = 11
    INTERRUPTED = 130
    PIPE_CLOSED = 141


MEANINGS: Final = {
    ExitCode.DONE: "success",
    ExitCode.OTHER: "any other error, such as not confirmed, over budget, or an incomplete audit",
    ExitCode.USAGE: "invalid usage; nothing was sent",
    ExitCode.FINDINGS: "the audit has findings of the --fail-on severity or higher",
    ExitCode.OUTCOME_UNKNOWN: "unknown outcome of a billable call: check before you retry",
    ExitCode.OUTPUT_FAILED: "billable call took effect, result not printed: see stderr",
    ExitCode.NOT_FOUND: "number, order or resource not found, or none available",
    ExitCode.REJECTED: "rejected by the API or its reviewers, or data is missing",
    ExitCode.CREDENTIALS: "missing or invalid credentials, or no permission",
    ExitCode.RATE_LIMITED: "rate limited",
    ExitCode.UNREACHABLE: "API or token service unreachable or failing",
    ExitCode.UNREADABLE: "list printed without items that could not be read: see stderr",
    ExitCode.INTERRUPTED: "interrupted; no billable request was sent",
    ExitCode.PIPE_CLOSED: "output pipe closed by the reader; nothing was billed",
}

_REVIEWED: Final = frozenset((NumberOrderState.REJECTED, NumberOrderState.BLOCKED))
# The first match counts, so subclasses come before their base classes.
_CODES: Final = (
    ((OutcomeUnknownError,), ExitCode.OUTCOME_UNKNOWN),
    ((UnexpectedResultError,), ExitCode.OUTPUT_FAILED),
    ((MissingCredentialsError,), ExitCode.CREDENTIALS),
    ((InvalidArgumentError,), ExitCode.USAGE),
    ((NotFoundError, OutOfStockError), ExitCode.NOT_FOUND),
    ((AuthenticationError, PermissionDeniedError), ExitCode.CREDENTIALS),
    ((RateLimitError,), ExitCode.RATE_LIMITED),
    (
        (APIConnectionError, APIReplyLostError, APIResponseError, InternalServerError),
        ExitCode.UNREACHABLE,
    ),
    (
        (APIStatusError, AlreadyOwnedError, OrderIncompleteError, OrderRefusedError),
        ExitCode.REJECTED,
    ),
)


@contextmanager
def reporting_errors(context: typer.Context | None = None) -> Iterator[None]:
    """
    Print errors as one line to stderr, and convert them to exit codes.

    With the *context* of the command, errors name its options instead of inner arguments.
    """
    try:
        yield
        with writing_stdout():
            sys.stdout.flush()
    except (OrderIncompleteError, OrderRefusedError) as error:
        for problem in error.problems:  # one line each, as there may be many
            print_error(f"{problem.field or 'request'}: {problem.description or 'not accepted'}")
        print_error(
            f"order {error.order_id} still exists" if error.order_id else "nothing was ordered"
        )
        raise typer.Exit(exit_code(error)) from None
    except SinchNumbersError as error:
        print_error(sentence(error, context))
        raise typer.Exit(exit_code(error)) from None
    except KeyboardInterrupt as error:
        print_error("; ".join(("interrupted", *getattr(error, "__notes__", ()))))
        raise typer.Exit(ExitCode.INTERRUPTED) from None
    except StdoutError as error:
        raise typer.Exit(stdout_failed(error)) from None


def stdout_failed(error: StdoutError) -> ExitCode:
    """Report that stdout cannot be written; return the exit code if nothing was billed."""
    redirect_to_devnull(sys.stdout)
    if error.is_closed_pipe:
        return ExitCode.PIPE_CLOSED
    print_error(f"cannot write to stdout: {error}")
    return ExitCode.OTHER


def exit_code(error: SinchNumbersError) -> ExitCode:
    """Return the exit code for *error*."""
    if isinstance(error, OutputFileError):
        return ExitCode.OTHER if error.begun else ExitCode.USAGE
    if isinstance(error, PurchaseIncompleteError):
        if isinstance(cause := error.__cause__, SinchNumbersError):
            return exit_code(cause)
        states = {order.state for order in error.orders}
        return ExitCode.OTHER if _REVIEWED.isdisjoint(states) else ExitCode.REJECTED
    for classes, code in _CODES:
        if isinstance(error, classes):
            return code
    return ExitCode.OTHER


def sentence(error: SinchNumbersError, context: typer.Context | None = None) -> str:
    """Describe *error* in one line: what happened and, if known, how to proceed."""
    if isinstance(error, OutcomeUnknownError):
        return unknown_outcome(error, error.message)
    text = str(error)
    if isinstance(error, AuthenticationError | PermissionDeniedError):
        error.advice = _credentials(context)
        text = str(error)
    elif isinstance(error, InvalidArgumentError) and error.source is None:
        text = error.naming(written(error.argument, context))
    elif isinstance(error, BudgetExceededError):
        text = text.replace(error.argument, written(error.argument, context))
    text = text.replace("force=True", "--force")
    return "; ".join((text, *getattr(error, "__notes__", ())))


def _credentials(context: typer.Context | None) -> str:
    file = None if context is None else context.params.get("projects")
    if file is not None:
        return f"check the project and its key in {file}: the key must belong to the project"
    return (
        "check SINCH_PROJECT_ID (or --project), SINCH_KEY_ID and SINCH_KEY_SECRET: the key must "
        "belong to the project"
    )


def print_error(text: str) -> None:
    """Write *text* to stderr as one safe line."""
    text = shortened(printable(text), _LONGEST)
    write_stderr(f"sinch-numbers: {text}\n")


def print_left_out(item: UnreadableItem) -> None:
    """Report an item of a list that could not be read."""
    print_error(f"left out: {item}: {item.json}")


def unknown_outcome(call: OutcomeUnknownError | Unresolved, message: str) -> str:
    """Describe the unknown outcome of *call* in one line, and how to check it."""
    what = f"{call.method} {call.path}"
    number = call.phone_number
    path = call.path or ""
    if path.endswith(":createNumberOrder"):
        return (
            f"outcome unknown: {message} ({what}); the API cannot list orders, but an "
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
    when = f", sent at {call.first_sent_at:%Y-%m-%dT%H:%M:%SZ}" if call.first_sent_at else ""
    return (
        f"outcome unknown{about}: {message} ({what}{when}); "
        f"check before you retry: sinch-numbers {look}"
    )
