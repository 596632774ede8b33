"""The transport protocol: one HTTP exchange, independent of aiohttp."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import attrs

from sinch_numbers.models._secret import Secret

__all__ = ["Body", "Reply", "Request", "Stream", "Transport"]

# Parsing JSON blocks the event loop: 85 ms for 8 MiB.
MAX_BODY = 8 * 1024 * 1024


@attrs.frozen(eq=False)
class Stream:
    """An open request body."""

    length: int | None
    """Total bytes; ``None`` if unknown until the end."""
    pieces: AsyncIterator[bytes]


class Body(Protocol):
    """A request body that is streamed, and opened again for each attempt."""

    @property
    def content_type(self) -> str:
        """Return the value of the ``Content-Type`` header."""
        ...

    @property
    def spent(self) -> bool:
        """Whether the body was read and cannot be rewound, so a retry is impossible."""
        ...

    def opened(self) -> AbstractAsyncContextManager[Stream]:
        """
        Open the body at its start; raise `UploadError` if it cannot be read.

        Called by the package.
        """
        ...


@attrs.define(eq=False)
class Request:
    """One attempt of a call."""

    method: str
    url: str
    """Absolute, and encoded already."""
    headers: Mapping[str, str] = attrs.field(repr=False)
    authorization: Secret
    body: bytes | Body | None = attrs.field(default=None, repr=False)
    """Bytes, or a body to stream."""
    timeout: float = 30.0
    """Seconds for the whole attempt."""
    fresh: bool = False
    """Whether to use a new connection: the server may be closing a pooled one."""
    max_body: int = MAX_BODY
    """Maximum bytes of the response, decompressed."""
    sent: bool | None = None
    """
    Whether the request may have been sent, as far as the transport says.

    ``None`` counts as sent, so that a transport that says nothing loses no billable call.
    """


@attrs.frozen(eq=False)
class Reply:
    """A response of any status."""

    status: int
    headers: Mapping[str, str] = attrs.field(repr=False)
    """Header values by name, case-insensitive."""
    body: bytes = attrs.field(repr=False)


class Transport(Protocol):
    """
    Sends requests; wrap one around another to trace, record or cache.

    A transport raises `APIConnectionError` if the request was not sent, `APIReplyLostError` or
    `APITimeoutError` if it may have been sent. It follows no redirects, stores no cookies, and
    adds no headers.
    """

    async def exchange(self, request: Request) -> Reply:
        """
        Send *request* once and return the response, of any status.

        Called by the package.

        Args:
            request: Method, URL, headers, and body.
        """
        ...

    async def close(self) -> None:
        """
        Close all connections.

        Called by the package.
        """
        ...
