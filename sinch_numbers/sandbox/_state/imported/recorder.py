"""Records of a project's second host: ledger entries and events."""

from collections.abc import Iterable
from datetime import datetime

from sinch_numbers.sandbox._state.events import Event
from sinch_numbers.sandbox._state.ledger import LedgerEntry

__all__ = ["Journal"]


class Journal:
    """Writes to the ledger and to the project's events."""

    def __init__(self, project_id: str, ledger: list[LedgerEntry], events: list[Event]) -> None:
        self._project_id = project_id
        self._ledger = ledger
        self._events = events

    def record(self, operation: str, phone_numbers: Iterable[str], now: datetime) -> None:
        """Note that *operation* took effect, for each of the numbers."""
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
        """Tell of a change of a number, be it in an order that is at work on it or not."""
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
