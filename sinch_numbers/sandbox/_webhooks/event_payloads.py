"""Event payloads: IDs, bodies and signatures."""

import hashlib
import hmac
from datetime import datetime

from sinch_numbers.sandbox._protocol.absent import Absent, rewritten
from sinch_numbers.sandbox._protocol.json_text import encode
from sinch_numbers.sandbox._state.events import Event

__all__ = ["body_of", "event_id", "signature"]

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_OTHER_HOST = ("IMPORTED_NUMBER", "HOSTING_ORDER_NUMBER")


def event_id(at: datetime, place: str) -> str:
    """Return the event ID: 10 characters for the time, 16 derived from *place*."""
    millis = int(at.timestamp() * 1000)
    place_digest = hashlib.sha256(place.encode()).digest()
    return _base32(millis, 10) + _base32(int.from_bytes(place_digest[:10], "big"), 16)


def body_of(event: Event, name: str, absent: Absent | None = None) -> bytes:
    """
    Serialize *event* as the service posts it.

    The Numbers host writes times without a time zone and with nine fractional digits, the host
    for imported numbers with a ``Z`` and six. Only events about numbers have failure codes,
    ``null`` if there was no failure; *absent* is another notation for that.
    """
    other = event.resource_type in _OTHER_HOST
    moment = event.at.replace(tzinfo=None).isoformat(timespec="microseconds")
    members: dict[str, str | None] = {
        "eventId": name,
        "timestamp": f"{moment}Z" if other else f"{moment}000",
        "projectId": event.project_id,
        "resourceId": event.resource_id,
        "resourceType": event.resource_type,
        "eventType": event.event_type,
        "status": event.status,
    }
    if event.resource_type != "NUMBER_ORDER":
        members["failureCode"] = event.failure_code or None
        if not other:
            members["internalFailureCode"] = event.internal_failure_code or None
    return encode(rewritten(members, absent)).encode()


def signature(body: bytes, secret: str) -> str:
    """Return the value of the ``X-Sinch-Signature`` header."""
    return hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()


def _base32(value: int, width: int) -> str:
    digits = ""
    for _ in range(width):
        value, digit = divmod(value, 32)
        digits = _ALPHABET[digit] + digits
    return digits
