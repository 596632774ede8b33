"""Compressed webhook bodies: the signature is that of the compressed bytes, as sent."""

import zlib
from typing import Final

from sinch_numbers.webhooks._events import GZIP_MAGIC, LARGEST_BODY

_GZIP: Final = ("gzip", "x-gzip")
_GZIP_HEADER: Final = 31
"""`wbits` of zlib: the largest window, with the header and trailer of gzip."""


def codings(header: str | None) -> tuple[str, ...]:
    """Return the codings that a ``Content-Encoding`` header lists, without ``identity``."""
    names = (name.strip().lower() for name in (header or "").split(","))
    return tuple(name for name in names if name not in ("", "identity"))


def is_supported(header: str | None) -> bool:
    """Whether a body with this ``Content-Encoding`` can be decoded: plain, or gzip once."""
    found = codings(header)
    return not found or (len(found) == 1 and found[0] in _GZIP)


def is_compressed(body: bytes) -> bool:
    """Whether *body* starts like a gzip file, which no JSON does."""
    return body.startswith(GZIP_MAGIC)


def gunzip(body: bytes) -> bytes | None:
    """
    Return the decompressed *body*, ``None`` if it is damaged or incomplete.

    At most one byte more than `LARGEST_BODY` is produced, however much was compressed.
    """
    decompressor = zlib.decompressobj(_GZIP_HEADER)
    try:
        plain = decompressor.decompress(body, LARGEST_BODY + 1)
    except zlib.error:
        return None
    if len(plain) <= LARGEST_BODY and (not decompressor.eof or decompressor.unused_data):
        return None
    return plain
