"""Plans: the changes that lead from the current to the desired state of numbers."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
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
    """URL of the service that the plan was made for; without a port for one on this machine."""
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
        """
        Return the numbers with *action*.

        Args:
            action: The action.

        Example::

            desired = [DesiredNumber("+12025550134", display_name="Front desk")]
            plan = await plan_changes(client, desired)
            print(plan.of(PlanAction.UPDATE))
        """
        return tuple(number for number in self.numbers if number.action == action)

    @property
    def due_at_once(self) -> tuple[Money, ...]:
        """The setup price and the first charge of all purchases, one amount per currency."""
        bought = self.of(PlanAction.BUY)
        return totals([price for one in bought for price in (one.setup_price, one.price)])

    @property
    def digest(self) -> str:
        """The content hash: SHA-256 of the canonical JSON of the plan."""
        return digest_of(content_of(self))


def totals(prices: Iterable[Money | None]) -> tuple[Money, ...]:
    """Return the sums of *prices*, one for each currency, in the order of the currencies."""
    sums: dict[str, Decimal] = {}
    for price in prices:
        if price is not None:
            sums[price.currency_code] = sums.get(price.currency_code, Decimal()) + price.amount
    return tuple(Money(currency, amount) for currency, amount in sorted(sums.items()))


def digest_of(content: Any) -> str:
    """Return the SHA-256 of the canonical JSON of *content*, as 64 hex digits."""
    try:
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
    except ValueError:  # NaN, which the JSON of a plan doesn't have
        return ""
    return hashlib.sha256(text.encode()).hexdigest()


def content_of(plan: Plan) -> dict[str, Any]:
    """Return *plan* as the JSON of a plan file."""
    return {
        "project_id": plan.project_id,
        "origin": plan.origin,
        "created_at": plan.created_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "unchanged": plan.unchanged,
        "unmanaged": plan.unmanaged,
        "numbers": [number_content(one) for one in plan.numbers],
        "rejected": [
            {"phone_number": one.phone_number, "reasons": list(one.reasons)}
            for one in plan.rejected
        ],
    }


def number_content(number: PlannedNumber) -> dict[str, Any]:
    """Return *number* as the JSON of a plan file."""
    return {
        "phone_number": number.phone_number,
        "action": str(number.action),
        "region_code": number.region_code,
        "type": number.type,
        "before": None if number.before is None else dict(number.before),
        "steps": [{"action": str(step.action), "set": dict(step.set)} for step in number.steps],
        "after": dict(number.after),
        "emergency_display_name": number.emergency_display_name,
        "setup_price": _price_content(number.setup_price),
        "price": _price_content(number.price),
        "notes": list(number.notes),
    }


def _price_content(price: Money | None) -> dict[str, str] | None:
    if price is None:
        return None
    return {"currency_code": price.currency_code, "amount": f"{price.amount:f}"}
