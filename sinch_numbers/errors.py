"""
Exceptions raised by this package.

Each class has two properties that determine retries. *Transient*: the same call may succeed
later. *Maybe applied*: the call may have taken effect in spite of the error.

::

    SinchNumbersError                        transient   maybe applied
    ├─ InvalidArgumentError     not sent        no           no
    ├─ InvalidEventError        bad webhook     no           no
    ├─ ClientClosedError        not sent        no           no
    ├─ SyncInLoopError          not sent        no           no
    ├─ UnsupportedRuntimeError  no asyncio      no           no
    ├─ MissingExtraError        not installed   no           no
    ├─ OutOfStockError          none available  no           no
    ├─ AlreadyOwnedError        already rented  no           no
    ├─ NumberBusyError          claimed         yes          no
    ├─ StoreError               store unusable  no           no
    ├─ PaginationError          endless list    no           no
    ├─ UploadError              file unreadable no           no
    ├─ OutputFileError          not written     no           no
    ├─ SandboxStateError        file unusable   no           no
    ├─ CassetteError            not a cassette  no           no
    ├─ UnexpectedRequestError   not recorded    no           no
    ├─ OrderIncompleteError     data missing    no           no
    ├─ OrderRefusedError        data rejected   no           no
    ├─ BudgetExceededError      too expensive   no           no
    ├─ CurrencyMismatchError    two currencies  no           no
    ├─ PurchaseIncompleteError  some not bought no           yes
    ├─ OutcomeUnknownError      billable        no           yes
    ├─ UnexpectedResultError    wrong number    no           yes
    ├─ APIConnectionError       not sent        yes          no
    │  ├─ TLSError              not verified    no           no
    │  ├─ ProxyError            no tunnel       yes          no
    │  ├─ TooManyOpenFilesError no descriptor   yes          no
    │  └─ AuthUnavailableError  no token        yes          no
    ├─ APIReplyLostError        no response     yes          yes
    │  └─ APITimeoutError       timeout         yes          yes
    ├─ APIResponseError         cannot parse    yes          yes
    │  └─ UnreadableItemError   in a list       no           no
    └─ APIStatusError           error response  no           no
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

All can be pickled. None references a connection, a token, or a secret. ``str(error)`` has no
control characters: those of a server's text are escaped.
"""

import os
import weakref
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from sinch_numbers._core.escaping import printable
from sinch_numbers.models._details import BadRequest, ErrorDetail, FieldViolation
from sinch_numbers.models._serializable import Serializable

if TYPE_CHECKING:
    from decimal import Decimal

    from sinch_numbers.models import ActiveNumber, Money, NumberOrder

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
    "BudgetExceededError",
    "CassetteError",
    "ClientClosedError",
    "ConflictError",
    "ContentTooLargeError",
    "CurrencyMismatchError",
    "InternalServerError",
    "InvalidArgumentError",
    "InvalidEventError",
    "MissingExtraError",
    "NotFoundError",
    "NumberBusyError",
    "OrderIncompleteError",
    "OrderRefusedError",
    "OutOfStockError",
    "OutcomeUnknownError",
    "OutputFileError",
    "PaginationError",
    "PermissionDeniedError",
    "ProxyError",
    "PurchaseIncompleteError",
    "RateLimitError",
    "SandboxStateError",
    "SinchNumbersError",
    "StoreError",
    "SyncInLoopError",
    "TLSError",
    "TooManyOpenFilesError",
    "UnexpectedRedirectError",
    "UnexpectedRequestError",
    "UnexpectedResultError",
    "UnexpectedStatusError",
    "UnreadableItemError",
    "UnreadableItemWarning",
    "UnsupportedRuntimeError",
    "UploadError",
]


_SHOWN_VIOLATIONS = 10
_SHOWN_LENGTH = 200
"""Field violations in `str` of an error, and the length of each text."""


