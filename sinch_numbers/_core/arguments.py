"""
Argument validation: rejects invalid values before anything is sent.

Only values that would change the request's meaning are checked. Rules that the API may relax
are left to the API.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar
from urllib.parse import quote

from sinch_numbers._core.phone_number_forms import suggested_number
from sinch_numbers._core.serialization import converter, json_text
from sinch_numbers._core.urls import PATH
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.models._secret import Secret
from sinch_numbers.models._unset import UNSET, Maybe

# For `fullmatch`: `$` would accept a trailing line break, and \d other Unicode digits.
_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_REGION: Final = re.compile(r"[A-Z]{2}")
_PROJECT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")
_SEGMENT: Final = re.compile(r"[A-Za-z0-9_~+-]+")
_PROJECT_PARAMETER: Final = re.compile(r"\{project_?[iI]d\}")
_VERSIONED: Final = re.compile(r"/(v[0-9]+)/projects(?:/([^/]+)|(?=/|\Z))")
_LONGEST_ID: Final = 128
_HEADER: Final = re.compile(r"[\x20-\x7e]*")
_QUOTES: Final = frozenset("\"'`\u2018\u2019\u201c\u201d")
_HEADER_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")

_OWN_HEADERS: Final = frozenset(
    ("authorization", "host", "content-length", "content-type", "transfer-encoding",
     "connection", "cookie", "accept-encoding", "accept", "expect", "te", "upgrade",
     "proxy-authorization", "content-encoding")
)  # fmt: skip

T = TypeVar("T")
Check = Callable[[object, str], T]
"""A function that validates the value of an argument, and returns it."""


def is_phone_number(text: str) -> bool:
    """Whether *text* is a phone number in E.164, with the plus sign."""
    return _E164.fullmatch(text) is not None


def phone_number(value: object, argument: str = "phone_number") -> str:
    """Validate a phone number: E.164, with the plus sign."""
    if not isinstance(value, str) or not is_phone_number(value):
        raise InvalidArgumentError(
            argument,
            "a number in E.164, such as +12025550134",
            value,
            suggestion=suggested_number(value),
        )
    return _plain_text(value)


def phone_numbers(value: object, argument: str, *, most: int | None = None) -> list[str]:
    """Validate a list of distinct E.164 numbers, at most *most*."""
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Sequence):
        raise InvalidArgumentError(argument, "a list of E.164 numbers", value)
    if not value:
        raise InvalidArgumentError(argument, "at least one number")
    if most is not None and len(value) > most:
        raise InvalidArgumentError(argument, f"at most {most} numbers", len(value))
    found = [phone_number(one, argument) for one in value]
    seen: set[str] = set()
    for one in found:
        if one in seen:
            raise InvalidArgumentError(argument, "no duplicates", one)
        seen.add(one)
    return found


def optional(value: object, check: Check[T], argument: str) -> Maybe[T]:
    """Validate an argument that may be ``None``, which omits the field."""
    return UNSET if value is None or value is UNSET else check(value, argument)


def changed(value: object, check: Check[T], argument: str) -> Maybe[T | None]:
    """Validate an argument of an update: ``None`` is sent as ``null``."""
    if value is UNSET:
        return UNSET
    return None if value is None else check(value, argument)


def instance(value: object, kind: type[T], argument: str) -> T:
    """Validate an object of the class *kind*; errors name its type instead of quoting it."""
    if not isinstance(value, kind):
        name = kind.__name__
        article = "an" if name[0] in "AEIOU" else "a"
        raise InvalidArgumentError(argument, f"{article} {name}, not {type(value).__name__}")
    return value


def text(value: object, argument: str) -> str:
    """Validate a str, which may be empty."""
    if not isinstance(value, str):
        raise _mistyped(argument, "a str", value)
    plain = _plain_text(value)
    if not plain.isascii() and has_surrogate(plain):
        raise InvalidArgumentError(argument, "valid UTF-8", plain)
    return plain


def has_surrogate(plain: str) -> bool:
    """Whether *plain* contains a lone surrogate, which UTF-8 cannot encode."""
    return any("\ud800" <= character <= "\udfff" for character in plain)


def filled_text(value: object, argument: str) -> str:
    """Validate a str that isn't empty or blank."""
    if not text(value, argument).strip():
        raise InvalidArgumentError(argument, "a non-empty str", value)
    return text(value, argument)


def flag(value: object, argument: str) -> bool:
    """Validate a bool; ints and strs such as ``"false"`` are rejected."""
    if not isinstance(value, bool):
        raise _mistyped(argument, "True or False", value)
    return value


def _mistyped(argument: str, expected: str, value: object) -> InvalidArgumentError:
    # Errors show no value if it is `None`.
    return InvalidArgumentError(argument, f"{expected}{', not None' * (value is None)}", value)


def page_size(value: object, limit: object) -> int:
    """Validate *value* and *limit*; return the page size, at most *limit*."""
    size = positive(value, "page_size")
    return size if limit is None else min(size, positive(limit, "limit"))


def moment(value: object, argument: str) -> datetime:
    """Validate a timezone-aware datetime."""
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise InvalidArgumentError(argument, "a timezone-aware datetime", value)
    return value


def region_code(value: object, argument: str = "region_code") -> str:
    """Validate the form of an ISO 3166-1 alpha-2 code."""
    if not isinstance(value, str) or not _REGION.fullmatch(value):
        raise InvalidArgumentError(argument, "two capital letters, such as US", value)
    return _plain_text(value)


def project_id(value: object, argument: str = "project_id", source: str | None = None) -> str:
    """Validate a project ID, which becomes a path segment."""
    if not isinstance(value, str) or not _PROJECT.fullmatch(value):
        raise InvalidArgumentError(argument, "letters, digits and hyphens", value, source=source)
    return _plain_text(value)


