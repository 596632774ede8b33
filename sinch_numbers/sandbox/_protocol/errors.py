"""Error responses of the service."""

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
    """API error: the HTTP status and the contents of the error envelope."""

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
        """Return the response body; all four fields are always present."""
        return {
            "error": {
                "code": self.code,
                "message": self.message,
                "status": self.status,
                "details": list(self.details),
            }
        }


def invalid(message: str) -> ApiError:
    """Return the error for a request that is invalid as a whole."""
    return ApiError(400, "INVALID_ARGUMENT", message)


def not_a_value(field: str, value: str) -> ApiError:
    """Return the error for an unknown enum value; its details are empty."""
    return invalid(f'parsing field "{field}": "{value}" is not a valid value')


def violation(field: str, description: str) -> ApiError:
    """Return the error for one invalid request field, named by its dotted path."""
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
    """Return the error for a resource that doesn't exist."""
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
    """Return the gateway's error for an unknown path."""
    return ApiError(404, "NOT_FOUND", "Not Found")


def wrong_method() -> ApiError:
    """Return the error for a method that the path doesn't support."""
    return ApiError(405, "METHOD_NOT_ALLOWED", "Method Not Allowed")


def forbidden() -> ApiError:
    """Return a 403 without a message: valid key, but not for this project."""
    return ApiError(403, "PERMISSION_DENIED")


def unauthenticated(challenge: str) -> ApiError:
    """Return a 401; *challenge* is the reason in the header that clients read."""
    return ApiError(
        401, "UNAUTHENTICATED", "token was refused", headers={"WWW-Authenticate": challenge}
    )


def too_large() -> ApiError:
    """Return the error for a body over the size limit."""
    return ApiError(413, "CONTENT_TOO_LARGE", "request body is too large")


def too_many_requests(retry_after: str | None = None) -> ApiError:
    """Return a 429; production reportedly sends no ``Retry-After``."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return ApiError(429, "RESOURCE_EXHAUSTED", "too many requests", headers=headers)