class SinchNumbersError(Exception, Serializable):
    """Base class of all exceptions; attributes describe the failed call."""

    transient: bool = False
    """Whether the same call may succeed later."""
    maybe_applied: bool = False
    """
    Whether the call may have taken effect in spite of the error.

    False if a read proved that it did not, even in classes where the default is true.
    """

    message: str
    """The problem, without method and path."""
    method: str | None = None
    """The HTTP method of the call."""
    path: str | None = None
    """The path of the call, without host and query."""
    attempts: int = 0
    """Number of attempts, including those that were not sent."""
    retry_after: float | None = None
    """Seconds to wait, from the ``Retry-After`` header."""
    request_id: str | None = None
    """The service's ID of the request, if a response header has one."""
    quota_exhausted: bool = False
    """Whether a retry was skipped because the retry budget was exhausted."""
    page_token: str | None = None
    """In a list: token of the page that failed, to resume with ``pages(page_token)``."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        # Escaped here, once for all classes: messages quote servers, proxies, and file names.
        return printable(self._described())

    def _described(self) -> str:
        if self.method is None:
            return self.message
        times = f", attempt {self.attempts}" if self.attempts > 1 else ""
        return f"{self.message} ({self.method} {self.path}{times})"

    def __reduce__(self) -> tuple[Any, ...]:
        # Other causes may hold a connection, or not be picklable.
        cause = self.__cause__ if isinstance(self.__cause__, SinchNumbersError) else None
        return _restore, (type(self), self.args, vars(self), cause)

    def copy(self) -> Self:
        """Return a copy without the traceback, to raise for another caller."""
        restore, state = self.__reduce__()
        twin: Self = restore(*state)
        return twin


def _restore(
    cls: type[SinchNumbersError],
    args: tuple[Any, ...],
    state: dict[str, Any],
    cause: SinchNumbersError | None,
) -> Any:
    # Bypass `__init__`: its signature differs between the classes.
    error = cls.__new__(cls, *args)
    error.args = args
    vars(error).update(state)
    error.__cause__ = cause
    return error


class InvalidArgumentError(SinchNumbersError, ValueError):
    """An invalid argument; nothing was sent."""

    argument: str
    """The name of the argument."""
    expected: str
    """The valid values."""
    source: str | None
    """The environment variable that the value is from; ``None`` if it was passed."""

    def __init__(
        self, argument: str, expected: str, got: object = None, *, source: str | None = None
    ) -> None:
        shown = "" if got is None else f", got {_brief(got)}"
        where = "" if source is None else f" (from {source})"
        super().__init__(f"{argument}{where}: expected {expected}{shown}")
        self.argument = argument
        self.expected = expected
        self.source = source


class InvalidEventError(SinchNumbersError, ValueError):
    """A webhook body could not be parsed; the error doesn't quote it."""


class ClientClosedError(SinchNumbersError, RuntimeError):
    """
    The client was closed before or during the call; nothing was sent, or the wait ended.

    `maybe_applied` is true if an earlier attempt of the call may have taken effect.
    """


class SyncInLoopError(SinchNumbersError, RuntimeError):
    """A sync call in the thread that runs sync calls; nothing was sent."""


class UnsupportedRuntimeError(SinchNumbersError, RuntimeError):
    """
    The client cannot run here, and nothing was sent.

    It needs a running asyncio event loop, which trio and curio don't have, and, for sync calls
    and compiled dependencies, an interpreter that is not an isolated sub-interpreter.
    """


