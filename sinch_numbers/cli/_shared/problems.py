"""Errors on stderr: a line for people, or with ``--json`` one JSON object."""

import shlex
import sys
import traceback
from collections.abc import Sequence
from typing import Any, Final, Literal, NoReturn

import attrs
import typer

from sinch_numbers._core.billing.register import Unresolved
from sinch_numbers._core.escaping import printable, shortened
from sinch_numbers._core.serialization.jsonable import line
from sinch_numbers.cli._shared.exit_codes import (
    MEANINGS,
    ExitCode,
    code_word,
    exit_code,
    next_step,
)
from sinch_numbers.cli._shared.streams import write_stderr
from sinch_numbers.cli._shared.written_names import written
from sinch_numbers.errors import (
    APIStatusError,
    BudgetExceededError,
    InvalidArgumentError,
    NumberBusyError,
    OrderIncompleteError,
    OrderRefusedError,
    OutcomeUnknownError,
    PurchaseIncompleteError,
    SinchNumbersError,
    UnexpectedResultError,
)
from sinch_numbers.models import NumberOrderState

_LONGEST: Final = 600
_NOT_ERRORS: Final = frozenset((ExitCode.DONE, ExitCode.FINDINGS, ExitCode.PIPE_CLOSED))

Cost = Literal["none", "billed", "unknown"]
"""Whether a failed command was charged for."""


@attrs.frozen(kw_only=True)
class Problem:
    """The error that ended a command, as a program needs it."""

    code: str
    """Stable code word, such as ``not_found``."""
    exit_code: ExitCode
    message: str
    request_id: str | None = None
    http_status: int | None = None
    api_code: str | None = None
    violations: Sequence[tuple[str, str]] = ()
    """Names of fields or options, each with a description."""
    next_step: str | None = None
    operation_id: str | None = None
    number: str | None = None
    cost: Cost = "none"

    @classmethod
    def of(cls, error: SinchNumbersError, context: typer.Context | None = None) -> "Problem":
        """Describe *error*; with a *context*, violations name options of the command."""
        step = next_step(error)
        number = getattr(error, "phone_number", None)
        if isinstance(error, OutcomeUnknownError):
            step = check_command(error) or step
        elif isinstance(error, APIStatusError) and error.advice is not None:
            step = error.advice
        elif isinstance(error, NumberBusyError):
            number = error.subject
        if number is None and context is not None:
            number = _written_number(context)
        return cls(
            code=code_word(error),
            exit_code=exit_code(error),
            message=in_cli_words(error.message or str(error), error, context),
            request_id=error.request_id,
            http_status=getattr(error, "status", None),
            api_code=getattr(error, "code", None),
            violations=_violations(error, context),
            next_step=step,
            operation_id=getattr(error, "op_id", None),
            number=number,
            cost=_cost(error),
        )

    @property
    def json(self) -> str:
        """Return the object, on one line; its fields never change their names."""
        return line(
            {
                "code": self.code,
                "exitCode": int(self.exit_code),
                "message": printable(self.message),
                "requestId": self.request_id,
                "httpStatus": self.http_status,
                "apiCode": self.api_code,
                "violations": [
                    {"field": field, "description": text} for field, text in self.violations
                ],
                "nextStep": self.next_step,
                "operationId": self.operation_id,
                "number": self.number,
                "cost": self.cost,
            }
        )


@attrs.define
class _Stderr:
    """How this process reports errors."""

    as_json: bool = False
    quiet: bool = False
    reported: bool = False
    last_line: str = ""


_stderr: Final = _Stderr()


def begin(*, as_json: bool) -> None:
    """Begin a command whose errors are JSON if *as_json*."""
    _stderr.as_json, _stderr.quiet = as_json, False
    _stderr.reported, _stderr.last_line = False, ""


def configure(*, as_json: bool, quiet: bool) -> None:
    """Set whether errors are JSON, and progress is hidden, once the options are known."""
    _stderr.as_json, _stderr.quiet = as_json, quiet


def shows_progress() -> bool:
    """Whether a person sees progress: on a terminal, unless ``--quiet`` is given."""
    return not _stderr.quiet and sys.stderr.isatty()


def is_json() -> bool:
    """Whether errors are JSON."""
    return _stderr.as_json


def print_error(text: str) -> None:
    """Write *text* to stderr, as `print_line` does; for people, the line names the program."""
    _stderr.last_line = text
    print_line(text, prefix="sinch-numbers: ")


