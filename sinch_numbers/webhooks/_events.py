"""
Webhooks: whether one is genuine, and what it says. Pure functions; see `receivers` for more.

The service signs the body, byte for byte, with the project's secret. So a body has to be
verified as it came: parsed and written again it is another one.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, TypeAlias

from sinch_numbers._core.serialization import converter, json_text
from sinch_numbers.errors import APIResponseError, InvalidArgumentError, InvalidEventError
from sinch_numbers.models import (
    Event,
    EventResourceType,
    ImportedNumberEvent,
    NumberEvent,
    NumberOrderEvent,
    UnknownEvent,
)
from sinch_numbers.models._secret import Secret

__all__ = [
    "LARGEST_BODY",
    "SIGNATURE_HEADER",
    "SOURCE_ADDRESSES",
    "Secrets",
    "parse_event",
    "sign",
    "verify_signature",
]

Secrets: TypeAlias = Secret | str | Iterable[Secret | str]
"""The secret that signs webhooks, or several while one takes the place of another."""

SIGNATURE_HEADER: Final = "X-Sinch-Signature"
"""The header that holds the signature; its name may come in any case."""

SOURCE_ADDRESSES: Final = ("54.76.19.159", "54.78.194.39", "54.155.83.128")
"""Where the service is said to send its webhooks from."""

LARGEST_BODY: Final = 256 * 1024
"""Bytes that a webhook may have; real ones have a few hundred."""

_KINDS: Final[Mapping[str, type[NumberEvent | NumberOrderEvent | ImportedNumberEvent]]] = {
    EventResourceType.ACTIVE_NUMBER: NumberEvent,
    EventResourceType.NUMBER_ORDER: NumberOrderEvent,
    EventResourceType.IMPORTED_NUMBER: ImportedNumberEvent,
    EventResourceType.HOSTING_ORDER_NUMBER: ImportedNumberEvent,
}


def sign(body: bytes, secret: Secret | str) -> str:
    """
    Return the signature of *body*: the HMAC-SHA1, in lower-case hexadecimal digits.

    Raises `InvalidArgumentError` when the secret is empty or no text.
    """
    return _digest(body, _key(secret))


def verify_signature(body: bytes, signature: object, secrets: Secrets) -> bool:
    """
    Whether *signature* is what one of *secrets* makes of *body*, the bytes as they came.

    *signature* is the value of the header ``X-Sinch-Signature``, ``None`` when there is
    none. All secrets are tried, in constant time. It is false, and never an error, for
    whatever else comes: a signature that is none, a body larger than `LARGEST_BODY`, a
    secret that is empty.
    """
    if not isinstance(body, bytes | bytearray | memoryview):
        return False
    body = bytes(body)  # a view may be of what cannot be hashed as it lies
    if len(body) > LARGEST_BODY:
        return False
    given = _signature(signature)
    genuine = False
    for key in _keys(secrets):
        # Not `or`: the time must not reveal which secret matches.
        genuine |= hmac.compare_digest(given, _digest(body, key).encode())
    return genuine


def parse_event(body: bytes) -> Event:
    """
    Return what a webhook says; verify its signature first.

    Events of both hosts are read. One about something newer than this release arrives as
    `UnknownEvent`, an unknown word as a member of its own, an unknown member in ``extra``.
    A time without a zone is UTC.

    Raises `InvalidEventError` when the body is larger than `LARGEST_BODY`, no JSON object,
    names no ``resourceType``, or has members of the wrong type.
    """
    if len(body) > LARGEST_BODY:
        raise InvalidEventError(f"the webhook is larger than {LARGEST_BODY} bytes")
    try:
        members = json_text.decode(bytes(body))
    except ValueError as error:
        problem = str(error)
    else:
        return _event(members)
    raise InvalidEventError(f"the webhook is not JSON: {problem}")


def _event(members: Any) -> Event:
    named = members.get("resourceType") if isinstance(members, dict) else None
    if not isinstance(named, str) or not named:
        raise InvalidEventError("the webhook is no object with a resourceType")
    kind = _KINDS.get(named)
    try:
        return _unknown(members, named) if kind is None else converter.load(members, kind)
    except APIResponseError as error:
        problem = error.message.partition(": ")[2]
    except ValueError as error:
        problem = str(error)
    raise InvalidEventError(f"the webhook does not fit: {problem}")


def _unknown(members: Mapping[str, Any], named: str) -> UnknownEvent:
    return UnknownEvent(
        event_id=_text(members.get("eventId")),
        timestamp=_moment(members.get("timestamp")),
        project_id=_text(members.get("projectId")),
        resource_id=_text(members.get("resourceId")),
        resource_type=EventResourceType(named),
        event_type=_text(members.get("eventType")),
        status=_text(members.get("status")),
        fields=converter.keep(members),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _moment(value: object) -> datetime | None:
    try:
        return converter.load({"timestamp": value}, NumberEvent).timestamp
    except APIResponseError:
        return None


def _digest(body: bytes, key: bytes) -> str:
    return hmac.new(key, body, hashlib.sha1).hexdigest()


def _signature(value: object) -> bytes:
    try:
        return value.encode() if isinstance(value, str) else b""
    except UnicodeError:
        return b""


def _key(secret: object) -> bytes:
    for key in _keys([secret]):
        return key
    raise InvalidArgumentError("secret", "a text that is not empty")


def _keys(secrets: object) -> list[bytes]:
    """Return the secrets that can sign anything at all."""
    one = isinstance(secrets, Secret | str) or not isinstance(secrets, Iterable)
    keys = []
    for secret in [secrets] if one else secrets:  # type: ignore[attr-defined]  # checked above
        text: object = secret.reveal() if isinstance(secret, Secret) else secret
        try:
            key = text.encode() if isinstance(text, str) else b""
        except UnicodeError:
            key = b""
        if key:
            keys.append(key)
    return keys
