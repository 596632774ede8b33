"""
Webhook signatures and events, as pure functions; see `Receiver` for more.

The service signs the exact bytes of the body with the project's secret. Verify the body as it was
received: parsing and re-serializing it changes the bytes.
"""

import hashlib
import hmac
from collections.abc import Iterable
from typing import Any, Final, TypeAlias

from sinch_numbers._core.serialization import converter, json_text
from sinch_numbers.errors import APIResponseError, InvalidArgumentError, InvalidEventError
from sinch_numbers.models import (
    Event,
    UnknownEvent,
)
from sinch_numbers.models._events import EVENT_KINDS
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
"""The secret that signs webhooks, or several during a rotation."""

SIGNATURE_HEADER: Final = "X-Sinch-Signature"
"""Name of the header with the signature; header names are case-insensitive."""

SOURCE_ADDRESSES: Final = ("54.76.19.159", "54.78.194.39", "54.155.83.128")
"""Documented source addresses of the service's webhooks."""

LARGEST_BODY: Final = 256 * 1024
"""Maximum size of a webhook body in bytes; real ones have a few hundred."""

GZIP_MAGIC: Final = b"\x1f\x8b"
_RAW_BODY: Final = "the raw body as bytes, as received, before any decoding or parsing"


def sign(body: bytes, secret: Secret | str) -> str:
    """
    Return the signature of *body*: its HMAC-SHA1 in lower-case hexadecimal digits.

    Args:
        body: The bytes to sign.
        secret: The signing secret.

    Raises:
        InvalidArgumentError: The secret is empty or not a string.

    Example::

        signature = sign(b"{}", "s" * 32)
    """
    return _digest(body, _key(secret))


def verify_signature(body: bytes, signature: object, secrets: Secrets) -> bool:
    """
    Whether *signature* is the signature of *body* with one of *secrets*.

    *body* is the bytes as received. *signature* is the value of the header ``X-Sinch-Signature``,
    or ``None`` if missing. All secrets are tried, in constant time. Returns false, and never
    raises, for any other input: an invalid signature, a body larger than `LARGEST_BODY`, an empty
    secret.

    Args:
        body: The bytes as received.
        signature: Value of the header ``X-Sinch-Signature``, ``None`` if missing.
        secrets: The signing secret, or several during a rotation.

    Raises:
        InvalidArgumentError: *body* isn't bytes: text that was decoded, or JSON that was parsed,
            may differ from the signed bytes.

    Example::

        print(verify_signature(b"{}", sign(b"{}", "s" * 32), "s" * 32))
    """
    if not isinstance(body, bytes | bytearray | memoryview):
        # Not quoted: it has phone numbers.
        raise InvalidArgumentError("body", f"{_RAW_BODY}; got {type(body).__name__}")
    body = bytes(body)  # hmac can't hash every memoryview, such as non-contiguous ones
    if len(body) > LARGEST_BODY:
        return False
    given = _signature(signature)
    genuine = False
    for key in _keys(secrets):
        # Not `or`: the duration must not reveal which secret matches.
        genuine |= hmac.compare_digest(given, _digest(body, key).encode())
    return genuine


def parse_event(body: bytes) -> Event:
    """
    Parse a webhook body into an event; verify its signature first.

    Reads events of both hosts. An event whose resource type is missing, or unknown to this
    release, becomes an `UnknownEvent`, an unknown enum value a new enum member, an unknown field
    goes into ``extra``. Timestamps without a time zone are UTC.

    Args:
        body: The bytes, as sent.

    Raises:
        InvalidEventError: *body* isn't bytes, is larger than `LARGEST_BODY`, is not a JSON object,
            or has fields of the wrong type.

    Example::

        body = b'{"eventId": "1", "resourceType": "ACTIVE_NUMBER", "resourceId": "+12025550134"}'
        print(parse_event(body).resource_id)
    """
    if not isinstance(body, bytes | bytearray | memoryview):
        raise InvalidEventError(f"the webhook must be {_RAW_BODY}; got {type(body).__name__}")
    if len(body) > LARGEST_BODY:
        raise InvalidEventError(f"the webhook is larger than {LARGEST_BODY} bytes")
    try:
        members = json_text.decode(bytes(body))
    except ValueError as error:
        problem = str(error)
    else:
        return _event(members)
    if bytes(body[:2]) == GZIP_MAGIC:
        problem = "it is compressed with gzip; decompress it once its signature is verified"
    raise InvalidEventError(f"the webhook is not JSON: {problem}")


def _event(members: Any) -> Event:
    if not isinstance(members, dict):
        raise InvalidEventError("the webhook is not a JSON object")
    named = members.get("resourceType")
    if named is not None and not isinstance(named, str):
        raise InvalidEventError("the resourceType of the webhook is not a string")
    kind: type[Event] = EVENT_KINDS.get(named or "", UnknownEvent)
    try:
        return converter.load(members, kind)
    except APIResponseError as error:
        problem = error.message.partition(": ")[2]
    raise InvalidEventError(f"the webhook is invalid: {problem}")


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
    raise InvalidArgumentError("secret", "a non-empty string")


def _keys(secrets: object) -> list[bytes]:
    """Return the secrets that are usable as keys: non-empty and valid UTF-8."""
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