class MissingExtraError(SinchNumbersError, ImportError):
    """An optional dependency is not installed; the message has the command."""

    extra: str
    """The extra of this package that installs it."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} requires an extra: pip install 'sinch-numbers[{extra}]'")
        self.extra = extra


class OutOfStockError(SinchNumbersError):
    """No matching number is available, or others rented all of them first."""


class AlreadyOwnedError(SinchNumbersError):
    """The project already has the number; it was not rented or imported again."""

    phone_number: str
    """The phone number."""

    def __init__(self, phone_number: str, why: str = "") -> None:
        super().__init__(f"the project already has {phone_number}{why and f': {why}'}")
        self.phone_number = phone_number


class NumberBusyError(SinchNumbersError):
    """Another operation claims the number or order; nothing was sent."""

    transient = True

    subject: str
    """The phone number or order ID, or the operation that runs one at a time."""
    op_id: str
    """ID of the operation that claims it."""

    def __init__(self, subject: str, op_id: str) -> None:
        super().__init__(f"{subject} is claimed by the operation {op_id}")
        self.subject = subject
        self.op_id = op_id


class StoreError(SinchNumbersError):
    """
    The store of operations cannot be used.

    Raised before the request of a billable call is sent, which then is not sent.
    """


class PaginationError(SinchNumbersError):
    """
    A list whose pages don't end, or that the service counts but doesn't send.

    `Pager` has the bounds.
    """


class UploadError(SinchNumbersError):
    """
    A document could not be read completely, and was not stored.

    Part of it may have been sent; the service discards incomplete uploads.
    """


class OutputFileError(SinchNumbersError):
    """A file could not be written; an existing file is unchanged."""

    file: str
    """The path as given."""
    begun: bool
    """Whether the error occurred after writing had started."""

    def __init__(self, file: str | os.PathLike[str], problem: str, *, begun: bool = False) -> None:
        super().__init__(f"cannot write {os.fspath(file)}: {problem}")
        self.file = os.fspath(file)
        self.begun = begun


class SandboxStateError(SinchNumbersError):
    """
    The state file of a sandbox cannot be used; the file is unchanged.

    Another sandbox may be using it, or it may be damaged or from a newer release. Delete the file
    to start with a new state, or name another one.
    """

    file: str
    """The path as given."""

    def __init__(self, file: str | os.PathLike[str], problem: str) -> None:
        super().__init__(f"cannot use the sandbox state {os.fspath(file)}: {problem}")
        self.file = os.fspath(file)


class CassetteError(SinchNumbersError, ValueError):
    """A cassette could not be read, or a recording could not be stored as one."""

    file: str
    """The path as given."""

    def __init__(self, file: str | os.PathLike[str], problem: str) -> None:
        super().__init__(f"the cassette {os.fspath(file)} {problem}")
        self.file = os.fspath(file)


class UnexpectedRequestError(SinchNumbersError):
    """A cassette that is replayed has no response for a request; nothing was sent."""

    request: str
    """The request: method, host, path, and query."""
    nearest: str | None
    """The most similar recorded request; ``None`` if the cassette has none."""
    differences: tuple[str, ...]
    """Parts of the request that differ from `nearest`; empty if it was replayed before."""

    def __init__(
        self,
        file: str | os.PathLike[str],
        request: str,
        nearest: str | None = None,
        differences: tuple[str, ...] = (),
    ) -> None:
        where = f"the cassette {os.fspath(file)} has no response for {request}"
        if nearest is None:
            hint = "it has no request"
        elif differences:
            hint = f"nearest recorded request: {nearest}, with another {', '.join(differences)}"
        else:
            hint = "all recorded requests like it were replayed"
        super().__init__(f"{where}: {hint}")
        self.request = request
        self.nearest = nearest
        self.differences = differences


class OrderIncompleteError(SinchNumbersError, ValueError):
    """
    Required data of a number order is missing or malformed; found by the client.

    Nothing was written; an existing order is unchanged.
    """

    order_id: str | None
    """The order's ID; ``None`` if no order was created."""
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
    The service rejected the data of a number order (400).

    The order still exists: correct the data and continue before the order expires.
    """

    order_id: str | None
    """The order's ID."""
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


class BudgetExceededError(SinchNumbersError):
    """
    The numbers cost more than the budget, or their price is unknown; nothing was bought.

    Orders in *order_ids* reserve their numbers until they expire, and are not billed. Raise the
    budget or buy fewer numbers, and call again.
    """

    argument: str
    """The exceeded limit: ``max_monthly_price`` or ``max_setup_price``."""
    price: "Money | None"
    """The price of all numbers together; ``None`` if a price is unknown."""
    budget: "Money | Decimal"
    """The limit; without a currency if it was passed without one and no price is known."""
    order_ids: tuple[str, ...]
    """The orders that were created and not submitted."""

    def __init__(
        self,
        argument: str,
        budget: "Money | Decimal",
        price: "Money | None",
        *,
        order_ids: tuple[str, ...] = (),
    ) -> None:
        what = argument.removeprefix("max_").replace("_", " ")
        if price is None:
            problem = f"the {what} is unknown, {argument} is {_amount(budget)}"
        else:
            problem = f"the {what} {_amount(price)} exceeds {argument} {_amount(budget)}"
        reserved = f"; not submitted: order {', order '.join(order_ids)}" if order_ids else ""
        super().__init__(f"{problem}: nothing was bought{reserved}")
        self.argument = argument
        self.price = price
        self.budget = budget
        self.order_ids = order_ids


