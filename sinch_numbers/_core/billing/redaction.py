"""Redaction: requests without their secrets, for the journal."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from sinch_numbers.models._secret import Secret

__all__ = ["redacted", "redacted_url"]

_URLS: Final = frozenset({"callbackUrl"})


def redacted(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return *body* without `Secret` values, and with each URL as `redacted_url` returns it."""
    return {
        name: redacted_url(value) if name in _URLS else _value(value)
        for name, value in body.items()
        if not isinstance(value, Secret)
    }


def _value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return redacted(value)
    if isinstance(value, list | tuple):
        return [_value(one) for one in value if not isinstance(one, Secret)]
    return value


def redacted_url(url: Any) -> Any:
    """
    Return *url* with a digest in place of user information and query, which may hold secrets.

    Different URLs stay different. A URL with neither, and any other value, is returned unchanged.
    """
    if not isinstance(url, str):
        return url
    digest = hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    try:
        parts = urlsplit(url)
    except ValueError:
        return f"#{digest}"
    if not parts.query and "@" not in parts.netloc:
        return url
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=host, query="", fragment=digest).geturl()
