"""
Billable calls with an unknown outcome, and the reads that can verify them.

Also calls that are known to have taken effect, but whose result an interrupt discarded.
"""

import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

import attrs

from sinch_numbers._core.callbacks import call_plain, plain
from sinch_numbers._core.delivery import Delivery
from sinch_numbers._core.logging import logger, masked

__all__ = ["Unresolved"]

Read = Callable[[], Awaitable[Any]]


@attrs.frozen(kw_only=True)
class Unresolved:
    """A billable call whose outcome is unknown, or whose result was not delivered."""

    op_id: str = attrs.field(factory=lambda: uuid.uuid4().hex)
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


class Register:
    """Unresolved calls of a client and its siblings."""

    def __init__(self, hook: Hook | None = None) -> None:
        self._hook: Final = hook and plain(hook, "on_unknown_outcome")
        self._open: dict[str, tuple[Unresolved, Read | None]] = {}
        self._held: dict[str, tuple[Unresolved, Delivery]] = {}

    def add(
        self,
        *,
        method: str,
        path: str,
        phone_number: str | None,
        first_sent: float,
        reason: str,
        read: Read | None,
    ) -> Unresolved:
        """Record an unresolved call and call the hook."""
        unresolved = Unresolved(
            method=method,
            path=path,
            phone_number=phone_number,
            first_sent_at=datetime.fromtimestamp(first_sent, UTC),
            reason=reason,
        )
        self._open[unresolved.op_id] = (unresolved, read)
        self._report(unresolved)
        return unresolved

    def hold(self, delivery: Delivery, unresolved: Unresolved) -> None:
        """Hold the result of a call until its *delivery* has ended; record it if it is lost."""
        # Only the oldest entries: visiting all would be quadratic for `gather`.
        while (oldest := next(iter(self._held.items()), None)) and oldest[1][1].delivered:
            self._held.pop(oldest[0], None)
        self._held[unresolved.op_id] = (unresolved, delivery)
        delivery.applied.append(unresolved)
        delivery.on_lost.add(self._record_lost)

    def _record_lost(self) -> None:
        for op_id, (unresolved, delivery) in list(self._held.items()):
            if delivery.lost:
                # Add first: an interrupt between the two lines must not lose the entry.
                self._open[op_id] = (unresolved, None)
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

    def all(self) -> tuple[Unresolved, ...]:
        """Return the unresolved calls, oldest first."""
        self._record_lost()
        return tuple(unresolved for unresolved, _ in self._open.values())

    def find(self, op_id: str) -> tuple[Unresolved, Read | None] | None:
        """Return an unresolved call, and the read that verifies it if there is one."""
        self._record_lost()
        return self._open.get(op_id)

    def settle(self, op_id: str) -> None:
        """Remove a call whose outcome is known."""
        self._open.pop(op_id, None)
