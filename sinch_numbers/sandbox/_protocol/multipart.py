"""Multipart form parsing for uploads."""

import re
from email.message import Message

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
    mark = b"--" + boundary.encode("latin-1", "replace")
    # The first boundary has no line break before it.
    first, *parts = (b"\r\n" + body).split(b"\r\n" + mark)
    if first or not parts or not parts[-1].startswith(b"--"):
        raise invalid("the multipart body is not complete")
    file: Upload | None = None
    document_type = ""
    for part in parts[:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        headers = _headers(head)
        disposition, name = _parameters(headers.get("content-disposition", ""), "name")
        if disposition != "form-data":
            raise invalid("a part has no name")
        if name == "file":
            _, file_name = _parameters(headers["content-disposition"], "filename")
            mime_type, _ = _parameters(headers.get("content-type", "text/plain"), "charset")
            file = Upload(file_name.replace("%22", '"'), mime_type, len(content))
        elif name == "documentType":
            document_type = content.decode("utf-8", "replace")
    if file is None or not file.file_name:
        raise violation("file", "is required")
    if not file.size:
        raise violation("file", "must not be empty")
    return attrs.evolve(file, document_type=document_type)


def _headers(head: bytes) -> dict[str, str]:
    lines = [line.partition(b":") for line in head.split(b"\r\n") if line]
    return {
        name.decode("latin-1").strip().lower(): value.decode("utf-8", "replace").strip()
        for name, _, value in lines
    }


def _parameters(header: str, wanted: str) -> tuple[str, str]:
    """Return a header's value in lower case, and one of its parameters."""
    message = Message()
    message["Content-Type"] = re.sub(r"[\r\n]", " ", header)
    value = header.partition(";")[0].strip().lower()
    found = message.get_param(wanted)
    return value, found if isinstance(found, str) else ""
