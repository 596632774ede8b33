"""
JSON text to plain Python and back, strictly.

Rejected: encodings other than UTF-8, NaN and infinities, lone surrogates, excessive nesting
or digits, and duplicate keys in short texts. Errors are `ValueError`s that don't quote the
text.
"""

import json
from collections.abc import Callable
from typing import Any, Final

try:
    import orjson
except ImportError:  # the extra "fast" is not installed
    _fast: Callable[[bytes], Any] | None = None
else:
    _fast = orjson.loads

# Looking for members that repeat takes as long as reading, and orjson cannot do it. So it is
# done where a repeated member could mislead: single resources are small, lists are large.
_LARGE: Final = 16 * 1024

_BOM: Final = b"\xef\xbb\xbf"


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member is there twice")
    return members


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError("a number is too large")
    return number


def _no_constant(text: str) -> float:
    raise ValueError(f"{text} is not JSON")


_quick: Final = json.JSONDecoder(parse_float=_finite, parse_constant=_no_constant)
_careful: Final = json.JSONDecoder(
    object_pairs_hook=_members, parse_float=_finite, parse_constant=_no_constant
)


class JSONTextError(ValueError):
    """The text is not JSON; the message says why, without quoting the text."""


def is_large(body: bytes) -> bool:
    """Whether *body* holds a list, rather than a single resource."""
    return len(body) >= _LARGE


def decode_plainly(body: bytes) -> Any:
    """Read *body* with the standard library."""
    decoder = _quick if is_large(body) else _careful
    decoded = decoder.decode(body.decode("utf-8"))
    # First for one character: that takes a tenth of the time, and settles it nearly always.
    if b"\\" in body and (b"\\ud" in body or b"\\uD" in body):
        # A lone surrogate is text that cannot be written again, here or anywhere.
        json.dumps(decoded, ensure_ascii=False).encode("utf-8")
    return decoded


def decode(body: bytes) -> Any:
    """Read *body*, by orjson where it is installed and pays, or say why it is not JSON."""
    body = body.removeprefix(_BOM)
    read = _fast if _fast is not None and is_large(body) else decode_plainly
    try:
        return read(body)
    except RecursionError:
        problem = "it is nested too deeply"
    except UnicodeError:
        problem = "it is not UTF-8"
    except json.JSONDecodeError as error:  # orjson's is one, too
        problem = f"{error.msg} at character {error.pos}"
    except ValueError as error:
        problem = str(error)
    except Exception as error:  # noqa: BLE001 - no traceback may show a text that holds secrets
        problem = type(error).__name__
    raise JSONTextError(problem)


def encode(value: Any) -> bytes:
    """Write *value* as compact JSON; `ValueError` or `TypeError` when it cannot be written."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
