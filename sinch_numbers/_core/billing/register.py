"""
Billable calls of this process with an unknown outcome.

Also calls that are known to have taken effect, but whose result an interrupt discarded.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any, Final

import attrs

from sinch_numbers._core.callbacks import call_plain, plain
from sinch_numbers._core.delivery import Delivery
from sinch_numbers._core.logging import logger, masked
from sinch_numbers.errors import OutcomeUnknownError
from sinch_numbers.errors._numbers import reconciled_by
from sinch_numbers.models._serializable import Serializable

__all__ = ["Unresolved"]


@attrs.frozen(kw_only=True)
class Unresolved(Serializable):
    """A billable call whose outcome is unknown, or whose result was not delivered."""

    op_id: str
    """Operation ID, also in the `OutcomeUnknownError` that the call raised."""
    method: str
    path: str
    phone_number: str | None
    """The phone number; ``None`` if the service picks one, and its response is not known."""
    first_sent_at: datetime
    """Time of the first attempt that may have been sent, in UTC."""
    reason: str
    """Message of the error that made the outcome ambiguous."""
    applied: bool = False
    """Whether the call took effect; then only its `result` was not delivered."""
    result: Any = attrs.field(default=None, eq=False, repr=False)
    """The parsed response of a call that took effect, such as the number or the order."""


Hook = Callable[[Unresolved], object]
Reconcile = Callable[[str], Awaitable[Any]]


class Register:
    """Unresolved calls of a client and its siblings."""

    def __init__(self, hook: Hook | None = None) -> None:
        self._hook: Final = hook and plain(hook, "on_unknown_outcome")
        self._open: dict[str, tuple[Unresolved, Reconcile]] = {}
        self._held: dict[str, tuple[Unresolved, Reconcile, Delivery]] = {}

    def add(self, unresolved: Unresolved, reconcile: Reconcile) -> Unresolved:
        """Record an unresolved call and call the hook; *reconcile* verifies its outcome."""
        self._open[unresolved.op_id] = (unresolved, reconcile)
        self._report(unresolved)
        return unresolved

    def hold(self, unresolved: Unresolved, reconcile: Reconcile, delivery: Delivery) -> None:
        """Hold the result of a call until its *delivery* has ended; record it if it is lost."""
        # Only the oldest entries: visiting all would be quadratic for `gather`.
        while (oldest := next(iter(self._held.items()), None)) and oldest[1][2].delivered:
            self._held.pop(oldest[0], None)
        self._held[unresolved.op_id] = (unresolved, reconcile, delivery)
        delivery.applied.append(unresolved)
        delivery.on_lost.add(self._record_lost)

    def _record_lost(self) -> None:
        for op_id, (unresolved, reconcile, delivery) in list(self._held.items()):
            if delivery.lost:
                # Add first: an interrupt between the two lines must not lose the entry.
                self._open[op_id] = (unresolved, reconcile)
                if self._held.pop(op_id, None) is not None:
                    self._report(unresolved)
                    where = masked(unresolved.path)
                    with suppress(Exception):  # a log filter may raise
                        logger.warning(
                            "interrupted, result not delivered: %s %s", unresolved.method, where
                        )

    def _report(self, unresolved: Unresolved) -> None:
        if self._hook is not None:
            try:
                call_plain(self._hook, "on_unknown_outcome", unresolved)
            except Exception:  # noqa: BLE001 - an error of the hook must not hide the outcome
                logger.exception("on_unknown_outcome failed")

    def describe(self, error: OutcomeUnknownError, unresolved: Unresolved) -> None:
        """Set the attributes of *error* that identify the call, and its `reconcile`."""
        error.op_id = unresolved.op_id
        error.phone_number = unresolved.phone_number
        error.first_sent_at = unresolved.first_sent_at
        error.method, error.path = unresolved.method, unresolved.path
        _, reconcile = self._open[unresolved.op_id]
        reconciled_by(error, partial(reconcile, unresolved.op_id))

    def all(self) -> tuple[Unresolved, ...]:
        """Return the unresolved calls, oldest first."""
        self._record_lost()
        return tuple(unresolved for unresolved, _ in self._open.values())

    def find(self, op_id: str) -> Unresolved | None:
        """Return an unresolved call."""
        self._record_lost()
        found = self._open.get(op_id)
        return None if found is None else found[0]

    def reconcile_of(self, op_id: str) -> Reconcile | None:
        """Return the function that verifies the outcome of an unresolved call."""
        self._record_lost()
        found = self._open.get(op_id)
        return None if found is None else found[1]

    def settle(self, op_id: str) -> None:
        """Remove a call whose outcome is known."""
        self._open.pop(op_id, None)
