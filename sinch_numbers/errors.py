"""
Every error that this package raises.

Each class says two things about itself: *transient* - the same call may well succeed
later - and *maybe applied* - the service may have carried the call out all the same.
All retrying follows from those two.

::

    SinchNumbersError                        transient   maybe applied
    ├─ InvalidArgumentError     not sent        no           no
    ├─ InvalidEventError        received        no           no
    ├─ ClientClosedError        not sent        no           no
    ├─ SyncInLoopError          not sent        no           no
    ├─ MissingExtraError        not installed   no           no
    ├─ OutOfStockError          nothing fits    no           no
    ├─ AlreadyOwnedError        rented before   no           no
    ├─ PaginationError          pages circle    no           no
    ├─ UploadError              file unreadable no           no
    ├─ OrderIncompleteError     data missing    no           no
    ├─ OrderRefusedError        data refused    no           no
    ├─ NoRequirementsError      nothing to fill no           no
    ├─ OutcomeUnknownError      billable        no           yes
    ├─ APIConnectionError       never left      yes          no
    │  ├─ TLSError              not trusted     no           no
    │  └─ AuthUnavailableError  no token        no           no
    ├─ APIReplyLostError        left, no reply  yes          yes
    │  └─ APITimeoutError       ... in time     yes          yes
    ├─ APIResponseError         unreadable      yes          yes
    └─ APIStatusError           refused         no           no
       ├─ UnexpectedRedirectError      3xx      no           no
       ├─ BadRequestError              400      no           no
       ├─ AuthenticationError          401      no           no
       ├─ PermissionDeniedError        403      no           no
       ├─ NotFoundError                404      no           no
       ├─ ConflictError                409      no           no
       ├─ ContentTooLargeError         413      no           no
       ├─ RateLimitError               429      yes          no
       ├─ InternalServerError     408, 5xx      yes          yes
       └─ UnexpectedStatusError      other      no           yes

All of them can be pickled and none holds on to a connection, a token or a secret.
"""

import weakref
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Self

from sinch_numbers.models._details import BadRequest, ErrorDetail, FieldViolation

__all__ = [
    "APIConnectionError",
    "APIReplyLostError",
    "APIResponseError",
    "APIStatusError",
    "APITimeoutError",
    "AlreadyOwnedError",
    "AuthUnavailableError",
    "AuthenticationError",
    "BadRequestError",
    "ClientClosedError",
    "ConflictError",
    "ContentTooLargeError",
    "InternalServerError",
    "InvalidArgumentError",
    "InvalidEventError",
    "MissingExtraError",
    "NoRequirementsError",
    "NotFoundError",
    "OrderIncompleteError",
    "OrderRefusedError",
    "OutOfStockError",
    "OutcomeUnknownError",
    "PaginationError",
    "PermissionDeniedError",
    "RateLimitError",
    "SinchNumbersError",
    "SyncInLoopError",
    "TLSError",
    "UnexpectedRedirectError",
    "UnexpectedStatusError",
    "UploadError",
]


