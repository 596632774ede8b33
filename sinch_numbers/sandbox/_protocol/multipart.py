"""Multipart form parsing for uploads."""

import re
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP

import attrs

from sinch_numbers.sandbox._protocol.errors import invalid, violation

__all__ = ["Upload", "upload"]


@attrs.frozen
class Upload:
    """Uploaded file with its metadata."""

    file_name: str
    mime_type: str
    size: int
    document_type: str = ""


def upload(content_type: str, body: bytes) -> Upload:
    """Read the part ``file`` and, if present, the part ``documentType``."""
    kind, boundary = _parameters(content_type, "boundary")
    if kind != "multipart/form-data" or not boundary:
        raise invalid("the request must be multipart/form-data")
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    if message.defects or not message.is_multipart():
        raise invalid("the multipart body is not complete")
    file: Upload | None = None
    document_type = ""
    for part in message.iter_parts():
        headers = {name.lower(): _utf8(value) for name, value in part.raw_items()}
        disposition, name = _parameters(headers.get("content-disposition", ""), "name")
        if disposition != "form-data":
            raise invalid("a part has no name")
        content = part.get_payload(decode=True)
        if name == "file":
            _, file_name = _parameters(headers["content-disposition"], "filename")
            mime_type, _ = _parameters(headers.get("content-type", "text/plain"), "charset")
            # A document may be a message itself, which has been parsed, too.
            size = len(content if isinstance(content, bytes) else part.as_bytes())
            file = Upload(file_name.replace("%22", '"'), mime_type, size)
        elif name == "documentType" and isinstance(content, bytes):
            document_type = content.decode("utf-8", "replace")
    if file is None or not file.file_name:
        raise violation("file", "is required")
    if not file.size:
        raise violation("file", "must not be empty")
    return attrs.evolve(file, document_type=document_type)


def _utf8(value: object) -> str:
    """Return a header's value; the parser keeps bytes beyond ASCII as surrogates."""
    return str(value).encode("ascii", "surrogateescape").decode("utf-8", "replace").strip()


def _parameters(header: str, wanted: str) -> tuple[str, str]:
    """Return a header's value in lower case, and one of its parameters."""
    message = Message()
    message["Content-Type"] = re.sub(r"[\r\n]", " ", header)
    value = header.partition(";")[0].strip().lower()
    found = message.get_param(wanted)
    return value, found if isinstance(found, str) else ""
