"""Checks of incoming webhooks, without I/O."""

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import attrs

from sinch_numbers.errors import InvalidArgumentError, InvalidEventError
from sinch_numbers.models import Event
from sinch_numbers.models._secret import Secret
from sinch_numbers.webhooks._addresses import AllowList
from sinch_numbers.webhooks._events import LARGEST_BODY, Secrets, parse_event, verify_signature

__all__ = ["Answer", "RequestCheck"]

_DIRECTION: Final = re.compile(r"(DE)?PROVISIONING_(TO|FROM)_|(UN)?LINK_TO_")


@attrs.frozen
class Answer:
    """Response to a webhook; the service retries on any status but 200."""

    status: int
    text: str
    headers: Mapping[str, str] = attrs.field(factory=dict)

    @property
    def body(self) -> bytes:
        """The text as it is sent."""
        return f"{self.text}\n".encode()

    @property
    def all_headers(self) -> dict[str, str]:
        """The headers as they are sent."""
        return {
            "Content-Type": "text/plain; charset=utf-8",
            "Content-Length": str(len(self.body)),
            **self.headers,
        }


ACCEPTED: Final = Answer(200, "accepted")
DUPLICATE: Final = Answer(200, "accepted before")
UNREADABLE: Final = Answer(400, "the body is no event")
TRUNCATED: Final = Answer(400, "the body did not come whole", {"Connection": "close"})
OUTDATED: Final = Answer(400, "the event is too old")
UNSIGNED: Final = Answer(401, "the signature is missing or wrong")
DISALLOWED_ADDRESS: Final = Answer(403, "not from this address")
METHOD_NOT_ALLOWED: Final = Answer(405, "webhooks are posted", {"Allow": "POST"})
TOO_LARGE: Final = Answer(413, "the body is too large", {"Connection": "close"})
BUSY: Final = Answer(503, "come again later", {"Retry-After": "1"})


@attrs.frozen
class Verified:
    """A genuine event, and the name that its duplicates share."""

    event: Event
    event_id: str


def _now() -> datetime:
    return datetime.now(UTC)


class RequestCheck:
    """
    Decides what comes in: POSTs from where they may come, not too large, signed, readable.

    *secrets* is the project's signing secret, or several while one takes the place of
    another. *allow* says where webhooks may come from, by default anywhere: the signature
    decides. An event older than *max_age* seconds is refused; by default none is, since the
    service may come late. *now* tells the time.

    Raises `InvalidArgumentError` when a secret is empty or there is none.
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
        self._now = now

    def refusal(
        self,
        *,
        method: str = "POST",
        peer: str | None = None,
        forwarded_for: str | None = None,
        length: int | None = None,
    ) -> Answer | None:
        """Return what to answer before the body is read; ``None`` to go on and read it."""
        if method != "POST":
            return METHOD_NOT_ALLOWED
        if self._allow is not None and not self._allow.allows(peer, forwarded_for):
            return DISALLOWED_ADDRESS
        if length is not None and length > LARGEST_BODY:
            return TOO_LARGE
        return None

    def check(self, body: bytes, signature: object) -> Verified | Answer:
        """Return the event in *body*, or what to answer instead."""
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
        # Events without an ID are equal if their bodies are.
        return Verified(event, event.event_id or hashlib.sha256(body).hexdigest())


def content_length(header: str) -> int | None:
    """Return what the header ``Content-Length`` says; ``None`` for nothing or nonsense."""
    if not header.isascii() or not header.isdigit():
        return None
    return int(header[:19])  # no body is longer, and no text too long to be a number


def topic(event: Event) -> str | None:
    """
    Return what *event* supersedes older events about; ``None`` when that cannot be told.

    That is the same link of the same resource: news of a voice link does not make older
    news of the SMS link stale.
    """
    if event.timestamp is None or event.resource_id is None:
        return None
    about = _DIRECTION.sub("", event.event_type or "", count=1)
    return f"{event.project_id} {event.resource_type} {event.resource_id} {about}"


def _checked(secrets: Secrets) -> tuple[Secret, ...]:
    several = [secrets] if isinstance(secrets, Secret | str) else list(secrets or ())
    # Wrapped at once: tracebacks can show what a frame holds.
    kept = tuple(Secret(one) for one in several if isinstance(one, Secret | str) and one)
    if not kept or len(kept) != len(several):
        raise InvalidArgumentError("secrets", "texts that are not empty")
    return kept
