"""
Receivers of webhooks, for aiohttp, ASGI and WSGI: one core, three thin doors.

A receiver answers at once and lets your handler work afterwards. It verifies the signature,
drops what came before, asks the service to come again when there is too much to do, and
finishes what it accepted when it is closed.
"""

from sinch_numbers.receivers.addresses import AllowList
from sinch_numbers.receivers.aiohttp_web import add_route, aiohttp_handler, serve
from sinch_numbers.receivers.asgi import AsgiApp
from sinch_numbers.receivers.core import Answer, Gate
from sinch_numbers.receivers.latest import reading_latest
from sinch_numbers.receivers.receiver import Counts, Handler, Receiver
from sinch_numbers.receivers.store import EventStore, MemoryStore
from sinch_numbers.receivers.wsgi import WsgiApp

__all__ = [
    "AllowList",
    "Answer",
    "AsgiApp",
    "Counts",
    "EventStore",
    "Gate",
    "Handler",
    "MemoryStore",
    "Receiver",
    "WsgiApp",
    "add_route",
    "aiohttp_handler",
    "reading_latest",
    "serve",
]
