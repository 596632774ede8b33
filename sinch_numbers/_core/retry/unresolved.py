"""Billable calls with an unknown outcome, and the reads that can verify them."""

import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Final

import attrs

from sinch_numbers._core.logging import logger

__all__ = ["Unresolved"]

Read = Callable[[], Awaitable[Any]]


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


Hook = Callable[[Unresolved], object]


class Register:
    """Unresolved calls of a client and its siblings."""

    def __init__(self, hook: Hook | None = None) -> None:
        self._hook: Final = hook
        self._open: dict[str, tuple[Unresolved, Read | None]] = {}

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
            op_id=uuid.uuid4().hex,
            method=method,
            path=path,
            phone_number=phone_number,
            first_sent_at=datetime.fromtimestamp(first_sent, UTC),
            reason=reason,
        )
        self._open[unresolved.op_id] = (unresolved, read)
        if self._hook is not None:
            try:
                self._hook(unresolved)
            except Exception:  # noqa: BLE001 - an error of the hook must not hide the outcome
                logger.exception("on_unknown_outcome failed")
        return unresolved

    def all(self) -> tuple[Unresolved, ...]:
        """Return the unresolved calls, oldest first."""
        return tuple(unresolved for unresolved, _ in self._open.values())

    def find(self, op_id: str) -> tuple[Unresolved, Read | None] | None:
        """Return an unresolved call, and the read that verifies it if there is one."""
        return self._open.get(op_id)

    def settle(self, op_id: str) -> None:
        """Remove a call whose outcome is known."""
        self._open.pop(op_id, None)
