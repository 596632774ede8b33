"""Errors about numbers, orders, and the outcome of calls, found by the client."""

import weakref
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sinch_numbers._core.escaping import shortened
from sinch_numbers.errors._base import SinchNumbersError
from sinch_numbers.errors._usage import InvalidArgumentError

if TYPE_CHECKING:
    from decimal import Decimal

    from sinch_numbers.models import ActiveNumber, FieldViolation, Money, NumberOrder


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
    problems: "tuple[FieldViolation, ...]"
    """Problems, by field."""

    def __init__(
        self,
        message: str,
        *,
        problems: "tuple[FieldViolation, ...]" = (),
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
    problems: "tuple[FieldViolation, ...]"
    """Problems, by field, as reported by the service."""

    def __init__(
        self,
        message: str,
        *,
        problems: "tuple[FieldViolation, ...]" = (),
        order_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.problems = problems
        self.order_id = order_id


class BudgetExceededError(SinchNumbersError):
    """
    The numbers cost more than the budget, or their price is unknown.

    - Took effect: no, nothing was bought; ``order_ids`` reserve numbers until they expire.
    - Retried: no.
    - Next step: raise the budget or buy fewer numbers, and call again.
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


def _amount(value: "Money | Decimal") -> str:
    currency, amount = getattr(value, "currency_code", ""), getattr(value, "amount", value)
    return f"{currency} {amount:f}".lstrip()


class CurrencyMismatchError(SinchNumbersError):
    """
    Prices, or a price and a budget, are in different currencies.

    - Took effect: no, nothing was bought.
    - Retried: no.
    - Next step: buy numbers of each currency separately, with a budget in that currency.
    """

    currencies: tuple[str, ...]
    """The currency codes."""

    def __init__(self, message: str, *, currencies: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.currencies = currencies


class PurchaseIncompleteError(SinchNumbersError):
    """
    A purchase ended before all of its numbers were bought.

    Orders that are still in review may complete: ``number_orders.wait_until_completed`` waits for
    their outcome, and `resume_order` continues blocked ones. ``__cause__`` is the error that ended
    the purchase, if there is one.

    - Took effect: maybe; ``numbers`` were bought and are billed, ``orders`` may still complete.
    - Retried: no.
    - Next step: wait for ``order_ids``, then buy only the missing numbers.
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


class WaitFailedError(SinchNumbersError):
    """
    A wait ended in a final state other than success, such as failed provisioning.

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
