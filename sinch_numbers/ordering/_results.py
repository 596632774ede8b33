"""How an order ended, or how far it is."""

from enum import StrEnum

import attrs

from sinch_numbers.models import ActiveNumber, NumberOrder, NumberOrderState, Registration


class Step(StrEnum):
    """The last step of an order."""

    CREATED = "created"
    """Its numbers are reserved: note its id now."""
    REGISTERED = "registered"
    UPLOADED = "uploaded"
    """Once for each document."""
    SUBMITTED = "submitted"
    LOOKED = "looked"
    """Polled for its state."""


class Outcome(StrEnum):
    """How an order ended."""

    COMPLETED = "COMPLETED"
    """The numbers are rented; each costs its set-up price and a month."""
    RENTED = "RENTED"
    """No order was needed: the number was rented at once, for the same price."""
    REJECTED = "REJECTED"
    """Turned down for good: read the remarks, correct what they say, and order again."""
    BLOCKED = "BLOCKED"
    """Held up: read the remarks, and resume it with what they ask for."""
    EXPIRED = "EXPIRED"
    """Not submitted in time: begin again with a new order."""
    PENDING = "PENDING"
    """Not at its end when the time was up: wait for it, or resume it, later."""


ENDS = frozenset(
    (
        NumberOrderState.COMPLETED,
        NumberOrderState.REJECTED,
        NumberOrderState.BLOCKED,
        NumberOrderState.EXPIRED,
    )
)
"""The states in which nothing goes on by itself."""


@attrs.frozen(kw_only=True)
class OrderResult:
    """The outcome of an order."""

    outcome: Outcome
    order: NumberOrder | None = None
    """The order as it was read last; ``None`` when the number was rented without one."""
    registration: Registration | None = None
    """Its data and the remarks of reviewers, where there was reason to read them."""
    rented: ActiveNumber | None = None
    """The number that was rented without an order."""

    @property
    def order_id(self) -> str | None:
        """Return the order's id, which `resume_order` asks for."""
        return self.order.id_number_order if self.order else None

    @property
    def phone_numbers(self) -> tuple[str, ...]:
        """Return the numbers that were rented; none unless it went well."""
        if self.rented is not None:
            return (self.rented.phone_number,)
        if self.order is None or self.outcome is not Outcome.COMPLETED:
            return ()
        return tuple(number.phone_number for number in self.order.order_numbers)

    @property
    def remarks(self) -> tuple[str, ...]:
        """Return what reviewers say, oldest first."""
        logs = self.registration.logs if self.registration else ()
        return tuple(log.message for log in logs if log.message)

    @property
    def explanation(self) -> str:
        """Say in one line what became of it."""
        if self.order is None:
            return f"rented without an order: {', '.join(self.phone_numbers)}"
        told = {
            Outcome.COMPLETED: f"rented {', '.join(self.phone_numbers)}",
            Outcome.REJECTED: "rejected",
            Outcome.BLOCKED: "blocked until it is corrected",
            Outcome.EXPIRED: "expired before it was submitted",
        }.get(self.outcome, f"still {self.order.state or 'on its way'}")
        remarks = f": {'; '.join(self.remarks)}" if self.remarks else ""
        return f"order {self.order_id} {told}{remarks}"


def outcome_of(order: NumberOrder) -> Outcome:
    """Return how *order* ended, if it did."""
    state = order.state
    return Outcome(str(state)) if state in ENDS else Outcome.PENDING
