"""Exit codes by meaning, and the code word and next step of each error class."""

from enum import IntEnum
from typing import Final

import attrs

from sinch_numbers.errors import (
    AlreadyOwnedError,
    APIConnectionError,
    APIReplyLostError,
    APIResponseError,
    APIStatusError,
    AuthenticationError,
    AuthUnavailableError,
    BudgetExceededError,
    CurrencyMismatchError,
    InternalServerError,
    InvalidArgumentError,
    MissingCredentialsError,
    MissingExtraError,
    NotFoundError,
    NumberBusyError,
    OrderIncompleteError,
    OrderRefusedError,
    OutcomeUnknownError,
    OutOfStockError,
    OutputFileError,
    PermissionDeniedError,
    ProxyError,
    PurchaseIncompleteError,
    RateLimitError,
    SandboxStateError,
    SinchNumbersError,
    StoreError,
    TLSError,
    TooManyOpenFilesError,
    UnexpectedRedirectError,
    UnexpectedResultError,
    UnexpectedStatusError,
    UnreadableItemError,
    UploadError,
    WaitFailedError,
    WaitTimeoutError,
)
from sinch_numbers.models import NumberOrderState


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
    NOT_NOTIFIED = 12
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
    ExitCode.NOT_NOTIFIED: "the audit is complete, but a notification could not be sent",
    ExitCode.INTERRUPTED: "interrupted; no billable request was sent",
    ExitCode.PIPE_CLOSED: "output pipe closed by the reader; nothing was billed",
}


@attrs.frozen
class _Row:
    """Exit code, code word, and next step of an error class."""

    error: type[SinchNumbersError]
    exit_code: ExitCode
    word: str
    """Code of the error in JSON; stable."""
    next_step: str | None = None