def print_line(text: str, prefix: str = "") -> None:
    """Write *text* to stderr as one safe line; a JSON object with ``notice`` for programs."""
    text = shortened(printable(text), _LONGEST)
    write_stderr(f"{line({'notice': text})}\n" if is_json() else f"{prefix}{text}\n")


def report(problem: Problem, *lines: str) -> None:
    """Write the error that ends a command: *lines* for people (default: the message)."""
    if not is_json():
        for text in lines or (problem.message,):
            print_error(text)
    elif not _stderr.reported:
        _stderr.reported = True
        write_stderr(f"{problem.json}\n")


def fail(
    message: str, code: ExitCode, word: str | None = None, *, next_step: str | None = None
) -> NoReturn:
    """
    Report *message* and exit with *code*.

    *word* is the code of the error in JSON (default: the name of *code*).
    """
    report(
        Problem(
            code=word or code.name.lower(), exit_code=code, message=message, next_step=next_step
        )
    )
    raise typer.Exit(code)


def end(code: int) -> None:
    """Report a command that ends with *code* without a report, so that each error has one."""
    if not is_json() or _stderr.reported or code in _NOT_ERRORS:
        return
    known = ExitCode(code) if code in set(ExitCode) else ExitCode.OTHER
    message = _stderr.last_line or MEANINGS[known]
    report(Problem(code=known.name.lower(), exit_code=known, message=message))


def report_bug(error: Exception) -> ExitCode:
    """Report an exception that no command expects, with its traceback in notices."""
    for text in traceback.format_exception(error):
        for row in text.splitlines():
            print_line(row)
    message = f"{type(error).__name__}: {error}"
    report(Problem(code="bug", exit_code=ExitCode.OTHER, message=message))
    return ExitCode.OTHER


def check_command(call: OutcomeUnknownError | Unresolved) -> str | None:
    """Return the command that shows the outcome of *call*; ``None`` if the API cannot."""
    path, number = call.path or "", call.phone_number
    if path.endswith(":createNumberOrder"):
        return None
    if "/numberOrders/" in path:
        order_id = path.partition("/numberOrders/")[2].partition("/")[0]
        look = f"orders get {shlex.quote(order_id)}"
    elif "/hostingOrders" in path or ":textEnable" in path:
        look = "hosting list"
    elif "/qualifiedNumbers" in path or "/importedNumbers" in path:
        group = "qualified" if "/qualifiedNumbers" in path else "imported"
        look = f"{group} get {shlex.quote(number)}" if number else f"{group} list"
    elif number is None:
        look = "list"
    elif "/emergencyAddress" in path:
        look = f"emergency get {shlex.quote(number)}"
    else:
        look = f"get {shlex.quote(number)}"
    return f"sinch-numbers {look}"


def in_cli_words(text: str, error: SinchNumbersError, context: typer.Context | None) -> str:
    """Return *text*, which describes *error*, with the names of options, and the error's notes."""
    if isinstance(error, InvalidArgumentError) and error.source is None:
        text = error.naming(written(error.argument, context))
    elif isinstance(error, BudgetExceededError):
        text = text.replace(error.argument, written(error.argument, context))
    text = text.replace("force=True", "--force")
    return "; ".join((text, *getattr(error, "__notes__", ())))


def _written_number(context: typer.Context) -> str | None:
    """Return the phone number passed to the command; ``None`` if there are several."""
    number: object = context.params.get("number")
    several: object = context.params.get("numbers")  # a count in the command sandbox
    if number is None and isinstance(several, list | tuple) and len(several) == 1:
        number = several[0]
    return number if isinstance(number, str) and number != "-" else None


def _violations(error: SinchNumbersError, context: typer.Context | None) -> list[tuple[str, str]]:
    if isinstance(error, InvalidArgumentError):
        name = error.source or written(error.argument, context)
        return [(name, f"expected {error.expected}")]
    found: Any = ()
    if isinstance(error, OrderIncompleteError | OrderRefusedError):
        found = error.problems
    elif isinstance(error, APIStatusError):
        found = error.field_violations
    return [(one.field or "request", one.description or "not accepted") for one in found]


def _cost(error: SinchNumbersError) -> Cost:
    if isinstance(error, UnexpectedResultError):
        return "billed" if error.billed else "none"
    if isinstance(error, PurchaseIncompleteError):
        in_review = any(order.state == NumberOrderState.IN_REVIEW for order in error.orders)
        cause = error.__cause__
        unknown = in_review or (isinstance(cause, SinchNumbersError) and _cost(cause) != "none")
        return "billed" if error.numbers else "unknown" if unknown else "none"
    return "unknown" if isinstance(error, OutcomeUnknownError) else "none"
