"""A request and a reply as plain values, so that the service needs no HTTP."""

from collections.abc import Mapping
from typing import Any

import attrs

from sinch_numbers.sandbox._protocol.faults import Fault
from sinch_numbers.sandbox._protocol.json_text import encode

__all__ = ["Call", "Reply"]


@attrs.frozen(kw_only=True)
class Call:
    """
    A request: the path is decoded, header names are in lower case.

    *fault* is set when a fault concerns what the service answers, not how it is sent.
    """

    method: str
    path: str
    query: Mapping[str, list[str]] = attrs.field(factory=dict[str, list[str]])
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str], repr=False)
    body: bytes = attrs.field(default=b"", repr=False)
    fault: Fault | None = None

    @property
    def line(self) -> str:
        """Return what the list of calls says about this one."""
        return f"{self.method} {self.path}"


@attrs.frozen(kw_only=True)
class Reply:
    """A reply, complete before its first byte is sent."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str])

    @classmethod
    def json(
        cls, document: Any, *, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> "Reply":
        """Reply with a JSON document."""
        return cls.text(encode(document), status=status, headers=headers)

    @classmethod
    def text(
        cls, text: str, *, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> "Reply":
        """Reply with a JSON document that is written already."""
        return cls(status=status, body=text.encode(), headers=dict(headers or {}))
