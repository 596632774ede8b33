"""Billable calls whose outcome nobody knows yet, and how to find out."""

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
    """A billable call that may or may not have happened."""

    op_id: str
    """Its name; the `OutcomeUnknownError` that it ended in has the same."""
    method: str
    path: str
    phone_number: str | None
    """The number it was about; ``None`` where the service was to pick one."""
    first_sent_at: datetime
    """When it left first, in UTC."""
    reason: str
    """What kept the outcome from being known."""


Hook = Callable[[Unresolved], object]


class Register:
    """The unresolved calls of a client and its siblings."""

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
        """Note a call that was left open, and tell whoever wants to know."""
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
            except Exception:  # noqa: BLE001 - the call it was told of matters more
                logger.exception("on_unknown_outcome failed")
        return unresolved

    def all(self) -> tuple[Unresolved, ...]:
        """Return what is open, oldest first."""
        return tuple(unresolved for unresolved, _ in self._open.values())

    def find(self, op_id: str) -> tuple[Unresolved, Read | None] | None:
        """Return an open call and what reads its effect, if anything does."""
        return self._open.get(op_id)

    def settle(self, op_id: str) -> None:
        """Strike a call off: its outcome is known."""
        self._open.pop(op_id, None)
