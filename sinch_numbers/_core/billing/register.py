"""Billable calls of this process with an unknown outcome."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any, Final

import attrs

from sinch_numbers._core.logging import logger
from sinch_numbers.errors import OutcomeUnknownError, reconciled_by

__all__ = ["Unresolved"]


@attrs.frozen(kw_only=True)
class Unresolved:
    """A billable call with an unknown outcome."""

    op_id: str
    """Operation ID, also in the `OutcomeUnknownError` that the call raised."""
    method: str
    path: str
    phone_number: str | None
    """The phone number; ``None`` if the service picks one."""
    first_sent_at: datetime
    """Time of the first attempt that may have been sent, in UTC."""
    reason: str
    """Message of the error that made the outcome ambiguous."""
    result: Any = None
    """The result, if the call took effect and the caller was interrupted before it got it."""


Hook = Callable[[Unresolved], object]
Reconcile = Callable[[str], Awaitable[Any]]


class Register:
    """Unresolved calls of a client and its siblings."""

    def __init__(self, hook: Hook | None = None) -> None:
        self._hook: Final = hook
        self._open: dict[str, tuple[Unresolved, Reconcile]] = {}

    def add(self, unresolved: Unresolved, reconcile: Reconcile) -> Unresolved:
        """Record an unresolved call and call the hook; *reconcile* verifies its outcome."""
        self._open[unresolved.op_id] = (unresolved, reconcile)
        if self._hook is not None:
            try:
                self._hook(unresolved)
            except Exception:  # noqa: BLE001 - an error of the hook must not hide the outcome
                logger.exception("on_unknown_outcome failed")
        return unresolved

    def describe(self, error: OutcomeUnknownError, unresolved: Unresolved) -> None:
        """Set the attributes of *error* that identify the call, and what `reconcile` does."""
        error.op_id = unresolved.op_id
        error.phone_number = unresolved.phone_number
        error.first_sent_at = unresolved.first_sent_at
        error.method, error.path = unresolved.method, unresolved.path
        _, reconcile = self._open[unresolved.op_id]
        reconciled_by(error, partial(reconcile, unresolved.op_id))

    def all(self) -> tuple[Unresolved, ...]:
        """Return the unresolved calls, oldest first."""
        return tuple(unresolved for unresolved, _ in self._open.values())

    def find(self, op_id: str) -> Unresolved | None:
        """Return an unresolved call."""
        found = self._open.get(op_id)
        return None if found is None else found[0]

    def reconcile_of(self, op_id: str) -> Reconcile | None:
        """Return the function that verifies the outcome of an unresolved call."""
        found = self._open.get(op_id)
        return None if found is None else found[1]

    def settle(self, op_id: str) -> None:
        """Remove a call whose outcome is known."""
        self._open.pop(op_id, None)