class SinchNumbersError(Exception):
    """Anything that this package raises; what is known of the call is in its attributes."""

    transient: bool = False
    """Whether the same call may well succeed later."""
    maybe_applied: bool = False
    """Whether the service may have carried the call out all the same; proof may say it did not."""

    message: str
    """The problem, without method and path."""
    method: str | None = None
    """The HTTP method of the call."""
    path: str | None = None
    """The path of the call, without host and query."""
    attempts: int = 0
    """How often the call was sent, or tried to be."""
    retry_after: float | None = None
    """How many seconds the service asked to wait."""
    request_id: str | None = None
    """The service's name for the request, where a header gave one."""
    quota_exhausted: bool = False
    """Whether a retry was skipped because the retry budget was exhausted."""
    page_token: str | None = None
    """In a list: the token of the page that failed; ``pages(page_token)`` goes on there."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        if self.method is None:
            return self.message
        times = f", attempt {self.attempts}" if self.attempts > 1 else ""
        return f"{self.message} ({self.method} {self.path}{times})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self.args, vars(self))

    def copy(self) -> Self:
        """Return the same error without its traceback, to be raised elsewhere."""
        twin: Self = _restore(type(self), self.args, vars(self))
        return twin


def _restore(cls: type[SinchNumbersError], args: tuple[Any, ...], state: dict[str, Any]) -> Any:
    # Around __init__, whose signatures differ, so that every class unpickles alike.
    error = cls.__new__(cls, *args)
    error.args = args
    vars(error).update(state)
    return error


class InvalidArgumentError(SinchNumbersError, ValueError):
    """An argument that no service could accept; nothing was sent."""

    argument: str
    """The name of the argument."""
    expected: str
    """The valid values."""

    def __init__(self, argument: str, expected: str, got: object = None) -> None:
        shown = "" if got is None else f", got {_brief(got)}"
        super().__init__(f"{argument}: expected {expected}{shown}")
        self.argument = argument
        self.expected = expected


class InvalidEventError(SinchNumbersError, ValueError):
    """A webhook whose body cannot be read; its text is not quoted."""


class ClientClosedError(SinchNumbersError, RuntimeError):
    """The client was closed before the call; nothing was sent."""


class SyncInLoopError(SinchNumbersError, RuntimeError):
    """A sync call from the very thread that runs sync calls; nothing was sent."""


class MissingExtraError(SinchNumbersError, ImportError):
    """Something that takes a library which is not installed; the message says how to get it."""

    extra: str
    """The extra of this package that brings the library."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs a library more: pip install 'sinch-numbers[{extra}]'")
        self.extra = extra


class OutOfStockError(SinchNumbersError):
    """No number in stock fits, or every one that did was taken by others; none was rented."""


class AlreadyOwnedError(SinchNumbersError):
    """The project rented the number before; it was not rented again."""

    phone_number: str
    """The number."""

    def __init__(self, phone_number: str) -> None:
        super().__init__(f"the project rents {phone_number} already")
        self.phone_number = phone_number


class PaginationError(SinchNumbersError):
    """A list that does not end: its pages repeat or are all empty."""


class UploadError(SinchNumbersError):
    """
    A document could not be read completely, and was not stored.

    Part of it may have been sent; the service discards incomplete uploads.
    """


