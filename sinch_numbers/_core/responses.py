"""Error responses, converted to exceptions."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import Any, Final, TypeVar

import attrs

# An error response may arrive when no file descriptor is left to import the details.
import sinch_numbers.models._details  # noqa: F401
from sinch_numbers import models
from sinch_numbers._core.masking import Masker
from sinch_numbers._core.retry.retry_after import parse_retry_after
from sinch_numbers._core.serialization import converter, json_text
from sinch_numbers._core.transport.base import Reply
from sinch_numbers.errors import APIResponseError, APIStatusError
from sinch_numbers.errors._status import status_error
from sinch_numbers.models._secret import Secret

T = TypeVar("T")

_EXCERPT: Final = 2048
_UNMASKED: Final = Masker(())
_NOT_JSON: Final = object()
_REQUEST_IDS: Final = ("X-Request-Id", "X-Correlation-Id", "X-Trace-Id")


@attrs.frozen
class Nothing:
    """The result of an operation without a response body."""


def is_success(reply: Reply) -> bool:
    """Whether the status is 2xx."""
    return 200 <= reply.status < 300


def refusal(reply: Reply, hide: Iterable[Secret] = ()) -> APIStatusError:
    """
    Return the exception for an error response, with any body.

    Secrets in *hide* are masked where the body or the request ID quotes them.
    """
    masker = Masker(hide).relevant_to(reply.body)
    payload = _masked_payload(reply.body, masker)
    message, code, details = _explained(payload)
    error = status_error(reply.status)(
        message,
        status=reply.status,
        code=code,
        details=details,
        body=_excerpt(masker.body(reply.body, is_json=payload is not _NOT_JSON)),
    )
    error.retry_after = parse_retry_after(reply.headers)
    error.request_id = request_id(reply, Masker(hide))
    return error


def _excerpt(text: str) -> str:
    return text[:_EXCERPT].encode("unicode_escape").decode()


def request_id(reply: Reply, masker: Masker = _UNMASKED) -> str | None:
    """Return the request ID that the service assigned, if a header has one."""
    for name in _REQUEST_IDS:
        if given := reply.headers.get(name):
            return masker.text(given)[:200]
    return None


def _masked_payload(body: bytes, masker: Masker) -> Any:
    """Return the decoded *body* with the secrets masked; `_NOT_JSON` if it is not JSON."""
    try:
        return masker.json(json_text.decode(body), keep=converter.TYPED_DETAILS)
    except (ValueError, RecursionError):  # the latter: nested too deeply to be masked
        return _NOT_JSON


def _explained(payload: Any) -> tuple[str, str | None, tuple[models.ErrorDetail, ...]]:
    """Return message, code, and details of an error body, nested, flat, or missing."""
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


def _details(values: list[Any]) -> Iterator[models.ErrorDetail]:
    for value in values:
        if isinstance(value, dict):
            with contextlib.suppress(ValueError):  # nested too deeply
                yield _detail(value)


def _detail(value: dict[str, Any]) -> models.ErrorDetail:
    name = _text(value.get("type"))
    if name in converter.TYPED_DETAILS:
        with contextlib.suppress(APIResponseError):  # its fields don't match its type
            detail: models.ErrorDetail = converter.load(value, getattr(models, name))
            return detail
    return models.UnknownDetail(converter.keep(value))
