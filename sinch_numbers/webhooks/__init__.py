"""
Webhook receivers for aiohttp, ASGI and WSGI, with a shared core.

A receiver responds at once and runs your handler in the background. It verifies the signature,
drops duplicates, responds with a 503 when overloaded so that the service retries, and finishes
accepted events when it is closed. With an `EventStore`, accepted events survive the process.
"""

from typing import TYPE_CHECKING

from sinch_numbers._core.lazy import attach

if TYPE_CHECKING:
    from sinch_numbers.webhooks._addresses import *
    from sinch_numbers.webhooks._aiohttp_web import *
    from sinch_numbers.webhooks._asgi import *
    from sinch_numbers.webhooks._attempts import *
    from sinch_numbers.webhooks._core import *
    from sinch_numbers.webhooks._event_store import *
    from sinch_numbers.webhooks._event_tables import *
    from sinch_numbers.webhooks._events import *
    from sinch_numbers.webhooks._handlers import *
    from sinch_numbers.webhooks._latest import *
    from sinch_numbers.webhooks._receiver import *
    from sinch_numbers.webhooks._store import *
    from sinch_numbers.webhooks._wsgi import *

attach(__name__)