_C: Final = ExitCode
_RETRY: Final = "run the command again later; sinch-numbers doctor shows what fails"
_KEY: Final = (
    "check SINCH_PROJECT_ID (or --project), SINCH_KEY_ID and SINCH_KEY_SECRET: the key must "
    "belong to the project"
)
_LOOK: Final = "read the resource to see whether the call took effect, then decide"
# The first match counts, so subclasses come before their base classes.
_ROWS: Final = (
    _Row(OutcomeUnknownError, _C.OUTCOME_UNKNOWN, "outcome_unknown",
         "check the outcome before you retry: sinch-numbers operations list"),
    _Row(UnexpectedResultError, _C.OUTPUT_FAILED, "unexpected_result",
         "don't repeat the command: use what was bought, or release it"),
    _Row(MissingCredentialsError, _C.CREDENTIALS, "missing_credentials",
         "set SINCH_PROJECT_ID, SINCH_KEY_ID and SINCH_KEY_SECRET"),
    _Row(InvalidArgumentError, _C.USAGE, "invalid_argument", "correct the value"),
    _Row(NotFoundError, _C.NOT_FOUND, "not_found",
         "check the number or ID, and that --project is the right project"),
    _Row(OutOfStockError, _C.NOT_FOUND, "out_of_stock",
         "search with fewer conditions, or later"),
    _Row(AuthenticationError, _C.CREDENTIALS, "authentication", _KEY),
    _Row(PermissionDeniedError, _C.CREDENTIALS, "permission_denied", _KEY),
    _Row(RateLimitError, _C.RATE_LIMITED, "rate_limited",
         "run the command again later, or with more --retries and a longer --deadline"),
    _Row(TLSError, _C.UNREACHABLE, "tls",
         "check --ca-bundle, the URL and the clock: sinch-numbers doctor"),
    _Row(ProxyError, _C.UNREACHABLE, "proxy",
         "check --proxy or SINCH_PROXY: sinch-numbers doctor"),
    _Row(TooManyOpenFilesError, _C.UNREACHABLE, "too_many_open_files",
         "raise the limit of open files (ulimit -n)"),
    _Row(AuthUnavailableError, _C.UNREACHABLE, "auth_unavailable", _RETRY),
    _Row(APIConnectionError, _C.UNREACHABLE, "connection", _RETRY),
    _Row(APIReplyLostError, _C.UNREACHABLE, "response_lost", _LOOK),
    _Row(UnreadableItemError, _C.UNREACHABLE, "unreadable_item", "report the item to Sinch"),
    _Row(APIResponseError, _C.UNREACHABLE, "unreadable_response", _LOOK),
    _Row(InternalServerError, _C.UNREACHABLE, "service_failed", _RETRY),
    _Row(UnexpectedRedirectError, _C.UNREACHABLE, "redirect",
         "check the base URL and the proxy: sinch-numbers doctor"),
    _Row(UnexpectedStatusError, _C.UNREACHABLE, "unexpected_status", _LOOK),
    _Row(APIStatusError, _C.REJECTED, "rejected", "correct what the message describes"),
    _Row(AlreadyOwnedError, _C.REJECTED, "already_owned",
         "use the number as it is, or choose another"),
    _Row(OrderIncompleteError, _C.REJECTED, "order_incomplete",
         "complete the data in violations, and run the command again"),
    _Row(OrderRefusedError, _C.REJECTED, "order_refused",
         "correct the data in violations, then resume the order before it expires"),
    _Row(WaitFailedError, _C.REJECTED, "wait_failed",
         "correct the problem, then repeat the change or order that failed"),
    _Row(WaitTimeoutError, _C.OTHER, "wait_timeout", "wait again, or longer"),
    _Row(NumberBusyError, _C.OTHER, "number_busy",
         "wait for the other operation: sinch-numbers operations list"),
    _Row(BudgetExceededError, _C.OTHER, "budget_exceeded",
         "raise --max-monthly-price or --max-setup-price, or buy fewer numbers"),
    _Row(CurrencyMismatchError, _C.OTHER, "currency_mismatch",
         "buy numbers of each currency separately"),
    _Row(PurchaseIncompleteError, _C.OTHER, "purchase_incomplete",
         "wait for the orders, then buy only the missing numbers"),
    _Row(StoreError, _C.OTHER, "store", "check --store or SINCH_STORE: sinch-numbers doctor"),
    _Row(MissingExtraError, _C.OTHER, "missing_extra", "run the pip command in the message"),
    _Row(OutputFileError, _C.OTHER, "output_file",
         "free disk space, correct permissions, or choose another path"),
    _Row(UploadError, _C.OTHER, "upload", "check that the file is readable and complete"),
    _Row(SandboxStateError, _C.OTHER, "sandbox_state",
         "use another state file, or delete this one"),
)  # fmt: skip
_OTHER: Final = _Row(SinchNumbersError, ExitCode.OTHER, "other")
_REVIEWED: Final = frozenset((NumberOrderState.REJECTED, NumberOrderState.BLOCKED))


def _row(error: SinchNumbersError) -> _Row:
    if isinstance(error, AuthUnavailableError) and isinstance(error.__cause__, RateLimitError):
        return _row(error.__cause__)
    return next((row for row in _ROWS if isinstance(error, row.error)), _OTHER)


def exit_code(error: SinchNumbersError) -> ExitCode:
    """Return the exit code for *error*."""
    if isinstance(error, OutputFileError):
        return ExitCode.OTHER if error.begun else ExitCode.USAGE
    if isinstance(error, PurchaseIncompleteError):
        if isinstance(cause := error.__cause__, SinchNumbersError):
            return exit_code(cause)
        states = {order.state for order in error.orders}
        return ExitCode.OTHER if _REVIEWED.isdisjoint(states) else ExitCode.REJECTED
    return _row(error).exit_code


def code_word(error: SinchNumbersError) -> str:
    """Return the stable code of *error* in JSON, such as ``not_found``."""
    return _row(error).word


def next_step(error: SinchNumbersError) -> str | None:
    """Return how to proceed after *error*, ``None`` if its message says all."""
    return _row(error).next_step