class OrderIncompleteError(SinchNumbersError, ValueError):
    """
    Required data of a number order is missing or malformed, as checked by the client.

    Nothing was written; an existing order is unchanged.
    """

    order_id: str | None
    """The order that it is about; ``None`` when none was created."""
    problems: tuple[FieldViolation, ...]
    """Problems, by field."""

    def __init__(
        self,
        message: str,
        *,
        problems: tuple[FieldViolation, ...] = (),
        order_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.problems = problems
        self.order_id = order_id


class OrderRefusedError(SinchNumbersError):
    """
    The service does not take what was written for a number order (400).

    The order stands: correct what is wrong, and go on with it until it expires.
    """

    order_id: str | None
    """The order that it is about."""
    problems: tuple[FieldViolation, ...]
    """Problems, by field, as reported by the service."""

    def __init__(
        self,
        message: str,
        *,
        problems: tuple[FieldViolation, ...] = (),
        order_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.problems = problems
        self.order_id = order_id


class NoRequirementsError(SinchNumbersError):
    """
    The service has no requirements on record, so numbers are rented there and not ordered.

    Nothing was ordered or rented.
    """


class OutcomeUnknownError(SinchNumbersError):
    """
    The outcome of a billable call is unknown: it may or may not have taken effect.

    The call is not retried. ``await error.reconcile()``, or ``client.reconcile(error)``, reads
    the effect again; until the outcome is known it is in ``client.unresolved``.
    """

    maybe_applied = True

    op_id: str | None = None
    """The name of the call among ``client.unresolved``."""
    phone_number: str | None = None
    """The number it was about; ``None`` where the service was to pick one."""
    first_sent_at: datetime | None = None
    """When it left first, in UTC."""
    cause: SinchNumbersError | None = None
    """The error that made the outcome ambiguous."""

    async def reconcile(self) -> Any:
        """
        Read the effect again, like ``client.reconcile``, in the process that made the call.

        Raises `InvalidArgumentError` when the error comes from elsewhere.
        """
        look = _looks.get(self)
        if look is None:
            raise InvalidArgumentError("reconcile", "an error of this process; ask the client")
        return await look()


# Beside the errors, not within: an error holds on to nothing, and can be pickled.
_looks: weakref.WeakKeyDictionary[OutcomeUnknownError, Callable[[], Awaitable[Any]]] = (
    weakref.WeakKeyDictionary()
)


def reconciled_by(error: OutcomeUnknownError, look: Callable[[], Awaitable[Any]]) -> None:
    """Have *error*'s ``reconcile`` run *look*."""
    _looks[error] = look


class APIConnectionError(SinchNumbersError):
    """No connection could be made; the call never left."""

    transient = True


class TLSError(APIConnectionError):
    """The server's certificate or TLS version is not to be trusted; the call never left."""

    transient = False


class AuthUnavailableError(APIConnectionError):
    """No access token: the token service is unavailable. The call was not sent."""

    transient = False


class APIReplyLostError(SinchNumbersError):
    """The call left, and its reply did not come back whole."""

    transient = True
    maybe_applied = True


class APITimeoutError(APIReplyLostError):
    """The call left, and its reply did not come in time."""


class APIResponseError(SinchNumbersError):
    """The service said yes in a way that cannot be read."""

    transient = True
    maybe_applied = True


class APIStatusError(SinchNumbersError):
    """The service said no."""

    status: int
    """The HTTP status."""
    code: str | None = None
    """The service's word for it, such as ``NOT_FOUND``; ``None`` when it gave none."""
    details: tuple[ErrorDetail, ...] = ()
    """Structured details of the error response."""
    body: str
    """The reply as it came, at most 2 KiB of it, control characters escaped."""

    def __init__(
        self,
        message: str,
        *,
        status: int,
        code: str | None = None,
        details: tuple[ErrorDetail, ...] = (),
        body: str = "",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.details = details
        self.body = body

    def __str__(self) -> str:
        label = f"{self.status} {self.code}" if self.code else str(self.status)
        told = super().__str__()
        return f"{label}: {told}" if self.message else f"{label}{told}"


class UnexpectedRedirectError(APIStatusError):
    """The service pointed elsewhere (3xx), which is never followed."""


class BadRequestError(APIStatusError):
    """The request is malformed or a field is invalid (400)."""

    @property
    def field_violations(self) -> tuple[FieldViolation, ...]:
        """Return what is wrong with which field."""
        return tuple(
            violation
            for detail in self.details
            if isinstance(detail, BadRequest)
            for violation in detail.field_violations
        )


class AuthenticationError(APIStatusError):
    """The credentials are wrong or were refused (401)."""


class PermissionDeniedError(APIStatusError):
    """The credentials are not for this project or action (403); often without a message."""


class NotFoundError(APIStatusError):
    """The number, address, order, or project does not exist (404)."""


class ConflictError(APIStatusError):
    """The resource is in a state that does not allow it (409)."""


class ContentTooLargeError(APIStatusError):
    """An upload is larger than the service takes (413); it does not publish its limit."""


class RateLimitError(APIStatusError):
    """The service asks to slow down (429)."""

    transient = True


class InternalServerError(APIStatusError):
    """Something broke on the service's side (408, 5xx)."""

    transient = True
    maybe_applied = True


class UnexpectedStatusError(APIStatusError):
    """A status that HTTP does not know, so neither do we what it means."""

    maybe_applied = True


_BY_STATUS: Mapping[int, type[APIStatusError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    408: InternalServerError,
    409: ConflictError,
    413: ContentTooLargeError,
    429: RateLimitError,
    501: APIStatusError,  # it cannot do it, so it has not
}


def status_error(status: int) -> type[APIStatusError]:
    """Return the class of error that an HTTP *status* stands for."""
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if 300 <= status < 400:
        return UnexpectedRedirectError
    if 400 <= status < 500:
        return APIStatusError
    if 500 <= status < 600:
        return InternalServerError
    return UnexpectedStatusError


def _brief(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."
