"""Failures of handlers, as they are stored: class and text of the error, without secrets."""

import re
from collections.abc import Iterable
from typing import Final

import attrs

from sinch_numbers._core.escaping import printable
from sinch_numbers.models._secret import Secret

_LONGEST: Final = 500
_LONGEST_SEARCHED: Final = 5_000
_MASK: Final = "***"
_CREDENTIALS: Final = re.compile(
    r"(?P<before>://[^\s/:@]*:|\b(?:Bearer|Basic)\s+"
    r"|\b[\w-]{0,40}(?:password|passwd|pwd|secret|token|api[_-]?key|authorization|signature)\b"
    r"[\"']?\s*[=:]\s*)"
    r"(?!Bearer\b|Basic\b)(?P<secret>\"[^\"]*\"?|'[^']*'?|[^\s\"',;@&)}\]]+)",
    re.IGNORECASE,
)
"""Passwords in URLs, headers, and settings, as libraries quote them in their errors."""


@attrs.frozen
class Failure:
    """Class and text of an error of a handler."""

    type: str
    text: str


def failure_of(error: BaseException, secrets: Iterable[Secret] = ()) -> Failure:
    """Return class and text of *error*, with *secrets* and likely credentials masked."""
    kind = type(error)
    module = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    try:
        text = str(error)
    except Exception:  # noqa: BLE001 - of an exception class of the application
        text = "(the error has no text)"
    return Failure(f"{module}{kind.__qualname__}"[:_LONGEST], _safe(text, secrets))


def _safe(text: str, secrets: Iterable[Secret]) -> str:
    text = text[:_LONGEST_SEARCHED]
    for secret in secrets:
        text = text.replace(secret.reveal(), _MASK)
    text = printable(_CREDENTIALS.sub(rf"\g<before>{_MASK}", text)).replace("\0", "")
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
