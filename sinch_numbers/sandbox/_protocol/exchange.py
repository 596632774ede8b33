"""Request and reply as plain values, so that the service is independent of HTTP."""

from collections.abc import Mapping
from typing import Any

import attrs

from sinch_numbers.sandbox._protocol.faults import Fault
from sinch_numbers.sandbox._protocol.json_text import encode

__all__ = ["Call", "Reply"]


@attrs.frozen(kw_only=True)
class Call:
    """
    Request with a decoded path and lower-case header names.

    *fault* is set if a fault changes the service's answer rather than its transport.
    """

    method: str
    path: str
    query: Mapping[str, list[str]] = attrs.field(factory=dict[str, list[str]])
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str], repr=False)
    body: bytes = attrs.field(default=b"", repr=False)
    fault: Fault | None = None

    @property
    def line(self) -> str:
        """Return this call's entry in the list of calls."""
        return f"{self.method} {self.path}"


@attrs.frozen(kw_only=True)
class Reply:
    """Reply, complete before its first byte is sent."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str])

    @classmethod
    def json(
        cls, document: Any, *, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> "Reply":
        """Return a JSON reply."""
        return cls.text(encode(document), status=status, headers=headers)

    @classmethod
    def text(
        cls, text: str, *, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> "Reply":
        """Return a JSON reply from already serialized text."""
        return cls(status=status, body=text.encode(), headers=dict(headers or {}))
