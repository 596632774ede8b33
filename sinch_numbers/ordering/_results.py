"""The outcome or progress of an order."""

from enum import StrEnum

import attrs

from sinch_numbers.models import ActiveNumber, NumberOrder, NumberOrderState, Registration


class Step(StrEnum):
    """The step of an order that was just completed."""

    CREATED = "created"
    """The numbers are reserved: store the order's id now."""
    REGISTERED = "registered"
    UPLOADED = "uploaded"
    """Reported once for each document."""
    SUBMITTED = "submitted"


class OrderOutcome(StrEnum):
    """The outcome of an order."""

    COMPLETED = "COMPLETED"
    """The numbers are rented; each is charged its setup price and one month."""
    RENTED = "RENTED"
    """No order was needed: the number was rented immediately, at the same price."""
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
class OrderResult:
    """The result of an order."""

    outcome: OrderOutcome
    order: NumberOrder | None = None
    """The order as last read; ``None`` when the number was rented without an order."""
    registration: Registration | None = None
    """The stored data and the reviewers' remarks; not read for completed orders."""
    rented: ActiveNumber | None = None
    """The number that was rented without an order."""

    @property
    def order_id(self) -> str | None:
        """Return the order's id, for `resume_order`."""
        return self.order.id_number_order if self.order else None

    @property
    def phone_numbers(self) -> tuple[str, ...]:
        """Return the rented numbers; empty unless the order succeeded."""
        if self.rented is not None:
            return (self.rented.phone_number,)
        if self.order is None or self.outcome is not OrderOutcome.COMPLETED:
            return ()
        return tuple(number.phone_number for number in self.order.order_numbers)

    @property
    def remarks(self) -> tuple[str, ...]:
        """Return the reviewers' remarks, oldest first."""
        logs = self.registration.logs if self.registration else ()
        return tuple(log.message for log in logs if log.message)

    @property
    def explanation(self) -> str:
        """Explain the outcome in one line."""
        if self.order is None:
            return f"rented without an order: {', '.join(self.phone_numbers)}"
        summary = {
            OrderOutcome.COMPLETED: f"rented {', '.join(self.phone_numbers)}",
            OrderOutcome.REJECTED: "rejected",
            OrderOutcome.BLOCKED: "blocked until corrected",
            OrderOutcome.EXPIRED: "expired before it was submitted",
        }.get(self.outcome, f"still {self.order.state or 'in progress'}")
        remarks = f": {'; '.join(self.remarks)}" if self.remarks else ""
        return f"order {self.order_id} {summary}{remarks}"


def outcome_of(order: NumberOrder) -> OrderOutcome:
    """Return the outcome of *order*; `OrderOutcome.PENDING` while it is in progress."""
    state = order.state
    return OrderOutcome(str(state)) if state in _ENDS else OrderOutcome.PENDING
