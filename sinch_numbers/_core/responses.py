"""Error responses, converted to exceptions."""

import contextlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, TypeVar

import attrs

from sinch_numbers._core.retry.retry_after import parse_retry_after
from sinch_numbers._core.serialization import converter, json_text
from sinch_numbers._core.transport.base import Reply
from sinch_numbers.errors import APIResponseError, APIStatusError
from sinch_numbers.errors._status import status_error
from sinch_numbers.models._details import (
    BadRequest,
    ContentTooLarge,
    ErrorDetail,
    ResourceInfo,
    UnknownDetail,
)
from sinch_numbers.models._secret import Secret

T = TypeVar("T")

_EXCERPT: Final = 2048
_REQUEST_IDS: Final = ("X-Request-Id", "X-Correlation-Id", "X-Trace-Id")
_DETAILS: Final[Mapping[str, type[BadRequest | ContentTooLarge | ResourceInfo]]] = {
    "BadRequest": BadRequest,
    "ContentTooLarge": ContentTooLarge,
    "ResourceInfo": ResourceInfo,
}


@attrs.frozen
class Nothing:
    """The result of an operation without a response body."""


def is_success(reply: Reply) -> bool:
    """Whether the status is 2xx."""
    return 200 <= reply.status < 300


def refusal(reply: Reply, hide: Iterable[Secret] = ()) -> APIStatusError:
    """
    Return the exception for an error response, with any body.

    Secrets in *hide* that the body quotes are masked.
    """
    body = _scrubbed(reply.body, hide)
    message, code, details = _explained(body)
    error = status_error(reply.status)(
        message,
        status=reply.status,
        code=code,
        details=details,
        body=body[:_EXCERPT].decode("utf-8", "replace").encode("unicode_escape").decode(),
    )
    error.retry_after = parse_retry_after(reply.headers)
    error.request_id = request_id(reply)
    return error


def _scrubbed(body: bytes, hide: Iterable[Secret]) -> bytes:
    # Reveal secrets in a function that cannot raise: tracebacks can show local variables.
    for secret in filter(None, hide):
        # The longest first: the plain spelling may be a part of the escaped one.
        for spelling in sorted(_spellings(secret), key=len, reverse=True):
            body = body.replace(spelling, str(secret).encode())
    return body


def _spellings(secret: Secret) -> set[bytes]:
    """Return the spellings of *secret* in a body: plain, and escaped as in JSON."""
    text = str(secret.reveal())
    escaped = json.dumps(text)[1:-1]
    return {one.encode() for one in (text, escaped, escaped.replace("/", "\\/"))}


def request_id(reply: Reply) -> str | None:
    """Return the request ID that the service assigned, if a header has one."""
    for name in _REQUEST_IDS:
        if given := reply.headers.get(name):
            return given[:200]
    return None


def _explained(body: bytes) -> tuple[str, str | None, tuple[ErrorDetail, ...]]:
    """Return message, code, and details of an error body, nested, flat, or missing."""
    try:
        payload = json_text.decode(body)
    except ValueError:
        return "", None, ()
    if not isinstance(payload, dict):
        return "", None, ()
    # Nested (the Numbers API), strings (OAuth), or flat with `detail` and `title` (RFC 9457).
    error = payload.get("error")
    if isinstance(error, str):  # a bare string, or the OAuth form
        described = _text(payload.get("error_description"))
        return (described, error[:200], ()) if described else (_text(error), None, ())
    if not isinstance(error, dict):
        error = payload
    message = next(filter(None, (_text(error.get(n)) for n in ("message", "detail", "title"))), "")
    code = _text(error.get("status")) or _text(error.get("code"))
    details = error.get("details")
    listed = details if isinstance(details, list) else []
    # Capped: a hostile body of 1 MiB could list hundreds of thousands.
    return message, code or None, tuple(_details(listed[:100]))


def _text(value: Any) -> str:
    return value[:_EXCERPT] if isinstance(value, str) else ""


def _details(values: list[Any]) -> Iterator[ErrorDetail]:
    for value in values:
        if isinstance(value, dict):
            with contextlib.suppress(ValueError):  # nested too deeply
                yield _detail(value)


def _detail(value: dict[str, Any]) -> ErrorDetail:
    cls = _DETAILS.get(_text(value.get("type")))
    if cls is not None:
        members = {name: member for name, member in value.items() if name != "type"}
        with contextlib.suppress(APIResponseError):  # its fields don't match its type
            return converter.load(members, cls)
    return UnknownDetail(converter.keep(value))
