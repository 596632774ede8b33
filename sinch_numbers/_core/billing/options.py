"""Options of billable calls."""

from typing import Final

import attrs

from sinch_numbers._core.billing.journal import OperationStore
from sinch_numbers._core.progress import UNREPORTED, ProgressReporter
from sinch_numbers._core.progress_events import OutcomeCheck

_LEASE_MARGIN: Final = 30.0
"""Seconds of lease beyond the longest time between two writes of the owner."""


@attrs.frozen(kw_only=True)
class BillingOptions:
    """How billable calls of a client are protected."""

    store: OperationStore
    exclusive: bool
    """Whether every renter of the project uses the same store, or this client is the only one."""
    origin: str
    project_id: str
    timeout: float
    """Seconds per attempt."""
    deadline: float | None
    """Seconds that a call waits for the claim of another one; ``None`` for no limit."""
    settle_timeout: float
    names_missing: bool = True
    """Whether the 404 of the service names the number that does not exist."""
    report: ProgressReporter = attrs.field(default=UNREPORTED, repr=False, eq=False)
    """Reports waits: for a claim, and for the reads that verify an outcome."""

    def report_check(self, operation: str, subject: str | None, at_most: float) -> None:
        """Report that reads verify the outcome of a call, for up to *at_most* seconds."""
        self.report(OutcomeCheck(subject=subject, operation=operation, at_most=at_most))

    @property
    def lease(self) -> float:
        """Seconds for which an owner is considered alive after each of its writes."""
        return self.timeout + 1.5 * self.settle_timeout + _LEASE_MARGIN