class CurrencyMismatchError(SinchNumbersError):
    """
    Prices, or a price and a budget, are in different currencies; nothing was bought.

    Buy numbers of each currency separately, and state the budget in the account's currency.
    """

    currencies: tuple[str, ...]
    """The currency codes."""

    def __init__(self, message: str, *, currencies: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.currencies = currencies


class PurchaseIncompleteError(SinchNumbersError):
    """
    A purchase ended before all of its numbers were bought; those bought are billed.

    Orders that are still in review may complete: `sinch_numbers.ordering.wait_for_order` waits
    for their outcome, and `resume_order` continues blocked ones. ``__cause__`` is the error that
    ended the purchase, if there is one. Buy only the missing numbers again.
    """

    maybe_applied = True

    numbers: "tuple[ActiveNumber, ...]"
    """The numbers that were bought."""
    orders: "tuple[NumberOrder, ...]"
    """All orders of the purchase, as last read."""

    def __init__(
        self,
        message: str,
        *,
        numbers: "tuple[ActiveNumber, ...]" = (),
        orders: "tuple[NumberOrder, ...]" = (),
    ) -> None:
        super().__init__(message)
        self.numbers = numbers
        self.orders = orders

    @property
    def phone_numbers(self) -> tuple[str, ...]:
        """Return the numbers that were bought, in E.164."""
        return tuple(number.phone_number for number in self.numbers)

    @property
    def order_ids(self) -> tuple[str, ...]:
        """Return the IDs of all orders of the purchase."""
        return tuple(order.id_number_order for order in self.orders)


class OutcomeUnknownError(SinchNumbersError):
    """
    The outcome of a billable call is unknown: it may or may not have taken effect.

    The call is not retried. ``await error.reconcile()``, or ``client.reconcile(error)``, reads
    the effect again; until the outcome is known it is in ``client.unresolved``.
    """

    maybe_applied = True

    op_id: str | None = None
    """Operation ID of the call in ``client.unresolved``."""
    phone_number: str | None = None
    """The phone number; ``None`` if the service picks one."""
    first_sent_at: datetime | None = None
    """Time of the first attempt that may have been sent, in UTC."""
    cause: SinchNumbersError | None = None
    """The error that made the outcome ambiguous."""
    candidates: tuple[Any, ...] = ()
    """Numbers that the call may have rented, or another caller."""

    async def reconcile(self) -> Any:
        """
        Read the effect again, like ``client.reconcile``.

        Works only in the process that made the call; elsewhere, for example after unpickling,
        raises `InvalidArgumentError`.
        """
        look = _looks.get(self)
        if look is None:
            raise InvalidArgumentError("reconcile", "an error raised in this process")
        return await look()


# Not an attribute of the error, which would reference the client and could not be pickled.
_looks: weakref.WeakKeyDictionary[OutcomeUnknownError, Callable[[], Awaitable[Any]]] = (
    weakref.WeakKeyDictionary()
)


def reconciled_by(error: OutcomeUnknownError, look: Callable[[], Awaitable[Any]]) -> None:
    """Register *look* as the function that ``error.reconcile`` calls."""
    _looks[error] = look


class UnexpectedResultError(SinchNumbersError):
    """
    A billable call took effect on another number or order than requested.

    The call is not retried. *result* is billed, and the project has it.
    """

    maybe_applied = True

    billed: bool = True
    """Whether the service charges the result."""
    result: Any
    """The number or order that the service returned."""

    def __init__(self, message: str, result: Any) -> None:
        super().__init__(message)
        self.result = result


class APIConnectionError(SinchNumbersError):
    """The connection failed; the call was not sent."""

    transient = True


class TLSError(APIConnectionError):
    """
    The TLS handshake or certificate verification failed; the call was not sent.

    The message has the reason, and what to change: the CA certificates, the URL, or the clock.
    """

    transient = False


class ProxyError(APIConnectionError):
    """
    The proxy is unreachable, or did not open a connection to the host; the call was not sent.

    Transient unless the proxy rejected the connection, such as a wrong password (407) or a host
    that its rules forbid (403).
    """

    status: int | None = None
    """The HTTP status of the proxy's response; ``None`` if it sent none."""


class TooManyOpenFilesError(APIConnectionError):
    """
    The process, or the system, has no file descriptor left for a connection; nothing was sent.

    The client had fewer requests in progress for a while, and tried again: other code has too many
    files open, or the limit, as shown by ``ulimit -n``, is too low.
    """


class AuthUnavailableError(APIConnectionError):
    """
    No access token: the token service is unavailable. The call was not sent.

    ``__cause__`` is the error of the last attempt to get a token; ``None`` if the deadline passed
    during the first one. The call was not retried, because the token request was. Not transient
    if the cause is a connection error that isn't, such as a `TLSError`.
    """


class APIReplyLostError(SinchNumbersError):
    """The call was sent, but its response was lost or incomplete."""

    transient = True
    maybe_applied = True


class APITimeoutError(APIReplyLostError):
    """The call was sent, but its response timed out."""


class APIResponseError(SinchNumbersError):
    """
    A successful response could not be parsed.

    Not transient if it is the requested resource with an invalid value: a retry would return
    the same.
    """

    transient = True
    maybe_applied = True


class UnreadableItemError(APIResponseError):
    """
    An item of a list could not be read.

    Raised by lists with ``on_unreadable="raise"``; otherwise the item is left out.
    """

    transient = False
    maybe_applied = False

    item: Any
    """The `UnreadableItem`: its position, the reason, and its JSON."""

    def __init__(self, message: str, item: Any = None) -> None:
        super().__init__(message)
        self.item = item


class UnreadableItemWarning(UserWarning):
    """Items of a list could not be read and were left out; the message names the first."""


class APIStatusError(SinchNumbersError):
    """The service returned an error response."""

    status: int
    """The HTTP status."""
    code: str | None = None
    """The API's error code, such as ``NOT_FOUND``; ``None`` if the response has none."""
    details: tuple[ErrorDetail, ...] = ()
    """Structured details of the error response."""
    body: str
    """The first 2 KiB of the response body, with control characters escaped."""

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

    @property
    def field_violations(self) -> tuple[FieldViolation, ...]:
        """Validation errors, by request field."""
        return tuple(
            violation
            for detail in self.details
            if isinstance(detail, BadRequest)
            for violation in detail.field_violations
        )

    def _described(self) -> str:
        label = f"{self.status} {self.code}" if self.code else str(self.status)
        described = super()._described()
        text = f"{label}: {described}" if self.message else f"{label}{described}"
        return "; ".join((text, *_shown(self.field_violations)))


class UnexpectedRedirectError(APIStatusError):
    """The service returned a redirect (3xx); redirects are never followed."""


class BadRequestError(APIStatusError):
    """The request is malformed or a field is invalid (400)."""


class AuthenticationError(APIStatusError):
    """
    The credentials are invalid (401).

    Transient if the access token was fetched less than 10 seconds ago: a node of the service may
    not know it yet, although the call was retried for up to 5 seconds.
    """


class PermissionDeniedError(APIStatusError):
    """The credentials don't permit this project or action (403)."""


class NotFoundError(APIStatusError):
    """The number, address, order, or project does not exist (404)."""


class ConflictError(APIStatusError):
    """The state of the resource doesn't allow the operation (409)."""


class ContentTooLargeError(APIStatusError):
    """An upload exceeds the service's limit, which is unpublished (413)."""


class RateLimitError(APIStatusError):
    """The rate limit was exceeded (429)."""

    transient = True


class InternalServerError(APIStatusError):
    """The service failed or timed out (408, 5xx)."""

    transient = True
    maybe_applied = True


class UnexpectedStatusError(APIStatusError):
    """A status outside the classes of HTTP: its meaning is unknown."""

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
    501: APIStatusError,  # Not Implemented: it had no effect
}


def status_error(status: int) -> type[APIStatusError]:
    """Return the exception class for an HTTP *status*."""
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if 300 <= status < 400:
        return UnexpectedRedirectError
    if 400 <= status < 500:
        return APIStatusError
    if 500 <= status < 600:
        return InternalServerError
    return UnexpectedStatusError


def _shown(violations: tuple[FieldViolation, ...]) -> list[str]:
    """Return *violations* as text: a few, and how many more there are."""
    texts = [
        f"{_shortened(one.field or 'request')}: {_shortened(one.description or 'not accepted')}"
        for one in violations[:_SHOWN_VIOLATIONS]
    ]
    more = len(violations) - len(texts)
    return [*texts, f"and {more} more"] if more else texts


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN_LENGTH else f"{text[: _SHOWN_LENGTH - 3]}..."


def _amount(value: "Money | Decimal") -> str:
    currency, amount = getattr(value, "currency_code", ""), getattr(value, "amount", value)
    return f"{currency} {amount:f}".lstrip()


def _brief(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."
