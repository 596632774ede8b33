"""
A local stand-in for the Sinch Numbers API, to test against.

It has the service's real semantics, as far as they are known: renting costs (play) money,
links take time, releases end with the month, letters wait to be signed. Both hosts are there.
And it breaks on request: see `faults`. It shares no code with the client, so a mistake cannot
hide by being made on both sides.
"""

from sinch_numbers.sandbox._http.server import Sandbox
from sinch_numbers.sandbox._protocol.clock import Clock
from sinch_numbers.sandbox._protocol.faults import Fault, Faults
from sinch_numbers.sandbox._state.events import Event
from sinch_numbers.sandbox._state.ledger import LedgerEntry
from sinch_numbers.sandbox._state.numbers import (
    ActiveNumber,
    AvailableNumber,
    Money,
    SmsConfiguration,
    SmsJob,
    VoiceConfiguration,
    VoiceJob,
)
from sinch_numbers.sandbox._state.orders import Order, Orders
from sinch_numbers.sandbox._state.state import Project
from sinch_numbers.sandbox._webhooks.webhooks import Delivery, Webhooks

__all__ = [
    "ActiveNumber",
    "AvailableNumber",
    "Clock",
    "Delivery",
    "Event",
    "Fault",
    "Faults",
    "LedgerEntry",
    "Money",
    "Order",
    "Orders",
    "Project",
    "Sandbox",
    "SmsConfiguration",
    "SmsJob",
    "VoiceConfiguration",
    "VoiceJob",
    "Webhooks",
]
