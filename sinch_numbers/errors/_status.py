"""Error responses of the service, by HTTP status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# Details are looked up in `models`, which imports them then: they are for errors only.
from sinch_numbers import models
from sinch_numbers._core.escaping import shortened
from sinch_numbers.errors._base import SinchNumbersError

_SHOWN_VIOLATIONS: Final = 10
_SHOWN_LENGTH: Final = 200
"""Field violations in `str` of an error, and the length of each text."""
_CREDENTIALS: Final = (
    "check project_id, key_id and key_secret (SINCH_PROJECT_ID, SINCH_KEY_ID and "
    "SINCH_KEY_SECRET): the key must belong to the project"
)


class APIStatusError(SinchNumbersError):
    """
    The service returned an error response; also the class of 4xx that have no own class.

    - Took effect: no.
    - Retried: no.
    - Next step: correct what the message describes.
    """

    status: int
    """The HTTP status."""
    code: str | None = None
    """The API's error code, such as ``NOT_FOUND``; ``None`` if the response has none."""
    details: tuple[models.ErrorDetail, ...] = ()
    """Structured details of the error response."""
    body: str
    """The first 2 KiB of the response body, with control characters escaped."""
    advice: str | None = None
    """Advice that the text includes; ``None`` where it would depend on the call."""

    def __init__(
        self,
        message: str,
        *,
        status: int,
        code: str | None = None,
        details: tuple[models.ErrorDetail, ...] = (),
        body: str = "",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.details = details
        self.body = body

    @property
    def field_violations(self) -> tuple[models.FieldViolation, ...]:
        """Validation errors, by request field."""
        return tuple(
            violation
            for detail in self.details
            if isinstance(detail, models.BadRequest)
            for violation in detail.field_violations
        )

    def _described(self) -> str:
        label = f"{self.status} {self.code}" if self.code else str(self.status)
        described = super()._described()
        return f"{label}: {described}" if self.message else f"{label}{described}"

    def _appended(self) -> tuple[str, ...]:
        advice = () if self.advice is None else (self.advice,)
        return (*_shown(self.field_violations), *advice, *super()._appended())


class UnexpectedRedirectError(APIStatusError):
    """
    The service, or a proxy, returned a redirect (3xx); redirects are never followed.

    - Took effect: no.
    - Retried: no.
    - Next step: check the URL in ``numbers_url`` and the proxy.
    """

    advice: str | None = "redirects are not followed: check numbers_url, auth_url, and the proxy"


class BadRequestError(APIStatusError):
    """
    The request is malformed or a field is invalid (400).

    - Took effect: no.
    - Retried: no.
    - Next step: correct the fields in ``field_violations``.
    """


class AuthenticationError(APIStatusError):
    """
    The credentials are invalid (401).

    Transient if the access token was fetched less than 10 seconds ago: a node of the service may
    not know it yet.

    - Took effect: no.
    - Retried: once with a new token, and for up to 5 seconds if the token is new.
    - Next step: check that key ID and secret are right, and that the key belongs to the project.
    """

    advice: str | None = _CREDENTIALS


class PermissionDeniedError(APIStatusError):
    """
    The credentials don't permit this project or action (403).

    - Took effect: no.
    - Retried: no.
    - Next step: check that the key belongs to the project, and what the account's plan permits.
    """

    advice: str | None = _CREDENTIALS


class NotFoundError(APIStatusError):
    """
    The number, address, order, or project does not exist (404).

    - Took effect: no.
    - Retried: no.
    - Next step: check the number or ID, and that it is the right project.
    """


class ConflictError(APIStatusError):
    """
    The state of the resource doesn't allow the operation (409).

    - Took effect: no.
    - Retried: no.
    - Next step: read the resource, then decide.
    """


class ContentTooLargeError(APIStatusError):
    """
    An upload exceeds the service's limit, which is unpublished (413).

    - Took effect: no.
    - Retried: no.
    - Next step: upload a smaller file.
    """


class RateLimitError(APIStatusError):
    """
    The rate limit was exceeded (429).

    - Took effect: no.
    - Retried: yes, after ``Retry-After``, until the deadline; some billable calls are not.
    - Next step: call again after ``retry_after`` seconds, and lower the request rate.
    """

    transient = True


class InternalServerError(APIStatusError):
    """
    The service failed or timed out (408, 5xx).

    - Took effect: maybe.
    - Retried: reads and idempotent writes were; billable calls never are.
    - Next step: read the resource to see whether the call took effect, then decide.
    """

    transient = True
    maybe_applied = True


class UnexpectedStatusError(APIStatusError):
    """
    A status outside the classes of HTTP: its meaning is unknown.

    - Took effect: maybe.
    - Retried: no.
    - Next step: read the resource, and report the status to Sinch.
    """

    maybe_applied = True


_BY_STATUS: Final[Mapping[int, type[APIStatusError]]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    408: InternalServerError,
    409: ConflictError,
    413: ContentTooLargeError,
    429: RateLimitError,
    501: APIStatusError,  # Not Implemented: it had no effect
}


def status_error(status: int) -> type[APIStatusError]:
    """Return the exception class for an HTTP *status*."""
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if 300 <= status < 400:
        return UnexpectedRedirectError
    if 400 <= status < 500:
        return APIStatusError
    if 500 <= status < 600:
        return InternalServerError
    return UnexpectedStatusError


def _shown(violations: tuple[models.FieldViolation, ...]) -> list[str]:
    """Return *violations* as text: the first few, and the number of others."""
    texts = [
        f"{shortened(one.field or 'request', _SHOWN_LENGTH)}: "
        f"{shortened(one.description or 'not accepted', _SHOWN_LENGTH)}"
        for one in violations[:_SHOWN_VIOLATIONS]
    ]
    more = len(violations) - len(texts)
    return [*texts, f"and {more} more"] if more else texts
