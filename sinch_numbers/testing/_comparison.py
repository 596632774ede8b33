"""Comparison of two cassettes: the form of the responses, by operation and status."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import attrs

from sinch_numbers.models._serializable import Serializable
from sinch_numbers.testing._cassettes import (
    Interaction,
    RecordedRequest,
    RecordedResponse,
    load,
)
from sinch_numbers.testing._fields import Kind, context_in, context_of, kind_of, segments

__all__ = ["CassetteDifference", "compare_cassettes"]

_FORMATTED: Final = re.compile(r"[0-9][0-9TZ:.+-]*")
_DECIMAL: Final = re.compile(r"[0-9]+\.")
_LISTED: Final = "[]"

_Fields = dict[str, set[str]]
"""The types of each field, such as ``activeNumbers[].expireAt``."""


@attrs.frozen
class CassetteDifference(Serializable):
    """A field whose values have other types in the second cassette, or are missing in one."""

    operation: str
    """Method, host, path, and status of the response."""
    field: str
    """The path of the field, such as ``activeNumbers[].expireAt``; empty for the response."""
    first: frozenset[str]
    """The types in the first cassette; empty if it has no such field."""
    second: frozenset[str]
    """The types in the second cassette."""

    def __str__(self) -> str:
        sides = (self.first, self.second)
        first, second = (" or ".join(sorted(side)) or "missing" for side in sides)
        place = f"{self.operation} {self.field}" if self.field else self.operation
        return f"{place}: {first}, {second} in the second"


def compare_cassettes(first: Path | str, second: Path | str) -> tuple[CassetteDifference, ...]:
    """
    Compare the form of the responses in two cassettes, for operations that both have.

    Record the same program twice, for example with an account and with the sandbox. Responses
    are compared by operation and status: which fields they have, and the JSON types of the
    values. Timestamps and amounts also differ by format, such as the number of fractional digits.
    Values, order, and headers are not compared. A field below an object or a list that one
    cassette only has as null or empty is not a difference. Operations and statuses that only one
    cassette has are differences of the field ``""``.

    Args:
        first: The first cassette.
        second: The second cassette.

    Raises:
        CassetteError: A file cannot be read, or has another format.

    Example::

        for path in ("monday.json", "tuesday.json"):
            with Recorder(path) as recorder, recorder.sync_client() as recorded:
                recorded.active_numbers.get("+12025550134")
        assert not compare_cassettes("monday.json", "tuesday.json")
    """
    one, other = _forms(load(Path(first))), _forms(load(Path(second)))
    found = []
    for operation in dict.fromkeys([*one, *other]):
        if operation not in one or operation not in other:
            present = frozenset({"recorded"})
            sides = (
                (present, frozenset[str]()) if operation in one else (frozenset[str](), present)
            )
            found.append(CassetteDifference(operation, "", *sides))
            continue
        mine, theirs = one[operation], other[operation]
        for field in dict.fromkeys([*mine, *theirs]):
            types, other_types = mine.get(field, set()), theirs.get(field, set())
            if types != other_types and _is_shown(field, mine) and _is_shown(field, theirs):
                difference = CassetteDifference(
                    operation, field, frozenset(types), frozenset(other_types)
                )
                found.append(difference)
    return tuple(found)


def _forms(interactions: list[Interaction]) -> dict[str, _Fields]:
    forms: dict[str, _Fields] = {}
    for interaction in interactions:
        response = interaction.outcome
        if isinstance(response, RecordedResponse):
            request = interaction.request
            name = f"{request.method} {request.host}:{_template(request)} {response.status}"
            form = forms.setdefault(name, {})
            try:
                body = json.loads(response.body)
            except (ValueError, RecursionError):
                form.setdefault("", set()).add("text" if response.body else "empty")
                continue
            for field, type_ in _types(body, "", "", request):
                form.setdefault(field, set()).add(type_)
    return forms


def _template(request: RecordedRequest) -> str:
    return "/".join(
        one.text if one.field is None else f"{{{one.field}}}{one.verb}"
        for one in segments(request.path)
    )


def _types(
    value: Any, field: str, name: str, request: RecordedRequest
) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        yield field, "object" if value else "empty object"
        for inner, one in value.items():
            path = f"{field}.{inner}" if field else inner
            yield from _types(one, path, inner, request)
    elif isinstance(value, list):
        yield field, "array"
        for one in value:
            yield from _types(one, field + _LISTED, name, request)
    else:
        yield field, _type(value, name, request)


def _type(value: Any, name: str, request: RecordedRequest) -> str:
    if value is None:
        return "null"
    if not isinstance(value, str):
        return {bool: "boolean", int: "integer", float: "number"}[type(value)]
    if not value:
        return "empty string"
    context = context_in(context_of(request.path), name)
    if kind_of(context, name) is Kind.LITERAL and _FORMATTED.fullmatch(value):
        return re.sub(
            "[0-9]", "0", _DECIMAL.sub("0.", value, count=1) if "T" not in value else value
        )
    return "string"


def _is_shown(field: str, form: _Fields) -> bool:
    """Whether the responses of *form* would have *field*, since they have its object or items."""
    if not field or field.endswith(_LISTED):
        return field in form
    return "object" in form.get(field.rpartition(".")[0], ())
