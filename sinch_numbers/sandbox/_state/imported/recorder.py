"""Recorder of the second host: ledger entries and events."""

from collections.abc import Iterable
from datetime import datetime

from sinch_numbers.sandbox._state.events import Event
from sinch_numbers.sandbox._state.ledger import LedgerEntry

__all__ = ["Journal"]


class Journal:
    """Writes ledger entries and project events."""

    def __init__(self, project_id: str, ledger: list[LedgerEntry], events: list[Event]) -> None:
        self._project_id = project_id
        self._ledger = ledger
        self._events = events

    def record(self, operation: str, phone_numbers: Iterable[str], now: datetime) -> None:
        """Record for each number that *operation* took effect."""
        self._ledger.extend(
            LedgerEntry(
                operation=operation,
                phone_number=phone_number,
                project_id=self._project_id,
                at=now,
            )
            for phone_number in phone_numbers
        )

    def announce(
        self,
        phone_number: str,
        event_type: str,
        now: datetime,
        *,
        in_order: bool,
        callback_url: str,
        failed: bool = False,
        code: str = "",
    ) -> None:
        """Publish an event about a number, whether or not an open order includes it."""
        self._events.append(
            Event(
                project_id=self._project_id,
                resource_id=phone_number,
                resource_type="HOSTING_ORDER_NUMBER" if in_order else "IMPORTED_NUMBER",
                event_type=event_type,
                status="FAILED" if failed else "SUCCEEDED",
                failure_code=code,
                callback_url=callback_url,
                at=now,
            )
        )
