"""Requests and responses without secrets and personal data, as a cassette contains them."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

import attrs

from sinch_numbers._core.transport.base import Reply, Request
from sinch_numbers.testing._cassettes import RecordedRequest, RecordedResponse
from sinch_numbers.testing._fields import (
    Context,
    Kind,
    Segment,
    context_in,
    context_of,
    kind_of,
    mapped,
    segments,
)
from sinch_numbers.testing._pseudonyms import Pseudonyms

__all__: list[str] = []

HEAD: Final = 64 * 1024
"""Bytes of a streamed body that are read: its form fields, and the head of the document."""
_IMPORTED: Final = ("importedNumbers", "hostingOrders", "qualifiedNumbers")
_HEADERS: Final = ("content-type", "date", "retry-after", "www-authenticate")
_REQUEST_IDS: Final = ("x-request-id", "x-correlation-id", "x-trace-id")
_RATE_LIMITS: Final = ("ratelimit", "x-ratelimit-")
_PIECE: Final = re.compile(
    r'"(?:[^"\\]|\\.)*"?|[{}\[\],:]|\s+|-?[0-9][0-9.eE+-]*|[^\s{}\[\],:"]+', re.DOTALL
)
_BINARY: Final = re.compile(r"[\x00-\x08\x0e-\x1f]")
_DECODER: Final = json.JSONDecoder(strict=False)
_INTEGER: Final = re.compile("-?[0-9]{1,100}")
"""Python limits the conversion of longer integers."""
_DISPOSITION: Final = re.compile(r'; (name|filename)="([^"]*)"')


def parsed(request: Request, body: bytes | None) -> RecordedRequest:
    """Return *request*, whose complete body is *body*, in parts."""
    url = urlsplit(request.url)
    base, _, rest = url.path.partition("/v1/projects/")
    path = url.path[len(base) :] if rest else url.path
    collection = re.split("[/:]", rest.partition("/")[2])[0]
    if url.path.endswith("/oauth2/token"):
        host, path = "auth", "/oauth2/token"
    elif collection in _IMPORTED or "imported" in f"{url.netloc}{base}":
        host = "imported"
    else:
        host = "numbers"
    query = parse_qs(url.query, keep_blank_values=True)
    type_ = next((v for k, v in request.headers.items() if k.lower() == "content-type"), "")
    return RecordedRequest(request.method, host, unquote(path), query, _parsed_body(body, type_))


def _parsed_body(body: bytes | None, content_type: str) -> dict[str, Any] | None:
    if not body:
        return None
    if content_type.startswith("multipart/"):
        return {"multipart": list(map(_part, _parts(body)))}
    text = body.decode("utf-8", "replace")
    if content_type.startswith("application/x-www-form-urlencoded"):
        return {"form": parse_qs(text, keep_blank_values=True)}
    try:
        return {"json": json.loads(text)}
    except (ValueError, RecursionError):
        return {"text": text}


def _parts(body: bytes) -> list[bytes]:
    boundary = body.partition(b"\r\n")[0]
    parts = body.split(boundary)[1:]
    return [part for part in parts if part.startswith(b"\r\n") and b"\r\n\r\n" in part]


def _part(part: bytes) -> dict[str, Any]:
    head, _, content = part.strip(b"\r\n").partition(b"\r\n\r\n")
    lines = head.decode("utf-8", "replace")
    named = dict(_DISPOSITION.findall(lines))
    if "filename" not in named:
        return {**named, "text": content.decode("utf-8", "replace")}
    type_ = re.search(r"^Content-Type: (\S+)", lines, re.MULTILINE)
    return {**named, "mimeType": type_[1] if type_ else ""}


class Redactor:
    """Replaces values in requests and responses by the same pseudonyms."""

    def __init__(self, pseudonyms: Pseudonyms) -> None:
        self._pseudonyms = pseudonyms

    def request(self, request: RecordedRequest) -> RecordedRequest:
        """Return *request* with pseudonyms."""
        context = context_of(request.path)
        path = "/".join(map(self._segment, segments(request.path)))
        query = mapped(dict(request.query), self._leaf, Context.PLAIN)
        return attrs.evolve(
            request, path=path, query=query, body=self._body(request.body, context)
        )

    def _segment(self, segment: Segment) -> str:
        if segment.field is None:
            return segment.text
        return self._pseudonyms.number_or_value(segment.text, segment.field) + segment.verb

    def _body(self, body: Mapping[str, Any] | None, context: Context) -> dict[str, Any] | None:
        if body is None:
            return None
        if "text" in body:
            return {"text": self._pseudonyms.message(body["text"])}
        if "multipart" in body:
            return {
                "multipart": [mapped(part, self._of_part, context) for part in body["multipart"]]
            }
        return {form: mapped(content, self._leaf, context) for form, content in body.items()}

    def _of_part(self, _: Kind, field: str, value: Any) -> Any:
        if field in ("name", "mimeType"):
            return value
        return self._pseudonyms.value(value, field)

    def response(self, reply: Reply, request: RecordedRequest) -> RecordedResponse:
        """Return *reply*, the response to *request*, with pseudonyms."""
        headers = {}
        for name, value in ((name.lower(), value) for name, value in reply.headers.items()):
            if name in _REQUEST_IDS:
                headers[name] = self._pseudonyms.value(value, "requestId")
            # A recorded date of the token service would be reported as a wrong local clock.
            elif name == "date" and request.host == "auth":
                continue
            elif name in _HEADERS or name.startswith(_RATE_LIMITS):
                headers[name] = self._leaf(kind_of(Context.PLAIN, name), name, value)
        body = self._text(reply.body, context_of(request.path))
        return RecordedResponse(reply.status, headers, body.encode("utf-8", "replace"))

    def message(self, text: str) -> str:
        """Return the message of an error with pseudonyms."""
        return self._pseudonyms.message(text)

    def _text(self, body: bytes, context: Context) -> str:
        text = body.decode("utf-8", "replace")
        if _BINARY.search(text):
            return f"[{len(body)} bytes of binary data]"
        if text.lstrip("\ufeff \t\r\n").startswith(("{", "[", '"')):
            return self._json(text, context)
        return self._pseudonyms.message(text)

    def _json(self, text: str, context: Context) -> str:
        """Return a JSON *text* with pseudonyms; everything else, also whitespace, stays."""
        scanner = _Scanner(context)
        written = []
        for found in _PIECE.finditer(text):
            piece = found[0]
            if piece[0] == '"':
                written.append(self._string(piece, scanner))
            elif piece[0] in "-0123456789":
                written.append(self._number(piece, scanner))
            elif piece in "{}[],:":
                scanner.punctuation(piece)
                written.append(piece)
            elif piece.isspace() or piece in ("true", "false", "null"):
                written.append(piece)
            else:
                written.append(self._pseudonyms.message(piece))
        return "".join(written)

    def _string(self, piece: str, scanner: "_Scanner") -> str:
        complete = len(piece) > 1 and piece[-1] == '"'
        try:
            value = piece[1:-1] if complete and "\\" not in piece else _DECODER.decode(piece)
        except ValueError:  # cut off, or with an invalid escape
            value, complete = piece.strip('"'), complete and piece[-2:] != '\\"'
            new = self._pseudonyms.value(value, scanner.field)
        else:
            if scanner.expects_name:
                scanner.field = value
                new = self._pseudonyms.name(value)
            else:
                new = self._leaf(scanner.kind, scanner.field, value)
        if new == value:
            return piece
        written = json.dumps(new)
        return written if complete else written[:-1]

    def _number(self, piece: str, scanner: "_Scanner") -> str:
        if scanner.kind is Kind.PERSONAL:
            return "0"
        if not _INTEGER.fullmatch(piece):
            return self._pseudonyms.number(piece)
        value = int(piece)
        new = self._leaf(scanner.kind, scanner.field, value)
        return piece if new == value else str(new)

    def _leaf(self, kind: Kind, field: str, value: Any) -> Any:
        pseudonyms = self._pseudonyms
        if not isinstance(value, str):
            if kind is Kind.PERSONAL:
                return 0
            if type(value) is not int:
                return float(pseudonyms.number(repr(value)))
            if kind is Kind.LITERAL:
                return int(pseudonyms.number(str(value)))
            return pseudonyms.integer(value)
        if kind is Kind.LITERAL:
            return pseudonyms.literal(value)
        if kind is Kind.MESSAGE:
            return pseudonyms.message(value)
        if kind is Kind.PATTERN:
            return pseudonyms.pattern(value)
        if kind is Kind.NUMBER:
            return pseudonyms.number_or_value(value, field)
        return pseudonyms.value(value, field)


class _Scanner:
    """The current field of a JSON text, which may be cut off."""

    def __init__(self, context: Context) -> None:
        self._outer: list[tuple[Context, str, bool]] = []
        self._context = context
        self._in_object = False
        self.field = ""
        self.expects_name = False

    @property
    def kind(self) -> Kind:
        """The kind of the current field."""
        return kind_of(self._context, self.field)

    def punctuation(self, piece: str) -> None:
        """Follow a piece that is not a string or a number."""
        if piece in "{[":
            self._outer.append((self._context, self.field, self._in_object))
            self._in_object = piece == "{"
            if self._in_object:
                self._context = context_in(self._context, self.field)
        elif piece in "}]" and self._outer:
            self._context, self.field, self._in_object = self._outer.pop()
        self.expects_name = piece in "{," and self._in_object
