"""The outcome or progress of an order."""

from enum import StrEnum

import attrs

from sinch_numbers._core.escaping import printable
from sinch_numbers.models import NumberOrder, NumberOrderState, Registration, explanations
from sinch_numbers.models._serializable import Serializable
from sinch_numbers.models._value_repr import ValueRepr


class Step(ValueRepr, StrEnum):
    """The step of an order that was just completed."""

    CREATED = "created"
    """The numbers are reserved: store the order's id now."""
    REGISTERED = "registered"
    UPLOADED = "uploaded"
    """Reported once for each document."""
    SUBMITTED = "submitted"


class OrderOutcome(ValueRepr, StrEnum):
    """The outcome of an order."""

    COMPLETED = "COMPLETED"
    """The numbers are rented; each is charged its setup price and one month."""
    REJECTED = "REJECTED"
    """Rejected permanently: read the remarks, correct the problems, and order again."""
    BLOCKED = "BLOCKED"
    """On hold: read the remarks, and resume the order with the requested corrections."""
    EXPIRED = "EXPIRED"
    """Not submitted in time: create a new order."""
    PENDING = "PENDING"
    """Not finished when the time was up: wait again or resume later."""


_ENDS = frozenset(
    (
        NumberOrderState.COMPLETED,
        NumberOrderState.REJECTED,
        NumberOrderState.BLOCKED,
        NumberOrderState.EXPIRED,
    )
)
"""The states in which an order does not progress by itself."""


@attrs.frozen(kw_only=True)
class OrderResult(Serializable):
    """The result of an order."""

    outcome: OrderOutcome
    order: NumberOrder
    """The order as last read."""
    registration: Registration | None = None
    """The stored data and the reviewers' remarks; not read for completed orders."""

    def __repr__(self) -> str:
        numbers = len(self.order.order_numbers)
        plural = "" if numbers == 1 else "s"
        order_id = printable(self.order_id)
        return f"<OrderResult of {order_id}: {self.outcome}, {numbers:,} number{plural}>"

    @property
    def order_id(self) -> str:
        """Return the order's id, for `resume_order`."""
        return self.order.id_number_order

    @property
    def phone_numbers(self) -> tuple[str, ...]:
        """Return the rented numbers; empty unless the order succeeded."""
        if self.outcome is not OrderOutcome.COMPLETED:
            return ()
        return tuple(number.phone_number for number in self.order.order_numbers)

    @property
    def remarks(self) -> tuple[str, ...]:
        """Return the reviewers' remarks, oldest first."""
        logs = self.registration.logs if self.registration else ()
        return tuple(log.message for log in logs if log.message)

    @property
    def explanation(self) -> str:
        """Explain the outcome in one line, with advice unless the order succeeded."""
        summary = {
            OrderOutcome.COMPLETED: f"rented {', '.join(self.phone_numbers)}",
            OrderOutcome.REJECTED: "rejected",
            OrderOutcome.BLOCKED: "blocked until corrected",
            OrderOutcome.EXPIRED: "expired before it was submitted",
        }.get(self.outcome, f"still {self.order.state or 'in progress'}")
        remarks = f": {'; '.join(self.remarks)}" if self.remarks else ""
        advice = "".join(f". {why.advice}" for why in explanations(self))
        return f"order {self.order_id} {summary}{remarks}{advice}"


def outcome_of(order: NumberOrder) -> OrderOutcome:
    """Return the outcome of *order*; `OrderOutcome.PENDING` while it is in progress."""
    state = order.state
    return OrderOutcome(str(state)) if state in _ENDS else OrderOutcome.PENDING
