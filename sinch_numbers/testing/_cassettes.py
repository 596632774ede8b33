"""The file format of cassettes: JSON, with one entry per request."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import attrs

from sinch_numbers._core.os_reason import os_reason
from sinch_numbers._version import __version__
from sinch_numbers.errors import (
    APIConnectionError,
    APIReplyLostError,
    APIResponseError,
    APITimeoutError,
    CassetteError,
    ProxyError,
    SinchNumbersError,
    TLSError,
    TooManyOpenFilesError,
)

__all__: list[str] = []

FORMAT: Final = 1
"""The version of the format; a reader rejects others."""

RECORDED_ERRORS: Final = (APIConnectionError, APIReplyLostError, APIResponseError)
"""Errors of exchanges; others occur before anything is sent."""
_ERRORS: Final[Mapping[str, type[SinchNumbersError]]] = {
    kind.__name__: kind
    for kind in (
        *RECORDED_ERRORS,
        APITimeoutError,
        ProxyError,
        TLSError,
        TooManyOpenFilesError,
    )
}
# JSON texts that can be restored exactly from their value are stored as such, for readability.
_LAYOUTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "compact": {"separators": (",", ":"), "ensure_ascii": False},
    "compact ascii": {"separators": (",", ":")},
    "spaced": {"ensure_ascii": False},
    "spaced ascii": {},
}


@attrs.frozen
class RecordedRequest:
    """A request, without its headers."""

    method: str
    host: str
    """``numbers``, ``imported``, or ``auth``."""
    path: str
    """The decoded path."""
    query: Mapping[str, list[str]]
    body: Mapping[str, Any] | None = None
    """``json``, ``form``, ``multipart``, or ``text``, and the content."""

    def __str__(self) -> str:
        pairs = "&".join(f"{name}={one}" for name, values in self.query.items() for one in values)
        return f"{self.method} {self.host}:{self.path}{'?' if pairs else ''}{pairs}"


@attrs.frozen
class RecordedResponse:
    """A response of any status."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    """UTF-8 text, decompressed."""


@attrs.frozen
class RecordedFailure:
    """An exchange without a response."""

    type: str
    """The name of the error class."""
    message: str
    sent: bool | None
    """Whether the request may have been sent."""
    transient: bool
    """Whether the same call may succeed later."""

    def error(self) -> SinchNumbersError:
        """Return the error."""
        error = _ERRORS[self.type](self.message)
        error.transient = self.transient
        return error


@attrs.frozen
class Interaction:
    """A request and its outcome."""

    request: RecordedRequest
    outcome: RecordedResponse | RecordedFailure


def dumped(interactions: list[Interaction]) -> str:
    """Return the text of a cassette."""
    content = {
        "cassette": FORMAT,
        "recorded_by": f"sinch_numbers {__version__}",
        "interactions": [_plain(interaction) for interaction in interactions],
    }
    return json.dumps(content, indent=2) + "\n"


def load(path: Path) -> list[Interaction]:
    """Read a cassette; raise `CassetteError` if it cannot be read, or has another format."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise CassetteError(path, f"cannot be read: {os_reason(error)}") from None
    except UnicodeDecodeError:
        raise CassetteError(path, "is not UTF-8") from None
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        raise CassetteError(path, "is not JSON") from None
    if not isinstance(content, dict) or "cassette" not in content:
        raise CassetteError(path, "is not a cassette: expected the field 'cassette'")
    if content["cassette"] != FORMAT:
        found = repr(content["cassette"])[:20]
        raise CassetteError(path, f"has the format {found}, expected {FORMAT}")
    with _located(path, "interactions"):
        entries = list(content["interactions"])
    interactions = []
    for number, entry in enumerate(entries, 1):
        with _located(path, f"interaction {number}"):
            interactions.append(_interaction(entry))
    return interactions


def _plain(interaction: Interaction) -> dict[str, Any]:
    request, outcome = interaction.request, interaction.outcome
    entry = {"request": {k: v for k, v in attrs.asdict(request).items() if v not in (None, {})}}
    if request.query:
        entry["request"]["query"] = {
            name: values[0] if len(values) == 1 else values
            for name, values in request.query.items()
        }
    if isinstance(outcome, RecordedFailure):
        return entry | {"failure": attrs.asdict(outcome)}
    headers = dict(outcome.headers)
    return entry | {
        "response": {"status": outcome.status, "headers": headers, **_body(outcome.body)}
    }


def _body(body: bytes) -> dict[str, Any]:
    text = body.decode()
    try:
        value = json.loads(text)
        for layout, options in _LAYOUTS.items():
            if json.dumps(value, **options) == text:
                return {"layout": layout, "json": value}
    except (ValueError, RecursionError):
        pass
    return {"text": text} if text else {}


def _interaction(entry: Any) -> Interaction:
    query = {
        name: [values] if isinstance(values, str) else values
        for name, values in entry["request"].get("query", {}).items()
    }
    request = RecordedRequest(**{**entry["request"], "query": query})
    for text in (request.method, request.host, request.path):
        _check(text, str)
    for values in query.values():
        _check(values, list)
    if request.body is not None:
        _check(request.body, dict)
    if "failure" in entry:
        given = entry["failure"]
        if given["type"] not in _ERRORS:
            raise ValueError(f"unknown error {given['type']!r}")
        failure = RecordedFailure(**given)
        _check(failure.message, str)
        return Interaction(request, failure)
    given = entry["response"]
    text = given.get("text", "")
    if "json" in given:
        text = json.dumps(given["json"], **_LAYOUTS[given["layout"]])
    response = RecordedResponse(given["status"], given.get("headers", {}), text.encode())
    _check(response.status, int)
    for value in response.headers.values():
        _check(value, str)
    return Interaction(request, response)


def _check(value: object, kind: type) -> None:
    if type(value) is not kind:
        raise TypeError(f"expected {kind.__name__}, got {type(value).__name__}")


@contextmanager
def _located(path: Path, where: str) -> Iterator[None]:
    try:
        yield
    except KeyError as error:
        raise CassetteError(path, f"{where}: the field {error} is missing") from None
    except (TypeError, ValueError, AttributeError) as error:
        raise CassetteError(path, f"{where}: {error}") from None
