"""Errors about numbers, orders, and the outcome of calls, found by the client."""

import weakref
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from sinch_numbers._core.escaping import shortened
from sinch_numbers.errors._base import SinchNumbersError
from sinch_numbers.errors._usage import InvalidArgumentError
from sinch_numbers.models._details import FieldViolation


class OutOfStockError(SinchNumbersError):
    """
    No matching number is available, or others rented all of them first.

    - Took effect: no, nothing was rented.
    - Retried: other numbers were tried.
    - Next step: search with fewer conditions, or later.
    """


class AlreadyOwnedError(SinchNumbersError):
    """
    The project already has the number; it was not rented or imported again.

    - Took effect: no.
    - Retried: no.
    - Next step: use the number as it is, or choose another.
    """

    phone_number: str
    """The phone number."""

    def __init__(self, phone_number: str, why: str = "") -> None:
        super().__init__(f"the project already has {shortened(phone_number)}{why and f': {why}'}")
        self.phone_number = phone_number


class NumberBusyError(SinchNumbersError):
    """
    Another operation claims the number or order.

    - Took effect: no, nothing was sent.
    - Retried: the client waited for the other operation until the deadline.
    - Next step: call again later; if ``op_id`` is in ``client.unresolved``, reconcile it first.
    """

    transient = True

    subject: str
    """The phone number or order ID, or the operation that runs one at a time."""
    op_id: str
    """ID of the operation that claims it."""

    def __init__(self, subject: str, op_id: str) -> None:
        super().__init__(f"{shortened(subject)} is claimed by the operation {op_id}")
        self.subject = subject
        self.op_id = op_id


class PaginationError(SinchNumbersError):
    """
    A list whose pages don't end, or that the service counts but doesn't send.

    `Pager` has the bounds.

    - Took effect: no, lists change nothing.
    - Retried: no.
    - Next step: report it to Sinch, with ``page_token``; narrow the filters meanwhile.
    """


class OrderIncompleteError(SinchNumbersError, ValueError):
    """
    Required data of a number order is missing or malformed; found by the client.

    - Took effect: no, nothing was written; an existing order is unchanged.
    - Retried: no.
    - Next step: complete the data in ``problems``, and call again.
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

    - Took effect: the order exists, and was not submitted.
    - Retried: no.
    - Next step: correct ``problems``, and resume ``order_id`` before the order expires.
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


class NoRequirementsError(SinchNumbersError):
    """
    The region and type have no requirements, so the numbers are not ordered.

    - Took effect: no, nothing was ordered or rented.
    - Retried: no.
    - Next step: rent the numbers instead, with ``available_numbers.rent_first``.
    """


class WaitFailedError(SinchNumbersError):
    """
    A wait ended in a state that waiting longer doesn't change, such as failed provisioning.

    - Took effect: the wait changed nothing; what it waited for failed.
    - Retried: no; transient errors of reads did not end the wait.
    - Next step: correct ``result.problem``, then repeat the change or order that failed.
    """

    result: Any
    """The `WaitResult`."""

    def __init__(self, message: str, result: Any = None) -> None:
        super().__init__(message)
        self.result = result


class WaitTimeoutError(SinchNumbersError, TimeoutError):
    """
    The deadline of a wait passed before the service was done.

    - Took effect: the wait changed nothing; the service continues.
    - Retried: the state was polled until the deadline.
    - Next step: wait again, with a longer deadline; ``result.state`` is the last state.
    """

    transient = True

    result: Any
    """The `WaitResult`."""

    def __init__(self, message: str, result: Any = None) -> None:
        super().__init__(message)
        self.result = result


class OutcomeUnknownError(SinchNumbersError):
    """
    The outcome of a billable call is unknown.

    ``await error.reconcile()``, or ``client.reconcile(error)``, reads the effect again; until the
    outcome is known it is in ``client.unresolved``.

    - Took effect: maybe.
    - Retried: no, to not be charged twice; its effect was read.
    - Next step: don't repeat the call; reconcile it later, or look in the dashboard.
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

    - Took effect: yes; ``result`` is billed, and the project has it.
    - Retried: no.
    - Next step: don't repeat the call; use ``result``, or release it.
    """

    maybe_applied = True

    billed: bool = True
    """Whether the service charges the result."""
    result: Any
    """The number or order that the service returned."""

    def __init__(self, message: str, result: Any) -> None:
        super().__init__(message)
        self.result = result
