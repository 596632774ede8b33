"""Webhook checks and responses, without any I/O."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import attrs

from sinch_numbers._core import arguments
from sinch_numbers._core.callbacks import plain
from sinch_numbers.errors import InvalidArgumentError, InvalidEventError
from sinch_numbers.models import Event
from sinch_numbers.models._secret import Secret
from sinch_numbers.webhooks._addresses import AllowList
from sinch_numbers.webhooks._content_coding import codings, gunzip, is_compressed, is_supported
from sinch_numbers.webhooks._events import LARGEST_BODY, Secrets, parse_event, verify_signature

__all__ = ["Answer", "RequestCheck"]

BODY_SECONDS: Final = 5.0
"""Time for a body to arrive: real ones have a few hundred bytes."""

_DIRECTION: Final = re.compile(r"(DE)?PROVISIONING_(TO|FROM)_|(UN)?LINK_TO_")


@attrs.frozen
class Answer:
    """The response to a webhook; the service retries unless the status is 200."""

    status: int
    text: str
    headers: Mapping[str, str] = attrs.field(factory=dict)

    @property
    def body(self) -> bytes:
        """The text as sent."""
        return f"{self.text}\n".encode()

    @property
    def all_headers(self) -> dict[str, str]:
        """The headers as sent."""
        return {
            "Content-Type": "text/plain; charset=utf-8",
            "Content-Length": str(len(self.body)),
            **self.headers,
        }


ACCEPTED: Final = Answer(200, "accepted")
DUPLICATE: Final = Answer(200, "already accepted")
UNREADABLE: Final = Answer(400, "the body is not a valid event")
TRUNCATED: Final = Answer(400, "the body is incomplete", {"Connection": "close"})
OUTDATED: Final = Answer(400, "the event is too old")
FROM_THE_FUTURE: Final = Answer(400, "the timestamp of the event is too far in the future")
UNSIGNED: Final = Answer(401, "the signature is missing or wrong")
DISALLOWED_ADDRESS: Final = Answer(403, "source address not allowed")
METHOD_NOT_ALLOWED: Final = Answer(405, "only POST is allowed", {"Allow": "POST"})
TOO_SLOW: Final = Answer(408, "the body did not arrive in time", {"Connection": "close"})
DECOMPRESSED: Final = Answer(
    415,
    "the body was decompressed before its signature was verified, which is that of the bytes as"
    " sent: turn off decompression in the server (aiohttp: auto_decompress=False)",
)
UNSUPPORTED_CODING: Final = Answer(
    415,
    "the Content-Encoding is not supported: send the body as it is, or with gzip",
    {"Accept-Encoding": "gzip", "Connection": "close"},
)
TOO_LARGE: Final = Answer(413, "the body is too large", {"Connection": "close"})
BUSY: Final = Answer(503, "busy, retry later", {"Retry-After": "1"})


@attrs.frozen
class Verified:
    """A verified event, the id that its duplicates share, and its JSON."""

    event: Event
    event_id: str
    body: bytes = b""


def _now() -> datetime:
    return datetime.now(UTC)


class RequestCheck:
    """
    Checks an incoming request: method, source address, size, signature, JSON.

    *secrets* is the project's signing secret, or several during a rotation. *allow* restricts the
    source addresses; by default any is allowed, since the signature decides. Events older than
    *max_age* seconds are rejected; by default none are, since the service may deliver late. Events
    more than *max_skew* seconds in the future are rejected, since all later events about the same
    number would be older. *now* returns the current time.

    Args:
        secrets: The signing secret of the project, or several during a rotation.
        allow: Allowed source addresses (default: any, since the signature decides).
        max_age: Seconds after which an event is rejected (default: never).
        max_skew: Seconds that the timestamp of an event may be in the future.
        now: Returns the current time.

    Raises:
        InvalidArgumentError: A secret is empty, or *secrets* contains none.

    Example::

        check = RequestCheck("s" * 32)
        body = b'{"eventId": "1", "resourceType": "ACTIVE_NUMBER"}'
        error = check.refusal(method="POST", length=len(body))
        if error is None:
            verified = check.check(body, sign(body, "s" * 32))
    """

    def __init__(
        self,
        secrets: Secrets,
        *,
        allow: AllowList | None = None,
        max_age: float | None = None,
        max_skew: float = 300.0,
        now: Callable[[], datetime] = _now,
    ) -> None:
        self._secrets = _checked(secrets)
        self._allow = allow
        self._max_age = None if max_age is None else timedelta(seconds=max_age)
        self._max_skew = timedelta(seconds=max_skew)
        self._now = plain(now, "now")

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """The signing secrets."""
        return self._secrets

    def refusal(
        self,
        *,
        method: str = "POST",
        peer: str | None = None,
        forwarded_for: str | None = None,
        length: int | None = None,
        content_encoding: str | None = None,
    ) -> Answer | None:
        """
        Return the error response, before the body is read; ``None`` to read it.

        Args:
            method: HTTP method.
            peer: Address of the other end of the connection.
            forwarded_for: Value of the header ``X-Forwarded-For``.
            length: Value of the header ``Content-Length``.
            content_encoding: Value of the header ``Content-Encoding``.
        """
        if method != "POST":
            return METHOD_NOT_ALLOWED
        if self._allow is not None and not self._allow.allows(peer, forwarded_for):
            return DISALLOWED_ADDRESS
        if length is not None and length > LARGEST_BODY:
            return TOO_LARGE
        if not is_supported(content_encoding):
            return UNSUPPORTED_CODING
        return None

    def check(
        self, body: bytes, signature: object, content_encoding: str | None = None
    ) -> Verified | Answer:
        """
        Return the verified event in *body*, or the error response.

        *body* is the bytes as received. If they are compressed with gzip, they are decompressed
        after the signature was verified. *content_encoding* is the value of that header.

        Args:
            body: The bytes as received.
            signature: Value of the header ``X-Sinch-Signature``.
            content_encoding: Value of the header ``Content-Encoding``.

        Raises:
            InvalidArgumentError: *body* isn't bytes.
        """
        if len(body) > LARGEST_BODY:
            return TOO_LARGE
        if not is_supported(content_encoding):
            return UNSUPPORTED_CODING
        # Not by the header alone: a proxy may remove it. No JSON looks compressed.
        is_coded = isinstance(body, bytes) and is_compressed(body)
        if codings(content_encoding) and not is_coded:
            return DECOMPRESSED
        if not verify_signature(body, signature, self._secrets):
            return UNSIGNED
        plain_body = gunzip(body) if is_coded else body
        if plain_body is None:
            return UNREADABLE
        try:
            event = parse_event(plain_body)
        except InvalidEventError:
            return TOO_LARGE if len(plain_body) > LARGEST_BODY else UNREADABLE
        # An event without an id is identified by its JSON.
        event_id = event.event_id or hashlib.sha256(plain_body).hexdigest()
        return self._untimely(event) or Verified(event, event_id, plain_body)

    def _untimely(self, event: Event) -> Answer | None:
        at, now = event.timestamp, self._now()
        if self._max_age is not None and (at is None or now - at > self._max_age):
            return OUTDATED
        if at is not None and at - now > self._max_skew:
            return FROM_THE_FUTURE
        return None


def content_length(header: str) -> int | None:
    """Return the value of a ``Content-Length`` header; ``None`` if empty or invalid."""
    if not header.isascii() or not header.isdigit():
        return None
    return int(header[:19])  # bounded: no body is that long, and int() rejects very long strings


def topic(event: Event) -> str | None:
    """
    Return the topic in which *event* supersedes older ones; ``None`` if unknown.

    A topic is one kind of provisioning of one resource: an event about voice does not make an
    older event about SMS stale.
    """
    if event.timestamp is None or event.resource_id is None:
        return None
    about = _DIRECTION.sub("", event.event_type or "", count=1)
    return f"{event.project_id} {event.resource_type} {event.resource_id} {about}"


def _checked(secrets: Secrets) -> tuple[Secret, ...]:
    if not isinstance(secrets, Secret | str | Iterable | None):
        raise InvalidArgumentError("secrets", f"one or several str, not {type(secrets).__name__}")
    several = [secrets] if isinstance(secrets, Secret | str) else list(secrets or ())
    # Wrapped immediately, since tracebacks can show local variables.
    kept = tuple(Secret(one) for one in several if isinstance(one, Secret | str) and one)
    if not kept or len(kept) != len(several):
        raise InvalidArgumentError("secrets", "non-empty strings")
    return tuple(arguments.secret(one, "secrets") for one in kept)
