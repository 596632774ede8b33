"""Request, Reply, Transport: all that the rest of the package knows of the wire."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import attrs

from sinch_numbers.models._secret import Secret

__all__ = ["Body", "Reply", "Request", "Stream", "Transport"]

MAX_BODY = 8 * 1024 * 1024


@attrs.frozen(eq=False)
class Stream:
    """A body that is being read."""

    length: int | None
    """Its bytes in all; ``None`` where that shows only at the end."""
    pieces: AsyncIterator[bytes]


class Body(Protocol):
    """A body that is not held in memory: it is read piece by piece, anew for each attempt."""

    @property
    def content_type(self) -> str:
        """Return what the ``Content-Type`` header says."""
        ...

    @property
    def spent(self) -> bool:
        """Whether it was read and cannot be read again: then it cannot be sent again."""
        ...

    def opened(self) -> AbstractAsyncContextManager[Stream]:
        """Begin to read, from the start; what cannot be read is an `UploadError`."""
        ...


@attrs.define(eq=False)
class Request:
    """One attempt on the wire."""

    method: str
    url: str
    """Absolute and encoded: it is sent as it stands."""
    headers: Mapping[str, str] = attrs.field(repr=False)
    authorization: Secret
    body: bytes | Body | None = attrs.field(default=None, repr=False)
    """The bytes to send, or what they are read from as they are sent."""
    timeout: float = 30.0
    """Seconds that the attempt may take in all."""
    fresh: bool = False
    """Whether to send it over a new connection, which no server can be about to close."""
    max_body: int = MAX_BODY
    """How large a reply may be, unpacked."""
    sent: bool = False
    """Whether it may have left; set by the transport."""


@attrs.frozen(eq=False)
class Reply:
    """What came back, whatever its status."""

    status: int
    headers: Mapping[str, str] = attrs.field(repr=False)
    """By name, in any case."""
    body: bytes = attrs.field(repr=False)


class Transport(Protocol):
    """
    Carries requests; wrap one around another to trace, record or cache.

    A transport raises `APIConnectionError` when the request did not leave, `APIReplyLostError`
    or `APITimeoutError` when it may have left, and never follows, stores or adds anything.
    """

    async def exchange(self, request: Request) -> Reply:
        """Send *request* once and return its reply, whatever its status."""
        ...

    async def close(self) -> None:
        """Close all connections."""
        ...