def _plain_text(value: str) -> str:
    # Not str(value): for a member of a caller's enum it would return the member's name.
    return str.__str__(value)


def identifier(value: object, argument: str) -> str:
    """Validate a resource ID, which becomes a path segment."""
    if not isinstance(value, str) or not value.strip(" .") or not value.isprintable():
        raise InvalidArgumentError(argument, "an ID as returned by the API", value)
    if len(value) > _LONGEST_ID or not value.isascii():
        raise InvalidArgumentError(argument, "an ID as returned by the API", value)
    return _plain_text(value)


def free_form(value: object, argument: str) -> dict[str, Any]:
    """Return *value*, a mapping with arbitrary keys, as plain JSON."""
    if not isinstance(value, Mapping):
        raise InvalidArgumentError(argument, "a mapping", type(value).__name__)
    try:
        plain = json_text.decode(json_text.encode(converter.dump(value)))
    except (TypeError, ValueError, RecursionError):
        plain = None
    if not isinstance(plain, dict):
        # Don't quote the value: it is personal data.
        raise InvalidArgumentError(argument, "JSON-serializable values")
    return plain


def positive(value: object, argument: str) -> int:
    """Validate a positive integer."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise InvalidArgumentError(argument, "a positive integer", value)
    return int(value)


def seconds(value: object, argument: str, *, zero: bool = False) -> float:
    """Validate a positive, finite number of seconds, or 0 if *zero* is valid."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if zero and is_number and value == 0:
        return 0.0
    if not isinstance(value, int | float) or not is_number or not 0 < value < 1e9:
        expected = "a number of seconds, at least 0" if zero else "a positive number of seconds"
        raise InvalidArgumentError(argument, expected, value)
    return float(value)


def path(template: str, *segments: str) -> str:
    """Fill the placeholders ``{}`` of *template*; each value stays one path segment."""
    return template.format(*map(_quoted, segments))


def _quoted(segment: str) -> str:
    if _SEGMENT.fullmatch(segment):
        return segment
    if not segment.strip("."):
        raise InvalidArgumentError("path", "non-empty segments, not just dots", segment)
    return quote(segment, safe="+")


def request_path(value: object, project_id: str, argument: str = "path") -> str:
    """
    Validate the path of a resource; return it relative to the project *project_id*.

    ``{projectId}`` stands for the project's ID.
    """
    expected = "a path below the project, such as /activeNumbers"
    if not isinstance(value, str):
        raise InvalidArgumentError(argument, expected, value)
    path = _PROJECT_PARAMETER.sub(project_id, _plain_text(value))
    if not PATH.fullmatch(path):
        raise InvalidArgumentError(argument, expected, value)
    if (versioned := _VERSIONED.match(path)) is None:
        return path
    if versioned[1] != "v1" or versioned[2] != project_id:
        expected = f"a path below /v1/projects/{project_id}, or relative to it"
        raise InvalidArgumentError(argument, expected, value)
    relative = path[versioned.end() :]
    if not relative:
        raise InvalidArgumentError(argument, expected, value)
    return relative


def headers(value: Mapping[str, str] | None) -> dict[str, str]:
    """Validate extra headers, which must not include those that the client sets."""
    if value is not None and not isinstance(value, Mapping):
        raise InvalidArgumentError("headers", "a mapping of names to values")
    for name, text in (value or {}).items():
        if not isinstance(name, str) or not _HEADER_NAME.fullmatch(name):
            raise InvalidArgumentError("headers", "valid header names", name)
        if name.lower() in _OWN_HEADERS:
            raise InvalidArgumentError("headers", f"no reserved headers, such as {name}")
        printable(text, "headers")
    return dict(value or {})


def secret(value: Secret, argument: str, source: str | None = None) -> Secret:
    """
    Validate a secret: a non-empty str without characters that copying adds.

    Errors name the problem and *source*, the environment variable; they don't quote the secret.
    """
    if (problem := _secret_problem(value)) is not None:
        raise InvalidArgumentError(argument, problem, source=source)
    return value


def _secret_problem(value: Secret) -> str | None:
    # A separate function that doesn't raise: tracebacks can show local variables.
    text: object = value.reveal()
    if not isinstance(text, str) or not text:
        return "a non-empty str"
    try:
        text.encode()
    except UnicodeError:
        return "a str that is valid UTF-8"
    return _copying_problem(text)


def _copying_problem(text: str) -> str | None:
    """Return what copying or a file added to *text*: line breaks, spaces, or quotes."""
    for character, place in ((text[-1], "at its end"), (text[0], "at its start")):
        if character in "\r\n":
            return f"a value without a line break {place}"
        if character in _QUOTES:
            return f"a value without a quotation mark {place}"
        if character.isspace():
            return f"a value without white space {place}"
    if any(character.isspace() for character in text):
        return "a value without white space in it"
    if not text.isprintable():
        return "a value without control characters or invisible characters"
    return None


def key_id(value: object, source: str | None = None) -> str:
    """Validate the ID of an access key. Errors don't quote it: it may be the secret."""
    expected = "the ID of an access key, without a colon"
    if isinstance(value, str) and value:
        problem = _copying_problem(value)
        if problem is None and ":" not in value:
            return _plain_text(value)
        expected = problem or expected
    raise InvalidArgumentError("key_id", expected, source=source)


def printable(value: object, argument: str) -> str:
    """Validate (part of) a header value."""
    if not isinstance(value, str) or not _HEADER.fullmatch(value):
        # Don't quote the value: headers may contain secrets.
        raise InvalidArgumentError(argument, "printable ASCII")
    return str(value)
