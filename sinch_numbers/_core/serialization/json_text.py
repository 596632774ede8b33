"""
Strict JSON decoding and encoding.

Rejects encodings other than UTF-8, NaN and infinities, lone surrogates, excessive nesting or
digits, and duplicate keys in small documents. Errors are `ValueError`s that don't quote the
input.
"""

import json
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, Final

try:
    import orjson
except ImportError:  # the extra "fast" is not installed
    _fast: Callable[[bytes], Any] | None = None
else:
    _fast = orjson.loads

# Checking for duplicate keys takes as long as parsing, and orjson doesn't support it. So only
# small documents are checked: single resources, where a duplicate key could mislead. Lists are
# large.
_LARGE: Final = 16 * 1024

_LONGEST_EXACT: Final = 100
"""Maximum characters of a number that is decoded as a `Decimal`."""

_BOM: Final = b"\xef\xbb\xbf"


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("duplicate key")
    return members


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError("number out of range")
    return number


def _exact_number(text: str) -> Decimal | float:
    """Return the number exactly, or as a float if it is too long or too small for an amount."""
    try:
        return Decimal(text) if len(text) <= _LONGEST_EXACT else float(text)
    except InvalidOperation:  # an exponent of 19 digits
        return float(text)


def _no_constant(text: str) -> float:
    raise ValueError(f"{text} is not JSON")


_quick: Final = json.JSONDecoder(parse_float=_finite, parse_constant=_no_constant)
_careful: Final = json.JSONDecoder(
    object_pairs_hook=_members, parse_float=_finite, parse_constant=_no_constant
)
_exact: Final = json.JSONDecoder(parse_float=_exact_number, parse_constant=_no_constant)


class JSONTextError(ValueError):
    """Invalid JSON; the message doesn't quote the input."""


def is_large(body: bytes) -> bool:
    """Whether *body* is so large that it is a list, rather than a single resource."""
    return len(body) >= _LARGE


def decode_plainly(body: bytes) -> Any:
    """Decode *body* with the standard library."""
    return _by_standard_library(body, _quick if is_large(body) else _careful)


def decode_large(body: bytes) -> Any:
    """Decode *body*, which is a large document or a part of one; raise any `ValueError`."""
    return _by_standard_library(body, _quick) if _fast is None else _fast(body)


def _by_standard_library(body: bytes, decoder: json.JSONDecoder) -> Any:
    decoded = decoder.decode(body.decode("utf-8"))
    # Search for one character first: it takes a tenth of the time and is rarely found.
    if b"\\" in body and (b"\\ud" in body or b"\\uD" in body):
        # Raises for a lone surrogate, which could not be encoded again.
        json.dumps(decoded, ensure_ascii=False).encode("utf-8")
    return decoded


def decode(body: bytes) -> Any:
    """Decode *body*, with orjson if it is installed and the body is large."""
    return _decoded(body, decode_large if is_large(body) else decode_plainly)


def decode_exactly(body: bytes) -> Any:
    """
    Decode *body*, which `decode` has accepted, with `Decimal` instead of float where possible.

    Takes several times as long: only for responses with numbers that may not be exact as floats.
    """
    return _decoded(body, lambda body: _exact.decode(body.decode("utf-8")))


def _decoded(body: bytes, read: Callable[[bytes], Any]) -> Any:
    try:
        return read(body.removeprefix(_BOM))
    except RecursionError:
        problem = "nested too deeply"
    except UnicodeError:
        problem = "not valid UTF-8"
    except json.JSONDecodeError as error:  # also raised by orjson
        problem = f"{error.msg} at character {error.pos}"
    except ValueError as error:
        problem = str(error)
    except Exception as error:  # noqa: BLE001 - a traceback could show the input, which may contain secrets
        problem = type(error).__name__
    raise JSONTextError(problem)


def encode(value: Any) -> bytes:
    """Encode *value* as compact JSON; raise `ValueError` or `TypeError` if invalid."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
