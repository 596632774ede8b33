"""Project state on the second host."""

from datetime import datetime, timedelta

from sinch_numbers.sandbox._protocol.clock import Clock
from sinch_numbers.sandbox._state.events import Event
from sinch_numbers.sandbox._state.imported.numbers import ImportedNumbers
from sinch_numbers.sandbox._state.imported.orders import HostingOrders
from sinch_numbers.sandbox._state.imported.qualifying import QualifiedNumbers
from sinch_numbers.sandbox._state.imported.recorder import Journal
from sinch_numbers.sandbox._state.imported.scheduler import Agenda
from sinch_numbers.sandbox._state.ledger import LedgerEntry

__all__ = ["ImportedHost"]


class ImportedHost:
    """
    Project state on the second host, without HTTP or waiting.

    The state advances with the clock, one step per half of the sandbox's ``provisioning``
    seconds, and stops where people must act: see `orders` and `qualified` for how a test does
    so.
    """

    def __init__(
        self,
        project_id: str,
        *,
        clock: Clock,
        seed: int,
        provisioning: timedelta,
        ledger: list[LedgerEntry],
        events: list[Event],
        vendor_mock: bool = False,
    ) -> None:
        self.hmac_secret: str = ""
        self.agenda: Agenda = Agenda(clock, provisioning / 2)
        self._journal = Journal(project_id, ledger, events)
        self.numbers: ImportedNumbers = ImportedNumbers(
            self.agenda, self._journal, relink=vendor_mock
        )
        self.qualified: QualifiedNumbers = QualifiedNumbers(self.agenda, self._journal, seed)
        self.orders: HostingOrders = HostingOrders(
            self.agenda, self._journal, self.numbers, self.qualified, seed
        )

    def __repr__(self) -> str:
        return f"ImportedHost(numbers={len(self.numbers.all())}, orders={len(self.orders.all())})"

    def settle(self) -> datetime:
        """Apply everything that is due, including events, and return the current time."""
        return self.agenda.settle()

    def update_callback_configuration(self, hmac_secret: str) -> None:
        """Replace the secret that signs this host's webhooks."""
        if hmac_secret != self.hmac_secret:
            self.hmac_secret = hmac_secret
            now = self.agenda.settle()
            self._journal.record("update_imported_callback_configuration", [""], now)
