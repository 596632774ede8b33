"""Plans: the changes that lead from the current to the desired state of numbers."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import attrs

from sinch_numbers.models import Money
from sinch_numbers.models._serializable import Serializable
from sinch_numbers.models._value_repr import ValueRepr

__all__ = ["Plan", "PlanAction", "PlanStep", "PlannedNumber", "RejectedNumber", "StepAction"]


class PlanAction(ValueRepr, StrEnum):
    """The kind of change of a number."""

    BUY = "buy"
    UPDATE = "update"
    RELEASE = "release"


class StepAction(ValueRepr, StrEnum):
    """One request that changes a number."""

    BUY = "buy"
    SET_EMERGENCY_ADDRESS = "set_emergency_address"
    UNLINK_SMS = "unlink_sms"
    UNLINK_CAMPAIGN = "unlink_campaign"
    UPDATE = "update"
    REMOVE_EMERGENCY_ADDRESS = "remove_emergency_address"
    RELEASE = "release"


@attrs.frozen(kw_only=True)
class PlanStep(Serializable):
    """A step, and the fields that have another value after it."""

    action: StepAction
    set: Mapping[str, Any] = attrs.field(factory=dict)
    """Fields of `DesiredNumber`; ``None`` means empty."""


@attrs.frozen(kw_only=True)
class PlannedNumber(Serializable):
    """The changes of a number, in their order."""

    phone_number: str
    action: PlanAction
    before: Mapping[str, Any] | None
    """The managed fields when the plan was made; ``None`` if the number was not rented."""
    steps: tuple[PlanStep, ...]
    emergency_display_name: str | None = attrs.field(default=None, repr=False)
    region_code: str | None = None
    type: str | None = None
    setup_price: Money | None = None
    """Charged once for a purchase."""
    price: Money | None = None
    """Charged at once and then regularly for a purchase; no longer charged after a release."""
    notes: tuple[str, ...] = ()
    """Effects to review, such as those that cannot be undone."""

    @property
    def states(self) -> tuple[Mapping[str, Any] | None, ...]:
        """The managed fields before the first step, and after each step."""
        states: list[Mapping[str, Any] | None] = [self.before]
        for step in self.steps:
            states.append({**(states[-1] or {}), **step.set})
        return tuple(states)

    @property
    def after(self) -> Mapping[str, Any]:
        """The managed fields after the last step."""
        return self.states[-1] or {}

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the managed fields."""
        return tuple(self.after)


@attrs.frozen(kw_only=True)
class RejectedNumber(Serializable):
    """A number whose desired state cannot be reached; it is not changed."""

    phone_number: str
    reasons: tuple[str, ...]


@attrs.frozen(kw_only=True)
class Plan(Serializable):
    """
    The changes that lead from the current to the desired state of a project's numbers.

    A plan is made by `plan_changes` and executed by `apply_plan`. `save_plan` writes its
    reviewable form with a content hash, which `read_plan` reads. It contains phone numbers, and
    emergency addresses if these are managed, but no secrets.
    """

    project_id: str
    origin: str
    """URL of the service that the plan was made for."""
    created_at: datetime
    numbers: tuple[PlannedNumber, ...] = ()
    """Numbers to change, in the order of the desired state."""
    rejected: tuple[RejectedNumber, ...] = ()
    unchanged: int = 0
    """Count of numbers that have the desired state."""
    unmanaged: int | None = None
    """Count of the project's numbers outside the desired state; ``None`` if they were not read."""

    def __repr__(self) -> str:
        counts = ", ".join(f"{len(self.of(action)):,} to {action}" for action in PlanAction)
        rejected = f", {len(self.rejected):,} rejected" if self.rejected else ""
        return f"<Plan for {self.project_id}: {counts}{rejected}>"

    @property
    def is_empty(self) -> bool:
        """Whether no number would change, and none is rejected."""
        return not self.numbers and not self.rejected

    def of(self, action: PlanAction) -> tuple[PlannedNumber, ...]:
        """Return the numbers with *action*."""
        return tuple(number for number in self.numbers if number.action == action)

    @property
    def due_at_once(self) -> tuple[Money, ...]:
        """The setup price and the first charge of all purchases, one amount per currency."""
        bought = self.of(PlanAction.BUY)
        return totals([price for one in bought for price in (one.setup_price, one.price)])

    @property
    def digest(self) -> str:
        """The content hash: SHA-256 of the canonical JSON of the plan."""
        from sinch_numbers.operations._plan_files import digest_of

        return digest_of(self)

    def to_markdown(self) -> str:
        """Return the plan as Markdown, for the review of a change."""
        from sinch_numbers.operations._plan_text import markdown

        return markdown(self)


def totals(prices: Iterable[Money | None]) -> tuple[Money, ...]:
    """Return the sums of *prices*, one for each currency, in the order of the currencies."""
    sums: dict[str, Decimal] = {}
    for price in prices:
        if price is not None:
            sums[price.currency_code] = sums.get(price.currency_code, Decimal()) + price.amount
    return tuple(Money(currency, amount) for currency, amount in sorted(sums.items()))


def changed_fields(number: PlannedNumber) -> Sequence[tuple[str, Any, Any]]:
    """Return the fields whose value changes from the first to the last state, with both."""
    before = number.before or {}
    return [
        (name, before.get(name), value)
        for name, value in number.after.items()
        if before.get(name) != value
    ]
