"""
Masking of secrets in text of the service: error responses and response headers.

A body that is JSON is masked after decoding, in its string values: its structure stays. In other
bodies secrets are found however they are spelled: plain, or with JSON escapes, percent-encoding,
or character references, also in several layers.
"""

import base64
import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any, Final

from sinch_numbers.models._secret import Secret

_SHORT: Final = 8
"""Shorter secrets are masked only where no letter or digit is next to them: `t` is in any text."""
_LONG: Final = 16
"""Only secrets of this length are masked in the keys of a JSON object, which are structure."""
_LAYERS: Final = 3
_MOST_STRINGS: Final = 5000
_LONGEST: Final = 64 * 1024
"""Characters that are searched: an error shows 2,048 of them."""

_JSON_ESCAPE: Final = (
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|\\u[0-9a-fA-F]{4}|\\[\"\\/bfnrt]"
)
_JSON: Final = re.compile(_JSON_ESCAPE)
_ANY: Final = re.compile(
    rf"{_JSON_ESCAPE}|\\U[0-9a-fA-F]{{8}}|\\x[0-9a-fA-F]{{2}}|\\'"
    r"|(?:%[0-9a-fA-F]{2})+"
    r"|&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|amp|lt|gt|quot|apos);"
)
_CONTROLS: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_REFERENCES: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_LITERAL: Final = re.compile(r'"((?:[^"\\]|\\.)*)("|\\?\Z)(?=(\s*:)?)', re.DOTALL)
"""A string of JSON text, perhaps cut; its third group is there if it is a key."""
_SCALAR: Final = re.compile(r"[^\s,:\[\]{}\"]+")

Spans = list[tuple[int, int]]


def credentials(authorization: Secret) -> tuple[Secret, ...]:
    """Return the secrets in an ``Authorization`` header: token, or encoded pair and password."""
    return tuple(Secret(text) for text in _credentials(authorization.reveal()))


def _credentials(header: str) -> list[str]:
    # In functions that don't raise: tracebacks can show local variables.
    scheme, _, value = header.partition(" ")
    found = [value or scheme]
    if scheme.lower() == "basic":
        try:
            pair = base64.b64decode(value).decode("utf-8", "replace")
        except ValueError:
            return found
        found += [value.rstrip("="), pair, pair.partition(":")[2]]
    return found


def secrets_in(value: Any) -> Iterator[Secret]:
    """Yield the secrets in *value*, the body of a request."""
    if isinstance(value, Secret):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from secrets_in(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from secrets_in(one)


class Masker:
    """Masks *secrets* in text."""

    def __init__(self, secrets: Iterable[Secret]) -> None:
        self._secrets = tuple(filter(_is_text, secrets))
        self._spellings = [
            (len(secret.reveal()), [Secret(one) for one in _spellings(secret.reveal())])
            for secret in self._secrets
        ]
        self._strings = _MOST_STRINGS

    def text(self, text: str) -> str:
        """Return *text*, the value of a string or a header, with the secrets masked."""
        if not self._secrets or len(text) <= _LONGEST:
            return self._masked(text, 0)
        masked = self._masked(text[:_LONGEST], 0)
        return masked[: max(0, len(masked) - self._margin())]  # as in `body`

    def relevant_to(self, body: bytes) -> "Masker":
        """Return a masker of the secrets that *body* may quote, in any spelling."""
        return Masker([one for one in self._secrets if _may_be_in(body, one.reveal())])

    def json(self, value: Any, keep: Collection[str] = ()) -> Any:
        """
        Return *value*, decoded JSON, with the secrets masked in its string values.

        Strings in *keep* are structure. Of a hostile body, long strings are cut, and all strings
        after the first thousands are masked. Raise `RecursionError` if it is nested too deeply.
        """
        if not self._secrets:
            return value
        if isinstance(value, str):
            if value in keep:
                return value
            self._strings -= 1
            return self.text(value) if self._strings >= 0 else str(self._secrets[0])
        if isinstance(value, list):
            return [self.json(one, keep) for one in value]
        if isinstance(value, dict):
            return {self._key(name): self.json(one, keep) for name, one in value.items()}
        return self._scalar(str(value), value)

    def _key(self, name: str) -> str:
        self._strings -= 1
        return self._masked(name[:_LONGEST], _LONG) if self._strings >= 0 else name[:_SHORT]

    def body(self, body: bytes, *, is_json: bool) -> str:
        """Return the first characters of *body* with the secrets masked."""
        text = body[: 4 * _LONGEST].decode("utf-8", "replace")
        if not self._secrets:
            return text
        if is_json:
            masked = self._json_text(text[:_LONGEST])
        else:
            if "\ufffd" in text:  # not UTF-8
                text = self._masked(body[: 4 * _LONGEST].decode("latin-1"), _SHORT, text)
            masked = self._other_text(text[:_LONGEST])
        # A secret that is cut at the end of the searched text is not found.
        return masked if len(text) <= _LONGEST else masked[: max(0, len(masked) - self._margin())]

    def _json_text(self, text: str) -> str:
        """Mask in the string values of JSON *text*."""
        pieces = []
        end = 0
        for literal in _LITERAL.finditer(text):
            pieces.append(self._scalars(text[end : literal.start()]))
            shortest = 0 if literal[3] is None else _LONG
            pieces.append(f'"{self._masked(literal[1], shortest, layer=_JSON)}{literal[2]}')
            end = literal.end()
        pieces.append(self._scalars(text[end:]))
        return "".join(pieces)

    def _other_text(self, text: str) -> str:
        """Mask in *text*, which may be JSON that is cut or malformed."""
        if text.lstrip().startswith(("{", "[")):
            # Long secrets first: malformed JSON may quote them unescaped, across strings.
            return self._json_text(self._masked(text, _SHORT))
        return self._masked(text, 0)

    def _scalars(self, text: str) -> str:
        return _SCALAR.sub(lambda found: str(self._scalar(found[0], found[0], '"')), text)

    def _scalar(self, text: str, otherwise: Any, quote: str = "") -> Any:
        """Return the mask if *text*, of a number, is a secret that is not short."""
        if len(text) >= _SHORT and Secret(text) in self._secrets:
            return f"{quote}{self._secrets[0]}{quote}"
        return otherwise

    def _margin(self) -> int:
        return max(12 * len(secret.reveal()) for secret in self._secrets)

    def _masked(
        self,
        text: str,
        shortest: int,
        instead: str | None = None,
        layer: re.Pattern[str] | None = None,
    ) -> str:
        """
        Return *text* with the secrets of at least *shortest* characters masked.

        *instead* is returned if there are none. *layer* matches escapes that are part of the
        notation, below which the secrets are found.
        """
        given = [
            one for length, several in self._spellings if length >= shortest for one in several
        ]
        spans = _found(text, given, layer) if given else []
        if not spans:
            return text if instead is None else instead
        pieces = []
        end = 0
        for start, stop in _merged(spans):
            pieces += [text[end:start], str(self._secrets[0])]
            end = stop
        return "".join([*pieces, text[end:]])


def _is_text(secret: Secret) -> bool:
    """Whether *secret* is a text that is not empty; callers can wrap anything."""
    text: object = secret.reveal()
    return isinstance(text, str) and text != ""


def _may_be_in(body: bytes, secret: str) -> bool:
    """Whether *body* may quote *secret*: most error responses quote none."""
    if not secret.isascii() or any(sign in body for sign in (b"\\", b"%", b"&")):
        return True
    return secret.encode() in body


def _spellings(secret: str) -> set[str]:
    """Return *secret*, and the texts that the layers of escapes in it stand for."""
    return {secret, *(one for one, _ in _layers(secret) if len(one) >= _SHORT)}


def _found(text: str, spellings: Sequence[Secret], layer: re.Pattern[str] | None) -> Spans:
    """Return where *text* has one of *spellings*, in any layer of escapes."""
    spans: Spans = []
    for read, positions in _layers(text, layer):
        for spelling in spellings:
            for start, stop in _occurrences(read, spelling.reveal()):
                spans.append((positions(start), positions(stop)))
    return spans


def _occurrences(text: str, secret: str) -> Iterator[tuple[int, int]]:
    if len(secret) < _SHORT:
        for found in re.finditer(_delimited(secret), text):
            yield found.span()
        return
    start = text.find(secret)
    while start >= 0:
        yield start, start + len(secret)
        start = text.find(secret, start + 1)  # occurrences can overlap


def _delimited(secret: str) -> str:
    """Return a pattern for a short secret, which must not be part of a word."""
    literally = re.escape(secret)
    if not re.search(r"\w", secret):
        return rf"(?<![^\s'\"`]){literally}(?![^\s'\"`])"
    before = r"(?<!\w)" if re.match(r"\w", secret) else ""
    after = r"(?!\w)" if re.match(r"\w", secret[-1]) else ""
    return f"{before}{literally}{after}"


def _layers(
    text: str, layer: re.Pattern[str] | None = None
) -> Iterator[tuple[str, Callable[[int], int]]]:
    """Yield *text* as it is and decoded again and again, with the positions in *text*."""
    starts: Sequence[int] = range(len(text) + 1)
    if layer is not None and layer.search(text):
        text, starts = _decoded(text, layer)
    yield text, starts.__getitem__
    for _ in range(_LAYERS):
        if not _ANY.search(text):
            return
        text, inner = _decoded(text, _ANY)
        starts = [starts[index] for index in inner]
        yield text, starts.__getitem__


def _decoded(text: str, escapes: re.Pattern[str]) -> tuple[str, list[int]]:
    """Return *text* without one layer of *escapes*, and where each character starts."""
    pieces: list[str] = []
    starts: list[int] = []
    end = 0
    for escape in escapes.finditer(text):
        pieces.append(text[end : escape.start()])
        starts += range(end, escape.start())
        end = escape.start()
        for character, width in _characters(escape[0]):
            pieces.append(character)
            starts.append(end)
            end += width
    pieces.append(text[end:])
    starts += range(end, len(text) + 1)
    return "".join(pieces), starts


def _characters(escape: str) -> list[tuple[str, int]]:
    """Return the characters that *escape* stands for, with the length of their escapes."""
    if escape.startswith("%"):
        encoded = bytes.fromhex(escape.replace("%", ""))
        try:
            return [(one, 3 * len(one.encode())) for one in encoded.decode()]
        except UnicodeError:
            return [(one, 3) for one in encoded.decode("latin-1")]
    character = _character(escape)
    if character is None:
        return [(one, 1) for one in escape]
    return [(character, len(escape))]


def _character(escape: str) -> str | None:
    """Return the character that *escape* stands for, ``None`` if it stands for none."""
    kind, rest = escape[1], escape[2:]
    if escape.startswith("&"):
        name = escape[1:-1]
        if not name.startswith("#"):
            return _REFERENCES[name]
        hexadecimal = name[1] in "xX"
        code = int(name[2:] if hexadecimal else name[1:], 16 if hexadecimal else 10)
        return chr(code) if code <= sys.maxunicode else None
    if kind == "u" and len(escape) == 12:
        units = int(escape[2:6], 16), int(escape[8:], 16)
        return chr(0x10000 + ((units[0] - 0xD800) << 10) + units[1] - 0xDC00)
    if kind in "uxU":
        code = int(rest, 16)
        return chr(code) if code <= sys.maxunicode else None
    return _CONTROLS.get(kind, kind)


def _merged(spans: Spans) -> Spans:
    """Return *spans* in order, those that overlap as one."""
    merged: Spans = []
    for start, stop in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(stop, merged[-1][1])
        else:
            merged.append((start, stop))
    return merged
