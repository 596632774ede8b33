"""Documents to upload: byte source, file name, MIME type and document type."""

import os
import re
import stat
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from mimetypes import MimeTypes
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, TypeAlias

import attrs

from sinch_numbers._core.escaping import shortened
from sinch_numbers._core.os_reason import os_reason
from sinch_numbers.errors import InvalidArgumentError, UploadError

if TYPE_CHECKING:
    from sinch_numbers.models import FieldViolation, RequiredAttachment

__all__ = ["Document"]

FileInput: TypeAlias = os.PathLike[str] | str | bytes | BinaryIO
"""A path, bytes, or a file object opened for reading in binary mode."""

_MIME_TYPE: Final = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(;[\x20-\x7e]*)?")


@attrs.frozen(eq=False)
class Document:
    """
    A file to upload.

    *file* is a path, bytes, or a binary file object. The content is streamed; a path is opened
    for each attempt. A file object is read from its current position and never closed; retries
    need a seekable file.
    """

    file: FileInput = attrs.field(repr=False)
    filename: str = attrs.field(default="", kw_only=True)
    """File name sent to the service; default: the name of the file."""
    content_type: str = attrs.field(default="", kw_only=True)
    """MIME type; default: guessed by file name, else ``application/octet-stream``."""
    document_type: str | None = attrs.field(default=None, kw_only=True)
    """Document type, as in `RequiredAttachment`."""

    def __attrs_post_init__(self) -> None:
        _check_source(self.file)
        name = self.filename or _name_of(self.file)
        if not isinstance(name, str) or not name or not name.isprintable() or _is_half(name):
            raise InvalidArgumentError("filename", "a file name of printable characters", name)
        kind = self.content_type or _known_types().guess_type(name, strict=False)[0]
        kind = kind or "application/octet-stream"
        if not isinstance(kind, str) or not _MIME_TYPE.fullmatch(kind):
            raise InvalidArgumentError("content_type", "a MIME type, such as image/png", kind)
        if self.document_type is not None and not _is_text(self.document_type):
            raise InvalidArgumentError("document_type", "a non-empty str", self.document_type)
        object.__setattr__(self, "filename", name)
        object.__setattr__(self, "content_type", kind)

    def source(self) -> "Source":
        """
        Return a source of the document's bytes.

        Called by the package.
        """
        return Source(self.file, self.filename)


DocumentInput: TypeAlias = Document | FileInput
"""A `Document`, or just its file."""


class Source:
    """Byte source of a document. Read in worker threads, since disk access blocks."""

    def __init__(self, file: FileInput, filename: str) -> None:
        named = os.fspath(file) if isinstance(file, str | os.PathLike) else filename
        self.name: Final = f"the document {shortened(str(named), 200)}"
        """The document in errors: by its path, else by the file name that is sent."""
        self._file = file
        self._begun = False
        self._start = _position(file)

    @property
    def spent(self) -> bool:
        """Whether reading has started and the file cannot be rewound."""
        return self._begun and self._start is None

    def open(self) -> tuple[BinaryIO, int | None]:
        """Open the file at its start; return it with its size, if known."""
        if self.spent:
            raise UploadError(f"{self.name} can be read only once")
        try:
            return self._opened()
        except (OSError, ValueError) as error:
            why = os_reason(error)
        raise UploadError(f"{self.name} cannot be read: {why}")

    def begin(self) -> None:
        """Record that reading has started."""
        self._begun = True

    def close(self, file: BinaryIO) -> None:
        """Close *file* if `open` opened it; a caller's file object stays open."""
        if file is not self._file:
            file.close()

    def _opened(self) -> tuple[BinaryIO, int | None]:
        file = self._file
        if isinstance(file, bytes):
            return BytesIO(file), len(file)
        if isinstance(file, str | os.PathLike):
            path = Path(file)
            if not stat.S_ISREG(path.stat().st_mode):
                # Opening a FIFO or a device may block forever.
                raise OSError(None, "not a regular file")
            opened = path.open("rb")
            return opened, os.fstat(opened.fileno()).st_size
        if self._start is None:
            return file, None
        end = file.seek(0, os.SEEK_END)
        file.seek(self._start)
        return file, max(0, end - self._start)


def document(value: object, argument: str = "document") -> Document:
    """Return *value* as a `Document`, or raise `InvalidArgumentError`."""
    if isinstance(value, Document):
        return value
    if not isinstance(value, os.PathLike | str | bytes) and not hasattr(value, "read"):
        raise InvalidArgumentError(
            argument, "a Document, a path, bytes, or a file open for reading", value
        )
    return Document(value)  # type: ignore[arg-type]  # checked by `Document`


def misfits(given: Document, wanted: "RequiredAttachment") -> "Iterator[FieldViolation]":
    """Yield a violation for each type of *given* that *wanted* does not allow."""
    from sinch_numbers.models import FieldViolation  # on call: few orders have documents

    kind = given.content_type.partition(";")[0].strip().lower()
    allowed = {one.lower() for one in wanted.allowed_mime_types}
    if allowed and kind not in allowed:
        yield FieldViolation(
            f"attachments.{wanted.id}.mimeType",
            f"expected {_any_of(wanted.allowed_mime_types)}, got {kind}",
        )
    kinds = wanted.allowed_document_types
    if kinds and given.document_type not in kinds:
        yield FieldViolation(
            f"attachments.{wanted.id}.documentType",
            f"expected {_any_of(kinds)}, got {given.document_type or 'none'}",
        )


@cache
def _known_types() -> MimeTypes:
    """Return Python's built-in table: the system's MIME tables differ between machines."""
    return MimeTypes()


def _any_of(words: tuple[str, ...]) -> str:
    return " or ".join(dict.fromkeys(words))


def _check_source(file: object) -> None:
    if isinstance(file, str | os.PathLike | bytes):
        return
    read = getattr(file, "read", None)
    try:
        is_binary = callable(read) and isinstance(read(0), bytes)
    except (OSError, ValueError):  # closed, or open for writing
        is_binary = False
    if not is_binary:
        raise InvalidArgumentError("file", "a path, bytes, or a file open for reading bytes")


def _name_of(file: object) -> str:
    name = file if isinstance(file, str | os.PathLike) else getattr(file, "name", None)
    return Path(name).name if isinstance(name, str | os.PathLike) else ""


def _position(file: object) -> int | None:
    """Return the position where reading begins, or ``None`` if not seekable."""
    if isinstance(file, str | os.PathLike | bytes):
        return 0
    try:
        seekable = getattr(file, "seekable", None)
        at = file.tell() if callable(seekable) and seekable() else None  # type: ignore[attr-defined]  # seekable files have a position
    except (OSError, ValueError, AttributeError):
        return None
    return at if isinstance(at, int) else None


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value) and not _is_half(value)


def _is_half(text: str) -> bool:
    """Return whether *text* contains a lone surrogate (not encodable as UTF-8)."""
    return any("\ud800" <= character <= "\udfff" for character in text)
