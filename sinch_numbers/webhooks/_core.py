"""Webhook checks and responses, without any I/O."""

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import attrs

from sinch_numbers._core import arguments
from sinch_numbers._core.callbacks import plain
from sinch_numbers.errors import InvalidArgumentError, InvalidEventError
from sinch_numbers.models import Event
from sinch_numbers.models._secret import Secret
from sinch_numbers.webhooks._addresses import AllowList
from sinch_numbers.webhooks._events import LARGEST_BODY, Secrets, parse_event, verify_signature

__all__ = ["Answer", "RequestCheck"]

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
UNSIGNED: Final = Answer(401, "the signature is missing or wrong")
DISALLOWED_ADDRESS: Final = Answer(403, "source address not allowed")
METHOD_NOT_ALLOWED: Final = Answer(405, "only POST is allowed", {"Allow": "POST"})
TOO_LARGE: Final = Answer(413, "the body is too large", {"Connection": "close"})
BUSY: Final = Answer(503, "busy, retry later", {"Retry-After": "1"})


@attrs.frozen
class Verified:
    """A verified event, and the id that its duplicates share."""

    event: Event
    event_id: str


def _now() -> datetime:
    return datetime.now(UTC)


class RequestCheck:
    """
    Checks an incoming request: method, source address, size, signature, JSON.

    *secrets* is the project's signing secret, or several during a rotation. *allow* restricts the
    source addresses; by default any is allowed, since the signature decides. Events older than
    *max_age* seconds are rejected; by default none are, since the service may deliver late. *now*
    returns the current time.

    Raises `InvalidArgumentError` when a secret is empty or *secrets* contains none.
    """

    def __init__(
        self,
        secrets: Secrets,
        *,
        allow: AllowList | None = None,
        max_age: float | None = None,
        now: Callable[[], datetime] = _now,
    ) -> None:
        self._secrets = _checked(secrets)
        self._allow = allow
        self._max_age = None if max_age is None else timedelta(seconds=max_age)
        self._now = plain(now, "now")

    def refusal(
        self,
        *,
        method: str = "POST",
        peer: str | None = None,
        forwarded_for: str | None = None,
        length: int | None = None,
    ) -> Answer | None:
        """Return the error response, before the body is read; ``None`` to read it."""
        if method != "POST":
            return METHOD_NOT_ALLOWED
        if self._allow is not None and not self._allow.allows(peer, forwarded_for):
            return DISALLOWED_ADDRESS
        if length is not None and length > LARGEST_BODY:
            return TOO_LARGE
        return None

    def check(self, body: bytes, signature: object) -> Verified | Answer:
        """Return the verified event in *body*, or the error response."""
        if len(body) > LARGEST_BODY:
            return TOO_LARGE
        if not verify_signature(body, signature, self._secrets):
            return UNSIGNED
        try:
            event = parse_event(body)
        except InvalidEventError:
            return UNREADABLE
        moment = event.timestamp
        if self._max_age is not None and (moment is None or self._now() - moment > self._max_age):
            return OUTDATED
        # An event without an id is identified by its body.
        return Verified(event, event.event_id or hashlib.sha256(body).hexdigest())


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
    several = [secrets] if isinstance(secrets, Secret | str) else list(secrets or ())
    # Wrapped immediately, since tracebacks can show local variables.
    kept = tuple(Secret(one) for one in several if isinstance(one, Secret | str) and one)
    if not kept or len(kept) != len(several):
        raise InvalidArgumentError("secrets", "non-empty strings")
    return tuple(arguments.secret(one, "secrets") for one in kept)
