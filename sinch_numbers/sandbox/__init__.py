"""
Sandbox: a local mock of the Sinch Numbers API, for tests.

It follows the service's semantics as far as they are known: renting costs (play) money,
provisioning takes time, released numbers expire with the month, letters of authorization
wait for signature. Both API hosts are included, and faults can be injected: see `faults`.
The sandbox shares no code with the client, so a mistake in one is not hidden by the other.
"""

from sinch_numbers.sandbox._http.server import Sandbox
from sinch_numbers.sandbox._http.settings import SandboxSettings
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
from sinch_numbers.sandbox._state.order import Order
from sinch_numbers.sandbox._state.orders import Orders
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
    "SandboxSettings",
    "SmsConfiguration",
    "SmsJob",
    "VoiceConfiguration",
    "VoiceJob",
    "Webhooks",
]
