"""
Extra query parameters and body fields, for parts of the API that are newer than this release.

They are added to those of a call, under the API's names, and never replace one of the call.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import attrs

from sinch_numbers._core.operation import Operation
from sinch_numbers._core.serialization import converter, json_text
from sinch_numbers._core.transport.base import Body
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.models._secret import Secret
from sinch_numbers.models._unset import UNSET

_RESERVED: Final = frozenset(("pageToken",))
"""Query parameters that the client sets: another token would repeat or skip pages."""
_WITH_BODY: Final = frozenset(("POST", "PUT", "PATCH"))


@attrs.frozen
class Extras:
    """Query parameters and body fields that are added to each call of a client."""

    query: Mapping[str, Any] = attrs.field(factory=dict, repr=False)
    body: Mapping[str, Any] = attrs.field(factory=dict, repr=False)

    def __bool__(self) -> bool:
        return bool(self.query or self.body)

    def added_to_query(self, query: Mapping[str, Any] | None) -> Mapping[str, Any]:
        """Return *query* with the extra parameters; reject one that *query* sends."""
        query = query or {}
        if sent := self.query.keys() & {name for name, _ in converter.dump_query(query)}:
            raise InvalidArgumentError(
                "extra_query", f"no parameter that the call sends: {', '.join(sorted(sent))}"
            )
        return {**query, **self.query}

    def added_to_body(
        self, operation: Operation[Any], json: Mapping[str, Any] | None, body: Body | None
    ) -> Mapping[str, Any] | None:
        """Return *json* with the extra fields; reject fields that it has, or a call without it."""
        if not self.body:
            return json
        if body is not None or operation.method not in _WITH_BODY:
            call = f"{operation.method} {operation.path}".rstrip()
            why = "sends a file" if body is not None else "sends no body"
            raise InvalidArgumentError("extra_body", f"a call with a JSON body: {call} {why}")
        return _merged(json or {}, self.body, "")


def query(value: object, argument: str) -> dict[str, Any]:
    """Validate query parameters: names, and values or lists of values."""
    if not isinstance(value, Mapping):
        raise InvalidArgumentError(argument, "a mapping of names to values")
    for name, given in value.items():
        if not isinstance(name, str) or not name or not _is_utf8(name):
            raise InvalidArgumentError(argument, "non-empty names, valid UTF-8", name)
        if name in _RESERVED:
            raise InvalidArgumentError(argument, "no parameter that the client sets", name)
        several = isinstance(given, list | tuple | set | frozenset)
        if not all(map(_is_query_value, given if several else [given])):
            # Don't quote the value: it may be a secret.
            raise InvalidArgumentError(
                argument, f"a str, number, or bool, or a list of them, for {name}"
            )
    return {name: _copied(given) for name, given in value.items()}


def body(value: object, argument: str) -> dict[str, Any]:
    """Validate fields of a request body: a mapping of JSON-serializable values, or secrets."""
    if not isinstance(value, Mapping):
        raise InvalidArgumentError(argument, "a mapping of field names to values")
    try:
        copied: dict[str, Any] = _copied(value)
        json_text.encode(converter.dump(copied))
    except (TypeError, ValueError, RecursionError):
        copied = {}
        valid = False
    else:
        valid = True
    if not valid:  # outside of the handler: the error's text may quote a value
        raise InvalidArgumentError(argument, "JSON-serializable values under str keys")
    return copied


def _is_query_value(value: object) -> bool:
    if isinstance(value, str):
        return _is_utf8(value)
    return isinstance(value, bool | int) or (
        isinstance(value, float) and value - value == 0  # neither infinite nor NaN
    )


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeError:
        return False
    return True


def _copied(value: Any) -> Any:
    """Return a copy of *value*, which later changes by the caller do not reach."""
    if isinstance(value, Mapping):
        if not all(isinstance(name, str) for name in value):
            raise TypeError("keys of JSON objects are str")
        return {name: _copied(one) for name, one in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | Secret):
        return [_copied(one) for one in value]
    return value


def _merged(sent: Mapping[str, Any], extra: Mapping[str, Any], where: str) -> dict[str, Any]:
    merged = dict(sent)
    for name, value in extra.items():
        present = sent.get(name, UNSET)
        if attrs.has(type(present)):
            present = converter.dump({name: present})[name]
        if present is UNSET:
            merged[name] = value
        elif isinstance(present, Mapping) and isinstance(value, Mapping):
            merged[name] = _merged(present, value, f"{where}{name}.")
        else:
            raise InvalidArgumentError(
                "extra_body", f"no field that the call sends: {where}{name}"
            )
    return merged
