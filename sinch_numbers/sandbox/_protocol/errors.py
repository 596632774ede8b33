"""The words with which the service refuses a request."""

from collections.abc import Mapping
from typing import Any

__all__ = [
    "ApiError",
    "forbidden",
    "invalid",
    "not_a_value",
    "not_found",
    "too_large",
    "too_many_requests",
    "unauthenticated",
    "unknown_route",
    "violation",
    "wrong_method",
]


class ApiError(Exception):
    """A refusal: the HTTP status and what the error envelope says about it."""

    def __init__(
        self,
        code: int,
        status: str,
        message: str = "",
        details: tuple[Mapping[str, Any], ...] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code, status, message)
        self.code = code
        self.status = status
        self.message = message
        self.details = details
        self.headers: dict[str, str] = dict(headers or {})

    @property
    def envelope(self) -> dict[str, Any]:
        """Return the body of the reply; all four members are always there."""
        return {
            "error": {
                "code": self.code,
                "message": self.message,
                "status": self.status,
                "details": list(self.details),
            }
        }


def invalid(message: str) -> ApiError:
    """Refuse a request that makes no sense as a whole."""
    return ApiError(400, "INVALID_ARGUMENT", message)


def not_a_value(field: str, value: str) -> ApiError:
    """Refuse a word that an enumeration does not have; details stay empty here."""
    return invalid(f'parsing field "{field}": "{value}" is not a valid value')


def violation(field: str, description: str) -> ApiError:
    """Refuse one member of a request, by its dotted path."""
    found = {"field": field, "description": description}
    return ApiError(
        400,
        "INVALID_ARGUMENT",
        "request has invalid fields",
        ({"type": "BadRequest", "fieldViolations": [found]},),
    )


def not_found(
    resource_type: str, resource_name: str = "", message: str = "", description: str | None = None
) -> ApiError:
    """Refuse a resource that is not there."""
    return ApiError(
        404,
        "NOT_FOUND",
        message,
        (
            {
                "type": "ResourceInfo",
                "resourceType": resource_type,
                "resourceName": resource_name,
                "owner": "",
                "description": message if description is None else description,
            },
        ),
    )


def unknown_route() -> ApiError:
    """Refuse a path that leads nowhere, as the gateway does."""
    return ApiError(404, "NOT_FOUND", "Not Found")


def wrong_method() -> ApiError:
    """Refuse a method that the path does not have."""
    return ApiError(405, "METHOD_NOT_ALLOWED", "Method Not Allowed")


def forbidden() -> ApiError:
    """Refuse without a word: the key is good, but not for this project."""
    return ApiError(403, "PERMISSION_DENIED")


def unauthenticated(challenge: str) -> ApiError:
    """Refuse the credentials; *challenge* tells why, in the header that clients read."""
    return ApiError(
        401, "UNAUTHENTICATED", "token was refused", headers={"WWW-Authenticate": challenge}
    )


def too_large() -> ApiError:
    """Refuse a body over the limit."""
    return ApiError(413, "CONTENT_TOO_LARGE", "request body is too large")


def too_many_requests(retry_after: str | None = None) -> ApiError:
    """Ask for patience; production is said not to send ``Retry-After``."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return ApiError(429, "RESOURCE_EXHAUSTED", "too many requests", headers=headers)
