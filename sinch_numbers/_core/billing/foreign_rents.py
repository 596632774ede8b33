"""Foreign rents: numbers that a renter got without the journal, in spite of its exclusivity."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from sinch_numbers._core.billing.evidence import rented_at
from sinch_numbers._core.billing.journal import Claims, JournalEntry, OperationState
from sinch_numbers.models import ActiveNumber

__all__ = ["LATEST", "OTHER_RENTER", "foreign_rent"]

LATEST: Final = 100
"""Number of the latest entries that are compared with a number."""
OTHER_RENTER: Final = "the project has another renter, which does not use this journal"
_MARGIN: Final = timedelta(seconds=120)
"""A rent this long after the first request is within the time of the journal."""


def foreign_rent(number: ActiveNumber, entries: Iterable[JournalEntry]) -> datetime | None:
    """
    Return when *number* was rented, if none of *entries* explains a rent within their time.

    Only the service's clock counts, as `JournalEntry.sent_after` has it. Numbers that an order
    brings have no separate entry, so that a submitted order may explain any number.
    """
    entries = list(entries)
    since = rented_at(number)
    sent = [entry.sent_after for entry in entries if entry.sent_after is not None]
    if not since or not sent or since[0] < min(sent) + _MARGIN:
        return None
    explained = any(_may_explain(entry, number.phone_number) for entry in entries)
    return None if explained else since[0]


def _may_explain(entry: JournalEntry, number: str) -> bool:
    if entry.subject == number or entry.result.get("phoneNumber") == number:
        # An entry that had no effect leaves the number to others.
        return entry.state is not OperationState.ABSENT
    if entry.claims is Claims.PICKS:  # its number is in the result, if it is known
        return entry.state is not OperationState.ABSENT and not entry.result
    return entry.operation == "submitNumberOrder"
