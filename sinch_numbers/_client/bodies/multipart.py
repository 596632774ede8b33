"""Multipart bodies: a document and form fields, never in memory as a whole."""

import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import BinaryIO, Final

from sinch_numbers._client.bodies.documents import Document
from sinch_numbers._core.os_reason import os_reason
from sinch_numbers._core.transport.base import Stream
from sinch_numbers._core.worker_threads import run_in_thread
from sinch_numbers.errors import UploadError

_PIECE: Final = 256 * 1024


class Multipart:
    """Form with text *fields* and one *document*, in the part named ``file``."""

    def __init__(self, document: Document, fields: Mapping[str, str]) -> None:
        # 128 random bits: no document contains the boundary.
        boundary = secrets.token_hex(16)
        self.content_type: Final = f"multipart/form-data; boundary={boundary}"
        self._source = document.source()
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
            for name, text in fields.items()
        ]
        parts.append(
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; '
            f'filename="{_quoted(document.filename)}"\r\n'
            f"Content-Type: {document.content_type}\r\n\r\n"
        )
        self._head = "".join(parts).encode()
        self._tail = f"\r\n--{boundary}--\r\n".encode()

    @property
    def spent(self) -> bool:
        """Whether reading has started and the document cannot be rewound."""
        return self._source.spent

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Stream]:
        """Open the body for reading from its start."""
        file, size = await run_in_thread(self._source.open, abandon_on_cancel=True)
        try:
            if size == 0:
                raise UploadError(f"{self._source.name} is empty")
            whole = None if size is None else len(self._head) + size + len(self._tail)
            yield Stream(whole, self._pieces(file, size))
        finally:
            self._source.close(file)

    async def _pieces(self, file: BinaryIO, size: int | None) -> AsyncIterator[bytes]:
        self._source.begin()  # not earlier: a failed connection must not spend the document
        yield self._head
        read = 0
        read_piece = partial(_piece, file, self._source.name)
        while piece := await run_in_thread(read_piece, abandon_on_cancel=True):
            read += len(piece)
            if size is not None and read > size:
                break
            yield piece
        if size is not None and read != size:
            raise UploadError(f"{self._source.name} changed while it was sent")
        if not read:
            raise UploadError(f"{self._source.name} is empty")
        yield self._tail


def _piece(file: BinaryIO, name: str) -> bytes:
    try:
        piece: object = file.read(_PIECE)
    except (OSError, ValueError) as error:
        why = os_reason(error)
    else:
        if isinstance(piece, bytes):
            return piece
        why = f"read() returned {type(piece).__name__}, not bytes"
    raise UploadError(f"{name} cannot be read: {why}")


def _quoted(name: str) -> str:
    # Escaped as browsers do. Line breaks need no escape: file names are printable.
    return name.replace('"', "%22")
